/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/state_file.h"

#include "nsview/fd.h"
#include "nsview/runtime.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

enum {
	ENTRIES_MAX = 65536,
	USER_ENTRIES_MAX = 4096, /* a user could make others wait by making more */
};

struct state_dir state_dir_open(struct local *local, const char *path)
{
	return (struct state_dir){.fd = local_open(local, path), .only_uid = RUNTIME_UID_ANY, .local = local};
}

struct state_dir state_dir_mounted(const struct state_dir *dir, const char *name)
{
	struct state_dir ret = *dir;

	ret.fd = dir->fd < 0 ? -1 : local_open_below(dir->local, dir->fd, name);
	return ret;
}

/*
 * O_NONBLOCK: a FIFO put there would have us wait for its other end. openat2(2) is from Linux 5.6. A negative errno
 * for failure; -EXDEV is a mount, as no path here leads up.
 */
static int open_below(const struct state_dir *dir, const char *path, uint64_t flags)
{
	struct open_how how = {
		.flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | flags,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV,
	};
	int fd = dir->fd < 0 ? -1 : (int)syscall(SYS_openat2, dir->fd, path, &how, sizeof(how));

	if (fd >= 0 || dir->fd < 0)
		return fd < 0 ? -ENOENT : fd;
	if (errno == EXDEV)
		dir->local->passed++;
	return -errno;
}

struct state_dir state_dir_below(const struct state_dir *dir, const char *path)
{
	struct state_dir ret = *dir;

	ret.fd = open_below(dir, path, O_DIRECTORY);
	return ret;
}

void state_dir_close(struct state_dir *dir)
{
	if (dir->fd >= 0)
		close(dir->fd);
	dir->fd = -1;
}

/* 0 and whose processes the file can tell of, or -EACCES. */
static int trust(const struct state_dir *dir, const struct stat *st, uint32_t *only_uid)
{
	if (!S_ISREG(st->st_mode) || st->st_mode & S_IWOTH)
		return -EACCES;
	if (st->st_uid == 0 || st->st_uid == geteuid()) {
		*only_uid = RUNTIME_UID_ANY;
		return 0;
	}
	if (st->st_uid != dir->only_uid)
		return -EACCES;
	*only_uid = dir->only_uid;
	return 0;
}

static ssize_t read_all(int fd, char *buf, size_t size)
{
	size_t len = 0;

	while (len < size) {
		ssize_t n = read(fd, buf + len, size - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		len += (size_t)n;
	}
	return (ssize_t)len;
}

ssize_t state_file_read(const struct state_dir *dir, const char *path, size_t max, char **text, uint32_t *only_uid)
{
	struct stat st;
	uint32_t uid;
	ssize_t len;

	AUTO_CLOSE int fd = open_below(dir, path, 0);
	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		return -errno;

	int err = trust(dir, &st, &uid);

	if (err < 0)
		return err;
	if (st.st_size < 0 || (uint64_t)st.st_size > max)
		return -EFBIG;

	/* One byte more tells when it has grown since. */
	AUTO_FREE char *buf = malloc((size_t)st.st_size + 1);

	if (!buf)
		return -ENOMEM;
	len = read_all(fd, buf, (size_t)st.st_size + 1);
	if (len < 0 || len > st.st_size)
		return len < 0 ? len : -EAGAIN;
	*text = take_ptr(buf);
	*only_uid = uid;
	return len;
}

int state_dir_walk(const struct state_dir *dir, state_entry_fn *fn, void *ctx)
{
	int left = dir->only_uid == RUNTIME_UID_ANY ? ENTRIES_MAX : USER_ENTRIES_MAX, err = 0;
	int fd = dir->fd < 0 ? -1 : openat(dir->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;

	if (!d) {
		if (fd >= 0)
			close(fd);
		return 0;
	}
	while (err == 0 && left-- > 0 && (e = readdir(d)))
		if (e->d_name[0] != '.')
			err = fn(ctx, dir, e->d_name);
	closedir(d);
	return err;
}
