/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/monitor.h"

#include "nsview/fd.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int monitor_send(int sock, struct monitor_msg m, int fd)
{
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct iovec iov = {.iov_base = &m, .iov_len = sizeof(m)};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
	ssize_t n;

	if (fd >= 0) {
		msg.msg_control = control.buf;
		msg.msg_controllen = sizeof(control.buf);
		struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	}
	do
		n = sendmsg(sock, &msg, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

int monitor_recv(int sock, struct monitor_msg *m, int *fd)
{
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct iovec iov = {.iov_base = m, .iov_len = sizeof(*m)};
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.buf, .msg_controllen = sizeof(control.buf)};
	const struct cmsghdr *c;
	ssize_t n;

	do
		n = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	*fd = -1;
	if (n <= 0)
		return n < 0 ? -errno : 0;
	c = CMSG_FIRSTHDR(&msg);
	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
		memcpy(fd, CMSG_DATA(c), sizeof(*fd));
	return n == sizeof(*m) ? 1 : -EBADMSG;
}

int monitor_own_tty(int slave)
{
	return ioctl(slave, TIOCSCTTY, 0) < 0 ? -errno : 0;
}

/*
 * Move the pseudo-terminal between the command and the monitor, who never reads it. Once the command has
 * it, it may have passed it on to a job of its own: then it stays there.
 */
static void own(const struct monitor_child *c, bool command)
{
	/* SIGTTOU is blocked, so this works from the background as well. */
	if (!command)
		tcsetpgrp(c->pty.slave, getpgrp());
	else if (tcgetpgrp(c->pty.slave) == getpgrp())
		tcsetpgrp(c->pty.slave, getpgid(c->pid));
}

/* As if typed: to those in the foreground of the pseudo-terminal, else to the command. */
static void press(const struct monitor_child *c, int sig)
{
	pid_t group = tcgetpgrp(c->pty.slave);

	if (group > 0 && group != getpgrp())
		kill(-group, sig);
	else
		kill(-getpgid(c->pid), sig);
}

/* The whole job is stopped, so the whole job is continued; a shell in it has stopped for itself alone. */
static void resume(const struct monitor_child *c, bool command)
{
	own(c, command);
	kill(-getpgid(c->pid), SIGCONT);
}

static void obey(const struct monitor_child *c, struct monitor_msg m)
{
	switch (m.op) {
	case MONITOR_SIGNAL:
		kill(c->pid, m.arg);
		break;
	case MONITOR_KEY:
		press(c, m.arg);
		break;
	case MONITOR_CONTINUE:
		resume(c, m.arg);
		break;
	case MONITOR_FOREGROUND:
		own(c, true);
		break;
	default:
		break;
	}
}

/* What became of the command: true when it has ended. */
static bool report(const struct monitor_child *c, int sock)
{
	int status;

	while (waitpid(c->pid, &status, WUNTRACED | WNOHANG) == c->pid) {
		if (!WIFSTOPPED(status)) {
			monitor_send(sock, (struct monitor_msg){.op = MONITOR_ENDED, .arg = status}, -1);
			return true;
		}
		monitor_send(sock, (struct monitor_msg){.op = MONITOR_STOPPED, .arg = WSTOPSIG(status)}, -1);
	}
	return false;
}

/* Without a relay there is no terminal any more. */
static _Noreturn void hang_up(const struct monitor_child *c)
{
	kill(-getpgid(c->pid), SIGHUP);
	kill(-getpgid(c->pid), SIGCONT);
	_exit(LAUNCH_TROUBLE);
}

static void watch(const struct monitor *m, const struct monitor_child *c, int sock)
{
	struct pollfd fds[] = {{.fd = sock, .events = POLLIN}, {.fd = m->sup->sigfd, .events = POLLIN}};

	while (!report(c, sock)) {
		struct supervise_signal sig;
		struct monitor_msg msg;
		int fd;

		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			hang_up(c);
		while (fds[1].revents && supervise_next(m->sup, &sig))
			; /* a child changed; what else comes is not meant for the monitor */
		if (!fds[0].revents)
			continue;
		if (monitor_recv(sock, &msg, &fd) <= 0)
			hang_up(c);
		if (fd >= 0)
			close(fd);
		obey(c, msg);
	}
}

/*
 * When a session's leader ends, its terminal is hung up, and what the relay has not read yet could be
 * lost with it. So the relay says when it has everything, by closing its end.
 */
static _Noreturn void leave(struct monitor_child *c, int sock)
{
	struct monitor_msg msg;
	int fd;

	pty_close(&c->pty); /* the relay reads an end when nobody else has it open */
	while (monitor_recv(sock, &msg, &fd) > 0)
		if (fd >= 0)
			close(fd);
	_exit(0);
}

_Noreturn void monitor_run(const struct monitor *m, int sock)
{
	struct monitor_child c = {.pty = {.master = -1, .slave = -1}};
	struct launch_failure why = {.step = -1};
	int err = setsid() < 0 ? -errno : m->spawn(m->ctx, &c, &why);

	if (err) {
		if (err < 0)
			why = (struct launch_failure){.step = -1, .err = err};
		monitor_send(sock, (struct monitor_msg){.op = MONITOR_FAILED, .arg = why.step, .err = why.err}, -1);
		_exit(LAUNCH_TROUBLE);
	}
	err = monitor_send(sock, (struct monitor_msg){.op = MONITOR_STARTED}, c.pty.master);
	if (err < 0)
		hang_up(&c);
	close(c.pty.master);
	c.pty.master = -1;
	watch(m, &c, sock);
	leave(&c, sock);
}
