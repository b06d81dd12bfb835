/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/tasks.h"

#include "nsview/fd.h"
#include "nsview/vec.h"
#include "scan/facts.h"
#include "scan/procfs.h"
#include "scan/registry.h"
#include "scan/workers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What one worker has read so far; links still hold inode numbers. */
struct task_harvest {
	struct facts *facts;
	struct snap_proc *procs;
	size_t n, cap;
	struct arena strings;
	uint32_t vanished;
	uint32_t partly; /* processes with a link that is kept from everybody */
};

struct task_scan {
	int procfd;
	const uint32_t *pids;
	unsigned slots;
	int32_t self;
	struct task_harvest *harvests;
};

/* The processes of one portion while they are read: a descriptor pins each. */
struct portion {
	struct task_harvest *h;
	size_t first; /* of the portion, in the harvest */
};

/* Both lists ascend by PID, but what the library returns need not be in order. */
static int take_facts(void *ctx, const struct snap_proc *facts)
{
	const struct portion *portion = ctx;
	struct task_harvest *h = portion->h;
	uint32_t uid;

	for (size_t i = portion->first; i < h->n; i++) {
		struct snap_proc *p = &h->procs[i];

		if (p->pid != facts->pid)
			continue;
		uid = p->uid;
		*p = *facts;
		p->uid = uid;
		p->comm = arena_strdup(&h->strings, facts->comm);
		return p->comm ? 0 : -ENOMEM;
	}
	return 0;
}

/*
 * A process of which nothing is known yet but who owns its directory: its effective UID, or root
 * for one that is not dumpable. Those that are shown get the exact one with their command line.
 */
static struct snap_proc unknown(uint32_t pid, int nsfd)
{
	struct stat st;
	uint32_t uid = nsfd >= 0 && fstat(nsfd, &st) == 0 ? st.st_uid : SNAP_UID_UNKNOWN;

	return (struct snap_proc){.pid = (int32_t)pid, .uid = uid, .label = SNAP_NONE, .comm = ""};
}

static bool all_denied(const struct snap_proc *p, unsigned slots)
{
	for (int slot = 0; slot < NS_SLOT_COUNT; slot++)
		if (slots & 1u << slot && p->ns[slot] != NS_REF_DENIED)
			return false;
	return true;
}

/* The library shows a question mark for what a terminal should not get; the snapshot keeps the bytes. */
static int read_odd_comm(struct task_harvest *h, int nsfd, struct snap_proc *p)
{
	char comm[80];
	ssize_t n = strchr(p->comm, '?') ? procfs_read(nsfd, "../comm", comm, sizeof(comm)) : 0;

	if (n <= 1) /* what may not be read, or is gone by now, keeps the name that it has */
		return 0;
	p->comm = arena_strndup(&h->strings, comm, (size_t)n - 1); /* without the newline */
	return p->comm ? 0 : -ENOMEM;
}

/*
 * The links are read last and through the directory that was opened first: when they can be
 * read, the process lived all the while, so facts that were read by PID are its own.
 */
static int read_links(const struct task_scan *s, int nsfd, struct snap_proc *p, struct task_harvest *h)
{
	int err = nsfd < 0 ? nsfd : procfs_links(nsfd, s->slots, p->ns);

	if (err < 0 && procfs_classify(err) == MISS_DENIED) {
		/* hidepid: the directory is listed and that is all. */
		for (int slot = 0; slot < NS_SLOT_COUNT; slot++)
			p->ns[slot] = s->slots & 1u << slot ? NS_REF_DENIED : NS_REF_UNREAD;
		err = 0;
	}
	/* A PID namespace for children that has no init, not yet or no longer, is named to nobody. */
	if (err == 0 && p->ns[NS_SLOT_PID_CHILDREN] == NS_REF_ABSENT && p->state != 'Z' && p->state != 'X') {
		p->ns[NS_SLOT_PID_CHILDREN] = NS_REF_DENIED;
		h->partly++;
	}
	if (err == 0)
		err = read_odd_comm(h, nsfd, p);
	if (err == 0 && all_denied(p, s->slots))
		p->flags |= SNAP_PROC_DENIED;
	if (p->pid == s->self)
		p->flags |= SNAP_PROC_SELF;
	return err;
}

/* Keep what could be read of a portion, close what pinned it. */
static int finish_portion(const struct task_scan *s, const struct portion *portion, int *nsfds, size_t n)
{
	struct task_harvest *h = portion->h;
	size_t kept = portion->first;
	int failed = 0;

	for (size_t i = 0; i < n; i++) {
		struct snap_proc *p = &h->procs[portion->first + i];
		int err = failed ? 0 : read_links(s, nsfds[i], p, h);

		if (nsfds[i] >= 0)
			close(nsfds[i]);
		/* When it was opened a vanished process said ENOENT, later on ESRCH. */
		if (err == -ESRCH || err == -ENOENT)
			h->vanished++;
		else if (err < 0)
			failed = err;
		else
			h->procs[kept++] = *p;
	}
	h->n = kept;
	return failed;
}

static int read_portion(void *ctx, unsigned worker, size_t first, size_t last)
{
	const struct task_scan *s = ctx;
	struct task_harvest *h = &s->harvests[worker];
	struct portion portion = {.h = h, .first = h->n};
	int nsfds[FACTS_BATCH];
	size_t n = last - first;
	int err = vec_reserve(&h->procs, &h->cap, h->n + n);

	if (err == 0 && !h->facts)
		err = facts_open(FACTS_BASIC, &h->facts);
	if (err < 0)
		return err;

	for (size_t i = 0; i < n; i++) {
		nsfds[i] = procfs_ns_open(s->procfd, s->pids[first + i]);
		h->procs[h->n++] = unknown(s->pids[first + i], nsfds[i]);
	}
	err = facts_read(h->facts, &s->pids[first], n, take_facts, &portion);

	int finished = finish_portion(s, &portion, nsfds, n);

	return err < 0 ? err : finished;
}

