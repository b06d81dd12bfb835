/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/bpf_files.h"

#include "nsview/fd.h"
#include "nsview/vec.h"
#include "scan/door.h"
#include "scan/harvest.h"
#include "scan/registry.h"

#include <errno.h>
#include <linux/sockios.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

static int take_nsfs(struct bpf_files *f, const struct rec_fd *r, uint32_t proc, enum ns_type type)
{
	struct snapshot *snap = f->snap;
	int err = vec_reserve(&snap->fds, &snap->fds_cap, snap->nfds + 1);
	uint32_t ref;

	if (err == 0)
		err = registry_add(f->snap, type, r->ino, SOURCE_FDS, &ref);
	if (err == 0)
		snap->fds[snap->nfds++] = (struct snap_fd){.proc = proc, .fd = (int32_t)r->fd, .ns = ref};
	return err;
}

/* The socket itself, for a moment: what it is it tells only to who has it. A negative errno when it may not be had. */
static int borrow(struct bpf_files *f, const struct rec_fd *r, uint32_t proc)
{
	if (f->pidfd_of != proc) {
		if (f->pidfd >= 0)
			close(f->pidfd);
		f->pidfd = (int)syscall(__NR_pidfd_open, r->head.pid, 0);
		f->pidfd_of = proc;
		f->unread += f->pidfd < 0 && errno != ESRCH;
	}

	int fd = f->pidfd < 0 ? -1 : (int)syscall(__NR_pidfd_getfd, f->pidfd, (int)r->fd, 0);

	return fd < 0 ? -errno : fd;
}

static void describe(struct bpf_files *f, const struct rec_fd *r, struct snap_sock *sock)
{
	uint32_t ino;
	AUTO_CLOSE int fd = borrow(f, r, sock->proc);

	/* Since the kernel looked the descriptor may have become another one. */
	if (fd >= 0 && socket_net(fd, &ino) == 0 && ino == r->ino)
		socket_describe(fd, &f->snap->strings, sock);
}

static int add_sock(struct bpf_files *f, struct snap_sock *sock, uint32_t ino)
{
	struct snapshot *snap = f->snap;
	int err = vec_reserve(&snap->socks, &snap->socks_cap, snap->nsocks + 1);

	if (err == 0)
		err = registry_add(snap, NS_NET, ino, SOURCE_SOCKETS, &sock->ns);
	if (err == 0)
		snap->socks[snap->nsocks++] = *sock;
	return err;
}

static int take_sock(struct bpf_files *f, const struct rec_fd *r, uint32_t proc)
{
	struct snap_sock sock = {.proc = proc, .fd = (int32_t)r->fd};

	describe(f, r, &sock);
	return add_sock(f, &sock, r->ino);
}

static int take_tun(struct bpf_files *f, const struct rec_fd *r, uint32_t proc)
{
	uint32_t own = f->snap->procs[proc].ns[NS_NET], ino;
	struct snap_sock sock = {.proc = proc, .fd = (int32_t)r->fd};
	AUTO_CLOSE int fd = borrow(f, r, proc);

	if (fd < 0 || !socket_is_tun(fd) || socket_net(fd, &ino) < 0 || !NS_REF_OK(own) || f->snap->nss[own].ino == ino)
		return 0;
	socket_describe(fd, &f->snap->strings, &sock);
	return add_sock(f, &sock, ino);
}

static int take_record(struct bpf_files *f, const struct rec_fd *r)
{
	uint32_t proc = bpf_intake_find(f->tasks, r->head.pid, r->start);
	int type = ns_type_of_flag(r->flag);

	if (proc == SNAP_NONE || f->snap->procs[proc].flags & SNAP_PROC_SELF)
		return 0;
	if (r->head.kind == REC_TUN)
		return f->opts->want & WANT_SOCKETS ? take_tun(f, r, proc) : 0;
	if (type < 0)
		return 0;
	if (r->head.kind == REC_FD && f->opts->want & WANT_FDS)
		return take_nsfs(f, r, proc, (enum ns_type)type);
	if (r->head.kind == REC_SOCK && f->opts->want & WANT_SOCKETS)
		return take_sock(f, r, proc);
	return 0;
}

int bpf_files_take(void *ctx, const void *records, size_t n)
{
	const struct rec_fd *r = records;

	for (; n >= sizeof(*r); n -= sizeof(*r), r++) {
		if (r->head.len != sizeof(*r))
			return -EBADMSG;

		int err = take_record(ctx, r);

		if (err < 0)
			return err;
	}
	return n ? -EBADMSG : 0;
}

static int order(uint32_t proc_a, int32_t a, uint32_t proc_b, int32_t b)
{
	if (proc_a != proc_b)
		return proc_a < proc_b ? -1 : 1;
	return (a > b) - (a < b);
}

static int compare_fds(const void *a, const void *b)
{
	const struct snap_fd *x = a, *y = b;

	return order(x->proc, x->fd, y->proc, y->fd);
}

static int compare_socks(const void *a, const void *b)
{
	const struct snap_sock *x = a, *y = b;

	return order(x->proc, x->fd, y->proc, y->fd);
}

void bpf_files_finish(struct bpf_files *f)
{
	struct snapshot *snap = f->snap;
	struct source_report *reports = snap->coverage.sources;
	uint32_t denied = snap->coverage.unreadable;

	if (f->pidfd >= 0)
		close(f->pidfd);
	f->pidfd = -1;
	if (snap->nfds)
		qsort(snap->fds, snap->nfds, sizeof(*snap->fds), compare_fds);
	if (snap->nsocks)
		qsort(snap->socks, snap->nsocks, sizeof(*snap->socks), compare_socks);
	if (f->opts->want & WANT_FDS)
		reports[SOURCE_FDS] = (struct source_report){.state = SOURCE_RAN, .unread = denied};
	if (f->opts->want & WANT_SOCKETS)
		reports[SOURCE_SOCKETS] = (struct source_report){.state = SOURCE_RAN, .unread = denied + f->unread};
}
