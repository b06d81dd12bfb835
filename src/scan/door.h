/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_DOOR_H
#define NSVIEW_SCAN_DOOR_H

#include "nsview/snapshot.h"

#include <stdbool.h>

/*
 * A door is a path by which a namespace can be opened: a link of a member or an nsfs mount. A
 * process may end, and a path may come to lead elsewhere, between the scan and the opening:
 * what is behind a door is always checked.
 */
enum door_kind {
	DOOR_NONE,
	DOOR_PROC,   /* /proc/PID/ns/LINK */
	DOOR_THREAD, /* /proc/PID/task/TID/ns/LINK */
	DOOR_FD,     /* /proc/PID/fd/N */
	DOOR_MOUNT,  /* a path in nsview's own mount namespace, by file systems that answer */
	DOOR_SOCK,   /* a socket of it: borrowed, asked and given back (Linux 5.6) */
	DOOR_HANDLE, /* its own file handle (Linux 6.18): needs nobody who holds it */
};

struct door {
	uint8_t kind;   /* enum door_kind */
	uint8_t slot;   /* enum ns_slot, of a process or thread */
	uint32_t index; /* into the snapshot's table of that kind; of a handle: the namespace */
};

/**
 * The namespaces' doors, one each, as a malloc()ed array beside snap->nss; DOOR_NONE where there
 * is none left. skip[ns] (may be NULL) says how many doors of a namespace were tried in vain and are passed over.
 * Linear. NULL without memory.
 */
struct door *doors_find(const struct snapshot *snap, const uint32_t *skip);

/**
 * Open the namespace ns through a door. A descriptor that the caller owns; -ESTALE when the door
 * leads elsewhere by now, -ENOENT, -ESRCH when it is gone, -EACCES when it is shut.
 */
int door_open(int procfd, const struct snapshot *snap, uint32_t ns, const struct door *door);

/** Open a namespace by the first of its doors that opens, of some. As door_open(); -ENOENT also where there is none. */
int doors_open(int procfd, const struct snapshot *snap, uint32_t ns);

/**
 * Join an open namespace, in a child. Some types take a capability over the user namespace that owns them,
 * which root of the machine has anyway and their creator gets by joining it first: owner, or -1. 0 or a negative errno.
 */
int ns_join(int owner, int ns);

/** Whether a mount is no door, since it takes a child to get there: see elsewhere.h. */
bool door_mount_is_far(const struct snapshot *snap, const struct snap_mount *m);

/** Open what an O_PATH descriptor stands for, if it is an nsfs file, for reading; or -EINVAL, without asking who serves it. */
int door_reopen(int procfd, int at);

/**
 * Open an nsfs file by a path that may be anything: nothing but an nsfs file is really opened.
 * A descriptor that the caller owns; -EINVAL when it is something else.
 */
int door_path_open(int procfd, const char *path);

/**
 * The same by a mount point, below a root. It was found without symbolic links, and whoever is there may have made
 * some since: none is followed. -ESTALE where something else is there by now.
 */
int door_mount_open(int procfd, int root, const char *path);

/**
 * Open a namespace by its file handle: type, 64-bit id and inode (0: whatever it is, Linux 6.19).
 * A descriptor that the caller owns, or a negative errno: -EBADF where the kernel has no such handles.
 */
int door_handle_open(enum ns_type type, uint64_t id, uint32_t ino);

/**
 * A pidfd by which pidfd_getfd(2) takes descriptors of a process, or of thread tid unless that is 0. The caller
 * owns it; -EINVAL for a thread before Linux 6.9.
 */
int door_table_open(int32_t pid, int32_t tid);

/** The inode number of an open namespace, or a negative errno. */
int door_ino(int fd, uint32_t *ino);

#endif
