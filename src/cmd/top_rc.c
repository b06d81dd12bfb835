/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/top.h"
#include "nsview/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { RC_MAX = 64 * 1024 };

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
	unsigned skipped = top_rc_read(t, text);
	if (skipped)
		top_say(t, "%u lines of %s are not understood", skipped, path);
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

int toprc_save(const struct top *t, char *path, size_t size)
{
	char dir[3000], temp[3100];
	int err = config_dir(dir, sizeof(dir)), fd;

	*path = '\0';
	if (err == 0)
		err = make_dirs(dir);
	if (err < 0)
		return err;
	snprintf(path, size, "%s/toprc", dir);
	snprintf(temp, sizeof(temp), "%s/toprc.XXXXXX", dir);
	fd = mkostemp(temp, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = write_to(t, fd);
	if (err == 0 && rename(temp, path) < 0)
		err = -errno;
	if (err < 0)
		unlink(temp);
	return err;
}
