/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/want.h"

#include "top/model.h"

#include <errno.h>
#include <stdlib.h>

/* Command lines of everybody are read as long as that is cheap; of more, leaders' only. */
enum { CMDLINES_MAX = 2000 };

/* Columns that decide which rows there are, so that every row needs their value. */
static bool decides(const struct top *t, enum column_id id)
{
	const struct level *l = top_level(t);

	if (top_settings(t)->sort == (int)id)
		return true;
	return l->filter ? filter_uses(l->filter, (int)id) : *l->filter_text && match_uses(id);
}

static void add_columns(const struct top *t, struct top_want *w, uint32_t *everybody)
{
	const struct column_list *c = &top_settings(t)->columns;

	for (int id = 0; id < COL_LIVE_COUNT; id++) {
		const struct column *col = column_info((enum column_id)id);
		bool shown = column_list_has(c, (enum column_id)id) && (t->column_x[id] >= 0 || !t->list_height);

		if (decides(t, (enum column_id)id))
			*everybody |= col->usage;
		else if (!shown)
			continue;
		w->want |= col->want;
		w->usage |= col->usage;
	}
}

static bool on_screen(const struct top *t, uint32_t proc)
{
	const struct snapshot *s = t->now->snap;
	const struct groups *gs = t->now->groups;
	const struct level *l = top_level(t);

	for (size_t i = l->first; i < t->nlines && i < l->first + t->list_height; i++) {
		const struct row *r = &t->lines[i].row;

		if (t->lines[i].gone)
			continue;
		if ((r->kind == ROW_PROC && r->index == proc) || (r->kind == ROW_GROUP && gs->of_proc[proc] == r->index) ||
		    (r->kind == ROW_NS && s->procs[proc].ns[s->nss[r->index].type] == r->index))
			return true;
	}
	return false;
}

/* The processes whose rows are on the screen: a screen has few lines, so this is linear in processes. */
static int choose_pids(const struct top *t, struct top_want *w)
{
	w->pids = malloc((t->now->snap->nprocs + 1) * sizeof(*w->pids));
	if (!w->pids)
		return -ENOMEM;
	for (uint32_t i = 0; i < t->now->snap->nprocs; i++)
		if (on_screen(t, i))
			w->pids[w->npids++] = t->now->snap->procs[i].pid;
	return 0;
}

int top_want(const struct top *t, struct top_want *ret)
{
	/* A share of a CPU takes two looks, so CPU time is read before it is shown. */
	struct top_want w = {.want = WANT_RELATIONS | WANT_LABELS | WANT_CPU, .delay = t->delay, .frozen = t->frozen};
	uint32_t everybody = 0;
	int err = 0;

	add_columns(t, &w, &everybody);
	if (top_level(t)->view == TOP_NAMESPACES || t->details)
		w.want |= WANT_HOLDERS;
	if (t->details)
		w.want |= WANT_IDMAPS;
	if (w.want & WANT_CMDLINE_LEADERS && (!t->now || t->now->snap->nprocs <= CMDLINES_MAX))
		w.want |= WANT_CMDLINE_ALL;
	if (w.usage & (USAGE_IO | USAGE_PSS) && !(everybody & (USAGE_IO | USAGE_PSS)) && t->now && t->list_height)
		err = choose_pids(t, &w);
	if (err == 0)
		*ret = w;
	return err;
}
