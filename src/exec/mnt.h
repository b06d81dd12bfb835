/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_EXEC_MNT_H
#define NSVIEW_EXEC_MNT_H

#include "exec/trace.h"

/*
 * Mounting relative to directory descriptors, told to a trace.
 * All functions return 0, or a descriptor, or a negative errno.
 */

/**
 * Open the directory root/name without following a symbolic link, as it is after all mounts on it;
 * with create it is made when it is not there. A descriptor (O_PATH) that the caller owns; -ELOOP for a symbolic link.
 */
int mnt_open_dir(const struct trace *t, int root, const char *name, int create);

/** Mount a new file system on a directory; data may be NULL. */
int mnt_mount(const struct trace *t, int dir, const char *fstype, unsigned long flags, const char *data);

/** Bind the file from/src to the existing file to/dst. Neither may be a symbolic link. */
int mnt_bind(const struct trace *t, int from, const char *src, int to, const char *dst);

/** Bind the working directory, with all that is mounted below it, to itself: the new mount's root. */
int mnt_bind_here(const struct trace *t);

/** Set the propagation (MS_PRIVATE, MS_SLAVE, MS_SHARED) of every mount. */
int mnt_propagation(const struct trace *t, unsigned long how);

#endif
