/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/nslink.h"

#include "nsview/num.h"

#include <errno.h>
#include <string.h>

int nslink_parse(const char *s, size_t len, enum ns_type *type, uint32_t *ino)
{
	const char *colon = memchr(s, ':', len);
	const char *end = s + len;
	uint32_t n;

	if (!colon || end - colon < 4 || colon[1] != '[' || end[-1] != ']')
		return -EINVAL;

	int t = ns_type_find(s, (size_t)(colon - s));

	if (t < 0 || num_u32_parse(colon + 2, (size_t)(end - colon - 3), &n) < 0)
		return -EINVAL;
	*type = (enum ns_type)t;
	*ino = n;
	return 0;
}
