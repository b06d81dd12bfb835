/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/report.h"

#include "nsview/column.h"
#include "nsview/render.h"
#include "nsview/text.h"
#include "render/coverage.h"
#include "render/json.h"
#include "render/width.h"

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

/* A last column may be cut where the terminal ends. */
static bool may_cut(const struct report_item *c, const struct style *style)
{
	return style->truncate && !c->whole && (!labelled(c->next) || c->cut);
}

static int add_columns(struct libscols_table *st, const struct report_item *row, const struct style *style)
{
	for (const struct report_item *c = labelled(row->first); c; c = labelled(c->next))
		if (!scols_table_new_column(st, c->label, 0, may_cut(c, style) ? SCOLS_FL_TRUNC : 0))
			return -ENOMEM;
	return 0;
}

/*
 * How wide a table is when only what may be cut is cut, and not to nothing. libsmartcols would cut other
 * columns, too, where this is more than the terminal has; a line that goes on below is better.
 */
static size_t least_width(const struct libscols_table *st, const struct report_item *row, const struct style *style)
{
	enum { LEFT = 8 };
	size_t sum = 0, column = 0;

	for (const struct report_item *c = labelled(row->first); c; c = labelled(c->next), column++) {
		size_t widest = width_of(c->label), width;

		for (size_t i = 0; i < scols_table_get_nlines(st); i++) {
			const struct libscols_line *line = scols_table_get_line((struct libscols_table *)st, i);
			const char *s = scols_cell_get_data(scols_line_get_cell((struct libscols_line *)line, column));

			width = s ? width_of(s) : 0;
			widest = width > widest ? width : widest;
		}
		sum += (may_cut(c, style) && widest > LEFT ? LEFT : widest) + 1;
	}
	return sum - 1;
}

static int add_row(struct libscols_table *st, const struct report_item *row, const struct style *style)
{
	struct libscols_line *line = scols_table_new_line(st, NULL);
	struct arena scratch = {0};
	size_t i = 0;
	int err = line ? 0 : -ENOMEM;

	if (line && row->alarm)
		scols_line_set_color(line, "red");
	for (const struct report_item *c = labelled(row->first); c && err == 0; c = labelled(c->next)) {
		const char *s = cell_safe(c->cell, style, &scratch);

		/* Numbers line up on the right, and are not cut; the first rows of a column may have none. */
		if (c->cell.kind == CELL_U64)
			scols_column_set_flags(scols_table_get_column(st, i), SCOLS_FL_RIGHT);
		err = s ? scols_line_set_data(line, i++, s) : -ENOMEM;
	}
	arena_done(&scratch);
	return err;
}

static int draw_table(FILE *out, const struct report_item *table, const struct style *style)
{
	struct libscols_table *st = scols_new_table();
	int err = st && table->first ? add_columns(st, table->first, style) : -ENOMEM;

	if (err == 0) {
		scols_table_enable_ascii(st, !style->utf8);
		scols_table_enable_colors(st, style->color);
		scols_table_enable_noencoding(st, 1);
		scols_table_set_termforce(st, style->width ? SCOLS_TERMFORCE_ALWAYS : SCOLS_TERMFORCE_NEVER);
		scols_table_set_stream(st, out);
	}
	for (const struct report_item *row = err == 0 ? table->first : NULL; row && err == 0; row = row->next)
		if (row->label)
			err = add_row(st, row, style);
	if (err == 0) {
		size_t least = style->width ? least_width(st, table->first, style) : 0;

		if (style->width)
			scols_table_set_termwidth(st, least > style->width ? least : style->width);
		fprintf(out, "\n%s:\n", table->label);
		err = scols_print_table(st);
	}
	scols_unref_table(st);
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
