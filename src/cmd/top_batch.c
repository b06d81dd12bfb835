/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/from.h"
#include "cmd/msg.h"
#include "cmd/opts.h"
#include "cmd/top.h"
#include "nsview/render.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* When a table was taken. */
static void print_time(const struct top *t)
{
	time_t when = (time_t)top_time(t);
	char text[40] = "";
	struct tm tm;

	if (when && localtime_r(&when, &tm) && strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S%z", &tm))
		printf("%s\n", text);
}

static int draw(const struct top_cmd *o, const struct top *t)
{
	struct style style = out_style(o->look.color);
	struct view *v;
	enum column_id in = top_tree_column(t);
	int err = top_rows_view(t, &v);

	if (err == 0) {
		if (!o->json)
			print_time(t);
		if (!column_list_has(top_columns(t), in))
			in = top_columns(t)->ids[0];
		err = o->json ? render_json(stdout, v, top_columns(t), "nsview.top/1", top_rows_name(t), false)
			      : render_table(stdout, v, top_columns(t), in, &style);
		view_free(v);
	}
	if (err < 0) {
		msg("cannot draw: %s", strerror(-err));
		return EXIT_TROUBLE;
	}
	return fflush(stdout) == EOF ? -1 : 0; /* out_close() says what is wrong with it */
}

static void pause_for(double seconds)
{
	struct timespec ts = {.tv_sec = (time_t)seconds};

	ts.tv_nsec = (long)((seconds - (double)ts.tv_sec) * 1e9);
	while (clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, &ts) == EINTR)
		;
}

/* A process that is asked for must be there when we begin; it may end later. */
static int take_first(const struct top_cmd *o, struct top *t, struct top_frame *f)
{
	uint32_t proc;
	int err = o->pid && !top_begun(t) ? look_pid_find(f->graph, o->pid, &proc) : 0;

	if (err < 0) {
		look_pid_explain(err, o->pid, o->look.source.from);
		top_frame_free(f);
		return EXIT_TROUBLE;
	}
	top_take(t, f);
	return 0;
}

static int take(const struct top_cmd *o, struct frame_maker *m, struct top *t)
{
	struct top_want want;
	struct top_frame *f;
	struct fail why = {0};
	char text[512];
	int err = top_want(t, &want);

	if (err < 0) {
		fail_at(&why, "make a frame", err);
	} else {
		err = frame_make(m, &want, &f, &why);
		free(want.pids);
	}
	if (err < 0) {
		look_explain_scan(&why, text, sizeof(text));
		msg("%s", text);
		return EXIT_TROUBLE;
	}
	return take_first(o, t, f);
}

static int batch_live(const struct top_cmd *o, struct top *t)
{
	struct frame_maker m = {.source = o->look.source};
	int status = take(o, &m, t);
	struct top_want want;

	for (long i = 0; status == 0 && (!o->count || i < o->count); i++) {
		if (top_want(t, &want) == 0)
			free(want.pids);
		pause_for(o->delay > 0 ? o->delay : want.delay);
		status = take(o, &m, t);
		if (status == 0 && i > 0 && !o->json)
			putchar('\n');
		if (status == 0)
			status = draw(o, t);
	}
	frame_maker_done(&m);
	return status < 0 ? 0 : status;
}

int top_batch(const struct top_cmd *o, struct top *t)
{
	struct snapshot *snap;
	struct top_frame *f;
	int status;

	if (!o->look.source.from)
		return batch_live(o, t);
	status = from_read(o->look.source.from, &snap);
	if (status != 0)
		return status;
	if (frame_saved(snap, &f) < 0) {
		msg("out of memory");
		return EXIT_TROUBLE;
	}
	status = take_first(o, t, f);
	if (status == 0)
		status = draw(o, t);
	return status < 0 ? 0 : status;
}
