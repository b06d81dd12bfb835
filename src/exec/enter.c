/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/enter.h"

#include "exec/enter_walk.h"
#include "exec/monitor.h"
#include "exec/relay.h"
#include "exec/supervise.h"
#include "nsview/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* A step and its part travel through struct launch_failure as one number. */
static int pack(const struct enter_failure *f)
{
	return (int)f->step << 8 | (f->part + 1);
}

static struct enter_failure unpack(const struct launch_failure *f)
{
	return (struct enter_failure){.step = (size_t)f->step >> 8, .part = (f->step & 0xff) - 1, .err = f->err};
}

static size_t pty_step(const struct enter_job *job)
{
	size_t i = 0;

	while (i < job->plan->n && job->plan->steps[i].kind != ENTER_PTY)
		i++;
	return i;
}

/* What it takes to make the command a child of the caller's. */
struct spawn {
	const struct enter_job *job;
	const struct supervise *sup;
	const struct term *term; /* NULL: no pseudo-terminal */
	bool foreground;
	bool settings; /* the terminal's settings are those for programs, not those of a shell at its prompt */
};

/* Between a parent and its walker. */
struct ends {
	int sock[2]; /* the parent's, the walker's */
	struct launch_pipe pipe;
};

static void forget(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void ends_done(struct ends *e)
{
	forget(&e->sock[0]);
	forget(&e->sock[1]);
	forget(&e->pipe.rd);
	forget(&e->pipe.wr);
}

static int ends_init(struct ends *e)
{
	*e = (struct ends){.sock = {-1, -1}, .pipe = {-1, -1}};
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, e->sock) < 0)
		return -errno;
	return launch_pipe_open(&e->pipe);
}

static _Noreturn void be_walker(struct enter_walker *w, struct ends *e)
{
	struct enter_failure why = {0};

	w->sock = e->sock[1];
	close(e->sock[0]);
	close(e->pipe.rd);
	enter_walk(w, &why);
	launch_fail(e->pipe.wr, pack(&why), why.err);
}

/* Listen to the walker until it is about to become the command, or has failed: it then closes its end. */
static int hear_walker(struct ends *e, pid_t *pid, int *master)
{
	struct monitor_msg m;
	int fd, got;

	while ((got = monitor_recv(e->sock[0], &m, &fd)) > 0) {
		if (m.op == ENTER_SAYS_PTY) {
			*master = fd;
			continue;
		}
		if (fd >= 0)
			close(fd);
		waitpid(*pid, NULL, 0);
		*pid = m.arg;
	}
	return got;
}

/* A child that has not become the command is no concern of anybody's any more. */
static void drop(pid_t pid)
{
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/*
 * Send a walker and wait until it runs the command or, as a scout, has reported. *pid is the command's,
 * *master the scout's find or -1. 0, 1 and *why, or a negative errno; then the walker is gone.
 */
static int send_walker(struct enter_walker *w, pid_t *pid, int *master, struct launch_failure *why)
{
	struct ends e;
	int err = ends_init(&e);

	*master = -1;
	if (err < 0) {
		ends_done(&e);
		return err;
	}
	*pid = fork();
	if (*pid == 0)
		be_walker(w, &e);
	if (*pid < 0) {
		err = -errno;
		ends_done(&e);
		return err;
	}
	forget(&e.sock[1]);
	forget(&e.pipe.wr);
	err = hear_walker(&e, pid, master);
	if (!err)
		err = launch_wait(e.pipe.rd, why);
	if (err || w->scout)
		drop(*pid);
	ends_done(&e);
	return err;
}

/* A pseudo-terminal of the target's, or else of ours, for the session that the caller leads. */
static int settle_pty(const struct spawn *s, struct pty *ret, struct launch_failure *why)
{
	struct enter_walker scout = {.job = s->job, .sup = s->sup, .scout = true, .slave = -1};
	struct pty pty = {.master = -1, .slave = -1};
	pid_t pid;
	int err = send_walker(&scout, &pid, &pty.master, why);

	if (err)
		return err;
	if (pty.master >= 0)
		pty.slave = ioctl(pty.master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (pty.slave < 0) {
		pty_close(&pty);
		err = pty_open(&pty);
	}
	if (!err)
		err = monitor_own_tty(pty.slave);
	if (err < 0) {
		pty_close(&pty);
		*why = (struct launch_failure){.step = pack(&(struct enter_failure){.step = pty_step(s->job), .part = -1}),
					       .err = err};
		return 1;
	}
	if (s->settings)
		term_settings_to(s->term, pty.slave);
	term_size_to(s->term, pty.slave);
	*ret = pty;
	return 0;
}

/* Whoever asked may be gone: SIGPIPE is blocked here. */
static void tell_started(int fd)
{
	if (fd >= 0)
		while (write(fd, "\n", 1) < 0 && errno == EINTR)
			;
}

/* As struct monitor wants it: 0, 1 and *why, or a negative errno. */
static int spawn(void *ctx, struct monitor_child *ret, struct launch_failure *why)
{
	const struct spawn *s = ctx;
	struct monitor_child c = {.pty = {.master = -1, .slave = -1}};
	int none, err = s->term ? settle_pty(s, &c.pty, why) : 0;

	if (!err) {
		struct enter_walker w = {
			.job = s->job, .sup = s->sup, .slave = c.pty.slave, .foreground = s->foreground};

		err = send_walker(&w, &c.pid, &none, why);
	}
	enter_handles_done(s->job->handles);
	cgroup_close(s->job->cgroups);
	if (err) {
		pty_close(&c.pty);
	} else {
		tell_started(s->job->started_fd);
		*ret = c;
	}
	return err;
}

static int run_plainly(struct spawn *s, int *status, struct launch_failure *why)
{
	struct monitor_child c;
	int err = spawn(s, &c, why);

	return err ? err : supervise_wait(s->sup, c.pid, status);
}

static int run_on_pty(struct spawn *s, struct term *term, int *status, struct launch_failure *why)
{
	struct monitor m = {.spawn = spawn, .ctx = s, .sup = s->sup};
	struct relay r = {.sup = s->sup, .term = term, .interactive = relay_is_interactive(), .settled = s->settings};
	int sock[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sock) < 0)
		return -errno;
	r.monitor = fork();
	if (r.monitor == 0) {
		close(sock[0]);
		monitor_run(&m, sock[1]);
	}
	close(sock[1]);
	enter_handles_done(s->job->handles);
	cgroup_close(s->job->cgroups);
	if (r.monitor < 0) {
		close(sock[0]);
		return -EAGAIN;
	}
	r.sock = sock[0];
	return relay_run(&r, status, why);
}

int enter_run(const struct enter_job *job, int *ret_exit, struct enter_failure *why)
{
	struct launch_failure failure = {0};
	struct term term = {.in = -1, .out = -1};
	struct supervise sup;
	int status = 0;
	int err = supervise_begin(&sup);

	if (err < 0)
		return err;

	struct spawn s = {.job = job, .sup = &sup};

	if (job->wish->pty && term_find(&term) == 0) {
		s.term = &term;
		s.foreground = relay_is_interactive() && term_foreground(&term);
		s.settings = term_foreground(&term);
		err = run_on_pty(&s, &term, &status, &failure);
	} else {
		err = run_plainly(&s, &status, &failure);
	}
	supervise_end(&sup);
	if (err == 1)
		*why = unpack(&failure);
	if (!err)
		*ret_exit = supervise_exit_status(status);
	return err;
}

void enter_become(const struct enter_job *job, struct enter_failure *why)
{
	struct enter_walker w = {.job = job, .sock = -1, .slave = -1};

	enter_walk(&w, why);
}
