/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_EXEC_INSIDE_H
#define NSVIEW_EXEC_INSIDE_H

#include "exec/run.h"
#include "exec/trace.h"

#include <signal.h>

/** The process that becomes the command, in its new namespaces. */
struct inside {
	const struct run_job *job;
	struct trace trace;
	sigset_t mask;  /* that the command gets */
	uint64_t left;  /* CLONE_NEW* that the child could not begin in */
	int gate;       /* borrowed: closed at the other end when the parent dies; -1 without a parent */
	int fault;      /* borrowed: to report on; an init does not keep it open */
	int root;       /* owned: the new root's directory, or -1 */
};

/** The steps that come before those of the process outside. 0, or a negative errno with the step in *failed. */
int inside_first(struct inside *in, const struct run_step **failed);

/** All other steps. Returns only when one failed: a negative errno with the step in *failed. */
int inside_become(struct inside *in, const struct run_step **failed);

/** Take effective IDs, for what is created next to belong to them. 0 or a negative errno. */
int inside_own(const struct trace *t, uint32_t uid, uint32_t gid);

#endif
