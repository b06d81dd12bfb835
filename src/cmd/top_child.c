/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/top.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/*
 * top has threads, and who goes inside must have one: entering is a process of its own. Between
 * fork and exec there are async-signal-safe calls only.
 */

enum { GRACE_MS = 300 };

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

/* Our handlers must not run in a child: what they say would be of the wrong process. */
static pid_t fork_without_signals(void)
{
	sigset_t before;
	pid_t pid;

	signals_block(&before);
	pid = fork();
	if (pid == 0)
		child_signals();
	else
		sigprocmask(SIG_SETMASK, &before, NULL);
	return pid;
}

static _Noreturn void child_exec(char *const argv[])
{
	static const char why[] = "nsview: cannot start itself once more: /proc/self/exe cannot be executed\n";
	ssize_t ignored;

	execv("/proc/self/exe", argv);
	ignored = write(STDERR_FILENO, why, sizeof(why) - 1);
	(void)ignored;
	_exit(127);
}

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

/* Whether it has ended. When it is stopped, so are we: the shell that started us sees its job stop. */
static bool reap(pid_t pid, int *status)
{
	pid_t got;

	while ((got = waitpid(pid, status, WUNTRACED | WNOHANG)) == pid) {
		if (!WIFSTOPPED(*status))
			return true;
		if (!signals_ending())
			kill(getpid(), SIGSTOP);
		kill(pid, SIGCONT);
	}
	if (got == 0 || errno == EINTR)
		return false;
	*status = 125 << 8;
	return true;
}

/* SIGCHLD is among what wakes us. */
static bool ended_within(pid_t pid, uint64_t ms, int *status)
{
	uint64_t until = now_ms() + ms, now;

	for (;;) {
		struct pollfd fd = {.fd = signals_fd(), .events = POLLIN};

		if (reap(pid, status))
			return true;
		now = now_ms();
		if (now >= until)
			return false;
		poll(&fd, 1, (int)(until - now));
		while (signals_next())
			;
	}
}

/* A shell at its prompt heeds no SIGTERM, but hangs up. */
static int end_child(pid_t pid, int sig)
{
	const int ways[] = {sig, SIGHUP, SIGKILL};
	int status = SIGKILL;

	signals_more_time();
	for (size_t i = sig == SIGHUP; i < sizeof(ways) / sizeof(ways[0]); i++) {
		kill(pid, ways[i]); /* not waited for yet: the PID is its own */
		if (ended_within(pid, GRACE_MS, &status))
			break;
	}
	return status;
}

/* Asked for no events, poll(2) still tells that a terminal is gone. */
static int wait_for(pid_t pid)
{
	int status;

	for (;;) {
		struct pollfd fds[] = {{.fd = signals_fd(), .events = POLLIN}, {.fd = STDIN_FILENO}};

		if (reap(pid, &status))
			return status;
		poll(fds, 2, -1);
		while (signals_next())
			;
		if (signals_ending() || fds[1].revents)
			return end_child(pid, signals_ending() ? signals_ending() : SIGHUP);
	}
}

static pid_t start_enter(const char *target, const int told[2])
{
	char number[16];
	char *const argv[] = {
		(char *)"nsview", (char *)"enter", (char *)"--started-fd", number, (char *)target, NULL};
	pid_t pid;

	snprintf(number, sizeof(number), "%d", told[1]);
	pid = fork_without_signals();
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
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void child_show_start(struct child_show *c, const char *target)
{
	char *const argv[] = {(char *)"nsview", (char *)"show", (char *)target, NULL};
	int p[2], null;
	pid_t pid;

	if (c->fd >= 0 || pipe2(p, O_CLOEXEC) < 0)
		return;
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	pid = fork_without_signals();
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
