/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_PEEK_H
#define NSVIEW_PEEK_H

#include "nsview/inside.h"
#include "nsview/snapshot.h"

/**
 * Look into a namespace of a snapshot. Where it takes being in it, a short-lived child with a
 * single thread enters and hands back plain data; it never runs anything of the namespace. What
 * could not be looked at is in *in as INSIDE_TROUBLE with the reason.
 * 0 or -ENOMEM.
 */
int peek_ns(const struct snapshot *snap, uint32_t ns, struct inside *in);

/** Look at a process: its PIDs at every level, root, working directory, capabilities. 0 or -ENOMEM. */
int peek_proc(const struct snapshot *snap, uint32_t proc, struct inside *in);

/**
 * The root directory of a process, by what tells it from another: INSIDE_ROOT, or INSIDE_TROUBLE with
 * the reason. Nothing is asked of the file system, which may be on a server that does not answer. 0 or -ENOMEM.
 */
int peek_root(const struct snapshot *snap, uint32_t proc, struct inside *in);

#endif
