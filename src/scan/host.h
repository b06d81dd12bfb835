/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_HOST_H
#define NSVIEW_SCAN_HOST_H

#include "nsview/snapshot.h"

/** Fill in the machine and the moment. 0 or -ENOMEM. Call it before anything is read. */
int host_read(struct snapshot *snap);

/**
 * Note nsview's own namespaces and the machine's: those of PID 1 where they may be read, else
 * nsview's. Call it when the processes are read. 0 or a negative errno.
 */
int host_namespaces_read(int procfd, struct snapshot *snap);

#endif
