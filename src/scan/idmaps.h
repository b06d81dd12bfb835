/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_IDMAPS_H
#define NSVIEW_SCAN_IDMAPS_H

#include "nsview/fail.h"
#include "nsview/snapshot.h"

/**
 * Read uid_map and gid_map of each user namespace from one of its members. A namespace without
 * members, or whose members may not be read, gets no maps and counts in the coverage. 0 or a negative errno.
 */
int idmaps_read(int procfd, struct snapshot *snap, struct fail *why);

#endif
