/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/top.h"
#include "nsview/usage_read.h"
#include "nsview/want.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

/* Link a snapshot, which is the frame's even on failure. */
static int frame_link(struct top_frame *f)
{
	int err = graph_build(f->snap, GRAPH_ALL, &f->graph);

	return err < 0 ? err : groups_build(f->graph, &f->groups);
}

static int add_usage(struct frame_maker *m, const struct top_want *want, struct top_frame *f)
{
	struct usage_opts opts = {.flags = want->usage, .pids = want->pids, .npids = want->npids};
	struct usage *now;
	int err = usage_read(f->snap, &opts, &now);

	if (err < 0)
		return err;
	f->machine = now->machine;
	err = rates_build(m->before, now, f->graph, f->groups, &f->rates);
	usage_free(m->before);
	m->before = now;
	return err;
}

int frame_make(struct frame_maker *m, const struct top_want *want, struct top_frame **ret, struct fail *why)
{
	/* One worker: libproc2 keeps 256 KiB for each thread that ever asked it, and never gives them back. */
	struct scan_opts opts = {
		.workers = 1,
		.want = want->want, .types = NS_TYPES_ALL, .source = m->source.scan, .keep = &m->keep};
	struct top_frame *f = calloc(1, sizeof(*f));
	uint64_t began = now_ms();
	int err;

	if (!f)
		return fail_at(why, "make a frame", -ENOMEM);
	err = scan_run(&opts, &f->snap, why);
	if (err == 0 && ((err = frame_link(f)) < 0 || (err = add_usage(m, want, f)) < 0))
		fail_at(why, "make a frame", err);
	if (err < 0) {
		top_frame_free(f);
		return err;
	}
	graph_set_live(f->graph, f->groups, f->rates);
	f->want = want->want;
	f->scan_ms = (uint32_t)(now_ms() - began);
	*ret = f;
	return 0;
}

int frame_saved(struct snapshot *snap, struct top_frame **ret)
{
	struct top_frame *f = calloc(1, sizeof(*f));
	int err;

	if (!f) {
		snapshot_free(snap);
		return -ENOMEM;
	}
	f->snap = snap;
	f->want = WANT_ALL; /* what is not in it will never be */
	err = frame_link(f);
	if (err < 0) {
		top_frame_free(f);
		return err;
	}
	graph_set_live(f->graph, f->groups, NULL);
	*ret = f;
	return 0;
}

void frame_maker_done(struct frame_maker *m)
{
	usage_free(m->before);
	m->before = NULL;
	scan_keep_done(&m->keep);
}
