/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/fd.h"
#include "nsview/vec.h"
#include "top/model.h"

#include <stdlib.h>
#include <string.h>

enum { GONE_MAX = 256 }; /* more than a screen has lines */

const struct view_settings *top_settings(const struct top *t)
{
	return &t->views[top_level(t)->view];
}

struct view_settings *top_settings_mut(struct top *t)
{
	return &t->views[top_level(t)->view];
}

enum row_kind top_row_kind(enum top_view view)
{
	return view == TOP_GROUPS ? ROW_GROUP : view == TOP_PROCESSES ? ROW_PROC : ROW_NS;
}

static enum view_tree tree_of(const struct top *t)
{
	switch (top_level(t)->view) {
	case TOP_USER_TREE:
		return TREE_OWNER;
	case TOP_PID_TREE:
		return TREE_PARENT;
	case TOP_NAMESPACES:
		return top_settings(t)->tree ? TREE_OWNER : TREE_NONE;
	default:
		return top_settings(t)->tree ? TREE_PROCESS : TREE_NONE;
	}
}

/* The processes whose namespaces a scope asks for, in the arena. */
static int scope_procs(const struct top *t, uint32_t scope, struct arena *a, struct view_query *q)
{
	const struct graph *g = t->now->graph;
	struct row row = {.kind = (enum row_kind)top_level(t)->scope.kind, .index = scope, .ns = SNAP_NONE};
	const struct holder *members;
	size_t n = 1;
	uint32_t *procs;

	if (row.kind == ROW_NS)
		members = graph_holders_of(g, scope, HOLD_PROCESS, &n);
	procs = arena_alloc(a, (n + 1) * sizeof(*procs));
	if (!procs)
		return -1;
	for (size_t i = 0; i < n; i++)
		procs[i] = row.kind == ROW_NS ? members[i].index : thing_leader(g, row);
	q->procs = procs;
	q->nprocs = n;
	return 0;
}

/* What a level's rows are. Less than 0 when there are none: what they belong to is gone. */
static int query_build(const struct top *t, struct arena *a, struct view_query *q)
{
	const struct level *l = top_level(t);
	enum row_kind kind = top_row_kind(l->view);
	uint32_t *scope = arena_alloc(a, sizeof(*scope));

	*q = (struct view_query){
		.processes = kind == ROW_PROC,
		.groups = kind == ROW_GROUP,
		.types = l->view == TOP_PID_TREE ? 1u << NS_PID : l->types,
		.filter = l->filter,
		.tree = tree_of(t),
		.ancestors = tree_of(t) != TREE_NONE,
		.sort = top_settings(t)->sort,
		.descending = top_settings(t)->descending,
	};
	if (thing_none(l->scope))
		return 0;
	if (!scope)
		return -1;
	*scope = thing_find(t->now, l->scope);
	if (*scope == SNAP_NONE)
		return -1;
	if (kind == ROW_NS)
		return scope_procs(t, *scope, a, q);
	if (l->scope.kind == ROW_GROUP)
		q->group = scope;
	q->nss = l->scope.kind == ROW_NS ? scope : NULL;
	q->nnss = 1;
	return 0;
}

static bool row_matches(const struct graph *g, struct row row, void *ctx)
{
	return match_row(ctx, g, row);
}

/* Rows that have the text of the filter, which is no expression. */
static int build_matching(const struct top *t, struct view_query q, struct view **ret)
{
	struct match m;
	int err = match_begin(&m, t, top_level(t)->filter_text);

	q.match = row_matches;
	q.match_ctx = &m;
	if (err >= 0)
		err = view_build(t->now->graph, &q, ret);
	match_done(&m);
	return err;
}

int top_rows_view(const struct top *t, struct view **ret)
{
	const struct level *l = top_level(t);
	struct arena a = {0};
	static const uint32_t none;
	struct view_query q;
	bool gone = query_build(t, &a, &q) < 0; /* what they belong to: no rows */
	int err;

	if (gone)
		q = (struct view_query){.sort = -1, .nss = &none};
	if (!gone && *l->filter_text && !l->filter)
		err = build_matching(t, q, ret);
	else
		err = view_build(t->now->graph, &q, ret);
	arena_done(&a);
	return err;
}

static bool folded(const struct top *t, struct thing thing)
{
	return map_get(&t->folds, thing_hash(thing)) == 1;
}

/* Of groups, types choose those that have one of their own. */
static bool left_out(const struct top *t, const struct view *v, size_t row)
{
	uint32_t types = top_level(t)->types;

	return v->rows[row].kind == ROW_GROUP && types && !(graph_groups(v->graph)->v[v->rows[row].index].own & types);
}

/* One line for each row that is not below a folded one; a parent's line is known before its children's. */
static int add_lines(struct top *t, const struct view *v)
{
	AUTO_FREE uint32_t *line_of = malloc((v->nrows + 1) * sizeof(*line_of));

	t->nlines = 0;
	if (!line_of || vec_reserve(&t->lines, &t->lines_cap, v->nrows + t->ngone + 1) < 0)
		return -1;
	for (size_t i = 0; i < v->nrows; i++) {
		uint32_t parent = v->parents ? v->parents[i] : VIEW_NO_PARENT;
		uint32_t up = parent == VIEW_NO_PARENT ? VIEW_NO_PARENT : line_of[parent];
		struct line *l = &t->lines[t->nlines];

		line_of[i] = VIEW_NO_PARENT;
		if (parent != VIEW_NO_PARENT && up != VIEW_NO_PARENT)
			t->lines[up].children = true;
		if (left_out(t, v, i) || (parent != VIEW_NO_PARENT && (up == VIEW_NO_PARENT || t->lines[up].folded)))
			continue;
		*l = (struct line){.row = v->rows[i], .thing = thing_of(v->graph, v->rows[i]), .parent = up};
		l->depth = up == VIEW_NO_PARENT ? 0 : t->lines[up].depth + 1;
		l->folded = v->parents && folded(t, l->thing);
		line_of[i] = (uint32_t)t->nlines++;
	}
	return 0;
}

