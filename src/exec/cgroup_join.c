/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/cgroup_join.h"

#include "nsview/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <libmount/libmount.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* One line of /proc/PID/cgroup: "4:memory:/path"; version 2 has no controllers there. */
struct line {
	const char *controllers;
	const char *path;
};

static bool split(char *text, struct line *ret)
{
	char *first = strchr(text, ':');
	char *second = first ? strchr(first + 1, ':') : NULL;

	if (!second)
		return false;
	*second = '\0';
	text[strcspn(text, ":")] = '\0';
	second[1 + strcspn(second + 1, "\n")] = '\0';
	*ret = (struct line){.controllers = first + 1, .path = second + 1};
	return true;
}

static bool is_hierarchy(struct libmnt_fs *fs, const char *controllers)
{
	const char *type = mnt_fs_get_fstype(fs);

	if (!type)
		return false;
	if (!*controllers)
		return !strcmp(type, "cgroup2");
	return !strcmp(type, "cgroup") && mnt_fs_match_options(fs, controllers);
}

/* The part of path below the root of a mount, or NULL when it is not there. */
static const char *below(const char *path, const char *root)
{
	size_t len = strlen(root);

	if (!strcmp(root, "/"))
		return path;
	return !strncmp(path, root, len) && (!path[len] || path[len] == '/') ? path + len : NULL;
}

static int open_in(struct libmnt_table *mounts, const struct line *l, struct fail *why)
{
	struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs;
	int fd = -ENODEV;

	if (!iter)
		return fail_at(why, "read the mount table", -ENOMEM);
	while (fd == -ENODEV && mnt_table_next_fs(mounts, iter, &fs) == 0) {
		const char *root = mnt_fs_get_root(fs);
		const char *rest = is_hierarchy(fs, l->controllers) && root ? below(l->path, root) : NULL;
		AUTO_FREE char *path = NULL;

		if (!rest || asprintf(&path, "%s/%s/cgroup.procs", mnt_fs_get_target(fs), rest) < 0) {
			path = NULL;
			continue;
		}
		fd = open(path, O_WRONLY | O_CLOEXEC);
		if (fd < 0)
			fd = fail_at(why, "open its cgroup.procs for writing", -errno);
	}
	mnt_free_iter(iter);
	return fd;
}

/* A hierarchy that is not mounted here has nothing to be joined by: -ENODEV, which is passed over. */
static int open_line(struct libmnt_table *mounts, char *text, struct cgroup_files *c, struct fail *why)
{
	struct line l;
	int fd;

	if (!split(text, &l))
		return 0;
	if (!strncmp(l.path, "/..", 3))
		return fail_at(why, "reach its cgroup, which is above our cgroup namespace", -EXDEV);
	fd = open_in(mounts, &l, why);
	if (fd == -ENODEV)
		return 0;
	if (fd < 0)
		return fd;
	c->fds[c->n++] = fd;
	return 0;
}

static int open_lines(FILE *in, struct libmnt_table *mounts, struct cgroup_files *c, struct fail *why)
{
	AUTO_FREE char *text = NULL;
	size_t room = 0;
	int err = 0;

	while (!err && c->n < CGROUP_MAX && getline(&text, &room, in) > 0)
		err = open_line(mounts, text, c, why);
	if (!err && !c->n)
		err = fail_at(why, "find a mounted cgroup hierarchy", -ENODEV);
	return err;
}

int cgroup_open(int procfd, struct cgroup_files *ret, struct fail *why)
{
	int fd = openat(procfd, "cgroup", O_RDONLY | O_CLOEXEC);
	FILE *in = fd < 0 ? NULL : fdopen(fd, "r");
	struct cgroup_files c = {.n = 0};
	struct libmnt_table *mounts;
	int err;

	if (!in) {
		err = -errno;
		if (fd >= 0)
			close(fd);
		return fail_at(why, "read its cgroups", err);
	}
	mounts = mnt_new_table_from_file("/proc/self/mountinfo");
	err = mounts ? open_lines(in, mounts, &c, why) : fail_at(why, "read the mount table", -errno);
	mnt_unref_table(mounts);
	fclose(in);
	if (err < 0)
		cgroup_close(&c);
	else
		*ret = c;
	return err;
}

int cgroup_join(const struct cgroup_files *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (write(c->fds[i], "0", 1) < 0)
			return -errno;
	return 0;
}

void cgroup_close(struct cgroup_files *c)
{
	for (size_t i = 0; i < c->n; i++)
		close(c->fds[i]);
	c->n = 0;
}
