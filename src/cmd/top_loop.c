/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/from.h"
#include "cmd/msg.h"
#include "cmd/opts.h"
#include "cmd/top.h"
#include "exec/signal.h"
#include "nsview/signame.h"
#include "top/screen.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	FIRST_DELAY_MS = 500, /* rates need two looks: the second comes soon */
	SETTLE_MS = 200,      /* details are read when the selection rests */
	EMPTY_READS = 30,     /* a terminal that is readable so often without a key has ended */
};

struct loop {
	struct top *t;
	struct worker *worker; /* NULL: a dump */
	struct child_show show;
	uint64_t due;      /* when to look again, in ms */
	uint64_t last_key; /* ms */
	unsigned looks, empty;
	bool dirty, anew, quit;
	int32_t pid;       /* that has to be there at first; 0 none */
	int missing;       /* why it is not: an errno of look_pid_find() */
};

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

static void fit(struct loop *l)
{
	int width, height;

	screen_size(&width, &height);
	if (top_resize(l->t, width, height) < 0)
		l->quit = true;
	l->dirty = true;
}

static void suspend(struct loop *l)
{
	screen_lend();
	kill(getpid(), SIGSTOP);
	if (signals_ending())
		return;
	screen_take_back();
	fit(l);
	l->anew = true;
}

static void on_signals(struct loop *l)
{
	int sig;

	while ((sig = signals_next()) && !signals_ending()) {
		switch (sig) {
		case SIGWINCH:
			fit(l);
			break;
		case SIGCONT:
			l->anew = l->dirty = true;
			break;
		case SIGTSTP:
			suspend(l);
			break;
		}
	}
}

static void look_again(struct loop *l)
{
	struct top_want want;

	if (!l->worker || worker_busy(l->worker) || top_want(l->t, &want) < 0)
		return;
	if (want.frozen)
		free(want.pids);
	else
		worker_ask(l->worker, &want);
	l->due = UINT64_MAX;
}

/* A process that was asked for must be there when we begin; it may end later. */
static void take(struct loop *l, struct top_frame *f)
{
	uint32_t proc;

	if (l->pid && !top_begun(l->t))
		l->missing = look_pid_find(f->graph, l->pid, &proc);
	l->quit |= l->missing < 0;
	top_take(l->t, f);
}

static void on_frame(struct loop *l)
{
	struct fail why;
	struct top_want want;
	struct top_frame *f = worker_take(l->worker, &why);
	double delay = 2;
	char text[512];

	if (f) {
		take(l, f);
	} else {
		look_explain_scan(&why, text, sizeof(text));
		top_say(l->t, "%s", text);
	}
	if (top_want(l->t, &want) == 0) {
		delay = want.delay;
		free(want.pids);
	}
	l->looks++;
	l->due = now_ms() + (l->looks == 1 && delay * 1000 > FIRST_DELAY_MS ? FIRST_DELAY_MS : (uint64_t)(delay * 1000));
	l->dirty = true;
}

/* Until Enter, or a key that would interrupt. */
static void wait_for_enter(void)
{
	char c;
	int sig;

	printf("nsview: nothing was entered; press Enter to go back\n");
	fflush(stdout);
	while (!signals_ending()) {
		struct pollfd fds[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = signals_fd(), .events = POLLIN}};

		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return;
		while ((sig = signals_next()))
			if (sig == SIGINT || sig == SIGQUIT)
				return;
			else if (sig == SIGTSTP)
				kill(getpid(), SIGSTOP);
		if (fds[0].revents && (read(STDIN_FILENO, &c, 1) != 1 || c == '\n'))
			return;
	}
}

/* What to go inside by. False: all that led there is gone. */
static bool find_target(const struct top_ask *ask, char *buf, size_t size)
{
	snprintf(buf, size, "%s", ask->target);
	for (size_t i = 0; i < ask->ndoors && !*buf; i++)
		if (signal_send(ask->doors[i].pid, ask->doors[i].start, 0) != -ESRCH)
			snprintf(buf, size, "%d", ask->doors[i].pid);
	return *buf;
}

static void enter(struct loop *l, const struct top_ask *ask)
{
	char target[32];
	bool entered;
	int status;

	if (!find_target(ask, target, sizeof(target))) {
		top_say(l->t, "its processes are gone: there is nothing to enter");
		look_again(l);
		return;
	}
	screen_lend();
	signals_lend(true);
	printf("nsview: entering %s; leave the shell to come back\n", target);
	fflush(stdout);
	status = child_enter(target, &entered);
	if (status < 0)
		printf("nsview: cannot start nsview enter: %s\n", strerror(-status));
	if (!entered)
		wait_for_enter();
	signals_lend(false);
	if (signals_ending())
		return;
	screen_take_back();
	fit(l);
	l->anew = true;
	if (entered)
		top_say(l->t, "back from %s: exit status %d", target, status);
	else
		top_say(l->t, "nothing was entered");
	look_again(l);
}

static void send_signal(struct loop *l, const struct top_ask *ask)
{
	int err = signal_send(ask->pid, ask->start, ask->signal);
	const char *name = signame_of(ask->signal);

	if (err == -ESRCH)
		top_say(l->t, "process %d (%s) is gone: nothing was sent", ask->pid, ask->who);
	else if (err < 0)
		top_say(l->t, "cannot send SIG%s to process %d (%s): %s", name, ask->pid, ask->who, strerror(-err));
	else
		top_say(l->t, "SIG%s sent to process %d (%s)", name, ask->pid, ask->who);
}

