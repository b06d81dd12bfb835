/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/run.h"

#include "exec/clone.h"
#include "exec/monitor.h"
#include "exec/relay.h"
#include "exec/run_inside.h"
#include "exec/run_start.h"
#include "nsview/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * Unless signals are passed on, nsview has its ordinary ones; but those that the terminal sends are for the
 * command, which gets them as well, and nsview waits for it. With an init, which cannot stop, it is nsview
 * that stops together with the command.
 */
static void choose_signals(const struct run *r)
{
	sigset_t mask = r->sup.saved, stop;

	if (!r->job->forward) {
		sigaddset(&mask, SIGINT);
		sigaddset(&mask, SIGQUIT);
		sigaddset(&mask, SIGCHLD);
		sigprocmask(SIG_SETMASK, &mask, NULL);
	}
	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	if (r->plan->req.init && r->slave < 0)
		sigprocmask(SIG_UNBLOCK, &stop, NULL);
}

static void end_with(struct run *r, pid_t pid)
{
	int status, err;

	choose_signals(r);
	err = supervise_wait(&r->sup, pid, &status);
	if (err < 0) {
		run_failed_early(r, err);
		return;
	}
	if (WIFSIGNALED(status))
		trace_note(&r->trace, "waitpid(%d) = %d, killed by signal %d", (int)pid, (int)pid, WTERMSIG(status));
	else
		trace_note(&r->trace, "waitpid(%d) = %d, exit status %d", (int)pid, (int)pid, WEXITSTATUS(status));
	*r->ret = (struct run_result){.status = supervise_exit_status(status)};
}

static void run_child(struct run *r)
{
	pid_t pid = run_start(r);

	if (pid > 0)
		end_with(r, pid);
}

/* As struct monitor wants it: 0, 1 and *why, or a negative errno. */
static int spawn(void *ctx, struct monitor_child *ret, struct launch_failure *why)
{
	struct run *r = ctx;
	struct monitor_child c = {.pty = {.master = -1, .slave = -1}};
	int err = pty_open(&c.pty);

	if (err == 0)
		err = monitor_own_tty(c.pty.slave);
	if (err < 0) {
		pty_close(&c.pty);
		return err;
	}
	if (r->foreground)
		term_settings_to(r->term, c.pty.slave);
	term_size_to(r->term, c.pty.slave);
	r->slave = c.pty.slave;
	c.pid = run_start(r);
	if (c.pid < 0) {
		pty_close(&c.pty);
		*why = (struct launch_failure){.step = run_index(r->plan, r->ret->failed), .err = r->ret->err};
		return 1;
	}
	*ret = c;
	return 0;
}

static pid_t fork_monitor(struct run *r, int sock[2])
{
	struct monitor m = {.spawn = spawn, .ctx = r, .sup = &r->sup};
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sock) < 0)
		return -errno;
	pid = fork();
	if (pid == 0) {
		close(sock[0]);
		monitor_run(&m, sock[1]);
	}
	close(sock[1]);
	if (pid < 0)
		close(sock[0]);
	return pid < 0 ? -EAGAIN : pid;
}

static void run_on_pty(struct run *r, struct term *term)
{
	struct launch_failure why;
	struct relay relay = {.sup = &r->sup, .term = term};
	int sock[2], status, err;

	r->term = term;
	relay.interactive = relay_is_interactive();
	r->foreground = relay.interactive && term_foreground(term);
	relay.settled = r->foreground;
	relay.monitor = fork_monitor(r, sock);
	if (relay.monitor < 0) {
		run_failed_early(r, relay.monitor);
		return;
	}
	relay.sock = sock[0];
	err = relay_run(&relay, &status, &why);
	if (err == 1 && why.step >= 0 && (size_t)why.step < r->plan->nsteps)
		run_failed(r, &r->plan->steps[why.step], why.err);
	else if (err != 0)
		run_failed_early(r, err < 0 ? err : -EPROTO);
	else
		*r->ret = (struct run_result){.status = supervise_exit_status(status)};
}

static void supervised(struct run *r)
{
	struct term term;
	int err = supervise_begin(&r->sup);

	if (err < 0) {
		run_failed_early(r, err);
		return;
	}
	if (r->job->pty && term_find(&term) == 0)
		run_on_pty(r, &term);
	else
		run_child(r);
	supervise_end(&r->sup);
}

static void clone_way(struct run *r)
{
	int err = outside_begin(r->plan, &r->trace, false, &r->outside);

	if (err < 0)
		run_failed_early(r, err);
	else
		supervised(r);
}

/* Without a child it is us who become the command. */
static void run_in_place(struct run *r)
{
	struct run_inside in = {.job = r->job, .trace = r->trace, .gate = -1, .fault = -1, .root = -1, .helper = r->outside.fd};
	const struct run_step *step = r->plan->steps;
	int err = outside_do(&r->outside, getpid(), &step);

	if (err == 0) {
		sigprocmask(SIG_BLOCK, NULL, &in.mask);
		err = run_inside_become(&in, &step);
		outside_undo(&r->outside);
	}
	run_failed(r, step, err);
}

static int move(struct run *r, const struct run_step **step)
{
	struct run_inside in = {.job = r->job, .trace = r->trace, .helper = -1};
	int err = run_own(r);

	*step = run_find(r->plan, RUN_OWNER);
	if (err < 0)
		return err;
	*step = run_find(r->plan, RUN_UNSHARE);
	err = r->plan->flags ? clone_unshare(&r->trace, r->plan->flags) : 0;
	return err < 0 ? err : run_inside_first(&in, step);
}

static void unshare_way(struct run *r)
{
	const struct run_step *step = r->plan->steps;
	int err = outside_begin(r->plan, &r->trace, true, &r->outside);

	if (err < 0) {
		run_failed_early(r, err);
		return;
	}
	trace_birth(&r->trace);
	err = move(r, &step);
	if (err < 0)
		run_failed(r, step, err);
	else if (run_find(r->plan, RUN_FORK))
		supervised(r);
	else
		run_in_place(r);
	outside_end(&r->outside);
}

/*
 * The working directory follows a process into a copy of its mount namespace, which a descriptor or a path that
 * only we may walk does not: so the new root is handed over as the working directory.
 */
static int go_to_root(struct run *r)
{
	const char *root = r->plan->req.root;

	if (!root)
		return 0;
	return (int)trace_call(&r->trace, chdir(root) < 0 ? -errno : 0, "chdir(\"%s\")", root);
}

static void close_all(struct run *r)
{
	int fds[] = {r->gate[0], r->gate[1], r->fault.rd, r->fault.wr};

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

void run_go(const struct run_job *job, struct run_result *ret)
{
	struct run r = {
		.job = job,
		.plan = job->plan,
		.trace = {.fd = job->trace_fd, .side = run_side_name(job->plan, RUN_SELF)},
		.fault = {.rd = -1, .wr = -1},
		.gate = {-1, -1},
		.slave = -1,
		.ret = ret,
	};
	AUTO_CLOSE int here = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	const struct run_step *root = run_find(job->plan, RUN_ROOT);
	int err;

	*ret = (struct run_result){0};
	err = go_to_root(&r);
	if (err < 0)
		run_failed(&r, root ? root : run_find(job->plan, RUN_CHROOT), err);
	else if (job->plan->req.unshare)
		unshare_way(&r);
	else
		clone_way(&r);
	close_all(&r);
	if (here >= 0 && fchdir(here) < 0)
		return; /* it was removed meanwhile, and nothing more depends on it */
}
