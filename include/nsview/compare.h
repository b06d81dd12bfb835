/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_COMPARE_H
#define NSVIEW_COMPARE_H

#include "nsview/report.h"

#include <stdbool.h>

/** What of two processes is beside each other: their facts, and what their namespaces hold where these differ. */
struct compare_side {
	uint32_t proc;                              /* index into the snapshot's procs */
	const struct inside *inside[NS_TYPE_COUNT]; /* NULL: not looked */
	const struct inside *facts;                 /* of peek_proc(); NULL: not looked */
};

/**
 * Two processes of one graph, type by type: shared or different, and what differs in brief.
 * *same is whether they share every namespace that could be read. In the arena; NULL without memory.
 */
struct report_item *compare_procs(const struct graph *g, const struct compare_side *a, const struct compare_side *b,
				  struct arena *arena, bool *same);

/**
 * Two snapshots: the namespaces that went, came or changed, and who came to hold them or ceased to.
 * What took the snapshots is left out, and so are kernel threads in the machine's own namespaces.
 * With all, every row is for people; without, those that only numbers matter of are for JSON alone.
 * In the arena; NULL without memory.
 */
struct report_item *compare_snapshots(const struct graph *before, const struct graph *after, bool all, struct arena *arena,
				      bool *same);

#endif
