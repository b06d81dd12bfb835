/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/counters.h"

#include "nsview/num.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

enum { FIELD_RX = 0, FIELD_TX = 8, FIELD_START = 19 }; /* counted from what stands after the name */

/* Field number n of blank-separated ones, as a number. */
static int field(const char *s, size_t len, unsigned n, uint64_t *ret)
{
	size_t at = 0, end;

	for (;;) {
		while (at < len && s[at] == ' ')
			at++;
		for (end = at; end < len && s[end] != ' '; end++)
			;
		if (end == at)
			return -EINVAL;
		if (n-- == 0)
			return num_u64_parse(s + at, end - at, ret);
		at = end;
	}
}

static bool is_lo(const char *name, size_t len)
{
	while (len > 0 && *name == ' ')
		name++, len--;
	return len == 2 && !memcmp(name, "lo", 2);
}

/* The two lines of headings hold no colon; an interface's name may not hold one, but an alias's could: the last counts. */
static int add_interface(const char *line, size_t len, uint64_t *rx, uint64_t *tx)
{
	const char *colon = memrchr(line, ':', len);
	uint64_t r, t;
	size_t name;
	int err;

	if (!colon)
		return 0;
	name = (size_t)(colon - line);
	if (is_lo(line, name))
		return 0;
	err = field(colon + 1, len - name - 1, FIELD_RX, &r);
	if (err == 0)
		err = field(colon + 1, len - name - 1, FIELD_TX, &t);
	if (err < 0)
		return -EINVAL;
	*rx += r;
	*tx += t;
	return 0;
}

int counters_net_parse(const char *text, size_t len, uint64_t *rx, uint64_t *tx)
{
	uint64_t r = 0, t = 0;

	while (len > 0) {
		const char *end = memchr(text, '\n', len);
		size_t line = end ? (size_t)(end - text) : len;

		if (add_interface(text, line, &r, &t) < 0)
			return -EINVAL;
		line += end != NULL;
		text += line;
		len -= line;
	}
	*rx = r;
	*tx = t;
	return 0;
}

int counters_value_parse(const char *text, size_t len, const char *key, uint64_t *ret)
{
	size_t klen = strlen(key);

	while (len > 0) {
		const char *end = memchr(text, '\n', len);
		size_t line = end ? (size_t)(end - text) : len;

		if (line > klen && !memcmp(text, key, klen) && text[klen] == ':')
			return field(text + klen + 1, line - klen - 1, 0, ret);
		line += end != NULL;
		text += line;
		len -= line;
	}
	return -ENOENT;
}

int counters_start_parse(const char *text, size_t len, uint64_t *ret)
{
	const char *paren = memrchr(text, ')', len);

	if (!paren)
		return -EINVAL;
	return field(paren + 1, len - (size_t)(paren + 1 - text), FIELD_START, ret) == 0 ? 0 : -EINVAL;
}
