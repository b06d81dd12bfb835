/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "top/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * A toprc has one setting a line, "key value"; "#" begins a comment. Those of a view carry its
 * name: "sort.groups CPU%:desc". Who reads it skips what it does not know.
 */

void top_set_types(struct top *t, uint32_t types)
{
	top_level_mut(t)->types = types == NS_TYPES_ALL ? 0 : types;
	top_lines_build(t);
}

void top_set_sort(struct top *t, int column, bool descending)
{
	top_settings_mut(t)->sort = column;
	top_settings_mut(t)->descending = descending;
	top_lines_build(t);
}

void top_set_pid(struct top *t, int32_t pid)
{
	t->preset_pid = pid;
}

static bool read_sort(struct view_settings *v, char *value)
{
	char *colon = strchr(value, ':');
	int id;

	if (colon)
		*colon++ = '\0';
	id = !strcmp(value, "number") ? -1 : column_find_live(value);
	if (id < -1)
		return false;
	v->sort = id;
	v->descending = colon && !strcmp(colon, "desc");
	return true;
}

/* One name that is not known, as of another version, takes none of the others away. */
static bool read_columns(struct view_settings *v, char *value)
{
	struct column_list columns = {0};
	char *save = NULL;
	bool all = true;

	for (char *s = strtok_r(value, ",", &save); s; s = strtok_r(NULL, ",", &save)) {
		int id = column_find_live(s);

		if (id >= 0)
			column_list_add(&columns, (enum column_id)id);
		all &= id >= 0;
	}
	if (columns.n)
		v->columns = columns;
	return all && columns.n;
}

static bool read_view_setting(struct view_settings *v, const char *key, char *value)
{
	if (!strcmp(key, "sort"))
		return read_sort(v, value);
	if (!strcmp(key, "tree")) {
		v->tree = !strcmp(value, "yes");
		return v->tree || !strcmp(value, "no");
	}
	return !strcmp(key, "columns") && read_columns(v, value);
}

static bool read_types(struct top *t, char *value)
{
	uint32_t types = 0;
	char *save = NULL;

	for (char *s = strtok_r(value, ",", &save); s; s = strtok_r(NULL, ",", &save)) {
		int type = ns_type_find(s, strlen(s));

		if (type < 0)
			return false;
		types |= 1u << type;
	}
	top_set_types(t, types);
	return true;
}

static bool read_delay(struct top *t, const char *value)
{
	char *end;
	double seconds = strtod(value, &end);

	if (end == value || *end || !(seconds > 0))
		return false;
	top_set_delay(t, seconds);
	return true;
}

static bool read_setting(struct top *t, char *key, char *value)
{
	char *dot = strchr(key, '.');
	int view;

	if (dot) {
		*dot = '\0';
		view = top_view_find(dot + 1);
		return view >= 0 && read_view_setting(&t->views[view], key, value);
	}
	if (!strcmp(key, "view")) {
		view = top_view_find(value);
		if (view >= 0)
			top_set_view(t, (enum top_view)view);
		return view >= 0;
	}
	if (!strcmp(key, "delay"))
		return read_delay(t, value);
	if (!strcmp(key, "types"))
		return read_types(t, value);
	if (!strcmp(key, "details")) {
		t->details = !strcmp(value, "yes");
		return t->details || !strcmp(value, "no");
	}
	return false;
}

/* "3, 7": as many as fit. */
static void note_line(char *lines, size_t size, unsigned line)
{
	size_t len = strlen(lines);

	if (len + 16 < size)
		snprintf(lines + len, size - len, "%s%u", len ? ", " : "", line);
}

unsigned top_rc_read(struct top *t, const char *text, char *lines, size_t size)
{
	unsigned skipped = 0;

	*lines = '\0';
	for (unsigned n = 1; *text; n++) {
		size_t len = strcspn(text, "\n");
		char line[1024], key[64], value[900];

		snprintf(line, sizeof(line), "%.*s", (int)(len < sizeof(line) ? len : sizeof(line) - 1), text);
		if (*line && *line != '#' &&
		    (sscanf(line, "%63s %899s", key, value) != 2 || !read_setting(t, key, value))) {
			skipped++;
			note_line(lines, size, n);
		}
		text += len + (text[len] == '\n');
	}
	top_lines_build(t);
	return skipped;
}

static void write_view(const struct view_settings *v, const char *name, FILE *out)
{
	fprintf(out, "columns.%s ", name);
	for (size_t i = 0; i < v->columns.n; i++)
		fprintf(out, "%s%s", i ? "," : "", column_info(v->columns.ids[i])->name);
	fprintf(out, "\nsort.%s %s%s\n", name, v->sort < 0 ? "number" : column_info((enum column_id)v->sort)->name,
		v->descending ? ":desc" : "");
	fprintf(out, "tree.%s %s\n", name, v->tree ? "yes" : "no");
}

void top_rc_write(const struct top *t, FILE *out)
{
	const char *comma = "types ";
	uint32_t types = t->levels[0].types; /* what limits a list further down is not for the next time */

	fprintf(out, "# Settings of nsview top, written by W.\nview %s\ndelay %g\ndetails %s\n",
		top_view_name(top_level(t)->view), t->delay, t->details ? "yes" : "no");
	for (int type = 0; types && type < NS_TYPE_COUNT; type++)
		if (types & 1u << type) {
			fprintf(out, "%s%s", comma, ns_info((enum ns_type)type)->name);
			comma = ",";
		}
	fputs(types ? "\n" : "", out);
	for (int v = 0; v < TOP_VIEW_COUNT; v++)
		write_view(&t->views[v], top_view_name((enum top_view)v), out);
}
