/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/report.h"

#include "nsview/column.h"
#include "nsview/fd.h"
#include "nsview/render.h"
#include "nsview/text.h"
#include "render/coverage.h"
#include "render/json.h"
#include "render/wrap.h"

#include <errno.h>
#include <json-c/json.h>
#include <libsmartcols.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Reports have no column whose unit could apply. */
static const struct column plain = {.unit = UNIT_NONE};

static const char *cell_safe(struct cell cell, const struct style *style, struct arena *scratch)
{
	const char *s = cell_text(&plain, cell, true, scratch);

	return s ? text_safe(scratch, s, !style->utf8) : NULL;
}

/* The next cell of a row that is for people, c or one behind it. */
static const struct report_item *labelled(const struct report_item *c)
{
	while (c && !c->label)
		c = c->next;
	return c;
}

/* A table that is about to be drawn: the text of each cell, row by row, and the columns' widths. */
struct grid {
	struct arena a;
	const char **texts;
	struct wrap_column *columns;
	size_t ncolumns, nrows;
};

static int grid_alloc(struct grid *g, const struct report_item *table)
{
	for (const struct report_item *row = table->first; row; row = row->next)
		g->nrows += row->label != NULL;
	for (const struct report_item *c = labelled(table->first->first); c; c = labelled(c->next))
		g->ncolumns++;
	g->texts = arena_alloc(&g->a, (g->nrows * g->ncolumns + 1) * sizeof(*g->texts));
	g->columns = arena_alloc(&g->a, (g->ncolumns + 1) * sizeof(*g->columns));
	return g->texts && g->columns ? 0 : -ENOMEM;
}

static int grid_fill(struct grid *g, const struct report_item *table, const struct style *style)
{
	const char **text = g->texts;

	for (const struct report_item *row = table->first; row; row = row->next) {
		size_t i = 0;

		for (const struct report_item *c = row->label ? labelled(row->first) : NULL; c; c = labelled(c->next), i++) {
			*text = cell_safe(c->cell, style, &g->a);
			if (!*text)
				return -ENOMEM;
			wrap_measure(&g->columns[i], c->label);
			wrap_measure(&g->columns[i], *text++);
			g->columns[i].wraps |= c->wraps;
		}
	}
	return 0;
}

/*
 * Nothing is cut where the terminal is narrow: half an address is another address. What may wrap does; when that
 * is not enough lines are longer than the terminal, which lets them go on below.
 */
static int grid_wrap(struct grid *g, const struct style *style)
{
	if (!style->width || !style->truncate)
		return 0;
	wrap_fit(g->columns, g->ncolumns, style->width);
	for (size_t i = 0; i < g->nrows * g->ncolumns; i++) {
		const struct wrap_column *c = &g->columns[i % g->ncolumns];

		g->texts[i] = c->width < c->widest ? wrap_text(&g->a, g->texts[i], c->width) : g->texts[i];
		if (!g->texts[i])
			return -ENOMEM;
	}
	return 0;
}

static int add_columns(struct libscols_table *st, const struct report_item *row)
{
	for (const struct report_item *c = labelled(row->first); c; c = labelled(c->next)) {
		struct libscols_column *sc = scols_table_new_column(st, c->label, 0, SCOLS_FL_WRAP);

		if (!sc)
			return -ENOMEM;
		scols_column_set_wrapfunc(sc, scols_wrapnl_chunksize, scols_wrapnl_nextchunk, NULL);
		scols_column_set_safechars(sc, "\n");
	}
	return 0;
}

static int add_row(struct libscols_table *st, const struct report_item *row, const char *const *texts)
{
	struct libscols_line *line = scols_table_new_line(st, NULL);
	size_t i = 0;
	int err = line ? 0 : -ENOMEM;

	if (line && row->alarm)
		scols_line_set_color(line, "red");
	for (const struct report_item *c = labelled(row->first); c && err == 0; c = labelled(c->next), i++) {
		/* Numbers line up on the right, and do not wrap; the first rows of a column may have none. */
		if (c->cell.kind == CELL_U64)
			scols_column_set_flags(scols_table_get_column(st, i), SCOLS_FL_RIGHT);
		err = scols_line_set_data(line, i, texts[i]);
	}
	return err;
}

