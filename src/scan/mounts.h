/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_MOUNTS_H
#define NSVIEW_SCAN_MOUNTS_H

#include "nsview/fail.h"
#include "nsview/scan.h"
#include "nsview/snapshot.h"

#include <limits.h>
#include <stdio.h>

/**
 * Open the mountinfo of a process that is still in the mount namespace that the snapshot has it in. It has what is
 * below root alone, with paths from there: "/", or another directory of the namespace after chroot(2).
 * A descriptor that the caller owns; -ESTALE when it is elsewhere by now, or another negative errno.
 */
int mounts_member_open(int procfd, const struct snapshot *snap, const struct snap_proc *p, char root[PATH_MAX]);

/**
 * Add the nsfs mounts of one mountinfo to the snapshot, as mounts in mount namespace mntns.
 * Types outside the mask are passed over. The stream is closed. 0 or a negative errno.
 */
int mounts_parse(FILE *mountinfo, uint32_t mntns, unsigned types, struct snapshot *snap, enum scan_source source);

/** The nsfs mounts of nsview's own mount namespace. 0 or a negative errno. */
int mounts_read(int procfd, const struct scan_opts *opts, struct snapshot *snap);

/**
 * The nsfs mounts of every other mount namespace: through a member's mountinfo, once a
 * namespace, and those without members by NS_MNT_GET_NEXT (Linux 6.12), listmount(2) and
 * statmount(2); mount namespaces that are met that way are added. 0 or a negative errno.
 */
int mounts_read_all(int procfd, const struct scan_opts *opts, struct snapshot *snap, struct fail *why);

#endif
