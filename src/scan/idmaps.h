/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_IDMAPS_H
#define NSVIEW_SCAN_IDMAPS_H

#include "nsview/fail.h"
#include "nsview/inside.h"
#include "nsview/snapshot.h"

#include <stdbool.h>

/**
 * Read uid_map and gid_map of each user namespace from one of its members; with join, those of one without
 * members from a child that joins it. A namespace that may not be joined, or whose members may not be read,
 * gets no maps and counts in the coverage. 0 or a negative errno.
 */
int idmaps_read(int procfd, bool join, struct snapshot *snap, struct fail *why);

/**
 * Where a user namespace, or one of those around it out to nsview's own, has no maps in the snapshot though they
 * were asked for: note in *in why, unless none were ever written. 0 or -ENOMEM.
 */
int idmaps_explain(int procfd, const struct snapshot *snap, uint32_t userns, struct inside *in);

#endif
