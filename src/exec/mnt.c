/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/mnt.h"

#include "nsview/arena.h"
#include "nsview/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* Linux 5.2; sys/mount.h has them since glibc 2.36. */
#ifndef OPEN_TREE_CLONE
#define OPEN_TREE_CLONE 1
#endif
#ifndef OPEN_TREE_CLOEXEC
#define OPEN_TREE_CLOEXEC O_CLOEXEC
#endif
#ifndef MOVE_MOUNT_F_EMPTY_PATH
#define MOVE_MOUNT_F_EMPTY_PATH 0x00000004
#endif
#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif

static const struct {
	unsigned long flag;
	const char *name;
} flag_names[] = {
	{MS_RDONLY, "MS_RDONLY"}, {MS_NOSUID, "MS_NOSUID"},   {MS_NODEV, "MS_NODEV"},
	{MS_NOEXEC, "MS_NOEXEC"}, {MS_REC, "MS_REC"},         {MS_PRIVATE, "MS_PRIVATE"},
	{MS_SLAVE, "MS_SLAVE"},   {MS_SHARED, "MS_SHARED"},
};

static const char *flags_text(unsigned long flags, struct arena *a)
{
	const char *text = NULL;

	for (size_t i = 0; i < sizeof(flag_names) / sizeof(flag_names[0]); i++) {
		if (!(flags & flag_names[i].flag))
			continue;
		text = text ? arena_printf(a, "%s|%s", text, flag_names[i].name) : flag_names[i].name;
		if (!text)
			return "?";
	}
	return text ? text : "0";
}

int mnt_open_dir(const struct trace *t, int root, const char *name, int create)
{
	struct open_how how = {
		.flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	long fd = syscall(SYS_openat2, root, name, &how, sizeof(how));

	if (fd < 0)
		fd = -errno;
	trace_call(t, fd, "openat2(%d, \"%s\", {O_PATH|O_DIRECTORY, RESOLVE_IN_ROOT|RESOLVE_NO_SYMLINKS})", root, name);
	if (fd != -ENOENT || !create)
		return (int)fd;

	int err = mkdirat(root, name, 0755) < 0 ? -errno : 0;

	trace_call(t, err, "mkdirat(%d, \"%s\", 0755)", root, name);
	return err < 0 ? err : mnt_open_dir(t, root, name, 0);
}

int mnt_mount(const struct trace *t, int dir, const char *fstype, unsigned long flags, const char *data)
{
	AUTO_CLOSE int here = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct arena a = {0};
	int err = here < 0 || fchdir(dir) < 0 ? -errno : 0;

	trace_call(t, err, "fchdir(%d)", dir);
	if (err == 0) {
		err = mount(fstype, ".", fstype, flags, data) < 0 ? -errno : 0;
		trace_call(t, err, "mount(\"%s\", \".\", \"%s\", %s, %s%s%s)", fstype, fstype, flags_text(flags, &a),
			   data ? "\"" : "", data ? data : "NULL", data ? "\"" : "");
		if (fchdir(here) < 0 && err == 0)
			err = -errno;
	}
	arena_done(&a);
	return err;
}

static int attach(const struct trace *t, int tree, int to, const char *dst)
{
	int err = syscall(SYS_move_mount, tree, "", to, dst, MOVE_MOUNT_F_EMPTY_PATH) < 0 ? -errno : 0;

	if (to == AT_FDCWD)
		return (int)trace_call(t, err, "move_mount(%d, \"\", AT_FDCWD, \"%s\", MOVE_MOUNT_F_EMPTY_PATH)", tree, dst);
	return (int)trace_call(t, err, "move_mount(%d, \"\", %d, \"%s\", MOVE_MOUNT_F_EMPTY_PATH)", tree, to, dst);
}

int mnt_bind(const struct trace *t, int from, const char *src, int to, const char *dst)
{
	long tree = syscall(SYS_open_tree, from, src, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW);
	AUTO_CLOSE int fd = (int)(tree < 0 ? -errno : tree);

	trace_call(t, fd, "open_tree(%d, \"%s\", OPEN_TREE_CLONE|AT_SYMLINK_NOFOLLOW)", from, src);
	return fd < 0 ? fd : attach(t, fd, to, dst);
}

int mnt_bind_here(const struct trace *t)
{
	long tree = syscall(SYS_open_tree, AT_FDCWD, ".", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
	AUTO_CLOSE int fd = (int)(tree < 0 ? -errno : tree);
	int err;

	trace_call(t, fd, "open_tree(AT_FDCWD, \".\", OPEN_TREE_CLONE|AT_RECURSIVE)");
	if (fd < 0)
		return fd;
	err = attach(t, fd, AT_FDCWD, ".");
	return err < 0 ? err : take_fd(&fd);
}

int mnt_propagation(const struct trace *t, unsigned long how)
{
	struct arena a = {0};
	int err = mount(NULL, "/", NULL, MS_REC | how, NULL) < 0 ? -errno : 0;

	trace_call(t, err, "mount(NULL, \"/\", NULL, %s, NULL)", flags_text(MS_REC | how, &a));
	arena_done(&a);
	return err;
}
