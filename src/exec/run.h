/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_EXEC_RUN_H
#define NSVIEW_EXEC_RUN_H

#include "exec/launch.h"
#include "exec/run_plan.h"

#include <stdbool.h>

/** A plan and what it is to be done with. All borrowed. */
struct run_job {
	const struct run_plan *plan;
	const struct launch_cmd *cmd;
	int trace_fd; /* where to tell what happens; -1: nowhere */
	bool forward; /* pass signals that nsview gets on to the child */
	bool pty;     /* give the command a pseudo-terminal if nsview is on a terminal (not with unshare) */
};

struct run_result {
	const struct run_step *failed; /* the step that did; NULL: the command ran */
	bool early;                    /* … or rather what had to be prepared before it */
	int err;                       /* why: negative errno */
	int status;                    /* the exit status: the command's, 128+N, or what the failure stands for */
};

/**
 * Do what a plan says. Single-threaded callers only. Without a child (unshare) it returns only when something
 * failed; this process may then be in some of the new namespaces. What was bind-mounted before a failure is
 * unmounted again.
 */
void run_go(const struct run_job *job, struct run_result *ret);

#endif
