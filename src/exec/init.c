/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/init.h"

#include "exec/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Reap whoever is dead. Whether the command, and then its status, is among them. */
static bool reap(const struct trace *t, pid_t command, bool restless, int *status)
{
	bool ended = false;
	pid_t pid;
	int st;

	while ((pid = waitpid(-1, &st, WNOHANG | (restless ? WUNTRACED : 0))) > 0) {
		if (WIFSTOPPED(st)) {
			kill(pid, SIGCONT);
			continue;
		}
		trace_call(t, pid, "waitpid(-1)");
		if (pid == command) {
			*status = st;
			ended = true;
		}
	}
	return ended;
}

/*
 * Signals of the terminal (si_code SI_KERNEL) reach the command by themselves: it is in the same process group.
 * Blocked signals wait for sigwaitinfo(2) even in an init, for whom ignored ones are dropped.
 */
_Noreturn static void serve(const struct trace *t, pid_t command, bool restless)
{
	sigset_t all;

	sigfillset(&all);
	for (;;) {
		siginfo_t info;
		int status = 0, sig = sigwaitinfo(&all, &info);

		if (sig == SIGCHLD) {
			if (reap(t, command, restless, &status))
				_exit(supervise_exit_status(status));
		} else if (sig > 0 && info.si_code != SI_KERNEL) {
			trace_call(t, kill(command, sig) < 0 ? -errno : 0, "kill(%d, %d)", (int)command, sig);
		}
	}
}

/*
 * What the init has of the caller's is nobody's business inside. The strings of the environment lie where the
 * kernel put them at exec(2), and there /proc shows them.
 */
static void forget(const struct trace *t)
{
	for (char **e = environ; e && *e; e++)
		explicit_bzero(*e, strlen(*e));
	launch_close_but(&t->fd, 1);
}

/* The init holds the writing end until it has closed everything. */
static void wait_for_init(int gate[2])
{
	char c;

	close(gate[1]);
	while (read(gate[0], &c, 1) < 0 && errno == EINTR)
		;
	close(gate[0]);
}

int init_begin(struct trace *t, const sigset_t *saved, bool restless)
{
	sigset_t all;
	int gate[2];
	pid_t pid;

	if (pipe2(gate, O_CLOEXEC) < 0)
		return -errno;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0) {
		wait_for_init(gate);
		sigprocmask(SIG_SETMASK, saved, NULL);
		t->side = "child";
		trace_birth(t);
		return 0;
	}
	t->side = "init";
	trace_call(t, pid, "fork()");
	forget(t);
	serve(t, pid, restless);
}
