/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_RENDER_H
#define NSVIEW_RENDER_H

#include "nsview/column.h"
#include "nsview/view.h"

#include <stdbool.h>
#include <stdio.h>

/** How output looks, decided once by a command. */
struct style {
	size_t width;    /* columns of the terminal; 0: unlimited */
	bool tty;        /* a terminal reads it */
	bool color;
	bool utf8;       /* the locale can show it */
	bool raw;        /* one line a row, blanks in values escaped, no padding, numbers as they are */
	bool headings;
	bool truncate;   /* cut the columns that may be cut at the terminal's width */
	bool wrap;       /* lists one element a line, else joined by commas */
};

/** Draw a view as a table or, when it has parents, a tree in column tree_column. 0 or a negative errno. */
int render_table(FILE *out, const struct view *v, const struct column_list *cols, enum column_id tree_column,
		 const struct style *style);

/**
 * Write a view as one JSON document {"schema": schema, key: [rows], "coverage": {…}}, one row in
 * memory at a time. With nested, rows hang below each other under "children".
 * 0 or a negative errno.
 */
int render_json(FILE *out, const struct view *v, const struct column_list *cols, const char *schema, const char *key,
		bool nested);

struct coverage;
struct report_item;

/** Draw a report for people: values line by line, tables below their names. 0 or a negative errno. */
int render_report(FILE *out, const struct report_item *root, const struct style *style);

/** Write a report as one JSON document {"schema": schema, key: {…}, "coverage": {…}}. 0 or a negative errno. */
int render_report_json(FILE *out, const struct report_item *root, const char *schema, const struct coverage *c);

#endif
