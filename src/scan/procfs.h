/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_PROCFS_H
#define NSVIEW_SCAN_PROCFS_H

#include "nsview/fail.h"
#include "nsview/nstype.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/** What a failed read of /proc/PID/... means to a scan that races with the whole system. */
enum procfs_miss {
	MISS_GONE,   /* the process ended: forget it */
	MISS_DENIED, /* it is there, we may not look: unknown */
	MISS_ABSENT, /* it is there without this: a zombie, or a kernel lacking the type */
	MISS_FATAL,  /* our own trouble: out of memory, out of descriptors */
};

/** Sort an error of a read that goes through a descriptor of the process's own directory. */
enum procfs_miss procfs_classify(int err);

/**
 * Open /proc and make sure that it shows our own PID namespace.
 * A descriptor that the caller owns; -ESRCH when it belongs to another PID namespace; -ENOENT
 * when there is no procfs.
 */
int procfs_open(struct fail *why);

/** The PIDs in /proc in ascending order; *pids is malloc()ed. 0 or a negative errno. */
int procfs_pids(int procfd, uint32_t **pids, size_t *n);

/** The directory of a process, which pins it: reads through it never meet another process with that PID. */
int procfs_pid_open(int procfd, uint32_t pid);

/** Whether the process behind such a directory is the one that started then (field 22 of stat): a PID may be another's by now. */
bool procfs_is_still(int dirfd, uint64_t start);

/** Its ns directory, which pins it as well, as a descriptor for lookups only (O_PATH). */
int procfs_ns_open(int procfd, uint32_t pid);

/**
 * Read the namespace links in a directory /proc/PID/ns or /proc/PID/task/TID/ns.
 * links[] gets an inode number, NS_REF_ABSENT, NS_REF_DENIED or, for slots not in the mask, NS_REF_UNREAD.
 * 0; -ESRCH when the process is gone; another negative errno for trouble of our own.
 */
int procfs_links(int nsfd, unsigned slots, uint32_t links[NS_SLOT_COUNT]);

/** The slots that show namespaces of a mask of types. */
unsigned procfs_slots(unsigned types);

/** Read a small file below dirfd into buf and terminate it: its length, or a negative errno. -E2BIG when it does not fit. */
ssize_t procfs_read(int dirfd, const char *name, char *buf, size_t size);

/** Read all of a file, which /proc makes as it is read. *ret is malloc()ed and terminated. 0 or a negative errno. */
int procfs_read_all(int fd, char **ret, size_t *len);

#endif
