/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_EXEC_SEAL_H
#define NSVIEW_EXEC_SEAL_H

/*
 * A process inside a hostile place is a way to its own program file: /proc/PID/exe leads to the file on the
 * host, whatever the mount namespace, and a shell there that is a script for "/proc/self/exe" makes the kernel
 * run it. What goes inside therefore runs from a copy in memory that nobody can change.
 */

/** A sealed copy in memory of a program. An executable descriptor that the caller owns, or a negative errno. */
int seal_copy(int fd, const char *name);

/**
 * Run nsview anew from a sealed copy of itself, unless it is one already. 0 when it is; returns a
 * negative errno on failure (-EACCES: the machine forbids executable memory files, vm.memfd_noexec = 2).
 */
int seal_self(char *const argv[]);

#endif
