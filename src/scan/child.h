/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_CHILD_H
#define NSVIEW_SCAN_CHILD_H

#include <sys/types.h>

/* Children that go where nsview itself must not: into namespaces, and along paths that may lead to no answer. */

/**
 * Fork one with a channel (a pair of Unix sockets of this type): the child's PID, or 0 in the child; each has its end
 * of it in *channel. Or a negative errno.
 */
pid_t child_fork(int type, int *channel);

/** In such a child, once it is where it works: it must not outlive nsview, nor be looked into by whom it visits. */
void child_settle(void);

/**
 * Kill and reap a child. A file system that does not answer may keep even who was killed: who does not go within a
 * tenth of a second is left for init.
 */
void child_end(pid_t pid);

#endif
