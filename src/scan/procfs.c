/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/procfs.h"

#include "nsview/fd.h"
#include "nsview/nslink.h"
#include "nsview/num.h"
#include "nsview/procstat.h"
#include "nsview/snapshot.h"
#include "nsview/vec.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/statfs.h>

enum procfs_miss procfs_classify(int err)
{
	switch (err) {
	case -ESRCH:
		return MISS_GONE;
	case -EACCES:
	case -EPERM:
		return MISS_DENIED;
	case -ENOENT:
		return MISS_ABSENT;
	default:
		return MISS_FATAL;
	}
}

int procfs_open(struct fail *why)
{
	char self[16];
	struct statfs fs;
	uint32_t pid;

	AUTO_CLOSE int fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return fail_at(why, "open /proc", -errno);
	if (fstatfs(fd, &fs) < 0 || fs.f_type != PROC_SUPER_MAGIC)
		return fail_at(why, "/proc is not mounted", -ENOENT);

	/* A procfs shows the PID namespace of its mount; to a process that this does not hold, self leads nowhere. */
	ssize_t n = readlinkat(fd, "self", self, sizeof(self));
	if (n < 0 && errno != ENOENT)
		return fail_at(why, "read /proc/self", -errno);
	if (n < 0 || num_u32_parse(self, (size_t)n, &pid) < 0 || pid != (uint32_t)getpid())
		return fail_at(why, "/proc belongs to another PID namespace", -ESRCH);
	return take_fd(&fd);
}

static int compare_pids(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

int procfs_pids(int procfd, uint32_t **pids, size_t *n)
{
	AUTO_FREE uint32_t *v = NULL;
	size_t count = 0, cap = 0;
	struct dirent *e;
	int err = 0;

	int fd = openat(procfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	DIR *dir = fdopendir(fd);
	if (!dir) {
		err = -errno;
		close(fd);
		return err;
	}

	while (errno = 0, (e = readdir(dir))) {
		uint32_t pid;

		if (num_u32_parse(e->d_name, strlen(e->d_name), &pid) < 0)
			continue;
		err = vec_reserve(&v, &cap, count + 1);
		if (err < 0)
			break;
		v[count++] = pid;
	}
	if (!err && errno)
		err = -errno;
	closedir(dir);
	if (err < 0)
		return err;

	if (count)
		qsort(v, count, sizeof(*v), compare_pids);
	*pids = take_ptr(v);
	*n = count;
	return 0;
}

int procfs_pid_open(int procfd, uint32_t pid)
{
	char name[16];

	snprintf(name, sizeof(name), "%u", pid);

	int fd = openat(procfd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

bool procfs_is_still(int dirfd, uint64_t start)
{
	char stat[1024];
	uint64_t now;
	ssize_t len = procfs_read(dirfd, "stat", stat, sizeof(stat));

	return len > 0 && procstat_start_parse(stat, (size_t)len, &now) == 0 && now == start;
}

int procfs_ns_open(int procfd, uint32_t pid)
{
	char name[24];

	snprintf(name, sizeof(name), "%u/ns", pid);

	int fd = openat(procfd, name, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int read_link(int nsfd, enum ns_slot slot, uint32_t *ret)
{
	char target[48];
	enum ns_type type;
	ssize_t n = readlinkat(nsfd, ns_slot_name(slot), target, sizeof(target));

	if (n < 0)
		return -errno;
	return nslink_parse(target, (size_t)n, &type, ret);
}

/* A zombie has lost most of its links, one that is reaped all of them: the user namespace goes last. */
static int check_alive(int nsfd)
{
	char target[48];

	return readlinkat(nsfd, "user", target, sizeof(target)) < 0 && errno == ENOENT ? -ESRCH : 0;
}

int procfs_links(int nsfd, unsigned slots, uint32_t links[NS_SLOT_COUNT])
{
	bool absent = false;

	for (int slot = 0; slot < NS_SLOT_COUNT; slot++)
		links[slot] = NS_REF_UNREAD;

	for (int slot = 0; slot < NS_SLOT_COUNT; slot++) {
		if (!(slots & 1u << slot))
			continue;

		int err = read_link(nsfd, (enum ns_slot)slot, &links[slot]);

		if (err == 0)
			continue;
		switch (procfs_classify(err)) {
		case MISS_GONE:
			return -ESRCH;
		case MISS_ABSENT:
			links[slot] = NS_REF_ABSENT;
			absent = true;
			break;
		case MISS_DENIED:
			/* All links ask for the same ptrace access, so what holds for one holds for all. */
			for (; slot < NS_SLOT_COUNT; slot++)
				if (slots & 1u << slot)
					links[slot] = NS_REF_DENIED;
			return 0;
		case MISS_FATAL:
			return err;
		}
	}
	return absent ? check_alive(nsfd) : 0;
}

unsigned procfs_slots(unsigned types)
{
	unsigned slots = 0;

	for (int slot = 0; slot < NS_SLOT_COUNT; slot++)
		if (types & 1u << ns_slot_type((enum ns_slot)slot))
			slots |= 1u << slot;
	return slots;
}

ssize_t procfs_read(int dirfd, const char *name, char *buf, size_t size)
{
	size_t len = 0;

	AUTO_CLOSE int fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return -errno;
	while (len < size) {
		ssize_t n = read(fd, buf + len, size - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0) {
			buf[len] = '\0';
			return (ssize_t)len;
		}
		len += (size_t)n;
	}
	return -E2BIG;
}

int procfs_read_all(int fd, char **ret, size_t *len)
{
	AUTO_FREE char *buf = NULL;
	size_t n = 0, cap = 0;

	for (;;) {
		int err = vec_reserve(&buf, &cap, n + 16384);

		if (err < 0)
			return err;

		ssize_t got = read(fd, buf + n, cap - n - 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			break;
		n += (size_t)got;
	}
	buf[n] = '\0';
	*ret = take_ptr(buf);
	*len = n;
	return 0;
}
