/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_EXEC_FORBID_H
#define NSVIEW_EXEC_FORBID_H

#include "exec/run_plan.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Why the kernel refused a step of a run. Its answer is an errno; what is behind it are limits, settings
 * and circumstances, which are looked up after the fact.
 */

/* A setting that this machine does not have, or a limit that cannot be read. */
#define FORBID_UNKNOWN (-1)

struct forbid_facts {
	uint32_t uid;
	bool initial_user;             /* we are in the machine's first user namespace */
	bool unmapped;                 /* our UID or GID has no place in our user namespace */
	bool chrooted;                 /* our root is not the root of our mount namespace */
	bool seccomp;                  /* a filter is at work on our system calls */
	bool admin;                    /* CAP_SYS_ADMIN in our user namespace */
	unsigned pid_levels;           /* PID namespaces that we are in, as far as /proc tells */
	int64_t limits[NS_TYPE_COUNT]; /* user.max_*_namespaces of our user namespace */
	int probe[NS_TYPE_COUNT];      /* what making one of that type alone said: 0 or a negative errno */
	uint32_t lacking;              /* types that the kernel does not have */
	int64_t unprivileged_clone;    /* kernel.unprivileged_userns_clone */
	int64_t apparmor;              /* kernel.apparmor_restrict_unprivileged_userns */
};

/**
 * Look the facts up, after a step failed; a child tries each type that the plan makes. When nsview has left the
 * namespaces that it came from, what it finds about them would be wrong, and is left out.
 */
void forbid_read(const struct run_plan *p, const struct run_step *step, struct forbid_facts *ret);

/**
 * Why a step failed, and what would help: a clause without a full stop, in the arena or static.
 * NULL when the errno says all that there is to say. Pure.
 */
const char *forbid_explain(const struct run_plan *p, const struct run_step *step, int err, const struct forbid_facts *f,
			   struct arena *a);

#endif
