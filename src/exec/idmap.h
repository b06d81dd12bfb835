/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_EXEC_IDMAP_H
#define NSVIEW_EXEC_IDMAP_H

#include "exec/run_plan.h"
#include "exec/trace.h"

#include <stdbool.h>
#include <sys/types.h>

/** Which of the two maps. */
enum idmap_kind { IDMAP_UID, IDMAP_GID };

/**
 * Write the map of the user namespace that a process (an unreaped child, or ourselves) is in, which must not have one yet.
 * With helper, newuidmap(1) or newgidmap(1) does it.
 *
 * 0 or a negative errno: -EPERM also when the helper refused (it says why on stderr itself).
 */
int idmap_write(const struct trace *t, pid_t pid, enum idmap_kind kind, const struct run_extents *map, bool helper);

/** Give setgroups(2) up in the user namespace that a process is in. 0 or a negative errno. */
int idmap_deny_setgroups(const struct trace *t, pid_t pid);

/** Where newuidmap(1) or newgidmap(1) is; NULL when it is not there. */
const char *idmap_helper(enum idmap_kind kind);

/** Look up what the caller may do and map. 0, or -ENOMEM. */
int run_world_read(struct run_world *ret);

#endif
