/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/idmap.h"

#include "nsview/num.h"

#include <errno.h>
#include <string.h>

/* The next number of a line, after blanks. */
static int next_number(const char **s, const char *end, uint32_t *ret)
{
	const char *p = *s, *first;

	while (p < end && *p == ' ')
		p++;
	first = p;
	while (p < end && *p != ' ')
		p++;
	*s = p;
	return num_u32_parse(first, (size_t)(p - first), ret);
}

static int parse_line(const char *s, const char *end, struct idmap_extent *ret)
{
	struct idmap_extent e;

	if (next_number(&s, end, &e.inside) < 0 || next_number(&s, end, &e.outside) < 0 ||
	    next_number(&s, end, &e.count) < 0 || s != end || e.count == 0)
		return -EINVAL;
	*ret = e;
	return 0;
}

int idmap_parse(const char *s, size_t len, struct idmap_extent *ret, size_t max)
{
	const char *end = s + len;
	size_t n = 0;

	while (s < end) {
		const char *newline = memchr(s, '\n', (size_t)(end - s));
		const char *stop = newline ? newline : end;

		if (n == max)
			return -E2BIG;
		if (parse_line(s, stop, &ret[n]) < 0)
			return -EINVAL;
		n++;
		s = newline ? newline + 1 : end;
	}
	return (int)n;
}

int idmap_extent_parse(const char *s, size_t len, struct idmap_extent *ret)
{
	const char *end = s + len, *first = memchr(s, ':', len);
	const char *second = first ? memchr(first + 1, ':', (size_t)(end - first - 1)) : NULL;
	struct idmap_extent e;

	if (!second || num_u32_parse(s, (size_t)(first - s), &e.inside) < 0 ||
	    num_u32_parse(first + 1, (size_t)(second - first - 1), &e.outside) < 0 ||
	    num_u32_parse(second + 1, (size_t)(end - second - 1), &e.count) < 0)
		return -EINVAL;
	/* The last ID, -1, stands for nobody. */
	if (e.count == 0 || e.count > UINT32_MAX - e.inside || e.count > UINT32_MAX - e.outside)
		return -EINVAL;
	*ret = e;
	return 0;
}
