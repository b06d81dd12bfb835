/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "parse/dump_reader.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <string.h>

/*
 * The outer shape of a document and the messages about it. json-c reads one row at a time; what
 * is around the rows is walked here.
 */

static void locate(struct dump_error *err, const char *text, size_t at)
{
	const char *line = text;

	err->line = 1;
	for (const char *nl; (nl = memchr(line, '\n', (size_t)(text + at - line))); line = nl + 1)
		err->line++;
	err->column = (size_t)(text + at - line) + 1;
}

/* "/processes/17/ns/net" */
static void path_format(const struct dump_place *p, char *buf, size_t size)
{
	char row[16] = "";

	if (p->in_row)
		snprintf(row, sizeof(row), "/%u", p->row);
	snprintf(buf, size, "/%s%s%s%s%s%s%s", p->table, row, p->member ? "/" : "", p->member ? p->member : "",
		 p->member && p->bytes ? "_bytes" : "", p->part ? "/" : "", p->part ? p->part : "");
}

int dump_fail(struct dump_reader *r, const char *fmt, ...)
{
	va_list ap;

	*r->err = (struct dump_error){0};
	locate(r->err, r->text, r->place.at);
	if (r->place.table)
		path_format(&r->place, r->err->path, sizeof(r->err->path));
	va_start(ap, fmt);
	vsnprintf(r->err->what, sizeof(r->err->what), fmt, ap);
	va_end(ap);
	return -EINVAL;
}

int dump_fail_at(struct dump_reader *r, size_t at, const char *fmt, ...)
{
	va_list ap;

	*r->err = (struct dump_error){0};
	locate(r->err, r->text, at);
	va_start(ap, fmt);
	vsnprintf(r->err->what, sizeof(r->err->what), fmt, ap);
	va_end(ap);
	return -EINVAL;
}

int dump_fail_kind(struct dump_reader *r, const char *expected, struct json_object *found)
{
	switch (json_object_get_type(found)) {
	case json_type_null:
		return dump_fail(r, "expected %s, found null", expected);
	case json_type_boolean:
		return dump_fail(r, "expected %s, found true or false", expected);
	case json_type_double:
		return dump_fail(r, "expected %s, found a fraction", expected);
	case json_type_object:
		return dump_fail(r, "expected %s, found an object", expected);
	case json_type_array:
		return dump_fail(r, "expected %s, found a list", expected);
	default:
		return dump_fail(r, "expected %s, found %.40s", expected,
				 json_object_to_json_string_ext(found, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	}
}

static int fail_end(struct dump_reader *r)
{
	return dump_fail_at(r, r->len, "the document ends in the middle: it was cut off");
}

char dump_peek(const struct dump_reader *r, size_t *pos)
{
	while (*pos < r->len && r->text[*pos] && strchr(" \t\r\n", r->text[*pos]))
		++*pos;
	return *pos < r->len ? r->text[*pos] : '\0';
}

/* Move behind a string. */
static int skip_string(struct dump_reader *r, size_t *pos)
{
	size_t i = *pos + 1;

	for (; i < r->len && r->text[i] != '"'; i++)
		if (r->text[i] == '\\')
			i++;
	if (i >= r->len)
		return fail_end(r);
	*pos = i + 1;
	return 0;
}

static bool is_word(const char *s, size_t n)
{
	static const char *const words[] = {"true", "false", "null"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i]) == n && !memcmp(words[i], s, n))
			return true;
	return n && strspn(s, "-+.0123456789eE") >= n;
}

/* Move behind true, false, null or a number: json-c takes NaN and Infinity as well, which are no JSON. */
static int skip_word(struct dump_reader *r, size_t *pos)
{
	const char *s = r->text + *pos;
	size_t n = 0;

	while (*pos + n < r->len && s[n] && !strchr(",:[]{}\" \t\r\n", s[n]))
		n++;
	if (*pos + n < r->len && !is_word(s, n))
		return dump_fail_at(r, *pos, "broken JSON: a value that is none");
	*pos += n;
	return 0;
}

