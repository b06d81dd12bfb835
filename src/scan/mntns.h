/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_MNTNS_H
#define NSVIEW_SCAN_MNTNS_H

#include "nsview/propagation.h"
#include "nsview/snapshot.h"

#include <stddef.h>
#include <stdint.h>

/**
 * Note that a namespace is mounted somewhere; the namespace is added when it is new. where is the mount but for its
 * namespace; its path is copied. 0 or -ENOMEM.
 */
int mntns_add_mount(struct snapshot *snap, enum ns_type type, uint32_t ino, struct snap_mount where, enum scan_source source);

/**
 * Walk all mount namespaces that we have CAP_SYS_ADMIN over (NS_MNT_GET_NEXT, Linux 6.12), add
 * those that are new, and read the nsfs mounts of those that seen[] (n of them, by reference)
 * does not mark, which marks them. The coverage says whether the kernel could. 0, -ENOMEM, -EMFILE.
 */
int mntns_walk(int procfd, unsigned types, uint8_t *seen, size_t n, struct snapshot *snap);

/**
 * Add to a table, as those of ns, how the mounts of the mount namespace with this 64-bit id pass on
 * what is mounted below them (listmount(2) and statmount(2) of other namespaces, Linux 6.11).
 * 0 or a negative errno; -ENOSYS where the kernel lacks it.
 */
int mntns_propagation(uint64_t id, uint32_t ns, struct propagation_table *t);

#endif
