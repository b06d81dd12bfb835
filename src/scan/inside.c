/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/inside.h"

#include "nsview/fd.h"
#include "nsview/scan.h"
#include "scan/procfs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libmount.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>

int inside_uts_read(struct inside *in)
{
	struct utsname uts;

	if (uname(&uts) < 0)
		return inside_put(in, INSIDE_TROUBLE, "host and domain name", scan_reason(-errno));
	return inside_put(in, INSIDE_UTS, uts.nodename, uts.domainname);
}

/* A table of /proc/sysvipc and the columns of it that make a row, by position. */
struct sysvipc {
	const char *path;
	const char *part; /* for people */
	enum inside_kind kind;
	unsigned char columns[6]; /* counted from 1; 0 ends */
};

static const struct sysvipc tables[] = {
	/* key shmid perms size cpid lpid nattch uid … */
	{"sysvipc/shm", "shared memory segments", INSIDE_SHM, {2, 1, 8, 4, 7}},
	/* key semid perms nsems uid … */
	{"sysvipc/sem", "semaphore sets", INSIDE_SEM, {2, 1, 5, 4}},
	/* key msqid perms cbytes qnum lspid lrpid uid … */
	{"sysvipc/msg", "message queues", INSIDE_MSG, {2, 1, 8, 4, 5}},
};

static int take_sysvipc(struct inside *in, const struct sysvipc *t, char *line)
{
	const char *words[16] = {0}, *fields[INSIDE_FIELDS] = {0};
	char *save = NULL, key[16] = "";
	size_t n = 0, f = 0;

	for (char *w = strtok_r(line, " \n", &save); w && n < 16; w = strtok_r(NULL, " \n", &save))
		words[n++] = w;
	for (; f < sizeof(t->columns) && t->columns[f]; f++)
		if (t->columns[f] <= n)
			fields[f] = words[t->columns[f] - 1];
	/* The table has keys as signed numbers, ipcs(1) and ipcrm(1) as hexadecimal ones. */
	if (n > 0)
		snprintf(key, sizeof(key), "0x%08x", (unsigned)strtol(words[0], NULL, 10));
	if (f > 1)
		fields[1] = key;
	return inside_add(in, t->kind, fields, f);
}

static int read_sysvipc(struct inside *in, int procfd, const struct sysvipc *t)
{
	AUTO_FREE char *line = NULL;
	size_t size = 0;
	int err = 0;
	int fd = openat(procfd, t->path, O_RDONLY | O_CLOEXEC);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");

	if (!f) {
		if (fd >= 0)
			close(fd);
		return inside_put(in, INSIDE_TROUBLE, t->part, scan_reason(-errno));
	}
	for (bool heading = true; err == 0 && getline(&line, &size, f) > 0; heading = false)
		if (!heading)
			err = take_sysvipc(in, t, line);
	fclose(f);
	return err;
}

/* A detached mount of the mqueue file system, which shows this namespace's queues, opened for reading; or a negative errno. */
static int mqueues_open(void)
{
	enum { FSCONFIG_CMD_CREATE_ = 6 };

	AUTO_CLOSE int context = (int)syscall(SYS_fsopen, "mqueue", 1 /* FSOPEN_CLOEXEC */);
	if (context < 0 || syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE_, NULL, NULL, 0) < 0)
		return -errno;
	AUTO_CLOSE int mount = (int)syscall(SYS_fsmount, context, 1 /* FSMOUNT_CLOEXEC */, 0);
	if (mount < 0)
		return -errno;

	/* What fsmount(2) gives is open as with O_PATH. */
	int fd = openat(mount, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/*
 * Mounting takes a capability over the user namespace that owns the mount namespace we are in. Who has
 * joined the owner of an IPC namespace has it over a mount namespace made there.
 */
static int mqueues_open_anyhow(void)
{
	int fd = mqueues_open();

	return fd == -EPERM && unshare(CLONE_NEWNS) == 0 ? mqueues_open() : fd;
}

/* POSIX queues are files. */
static int read_mqueues(struct inside *in)
{
	static const char what[] = "POSIX message queues";
	const struct dirent *e;
	int fd = mqueues_open_anyhow(), err = 0;
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir) {
		err = inside_put(in, INSIDE_TROUBLE, what, scan_reason(fd < 0 ? fd : -errno));
		if (fd >= 0)
			close(fd);
		return err;
	}
	while (err == 0 && (errno = 0, e = readdir(dir)))
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			err = inside_put(in, INSIDE_MQUEUE, e->d_name);
	if (err == 0 && errno)
		err = inside_put(in, INSIDE_TROUBLE, what, scan_reason(-errno));
	closedir(dir);
	return err;
}

int inside_ipc_read(struct inside *in, int procfd)
{
	int err = 0;

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]) && err == 0; i++)
		err = read_sysvipc(in, procfd, &tables[i]);
	return err == 0 ? read_mqueues(in) : err;
}

int inside_limits_read(struct inside *in, int procfd)
{
	static const char *const types[] = {"cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"};
	char path[48], value[24];
	int err = 0;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]) && err == 0; i++) {
		ssize_t n;

		snprintf(path, sizeof(path), "sys/user/max_%s_namespaces", types[i]);
		n = procfs_read(procfd, path, value, sizeof(value));
		if (n <= 0)
			continue; /* a kernel without that type */
		value[strcspn(value, "\n")] = '\0';
		err = inside_put(in, INSIDE_LIMIT, types[i], value);
	}
	return err;
}

static int take_mount(struct inside *in, struct libmnt_fs *fs)
{
	char id[12], parent[12];
	const char *fields = mnt_fs_get_optional_fields(fs);

	snprintf(id, sizeof(id), "%d", mnt_fs_get_id(fs));
	snprintf(parent, sizeof(parent), "%d", mnt_fs_get_parent_id(fs));
	return inside_put(in, INSIDE_MOUNT, id, parent, mnt_fs_get_target(fs), mnt_fs_get_fstype(fs), mnt_fs_get_source(fs),
			  mnt_fs_get_root(fs), fields && *fields ? fields : "private");
}

int inside_mounts_read(struct inside *in, int dirfd)
{
	struct libmnt_table *table = mnt_new_table();
	struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs;
	int fd = openat(dirfd, "mountinfo", O_RDONLY | O_CLOEXEC), err = 0;
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");

	if (!table || !iter)
		err = -ENOMEM;
	else if (!f || mnt_table_parse_stream(table, f, "") < 0)
		err = inside_put(in, INSIDE_TROUBLE, "mounts", scan_reason(-errno));
	else
		while (err == 0 && mnt_table_next_fs(table, iter, &fs) == 0)
			err = take_mount(in, fs);
	if (f)
		fclose(f);
	else if (fd >= 0)
		close(fd);
	mnt_free_iter(iter);
	mnt_unref_table(table);
	return err;
}
