/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_EXEC_ENTER_PIN_H
#define NSVIEW_EXEC_ENTER_PIN_H

#include "exec/enter_plan.h"
#include "nsview/fail.h"

#include <stdint.h>

/** Descriptors of all that may be joined, opened before anything is. Each is owned, or -1. */
struct enter_handles {
	int pidfd;
	int procfd;            /* /proc/PID */
	int ns[NS_TYPE_COUNT];
	int root, wd;
};

/** Whom to enter. */
struct enter_request {
	int32_t pid;    /* 0: nobody, files alone */
	uint64_t start; /* its start time as it was seen before (field 22 of /proc/PID/stat), 0 when it wasn't */
	int files[NS_TYPE_COUNT]; /* borrowed descriptors of namespaces to be joined in place of the target's, or -1 */
	int net_socket;   /* -1, or the target's descriptor of a socket whose network namespace is meant */
	bool user_parent; /* the user namespace is the one that owns … */
	unsigned types;   /* … the user namespace when it is among these, else the first of these */
};

void enter_handles_init(struct enter_handles *h);
void enter_handles_done(struct enter_handles *h);

/**
 * Pin the target, open its namespaces and learn what a plan needs to know of them. A namespace that
 * can't be opened is a fact (facts->ns[].err) and no failure.
 * 0, or a negative errno and *why:
 *   -ESRCH there is no such process, or no longer; -EINVAL it is a thread; -EXDEV /proc shows another
 *   PID namespace than ours; and those of pidfd_getfd(2) and the nsfs ioctls for sockets and parents.
 * handles keeps what was opened in either case.
 */
int enter_pin(const struct enter_request *req, struct enter_handles *h, struct enter_facts *facts, struct fail *why);

/** Whether the pinned process is still there (a zombie is). */
bool enter_pin_alive(const struct enter_handles *h);

/** kernel.yama.ptrace_scope, which decides who may take a socket from another process; -1 without Yama. */
int enter_yama_scope(void);


#endif
