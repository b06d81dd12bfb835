/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/holders.h"

#include "nsview/fd.h"
#include "nsview/vec.h"
#include "scan/harvest.h"
#include "scan/procfs.h"
#include "scan/registry.h"
#include "scan/workers.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

enum { CHUNK = 16 };

struct holder_scan {
	int procfd;
	uint32_t want;
	const struct snapshot *snap;
	struct mounted_marks marks;
	struct harvest harvests[WORKERS_MAX];
};

static uint32_t ino_of(const struct snapshot *snap, uint32_t ref)
{
	return NS_REF_OK(ref) ? snap->nss[ref].ino : ref;
}

/* Through the directory that is opened here the process may be another one: its links tell. */
static bool same_process(const struct snapshot *snap, const struct snap_proc *p, int dirfd, uint32_t own[NS_SLOT_COUNT])
{
	AUTO_CLOSE int nsfd = openat(dirfd, "ns", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (nsfd < 0 || procfs_links(nsfd, (1u << NS_SLOT_COUNT) - 1, own) < 0)
		return false;
	for (int t = 0; t < NS_TYPE_COUNT; t++)
		if (NS_REF_OK(p->ns[t]) && ino_of(snap, p->ns[t]) != own[t] && NS_REF_OK(own[t]))
			return false;
	return true;
}

static int read_threads(const struct holder_scan *s, struct harvest *h, int dirfd, uint32_t proc, const uint32_t *own)
{
	struct threads_query q = {
		.proc = proc,
		.pid = s->snap->procs[proc].pid,
		.own = own,
		.leaderless = own[NS_MNT] == NS_REF_ABSENT,
		.tables = s->want & (WANT_FDS | WANT_SOCKETS),
	};

	return threads_read(h, dirfd, &q);
}

static int read_descriptors(const struct holder_scan *s, struct harvest *h, int dirfd, uint32_t proc, const uint32_t *own)
{
	struct fds_query q = {
		.proc = proc,
		.pid = s->snap->procs[proc].pid,
		.net = own[NS_NET],
		.fds = s->want & WANT_FDS,
		.sockets = s->want & WANT_SOCKETS,
		.marks = &s->marks,
	};
	int err = fds_read(h, dirfd, &q);

	return err < 0 ? err : tables_read(h, dirfd, &q);
}

static int read_process(struct holder_scan *s, struct harvest *h, uint32_t proc)
{
	const struct snap_proc *p = &s->snap->procs[proc];
	uint32_t own[NS_SLOT_COUNT];
	int err = 0;

	h->ntables = 0;
	h->missed = 0;

	if (p->flags & (SNAP_PROC_SELF | SNAP_PROC_KTHREAD))
		return 0;

	AUTO_CLOSE int dirfd = procfs_pid_open(s->procfd, (uint32_t)p->pid);
	if (dirfd < 0)
		return procfs_classify(dirfd) == MISS_FATAL ? dirfd : 0;
	if (p->flags & SNAP_PROC_DENIED) {
		h->missed = 1u << SOURCE_THREADS | 1u << SOURCE_FDS | 1u << SOURCE_SOCKETS;
		return 0;
	}
	if (!same_process(s->snap, p, dirfd, own))
		return 0;
	/* A process has at least the thread that its links are those of. */
	if (s->want & WANT_THREADS && p->threads != 1)
		err = read_threads(s, h, dirfd, proc, own);
	if (err == 0 && s->want & (WANT_FDS | WANT_SOCKETS))
		err = read_descriptors(s, h, dirfd, proc, own);
	return err;
}

static int read_portion(void *ctx, unsigned worker, size_t first, size_t last)
{
	struct holder_scan *s = ctx;
	struct harvest *h = &s->harvests[worker];
	int err = 0;

	for (size_t i = first; i < last && err == 0; i++) {
		err = read_process(s, h, (uint32_t)i);
		for (int source = 0; h->missed >> source; source++)
			h->unread[source] += h->missed >> source & 1;
	}
	return err;
}

static int merge_threads(struct harvest *h, struct snapshot *snap)
{
	int err = vec_reserve(&snap->threads, &snap->threads_cap, snap->nthreads + h->nthreads);

	for (size_t i = 0; i < h->nthreads && err == 0; i++) {
		struct snap_thread *t = &snap->threads[snap->nthreads++];

		*t = h->threads[i];
		err = registry_links(snap, t->ns, SOURCE_THREADS);
	}
	return err;
}

static int merge_fds(struct harvest *h, struct snapshot *snap)
{
	int err = vec_reserve(&snap->fds, &snap->fds_cap, snap->nfds + h->nfds);

	for (size_t i = 0; i < h->nfds && err == 0; i++) {
		struct snap_fd *f = &snap->fds[snap->nfds++];

		*f = h->fds[i].fd;
		err = registry_add(snap, h->fds[i].type, f->ns, SOURCE_FDS, &f->ns);
	}
	return err;
}

static int merge_socks(struct harvest *h, struct snapshot *snap)
{
	int err = vec_reserve(&snap->socks, &snap->socks_cap, snap->nsocks + h->nsocks);

	for (size_t i = 0; i < h->nsocks && err == 0; i++) {
		struct snap_sock *k = &snap->socks[snap->nsocks++];

		*k = h->socks[i];
		err = registry_add(snap, NS_NET, k->ns, SOURCE_SOCKETS, &k->ns);
	}
	return err;
}

static int compare_threads(const void *a, const void *b)
{
	const struct snap_thread *x = a, *y = b;

	if (x->proc != y->proc)
		return x->proc < y->proc ? -1 : 1;
	return (x->tid > y->tid) - (x->tid < y->tid);
}

static void report(struct coverage *c, const struct holder_scan *s, enum scan_source source, uint32_t want)
{
	struct source_report r = {.state = SOURCE_RAN};

	if (!(s->want & want))
		return;
	for (int i = 0; i < WORKERS_MAX; i++)
		r.unread += s->harvests[i].unread[source];
	for (int i = 0; source == SOURCE_SOCKETS && i < WORKERS_MAX; i++)
		if (s->harvests[i].no_sockets)
			r.state = SOURCE_LACKING;
	c->sources[source] = r;
}

static int merge(struct holder_scan *s, struct snapshot *snap)
{
	int err = 0;

	for (int i = 0; i < WORKERS_MAX && err == 0; i++) {
		struct harvest *h = &s->harvests[i];

		if ((err = merge_threads(h, snap)) == 0 && (err = merge_fds(h, snap)) == 0)
			err = merge_socks(h, snap);
		arena_adopt(&snap->strings, &h->strings);
	}
	if (err < 0)
		return err;
	if (snap->nthreads)
		qsort(snap->threads, snap->nthreads, sizeof(*snap->threads), compare_threads);
	if (snap->nfds)
		qsort(snap->fds, snap->nfds, sizeof(*snap->fds), snap_fd_compare);
	if (snap->nsocks)
		qsort(snap->socks, snap->nsocks, sizeof(*snap->socks), snap_sock_compare);
	report(&snap->coverage, s, SOURCE_THREADS, WANT_THREADS);
	report(&snap->coverage, s, SOURCE_FDS, WANT_FDS);
	report(&snap->coverage, s, SOURCE_SOCKETS, WANT_SOCKETS);
	return 0;
}

static int marks_make(int procfd, const struct snapshot *snap, struct mounted_marks *m)
{
	int err = 0;

	m->procfd = procfd;
	for (size_t i = 0; i < snap->nmounts && err == 0; i++)
		err = map_put(&m->paths, map_hash(snap->mounts[i].path, strlen(snap->mounts[i].path)), 1);
	return err;
}

int holders_read(int procfd, const struct scan_opts *opts, struct snapshot *snap, struct fail *why)
{
	struct holder_scan s = {.procfd = procfd, .want = opts->want, .snap = snap};
	unsigned workers = workers_count(snap->nprocs, opts->workers);
	int err = marks_make(procfd, snap, &s.marks);

	if (err == 0)
		err = workers_run(snap->nprocs, CHUNK, workers, read_portion, &s);
	map_done(&s.marks.paths);
	if (err == 0)
		err = merge(&s, snap);
	for (int i = 0; i < WORKERS_MAX; i++) {
		free(s.harvests[i].threads);
		free(s.harvests[i].fds);
		free(s.harvests[i].socks);
		free(s.harvests[i].tables);
		map_done(&s.harvests[i].sock_nets);
		arena_done(&s.harvests[i].strings);
	}
	return err < 0 ? fail_at(why, "read what processes hold", err) : 0;
}
