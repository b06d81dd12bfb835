/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/nspid.h"

#include "nsview/num.h"

#include <errno.h>
#include <string.h>

static int parse_pids(const char *s, const char *end, int32_t pids[NSPID_LEVELS])
{
	int n = 0;

	while (s < end) {
		const char *first;
		uint32_t pid;

		while (s < end && (*s == '\t' || *s == ' '))
			s++;
		if (s == end)
			break;
		first = s;
		while (s < end && *s != '\t' && *s != ' ')
			s++;
		if (n == NSPID_LEVELS || num_u32_parse(first, (size_t)(s - first), &pid) < 0 || pid > INT32_MAX)
			return -EINVAL;
		pids[n++] = (int32_t)pid;
	}
	return n > 0 ? n : -EINVAL;
}

int nspid_parse(const char *status, size_t len, int32_t pids[NSPID_LEVELS])
{
	static const char key[] = "NSpid:";
	const char *s = status, *end = status + len;

	/* The name in the first line is escaped by the kernel, so a line that begins like this is the line. */
	while (s < end) {
		const char *newline = memchr(s, '\n', (size_t)(end - s));
		const char *stop = newline ? newline : end;

		if ((size_t)(stop - s) > sizeof(key) - 1 && !memcmp(s, key, sizeof(key) - 1))
			return parse_pids(s + sizeof(key) - 1, stop, pids);
		s = stop + 1;
	}
	return -ENOENT;
}
