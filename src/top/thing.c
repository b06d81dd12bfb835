/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "top/model.h"

#include <inttypes.h>
#include <stdio.h>

struct thing thing_of(const struct graph *g, struct row row)
{
	const struct snapshot *s = graph_snapshot(g);

	switch (row.kind) {
	case ROW_NS:
		return (struct thing){.kind = ROW_NS, .a = s->nss[row.index].type, .b = s->nss[row.index].ino};
	case ROW_PROC:
		return (struct thing){.kind = ROW_PROC, .a = (uint64_t)s->procs[row.index].pid, .b = s->procs[row.index].start};
	case ROW_GROUP:
		return (struct thing){.kind = ROW_GROUP, .a = graph_groups(g)->v[row.index].key};
	}
	return NO_THING;
}

bool thing_is(struct thing a, struct thing b)
{
	return a.kind == b.kind && a.a == b.a && a.b == b.b;
}

bool thing_none(struct thing a)
{
	return a.kind == UINT32_MAX;
}

uint64_t thing_hash(struct thing a)
{
	uint64_t v[3] = {a.kind, a.a, a.b};

	return map_hash(v, sizeof(v));
}

uint32_t thing_find(const struct top_frame *f, struct thing a)
{
	uint32_t at;

	switch (a.kind) {
	case ROW_NS:
		return graph_find(f->graph, (enum ns_type)a.a, (uint32_t)a.b);
	case ROW_PROC:
		at = graph_find_pid(f->graph, (int32_t)a.a);
		return at != SNAP_NONE && f->snap->procs[at].start == a.b ? at : SNAP_NONE;
	case ROW_GROUP:
		return groups_find(f->groups, a.a);
	default:
		return SNAP_NONE;
	}
}

uint32_t thing_leader(const struct graph *g, struct row row)
{
	switch (row.kind) {
	case ROW_NS:
		return graph_node(g, row.index)->oldest;
	case ROW_PROC:
		return row.index;
	case ROW_GROUP:
		return graph_groups(g)->v[row.index].leader;
	}
	return SNAP_NONE;
}

const char *thing_name(const struct graph *g, struct row row, struct arena *scratch)
{
	const struct snapshot *s = graph_snapshot(g);
	const char *name = NULL;

	if (row.kind == ROW_NS) {
		const struct snap_ns *n = &s->nss[row.index];

		name = arena_printf(scratch, "%s:[%u]", ns_info((enum ns_type)n->type)->name, n->ino);
	} else if (row.kind == ROW_PROC) {
		name = arena_printf(scratch, "%d %s", s->procs[row.index].pid, s->procs[row.index].comm);
	} else {
		struct cell c = column_info(COL_NAME)->get(g, row, scratch);
		const struct group *grp = &graph_groups(g)->v[row.index];

		name = c.kind == CELL_STR ? c.str : arena_printf(scratch, "group of %d", s->procs[grp->leader].pid);
	}
	return name ? name : "";
}

void thing_target(const struct graph *g, struct row row, char *buf, size_t size)
{
	const struct snapshot *s = graph_snapshot(g);
	uint32_t leader = thing_leader(g, row);

	if (row.kind == ROW_NS)
		snprintf(buf, size, "%s:%u", ns_info((enum ns_type)s->nss[row.index].type)->name, s->nss[row.index].ino);
	else if (leader != SNAP_NONE)
		snprintf(buf, size, "%d", s->procs[leader].pid);
}