/* Blanks that reach beyond a terminal would make empty lines on it. */
static int print_trimmed(FILE *out, struct libscols_table *st)
{
	AUTO_FREE char *all = NULL;
	int err = scols_print_table_to_string(st, &all);

	for (const char *line = all; err == 0 && line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
		size_t len = strcspn(line, "\n");

		while (len && line[len - 1] == ' ')
			len--;
		fprintf(out, "%.*s\n", (int)len, line);
	}
	return err;
}

/* The widths are ours, so there is no terminal for libsmartcols. */
static int print_grid(FILE *out, const struct grid *g, const struct report_item *table, const struct style *style)
{
	struct libscols_table *st = scols_new_table();
	const char *const *texts = g->texts;
	int err = st ? add_columns(st, table->first) : -ENOMEM;

	if (err == 0) {
		scols_table_enable_ascii(st, !style->utf8);
		scols_table_enable_colors(st, style->color);
		scols_table_enable_noencoding(st, 1);
		scols_table_set_termforce(st, SCOLS_TERMFORCE_NEVER);
		scols_table_set_stream(st, out);
	}
	for (const struct report_item *row = table->first; row && err == 0; row = row->next)
		if (row->label) {
			err = add_row(st, row, texts);
			texts += g->ncolumns;
		}
	if (err == 0) {
		fprintf(out, "\n%s:\n", table->label);
		err = style->width ? print_trimmed(out, st) : scols_print_table(st);
	}
	scols_unref_table(st);
	return err;
}

static int draw_table(FILE *out, const struct report_item *table, const struct style *style)
{
	struct grid g = {0};
	int err = grid_alloc(&g, table);

	if (err == 0)
		err = grid_fill(&g, table, style);
	if (err == 0)
		err = grid_wrap(&g, style);
	if (err == 0)
		err = print_grid(out, &g, table, style);
	arena_done(&g.a);
	return err;
}

static int label_width(const struct report_item *root)
{
	size_t width = 0;

	for (const struct report_item *i = root->first; i; i = i->next)
		if (i->kind == REPORT_VALUE && i->label && strlen(i->label) > width)
			width = strlen(i->label);
	return (int)width;
}

static int draw_value(FILE *out, const struct report_item *item, int width, const struct style *style)
{
	struct arena scratch = {0};
	const char *s = cell_safe(item->cell, style, &scratch);

	if (s)
		fprintf(out, "%s:%*s %s\n", item->label, width - (int)strlen(item->label), "", s);
	arena_done(&scratch);
	return s ? 0 : -ENOMEM;
}

int render_report(FILE *out, const struct report_item *root, const struct style *style)
{
	int width = label_width(root), err = 0;

	/* What fits on a line comes before what takes a table. */
	for (const struct report_item *i = root->first; i && err == 0; i = i->next)
		if (i->kind == REPORT_VALUE && i->label)
			err = draw_value(out, i, width, style);
	for (const struct report_item *i = root->first; i && err == 0; i = i->next)
		if (i->kind == REPORT_OBJECT)
			err = render_report(out, i, style);
		else if (i->kind == REPORT_TABLE && i->label && i->first)
			err = draw_table(out, i, style);
	return err;
}

static struct json_object *cell_value(struct cell cell)
{
	struct arena scratch = {0};
	struct json_object *value = json_cell(&plain, cell, &scratch);

	arena_done(&scratch);
	return value;
}

static struct json_object *item_value(const struct report_item *item)
{
	struct json_object *obj;

	if (item->kind == REPORT_VALUE)
		return cell_value(item->cell);
	obj = item->kind == REPORT_OBJECT ? json_object_new_object() : json_object_new_array();
	for (const struct report_item *i = obj ? item->first : NULL; i; i = i->next)
		if (item->kind == REPORT_OBJECT && i->key)
			json_object_object_add(obj, i->key, item_value(i));
		else if (item->kind == REPORT_TABLE)
			json_object_array_add(obj, item_value(i));
	return obj;
}

int render_report_json(FILE *out, const struct report_item *root, const char *schema, const struct coverage *c)
{
	int err;

	fprintf(out, "{\"schema\":\"%s\",\"%s\":", schema, root->key);
	err = json_write(out, item_value(root));
	fputs(",\"coverage\":", out);
	if (err == 0)
		err = json_write(out, coverage_to_json(c));
	fputs("}\n", out);
	return err;
}
