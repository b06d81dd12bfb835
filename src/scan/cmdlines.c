/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/fd.h"
#include "nsview/procstat.h"
#include "scan/facts.h"
#include "scan/leaders.h"
#include "scan/procfs.h"
#include "scan/tasks.h"
#include "scan/workers.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* As much of a command line as libproc2 reads. */
enum { CMDLINE_MAX = 128 * 1024 };

struct cmdline_scan {
	int procfd;
	const uint64_t *pidfs; /* see struct scan_keys */
	struct snapshot *snap;
	uint32_t *procs; /* whose command lines are wanted, in order of PID */
	size_t n;
	struct facts *facts[WORKERS_MAX];
	struct arena strings[WORKERS_MAX];
	char *text[WORKERS_MAX]; /* room for one, of CMDLINE_MAX and a NUL */
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

/*
 * Whether a process is the one that the snapshot has: by the inode of its pidfd, which is quick, or
 * by its start time. What was opened of that PID before is its own then.
 */
static bool is_same(const struct cmdline_scan *s, uint32_t proc)
{
	const struct snap_proc *p = &s->snap->procs[proc];
	char name[24], text[2048];
	struct stat st;
	uint64_t start;

	if (s->pidfs && s->pidfs[proc]) {
		AUTO_CLOSE int pidfd = (int)syscall(__NR_pidfd_open, p->pid, 0);

		if (pidfd >= 0 && fstat(pidfd, &st) == 0 && st.st_ino == s->pidfs[proc])
			return true;
	}
	snprintf(name, sizeof(name), "%d/stat", p->pid);

	ssize_t n = procfs_read(s->procfd, name, text, sizeof(text));

	return n >= 0 && procstat_start_parse(text, (size_t)n, &start) == 0 && start == p->start;
}

/* The command line of one process that is still there. 0 or a negative errno. */
static int read_text(struct cmdline_scan *s, struct arena *strings, char *text, uint32_t proc)
{
	struct snap_proc *p = &s->snap->procs[proc];
	char name[24];

	snprintf(name, sizeof(name), "%d/cmdline", p->pid);

	AUTO_CLOSE int fd = openat(s->procfd, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return procfs_classify(-errno) == MISS_FATAL ? -errno : 0;

	/* Nothing but the end of the arguments makes the kernel give less than there is room for. */
	ssize_t n = is_same(s, proc) ? TEMP_FAILURE_RETRY(read(fd, text, CMDLINE_MAX)) : 0;

	if (n <= 0)
		return 0;

	size_t len = cmdline_join(text, (size_t)n);

	if (len)
		p->cmdline = arena_strndup(strings, text, len);
	return len && !p->cmdline ? -ENOMEM : 0;
}

/* Where BPF has told all else there is only the command line to read. */
static int read_texts(void *ctx, unsigned worker, size_t first, size_t last)
{
	struct cmdline_scan *s = ctx;
	int err = 0;

	if (!s->text[worker])
		s->text[worker] = malloc(CMDLINE_MAX + 1);
	if (!s->text[worker])
		return -ENOMEM;
	for (size_t i = first; i < last && err == 0; i++) {
		if (!(s->snap->procs[s->procs[i]].flags & SNAP_PROC_KTHREAD))
			err = read_text(s, &s->strings[worker], s->text[worker], s->procs[i]);
	}
	return err;
}

int tasks_cmdlines_read(int procfd, const struct scan_opts *opts, const uint64_t *pidfs, struct snapshot *snap,
			struct fail *why)
{
	AUTO_FREE uint32_t *procs = calloc(snap->nprocs + 1, sizeof(*procs));
	AUTO_FREE uint8_t *leads = leaders_find(snap);
	struct cmdline_scan s = {.procfd = procfd, .pidfs = pidfs, .snap = snap, .procs = procs};
	bool told = snap->coverage.sources[SOURCE_BPF].state == SOURCE_RAN;

	if (!procs || !leads)
		return fail_at(why, "read command lines", -ENOMEM);
	for (size_t i = 0; i < snap->nprocs; i++)
		if (leads[i] || opts->want & WANT_CMDLINE_ALL)
			procs[s.n++] = (uint32_t)i;

	int err = workers_run(s.n, FACTS_BATCH, workers_count(s.n, opts->workers), told ? read_texts : read_portion, &s);

	for (int i = 0; i < WORKERS_MAX; i++) {
		facts_close(s.facts[i]);
		free(s.text[i]);
		arena_adopt(&snap->strings, &s.strings[i]);
	}
	for (size_t i = 0; i < s.n; i++)
		if (!snap->procs[s.procs[i]].cmdline)
			snap->procs[s.procs[i]].cmdline = snap->procs[s.procs[i]].comm;
	return err < 0 ? fail_at(why, "read command lines", err) : 0;
}
