/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/subid.h"

#include "nsview/idmap.h"
#include "nsview/num.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

static bool is_user(const char *s, size_t len, const char *name, uint32_t uid)
{
	uint32_t n;

	if (name && strlen(name) == len && !memcmp(name, s, len))
		return true;
	return num_u32_parse(s, len, &n) == 0 && n == uid;
}

static bool parse_line(const char *s, size_t len, const char *name, uint32_t uid, struct idmap_extent *ret)
{
	const char *end = s + len, *first = memchr(s, ':', len), *count;
	struct idmap_extent e = {0};

	if (!first || !is_user(s, (size_t)(first - s), name, uid))
		return false;
	first++;
	count = memchr(first, ':', (size_t)(end - first));
	if (!count || num_u32_parse(first, (size_t)(count - first), &e.outside) < 0 ||
	    num_u32_parse(count + 1, (size_t)(end - count - 1), &e.count) < 0)
		return false;
	/* The last ID, -1, is nobody's: the kernel refuses a range that reaches it. */
	if (e.count == 0 || e.count > UINT32_MAX - e.outside)
		return false;
	*ret = e;
	return true;
}

int subid_find(const char *s, size_t len, const char *name, uint32_t uid, struct idmap_extent *ret)
{
	const char *end = s + len;

	while (s < end) {
		const char *newline = memchr(s, '\n', (size_t)(end - s));
		const char *stop = newline ? newline : end;

		if (parse_line(s, (size_t)(stop - s), name, uid, ret))
			return 0;
		s = newline ? newline + 1 : end;
	}
	return -ENOENT;
}
