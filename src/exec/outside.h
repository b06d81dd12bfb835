/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_EXEC_OUTSIDE_H
#define NSVIEW_EXEC_OUTSIDE_H

#include "exec/run_plan.h"
#include "exec/trace.h"

#include <stdbool.h>
#include <sys/types.h>

/*
 * What has to be done to new namespaces from the old ones: maps are written with the rights that one has
 * there, and bind mounts made where the others see them. After clone3(2) the parent is outside; a process
 * that moves itself by unshare(2) leaves a helper behind.
 */
struct outside {
	const struct run_plan *plan;
	struct trace trace;
	bool helper;  /* a helper does it, not this process */
	int fd;       /* owned: to the helper; -1 without one */
	bool made[RUN_STEPS_MAX]; /* whether a step made the file that it bound to */
};

/** Begin; with helped a helper is forked if there is anything to do. 0 or a negative errno. */
int outside_begin(const struct run_plan *plan, const struct trace *t, bool helped, struct outside *ret);

/**
 * Do the steps to the namespaces of a process. 0, or a negative errno with the step in *failed and
 * what was already bound unbound again.
 */
int outside_do(struct outside *o, pid_t pid, const struct run_step **failed);

/** Unbind what outside_do() bound: the command did not come to run. */
void outside_undo(struct outside *o);

/** End: the helper does as well, as it also does at exec(2). */
void outside_end(struct outside *o);

#endif
