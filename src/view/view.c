/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/view.h"

#include "nsview/fd.h"
#include "nsview/filter.h"
#include "nsview/group.h"
#include "view/nest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Which ids of a table are wanted, a byte each; NULL: all. */
static int mark(const uint32_t *ids, size_t n, size_t size, uint8_t **ret)
{
	*ret = NULL;
	if (!ids)
		return 0;
	*ret = calloc(size + 1, 1);
	if (!*ret)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		(*ret)[ids[i]] = 1;
	return 0;
}

struct filter_row {
	const struct graph *g;
	struct row row;
	struct arena *scratch;
};

static struct cell fetch(int column, void *ctx)
{
	const struct filter_row *f = ctx;

	return column_info((enum column_id)column)->get(f->g, f->row, f->scratch);
}

static bool passes(const struct graph *g, const struct view_query *q, struct row row, struct arena *scratch)
{
	struct filter_row f = {.g = g, .row = row, .scratch = scratch};
	bool pass;

	if (q->filter) {
		pass = filter_match(q->filter, fetch, &f);
		arena_reset(scratch);
		if (!pass)
			return false;
	}
	return !q->match || q->match(g, row, q->match_ctx);
}

/* The namespaces that the wanted processes are in. */
static void mark_of_procs(const struct snapshot *s, const uint32_t *procs, size_t n, uint8_t *marks)
{
	for (size_t i = 0; i < n; i++)
		for (int t = 0; t < NS_TYPE_COUNT; t++)
			if (NS_REF_OK(s->procs[procs[i]].ns[t]))
				marks[s->procs[procs[i]].ns[t]] |= 2;
}

static bool ns_wanted(const struct graph *g, const struct view_query *q, const uint8_t *marks, uint32_t ns,
		      struct arena *scratch)
{
	const struct ns_node *n = graph_node(g, ns);

	if (q->types && !(q->types & 1u << n->ns->type))
		return false;
	if (marks && !marks[ns])
		return false;
	if (q->empty && n->nprocs)
		return false;
	return passes(g, q, (struct row){.kind = ROW_NS, .index = ns, .ns = ns}, scratch);
}

/* The first wanted namespace that a process is in, as the one in whose question it comes up. */
static uint32_t ns_of_proc(const struct snapshot *s, const uint8_t *marks, uint32_t proc)
{
	for (int t = 0; marks && t < NS_TYPE_COUNT; t++) {
		uint32_t ns = s->procs[proc].ns[t];

		if (NS_REF_OK(ns) && marks[ns])
			return ns;
	}
	return SNAP_NONE;
}

/* Whether a process differs from its parent in one of the types that are asked for. */
static bool unshares(const struct graph *g, const struct view_query *q, uint32_t proc)
{
	const struct snapshot *s = graph_snapshot(g);
	uint32_t parent = graph_proc_parent(g, proc);

	if (!q->types || parent == SNAP_NONE)
		return true;
	for (int t = 0; t < NS_TYPE_COUNT; t++) {
		uint32_t a = s->procs[proc].ns[t], b = s->procs[parent].ns[t];

		if (q->types & 1u << t && NS_REF_OK(a) && NS_REF_OK(b) && a != b)
			return true;
	}
	return false;
}

static struct row row_of(const struct snapshot *s, const struct view_query *q, const uint8_t *marks, uint32_t id)
{
	if (q->groups)
		return (struct row){ROW_GROUP, id, SNAP_NONE};
	return q->processes ? (struct row){ROW_PROC, id, ns_of_proc(s, marks, id)} : (struct row){ROW_NS, id, id};
}

static bool proc_wanted(const struct graph *g, const struct view_query *q, const uint8_t *marks, uint32_t proc,
			struct arena *scratch)
{
	struct row row = row_of(graph_snapshot(g), q, marks, proc);

	if (marks && row.ns == SNAP_NONE)
		return false;
	if (q->group && graph_groups(g)->of_proc[proc] != *q->group)
		return false;
	return unshares(g, q, proc) && passes(g, q, row, scratch);
}

static bool wanted(const struct graph *g, const struct view_query *q, const uint8_t *marks, uint32_t id,
		   struct arena *scratch)
{
	if (q->groups)
		return passes(g, q, (struct row){ROW_GROUP, id, SNAP_NONE}, scratch);
	return q->processes ? proc_wanted(g, q, marks, id, scratch) : ns_wanted(g, q, marks, id, scratch);
}

/* Keep what is above the rows that pass; each id is visited once. */
static void keep_ancestors(const struct graph *g, const struct view_query *q, uint8_t *keep, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (keep[i] != 1)
			continue;
		for (uint32_t up = nest_parent(g, q, (uint32_t)i); up != VIEW_NO_PARENT && !keep[up];
		     up = nest_parent(g, q, up))
			keep[up] = 2;
	}
}

