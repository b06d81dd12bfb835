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
 * Who has messages in flight with descriptors in them, which may be of a namespace that nothing else is seen to hold: Unix
 * sockets of processes of the snapshot (INSIDE_FLIGHT), each one once, by the first process that has it. Not those in
 * tables of threads' own, or where the main thread has ended. How many processes may not be asked is in *in as
 * INSIDE_TROUBLE. 0 or -ENOMEM.
 */
int peek_flight(const struct snapshot *snap, struct inside *in);

/**
 * The root directory of a process, by what tells it from another: INSIDE_ROOT, or INSIDE_TROUBLE with
 * the reason. Nothing is asked of the file system, which may be on a server that does not answer. 0 or -ENOMEM.
 */
int peek_root(const struct snapshot *snap, uint32_t proc, struct inside *in);

#endif
