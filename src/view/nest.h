/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_VIEW_NEST_H
#define NSVIEW_VIEW_NEST_H

#include "nsview/view.h"

/**
 * What hangs below what, as ids: namespaces or processes by their index in the snapshot's table.
 * The parent of an id, or VIEW_NO_PARENT. May go in circles when a saved snapshot does.
 */
uint32_t nest_parent(const struct graph *g, const struct view_query *q, uint32_t id);

/**
 * Put the n rows of a view below each other by the query's tree: each below its nearest ancestor
 * that is a row. Rows keep their order among siblings; parents come before children. 0 or -ENOMEM.
 */
int nest_rows(struct view *v, const struct view_query *q);

#endif
