/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/nest.h"

#include "nsview/fd.h"
#include "nsview/group.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static uint32_t ref_or_none(uint32_t ref)
{
	return NS_REF_OK(ref) ? ref : VIEW_NO_PARENT;
}

/* The nearest process above a group's leader that is in another group. */
static uint32_t parent_group(const struct graph *g, uint32_t id)
{
	const struct groups *gs = graph_groups(g);
	uint32_t up = graph_proc_parent(g, gs->v[id].leader);

	return up == SNAP_NONE || gs->of_proc[up] == id ? VIEW_NO_PARENT : gs->of_proc[up];
}

uint32_t nest_parent(const struct graph *g, const struct view_query *q, uint32_t id)
{
	if (q->groups)
		return parent_group(g, id);
	if (q->processes || q->tree == TREE_PROCESS)
		return graph_proc_parent(g, id); /* SNAP_NONE is VIEW_NO_PARENT */
	if (q->tree == TREE_PARENT)
		return ref_or_none(graph_node(g, id)->ns->parent);
	return ref_or_none(graph_node(g, id)->ns->owner);
}

/*
 * The rows are nodes of a forest over ids. row_of[id] is the row that stands for an id: its own,
 * or with TREE_PROCESS the last row of a namespace that the process leads, below which the
 * namespaces of its descendants hang, as in lsns.
 */
struct nest {
	struct view *v;
	const struct view_query *q;
	size_t nids;
	uint32_t *row_of;    /* by id; VIEW_NO_PARENT: none */
	uint32_t *above;     /* by id: the nearest row at or above it */
	uint32_t *path;      /* ids of a walk */
	uint8_t *walked;     /* by id: 1 on the way, 2 done */
};

static bool by_leader(const struct view_query *q)
{
	return !q->processes && !q->groups && q->tree == TREE_PROCESS;
}

static uint32_t id_of(const struct nest *n, size_t row)
{
	uint32_t index = n->v->rows[row].index;

	return by_leader(n->q) ? graph_node(n->v->graph, index)->leader : index;
}

/* The nearest row at or above an id, remembered for every id on the way: linear in all. A circle has no top. */
static uint32_t row_above(struct nest *n, uint32_t id)
{
	size_t len = 0;
	uint32_t row = VIEW_NO_PARENT;

	for (; id != VIEW_NO_PARENT; id = nest_parent(n->v->graph, n->q, id)) {
		if (n->walked[id] == 2) {
			row = n->above[id];
			break;
		}
		if (n->walked[id] == 1)
			break;
		n->walked[id] = 1;
		n->path[len++] = id;
		if (n->row_of[id] != VIEW_NO_PARENT) {
			row = n->row_of[id];
			break;
		}
	}
	while (len > 0) {
		id = n->path[--len];
		n->above[id] = row;
		n->walked[id] = 2;
	}
	return row;
}

static int find_parents(struct nest *n, uint32_t *parents)
{
	n->row_of = malloc((n->nids + 1) * sizeof(*n->row_of));
	n->above = malloc((n->nids + 1) * sizeof(*n->above));
	n->path = malloc((n->nids + 1) * sizeof(*n->path));
	n->walked = calloc(n->nids + 1, 1);
	if (!n->row_of || !n->above || !n->path || !n->walked)
		return -ENOMEM;

	memset(n->row_of, 0xff, (n->nids + 1) * sizeof(*n->row_of));
	for (size_t i = 0; i < n->v->nrows; i++)
		if (id_of(n, i) != SNAP_NONE)
			n->row_of[id_of(n, i)] = (uint32_t)i;
	for (size_t i = 0; i < n->v->nrows; i++) {
		uint32_t id = id_of(n, i);
		uint32_t up = id == SNAP_NONE ? VIEW_NO_PARENT : nest_parent(n->v->graph, n->q, id);

		parents[i] = up == VIEW_NO_PARENT ? VIEW_NO_PARENT : row_above(n, up);
		if (parents[i] == i)
			parents[i] = VIEW_NO_PARENT;
	}
	return 0;
}

