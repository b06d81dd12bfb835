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
 * The command may look into its PID 1 by /proc, so the init has closed every descriptor but its standard ones and
 * that of the trace, and forgotten its environment, before this returns in the child.
 *
 * saved is the mask that the command gets back. With restless a stopped command is
 * continued at once: an init cannot stop, so nobody outside would learn of it, who could continue it.
 */
int init_begin(struct trace *t, const sigset_t *saved, bool restless);

#endif