/* Seen from the end, the first child of a parent is its last. */
static int find_last(struct top *t)
{
	AUTO_FREE uint8_t *seen = calloc(t->nlines + 1, 1);

	if (!seen)
		return -1;
	for (size_t i = t->nlines; i-- > 0;) {
		size_t up = t->lines[i].parent == VIEW_NO_PARENT ? t->nlines : t->lines[i].parent;

		t->lines[i].last = !seen[up];
		seen[up] = 1;
	}
	return 0;
}

struct anchored {
	size_t below; /* 0: before the first line; else 1 + the line that it stands below */
	size_t gone;
};

static int by_place(const void *a, const void *b)
{
	const struct anchored *x = a, *y = b;

	if (x->below != y->below)
		return x->below < y->below ? -1 : 1;
	return (x->gone > y->gone) - (x->gone < y->gone);
}

/* Where the lines that are gone belong among those that are there. */
static int find_anchors(const struct top *t, struct anchored *ret)
{
	struct map at = {0};
	int err = map_reserve(&at, t->nlines);

	for (size_t i = 0; i < t->nlines && err == 0; i++)
		err = map_put(&at, thing_hash(t->lines[i].thing), (uint32_t)i);
	for (size_t i = 0; i < t->ngone && err == 0; i++) {
		uint32_t line = thing_none(t->gone_below[i]) ? MAP_NONE : map_get(&at, thing_hash(t->gone_below[i]));

		ret[i] = (struct anchored){.below = line == MAP_NONE ? 0 : line + 1, .gone = i};
	}
	map_done(&at);
	if (err == 0)
		qsort(ret, t->ngone, sizeof(*ret), by_place);
	return err;
}

/* From the end, so that each line moves once. Room was made before. */
static int merge_gone(struct top *t)
{
	AUTO_FREE struct anchored *at = malloc((t->ngone + 1) * sizeof(*at));
	AUTO_FREE uint32_t *moved = malloc((t->nlines + 1) * sizeof(*moved));
	size_t to = t->nlines + t->ngone, g = t->ngone;

	if (!t->ngone)
		return 0;
	if (!at || !moved || find_anchors(t, at) < 0)
		return -1;
	for (size_t i = t->nlines + 1; i-- > 0;) {
		while (g > 0 && at[g - 1].below == i)
			t->lines[--to] = t->gone[at[--g].gone];
		if (i > 0) {
			t->lines[--to] = t->lines[i - 1];
			moved[i - 1] = (uint32_t)to;
		}
	}
	t->nlines += t->ngone;
	for (size_t i = 0; i < t->nlines; i++)
		if (!t->lines[i].gone && t->lines[i].parent != VIEW_NO_PARENT)
			t->lines[i].parent = moved[t->lines[i].parent];
	return 0;
}

void top_select(struct top *t, size_t at)
{
	struct level *l = top_level_mut(t);

	l->at = t->nlines == 0 ? 0 : at < t->nlines ? at : t->nlines - 1;
	if (t->nlines)
		l->selected = t->lines[l->at].thing;
	t->detail.first = 0;
}

void top_pin(struct top *t)
{
	top_level_mut(t)->moved = true;
}

/* The selection stays with its thing; when that is gone, with its place. One that nobody chose is the first line. */
static void find_selected(struct top *t)
{
	struct level *l = top_level_mut(t);

	if (!l->moved) {
		l->at = l->first = 0;
		l->selected = t->nlines ? t->lines[0].thing : NO_THING;
		return;
	}
	for (size_t i = 0; i < t->nlines; i++)
		if (thing_is(t->lines[i].thing, l->selected)) {
			l->at = i;
			return;
		}
	top_select(t, l->at);
}

void top_lines_build(struct top *t)
{
	struct view *v = NULL;

	t->nlines = 0;
	if (!t->now || top_rows_view(t, &v) < 0)
		return;
	if (add_lines(t, v) < 0 || find_last(t) < 0 || merge_gone(t) < 0)
		top_say(t, "out of memory");
	view_free(v);
	find_selected(t);
}

const struct line *top_selected(const struct top *t)
{
	return top_level(t)->at < t->nlines ? &t->lines[top_level(t)->at] : NULL;
}

const struct graph *top_line_graph(const struct top *t, const struct line *l)
{
	return l->gone ? t->before->graph : t->now->graph;
}

void top_forget_gone(struct top *t)
{
	free(t->gone);
	free(t->gone_below);
	t->gone = NULL;
	t->gone_below = NULL;
	t->ngone = 0;
}

void top_note_gone(struct top *t, const struct top_frame *next)
{
	struct thing below = NO_THING;

	top_forget_gone(t);
	t->gone = calloc(GONE_MAX, sizeof(*t->gone));
	t->gone_below = calloc(GONE_MAX, sizeof(*t->gone_below));
	for (size_t i = 0; t->gone && t->gone_below && i < t->nlines && t->ngone < GONE_MAX; i++) {
		struct line *l = &t->lines[i];

		if (l->gone)
			continue;
		if (thing_find(next, l->thing) != SNAP_NONE) {
			below = l->thing;
			continue;
		}
		t->gone[t->ngone] = *l;
		t->gone[t->ngone].gone = true;
		t->gone[t->ngone].parent = VIEW_NO_PARENT;
		t->gone_below[t->ngone++] = below;
	}
}
