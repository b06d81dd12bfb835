/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/local.h"

#include "nsview/fd.h"
#include "scan/procfs.h"
#include "scan/remote.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { LINKS_MAX = 40 }; /* as many as the kernel follows */

/* "36 35 98:0 /root /point options optional:1 - type source options": no field before is a hyphen. */
static int note_mount(struct local *l, const char *line)
{
	char type[32];
	uint64_t id = strtoull(line, NULL, 10);
	const char *hyphen = strstr(line, " - ");

	if (!hyphen || sscanf(hyphen, " - %31s", type) != 1)
		return 0;
	/* What an overlay is made of is not known, but in our mount namespace root has mounted it. */
	return remote_type_is_local(type) || !strcmp(type, "overlay") ? map_put(&l->ids, id, 1) : 0;
}

static int read_mounts(struct local *l)
{
	AUTO_FREE char *text = NULL;
	size_t len;
	int err = lseek(l->mountinfo, 0, SEEK_SET) < 0 ? -errno : procfs_read_all(l->mountinfo, &text, &len);

	map_done(&l->ids);
	for (char *line = text, *end; err == 0 && (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		err = note_mount(l, line);
	}
	return err;
}

/*
 * Whether the kernel serves a mount by itself. The caller has a descriptor there, so that the id goes to no other
 * mount meanwhile; that it has not gone from one to another before, poll(2) tells: mountinfo is as it was read.
 */
static bool is_local(struct local *l, uint64_t id)
{
	struct pollfd changed = {.fd = l->mountinfo, .events = POLLPRI};
	int err = 0;

	if (!l->open) {
		l->mountinfo = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
		l->open = l->mountinfo >= 0;
		err = l->open ? read_mounts(l) : -errno;
	} else if (poll(&changed, 1, 0) != 0) {
		err = read_mounts(l);
	}
	return err == 0 && map_get(&l->ids, id) != MAP_NONE;
}

/* What mount a descriptor is in, and what it is; whether that can be told. AT_STATX_DONT_SYNC: a server is not asked. */
static bool stat_here(int fd, struct statx *ret)
{
	return statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE | STATX_MNT_ID, ret) == 0 &&
	       ret->stx_mask & STATX_MNT_ID;
}

/*
 * One name further from a directory that is local: onto it and no further, which asks only who serves the directory.
 * Nor is an automounter asked, as long as it need not be a directory (no O_DIRECTORY). *here is what is there.
 */
static int step(struct local *l, int dirfd, const char *name, struct statx *here)
{
	uint64_t mount = here->stx_mnt_id;
	AUTO_CLOSE int fd = openat(dirfd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	/* FUSE refuses who is not its user, root as well. */
	if (!stat_here(fd, here) || (here->stx_mnt_id != mount && !is_local(l, here->stx_mnt_id))) {
		l->passed++;
		return -EREMOTE;
	}
	return take_fd(&fd);
}

/* A path on the way. */
struct way {
	char path[PATH_MAX];
	char *left; /* of the path: what comes next */
	int links;
};

/* The next name, which is terminated; NULL at the end. */
static const char *next_name(struct way *w)
{
	char *name = w->left + strspn(w->left, "/");

	w->left = name + strcspn(name, "/");
	if (*w->left)
		*w->left++ = '\0';
	return *name ? name : NULL;
}

/* Put what a symbolic link says before what is left. 0 or a negative errno. */
static int follow(struct way *w, int link)
{
	char path[PATH_MAX];
	ssize_t n = readlinkat(link, "", path, sizeof(path) - 1);
	size_t left = strlen(w->left);

	if (n < 0)
		return -errno;
	if (++w->links > LINKS_MAX)
		return -ELOOP;
	if ((size_t)n + 1 + left >= sizeof(path))
		return -ENAMETOOLONG;
	path[n] = '/';
	memcpy(path + n + 1, w->left, left + 1);
	memcpy(w->path, path, (size_t)n + 1 + left + 1);
	w->left = w->path;
	return 0;
}

/* Make a descriptor another one. */
static void replace(int *fd, int by)
{
	close(*fd);
	*fd = by;
}

static int open_root(struct statx *here)
{
	AUTO_CLOSE int fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	return stat_here(fd, here) ? take_fd(&fd) : -EOPNOTSUPP;
}

/* On from the root, or after a symbolic link from where that is. */
static int walk(struct local *l, struct way *w)
{
	struct statx here;
	AUTO_CLOSE int at = open_root(&here);

	for (const char *name; at >= 0 && (name = next_name(w));) {
		struct statx from = here;
		AUTO_CLOSE int fd = step(l, at, name, &here);
		int err = fd < 0 ? fd : 0;

		if (err == 0 && !S_ISLNK(here.stx_mode)) {
			replace(&at, take_fd(&fd));
			continue;
		}
		if (err == 0)
			err = follow(w, fd);
		here = from;
		if (err == 0 && *w->left == '/')
			replace(&at, open_root(&here));
		if (err < 0)
			return err;
	}
	return take_fd(&at);
}

int local_open(struct local *l, const char *path)
{
	struct way w = {.left = w.path};
	int fd;

	if (strlen(path) >= sizeof(w.path))
		return -ENAMETOOLONG;
	memcpy(w.path, path, strlen(path) + 1);
	fd = walk(l, &w);
	if (fd != -EOPNOTSUPP)
		return fd;
	fd = open(path, O_PATH | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int local_open_below(struct local *l, int dirfd, const char *name)
{
	struct statx here;
	int fd;

	if (stat_here(dirfd, &here))
		return step(l, dirfd, name, &here);
	fd = openat(dirfd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

void local_done(struct local *l)
{
	if (l->open)
		close(l->mountinfo);
	map_done(&l->ids);
	*l = (struct local){0};
}
