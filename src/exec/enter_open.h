/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_EXEC_ENTER_OPEN_H
#define NSVIEW_EXEC_ENTER_OPEN_H

#include "exec/enter_pin.h"
#include "exec/enter_plan.h"
#include "nsview/arena.h"
#include "nsview/fail.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What is opened or read outside before anything is joined, apart from the namespaces. */

/** Open the directories that are to be root and working directory; the paths are those of ENTER_DIR_PATH. */
int enter_open_dirs(struct enter_handles *h, const struct enter_wish *w, const char *root, const char *wd,
		    struct fail *why);

/** The target's environment, in the arena. Only what it was started with: what it set later is its own. */
int enter_read_environ(const struct enter_handles *h, struct arena *a, char ***ret, struct fail *why);

/**
 * The target's effective user and group, as the user namespace sees them that the caller is in by now.
 * Safe between fork and exec.
 */
int enter_read_ids(const struct enter_handles *h, uid_t *uid, gid_t *gid);

/**
 * Open a namespace by a path. Nothing but an nsfs file is really opened, whatever lies there.
 * A descriptor that the caller owns and *type; -EINVAL when it is something else.
 */
int enter_file_open(const char *path, enum ns_type *type);

/** Open the parent of a namespace, or its owner, by the descriptor of the child. A descriptor that the caller owns, or a negative errno. */
int enter_parent_open(int fd, bool owner);

/** The inode number of an open namespace, or 0. */
uint32_t enter_ino(int fd);

/**
 * Open a static program and copy it into sealed memory. A descriptor that the caller owns;
 * -ENOEXEC when it is none (a script, another format), -ELIBACC when it needs an interpreter: neither would be found inside.
 */
int enter_bring(const char *path);

#endif
