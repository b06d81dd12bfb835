/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/mounts.h"

#include "nsview/nslink.h"
#include "nsview/vec.h"

#include <errno.h>
#include <libmount.h>
#include <string.h>

static int take_mount(struct libmnt_fs *fs, uint32_t mntns, unsigned types, struct registry *reg, enum scan_source source)
{
	struct snapshot *snap = reg->snap;
	const char *root = mnt_fs_get_root(fs), *target = mnt_fs_get_target(fs);
	struct snap_mount m = {.mntns = mntns};
	enum ns_type type;
	uint32_t ino;

	if (!root || !target || nslink_parse(root, strlen(root), &type, &ino) < 0 || !(types & 1u << type))
		return 0;

	int err = registry_add(reg, type, ino, source, &m.ns);

	if (err == 0)
		err = vec_reserve(&snap->mounts, &snap->mounts_cap, snap->nmounts + 1);
	if (err < 0)
		return err;
	m.path = arena_strdup(&snap->strings, target);
	if (!m.path)
		return -ENOMEM;
	snap->mounts[snap->nmounts++] = m;
	return 0;
}

int mounts_read(const char *mountinfo, uint32_t mntns, unsigned types, struct registry *reg, enum scan_source source)
{
	struct libmnt_table *table = mnt_new_table();
	struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs;
	int err = table && iter ? 0 : -ENOMEM;

	if (err == 0)
		err = mnt_table_parse_file(table, mountinfo);
	while (err == 0 && mnt_table_next_fs(table, iter, &fs) == 0) {
		const char *fstype = mnt_fs_get_fstype(fs);

		if (fstype && !strcmp(fstype, "nsfs"))
			err = take_mount(fs, mntns, types, reg, source);
	}
	mnt_free_iter(iter);
	mnt_unref_table(table);
	return err;
}
