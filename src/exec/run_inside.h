/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_EXEC_RUN_INSIDE_H
#define NSVIEW_EXEC_RUN_INSIDE_H

#include "exec/run.h"
#include "exec/trace.h"

#include <signal.h>
#include <stdbool.h>

/** The process that becomes the command, in its new namespaces. */
struct run_inside {
	const struct run_job *job;
	struct trace trace;
	sigset_t mask;  /* that the command gets */
	uint64_t left;  /* CLONE_NEW* that the child could not begin in */
	int gate;       /* borrowed: closed at the other end when the parent dies; -1 without a parent */
	int fault;      /* borrowed: to report on; -1 without a parent */
	bool on_pty;    /* the command has a pseudo-terminal of its own */
	int root;       /* owned: the new root's directory, or -1 */
	int helper;     /* borrowed: to a process outside that may have to undo something, or -1 */
};

/** The steps that come before those of the process outside. 0, or a negative errno with the step in *failed. */
int run_inside_first(struct run_inside *in, const struct run_step **failed);

/** All other steps. Returns only when one failed: a negative errno with the step in *failed. */
int run_inside_become(struct run_inside *in, const struct run_step **failed);

/** Take effective IDs, for what is created next to belong to them. 0 or a negative errno. */
int run_inside_own(const struct trace *t, uint32_t uid, uint32_t gid);

#endif
