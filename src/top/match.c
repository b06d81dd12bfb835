/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/text.h"
#include "top/model.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What people know a row by. */
static const enum column_id always[] = {COL_NAME, COL_KIND, COL_USER, COL_COMMAND};
enum { NALWAYS = sizeof(always) / sizeof(always[0]) };

bool match_uses(enum column_id id)
{
	for (size_t i = 0; i < NALWAYS; i++)
		if (always[i] == id)
			return true;
	return false;
}

/* As it is and as it is shown. */
static bool has(const struct match *m, const char *s, struct arena *scratch)
{
	const char *safe;

	if (!s || strcasestr(s, m->text))
		return s;
	safe = text_safe(scratch, s, m->ascii);
	return safe && safe != s && strcasestr(safe, m->text);
}

static bool proc_has(struct match *m, const struct snap_proc *p, uint64_t pid)
{
	bool found = (pid && (uint64_t)p->pid == pid) || has(m, p->comm, &m->scratch) || has(m, p->cmdline, &m->scratch);

	arena_reset(&m->scratch);
	return found;
}

/* What a member has, its group and its namespaces have: each process is asked once. */
static void ask_members(struct match *m, const struct top_frame *f)
{
	const struct snapshot *s = f->snap;
	uint64_t pid = strspn(m->text, "0123456789") == strlen(m->text) ? strtoull(m->text, NULL, 10) : 0;

	for (size_t i = 0; i < s->nprocs; i++) {
		if (!proc_has(m, &s->procs[i], pid))
			continue;
		m->groups[f->groups->of_proc[i]] = 1;
		for (int t = 0; t < NS_TYPE_COUNT; t++)
			if (NS_REF_OK(s->procs[i].ns[t]))
				m->nss[s->procs[i].ns[t]] = 1;
	}
}

int match_begin(struct match *m, const struct top *t, const char *text)
{
	*m = (struct match){.text = text, .columns = &top_settings(t)->columns, .ascii = !t->opts.utf8};
	if (!t->now || top_row_kind(top_level(t)->view) == ROW_PROC)
		return 0;
	m->groups = calloc(t->now->groups->n + 1, 1);
	m->nss = calloc(t->now->snap->nnss + 1, 1);
	if (!m->groups || !m->nss)
		return -ENOMEM;
	ask_members(m, t->now);
	return 0;
}

/* Amounts are left out: a row that comes and goes with its rates was not meant. */
static bool column_has(struct match *m, const struct graph *g, struct row row, enum column_id id)
{
	const struct column *c = column_info(id);
	struct cell cell;

	if (c->unit != UNIT_NONE && c->unit != UNIT_NETNSID)
		return false;
	cell = c->get(g, row, &m->scratch);
	return cell.kind != CELL_ABSENT && cell.kind != CELL_UNKNOWN && cell.kind != CELL_PENDING &&
	       has(m, cell_text(c, cell, false, &m->scratch), &m->scratch);
}

bool match_row(struct match *m, const struct graph *g, struct row row)
{
	bool found = (row.kind == ROW_GROUP && m->groups && m->groups[row.index]) ||
		     (row.kind == ROW_NS && m->nss && m->nss[row.index]);

	for (size_t i = 0; i < NALWAYS && !found; i++)
		found = column_has(m, g, row, always[i]);
	for (size_t i = 0; i < m->columns->n && !found; i++)
		found = !match_uses(m->columns->ids[i]) && column_has(m, g, row, m->columns->ids[i]);
	arena_reset(&m->scratch);
	return found;
}

void match_done(struct match *m)
{
	free(m->groups);
	free(m->nss);
	arena_done(&m->scratch);
}
