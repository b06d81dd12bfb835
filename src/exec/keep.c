/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/keep.h"

#include "exec/run_plan.h"
#include "nsview/fd.h"
#include "nsview/target.h"
#include "scan/kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>

static bool is_ns(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == NSFS_MAGIC;
}

/* A file to mount on; *made says that it was not there. */
static int make_file(const struct trace *t, const char *path, bool fresh, bool *made)
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
	int err = fd < 0 ? -errno : 0;

	*made = err == 0;
	if (err != -EEXIST || fresh)
		return (int)trace_call(t, err < 0 ? err : fd, "open(\"%s\", O_CREAT|O_EXCL, 0444)", path);
	fd = open(path, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	return is_ns(fd) ? -EBUSY : 0;
}

int keep_bind(const struct trace *t, pid_t pid, enum ns_type type, const char *path, bool fresh)
{
	char from[64];
	bool made;
	int err = make_file(t, path, fresh, &made);

	if (err < 0)
		return err;
	snprintf(from, sizeof(from), "/proc/%d/ns/%s", (int)pid, ns_info(type)->name);
	err = mount(from, path, NULL, MS_BIND, NULL) < 0 ? -errno : 0;
	trace_call(t, err, "mount(\"%s\", \"%s\", NULL, MS_BIND, NULL)", from, path);
	if (err < 0 && made)
		unlink(path);
	return err < 0 ? err : made;
}

void keep_unbind(const struct trace *t, const char *path, bool drop)
{
	int err = umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) < 0 ? -errno : 0;

	trace_call(t, err, "umount2(\"%s\", MNT_DETACH|UMOUNT_NOFOLLOW)", path);
	if (drop)
		trace_call(t, unlink(path) < 0 ? -errno : 0, "unlink(\"%s\")", path);
}

static int make_dir(const char *path)
{
	return mkdir(path, 0755) < 0 && errno != EEXIST ? -errno : 0;
}

/*
 * A mount namespace can be bound only where no mount propagates: it would end up in itself. Where /run is
 * shared, as systemd has it, our directory becomes a private mount of its own.
 */
static int make_private(const struct trace *t)
{
	int err = mount(NULL, RUN_KEEP_DIR, NULL, MS_PRIVATE, NULL) < 0 ? -errno : 0;

	if (err != -EINVAL)
		return err;
	err = mount(RUN_KEEP_DIR, RUN_KEEP_DIR, NULL, MS_BIND, NULL) < 0 ? -errno : 0;
	if (trace_call(t, err, "mount(\"%s\", \"%s\", NULL, MS_BIND, NULL)", RUN_KEEP_DIR, RUN_KEEP_DIR) < 0)
		return err;
	err = mount(NULL, RUN_KEEP_DIR, NULL, MS_PRIVATE, NULL) < 0 ? -errno : 0;
	return (int)trace_call(t, err, "mount(NULL, \"%s\", NULL, MS_PRIVATE, NULL)", RUN_KEEP_DIR);
}

/* Of several that begin at a time one makes the mount; the others wait. */
static int prepare_mount(const struct trace *t)
{
	AUTO_CLOSE int dir = open(RUN_KEEP_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (dir < 0 || flock(dir, LOCK_EX) < 0)
		return -errno;
	return make_private(t);
}

int keep_prepare(const struct trace *t, uint32_t types)
{
	int err = make_dir(RUN_KEEP_DIR);

	if (err == 0)
		err = prepare_mount(t);
	for (int i = 0; i < NS_TYPE_COUNT && err == 0; i++) {
		char path[PATH_MAX];

		snprintf(path, sizeof(path), RUN_KEEP_DIR "/%s", ns_info((enum ns_type)i)->name);
		if (types & 1u << i)
			err = make_dir(path);
	}
	if (err == 0 && types & 1u << NS_NET)
		err = make_dir(RUN_NETNS_DIR);
	return err;
}

static void kept_path(enum ns_type type, const char *name, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, RUN_KEEP_DIR "/%s/%s", ns_info(type)->name, name);
}

uint32_t keep_find(const char *name)
{
	char path[PATH_MAX];
	uint32_t types = 0;

	for (int i = 0; i < NS_TYPE_COUNT; i++) {
		kept_path((enum ns_type)i, name, path);
		if (faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
			types |= 1u << i;
	}
	return types;
}

/* Unmount a kept namespace and delete its file. What is no namespace (any more) is just a file. */
static int release_file(const struct trace *t, const char *path)
{
	int err = umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) < 0 ? -errno : 0;

	trace_call(t, err, "umount2(\"%s\", MNT_DETACH|UMOUNT_NOFOLLOW)", path);
	if (err < 0 && err != -EINVAL)
		return err;
	err = unlink(path) < 0 ? -errno : 0;
	return (int)trace_call(t, err, "unlink(\"%s\")", path);
}

static bool same_file(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static int release_type(const struct trace *t, const char *name, enum ns_type type)
{
	char path[PATH_MAX], netns[PATH_MAX];
	int err = 0;

	kept_path(type, name, path);
	snprintf(netns, sizeof(netns), RUN_NETNS_DIR "/%s", name);
	/* Only if it is ours: ip-netns(8) may have made another one of that name. */
	if (type == NS_NET && same_file(path, netns))
		err = release_file(t, netns);
	return err < 0 ? err : release_file(t, path);
}

int keep_release(const struct trace *t, const char *name, enum ns_type *failed)
{
	uint32_t types = keep_find(name);

	if (!types)
		return -ENOENT;
	for (int i = 0; i < NS_TYPE_COUNT; i++) {
		int err = types & 1u << i ? release_type(t, name, (enum ns_type)i) : 0;

		if (err < 0) {
			if (failed)
				*failed = (enum ns_type)i;
			return err;
		}
	}
	return 0;
}

bool keep_name_ok(const char *name)
{
	struct target target;

	for (const char *c = name; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return false;
	return strlen(name) <= 128 && *name != '-' && strcmp(name, ".") && strcmp(name, "..") &&
	       target_parse(name, &target) == 0 && target.kind == TARGET_NAME;
}
