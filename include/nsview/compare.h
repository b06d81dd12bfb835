/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_COMPARE_H
#define NSVIEW_COMPARE_H

#include "nsview/report.h"

#include <stdbool.h>

/** What of two targets is beside each other: a process with its namespaces, or namespaces alone, and what is inside where these differ. */
struct compare_side {
	uint32_t proc;                              /* index into the snapshot's procs; SNAP_NONE: namespaces alone */
	uint32_t ns[NS_TYPE_COUNT];                 /* refs */
	const struct inside *inside[NS_TYPE_COUNT]; /* of peek_ns(); NULL: not looked */
	const struct inside *root;                  /* of peek_root(); NULL: not looked */
};

/**
 * Two targets of one graph, type by type of a mask: shared or different, and what differs inside in
 * brief; of two processes the root directories as well. What only one side has is different. *same is
 * whether all is shared that could be read, and *known whether all could be. In the arena; NULL without memory.
 */
struct report_item *compare_targets(const struct graph *g, const struct compare_side *x, const struct compare_side *y,
				    uint32_t types, struct arena *arena, bool *same, bool *known);

/**
 * Two snapshots: the namespaces that went, came or changed, and who came to hold them or ceased to.
 * What took the snapshots is left out, and so are kernel threads in the machine's own namespaces.
 * With all, every row is for people; without, those that only numbers matter of are for JSON alone.
 * In the arena; NULL without memory.
 */
struct report_item *compare_snapshots(const struct graph *before, const struct graph *after, bool all, struct arena *arena,
				      bool *same);

#endif
