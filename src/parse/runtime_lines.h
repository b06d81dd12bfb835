/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_PARSE_RUNTIME_LINES_H
#define NSVIEW_PARSE_RUNTIME_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/** One line of KEY=VALUE text, blanks around the parts taken off. Borrowed. */
struct text_line {
	const char *key; /* what is before the equals sign, or all of the line */
	size_t key_len;
	const char *value; /* NULL without an equals sign */
	size_t value_len;
};

static inline void line_trim(const char **s, size_t *n)
{
	while (*n && (**s == ' ' || **s == '\t')) {
		++*s;
		--*n;
	}
	while (*n && ((*s)[*n - 1] == ' ' || (*s)[*n - 1] == '\t' || (*s)[*n - 1] == '\r'))
		--*n;
}

/** The next line that is neither empty nor a comment, from *pos on; false at the end. */
static inline bool line_next(const char *text, size_t len, size_t *pos, struct text_line *ret)
{
	while (*pos < len) {
		const char *s = text + *pos, *nl = memchr(s, '\n', len - *pos), *equals;
		size_t n = nl ? (size_t)(nl - s) : len - *pos;

		*pos += n + 1;
		line_trim(&s, &n);
		if (!n || *s == '#' || *s == ';')
			continue;
		equals = memchr(s, '=', n);
		*ret = (struct text_line){.key = s, .key_len = equals ? (size_t)(equals - s) : n};
		if (equals) {
			ret->value = equals + 1;
			ret->value_len = (size_t)(s + n - equals - 1);
			line_trim(&ret->key, &ret->key_len);
			line_trim(&ret->value, &ret->value_len);
		}
		return true;
	}
	return false;
}

static inline bool line_key_is(const struct text_line *line, const char *key)
{
	return line->key_len == strlen(key) && !memcmp(line->key, key, line->key_len);
}

#endif
