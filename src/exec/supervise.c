/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/supervise.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * Not taken: what can't be blocked, and what the kernel raises for a fault of nsview's own, which
 * must kill it and not be queued.
 */
static bool is_taken(int sig)
{
	switch (sig) {
	case SIGKILL:
	case SIGSTOP:
	case SIGSEGV:
	case SIGBUS:
	case SIGILL:
	case SIGFPE:
	case SIGTRAP:
	case SIGSYS:
	case SIGABRT:
		return false;
	default:
		return true;
	}
}

/* What concerns nsview itself: its children, its own writes, its own place at the terminal. */
static bool is_ours(int sig)
{
	return sig == SIGCHLD || sig == SIGPIPE || sig == SIGTTIN || sig == SIGTTOU;
}

int supervise_begin(struct supervise *ret)
{
	sigset_t taken;
	sigset_t saved;

	sigemptyset(&taken);
	for (int sig = 1; sig <= SIGRTMAX; sig++)
		if (is_taken(sig))
			sigaddset(&taken, sig); /* refuses the C library's own signals, which is right */
	/* An ignored SIGCHLD, inherited, would let children vanish unseen. */
	if (signal(SIGCHLD, SIG_DFL) == SIG_ERR || sigprocmask(SIG_BLOCK, &taken, &saved) < 0)
		return -errno;

	int fd = signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK);

	if (fd < 0) {
		int err = -errno;

		sigprocmask(SIG_SETMASK, &saved, NULL);
		return err;
	}
	*ret = (struct supervise){.sigfd = fd, .saved = saved};
	return 0;
}

void supervise_child(const struct supervise *s)
{
	sigprocmask(SIG_SETMASK, &s->saved, NULL);
}

void supervise_end(struct supervise *s)
{
	close(s->sigfd);
	s->sigfd = -1;
	sigprocmask(SIG_SETMASK, &s->saved, NULL);
}

bool supervise_next(const struct supervise *s, struct supervise_signal *ret)
{
	struct signalfd_siginfo si;

	if (read(s->sigfd, &si, sizeof(si)) != sizeof(si))
		return false;
	*ret = (struct supervise_signal){.signo = (int)si.ssi_signo, .from_kernel = si.ssi_code == SI_KERNEL};
	return true;
}

/* A child in the terminal's foreground process group got what the kernel sent to all of it. */
static void pass_on(const struct supervise *s, pid_t pid)
{
	struct supervise_signal sig;

	while (supervise_next(s, &sig))
		/* The child is not reaped yet, so its PID is its own; when it is a zombie the signal is lost with it. */
		if (!s->deaf && !is_ours(sig.signo) && (s->apart || !sig.from_kernel))
			kill(pid, sig.signo);
}

void supervise_stop_self(int sig)
{
	sigset_t one, before;

	sigemptyset(&one);
	sigaddset(&one, sig);
	sigprocmask(SIG_UNBLOCK, &one, &before);
	raise(sig);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

int supervise_exit_status(int wait_status)
{
	if (WIFSIGNALED(wait_status))
		return 128 + WTERMSIG(wait_status);
	return WEXITSTATUS(wait_status);
}

/* 1 when the child has ended, 0 when not, or a negative errno. */
static int reap(pid_t pid, int *ret_status)
{
	for (;;) {
		int status;
		pid_t got = waitpid(pid, &status, WUNTRACED | WNOHANG);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? -errno : 0;
		if (!WIFSTOPPED(status)) {
			*ret_status = status;
			return 1;
		}
		supervise_stop_self(WSTOPSIG(status));
		kill(pid, SIGCONT);
	}
}

int supervise_wait(const struct supervise *s, pid_t pid, int *ret_status)
{
	struct pollfd pfd = {.fd = s->sigfd, .events = POLLIN};

	for (;;) {
		int done = reap(pid, ret_status);

		if (done)
			return done < 0 ? done : 0;
		if (poll(&pfd, 1, -1) < 0 && errno != EINTR)
			return -errno;
		pass_on(s, pid);
	}
}
