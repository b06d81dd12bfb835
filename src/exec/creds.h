/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_EXEC_CREDS_H
#define NSVIEW_EXEC_CREDS_H

#include "nsview/fail.h"

#include <stdbool.h>
#include <sys/types.h>

enum creds_groups {
	GROUPS_KEEP,
	GROUPS_DROP, /* no supplementary groups */
	GROUPS_FREE, /* drop them where that is allowed: a user namespace may forbid setgroups(2) for good */
};

/** Who a child is to be. */
struct creds {
	bool set_uid, set_gid;
	uid_t uid;
	gid_t gid;
	enum creds_groups groups;
	bool keep_caps; /* the capabilities survive the change of user and exec(2) */
};

/**
 * Become it: groups, then group, then user, then capabilities. Single-threaded callers only.
 * 0, or a negative errno; *why names the system call.
 */
int creds_apply(const struct creds *c, struct fail *why);

/** Make the permitted capabilities effective, inheritable and ambient. */
int creds_keep_caps(void);

#endif
