/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_USAGE_READ_H
#define NSVIEW_USAGE_READ_H

#include "nsview/snapshot.h"
#include "nsview/usage.h"

#include <stddef.h>
#include <stdint.h>

/** What a sample has to read beside the snapshot. */
struct usage_opts {
	uint32_t flags;      /* USAGE_* */
	const int32_t *pids; /* sorted: whose I/O and PSS are read; NULL: everybody's */
	size_t npids;
};

/**
 * Take the sample that belongs to a snapshot, as soon after it as can be. What may not be read is
 * no error. /proc/PID/net shows the process's own network; network namespaces without a process that
 * may be read are entered by a thread that ends with that.
 * 0 or -ENOMEM; *ret is the caller's.
 */
int usage_read(const struct snapshot *snap, const struct usage_opts *opts, struct usage **ret);

#endif
