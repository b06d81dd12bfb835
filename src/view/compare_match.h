/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_VIEW_COMPARE_MATCH_H
#define NSVIEW_VIEW_COMPARE_MATCH_H

#include "nsview/graph.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Which processes and namespaces of two snapshots are the same, and which belong to the looking
 * itself. A process is its PID and start time, whatever it is called; a namespace its type and inode,
 * and its 64-bit id where both know it, since an inode is given out again.
 */

enum match_when { BEFORE, AFTER };

/* One of the two. Arrays go by the snapshot's own indices. */
struct match_side {
	const struct graph *g;
	const struct snapshot *snap;
	uint32_t *procs; /* the same process in the other snapshot, or SNAP_NONE */
	uint32_t *nss;   /* the same namespace there, or SNAP_NONE */
	bool *procs_out; /* left out: nsview itself, what it was started through, kernel threads */
	bool *nss_out;   /* left out: nothing but processes that are left out holds it */
};

struct match {
	struct match_side side[2];
};

/** Match two snapshots; all memory is the arena's. 0 or -ENOMEM. */
int match_build(const struct graph *before, const struct graph *after, struct arena *a, struct match *ret);

/** One number for a namespace in both snapshots: where AFTER has it, its index there; those that are gone come behind. */
uint32_t match_ns(const struct match *m, enum match_when when, uint32_t ns);

#endif
