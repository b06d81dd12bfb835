/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pass [TIMES]
 *
 * Times what commands are made of: the bare pass of the BPF iterator over all tasks, whose records nobody looks at;
 * scan and graph as a plain list needs them, the loading of BPF included; and a refresh of the live view, with what
 * of it keeps keys waiting.
 * Prints a line each: name, median and deviation of the wall time, mean CPU time, and the least wall time, in
 * seconds, by tabs.
 * Without BPF there is no bare pass.
 */
#include "bpf_skel.h"
#include "cmd/top.h"
#include "nsview/graph.h"
#include "nsview/num.h"
#include "nsview/scan.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { TIMES_MAX = 1000 };

static double clock_read(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* What something took, time after time. */
struct times {
	double walls[TIMES_MAX], cpu;
	int n;
};

static void print(const char *name, struct times *t)
{
	double sum = 0, squares = 0;

	for (int i = 0; i < t->n; i++) {
		sum += t->walls[i];
		squares += t->walls[i] * t->walls[i];
	}

	double mean = sum / t->n, variance = squares / t->n - mean * mean;

	qsort(t->walls, (size_t)t->n, sizeof(t->walls[0]), compare);
	printf("%s\t%.6f\t%.6f\t%.6f\t%.6f\n", name, t->walls[t->n / 2], variance > 0 ? sqrt(variance) : 0, t->cpu / t->n,
	       t->walls[0]);
}

/* Do something so many times, after once to warm up, and print what it took. 0, or 1 when it failed. */
static int measure(const char *name, int times, int act(void *ctx), void *ctx)
{
	struct times t = {.n = times};

	for (int i = -1; i < times; i++) {
		double wall = clock_read(CLOCK_MONOTONIC), used = clock_read(CLOCK_PROCESS_CPUTIME_ID);
		int err = act(ctx);

		wall = clock_read(CLOCK_MONOTONIC) - wall;
		used = clock_read(CLOCK_PROCESS_CPUTIME_ID) - used;
		if (err < 0) {
			fprintf(stderr, "pass: %s: %s\n", name, strerror(-err));
			return 1;
		}
		if (i < 0)
			continue;
		t.walls[i] = wall;
		t.cpu += used;
	}
	print(name, &t);
	return 0;
}

#if NSVIEW_BPF

#include <sys/syscall.h>

static int bare_pass(void *ctx)
{
	const struct tasks_bpf *tasks = ctx;
	static char buf[32 * 1024];
	union bpf_attr attr;
	ssize_t n;

	memset(&attr, 0, sizeof(attr));
	attr.iter_create.link_fd = (__u32)tasks->links.scan_tasks_fd;

	int fd = (int)syscall(__NR_bpf, BPF_ITER_CREATE, &attr, sizeof(attr.iter_create));

	if (fd < 0)
		return -errno;
	do
		n = read(fd, buf, sizeof(buf));
	while (n > 0 || (n < 0 && errno == EAGAIN));

	int err = n < 0 ? -errno : 0;

	close(fd);
	return err;
}

static int measure_bare(int times)
{
	struct tasks_bpf *tasks = tasks_bpf__open_and_load();
	int status = 1;

	if (tasks && tasks_bpf__attach(tasks) == 0)
		status = measure("bare pass", times, bare_pass, tasks);
	else
		fprintf(stderr, "pass: the BPF programs cannot be loaded\n");
	tasks_bpf__destroy(tasks);
	return status;
}

#else

static int measure_bare(int times)
{
	(void)times;
	return 0;
}

#endif

static int scan_and_link(void *ctx)
{
	struct snapshot *snap;
	struct graph *graph;
	struct fail why = {0};
	int err = scan_run(ctx, &snap, &why);

	if (err < 0)
		return err;
	err = graph_build(snap, GRAPH_ROWS, &graph);
	if (err == 0)
		graph_free(graph);
	snapshot_free(snap);
	return err;
}

struct live {
	struct frame_maker maker;
	struct top *top;
	struct times shown;
};

/* From a frame to the screen: meanwhile no key is answered. */
static void show(struct live *l, struct top_frame *f)
{
	double wall = clock_read(CLOCK_MONOTONIC), used = clock_read(CLOCK_PROCESS_CPUTIME_ID);

	top_take(l->top, f);
	top_draw(l->top);
	if (l->shown.n == TIMES_MAX)
		return;
	l->shown.walls[l->shown.n++] = clock_read(CLOCK_MONOTONIC) - wall;
	l->shown.cpu += clock_read(CLOCK_PROCESS_CPUTIME_ID) - used;
}

static int refresh(void *ctx)
{
	struct live *l = ctx;
	struct top_want want;
	struct top_frame *f;
	struct fail why = {0};
	int err = top_want(l->top, &want);

	if (err < 0)
		return err;
	err = frame_make(&l->maker, &want, &f, &why);
	free(want.pids);
	if (err == 0)
		show(l, f);
	return err;
}

static int measure_live(enum top_view view, const char *refreshes, const char *shows, int times)
{
	static struct live l;
	int status = top_new(&(struct top_opts){0}, &l.top) < 0;

	if (status == 0) {
		top_resize(l.top, 120, 30);
		top_set_view(l.top, view);
		status = measure(refreshes, times, refresh, &l);
	}
	if (status == 0)
		print(shows, &l.shown);
	frame_maker_done(&l.maker);
	top_free(l.top);
	l = (struct live){0};
	return status;
}

int main(int argc, char **argv)
{
	/* What the columns of a plain list want. */
	struct scan_opts list = {
		.want = WANT_RELATIONS | WANT_MOUNTS | WANT_USERS | WANT_CMDLINE_LEADERS | WANT_LABELS_LEADERS,
		.types = NS_TYPES_ALL,
	};
	uint32_t n = 10;

	if ((argc > 1 && num_u32_parse(argv[1], strlen(argv[1]), &n) < 0) || n < 1 || n > TIMES_MAX) {
		fprintf(stderr, "Usage: pass [TIMES]\n");
		return 2;
	}

	int times = (int)n;

	return measure_bare(times) | measure("scan and graph", times, scan_and_link, &list) |
	       measure_live(TOP_GROUPS, "refresh of top", "from frame to screen", times) |
	       measure_live(TOP_PROCESSES, "refresh of top, processes", "from frame to screen, processes", times);
}