/* Move behind a value. brackets has one bit for each that is open, set for those that are curly. */
static int skip_value(struct dump_reader *r, size_t *pos)
{
	uint64_t curly = 0;
	unsigned depth = 0;
	size_t i = *pos;

	do {
		char c = dump_peek(r, &i);

		if (i >= r->len)
			return fail_end(r);
		if (c == '"') {
			int err = skip_string(r, &i);

			if (err < 0)
				return err;
		} else if (c == '{' || c == '[') {
			if (++depth > DUMP_DEPTH_MAX)
				return dump_fail_at(r, i, "nests deeper than %d", DUMP_DEPTH_MAX);
			curly = curly << 1 | (c == '{');
			i++;
		} else if (c == '}' || c == ']') {
			if (depth == 0 || (curly & 1) != (c == '}'))
				return dump_fail_at(r, i, "a '%c' that closes nothing", c);
			depth--;
			curly >>= 1;
			i++;
		} else if (depth == 0 && (c == ',' || c == ':')) {
			return dump_fail_at(r, i, "a value is missing");
		} else if (c == ',' || c == ':') {
			i++;
		} else {
			int err = skip_word(r, &i);

			if (err < 0)
				return err;
		}
	} while (depth > 0);
	*pos = i;
	return 0;
}

static int member_find(const char *name, size_t len)
{
	static const char *const others[] = {"schema", "host", "coverage"};

	for (enum dump_table_id t = 0; t < DUMP_TABLE_COUNT; t++)
		if (strlen(dump_table(t)->name) == len && !memcmp(dump_table(t)->name, name, len))
			return (int)t;
	for (int i = 0; i < DUMP_MEMBER_COUNT - DUMP_TABLE_COUNT; i++)
		if (strlen(others[i]) == len && !memcmp(others[i], name, len))
			return DUMP_TABLE_COUNT + i;
	return -ENOENT;
}

/* Read "name": and skip its value. */
static int member_skip(struct dump_reader *r, size_t *pos)
{
	size_t name = *pos + 1;

	if (dump_peek(r, pos) != '"')
		return *pos >= r->len ? fail_end(r) : dump_fail_at(r, *pos, "expected the name of a member");

	int err = skip_string(r, pos);
	if (err < 0)
		return err;

	int member = member_find(r->text + name, *pos - name - 1);
	if (member >= 0 && r->members[member])
		return dump_fail_at(r, name, "%.*s is there twice", (int)(*pos - name - 1), r->text + name);
	if (dump_peek(r, pos) != ':')
		return *pos >= r->len ? fail_end(r) : dump_fail_at(r, *pos, "expected ':'");
	++*pos;
	dump_peek(r, pos);
	if (member >= 0)
		r->members[member] = *pos;
	return skip_value(r, pos);
}

int dump_members_find(struct dump_reader *r)
{
	size_t pos = 0;
	char c = dump_peek(r, &pos);

	if (c != '{')
		return pos >= r->len ? dump_fail_at(r, pos, "the document is empty") :
				       dump_fail_at(r, pos, "no JSON object: expected '{'");
	pos++;
	if (dump_peek(r, &pos) == '}')
		pos++, c = '}';
	while (c != '}') {
		dump_peek(r, &pos);

		int err = member_skip(r, &pos);
		if (err < 0)
			return err;
		c = dump_peek(r, &pos);
		if (c != ',' && c != '}')
			return pos >= r->len ? fail_end(r) : dump_fail_at(r, pos, "expected ',' or '}'");
		pos++;
	}
	dump_peek(r, &pos);
	return pos < r->len ? dump_fail_at(r, pos, "something follows the document's end") : 0;
}

int dump_value_read(struct dump_reader *r, size_t *pos, struct json_object **ret)
{
	size_t n = r->len - *pos;
	struct json_object *o;

	if (n > DUMP_VALUE_MAX)
		n = DUMP_VALUE_MAX;
	json_tokener_reset(r->tok);
	o = json_tokener_parse_ex(r->tok, r->text + *pos, (int)n);
	switch (json_tokener_get_error(r->tok)) {
	case json_tokener_success:
		*pos += json_tokener_get_parse_end(r->tok);
		*ret = o;
		return 0;
	case json_tokener_continue:
		if (n == DUMP_VALUE_MAX)
			return dump_fail_at(r, *pos, "larger than %zu MiB", DUMP_VALUE_MAX >> 20);
		return fail_end(r);
	case json_tokener_error_depth:
		return dump_fail_at(r, *pos + json_tokener_get_parse_end(r->tok), "nests deeper than %d", DUMP_DEPTH_MAX);
	default:
		return dump_fail_at(r, *pos + json_tokener_get_parse_end(r->tok), "broken JSON: %s",
				    json_tokener_error_desc(json_tokener_get_error(r->tok)));
	}
}
