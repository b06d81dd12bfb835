/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/door.h"

#include "nsview/fd.h"
#include "scan/kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

enum { DOORS_TRIED = 4 };

/* Takes each door for its namespace unless that has one, or this one was tried before. */
struct finder {
	struct door *doors;
	uint32_t *left; /* to be passed over yet; NULL: none */
};

static void offer(struct finder *f, uint32_t ns, enum door_kind kind, int slot, size_t index)
{
	if (!NS_REF_OK(ns) || f->doors[ns].kind != DOOR_NONE)
		return;
	if (f->left && f->left[ns] > 0) {
		f->left[ns]--;
		return;
	}
	f->doors[ns] = (struct door){.kind = (uint8_t)kind, .slot = (uint8_t)slot, .index = (uint32_t)index};
}

struct door *doors_find(const struct snapshot *snap, const uint32_t *skip)
{
	AUTO_FREE struct door *doors = calloc(snap->nnss + 1, sizeof(*doors));
	AUTO_FREE uint32_t *left = skip ? calloc(snap->nnss + 1, sizeof(*left)) : NULL;
	struct finder f = {.doors = doors, .left = left};

	if (!doors || (skip && !left))
		return NULL;
	for (size_t i = 0; skip && i < snap->nnss; i++)
		left[i] = skip[i];

	for (size_t i = 0; i < snap->nprocs; i++)
		for (int slot = 0; slot < NS_SLOT_COUNT; slot++)
			offer(&f, snap->procs[i].ns[slot], DOOR_PROC, slot, i);
	for (size_t i = 0; i < snap->nmounts; i++)
		if (!door_mount_is_far(snap, &snap->mounts[i]))
			offer(&f, snap->mounts[i].ns, DOOR_MOUNT, 0, i);
	for (size_t i = 0; i < snap->nthreads; i++)
		for (int slot = 0; slot < NS_SLOT_COUNT; slot++)
			offer(&f, snap->threads[i].ns[slot], DOOR_THREAD, slot, i);
	for (size_t i = 0; i < snap->nfds; i++)
		offer(&f, snap->fds[i].ns, DOOR_FD, 0, i);
	for (size_t i = 0; i < snap->nsocks; i++)
		offer(&f, snap->socks[i].ns, DOOR_SOCK, 0, i);
	for (size_t i = 0; i < snap->nnss; i++)
		if (snap->nss[i].id)
			offer(&f, (uint32_t)i, DOOR_HANDLE, 0, i);
	return take_ptr(doors);
}

bool door_mount_is_far(const struct snapshot *snap, const struct snap_mount *m)
{
	return m->mntns != snap->host.own[NS_MNT] || m->remote;
}

int door_ino(int fd, uint32_t *ino)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (st.st_ino > UINT32_MAX)
		return -ERANGE;
	*ino = (uint32_t)st.st_ino;
	return 0;
}

/* Of what device nsfs files are. 0 or a negative errno. */
static int nsfs_device(int procfd, struct statx *st)
{
	return statx(procfd, "self/ns/mnt", 0, STATX_INO, st) < 0 ? -errno : 0;
}

/*
 * Open what an O_PATH descriptor stands for if it is of nsfs, or -EINVAL. Until that is known nothing is opened, no device
 * woken, no FIFO waited for, and nobody asked who serves a file.
 */
