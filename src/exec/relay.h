/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_EXEC_RELAY_H
#define NSVIEW_EXEC_RELAY_H

#include "exec/launch.h"
#include "exec/pty.h"
#include "exec/supervise.h"

#include <stdbool.h>
#include <sys/types.h>

/** nsview at the caller's terminal while a command runs on a pseudo-terminal: see monitor.h. */
struct relay {
	const struct supervise *sup;
	struct term *term;
	int sock;         /* to the monitor; owned, closed on return */
	pid_t monitor;    /* a direct child, reaped on return */
	bool settled;     /* the pseudo-terminal has the terminal's settings; else it gets them in the foreground */
	bool interactive; /* take every key whenever in the foreground; else when the command asks for the terminal */
};

/**
 * Whether a command is to have the terminal when nsview has it: nothing suggests a pipeline whose other
 * end uses the terminal.
 */
bool relay_is_interactive(void);

/**
 * Carry bytes, signals, stops and sizes until the command ends. The terminal is as it was on return.
 * 0 and the command's wait status; 1 and *why when it could not be started; or a negative errno.
 */
int relay_run(struct relay *r, int *ret_status, struct launch_failure *why);

#endif
