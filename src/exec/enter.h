/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_EXEC_ENTER_H
#define NSVIEW_EXEC_ENTER_H

#include "exec/cgroup_join.h"
#include "exec/enter_pin.h"
#include "exec/enter_plan.h"
#include "exec/launch.h"

/** All that it takes to walk a plan. */
struct enter_job {
	const struct enter_plan *plan;
	const struct enter_wish *wish;
	const struct enter_facts *facts;
	struct enter_handles *handles; /* closed as soon as the command runs: nsview must not keep alive what it entered */
	struct cgroup_files *cgroups;  /* closed likewise */
	const char *wd_inside;         /* the path of ENTER_DIR_INSIDE */
	int started_fd;                /* borrowed: a newline is written there when the command was executed; -1: nobody asks */
	struct launch_cmd cmd;
};

/** What a step of ENTER_CREDS was doing. */
enum enter_creds_part {
	ENTER_CREDS_IDS, /* reading the target's ids */
	ENTER_CREDS_GROUPS,
	ENTER_CREDS_GID,
	ENTER_CREDS_UID,
	ENTER_CREDS_CAPS,
};

/** Which step of the plan failed, and where in it. */
struct enter_failure {
	size_t step;
	int part; /* of a join: the type, or -1 for all; of ENTER_CREDS: enum enter_creds_part; else -1 */
	int err;
};

/**
 * Walk the plan in a child, run the command there, and be its supervisor until it ends.
 * 0 and the command's exit status; 1 and *why when a step failed; or a negative errno of nsview's own.
 * The process must have one thread, and should run from a sealed copy (seal_self).
 */
int enter_run(const struct enter_job *job, int *ret_exit, struct enter_failure *why);

/** Walk the plan in this very process and become the command. Returns on failure only: *why says of what, and half the way is gone. */
void enter_become(const struct enter_job *job, struct enter_failure *why);

#endif