static int choose(struct view *v, const struct view_query *q)
{
	const struct snapshot *s = graph_snapshot(v->graph);
	size_t n = q->groups ? graph_groups(v->graph)->n : q->processes ? s->nprocs : s->nnss;
	AUTO_FREE uint8_t *keep = calloc(n + 1, 1);
	AUTO_FREE uint8_t *marks = NULL;
	static const uint32_t none[1];
	struct arena scratch = {0};
	int err = mark(q->procs && !q->nss ? none : q->nss, q->nnss, s->nnss, &marks);

	v->rows = malloc((n + 1) * sizeof(*v->rows));
	if (!keep || !v->rows || err < 0)
		return -ENOMEM;
	if (q->procs)
		mark_of_procs(s, q->procs, q->nprocs, marks);

	for (uint32_t i = 0; i < n; i++)
		keep[i] = wanted(v->graph, q, marks, i, &scratch);
	arena_done(&scratch);
	/* Namespaces in a tree by process hang below processes, not below what nest_parent() could tell of them. */
	if (q->ancestors && (q->processes || q->groups || q->tree != TREE_PROCESS))
		keep_ancestors(v->graph, q, keep, n);
	for (uint32_t i = 0; i < n; i++)
		if (keep[i])
			v->rows[v->nrows++] = row_of(s, q, marks, i);
	return 0;
}

/* What rows are sorted by, beside them. */
struct sorting {
	const uint64_t *ties;    /* see tie_of() */
	const struct cell *keys; /* NULL: there are but ties */
	bool descending;
};

static bool has_value(struct cell c)
{
	return c.kind != CELL_ABSENT && c.kind != CELL_UNKNOWN && c.kind != CELL_PENDING;
}

/* What has no value comes last in either direction. */
static int compare_rows(const void *a, const void *b, void *sorting)
{
	const struct sorting *s = sorting;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	int order = s->keys ? cell_compare(s->keys[x], s->keys[y]) : 0;

	if (order == 0)
		return (s->ties[x] > s->ties[y]) - (s->ties[x] < s->ties[y]);
	return s->descending && has_value(s->keys[x]) && has_value(s->keys[y]) ? -order : order;
}

/* What orders rows that are otherwise alike: as long as they are there, they stay where they are. */
static uint64_t tie_of(const struct graph *g, struct row row, size_t i)
{
	switch (row.kind) {
	case ROW_NS:
		return graph_node(g, row.index)->ns->ino;
	case ROW_GROUP:
		return graph_groups(g)->v[row.index].leader;
	default:
		return i;
	}
}

/* The cells of a column, one for each row; their texts are the arena's. */
static struct cell *keys_of(const struct view *v, int column, struct arena *a)
{
	struct cell *keys = malloc((v->nrows + 1) * sizeof(*keys));

	for (size_t i = 0; keys && i < v->nrows; i++)
		keys[i] = column_info((enum column_id)column)->get(v->graph, v->rows[i], a);
	return keys;
}

static int sort(struct view *v, const struct view_query *q)
{
	struct arena scratch = {0};
	AUTO_FREE struct cell *keys = q->sort >= 0 ? keys_of(v, q->sort, &scratch) : NULL;
	AUTO_FREE uint64_t *ties = malloc((v->nrows + 1) * sizeof(*ties));
	AUTO_FREE uint32_t *order = malloc((v->nrows + 1) * sizeof(*order));
	AUTO_FREE struct row *rows = malloc((v->nrows + 1) * sizeof(*rows));
	struct sorting s = {.ties = ties, .keys = keys, .descending = q->descending};
	bool whole = ties && order && rows && (keys || q->sort < 0);

	for (size_t i = 0; whole && i < v->nrows; i++) {
		ties[i] = tie_of(v->graph, v->rows[i], i);
		order[i] = (uint32_t)i;
	}
	if (whole) {
		qsort_r(order, v->nrows, sizeof(*order), compare_rows, &s);
		for (size_t i = 0; i < v->nrows; i++)
			rows[i] = v->rows[order[i]];
		free(v->rows);
		v->rows = take_ptr(rows);
	}
	arena_done(&scratch);
	return whole ? 0 : -ENOMEM;
}

int view_build(const struct graph *g, const struct view_query *q, struct view **ret)
{
	struct view *v = calloc(1, sizeof(*v));
	int err;

	if (!v)
		return -ENOMEM;
	v->graph = g;
	err = choose(v, q);
	if (err == 0)
		err = sort(v, q);
	if (err == 0 && q->tree != TREE_NONE)
		err = nest_rows(v, q);
	if (err < 0) {
		view_free(v);
		return err;
	}
	*ret = v;
	return 0;
}

void view_free(struct view *v)
{
	if (!v)
		return;
	free(v->rows);
	free(v->parents);
	free(v);
}

int view_resolve_live_column(const char *name, void *ctx)
{
	(void)ctx;
	return column_find_live(name);
}

int view_resolve_column(const char *name, void *ctx)
{
	(void)ctx;
	return column_find(name);
}
