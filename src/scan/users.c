/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/users.h"

#include "nsview/fd.h"
#include "nsview/map.h"
#include "nsview/vec.h"

#include <errno.h>
#include <pwd.h>

static int add(struct snapshot *snap, uint32_t uid, const char *name)
{
	const char *copy = arena_strdup(&snap->strings, name);
	int err = vec_reserve(&snap->users, &snap->users_cap, snap->nusers + 1);

	if (!copy || err < 0)
		return -ENOMEM;
	snap->users[snap->nusers++] = (struct snap_user){.uid = uid, .name = copy};
	return 0;
}

static int look_up(struct snapshot *snap, struct map *seen, uint32_t uid)
{
	char buf[4096];
	struct passwd pw, *found;
	int err;

	if (uid == SNAP_UID_UNKNOWN || map_get(seen, uid) != MAP_NONE)
		return 0;
	err = map_put(seen, uid, 0);
	if (err < 0)
		return err;
	if (getpwuid_r(uid, &pw, buf, sizeof(buf), &found) != 0 || !found)
		return 0;
	return add(snap, uid, found->pw_name);
}

int users_read(struct snapshot *snap)
{
	struct map seen = {0};
	int err = 0;

	for (size_t i = 0; i < snap->nprocs && err == 0; i++)
		err = look_up(snap, &seen, snap->procs[i].uid);
	for (size_t i = 0; i < snap->nnss && err == 0; i++)
		err = look_up(snap, &seen, snap->nss[i].owner_uid);
	map_done(&seen);
	return err;
}
