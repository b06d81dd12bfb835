/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/render.h"

#include "nsview/arena.h"
#include "nsview/fd.h"
#include "nsview/text.h"
#include "render/raw.h"
#include "render/width.h"

#include <errno.h>
#include <libsmartcols.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/*
 * libsmartcols draws each row's branches anew from the root. Namespaces nest 33 deep and hardly a terminal shows
 * deeper ones, but a dump may have a chain of millions of processes: from here on rows stay side by side.
 */
enum { DEPTH_MAX = 64 };

struct table {
	struct libscols_table *st;
	const struct view *v;
	const struct column_list *cols;
	const struct style *style;
	bool tree;
	struct arena scratch; /* emptied after each row */
};

static size_t column_width(const struct libscols_column *cl, const char *s, void *data)
{
	(void)cl, (void)data;
	return width_of(s);
}

static char *no_next_line(const struct libscols_column *cl, char *s, void *data)
{
	(void)cl, (void)s, (void)data;
	return NULL;
}

static int add_column(struct table *t, enum column_id id, bool tree)
{
	const struct column *c = column_info(id);
	int flags = c->flags & COLUMN_RIGHT && !tree ? SCOLS_FL_RIGHT : 0;
	struct libscols_column *sc;

	if (c->flags & COLUMN_TRUNC && t->style->truncate)
		flags |= SCOLS_FL_TRUNC;
	if (c->flags & COLUMN_WRAP && t->style->wrap)
		flags |= SCOLS_FL_WRAP;
	if (tree)
		flags |= SCOLS_FL_TREE;
	/* Where nothing is cut, "wrapping" means no more than that the width is ours to tell. */
	bool counted = !t->style->width && !(flags & SCOLS_FL_WRAP);

	sc = scols_table_new_column(t->st, c->name, c->width, flags | (counted ? SCOLS_FL_WRAP : 0));
	if (!sc)
		return -ENOMEM;
	if (counted)
		scols_column_set_wrapfunc(sc, column_width, no_next_line, NULL);
	if (flags & SCOLS_FL_WRAP) {
		scols_column_set_wrapfunc(sc, scols_wrapnl_chunksize, scols_wrapnl_nextchunk, NULL);
		scols_column_set_safechars(sc, "\n");
	}
	return 0;
}

static int set_up(struct table *t, enum column_id tree_column)
{
	const struct style *s = t->style;
	int err = 0;

	scols_table_enable_noheadings(t->st, !s->headings);
	scols_table_enable_ascii(t->st, !s->utf8);
	scols_table_enable_colors(t->st, s->color);
	/* Every text has been made safe before; libsmartcols would escape what UTF-8 it does not know. */
	scols_table_enable_noencoding(t->st, 1);
	if (s->width)
		scols_table_set_termwidth(t->st, s->width);
	scols_table_set_termforce(t->st, s->width ? SCOLS_TERMFORCE_ALWAYS : SCOLS_TERMFORCE_NEVER);
	for (size_t i = 0; i < t->cols->n && err == 0; i++)
		err = add_column(t, t->cols->ids[i], t->tree && t->cols->ids[i] == tree_column);
	return err;
}

/* A list with one element a line: each made safe by itself, so that only our newlines are newlines. */
static const char *lines(struct table *t, struct cell cell)
{
	const char *all = NULL;

	for (size_t i = 0; i < cell.list.n; i++) {
		const char *line = text_safe(&t->scratch, cell.list.v[i], !t->style->utf8);

		if (!line)
			return NULL;
		all = all ? arena_printf(&t->scratch, "%s\n%s", all, line) : line;
		if (!all)
			return NULL;
	}
	return all;
}

static int fill_cell(struct table *t, struct libscols_line *line, size_t i, struct row row)
{
	const struct column *c = column_info(t->cols->ids[i]);
	struct cell cell = c->get(t->v->graph, row, &t->scratch);
	const char *s;

	if (cell.kind == CELL_LIST && t->style->wrap && c->flags & COLUMN_WRAP) {
		s = lines(t, cell);
	} else {
		s = cell_text(c, cell, false, &t->scratch);
		/* Numbers are of our own making. */
		if (s && (cell.kind == CELL_STR || cell.kind == CELL_LIST))
			s = text_safe(&t->scratch, s, !t->style->utf8);
	}
	return s ? scols_line_set_data(line, i, s) : -ENOMEM;
}

/* The line that a row is drawn below: its parent's, or the one above that when it would get too deep. */
static struct libscols_line *line_above(const struct table *t, struct libscols_line **made, uint16_t *depths, size_t row)
{
	uint32_t parent = t->tree ? t->v->parents[row] : VIEW_NO_PARENT;

	if (parent == VIEW_NO_PARENT)
		return NULL;
	depths[row] = (uint16_t)(depths[parent] < DEPTH_MAX ? depths[parent] + 1 : DEPTH_MAX);
	return depths[parent] < DEPTH_MAX ? made[parent] : scols_line_get_parent(made[parent]);
}

static int fill(struct table *t)
{
	size_t n = t->v->nrows;
	AUTO_FREE struct libscols_line **made = calloc(n + 1, sizeof(*made));
	AUTO_FREE uint16_t *depths = calloc(n + 1, sizeof(*depths));
	int err = made && depths ? 0 : -ENOMEM;

	for (size_t i = 0; i < n && err == 0; i++) {
		struct row row = t->v->rows[i];

		made[i] = scols_table_new_line(t->st, line_above(t, made, depths, i));
		if (!made[i])
			return -ENOMEM;
		/* What no process is in deserves a look. */
		if (row.kind == ROW_NS && graph_node(t->v->graph, row.index)->nprocs == 0)
			scols_line_set_color(made[i], "yellow");
		for (size_t c = 0; c < t->cols->n && err == 0; c++)
			err = fill_cell(t, made[i], c, row);
		arena_reset(&t->scratch);
	}
	return err;
}

int render_table(FILE *out, const struct view *v, const struct column_list *cols, enum column_id tree_column,
		 const struct style *style)
{
	struct table t = {
		.v = v,
		.cols = cols,
		.style = style,
		.tree = v->parents,
	};
	int err;

	if (style->raw)
		return render_raw(out, v, cols, style->headings);
	t.st = scols_new_table();
	err = t.st ? set_up(&t, tree_column) : -ENOMEM;
	if (err == 0)
		err = fill(&t);
	if (err == 0) {
		scols_table_set_stream(t.st, out);
		err = scols_print_table(t.st);
	}
	arena_done(&t.scratch);
	scols_unref_table(t.st);
	return err;
}
