/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/fd.h"
#include "nsview/fdinfo.h"
#include "nsview/nslink.h"
#include "nsview/num.h"
#include "nsview/vec.h"
#include "scan/door.h"
#include "scan/harvest.h"
#include "scan/kernel.h"
#include "scan/procfs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>

/* A process whose descriptors are read. The pidfd is opened when the first socket is met. */
struct fds_walk {
	struct harvest *h;
	const struct fds_query *q;
	int pidfd;
};

static int take_nsfs(struct fds_walk *w, int32_t fd, enum ns_type type, uint32_t ino)
{
	struct harvest *h = w->h;
	int err = vec_reserve(&h->fds, &h->fds_cap, h->nfds + 1);

	if (err < 0)
		return err;
	h->fds[h->nfds++] = (struct harvest_fd){
		.fd = {.proc = w->q->proc, .tid = w->q->tid, .fd = fd, .ns = ino},
		.type = type,
	};
	return 0;
}

/* Borrow a descriptor of the process or thread: a copy in our table, that must be closed at once. */
static int borrow(struct fds_walk *w, int32_t fd)
{
	if (w->pidfd < 0)
		w->pidfd = door_table_open(w->q->pid, w->q->tid);
	if (w->pidfd < 0) /* a kernel that has none of threads lets nobody look */
		return w->q->tid && w->pidfd == -EINVAL ? -EACCES : w->pidfd;

	int copy = (int)syscall(__NR_pidfd_getfd, w->pidfd, fd, 0);

	return copy < 0 ? -errno : copy;
}

static int add_socket(struct fds_walk *w, int32_t fd, int sock, uint32_t net)
{
	struct harvest *h = w->h;
	struct snap_sock s = {.proc = w->q->proc, .tid = w->q->tid, .fd = fd, .ns = net};
	int err = vec_reserve(&h->socks, &h->socks_cap, h->nsocks + 1);

	if (err < 0)
		return err;
	socket_describe(sock, &h->strings, &s);
	h->socks[h->nsocks++] = s;
	return 0;
}

static int take_socket(struct fds_walk *w, int32_t fd, uint64_t inode)
{
	struct harvest *h = w->h;
	uint32_t net = map_get(&h->sock_nets, inode);

	if (h->no_sockets || net == w->q->net)
		return 0;

	AUTO_CLOSE int sock = borrow(w, fd);
	int err = sock < 0 ? sock : socket_net(sock, &net);

	if (err == -ENOSYS || err == -ENOTTY)
		h->no_sockets = true;
	if (err == -EPERM || err == -EACCES)
		return -EACCES;
	if (err < 0)
		return err == -EMFILE || err == -ENFILE || err == -ENOMEM ? err : 0;
	err = map_put(&h->sock_nets, inode, net);
	if (err == 0 && net != w->q->net)
		err = add_socket(w, fd, sock, net);
	return err;
}

/* Trouble of our own, or else 0: what it was about is gone. */
static int own_trouble(int err)
{
	return err == EMFILE || err == ENFILE || err == ENOMEM ? -err : 0;
}

/*
 * A descriptor that was opened by a bind mount has the path of that, or "/". So has what is no namespace, on a server that
 * may not answer: what is known of it must do, before it is opened.
 */
static int take_mounted(struct fds_walk *w, int dirfd, const char *name, int32_t fd)
{
	uint32_t ino;
	AUTO_CLOSE int at = openat(dirfd, name, O_PATH | O_CLOEXEC);
	if (at < 0)
		return own_trouble(errno);
	AUTO_CLOSE int ns = door_reopen(w->q->marks->procfd, at);
	if (ns < 0)
		return own_trouble(-ns);

	int flag = ioctl(ns, NS_GET_NSTYPE), type = flag < 0 ? -1 : ns_type_of_flag((uint64_t)(unsigned)flag);

	return type < 0 || door_ino(ns, &ino) < 0 ? 0 : take_nsfs(w, fd, (enum ns_type)type, ino);
}

static bool is_mounted_path(const struct mounted_marks *m, const char *s, size_t len)
{
	return *s == '/' && (len == 1 || (m->paths.count && map_get(&m->paths, map_hash(s, len)) != MAP_NONE));
}

/* What leads to the device is a path like any other, "/dev/net/tun" or that of a container's root: the device tells. */
static int take_tun(struct fds_walk *w, int dirfd, const char *name, int32_t fd)
{
	AUTO_CLOSE int at = openat(dirfd, name, O_PATH | O_CLOEXEC);
	if (at < 0)
		return own_trouble(errno);
	if (!socket_is_tun(at))
		return 0;

	AUTO_CLOSE int tun = borrow(w, fd);
	uint32_t net;
	int err = tun >= 0 && !socket_is_tun(tun) ? -ENOTTY : tun < 0 ? tun : socket_net(tun, &net);

	if (err == -EPERM || err == -EACCES)
		return -EACCES;
	if (err < 0)
		return err == -EMFILE || err == -ENFILE || err == -ENOMEM ? err : 0;
	return net == w->q->net ? 0 : add_socket(w, fd, tun, net);
}

static bool is_tun_path(const char *s, size_t len)
{
	static const char name[] = "/tun";
	size_t n = sizeof(name) - 1;

	return len >= n && !memcmp(s + len - n, name, n);
}

/* -EACCES means that its sockets may not be looked at, which is no reason to stop. */
static int take_fd_link(struct fds_walk *w, int dirfd, const char *name)
{
	char target[512];
	enum ns_type type;
	uint64_t inode;
	uint32_t fd, ino;
	ssize_t n;

	if (num_u32_parse(name, strlen(name), &fd) < 0)
		return 0;
	n = readlinkat(dirfd, name, target, sizeof(target));
	if (n < 0 || (size_t)n == sizeof(target)) /* gone, or a path that is too long for what we look for */
		return 0;
	if (w->q->fds && nslink_parse(target, (size_t)n, &type, &ino) == 0)
		return take_nsfs(w, (int32_t)fd, type, ino);
	if (w->q->sockets && NS_REF_OK(w->q->net) && fdinfo_socket_parse(target, (size_t)n, &inode) == 0)
		return take_socket(w, (int32_t)fd, inode);
	if (w->q->sockets && NS_REF_OK(w->q->net) && is_tun_path(target, (size_t)n))
		return take_tun(w, dirfd, name, (int32_t)fd);
	if (w->q->fds && is_mounted_path(w->q->marks, target, (size_t)n))
		return take_mounted(w, dirfd, name, (int32_t)fd);
	return 0;
}

int fds_read(struct harvest *h, int dirfd, const struct fds_query *q)
{
	struct fds_walk w = {.h = h, .q = q, .pidfd = -1};
	struct dirent *e;
	int err = 0;

	int fd = openat(dirfd, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		err = -errno;
		if (procfs_classify(err) == MISS_DENIED)
			h->missed |= 1u << SOURCE_FDS | 1u << SOURCE_SOCKETS;
		return procfs_classify(err) == MISS_FATAL ? err : 0;
	}
	DIR *dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return -ENOMEM;
	}
	while (err == 0 && (e = readdir(dir))) {
		err = take_fd_link(&w, fd, e->d_name);
		if (err == -EACCES) {
			h->missed |= 1u << SOURCE_SOCKETS;
			err = 0;
		}
	}
	closedir(dir);
	if (w.pidfd >= 0)
		close(w.pidfd);
	return err;
}