/* One worker's processes into the snapshot; its strings move along. */
static int merge(struct task_harvest *h, struct snapshot *snap)
{
	struct coverage *c = &snap->coverage;
	int err = vec_reserve(&snap->procs, &snap->procs_cap, snap->nprocs + h->n);

	if (err < 0)
		return err;
	for (size_t i = 0; i < h->n; i++) {
		struct snap_proc *p = &snap->procs[snap->nprocs++];

		*p = h->procs[i];
		err = registry_links(snap, p->ns, SOURCE_PROC);
		if (err < 0)
			return err;
		if (p->flags & SNAP_PROC_DENIED) {
			c->unreadable++;
			c->sources[SOURCE_PROC].unread++;
			if (!c->unreadable_pid || p->pid < c->unreadable_pid)
				c->unreadable_pid = p->pid;
		}
	}
	c->vanished += h->vanished;
	c->sources[SOURCE_PROC].unread += h->partly;
	arena_adopt(&snap->strings, &h->strings);
	return 0;
}

static void harvests_free(struct task_harvest *h, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		facts_close(h[i].facts);
		free(h[i].procs);
		arena_done(&h[i].strings);
	}
	free(h);
}

/* Portions shrink with the limit on descriptors, since each process of one is held open. */
static size_t portion_size(unsigned workers)
{
	long limit = sysconf(_SC_OPEN_MAX);
	size_t size = limit > 0 ? (size_t)limit / (2 * workers) : FACTS_BATCH;

	return size > FACTS_BATCH ? FACTS_BATCH : size > 0 ? size : 1;
}

/* The processes up to some number are in order: bring the others to their places among them. */
static int sort_in(struct snapshot *snap, size_t sorted)
{
	size_t more = snap->nprocs - sorted, to = snap->nprocs;
	AUTO_FREE struct snap_proc *added = NULL;

	if (!more)
		return 0;
	qsort(&snap->procs[sorted], more, sizeof(*added), snap_proc_compare);
	if (!sorted)
		return 0;
	added = malloc(more * sizeof(*added));
	if (!added)
		return -ENOMEM;
	memcpy(added, &snap->procs[sorted], more * sizeof(*added));
	while (more)
		snap->procs[--to] = sorted && snap->procs[sorted - 1].pid > added[more - 1].pid ? snap->procs[--sorted]
												 : added[--more];
	return 0;
}

/* Read these processes, add them to those that are there and sort them all. */
static int read_pids(int procfd, const struct scan_opts *opts, const uint32_t *pids, size_t n, struct snapshot *snap,
		     struct fail *why)
{
	unsigned workers = workers_count(n, opts->workers);
	struct task_harvest *harvests = calloc(workers, sizeof(*harvests));

	if (!harvests)
		return fail_at(why, "read processes", -ENOMEM);

	size_t before = snap->nprocs;
	struct task_scan s = {
		.procfd = procfd,
		.pids = pids,
		.slots = procfs_slots(opts->types),
		.self = snap->host.self,
		.harvests = harvests,
	};

	int err = workers_run(n, portion_size(workers), workers, read_portion, &s);
	for (unsigned i = 0; i < workers && err == 0; i++)
		err = merge(&harvests[i], snap);
	harvests_free(harvests, workers);
	if (err < 0)
		return fail_at(why, "read processes", err);

	err = sort_in(snap, before);
	if (err < 0)
		return fail_at(why, "read processes", err);
	snap->coverage.processes = (uint32_t)snap->nprocs;
	snap->coverage.sources[SOURCE_PROC].state = SOURCE_RAN;
	return 0;
}

int tasks_read(int procfd, const struct scan_opts *opts, struct snapshot *snap, struct fail *why)
{
	AUTO_FREE uint32_t *pids = NULL;
	size_t n;
	int err = procfs_pids(procfd, &pids, &n);

	return err < 0 ? fail_at(why, "list /proc", err) : read_pids(procfd, opts, pids, n, snap, why);
}

static int compare_pids(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

int tasks_complete(int procfd, const struct scan_opts *opts, struct snapshot *snap, struct fail *why)
{
	AUTO_FREE uint32_t *pids = calloc(snap->nprocs + 1, sizeof(*pids));
	size_t n = 0, missing = 0, at = 0;

	if (!pids)
		return fail_at(why, "read processes", -ENOMEM);
	pids[n++] = 1;
	for (size_t i = 0; i < snap->nprocs; i++)
		/* Siblings mostly come one after the other. */
		if (snap->procs[i].ppid > 0 && pids[n - 1] != (uint32_t)snap->procs[i].ppid)
			pids[n++] = (uint32_t)snap->procs[i].ppid;
	qsort(pids, n, sizeof(*pids), compare_pids);

	/* Both ascend: what is in the one and not in the other is kept, once. */
	for (size_t i = 0; i < n; i++) {
		while (at < snap->nprocs && (uint32_t)snap->procs[at].pid < pids[i])
			at++;
		if ((at == snap->nprocs || (uint32_t)snap->procs[at].pid != pids[i]) &&
		    (missing == 0 || pids[missing - 1] != pids[i]))
			pids[missing++] = pids[i];
	}
	return missing ? read_pids(procfd, opts, pids, missing, snap, why) : 0;
}
