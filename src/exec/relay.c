/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/relay.h"

#include "exec/monitor.h"
#include "nsview/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long a pseudo-terminal that others still have open must be silent to be taken for empty. */
#define LAST_WORDS_MS 50

/* A shell that brings a running job to the foreground need not say so: how often to look. */
#define FOREGROUND_MS 200

/* Bytes on their way in one direction. */
struct flow {
	char buf[16384];
	size_t start, len;
};

/* What goes on in relay_run(). */
struct session {
	struct relay *r;
	int master;      /* owned */
	bool listening;  /* keys go to the command; never before the terminal is raw */
	struct flow in, out;
	bool ended;
	int status;
};

bool relay_is_interactive(void)
{
	return isatty(0) && isatty(1);
}

static int tell(const struct session *s, int op, int arg)
{
	return monitor_send(s->r->sock, (struct monitor_msg){.op = op, .arg = arg}, -1);
}

/* Fill from a descriptor: 1 read, 0 nothing at the moment, -EIO the other side is gone. */
static int flow_fill(struct flow *f, int fd)
{
	ssize_t n;

	if (f->len)
		return 0;
	n = read(fd, f->buf, sizeof(f->buf));
	if (n > 0) {
		f->start = 0;
		f->len = (size_t)n;
		return 1;
	}
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	return -EIO;
}

static int flow_drain(struct flow *f, int fd)
{
	ssize_t n;

	if (!f->len)
		return 0;
	n = write(fd, f->buf + f->start, f->len);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	f->start += (size_t)n;
	f->len -= (size_t)n;
	return 0;
}

/* Go to the foreground, if that is where the shell has put us: keys belong to the command then. */
static bool take_terminal(struct session *s)
{
	struct relay *r = s->r;

	if (!term_foreground(r->term))
		return false;
	if (!r->settled)
		term_settings_to(r->term, s->master);
	r->settled = true;
	s->listening = !term_raw(r->term);
	term_size_to(r->term, s->master);
	return s->listening;
}

static void leave_terminal(struct session *s)
{
	term_restore(s->r->term);
	s->listening = false;
}

/*
 * The command has stopped. It asked for a terminal that is ours to give: it gets it. Otherwise nsview
 * stops in the same way, and what happens next is up to the shell that started it.
 */
static void on_stopped(struct session *s, int sig)
{
	bool asked = sig == SIGTTIN || sig == SIGTTOU;
	bool had_terminal = s->listening;
	bool owns;

	if (asked && !had_terminal && take_terminal(s)) {
		tell(s, MONITOR_CONTINUE, true);
		return;
	}
	/* What it said before it stopped, such as the echo of the key, comes before what the shell says of that. */
	if (flow_drain(&s->out, s->r->term->out) == 0 && flow_fill(&s->out, s->master) > 0)
		flow_drain(&s->out, s->r->term->out);
	leave_terminal(s);
	supervise_stop_self(sig);
	/* Continued: by fg it has the terminal as before (or now, when it asked), by bg it has not. */
	owns = (had_terminal || asked) && take_terminal(s);
	tell(s, MONITOR_CONTINUE, owns);
}

static int on_message(struct session *s)
{
	struct monitor_msg m;
	int fd;
	int got = monitor_recv(s->r->sock, &m, &fd);

	if (fd >= 0)
		close(fd);
	if (got <= 0)
		return got < 0 ? got : -EPIPE;
	if (m.op == MONITOR_STOPPED)
		on_stopped(s, m.arg);
	if (m.op == MONITOR_ENDED) {
		s->ended = true;
		s->status = m.arg;
	}
	return 0;
}

/*
 * The monitor passes signals on: it is the parent, so the PID can't have changed hands. What the kernel
 * sent for a key goes to the group that a key would have reached.
 */
static void on_signals(struct session *s)
{
	struct supervise_signal sig;

	while (supervise_next(s->r->sup, &sig)) {
		switch (sig.signo) {
		case SIGCHLD:
		case SIGPIPE:
		case SIGTTIN:
		case SIGTTOU:
			break;
		case SIGWINCH:
			term_size_to(s->r->term, s->master);
			break;
		case SIGCONT:
			break; /* perhaps we are in the foreground now: see turn() */
		default:
			tell(s, sig.from_kernel ? MONITOR_KEY : MONITOR_SIGNAL, sig.signo);
		}
	}
}

/*
 * The terminal is gone, and the kernel tells its session's leader alone. Without us the monitor hangs the
 * pseudo-terminal up, as the terminal would have been.
 */
