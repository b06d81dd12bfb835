/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_KERNEL_H
#define NSVIEW_SCAN_KERNEL_H

/*
 * What the running kernel may know and the build machine's headers may not: Debian 12 has those of
 * Linux 6.1. All of it is probed when it is used; a kernel without it answers ENOTTY, EINVAL or ENOSYS.
 */

#include <fcntl.h>
#include <linux/nsfs.h>
#include <linux/types.h>
#include <stdint.h>
#include <sys/syscall.h>

#ifndef NSIO
#define NSIO 0xb7
#endif

/* Linux 6.11: the 64-bit id of a mount namespace. */
#ifndef NS_GET_MNTNS_ID
#define NS_GET_MNTNS_ID _IOR(NSIO, 0x5, __u64)
#endif

/* Linux 6.11: the process that has a PID in a PID namespace, as its PID in ours; ESRCH for none. */
#define KERNEL_NS_GET_TGID_FROM_PIDNS _IOR(NSIO, 0x7, int)

/* Linux 6.18: the 64-bit id of any namespace. */
#ifndef NS_GET_ID
#define NS_GET_ID _IOR(NSIO, 0xd, __u64)
#endif

/* Linux 6.9: pidfd_open(2) of a thread. */
#define KERNEL_PIDFD_THREAD O_EXCL

/* Linux 6.12: from one mount namespace to the next in the order of their ids. */
struct kernel_mnt_ns_info {
	__u32 size;
	__u32 nr_mounts;
	__u64 mnt_ns_id;
};
#define KERNEL_NS_MNT_GET_NEXT _IOR(NSIO, 11, struct kernel_mnt_ns_info)
#define KERNEL_NS_MNT_GET_PREV _IOR(NSIO, 12, struct kernel_mnt_ns_info)

/* Linux 6.8, with mnt_ns_id 6.11: the mounts of any mount namespace without being in it. */
struct kernel_mnt_id_req {
	__u32 size;
	__u32 spare;
	__u64 mnt_id;
	__u64 param;
	__u64 mnt_ns_id;
};
#define KERNEL_LSMT_ROOT UINT64_MAX

struct kernel_statmount {
	__u32 size;
	__u32 mnt_opts;
	__u64 mask;
	__u32 sb_dev_major, sb_dev_minor;
	__u64 sb_magic;
	__u32 sb_flags;
	__u32 fs_type;
	__u64 mnt_id, mnt_parent_id;
	__u32 mnt_id_old, mnt_parent_id_old;
	__u64 mnt_attr, mnt_propagation, mnt_peer_group, mnt_master, propagate_from;
	__u32 mnt_root;  /* offset into str */
	__u32 mnt_point; /* offset into str */
	__u64 spare[50];
	char str[];
};
_Static_assert(sizeof(struct kernel_statmount) == 512, "the kernel's strings begin there");
#define KERNEL_STATMOUNT_SB_BASIC 0x1u
#define KERNEL_STATMOUNT_MNT_BASIC 0x2u
#define KERNEL_STATMOUNT_PROPAGATE_FROM 0x4u
#define KERNEL_STATMOUNT_MNT_ROOT 0x8u
#define KERNEL_STATMOUNT_MNT_POINT 0x10u

/* Linux 6.19: all namespaces of a type by id. */
struct kernel_ns_id_req {
	__u32 size;
	__u32 spare;
	__u64 ns_id; /* list those after this one */
	__u32 ns_type;
	__u32 spare2;
	__u64 user_ns_id;
};

/* Linux 6.18: a namespace by its file handle, opened below this special descriptor. */
struct kernel_nsfs_handle {
	__u64 ns_id;
	__u32 ns_type;
	__u32 ns_inum;
};
#define KERNEL_FILEID_NSFS 0xf1
#define KERNEL_FD_NSFS_ROOT (-10003)

/* The same numbers on every architecture that nsview is likely to meet (alpha and mips count otherwise). */
#ifndef __NR_statmount
#define __NR_statmount 457
#endif
#ifndef __NR_listmount
#define __NR_listmount 458
#endif
#ifndef __NR_listns
#define __NR_listns 470
#endif

#ifndef SIOCGSKNS
#define SIOCGSKNS 0x894c
#endif

#ifndef NSFS_MAGIC
#define NSFS_MAGIC 0x6e736673
#endif

#endif
