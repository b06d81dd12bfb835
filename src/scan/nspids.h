/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_NSPIDS_H
#define NSVIEW_SCAN_NSPIDS_H

#include "nsview/snapshot.h"

/** Read the innermost PID (NSpid of /proc/PID/status, Linux 4.1) of each process that is in another PID namespace than nsview. */
void nspids_read(int procfd, struct snapshot *snap);

#endif
