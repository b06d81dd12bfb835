/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/fd.h"
#include "scan/facts.h"
#include "scan/tasks.h"
#include "scan/workers.h"

#include <errno.h>

struct cmdline_scan {
	struct snapshot *snap;
	uint32_t *procs; /* whose command lines are wanted, in order of PID */
	size_t n;
	struct facts *facts[WORKERS_MAX];
	struct arena strings[WORKERS_MAX];
};

struct cmdline_portion {
	struct cmdline_scan *s;
	unsigned worker;
	size_t first, last;
};

static int take_cmdline(void *ctx, const struct snap_proc *facts)
{
	const struct cmdline_portion *portion = ctx;
	struct cmdline_scan *s = portion->s;

	for (size_t i = portion->first; i < portion->last; i++) {
		struct snap_proc *p = &s->snap->procs[s->procs[i]];

		if (p->pid != facts->pid)
			continue;
		/* Another start time is another process under the same PID. */
		if (p->start != facts->start && p->start != 0)
			return 0;
		p->uid = facts->uid;
		p->cmdline = arena_strdup(&s->strings[portion->worker], facts->cmdline);
		return p->cmdline ? 0 : -ENOMEM;
	}
	return 0;
}

static int read_portion(void *ctx, unsigned worker, size_t first, size_t last)
{
	struct cmdline_scan *s = ctx;
	struct cmdline_portion portion = {.s = s, .worker = worker, .first = first, .last = last};
	uint32_t pids[FACTS_BATCH];

	if (!s->facts[worker]) {
		int err = facts_open(FACTS_CMDLINE, &s->facts[worker]);

		if (err < 0)
			return err;
	}
	for (size_t i = first; i < last; i++)
		pids[i - first] = (uint32_t)s->snap->procs[s->procs[i]].pid;
	return facts_read(s->facts[worker], pids, last - first, take_cmdline, &portion);
}

/* Processes are in order of PID, so the first that is met in a namespace leads it. */
static void choose(const struct scan_opts *opts, const struct snapshot *snap, uint8_t *led, struct cmdline_scan *s)
{
	for (size_t i = 0; i < snap->nprocs; i++) {
		bool wanted = opts->want & WANT_CMDLINE_ALL;

		for (int t = 0; t < NS_TYPE_COUNT; t++) {
			uint32_t ns = snap->procs[i].ns[t];

			if (!NS_REF_OK(ns) || led[ns])
				continue;
			led[ns] = 1;
			wanted = true;
		}
		if (wanted)
			s->procs[s->n++] = (uint32_t)i;
	}
}

int tasks_cmdlines_read(const struct scan_opts *opts, struct snapshot *snap, struct fail *why)
{
	AUTO_FREE uint32_t *procs = calloc(snap->nprocs + 1, sizeof(*procs));
	AUTO_FREE uint8_t *led = calloc(snap->nnss + 1, 1);
	struct cmdline_scan s = {.snap = snap, .procs = procs};

	if (!procs || !led)
		return fail_at(why, "read command lines", -ENOMEM);
	choose(opts, snap, led, &s);

	int err = workers_run(s.n, FACTS_BATCH, workers_count(s.n, opts->workers), read_portion, &s);

	for (int i = 0; i < WORKERS_MAX; i++) {
		facts_close(s.facts[i]);
		arena_adopt(&snap->strings, &s.strings[i]);
	}
	for (size_t i = 0; i < s.n; i++)
		if (!snap->procs[s.procs[i]].cmdline)
			snap->procs[s.procs[i]].cmdline = snap->procs[s.procs[i]].comm;
	return err < 0 ? fail_at(why, "read command lines", err) : 0;
}
