/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_HOLDERS_H
#define NSVIEW_SCAN_HOLDERS_H

#include "nsview/scan.h"
#include "nsview/snapshot.h"

/**
 * Read what inside processes holds namespaces besides the processes themselves: threads,
 * descriptors, sockets (WANT_THREADS, WANT_FDS, WANT_SOCKETS). nsview's own are left out.
 * 0 or a negative errno.
 */
int holders_read(int procfd, const struct scan_opts *opts, struct snapshot *snap, struct fail *why);

#endif
