/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_EXEC_MONITOR_H
#define NSVIEW_EXEC_MONITOR_H

#include "exec/launch.h"
#include "exec/pty.h"
#include "exec/supervise.h"

#include <sys/types.h>

/*
 * Three processes make a command on a pseudo-terminal:
 *
 *   relay    nsview itself, at the caller's terminal: carries bytes, takes signals, stops with the command
 *   monitor  its child: leads the session of the pseudo-terminal and is the command's parent, so that the
 *            command's process group is no orphan and ^Z stops it; stays outside of all that is joined
 *   command  in a process group of its own
 *
 * Relay and monitor talk over a SOCK_SEQPACKET pair in messages of this kind.
 */
enum monitor_op {
	/* relay to monitor */
	MONITOR_SIGNAL,  /* arg: signal for the command */
	MONITOR_KEY,     /* arg: signal for the foreground group of the pseudo-terminal, as if typed */
	MONITOR_CONTINUE, /* arg: whether the command owns the pseudo-terminal from now on */
	MONITOR_FOREGROUND, /* the command owns the pseudo-terminal from now on */
	/* monitor to relay */
	MONITOR_STARTED, /* carries the master; the command runs */
	MONITOR_FAILED,  /* arg: step, err: what failed before the command ran; nothing follows */
	MONITOR_STOPPED, /* arg: the signal that stopped it */
	MONITOR_ENDED,   /* arg: wait status; nothing follows */
};

struct monitor_msg {
	int op;
	int arg;
	int err;
};

/** What a spawn makes: the command as a direct child, about to run or running, and its terminal. */
struct monitor_child {
	pid_t pid;
	struct pty pty; /* owned by the receiver */
};

struct monitor {
	/*
	 * Start the command in the session of the caller, who leads it and has taken ret->pty.slave for its
	 * controlling terminal by monitor_own_tty() before that fork; in a process group of its own, which has the
	 * terminal when it is to be in the foreground. 0; 1 and *why; or a negative errno.
	 */
	int (*spawn)(void *ctx, struct monitor_child *ret, struct launch_failure *why);
	void *ctx;
	const struct supervise *sup;
};

/**
 * Be the monitor: run in a child of the relay until the command has ended and the relay has closed its
 * end of sock. Ends the process.
 */
_Noreturn void monitor_run(const struct monitor *m, int sock);

/** Take a pseudo-terminal for the controlling one of the session that the caller leads. 0 or a negative errno. */
int monitor_own_tty(int slave);

/** Send a message, with a descriptor when fd >= 0. 0 or a negative errno; never SIGPIPE. */
int monitor_send(int sock, struct monitor_msg m, int fd);

/**
 * Receive a message; *fd gets a descriptor that the caller owns, or -1. 1, 0 when the other side has
 * closed, or a negative errno.
 */
int monitor_recv(int sock, struct monitor_msg *m, int *fd);

#endif
