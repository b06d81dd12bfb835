/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_LABELS_H
#define NSVIEW_SCAN_LABELS_H

#include "nsview/scan.h"

/**
 * Find out what each process belongs to, without asking a daemon: read its cgroup the runtimes'
 * state on disk and their monitors' arguments (of all processes, or with WANT_LABELS_LEADERS of those that lead a
 * namespace), and fill snap->labels and the processes' labels. The processes and the machine's own
 * namespaces must have been read. keys (may be NULL) has a number for each process that is the
 * same for processes in the same cgroups, or 0: one of them is read for all. Processes whose
 * cgroup may not be read count in the coverage. 0 or a negative errno.
 */
int labels_read(const struct scan_opts *opts, int procfd, const uint64_t *keys, struct snapshot *snap,
		struct fail *why);

#endif
