/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_RELATIONS_H
#define NSVIEW_SCAN_RELATIONS_H

#include "nsview/scan.h"
#include "nsview/snapshot.h"

/**
 * Ask the kernel for each namespace's parent, owner, creator, 64-bit id and (WANT_NETNSID)
 * network namespace id: ioctl_ns(2), each namespace opened once. Ancestors and owners that are
 * met on the way become namespaces of the snapshot. Namespaces that could not be opened keep
 * NS_REF_DENIED and count in the coverage. 0 or a negative errno.
 */
int relations_read(int procfd, const struct scan_opts *opts, struct snapshot *snap, struct fail *why);

#endif
