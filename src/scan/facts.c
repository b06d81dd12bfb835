/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/facts.h"

#include "nsview/fd.h"

#include <errno.h>
#include <libproc2/pids.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Items and what they are, in one order. The basic ones all come from /proc/PID/stat: the
 * effective UID would add /proc/PID/status, which costs as much again.
 */
enum { AT_PID, AT_START, AT_PPID, AT_STATE, AT_CPU, AT_THREADS, AT_RSS, AT_COMM, AT_FLAGS, NBASIC };
static enum pids_item basic_items[NBASIC] = {
	[AT_PID] = PIDS_ID_PID,       [AT_START] = PIDS_TICS_BEGAN, [AT_PPID] = PIDS_ID_PPID,
	[AT_STATE] = PIDS_STATE,      [AT_CPU] = PIDS_TICS_ALL,     [AT_THREADS] = PIDS_NLWP,
	[AT_RSS] = PIDS_RSS,          [AT_COMM] = PIDS_CMD,         [AT_FLAGS] = PIDS_FLAGS,
};
enum { KTHREAD_FLAG = 0x00200000 }; /* PF_KTHREAD of linux/sched.h, in field 9 of /proc/PID/stat */
enum { AT_UID = AT_START + 1, NUID };
static enum pids_item uid_items[NUID] = {[AT_PID] = PIDS_ID_PID, [AT_START] = PIDS_TICS_BEGAN, [AT_UID] = PIDS_ID_EUID};

struct facts {
	struct pids_info *info;
	enum facts_kind kind;
	uint64_t page;
};

int facts_open(enum facts_kind kind, struct facts **ret)
{
	AUTO_FREE struct facts *f = calloc(1, sizeof(*f));
	int err;

	if (!f)
		return -ENOMEM;
	f->kind = kind;
	f->page = (uint64_t)sysconf(_SC_PAGESIZE);
	err = kind == FACTS_BASIC ? procps_pids_new(&f->info, basic_items, NBASIC)
				  : procps_pids_new(&f->info, uid_items, NUID);
	if (err < 0)
		return err;
	*ret = take_ptr(f);
	return 0;
}

void facts_close(struct facts *f)
{
	if (!f)
		return;
	procps_pids_unref(&f->info);
	free(f);
}

static int take_uid(const struct pids_stack *s, facts_fn *fn, void *ctx)
{
	struct snap_proc p = {
		.pid = s->head[AT_PID].result.s_int,
		.start = s->head[AT_START].result.ull_int,
		.uid = s->head[AT_UID].result.u_int,
	};

	return fn(ctx, &p);
}

static int take_basic(const struct facts *f, const struct pids_stack *s, facts_fn *fn, void *ctx)
{
	const struct pids_result *r = s->head;
	struct snap_proc p = {
		.pid = r[AT_PID].result.s_int,
		.ppid = r[AT_PPID].result.s_int,
		.start = r[AT_START].result.ull_int,
		.state = r[AT_STATE].result.s_ch,
		.cpu = r[AT_CPU].result.ull_int,
		.threads = r[AT_THREADS].result.s_int > 0 ? (uint32_t)r[AT_THREADS].result.s_int : 0,
		.rss = r[AT_RSS].result.ul_int * f->page,
		.comm = r[AT_COMM].result.str ? r[AT_COMM].result.str : "",
		.label = SNAP_NONE,
		.flags = r[AT_FLAGS].result.ul_int & KTHREAD_FLAG ? SNAP_PROC_KTHREAD : 0,
	};

	return fn(ctx, &p);
}

int facts_read(struct facts *f, const uint32_t *pids, size_t n, facts_fn *fn, void *ctx)
{
	unsigned wanted[FACTS_BATCH];

	for (size_t i = 0; i < n; i++)
		wanted[i] = pids[i];
	errno = 0;
	struct pids_fetch *got = procps_pids_select(f->info, wanted, (int)n, PIDS_SELECT_PID);
	/* libproc2 says EINVAL as well when it has no memory for its buffers; what it was asked for is valid. */
	if (!got)
		return errno == EINVAL ? -ENOMEM : errno ? -errno : -EIO;

	for (int i = 0; i < got->counts->total; i++) {
		const struct pids_stack *s = got->stacks[i];
		int err = f->kind == FACTS_BASIC ? take_basic(f, s, fn, ctx) : take_uid(s, fn, ctx);

		if (err < 0)
			return err;
	}
	return 0;
}
