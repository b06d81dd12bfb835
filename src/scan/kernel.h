/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_KERNEL_H
#define NSVIEW_SCAN_KERNEL_H

/*
 * What the running kernel may know and the build machine's headers may not: Debian 12 has those of
 * Linux 6.1. All of it is probed when it is used; a kernel without it answers ENOTTY, EINVAL or ENOSYS.
 */

#include <linux/nsfs.h>
#include <linux/types.h>

#ifndef NSIO
#define NSIO 0xb7
#endif

/* Linux 6.11: the 64-bit id of a mount namespace. */
#ifndef NS_GET_MNTNS_ID
#define NS_GET_MNTNS_ID _IOR(NSIO, 0x5, __u64)
#endif

/* Linux 6.18: the 64-bit id of any namespace. */
#ifndef NS_GET_ID
#define NS_GET_ID _IOR(NSIO, 0xd, __u64)
#endif

#ifndef NSFS_MAGIC
#define NSFS_MAGIC 0x6e736673
#endif

#endif
