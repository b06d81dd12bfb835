/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/outside.h"

#include "exec/mapping.h"
#include "exec/keep.h"
#include "nsview/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

/* What is asked of a helper: a PID, or UNDO; and what it answers. */
enum { UNDO = 0 };

struct answer {
	int step; /* index; meaningless unless err */
	int err;
};

static bool is_named(const struct run_plan *p, const struct run_step *s)
{
	return s->path != p->req.files[s->type];
}

static int bind_ns(struct outside *o, const struct run_step *s, pid_t pid)
{
	int made = keep_bind(&o->trace, pid, s->type, s->path, is_named(o->plan, s));

	if (made > 0)
		o->made[s - o->plan->steps] = true;
	return made < 0 ? made : 0;
}

static int do_step(struct outside *o, const struct run_step *s, pid_t pid)
{
	const struct run_plan *p = o->plan;
	const struct trace *t = &o->trace;

	switch (s->what) {
	case RUN_SETGROUPS:
		return mapping_deny_setgroups(t, pid);
	case RUN_UID_MAP:
		return mapping_write(t, pid, MAPPING_UID, &p->uids, p->map_by_helper);
	case RUN_GID_MAP:
		return mapping_write(t, pid, MAPPING_GID, &p->gids, p->map_by_helper);
	case RUN_BIND:
		return bind_ns(o, s, pid);
	default:
		return 0;
	}
}

static void undo(struct outside *o, size_t end)
{
	const struct run_plan *p = o->plan;

	while (end-- > 0)
		if (p->steps[end].what == RUN_BIND)
			keep_unbind(&o->trace, p->steps[end].path, o->made[end]);
}

static int do_all(struct outside *o, pid_t pid, int *failed)
{
	const struct run_plan *p = o->plan;

	for (size_t i = 0; i < p->nsteps; i++) {
		int err = p->steps[i].side == RUN_OUTSIDE ? do_step(o, &p->steps[i], pid) : 0;

		if (err < 0) {
			undo(o, i);
			*failed = (int)i;
			return err;
		}
	}
	return 0;
}

/* Closed at the other end: the command runs, or everything is over. */
_Noreturn static void help(struct outside *o)
{
	pid_t pid;

	while (recv(o->fd, &pid, sizeof(pid), 0) == sizeof(pid)) {
		struct answer a = {0};

		if (pid == UNDO)
			undo(o, o->plan->nsteps);
		else
			a.err = do_all(o, pid, &a.step);
		if (send(o->fd, &a, sizeof(a), MSG_NOSIGNAL) < 0)
			break;
	}
	_exit(0);
}

static bool needed(const struct run_plan *p)
{
	for (size_t i = 0; i < p->nsteps; i++)
		if (p->steps[i].side == RUN_OUTSIDE)
			return true;
	return false;
}

/* An unwaited helper must not come back to a command that never heard of it: it is a grandchild, and orphaned. */
static int fork_helper(struct outside *o, int theirs)
{
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (pid == 0) {
		pid_t again = fork();

		if (again != 0)
			_exit(again < 0 ? errno : 0);
		close(o->fd);
		o->fd = theirs;
		o->trace.side = "helper";
		signal(SIGINT, SIG_IGN);
		signal(SIGQUIT, SIG_IGN);
		help(o);
	}

	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -ECHILD;
}

int outside_begin(const struct run_plan *plan, const struct trace *t, bool helped, struct outside *ret)
{
	struct outside o = {.plan = plan, .trace = *t, .fd = -1};
	int fds[2], err;

	if (helped && needed(plan)) {
		if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
			return -errno;

		AUTO_CLOSE int theirs = fds[1];

		o.fd = fds[0];
		o.helper = true;
		err = fork_helper(&o, theirs);
		if (err < 0) {
			close(o.fd);
			return err;
		}
	}
	*ret = o;
	return 0;
}

static int ask(struct outside *o, pid_t what, int *failed)
{
	struct answer a;

	if (send(o->fd, &what, sizeof(what), MSG_NOSIGNAL) < 0)
		return -errno;
	if (recv(o->fd, &a, sizeof(a), 0) != sizeof(a))
		return -EPIPE;
	*failed = a.step;
	return a.err;
}

int outside_do(struct outside *o, pid_t pid, const struct run_step **failed)
{
	int step = 0, err;

	if (!needed(o->plan))
		return 0;
	err = o->helper ? ask(o, pid, &step) : do_all(o, pid, &step);
	if (err < 0)
		*failed = &o->plan->steps[step];
	return err;
}

void outside_undo(struct outside *o)
{
	int ignored;

	if (o->helper)
		ask(o, UNDO, &ignored);
	else
		undo(o, o->plan->nsteps);
}

void outside_end(struct outside *o)
{
	if (o->fd >= 0)
		close(o->fd);
	o->fd = -1;
}
