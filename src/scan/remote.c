/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/remote.h"

#include <errno.h>
#include <libmount.h>
#include <string.h>

/* What the kernel serves by itself, from memory or from a device. */
/* clang-format off */
static const char *const LOCAL[] = {
	"bcachefs", "bpf", "btrfs", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs",
	"efivarfs", "erofs", "exfat", "ext2", "ext3", "ext4", "f2fs", "hugetlbfs", "iso9660", "jfs",
	"mqueue", "nsfs", "proc", "pstore", "ramfs", "rootfs", "securityfs", "squashfs", "sysfs", "tmpfs",
	"tracefs", "udf", "vfat", "xfs", "zfs",
};
/* clang-format on */

bool remote_type_is_local(const char *fstype)
{
	for (size_t i = 0; i < sizeof(LOCAL) / sizeof(*LOCAL); i++)
		if (!strcmp(fstype, LOCAL[i]))
			return true;
	return false;
}

static int add_all(struct remote *r, struct libmnt_table *table, struct libmnt_iter *iter)
{
	struct libmnt_fs *fs;
	int err = 0;

	while (err == 0 && mnt_table_next_fs(table, iter, &fs) == 0) {
		const char *fstype = mnt_fs_get_fstype(fs), *point = mnt_fs_get_target(fs);

		if (fstype && point && strcmp(point, "/") != 0 && !remote_type_is_local(fstype))
			err = map_put(&r->points, map_hash(point, strlen(point)), 1);
	}
	return err;
}

int remote_find(struct remote *r, struct libmnt_table *table)
{
	struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
	int err = iter ? add_all(r, table, iter) : -ENOMEM;

	mnt_free_iter(iter);
	return err;
}

/* Two points of the same hash make a way too many remote, which costs a child and no truth. */
bool remote_leads(const struct remote *r, const char *path)
{
	if (r->points.count == 0 || *path != '/')
		return false;
	for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/'))
		if (map_get(&r->points, map_hash(path, (size_t)(slash - path))) != MAP_NONE)
			return true;
	return false;
}

void remote_done(struct remote *r)
{
	map_done(&r->points);
}