static void on_keys(struct session *s, short events)
{
	if (events & POLLIN && s->listening && flow_fill(&s->in, s->r->term->in) != -EIO)
		return;
	if (events & (POLLIN | POLLHUP | POLLERR | POLLNVAL)) {
		s->ended = true;
		s->status = SIGHUP;
	}
}

enum { AT_SOCK, AT_SIGNALS, AT_MASTER, AT_KEYS, AT_OUT, AT_COUNT };

static void set_up(const struct session *s, struct pollfd fds[AT_COUNT])
{
	bool keys = s->listening && !s->in.len;
	short master = (short)((s->out.len ? 0 : POLLIN) | (s->in.len ? POLLOUT : 0));

	fds[AT_SOCK] = (struct pollfd){.fd = s->r->sock, .events = POLLIN};
	fds[AT_SIGNALS] = (struct pollfd){.fd = s->r->sup->sigfd, .events = POLLIN};
	fds[AT_MASTER] = (struct pollfd){.fd = master ? s->master : -1, .events = master};
	fds[AT_KEYS] = (struct pollfd){.fd = s->r->term->in, .events = keys ? POLLIN : 0};
	fds[AT_OUT] = (struct pollfd){.fd = s->out.len ? s->r->term->out : -1, .events = POLLOUT};
}

/* By fg, for a command that ran in the background. */
static void look_for_terminal(struct session *s)
{
	if (s->r->interactive && !s->listening && take_terminal(s))
		tell(s, MONITOR_FOREGROUND, 0);
}

/*
 * A master without a slave reads as EIO: for a moment that is the case when a program inside closes and
 * opens its terminal, so it is no end. The monitor holds a slave as long as the command lives.
 */
static int turn(struct session *s)
{
	struct pollfd fds[AT_COUNT];

	set_up(s, fds);
	if (poll(fds, AT_COUNT, s->r->interactive && !s->listening ? FOREGROUND_MS : -1) < 0)
		return errno == EINTR ? 0 : -errno;
	look_for_terminal(s);
	if (fds[AT_OUT].revents && flow_drain(&s->out, s->r->term->out) < 0)
		s->out.len = 0; /* nobody sees it any more */
	if (fds[AT_MASTER].revents & POLLIN)
		flow_fill(&s->out, s->master);
	if (fds[AT_MASTER].revents & POLLOUT && flow_drain(&s->in, s->master) < 0)
		s->in.len = 0;
	if (fds[AT_KEYS].revents)
		on_keys(s, fds[AT_KEYS].revents);
	if (fds[AT_SIGNALS].revents)
		on_signals(s);
	return fds[AT_SOCK].revents ? on_message(s) : 0;
}

static void write_all(struct flow *f, int fd)
{
	struct pollfd out = {.fd = fd, .events = POLLOUT};

	while (f->len && poll(&out, 1, -1) > 0 && flow_drain(f, fd) == 0)
		;
	f->len = 0;
}

/* What the command said before it ended: up to the end, or to a silence when others hold the terminal. */
static void last_words(struct session *s)
{
	struct pollfd master = {.fd = s->master, .events = POLLIN};

	write_all(&s->out, s->r->term->out);
	while (poll(&master, 1, LAST_WORDS_MS) > 0 && flow_fill(&s->out, s->master) >= 0)
		write_all(&s->out, s->r->term->out);
}

/* The monitor's first message: the command runs, or not. */
static int start(struct session *s, struct launch_failure *why)
{
	struct monitor_msg m;
	int got = monitor_recv(s->r->sock, &m, &s->master);

	if (got <= 0)
		return got < 0 ? got : -EPIPE;
	if (m.op == MONITOR_FAILED) {
		if (m.arg < 0)
			return m.err;
		*why = (struct launch_failure){.step = m.arg, .err = m.err};
		return 1;
	}
	return s->master >= 0 ? 0 : -EBADMSG;
}

static int carry(struct session *s)
{
	int err = 0;

	if (s->r->interactive)
		take_terminal(s);
	while (!err && !s->ended)
		err = turn(s);
	if (!err)
		last_words(s);
	return err;
}

int relay_run(struct relay *r, int *ret_status, struct launch_failure *why)
{
	struct session s = {.r = r, .master = -1};
	int err = start(&s, why);

	if (!err)
		err = carry(&s);
	term_restore(r->term);
	if (s.master >= 0)
		close(s.master);
	close(r->sock);
	while (waitpid(r->monitor, NULL, 0) < 0 && errno == EINTR)
		;
	if (!err)
		*ret_status = s.status;
	return err;
}
