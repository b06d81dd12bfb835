/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/top.h"
#include "nsview/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RC_MAX = 64 * 1024, LINKS_MAX = 40 };

/* The directory of nsview's settings. A relative XDG_CONFIG_HOME does not count, says its specification. */
static int config_dir(char *buf, size_t size)
{
	const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	int n;

	if (xdg && *xdg == '/')
		n = snprintf(buf, size, "%s/nsview", xdg);
	else if (home && *home == '/')
		n = snprintf(buf, size, "%s/.config/nsview", home);
	else
		return -ENOENT;
	return n < 0 || (size_t)n >= size ? -ENAMETOOLONG : 0;
}

void toprc_load(struct top *t)
{
	char dir[3000], path[3100];
	AUTO_FREE char *text = calloc(1, RC_MAX + 1);

	if (!text || config_dir(dir, sizeof(dir)) < 0)
		return;
	snprintf(path, sizeof(path), "%s/toprc", dir);
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return;
	for (size_t n = 0; n < RC_MAX;) {
		ssize_t got = read(fd, text + n, RC_MAX - n);

		if (got <= 0)
			break;
		n += (size_t)got;
	}

	char lines[64];
	unsigned skipped = top_rc_read(t, text, lines, sizeof(lines));

	if (skipped)
		top_say(t, "%s: not all of line%s %s is understood", path, skipped == 1 ? "" : "s", lines);
}

static int make_dirs(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0700) < 0 && errno != EEXIST)
			return -errno;
		*slash = '/';
	}
	return mkdir(path, 0700) < 0 && errno != EEXIST ? -errno : 0;
}

static int write_to(const struct top *t, int fd)
{
	FILE *f = fdopen(fd, "w");
	int err = 0;

	if (!f) {
		err = -errno;
		close(fd);
		return err;
	}
	top_rc_write(t, f);
	if (fflush(f) == EOF || fsync(fileno(f)) < 0)
		err = -errno;
	if (fclose(f) == EOF && err == 0)
		err = -errno;
	return err;
}

static int refuse(const char **why, const char *text, int err)
{
	*why = text;
	return err;
}

/* Put what a link says in the link's place. */
static int follow(char *path, size_t size)
{
	char target[PATH_MAX], *slash = strrchr(path, '/');
	ssize_t n = readlink(path, target, sizeof(target) - 1);
	size_t dir = n > 0 && *target != '/' ? (size_t)(slash + 1 - path) : 0;

	if (n < 0)
		return -errno;
	target[n] = '\0';
	if (dir + (size_t)n >= size)
		return -ENAMETOOLONG;
	memcpy(path + dir, target, (size_t)n + 1);
	return 0;
}

/*
 * Where the settings really are, and with what permissions. A link of somebody else's is not followed: root, with the
 * home of another user, would write wherever that user likes.
 */
static int resolve(char *path, size_t size, mode_t *mode, const char **why)
{
	struct stat st;
	int err;

	for (int links = 0; links <= LINKS_MAX; links++) {
		if (lstat(path, &st) < 0)
			return errno == ENOENT ? 0 : refuse(why, strerror(errno), -errno);
		if (S_ISREG(st.st_mode)) {
			*mode = st.st_mode & 0777;
			return 0;
		}
		if (!S_ISLNK(st.st_mode))
			return refuse(why, "it is no regular file", -EINVAL);
		if (st.st_uid != geteuid())
			return refuse(why, "it is a link of another user's", -EPERM);
		err = follow(path, size);
		if (err < 0)
			return refuse(why, strerror(-err), err);
	}
	return refuse(why, strerror(ELOOP), -ELOOP);
}

/* Whoever reads the file meanwhile sees all of the old or all of the new one. */
static int replace(const struct top *t, const char *path, mode_t mode)
{
	char temp[4200 + sizeof(".XXXXXX")];
	int err, fd;

	snprintf(temp, sizeof(temp), "%s.XXXXXX", path);
	fd = mkostemp(temp, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fchmod(fd, mode) < 0) {
		err = -errno;
		close(fd);
	} else {
		err = write_to(t, fd);
	}
	if (err == 0 && rename(temp, path) < 0)
		err = -errno;
	if (err < 0)
		unlink(temp);
	return err;
}

int toprc_save(const struct top *t, char *path, size_t size, const char **why)
{
	char dir[3000];
	mode_t mode = 0600;
	int err = config_dir(dir, sizeof(dir));

	*path = '\0';
	if (err == 0)
		err = make_dirs(dir);
	if (err < 0)
		return refuse(why, strerror(-err), err);
	snprintf(path, size, "%s/toprc", dir);
	err = resolve(path, size, &mode, why);
	if (err < 0)
		return err;
	err = replace(t, path, mode);
	return err < 0 ? refuse(why, strerror(-err), err) : 0;
}
