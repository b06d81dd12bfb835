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

static _Noreturn void child_exec(const char *command, const char *target)
{
	char *const argv[] = {(char *)"nsview", (char *)command, (char *)target, NULL};

	child_signals();
	execv("/proc/self/exe", argv);
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

int child_enter(const char *target)
{
	pid_t pid = fork();

	if (pid == 0)
		child_exec("enter", target);
	return pid < 0 ? 125 : wait_for(pid);
}

void child_show_start(struct child_show *c, const char *target)
{
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
		child_exec("show", target);
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
