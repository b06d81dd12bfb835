/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/fdinfo.h"

#include "nsview/num.h"

#include <errno.h>
#include <string.h>

int fdinfo_socket_parse(const char *s, size_t len, uint64_t *ret)
{
	static const char prefix[] = "socket:[";
	size_t n = sizeof(prefix) - 1;

	if (len <= n || memcmp(s, prefix, n) != 0 || s[len - 1] != ']')
		return -EINVAL;
	return num_u64_parse(s + n, len - n - 1, ret);
}

int fdinfo_in_flight_parse(const char *text, size_t len, uint32_t *ret)
{
	static const char key[] = "scm_fds: ";
	size_t skip = sizeof(key) - 1;
	const char *s = text, *end = text + len;

	while (s < end) {
		const char *newline = memchr(s, '\n', (size_t)(end - s));
		const char *stop = newline ? newline : end;

		if ((size_t)(stop - s) >= skip && !memcmp(s, key, skip))
			return num_u32_parse(s + skip, (size_t)(stop - s) - skip, ret) < 0 ? -EINVAL : 0;
		s = stop + 1;
	}
	return -ENOENT;
}
