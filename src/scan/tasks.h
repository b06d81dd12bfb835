/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_TASKS_H
#define NSVIEW_SCAN_TASKS_H

#include "nsview/scan.h"
#include "scan/cmdline_pool.h"
#include "nsview/snapshot.h"

/**
 * Read every process of /proc with its facts and its namespace links into the snapshot, sorted
 * by PID, and count in its coverage what could not be read. 0 or a negative errno.
 */
int tasks_read(int procfd, const struct scan_opts *opts, struct snapshot *snap, struct fail *why);

/**
 * Read what another source left out although it must be there: PID 1 and parents. A kernel may
 * keep a process from BPF that /proc at least names. 0 or a negative errno.
 */
int tasks_complete(int procfd, const struct scan_opts *opts, struct snapshot *snap, struct fail *why);

/**
 * Read command lines and exact effective UIDs of the snapshot's processes: all, or those that lead
 * a namespace (lowest PID). Where a source has told all else, pool (else NULL) may have been asked for
 * some already, and last_pid is what lastpid_read() told before the processes were read. One that is
 * no longer the same keeps its name instead. Texts live in the pool until it is closed. 0 or a negative
 * errno.
 */
int tasks_cmdlines_read(int procfd, const struct scan_opts *opts, struct cmdline_pool *pool, int32_t last_pid,
			struct snapshot *snap, struct fail *why);

#endif
