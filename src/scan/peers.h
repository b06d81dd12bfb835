/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_PEERS_H
#define NSVIEW_SCAN_PEERS_H

#include "nsview/inside.h"
#include "nsview/snapshot.h"

/**
 * Say which other mount namespaces have mounts in a peer group with mounts of ns, receive from them,
 * or send to them, and how many (INSIDE_PROPAGATION). The INSIDE_MOUNT rows of *in are those of ns.
 * 0 or -ENOMEM.
 */
int peers_read(int procfd, const struct snapshot *snap, uint32_t ns, struct inside *in);

/**
 * The root of a cgroup namespace by hierarchy: what a member's cgroup path, as we see it, begins
 * with when the end of it is the path that it has inside. A process that joins it serves as well as a
 * member. Of hierarchies where the process is not below the root trouble is noted. 0 or -ENOMEM.
 */
int cgroup_root_add(struct inside *in, const char *here, const char *within);

#endif
