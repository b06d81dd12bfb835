/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_EXEC_RUN_START_H
#define NSVIEW_EXEC_RUN_START_H

#include "exec/launch.h"
#include "exec/outside.h"
#include "exec/pty.h"
#include "exec/run.h"
#include "exec/supervise.h"
#include "exec/trace.h"

#include <stdbool.h>
#include <sys/types.h>

/*
 * The processes of a run and how they wait for each other:
 *
 *   clone3:   parent ──── child (──── its command, when it is an init)
 *   unshare:  helper, nsview ──── child, only where a PID namespace asks for one
 *
 * A child says when it is ready (its clocks are set) and waits until the process outside has written the maps
 * and made the bind mounts. From then on it is on its own; the parent waits until it runs its command.
 * With a pseudo-terminal the parent is a monitor, and nsview the relay before it: see monitor.h.
 */
struct run {
	const struct run_job *job;
	const struct run_plan *plan;
	struct trace trace;
	struct outside outside;
	struct supervise sup;
	const struct term *term; /* the caller's terminal; NULL without a pseudo-terminal */
	struct launch_pipe fault;
	int gate[2]; /* parent's end, child's end */
	int slave;   /* of the command's pseudo-terminal, or -1 */
	bool foreground; /* the command has the terminal from the beginning */
	struct run_result *ret;
};

/** The first step that does this; NULL when none does. */
const struct run_step *run_find(const struct run_plan *p, enum run_do what);

/** Which one of the steps it is. */
int run_index(const struct run_plan *p, const struct run_step *s);

/** Set the result: a step failed. */
void run_failed(struct run *r, const struct run_step *step, int err);

/** The same for what is prepared before the first step. */
void run_failed_early(struct run *r, int err);

/** Take the effective IDs that shall own the user namespace, if any were asked for. 0 or a negative errno. */
int run_own(struct run *r);

/**
 * Start a child and see it off: it begins in the new namespaces, maps are written, it sets its world up.
 * Its PID when it runs its command; else a negative errno, and the result is set.
 */
pid_t run_start(struct run *r);

#endif
