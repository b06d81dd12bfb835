/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/enter_open.h"

#include "exec/environ.h"
#include "exec/seal.h"
#include "nsview/fd.h"
#include "nsview/num.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#ifndef NSFS_MAGIC
#define NSFS_MAGIC 0x6e736673
#endif

/* The kernel's limit for arguments and environment is 6 MiB with the usual stack, a string's 128 KiB. */
#define ENVIRON_MAX (6u << 20)

static int open_dir(int at, const char *path)
{
	int fd = openat(at, path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* Without a process there is no directory of its own, and none is needed. */
static int open_one(const struct enter_handles *h, enum enter_dir how, const char *link, const char *path)
{
	if (how == ENTER_DIR_TARGET)
		return h->procfd >= 0 ? open_dir(h->procfd, link) : -ESRCH;
	if (how == ENTER_DIR_PATH)
		return open_dir(AT_FDCWD, path);
	return -1;
}

int enter_open_dirs(struct enter_handles *h, const struct enter_wish *w, const char *root, const char *wd,
		    struct fail *why)
{
	h->root = open_one(h, w->root, "root", root);
	if (h->root < 0 && (w->root == ENTER_DIR_TARGET || w->root == ENTER_DIR_PATH)) {
		int err = h->root;

		h->root = -1;
		return fail_at(why, "open the root directory", err);
	}
	h->wd = open_one(h, w->wd, "cwd", wd);
	if (h->wd < 0 && (w->wd == ENTER_DIR_TARGET || w->wd == ENTER_DIR_PATH)) {
		int err = h->wd;

		h->wd = -1;
		return w->wd_lax ? 0 : fail_at(why, "open the working directory", err);
	}
	return 0;
}

static int read_all(int fd, char *buf, size_t size, size_t *len)
{
	*len = 0;
	while (*len < size) {
		ssize_t n = read(fd, buf + *len, size - *len);

		if (n == 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			*len += (size_t)n;
	}
	return -E2BIG;
}

int enter_read_environ(const struct enter_handles *h, struct arena *a, char ***ret, struct fail *why)
{
	AUTO_CLOSE int fd = openat(h->procfd, "environ", O_RDONLY | O_CLOEXEC);
	AUTO_FREE char *buf = NULL;
	char *block;
	size_t len;
	int err;

	if (fd < 0)
		return fail_at(why, "read its environment", -errno);
	buf = malloc(ENVIRON_MAX);
	if (!buf)
		return fail_at(why, "read its environment", -ENOMEM);
	err = read_all(fd, buf, ENVIRON_MAX, &len);
	if (!err) {
		block = arena_strndup(a, buf, len);
		err = block ? environ_split(a, block, len, ret) : -ENOMEM;
	}
	return err < 0 ? fail_at(why, "read its environment", err) : 0;
}

/* The second number of a line "Uid:\treal\teffective\t…". */
static int effective(const char *status, const char *name, uint32_t *ret)
{
	const char *p = strstr(status, name);

	if (!p || !(p = strchr(p, '\t')) || !(p = strchr(p + 1, '\t')))
		return -EINVAL;
	return num_u32_parse(p + 1, strcspn(p + 1, "\t\n"), ret);
}

/* Whoever opens the file sees ids of his own user namespace in it. A process's name can't hold a newline there. */
int enter_read_ids(const struct enter_handles *h, uid_t *uid, gid_t *gid)
{
	AUTO_CLOSE int fd = openat(h->procfd, "status", O_RDONLY | O_CLOEXEC);
	char buf[4096];
	uint32_t u, g;
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, buf, sizeof(buf) - 1);
	if (n < 0)
		return -errno;
	buf[n] = '\0';
	if (effective(buf, "\nUid:", &u) < 0 || effective(buf, "\nGid:", &g) < 0)
		return -EINVAL;
	*uid = u;
	*gid = g;
	return 0;
}

int enter_file_open(const char *path, enum ns_type *type)
{
	AUTO_CLOSE int at = open(path, O_PATH | O_CLOEXEC);
	AUTO_CLOSE int fd = -1;
	char self[32];
	struct statfs fs;
	int found;

	if (at < 0)
		return -errno;
	if (fstatfs(at, &fs) < 0)
		return -errno;
	if (fs.f_type != NSFS_MAGIC)
		return -EINVAL;
	snprintf(self, sizeof(self), "/proc/self/fd/%d", at);
	fd = open(self, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	found = ns_type_of_flag((uint64_t)(uint32_t)ioctl(fd, NS_GET_NSTYPE));
	if (found < 0)
		return -EINVAL;
	*type = (enum ns_type)found;
	return take_fd(&fd);
}

int enter_parent_open(int fd, bool owner)
{
	int up = owner ? ioctl(fd, NS_GET_USERNS) : ioctl(fd, NS_GET_PARENT);

	return up < 0 ? -errno : up;
}

uint32_t enter_ino(int fd)
{
	struct stat st;

	return fstat(fd, &st) < 0 ? 0 : (uint32_t)st.st_ino;
}

/* 0, -ENOEXEC or -ELIBACC: by the program headers, of which each has its type first. */
static int check_headers(int fd, uint64_t at, unsigned n, unsigned size)
{
	for (unsigned i = 0; i < n; i++) {
		uint32_t type;

		if (pread(fd, &type, sizeof(type), (off_t)(at + (uint64_t)i * size)) != sizeof(type))
			return -ENOEXEC;
		if (type == PT_INTERP)
			return -ELIBACC;
	}
	return 0;
}

static int check_static(int fd)
{
	union {
		unsigned char ident[EI_NIDENT];
		Elf32_Ehdr e32;
		Elf64_Ehdr e64;
	} head = {0};

	if (pread(fd, &head, sizeof(head), 0) < (ssize_t)sizeof(head.e32) || memcmp(head.ident, ELFMAG, SELFMAG) != 0)
		return -ENOEXEC;
	if (head.ident[EI_CLASS] == ELFCLASS64)
		return check_headers(fd, head.e64.e_phoff, head.e64.e_phnum, head.e64.e_phentsize);
	return check_headers(fd, head.e32.e_phoff, head.e32.e_phnum, head.e32.e_phentsize);
}

int enter_bring(const char *path)
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	const char *slash = strrchr(path, '/');
	int err;

	if (fd < 0)
		return -errno;
	err = check_static(fd);
	return err < 0 ? err : seal_copy(fd, slash ? slash + 1 : path);
}
