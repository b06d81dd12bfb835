/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_EXEC_CLONE_H
#define NSVIEW_EXEC_CLONE_H

#include "exec/trace.h"

#include <stdint.h>
#include <sys/types.h>

/**
 * Make a child in new namespaces by clone3(2), or by clone(2) where there is no clone3 (before Linux 5.3,
 * and where a seccomp filter hides it).
 *
 * Like fork(2) it returns twice. In the parent: the child's PID or a negative errno; in the child: 0.
 * *left has the flags that were not used: clone(2) cannot make a time namespace.
 */
pid_t clone_child(const struct trace *t, uint64_t flags, uint64_t *left);

/** Move to new namespaces by unshare(2). 0 or a negative errno. */
int clone_unshare(const struct trace *t, uint64_t flags);

/**
 * Make a time namespace, set its clocks (NULL: leave them) and join it. In a single-threaded process only.
 * 0 or a negative errno.
 */
int clone_time(const struct trace *t, const int64_t *monotonic, const int64_t *boottime);

#endif
