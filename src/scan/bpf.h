/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_BPF_H
#define NSVIEW_SCAN_BPF_H

#include "nsview/fail.h"
#include "nsview/scan.h"
#include "scan/cmdline_pool.h"
#include "nsview/snapshot.h"

#include <stdbool.h>

/**
 * Tasks and descriptors by way of BPF iterators: one pass in the kernel instead of ten calls for
 * each process, and nothing that it may not see. It needs Linux 5.17 (the kernel itself fits the
 * programs to its types) and CAP_BPF with CAP_PERFMON, or CAP_SYS_ADMIN, in the first user namespace.
 */
struct bpf_source;

/** Whether this nsview was built with it. */
bool bpf_built_in(void);

/**
 * Load the iterator over tasks. That costs as much as reading a few hundred processes from /proc;
 * the source can be read any number of times. The caller frees *ret by bpf_source_close().
 * 0, or a negative errno with the cause in *why: -ENOSYS (not built in, or a kernel without
 * bpf(2)), -EPERM, -EOPNOTSUPP (no BTF, no iterators, too old), or another one of bpf(2).
 */
int bpf_source_open(struct bpf_source **ret, struct fail *why);

/** Unload. NULL is fine. */
void bpf_source_close(struct bpf_source *src);

/**
 * Read every process that is visible in our PID namespace into the empty snapshot, sorted by PID;
 * with WANT_THREADS also the threads with namespaces of their own, with WANT_NSPIDS the PIDs inside.
 * Only slots of opts->types are filled. What BPF did not show but must be there is read from
 * /proc. pool (may be NULL) is asked for command lines as soon as it shows that they are wanted: all,
 * or those of processes that bring a namespace. 0 or a negative errno.
 */
int bpf_tasks_read(struct bpf_source *src, int procfd, const struct scan_opts *opts, struct cmdline_pool *pool,
		   struct snapshot *snap, struct fail *why);

/**
 * Read the descriptors that are nsfs files and the sockets of other network namespaces (WANT_FDS,
 * WANT_SOCKETS) of the processes that bpf_tasks_read() put into the snapshot; nsview's own are
 * left out. 0 or a negative errno.
 */
int bpf_files_read(struct bpf_source *src, const struct scan_opts *opts, struct snapshot *snap, struct fail *why);

/**
 * What the kernel said meanwhile of the snapshot's namespaces: owner, parent, creator and id.
 * Owners and ancestors that are met on the way become namespaces of the snapshot. Those that the last
 * bpf_tasks_read() did not meet keep NS_REF_UNREAD. 0 or -ENOMEM.
 */
int bpf_relations_read(struct bpf_source *src, struct snapshot *snap);

/**
 * A number for each process of the snapshot: the same for processes that are in the same cgroups, 0 where
 * it is not known. The caller frees *ret. 0 or -ENOMEM.
 */
int bpf_cgroups_read(const struct bpf_source *src, const struct snapshot *snap, uint64_t **ret);

#endif
