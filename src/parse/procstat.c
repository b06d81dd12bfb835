/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/procstat.h"

#include "nsview/num.h"

#include <errno.h>
#include <string.h>

enum { FIELD_STATE = 3, FIELD_START = 22 };

/* A name may hold blanks and parentheses: what follows the last one is numbers. */
int procstat_start_parse(const char *stat, size_t len, uint64_t *start)
{
	const char *s = memrchr(stat, ')', len), *end = stat + len;

	if (!s || end - s < 2 || s[1] != ' ')
		return -EINVAL;
	s += 2;
	for (int field = FIELD_STATE; field < FIELD_START; field++) {
		s = memchr(s, ' ', (size_t)(end - s));
		if (!s)
			return -EINVAL;
		s++;
	}

	const char *stop = memchr(s, ' ', (size_t)(end - s));

	return stop && num_u64_parse(s, (size_t)(stop - s), start) == 0 ? 0 : -EINVAL;
}

/* A process may fill what it does not use of its arguments with NULs, as those do that set their title. */
size_t cmdline_join(char *text, size_t len)
{
	while (len && !text[len - 1])
		len--;
	for (size_t i = 0; i < len; i++)
		if (!text[i])
			text[i] = ' ';
	text[len] = '\0';
	return len;
}
