/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_EXEC_CGROUP_JOIN_H
#define NSVIEW_EXEC_CGROUP_JOIN_H

#include "nsview/fail.h"

#include <stddef.h>

/* The kernel has fewer hierarchies than that: one for each controller, and named ones. */
#define CGROUP_MAX 24

/** Files in which a process writes 0 to become a member of another one's cgroups. */
struct cgroup_files {
	int fds[CGROUP_MAX]; /* owned */
	size_t n;
};

/**
 * Open the cgroups of the process whose /proc/PID is procfd, in every hierarchy that is mounted here.
 * 0, or a negative errno and *why: -EXDEV when one lies above our own cgroup namespace.
 */
int cgroup_open(int procfd, struct cgroup_files *ret, struct fail *why);

/** Become a member. Safe between fork and exec. 0 or a negative errno. */
int cgroup_join(const struct cgroup_files *c);

void cgroup_close(struct cgroup_files *c);

#endif
