/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/elsewhere.h"

#include "nsview/fd.h"
#include "scan/child.h"
#include "scan/door.h"
#include "scan/procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { MOUNTS_TRIED = 4 };

/* What the child works with. The ways into another mount namespace are tried in this order: a member's root, then joining. */
struct walker {
	const struct snapshot *snap;
	const uint32_t *mounts;
	size_t n;
	const struct snap_proc *member; /* of the mount namespace, or NULL */
	bool here; /* it is our own mount namespace */
	int procfd;
	int mntns, owner; /* open: the mount namespace and the user namespace that owns it; or -1 */
	int out;
};

/* What the child says of one mount, with a descriptor when err is 0. */
struct answer {
	uint32_t mount;
	int err;
};

/* The root of a process that is still in the mount namespace, or a negative errno. */
static int member_root(const struct walker *w, const struct snap_proc *p)
{
	uint32_t links[NS_SLOT_COUNT];
	AUTO_CLOSE int dirfd = procfs_pid_open(w->procfd, (uint32_t)p->pid);
	if (dirfd < 0)
		return dirfd;
	AUTO_CLOSE int root = openat(dirfd, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return -errno;
	AUTO_CLOSE int nsfd = openat(dirfd, "ns", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int err = nsfd < 0 ? -errno : procfs_links(nsfd, 1u << NS_MNT, links);

	if (err < 0)
		return err;
	return links[NS_MNT] == w->snap->nss[p->ns[NS_MNT]].ino ? take_fd(&root) : -ESRCH;
}

static int own_root(void)
{
	int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	return root < 0 ? -errno : root;
}

static int join_root(const struct walker *w)
{
	int err = w->mntns < 0 ? w->mntns : ns_join(w->owner, w->mntns);

	return err < 0 ? err : own_root();
}

/* Nothing but the namespace that is meant. */
static int open_mount(const struct walker *w, int root, const struct snap_mount *m)
{
	uint32_t ino;
	AUTO_CLOSE int fd = door_mount_open(w->procfd, root, m->path);
	int err = fd < 0 ? fd : door_ino(fd, &ino);

	if (err < 0)
		return err;
	return ino == w->snap->nss[m->ns].ino ? take_fd(&fd) : -ESTALE;
}

static bool say(int out, struct answer a, int fd)
{
	union {
		struct cmsghdr h;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct iovec iov = {.iov_base = &a, .iov_len = sizeof(a)};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};

	if (fd >= 0) {
		msg.msg_control = &control;
		msg.msg_controllen = sizeof(control);
		control.h = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
		memcpy(CMSG_DATA(&control.h), &fd, sizeof(int));
	}
	return sendmsg(out, &msg, MSG_NOSIGNAL) >= 0;
}

enum { UNTRIED = -EAGAIN };

/*
 * A member that is in a chroot(2) sees less than its namespace has: what is not there is looked for once more.
 * Where neither way leads in, what the kernel says of the process is nearer to what the user can mend.
 */
static int open_somehow(const struct walker *w, int roots[2], const struct snap_mount *m)
{
	int fd = roots[0] < 0 ? roots[0] : open_mount(w, roots[0], m);

	if (fd >= 0)
		return fd;
	if (roots[1] == UNTRIED)
		roots[1] = join_root(w);
	if (roots[1] >= 0)
		return open_mount(w, roots[1], m);
	return fd == -ESRCH && roots[1] != -ENOENT ? roots[1] : fd;
}

/* Killed, the child may still hang in a file system: nobody shall wait for the end of our output because of that. */
static void let_go_of_output(const struct walker *w)
{
	for (int fd = 0; fd < 3; fd++)
		if (fd != w->procfd && fd != w->mntns && fd != w->owner && fd != w->out)
			close(fd);
}

static void child(const struct walker *w)
{
	int roots[2] = {-1, w->here ? -ESRCH : UNTRIED};

	let_go_of_output(w);
	child_settle();
	roots[0] = w->here ? own_root() : w->member ? member_root(w, w->member) : -ESRCH;
	for (size_t i = 0; i < w->n; i++) {
		int fd = open_somehow(w, roots, &w->snap->mounts[w->mounts[i]]);

		if (!say(w->out, (struct answer){.mount = w->mounts[i], .err = fd < 0 ? fd : 0}, fd))
			break;
		if (fd >= 0)
			close(fd);
	}
	_exit(0);
}

/* One answer: 1, 0 at the end, or a negative errno. *fd is -1 or open. */
static int hear(int from, int ms, struct answer *a, int *fd)
{
	union {
		struct cmsghdr h;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec iov = {.iov_base = a, .iov_len = sizeof(*a)};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};
	struct pollfd p = {.fd = from, .events = POLLIN};
	const struct cmsghdr *c;
	ssize_t n = poll(&p, 1, ms);

	*fd = -1;
	if (n == 0)
		return -ETIMEDOUT;
	if (n > 0)
		n = recvmsg(from, &msg, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
	if (n < 0)
		return -errno;
	c = CMSG_FIRSTHDR(&msg);
	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
		memcpy(fd, CMSG_DATA(c), sizeof(int));
	return n == (ssize_t)sizeof(*a);
}

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int hear_all(int from, elsewhere_fn *take, void *ctx)
{
	long end = now_ms() + ELSEWHERE_MS;

	for (;;) {
		AUTO_CLOSE int fd = -1;
		struct answer a;
		long left = end - now_ms();
		int heard = left <= 0 ? -ETIMEDOUT : hear(from, (int)left, &a, &fd), err;

		if (heard == -EINTR || heard == -EAGAIN)
			continue;
		if (heard <= 0)
			return heard;
		err = take(ctx, a.mount, a.err < 0 ? a.err : fd < 0 ? -EMFILE : fd);
		if (err < 0)
			return err;
	}
}

/* The namespace through its door, if it has one. */
static int door_of(int procfd, const struct snapshot *snap, const struct door *doors, uint32_t ns)
{
	return NS_REF_OK(ns) && doors[ns].kind != DOOR_NONE ? door_open(procfd, snap, ns, &doors[ns]) : -ENOENT;
}

int elsewhere_read(int procfd, const struct snapshot *snap, const struct door *doors, const uint32_t *mounts, size_t n,
		   elsewhere_fn *take, void *ctx)
{
	uint32_t mntns = snap->mounts[mounts[0]].mntns;
	const struct door *way = &doors[mntns];
	bool here = mntns == snap->host.own[NS_MNT];
	AUTO_CLOSE int in = here ? -1 : door_of(procfd, snap, doors, mntns);
	AUTO_CLOSE int owner = here ? -1 : door_of(procfd, snap, doors, snap->nss[mntns].owner);
	struct walker w = {
		.snap = snap,
		.mounts = mounts,
		.n = n,
		.member = way->kind == DOOR_PROC && way->slot == NS_MNT ? &snap->procs[way->index] : NULL,
		.here = here,
		.procfd = procfd,
		.mntns = in,
		.owner = owner,
	};
	AUTO_CLOSE int channel = -1;
	pid_t pid = child_fork(SOCK_SEQPACKET, &channel);

	if (pid < 0)
		return (int)pid;
	w.out = channel;
	if (pid == 0)
		child(&w);

	int err = hear_all(channel, take, ctx);

	child_end(pid);
	return err;
}

/* The result of the one mount that was asked for. */
static int keep(void *ctx, uint32_t mount, int fd)
{
	int *kept = ctx, copy = fd < 0 ? fd : fcntl(fd, F_DUPFD_CLOEXEC, 3);

	(void)mount;
	*kept = fd >= 0 && copy < 0 ? -errno : copy;
	return 0;
}

/* What walks a path for us. */
static void path_child(int procfd, const char *path, int out)
{
	int fd;

	/* The input stays: it may be what the path stands for. */
	for (fd = 1; fd < 3; fd++)
		if (fd != procfd && fd != out)
			close(fd);
	child_settle();
	fd = door_path_open(procfd, path);
	say(out, (struct answer){.err = fd < 0 ? fd : 0}, fd);
	_exit(0);
}

int path_open(int procfd, const char *path)
{
	AUTO_CLOSE int channel = -1;
	pid_t pid = child_fork(SOCK_SEQPACKET, &channel);
	int fd = -ESRCH, err;

	if (pid < 0)
		return (int)pid;
	if (pid == 0)
		path_child(procfd, path, channel);
	err = hear_all(channel, keep, &fd);
	child_end(pid);
	return err < 0 && fd < 0 ? err : fd;
}

static int open_elsewhere(int procfd, const struct snapshot *snap, uint32_t ns, uint32_t *mount)
{
	AUTO_FREE struct door *doors = doors_find(snap, NULL);
	int fd = doors ? -ENOENT : -ENOMEM, tried = 0;

	for (uint32_t i = 0; doors && i < snap->nmounts && fd < 0 && tried < MOUNTS_TRIED; i++) {
		const struct snap_mount *m = &snap->mounts[i];
		int err;

		if (m->ns != ns || !door_mount_is_far(snap, m) || !NS_REF_OK(m->mntns))
			continue;
		*mount = i;
		fd = -ESRCH;
		err = elsewhere_read(procfd, snap, doors, &i, 1, keep, &fd);
		if (err < 0 && fd < 0)
			fd = err;
		tried++;
	}
	return fd;
}

int ns_open(int procfd, const struct snapshot *snap, uint32_t ns, uint32_t *mount)
{
	int fd = doors_open(procfd, snap, ns), err;

	*mount = SNAP_NONE;
	if (fd >= 0)
		return fd;
	err = open_elsewhere(procfd, snap, ns, mount);
	return err >= 0 || *mount != SNAP_NONE ? err : fd;
}