int door_reopen(int procfd, int at)
{
	char again[32];
	struct statx st, ns;
	int err = nsfs_device(procfd, &ns);

	if (err < 0)
		return err;
	if (statx(at, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_INO, &st) < 0)
		return -errno;
	if (st.stx_dev_major != ns.stx_dev_major || st.stx_dev_minor != ns.stx_dev_minor)
		return -EINVAL;

	snprintf(again, sizeof(again), "self/fd/%d", at);

	int fd = openat(procfd, again, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int door_path_open(int procfd, const char *path)
{
	AUTO_CLOSE int at = open(path, O_PATH | O_CLOEXEC);

	return at < 0 ? -errno : door_reopen(procfd, at);
}

int door_mount_open(int procfd, int root, const char *path)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS,
	};
	AUTO_CLOSE int at = (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
	int fd = at < 0 ? -errno : door_reopen(procfd, at);

	return fd == -ENOENT || fd == -ENOTDIR || fd == -ELOOP || fd == -EINVAL ? -ESTALE : fd;
}

int door_handle_open(enum ns_type type, uint64_t id, uint32_t ino)
{
	struct kernel_nsfs_handle key = {
		.ns_id = id,
		.ns_type = (uint32_t)ns_info(type)->clone_flag,
		.ns_inum = ino,
	};
	union {
		struct file_handle h;
		char room[sizeof(struct file_handle) + sizeof(key)];
	} u = {.h = {.handle_bytes = sizeof(key), .handle_type = KERNEL_FILEID_NSFS}};

	memcpy(u.h.f_handle, &key, sizeof(key));

	int fd = open_by_handle_at(KERNEL_FD_NSFS_ROOT, &u.h, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int door_table_open(int32_t pid, int32_t tid)
{
	int fd = (int)syscall(__NR_pidfd_open, tid ? tid : pid, tid ? KERNEL_PIDFD_THREAD : 0);

	return fd < 0 ? -errno : fd;
}

static int proc_open(int procfd, const char *path)
{
	int fd = openat(procfd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	return fd < 0 ? -errno : fd;
}

static int own_mount_open(int procfd, const char *path)
{
	AUTO_CLOSE int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	return root < 0 ? -errno : door_mount_open(procfd, root, path);
}

static int sock_open(const struct snapshot *snap, const struct snap_sock *k)
{
	AUTO_CLOSE int pidfd = door_table_open(snap->procs[k->proc].pid, k->tid);
	if (pidfd < 0)
		return pidfd;
	AUTO_CLOSE int sock = (int)syscall(__NR_pidfd_getfd, pidfd, k->fd, 0);
	if (sock < 0)
		return -errno;

	int fd = ioctl(sock, SIOCGSKNS);

	return fd < 0 ? -errno : fd;
}

static int open_unchecked(int procfd, const struct snapshot *snap, const struct door *door)
{
	const char *link = ns_slot_name((enum ns_slot)door->slot);
	char path[80];

	switch ((enum door_kind)door->kind) {
	case DOOR_PROC:
		snprintf(path, sizeof(path), "%d/ns/%s", snap->procs[door->index].pid, link);
		return proc_open(procfd, path);
	case DOOR_THREAD: {
		const struct snap_thread *t = &snap->threads[door->index];

		snprintf(path, sizeof(path), "%d/task/%d/ns/%s", snap->procs[t->proc].pid, t->tid, link);
		return proc_open(procfd, path);
	}
	case DOOR_FD: {
		/* By now that descriptor may be anything. */
		const struct snap_fd *f = &snap->fds[door->index];

		return door_path_open(procfd, snap_fd_path(&snap->procs[f->proc], f->tid, f->fd, path));
	}
	case DOOR_MOUNT:
		return own_mount_open(procfd, snap->mounts[door->index].path);
	case DOOR_SOCK:
		return sock_open(snap, &snap->socks[door->index]);
	case DOOR_HANDLE: {
		const struct snap_ns *ns = &snap->nss[door->index];

		return door_handle_open((enum ns_type)ns->type, ns->id, ns->ino);
	}
	case DOOR_NONE:
		break;
	}
	return -ENOENT;
}

int door_open(int procfd, const struct snapshot *snap, uint32_t ns, const struct door *door)
{
	uint32_t ino;

	AUTO_CLOSE int fd = open_unchecked(procfd, snap, door);
	if (fd < 0)
		return fd;

	int err = door_ino(fd, &ino);

	if (err < 0)
		return err;
	return ino == snap->nss[ns].ino ? take_fd(&fd) : -ESTALE;
}

int doors_open(int procfd, const struct snapshot *snap, uint32_t ns)
{
	AUTO_FREE uint32_t *tried = calloc(snap->nnss + 1, sizeof(*tried));
	int fd = -ENOENT;

	if (!tried)
		return -ENOMEM;
	for (; tried[ns] < DOORS_TRIED; tried[ns]++) {
		AUTO_FREE struct door *doors = doors_find(snap, tried);

		if (!doors)
			return -ENOMEM;
		if (doors[ns].kind == DOOR_NONE)
			break;
		fd = door_open(procfd, snap, ns, &doors[ns]);
		if (fd >= 0)
			break;
	}
	return fd;
}

int ns_join(int owner, int ns)
{
	if (setns(ns, 0) == 0)
		return 0;
	if (errno != EPERM)
		return -errno;
	if (owner < 0 || setns(owner, CLONE_NEWUSER) < 0)
		return -EPERM;
	return setns(ns, 0) == 0 ? 0 : -errno;
}
