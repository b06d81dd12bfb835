/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_EXEC_ROOTFS_H
#define NSVIEW_EXEC_ROOTFS_H

#include "exec/trace.h"

/*
 * A directory made the root of a process. What the directory holds is not trusted: what is mounted
 * in it is looked up without following symbolic links, so that none leads out to the machine.
 * All functions return 0 or a negative errno.
 */

/** Make the working directory a mount point by binding it to itself. *ret, which the caller owns, is that mount's root. */
int rootfs_bind(const struct trace *t, int *ret);

/** Mount proc on root's /proc; it shows the caller's PID namespace. */
int rootfs_proc(const struct trace *t, int root);

/** Mount sysfs, read-only, on root's /sys; it shows the caller's network namespace. */
int rootfs_sys(const struct trace *t, int root);

/** Mount a minimal /dev in root: the harmless devices of the machine, terminals of its own, shared memory. */
int rootfs_dev(const struct trace *t, int root);

/** Make root, a mount point, the root of the mount namespace, and unmount the old one. The working directory is root then. */
int rootfs_pivot(const struct trace *t, int root);

/** Make root the root and the working directory of this process. */
int rootfs_chroot(const struct trace *t, int root);

#endif
