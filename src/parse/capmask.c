/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/capmask.h"

#include <errno.h>
#include <string.h>

static int parse_hex(const char *s, size_t len, uint64_t *ret)
{
	static const char digits[] = "0123456789abcdef";
	uint64_t mask = 0;

	if (len == 0 || len > 16)
		return -EINVAL;
	for (size_t i = 0; i < len; i++) {
		const char *digit = s[i] ? strchr(digits, s[i]) : NULL;

		if (!digit)
			return -EINVAL;
		mask = mask << 4 | (uint64_t)(digit - digits);
	}
	*ret = mask;
	return 0;
}

int capmask_parse(const char *status, size_t len, const char *set, uint64_t *ret)
{
	size_t skip = strlen(set);
	const char *s = status, *end = status + len;

	/* The kernel escapes the name in the first line, so only the line itself can begin like this. */
	while (s < end) {
		const char *newline = memchr(s, '\n', (size_t)(end - s));
		const char *stop = newline ? newline : end;

		if ((size_t)(stop - s) > skip + 1 && !memcmp(s, set, skip) && !memcmp(s + skip, ":\t", 2))
			return parse_hex(s + skip + 2, (size_t)(stop - s) - skip - 2, ret);
		s = stop + 1;
	}
	return -ENOENT;
}
