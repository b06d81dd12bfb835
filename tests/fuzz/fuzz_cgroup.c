/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/cgroup.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What everyone may rely on. */
static void check(const struct cgroup_owner *o)
{
	if (o->kind < CGROUP_NOBODY || o->kind >= LABEL_KIND_COUNT)
		abort();
	if (strlen(o->name) > CGROUP_NAME_MAX || strlen(o->unit) > CGROUP_NAME_MAX || strlen(o->id) >= sizeof(o->id))
		abort();
	if (strpbrk(o->name, "/\n") || (o->stray[0] && !cgroup_hex_id(o->stray, strlen(o->stray))))
		abort();
	if (o->kind == CGROUP_NOBODY ? o->name[0] || o->id[0] : !o->name[0] && !o->id[0])
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cgroup_owner o;

	if (cgroup_parse((const char *)data, size, &o) == 0)
		check(&o);
	return 0;
}
