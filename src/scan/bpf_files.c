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

/* A record whose process is known. */
struct bpf_descriptor {
	struct rec_fd rec;
	uint32_t proc;
};

static int take_nsfs(struct bpf_files *f, const struct rec_fd *r, uint32_t proc, enum ns_type type)
{
	struct snapshot *snap = f->snap;
	int err = vec_reserve(&snap->fds, &snap->fds_cap, snap->nfds + 1);
	uint32_t ref;

	if (err == 0)
		err = registry_add(f->snap, type, r->ino, SOURCE_FDS, &ref);
	if (err == 0)
		snap->fds[snap->nfds++] = (struct snap_fd){.proc = proc, .tid = r->tid, .fd = (int32_t)r->fd, .ns = ref};
	return err;
}

static void note_unread(struct bpf_files *f, uint32_t proc, int err)
{
	if (err == -ESRCH || err == -EBADF || f->unread_last == proc)
		return;
	f->unread_last = proc;
	f->unread++;
}

/* The socket itself, for a moment: what it is it tells only to who has it. A negative errno when it may not be had. */
static int borrow(struct bpf_files *f, const struct rec_fd *r, uint32_t proc)
{
	if (f->pidfd_of != proc || f->pidfd_tid != r->tid) {
		if (f->pidfd >= 0)
			close(f->pidfd);
		f->pidfd = door_table_open(r->head.pid, r->tid);
		f->pidfd_of = proc;
		f->pidfd_tid = r->tid;
		if (f->pidfd < 0)
			note_unread(f, proc, f->pidfd);
	}
	if (f->pidfd < 0)
		return f->pidfd;

	int fd = (int)syscall(__NR_pidfd_getfd, f->pidfd, (int)r->fd, 0);

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
	struct snap_sock sock = {.proc = proc, .tid = r->tid, .fd = (int32_t)r->fd};

	describe(f, r, &sock);
	return add_sock(f, &sock, r->ino);
}

static int take_tun(struct bpf_files *f, const struct rec_fd *r, uint32_t proc)
{
	struct snap_sock sock = {.proc = proc, .tid = r->tid, .fd = (int32_t)r->fd};
	AUTO_CLOSE int fd = borrow(f, r, proc);
	uint32_t ino;

	if (fd < 0) /* of a socket that may not be had the kernel told the namespace */
		note_unread(f, proc, fd);
	if (fd < 0 || !socket_is_tun(fd) || socket_net(fd, &ino) < 0 || ino == r->ino)
		return 0;
	socket_describe(fd, &f->snap->strings, &sock);
	return add_sock(f, &sock, ino);
}

static int take_descriptor(struct bpf_files *f, const struct rec_fd *r, uint32_t proc)
{
	int type = ns_type_of_flag(r->flag);

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

/* Threads may share a table that their main thread does not have: who tells of it is known at the end. */
static int take_late(struct bpf_files *f, const struct rec_fd *r, uint32_t proc)
{
	int err = vec_reserve(&f->late, &f->late_cap, f->nlate + 1);

	if (err == 0)
		f->late[f->nlate++] = (struct bpf_descriptor){.rec = *r, .proc = proc};
	return err;
}

static int take_record(struct bpf_files *f, const struct rec_fd *r)
{
	uint32_t proc = bpf_intake_find(f->tasks, r->head.pid, r->start);

	if (proc == SNAP_NONE || f->snap->procs[proc].flags & SNAP_PROC_SELF)
		return 0;
	if (!r->table)
		return take_descriptor(f, r, proc);
	return f->opts->want & WANT_THREADS ? take_late(f, r, proc) : 0;
}

/* Table by table, and of each what the lowest TID has first. */
static int compare_late(const void *a, const void *b)
{
	const struct bpf_descriptor *x = a, *y = b;

	if (x->proc != y->proc)
		return x->proc < y->proc ? -1 : 1;
	if (x->rec.table != y->rec.table)
		return x->rec.table < y->rec.table ? -1 : 1;
	return (x->rec.tid > y->rec.tid) - (x->rec.tid < y->rec.tid);
}

static int finish_late(struct bpf_files *f)
{
	size_t first = 0;
	int err = 0;

	if (f->nlate)
		qsort(f->late, f->nlate, sizeof(*f->late), compare_late);
	for (size_t i = 0; i < f->nlate && err == 0; i++) {
		const struct bpf_descriptor *d = &f->late[i];

		if (d->proc != f->late[first].proc || d->rec.table != f->late[first].rec.table)
			first = i;
		if (d->rec.tid == f->late[first].rec.tid)
			err = take_descriptor(f, &d->rec, d->proc);
	}
	return err;
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

void bpf_files_done(struct bpf_files *f)
{
	if (f->pidfd >= 0)
		close(f->pidfd);
	f->pidfd = -1;
	free(f->late);
	f->late = NULL;
	f->nlate = f->late_cap = 0;
}

int bpf_files_finish(struct bpf_files *f)
{
	struct snapshot *snap = f->snap;
	struct source_report *reports = snap->coverage.sources;
	uint32_t denied = snap->coverage.unreadable;
	int err = finish_late(f);

	bpf_files_done(f);
	if (err < 0)
		return err;
	if (snap->nfds)
		qsort(snap->fds, snap->nfds, sizeof(*snap->fds), snap_fd_compare);
	if (snap->nsocks)
		qsort(snap->socks, snap->nsocks, sizeof(*snap->socks), snap_sock_compare);
	if (f->opts->want & WANT_FDS)
		reports[SOURCE_FDS] = (struct source_report){.state = SOURCE_RAN, .unread = denied};
	if (f->opts->want & WANT_SOCKETS)
		reports[SOURCE_SOCKETS] = (struct source_report){.state = SOURCE_RAN, .unread = denied + f->unread};
	return 0;
}
