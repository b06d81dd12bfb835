/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_INSIDE_H
#define NSVIEW_SCAN_INSIDE_H

#include "nsview/inside.h"
#include "nsview/snapshot.h"

/*
 * Readers of what is inside. They run in a child that has entered the namespace (those of a
 * namespace) or in nsview itself (those of a process), add rows, and note what they could not
 * look at as INSIDE_TROUBLE. 0, or -ENOMEM.
 */

/**
 * snap and procfd: where the namespaces at the other ends of veth pairs are looked for. home is
 * nsview's own network namespace, opened before a user namespace was joined from which it cannot be; or -1.
 */
int inside_net_read(struct inside *in, const struct snapshot *snap, int procfd, int home);
int inside_ipc_read(struct inside *in, int procfd);
int inside_uts_read(struct inside *in);
int inside_limits_read(struct inside *in, int procfd);

/** The mounts of the mount namespace that dirfd's process is in by now. */
int inside_mounts_read(struct inside *in, int dirfd);

#endif
