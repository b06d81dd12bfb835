/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/fd.h"
#include "nsview/procstat.h"
#include "scan/facts.h"
#include "scan/lastpid.h"
#include "scan/leaders.h"
#include "scan/procfs.h"
#include "scan/tasks.h"
#include "scan/workers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct cmdline_scan {
	int procfd;
	struct snapshot *snap;
	uint32_t *procs; /* whose command lines are wanted, in order of PID */
	size_t n;
	struct facts *facts[WORKERS_MAX];
};

struct uid_portion {
	struct cmdline_scan *s;
	size_t first, last;
};

static int take_uid(void *ctx, const struct snap_proc *facts)
{
	const struct uid_portion *portion = ctx;
	struct cmdline_scan *s = portion->s;

	for (size_t i = portion->first; i < portion->last; i++) {
		struct snap_proc *p = &s->snap->procs[s->procs[i]];

		if (p->pid != facts->pid)
			continue;
		/* Another start time is another process under the same PID. */
		if (p->start == facts->start || p->start == 0)
			p->uid = facts->uid;
		return 0;
	}
	return 0;
}

static int read_portion(void *ctx, unsigned worker, size_t first, size_t last)
{
	struct cmdline_scan *s = ctx;
	struct uid_portion portion = {.s = s, .first = first, .last = last};
	uint32_t pids[FACTS_BATCH];

	if (!s->facts[worker]) {
		int err = facts_open(FACTS_UID, &s->facts[worker]);

		if (err < 0)
			return err;
	}
	for (size_t i = first; i < last; i++)
		pids[i - first] = (uint32_t)s->snap->procs[s->procs[i]].pid;
	return facts_read(s->facts[worker], pids, last - first, take_uid, &portion);
}

/* Whether a process is still the one that the snapshot has. What was read of that PID meanwhile is its own then. */
static bool is_same(const struct cmdline_scan *s, uint32_t proc)
{
	const struct snap_proc *p = &s->snap->procs[proc];
	char name[24], text[2048];
	uint64_t start;

	snprintf(name, sizeof(name), "%d/stat", p->pid);

	ssize_t n = procfs_read(s->procfd, name, text, sizeof(text));

	return n >= 0 && procstat_start_parse(text, (size_t)n, &start) == 0 && start == p->start;
}

/* Of a PID that was given out again meanwhile the command line may be another's. */
static void forget_others(const struct cmdline_scan *s, int32_t last_pid)
{
	int32_t now = lastpid_read(s->procfd);

	for (size_t i = 0; i < s->n; i++) {
		struct snap_proc *p = &s->snap->procs[s->procs[i]];

		if (p->cmdline && lastpid_given(last_pid, now, p->pid) && !is_same(s, s->procs[i]))
			p->cmdline = NULL;
	}
}

/* BPF has the first fifteen bytes of their names. */
static void name_kthreads(const struct cmdline_scan *s)
{
	for (size_t i = 0; i < s->n; i++) {
		struct snap_proc *p = &s->snap->procs[s->procs[i]];

		if (p->flags & SNAP_PROC_KTHREAD && p->cmdline)
			p->comm = p->cmdline;
	}
}

/* Most were asked for while the processes came in; ask for the rest. */
static int ask_rest(const struct cmdline_scan *s, struct cmdline_pool *pool)
{
	size_t n;
	const struct cmdline_job *jobs = cmdline_pool_jobs(pool, &n);
	AUTO_FREE uint8_t *asked = calloc(s->snap->nprocs + 1, 1);
	uint32_t near = 0;
	int err = asked ? 0 : -ENOMEM;

	for (size_t i = 0; i < n && err == 0; i++) {
		uint32_t proc = snap_proc_find_near(s->snap, jobs[i].pid, &near);

		if (proc != SNAP_NONE)
			asked[proc] = 1;
	}
	for (size_t i = 0; i < s->n && err == 0; i++) {
		const struct snap_proc *p = &s->snap->procs[s->procs[i]];

		if (!asked[s->procs[i]])
			err = cmdline_pool_ask(pool, p->pid, p->flags & SNAP_PROC_KTHREAD);
	}
	return err;
}

/* All else of the processes has been told: their texts are what is left. */
static int read_by_pool(const struct cmdline_scan *s, struct cmdline_pool *pool, int32_t last_pid)
{
	const struct cmdline_job *jobs;
	uint32_t near = 0;
	size_t n;
	int err = ask_rest(s, pool);

	if (err == 0)
		err = cmdline_pool_finish(pool, &jobs, &n);
	if (err < 0)
		return err;
	for (size_t i = 0; i < n; i++) {
		uint32_t proc = snap_proc_find_near(s->snap, jobs[i].pid, &near);

		if (proc != SNAP_NONE)
			s->snap->procs[proc].cmdline = jobs[i].text;
	}
	forget_others(s, last_pid);
	name_kthreads(s);
	return 0;
}

/* Whoever read processes from /proc knows but whose their directories are. */
static int read_uids(struct cmdline_scan *s, unsigned workers)
{
	int err = workers_run(s->n, FACTS_BATCH, workers, read_portion, s);

	for (int i = 0; i < WORKERS_MAX; i++)
		facts_close(s->facts[i]);
	return err;
}

static int read_from_proc(struct cmdline_scan *s, const struct scan_opts *opts, int32_t last_pid)
{
	unsigned workers = workers_count(s->n, opts->workers);
	struct cmdline_pool *pool = NULL;
	int err = read_uids(s, workers);

	if (err == 0)
		err = cmdline_pool_open(s->procfd, workers, &pool);
	if (err == 0)
		err = read_by_pool(s, pool, last_pid);
	cmdline_pool_close(pool, &s->snap->strings);
	return err;
}

int tasks_cmdlines_read(int procfd, const struct scan_opts *opts, struct cmdline_pool *pool, int32_t last_pid,
			struct snapshot *snap, struct fail *why)
{
	AUTO_FREE uint32_t *procs = calloc(snap->nprocs + 1, sizeof(*procs));
	AUTO_FREE uint8_t *leads = leaders_find(snap);
	struct cmdline_scan s = {.procfd = procfd, .snap = snap, .procs = procs};

	if (!procs || !leads)
		return fail_at(why, "read command lines", -ENOMEM);
	for (size_t i = 0; i < snap->nprocs; i++)
		if (leads[i] || opts->want & WANT_CMDLINE_ALL)
			procs[s.n++] = (uint32_t)i;

	int err = pool ? read_by_pool(&s, pool, last_pid) : read_from_proc(&s, opts, last_pid);

	for (size_t i = 0; i < s.n; i++)
		if (!snap->procs[s.procs[i]].cmdline)
			snap->procs[s.procs[i]].cmdline = snap->procs[s.procs[i]].comm;
	return err < 0 ? fail_at(why, "read command lines", err) : 0;
}
