/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_EXEC_MAPPING_H
#define NSVIEW_EXEC_MAPPING_H

#include "exec/run_plan.h"
#include "exec/trace.h"

#include <stdbool.h>
#include <sys/types.h>

/** Which of the two maps. */
enum mapping_kind { MAPPING_UID, MAPPING_GID };

/**
 * Write the map of the user namespace that a process (an unreaped child, or ourselves) is in, which must not have one yet.
 * With helper, newuidmap(1) or newgidmap(1) does it.
 *
 * 0 or a negative errno: -EPERM also when the helper refused (it says why on stderr itself).
 */
int mapping_write(const struct trace *t, pid_t pid, enum mapping_kind kind, const struct run_extents *map, bool helper);

/** Give setgroups(2) up in the user namespace that a process is in. 0 or a negative errno. */
int mapping_deny_setgroups(const struct trace *t, pid_t pid);

/** Where newuidmap(1) or newgidmap(1) is; NULL when it is not there. */
const char *mapping_helper(enum mapping_kind kind);

#endif
