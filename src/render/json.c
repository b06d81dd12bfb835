/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/json.h"

#include "nsview/arena.h"
#include "nsview/render.h"
#include "nsview/text.h"
#include "render/coverage.h"

#include <ctype.h>
#include <errno.h>
#include <json-c/json.h>
#include <string.h>

enum { FLAGS = JSON_C_TO_STRING_NOSLASHESCAPE };

/* All of them are in the Basic Multilingual Plane, and in JSON they can only be inside a string. */
int json_put(FILE *out, const char *s, size_t n)
{
	const char *end = s + n;

	while (s < end) {
		uint32_t c = 0;
		size_t len = 0, safe = text_unsafe_find(s, (size_t)(end - s), &c, &len);

		if (fwrite(s, 1, safe, out) != safe)
			return -errno;
		s += safe;
		if (s < end && fprintf(out, "\\u%04x", (unsigned)c) < 0)
			return -errno;
		s += s < end ? len : 0;
	}
	return 0;
}

int json_write(FILE *out, struct json_object *obj)
{
	size_t len = 0;
	const char *s = obj ? json_object_to_json_string_length(obj, FLAGS, &len) : NULL;

	if (s)
		json_put(out, s, len);
	json_object_put(obj);
	return s ? 0 : -ENOMEM;
}

static struct json_object *list_value(struct cell cell, struct arena *scratch)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; list && i < cell.list.n; i++) {
		const char *s = text_utf8(scratch, cell.list.v[i]);

		json_object_array_add(list, json_object_new_string(s ? s : ""));
	}
	return list;
}

struct json_object *json_cell(const struct column *col, struct cell cell, struct arena *scratch)
{
	const char *s;

	switch (cell.kind) {
	case CELL_U64:
		return json_object_new_uint64(cell.u64);
	case CELL_I64:
		return col->unit == UNIT_NETNSID && cell.i64 < 0 ? NULL : json_object_new_int64(cell.i64);
	case CELL_STR:
		s = text_utf8(scratch, cell.str);
		return json_object_new_string(s ? s : "");
	case CELL_LIST:
		return list_value(cell, scratch);
	case CELL_F64:
		return json_object_new_double(cell.f64);
	case CELL_BOOL:
		return json_object_new_boolean(cell.yes);
	case CELL_ABSENT:
	case CELL_UNKNOWN:
	case CELL_PENDING:
		break;
	}
	return NULL;
}

static struct json_object *row_object(const struct view *v, const struct column_list *cols, struct row row,
				      struct arena *scratch)
{
	struct json_object *obj = json_object_new_object();

	for (size_t i = 0; obj && i < cols->n; i++) {
		const struct column *col = column_info(cols->ids[i]);
		char key[32];
		size_t n = 0;

		for (; col->name[n] && n < sizeof(key) - 1; n++)
			key[n] = (char)tolower((unsigned char)col->name[n]);
		key[n] = '\0';
		json_object_object_add(obj, key, json_cell(col, col->get(v->graph, row, scratch), scratch));
	}
	arena_reset(scratch);
	return obj;
}

/* One row, its object left open for children when it is nested. */
static int write_row(FILE *out, const struct view *v, const struct column_list *cols, size_t row, bool nested,
		     struct arena *scratch)
{
	struct json_object *obj = row_object(v, cols, v->rows[row], scratch);
	size_t len = 0;
	const char *s = obj ? json_object_to_json_string_length(obj, FLAGS, &len) : NULL;
	int err = s ? 0 : -ENOMEM;

	if (err == 0 && nested) {
		while (len > 0 && (s[len - 1] == '}' || s[len - 1] == ' '))
			len--;
		json_put(out, s, len);
		fputs(cols->n ? ",\"children\":[" : "\"children\":[", out);
	} else if (err == 0) {
		json_put(out, s, len);
	}
	json_object_put(obj);
	return err;
}

static size_t depth_of(const struct view *v, const uint32_t *depths, size_t row)
{
	return v->parents[row] == VIEW_NO_PARENT ? 0 : depths[v->parents[row]] + 1;
}

/* Rows come parents first, so a row closes all that are as deep as itself. */
static int write_nested(FILE *out, const struct view *v, const struct column_list *cols, struct arena *scratch)
{
	uint32_t *depths = calloc(v->nrows + 1, sizeof(*depths));
	size_t open = 0;
	int err = depths ? 0 : -ENOMEM;

	for (size_t i = 0; i < v->nrows && err == 0; i++) {
		size_t depth = depth_of(v, depths, i);

		depths[i] = (uint32_t)depth;
		if (i > 0 && depth < open) {
			for (; open > depth; open--)
				fputs("]}", out);
			fputs(",\n", out);
		} else if (i > 0) {
			fputs("\n", out);
		}
		err = write_row(out, v, cols, i, true, scratch);
		open = depth + 1;
	}
	for (; open > 0; open--)
		fputs("]}", out);
	free(depths);
	return err;
}

int render_json(FILE *out, const struct view *v, const struct column_list *cols, const char *schema, const char *key,
		bool nested)
{
	struct arena scratch = {0};
	int err = 0;

	fprintf(out, "{\"schema\":\"%s\",\"%s\":[\n", schema, key);
	if (nested && v->parents)
		err = write_nested(out, v, cols, &scratch);
	for (size_t i = 0; !(nested && v->parents) && i < v->nrows && err == 0; i++) {
		err = write_row(out, v, cols, i, false, &scratch);
		fputs(i + 1 < v->nrows ? ",\n" : "", out);
	}
	fputs("\n],\"coverage\":", out);
	if (err == 0)
		err = json_write(out, coverage_to_json(&graph_snapshot(v->graph)->coverage));
	fputs("}\n", out);
	arena_done(&scratch);
	return err;
}
