/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/top.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * top has threads, and who goes inside must have one: entering is a process of its own. Between
 * fork and exec there are async-signal-safe calls only.
 */

/* Signals as a program expects them. */
static void child_signals(void)
{
	struct sigaction standard = {.sa_handler = SIG_DFL};
	sigset_t none;

	sigemptyset(&none);
	for (int sig = 1; sig < NSIG; sig++)
		sigaction(sig, &standard, NULL);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void child_exec(char *const argv[])
{
	static const char why[] = "nsview: cannot start itself once more: /proc/self/exe cannot be executed\n";
	ssize_t ignored;

	child_signals();
	execv("/proc/self/exe", argv);
	ignored = write(STDERR_FILENO, why, sizeof(why) - 1);
	(void)ignored;
	_exit(127);
}

/* When it is stopped, so are we: the shell that started us sees its job stop. */
static int wait_for(pid_t pid)
{
	int status;

	for (;;) {
		if (waitpid(pid, &status, WUNTRACED) < 0) {
			if (errno == EINTR)
				continue;
			return 125;
		}
		if (!WIFSTOPPED(status))
			break;
		kill(getpid(), SIGSTOP);
		kill(pid, SIGCONT);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static pid_t start_enter(const char *target, const int told[2])
{
	char number[16];
	char *const argv[] = {
		(char *)"nsview", (char *)"enter", (char *)"--started-fd", number, (char *)target, NULL};
	pid_t pid;

	snprintf(number, sizeof(number), "%d", told[1]);
	pid = fork();
	if (pid == 0) {
		fcntl(told[1], F_SETFD, 0);
		child_exec(argv);
	}
	return pid < 0 ? -errno : pid;
}

int child_enter(const char *target, bool *entered)
{
	int told[2], status;
	pid_t pid;
	char byte;

	*entered = false;
	if (pipe2(told, O_CLOEXEC | O_NONBLOCK) < 0)
		return -errno;
	pid = start_enter(target, told);
	close(told[1]);
	if (pid < 0) {
		close(told[0]);
		return pid;
	}
	status = wait_for(pid);
	*entered = read(told[0], &byte, 1) == 1;
	close(told[0]);
	return status;
}

void child_show_start(struct child_show *c, const char *target)
{
	char *const argv[] = {(char *)"nsview", (char *)"show", (char *)target, NULL};
	int p[2], null;
	pid_t pid;

	if (c->fd >= 0 || pipe2(p, O_CLOEXEC) < 0)
		return;
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	pid = fork();
	if (pid == 0) {
		dup2(null, STDIN_FILENO);
		dup2(p[1], STDOUT_FILENO);
		dup2(p[1], STDERR_FILENO);
		child_exec(argv);
	}
	close(p[1]);
	if (null >= 0)
		close(null);
	if (pid < 0) {
		close(p[0]);
		return;
	}
	fcntl(p[0], F_SETFL, O_NONBLOCK);
	c->fd = p[0];
	c->pid = pid;
	c->len = 0;
	snprintf(c->target, sizeof(c->target), "%s", target);
}

void child_show_stop(struct child_show *c)
{
	if (c->fd < 0)
		return;
	kill(c->pid, SIGKILL); /* ours, and not waited for yet: the PID is still its own */
	close(c->fd);
	c->fd = -1;
	while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR)
		;
}

bool child_show_read(struct child_show *c)
{
	ssize_t n = read(c->fd, c->text + c->len, sizeof(c->text) - 1 - c->len);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	c->len += n > 0 ? (size_t)n : 0;
	if (n > 0 && c->len < sizeof(c->text) - 1)
		return false;
	c->text[c->len] = '\0';
	child_show_stop(c);
	return true;
}
