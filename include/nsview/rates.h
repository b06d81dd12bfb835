/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_RATES_H
#define NSVIEW_RATES_H

#include "nsview/graph.h"
#include "nsview/group.h"
#include "nsview/usage.h"

#include <stdint.h>

/** One thing's use since the sample before. */
struct rate {
	uint64_t cpu;         /* thousandths of one CPU */
	uint64_t read, write; /* bytes a second */
	uint64_t pss;         /* bytes */
};

struct rate_net {
	uint64_t rx, tx; /* bytes a second */
};

struct rates {
	struct rate *procs, *nss, *groups; /* as in the snapshot, and as in groups; a sum of what is known of the members */
	struct rate_net *nets;             /* by namespace; USAGE_ABSENT for all but network namespaces */
	uint64_t machine_cpu;              /* thousandths of all CPUs together */
};

/**
 * What changed between two samples, the later of which is of g's snapshot. Without an earlier one
 * (before NULL) every rate is unknown. A process that is new since then has used all it ever used.
 * 0 or -ENOMEM; *ret is set on success only.
 */
int rates_build(const struct usage *before, const struct usage *now, const struct graph *g, const struct groups *gs,
		struct rates **ret);

/** Free rates. NULL is fine. */
void rates_free(struct rates *r);

#endif