static void save(struct loop *l)
{
	char path[4200];
	const char *why;

	if (toprc_save(l->t, path, sizeof(path), &why) < 0)
		top_say(l->t, "not saved: %s%s%s%s", why, *path ? " (" : "", path, *path ? ")" : "");
	else
		top_say(l->t, "saved in %s", path);
}

static void serve(struct loop *l, const struct top_ask *ask)
{
	switch (ask->act) {
	case TOP_NOTHING: break;
	case TOP_QUIT: l->quit = true; break;
	case TOP_ENTER_TARGET: enter(l, ask); break;
	case TOP_SIGNAL: send_signal(l, ask); break;
	case TOP_SAVE: save(l); break;
	case TOP_REDRAW: l->anew = true; fit(l); look_again(l); break;
	case TOP_RESCAN: look_again(l); break;
	}
}

/* All that has come in at once, so that a paste is drawn once. */
static void on_input(struct loop *l)
{
	bool any = false;

	for (int i = 0; i < 1000 && !l->quit; i++) {
		struct screen_event e = screen_event();
		struct top_ask ask = {.act = TOP_NOTHING};

		if (e.kind == SCREEN_NONE)
			break;
		any = true;
		if (e.kind == SCREEN_KEY)
			ask = top_key(l->t, e.key);
		else if (e.kind == SCREEN_MOUSE)
			ask = top_mouse(l->t, e.mouse, e.x, e.y);
		else
			fit(l);
		serve(l, &ask);
		l->dirty = true;
		l->last_key = now_ms();
	}
	l->empty = any ? 0 : l->empty + 1;
	if (l->empty > EMPTY_READS)
		l->quit = true;
}

static void ask_for_details(struct loop *l)
{
	char target[32];

	if (l->show.fd < 0 && now_ms() >= l->last_key + SETTLE_MS && top_detail_target(l->t, target, sizeof(target)))
		child_show_start(&l->show, target);
}

static int patience(const struct loop *l)
{
	char target[32];
	uint64_t now = now_ms(), until = l->due;

	if (l->show.fd < 0 && top_detail_target(l->t, target, sizeof(target)) && l->last_key + SETTLE_MS < until)
		until = l->last_key + SETTLE_MS;
	if (until <= now)
		return 0;
	return until - now > 3600000 ? 3600000 : (int)(until - now);
}

static void draw(struct loop *l)
{
	const struct top_grid *g;

	if (!l->dirty && !l->anew)
		return;
	g = top_draw(l->t);
	if (g)
		screen_show(g, l->anew);
	l->dirty = l->anew = false;
}

static void turn(struct loop *l)
{
	struct pollfd fds[] = {
		{.fd = STDIN_FILENO, .events = POLLIN},
		{.fd = signals_fd(), .events = POLLIN},
		{.fd = l->worker ? worker_fd(l->worker) : -1, .events = POLLIN},
		{.fd = l->show.fd, .events = POLLIN},
	};

	draw(l);
	if (poll(fds, 4, patience(l)) < 0 && errno != EINTR) {
		l->quit = true;
		return;
	}
	if (fds[1].revents)
		on_signals(l);
	if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL))
		l->quit = true; /* the terminal is gone: there is nobody to show anything */
	else if (fds[0].revents)
		on_input(l);
	if (fds[2].revents)
		on_frame(l);
	if (fds[3].revents && child_show_read(&l->show)) {
		top_detail_set(l->t, l->show.target, l->show.text);
		l->dirty = true;
	}
	if (now_ms() >= l->due)
		look_again(l);
	ask_for_details(l);
}

static int begin_live(const struct look_source *source, struct loop *l)
{
	int err = worker_start(source, &l->worker);

	if (err == -EAGAIN)
		msg("cannot start a thread to look at the machine: a limit of processes is reached (ulimit -u, pids.max of the "
		    "cgroup)");
	else if (err < 0)
		msg("cannot start a thread to look at the machine: %s", strerror(-err));
	return err < 0 ? EXIT_TROUBLE : 0;
}

static int begin(const struct top_cmd *o, struct loop *l)
{
	struct snapshot *snap;
	struct top_frame *f;
	int status;

	if (!o->look.source.from)
		return begin_live(&o->look.source, l);
	status = from_read(o->look.source.from, &snap);
	if (status == 0 && frame_saved(snap, &f) < 0) {
		msg("out of memory");
		status = EXIT_TROUBLE;
	}
	if (status == 0)
		take(l, f);
	l->due = UINT64_MAX;
	return status;
}

static int show(const struct top_cmd *o, struct loop *l)
{
	if (l->missing < 0) {
		look_pid_explain(l->missing, l->pid, true);
		return EXIT_TROUBLE;
	}
	if (screen_open(out_style(o->look.color).color) < 0) {
		msg("the terminal is of a kind that is not known (TERM=%s); try 'nsview top -b'", getenv("TERM"));
		return EXIT_TROUBLE;
	}
	fit(l);
	while (!l->quit && !signals_ending())
		turn(l);
	screen_close();
	if (l->missing == 0)
		return 0;
	look_pid_explain(l->missing, l->pid, false);
	return EXIT_TROUBLE;
}

int top_loop(const struct top_cmd *o, struct top *t)
{
	struct loop *l = calloc(1, sizeof(*l));
	int status, err = l ? signals_take() : -ENOMEM;

	if (err < 0) {
		msg("cannot begin: %s", strerror(-err));
		free(l);
		return EXIT_TROUBLE;
	}
	l->t = t;
	l->pid = o->pid;
	l->show.fd = -1;
	status = begin(o, l);
	if (status == 0)
		status = show(o, l);
	worker_stop(l->worker);
	child_show_stop(&l->show);
	free(l);
	if (signals_ending())
		signals_die(signals_ending());
	return status;
}
