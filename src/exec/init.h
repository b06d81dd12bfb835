/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_EXEC_INIT_H
#define NSVIEW_EXEC_INIT_H

#include "exec/supervise.h"
#include "exec/trace.h"

#include <stdbool.h>

/*
 * The first process of a PID namespace. The kernel makes it the parent of every orphan there, and drops
 * signals to it that it does not ask for; when it ends, all others are killed.
 */

/**
 * Be the init of a command: fork. Returns 0 in the child, which goes on to become the command, and a negative
 * errno when there is no child. The init itself never returns: it reaps, passes on signals that a process
 * sent to it, and ends with the command's exit status, 128+N for a signal.
 *
 * saved is the mask that the command gets back; close_fd is closed in the init. With restless a stopped command is
 * continued at once: an init cannot stop, so nobody outside would learn of it, who could continue it.
 */
int init_begin(struct trace *t, const sigset_t *saved, int close_fd, bool restless);

#endif
