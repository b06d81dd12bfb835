/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/target.h"

#include "nsview/nslink.h"
#include "nsview/num.h"

#include <errno.h>
#include <string.h>

static int parse_number(uint32_t n, struct target *ret)
{
	if (n == 0)
		return -EINVAL;
	if (n <= TARGET_PID_MAX) {
		ret->kind = TARGET_PID;
		ret->pid = (int32_t)n;
	} else {
		ret->kind = TARGET_INO;
		ret->ino = n;
	}
	return 0;
}

/* "net:4026531840" or "net:[4026531840]"; type is known. */
static int parse_ns(const char *s, const char *colon, int type, struct target *ret)
{
	size_t len = strlen(s);

	ret->kind = TARGET_NS;
	ret->type = (enum ns_type)type;
	if (colon[1] == '[')
		return nslink_parse(s, len, &ret->type, &ret->ino);
	return num_u32_parse(colon + 1, strlen(colon + 1), &ret->ino) < 0 ? -EINVAL : 0;
}

int target_parse(const char *s, struct target *ret)
{
	struct target t = {.text = s};
	const char *colon = strchr(s, ':');
	uint32_t number;
	int err = 0;

	if (!*s)
		return -EINVAL;

	int type = colon ? ns_type_find(s, (size_t)(colon - s)) : -EINVAL;

	if (strspn(s, "0123456789") == strlen(s))
		err = num_u32_parse(s, strlen(s), &number) < 0 ? -EINVAL : parse_number(number, &t);
	else if (strchr(s, '/'))
		t.kind = TARGET_PATH;
	else if (type >= 0)
		err = parse_ns(s, colon, type, &t);
	else
		t.kind = TARGET_NAME;

	if (err == 0)
		*ret = t;
	return err;
}