/* Children of each row in compressed rows; those of row nrows are the roots. */
struct kin {
	size_t *start;
	uint32_t *rows;
};

static int kin_build(const uint32_t *parents, size_t n, struct kin *kin)
{
	kin->start = calloc(n + 3, sizeof(*kin->start));
	kin->rows = malloc((n + 1) * sizeof(*kin->rows));
	if (!kin->start || !kin->rows)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		kin->start[(parents[i] == VIEW_NO_PARENT ? n : parents[i]) + 2]++;
	for (size_t i = 2; i < n + 3; i++)
		kin->start[i] += kin->start[i - 1];
	for (size_t i = 0; i < n; i++)
		kin->rows[kin->start[(parents[i] == VIEW_NO_PARENT ? n : parents[i]) + 1]++] = (uint32_t)i;
	return 0;
}

/* One tree in preorder without recursion: place[] is where each old row goes. */
static size_t walk(const struct kin *kin, uint32_t root, uint32_t *stack, uint32_t *place, uint32_t *order, size_t at)
{
	size_t depth = 0;

	stack[depth++] = root;
	while (depth > 0) {
		uint32_t row = stack[--depth];

		if (place[row] != VIEW_NO_PARENT)
			continue;
		place[row] = (uint32_t)at;
		order[at++] = row;
		for (size_t i = kin->start[row + 1]; i > kin->start[row]; i--)
			stack[depth++] = kin->rows[i - 1];
	}
	return at;
}

/* Rows in a circle, which only a made-up snapshot has, are reached from no root: each begins a tree. */
static int reorder(struct view *v, uint32_t *parents)
{
	size_t n = v->nrows, at = 0;
	struct kin kin = {0};
	AUTO_FREE uint32_t *stack = malloc((n + 1) * sizeof(*stack));
	AUTO_FREE uint32_t *place = malloc((n + 1) * sizeof(*place));
	AUTO_FREE uint32_t *order = malloc((n + 1) * sizeof(*order));
	AUTO_FREE struct row *rows = malloc((n + 1) * sizeof(*rows));
	AUTO_FREE uint32_t *moved = malloc((n + 1) * sizeof(*moved));
	int err = stack && place && order && rows && moved ? kin_build(parents, n, &kin) : -ENOMEM;

	if (err == 0) {
		memset(place, 0xff, (n + 1) * sizeof(*place));
		for (size_t i = kin.start[n]; i < kin.start[n + 1]; i++)
			at = walk(&kin, kin.rows[i], stack, place, order, at);
		for (uint32_t i = 0; i < n; i++)
			if (place[i] == VIEW_NO_PARENT) {
				parents[i] = VIEW_NO_PARENT;
				at = walk(&kin, i, stack, place, order, at);
			}
		for (size_t i = 0; i < n; i++) {
			uint32_t parent = parents[order[i]];

			rows[i] = v->rows[order[i]];
			moved[i] = parent == VIEW_NO_PARENT ? parent : place[parent];
		}
		memcpy(v->rows, rows, n * sizeof(*rows));
		memcpy(parents, moved, n * sizeof(*moved));
	}
	free(kin.start);
	free(kin.rows);
	return err;
}

int nest_rows(struct view *v, const struct view_query *q)
{
	const struct snapshot *s = graph_snapshot(v->graph);
	AUTO_FREE uint32_t *parents = malloc((v->nrows + 1) * sizeof(*parents));
	struct nest n = {.v = v, .q = q, .nids = q->groups                        ? graph_groups(v->graph)->n
						 : q->processes || by_leader(q) ? s->nprocs
										: s->nnss};
	int err = parents ? find_parents(&n, parents) : -ENOMEM;

	free(n.row_of);
	free(n.above);
	free(n.path);
	free(n.walked);
	if (err == 0)
		err = reorder(v, parents);
	if (err == 0)
		v->parents = take_ptr(parents);
	return err;
}
