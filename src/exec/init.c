/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/init.h"

#include <errno.h>
#include <signal.h>
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

int init_begin(struct trace *t, const sigset_t *saved, int close_fd, bool restless)
{
	sigset_t all;
	pid_t pid;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0) {
		sigprocmask(SIG_SETMASK, saved, NULL);
		t->side = "child";
		trace_birth(t);
		return 0;
	}
	t->side = "init";
	close(close_fd);
	serve(t, pid, restless);
}
