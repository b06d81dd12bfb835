/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_FACTS_H
#define NSVIEW_SCAN_FACTS_H

#include "nsview/snapshot.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Facts of processes from libproc2 (thread-safe since 4.0: one reader a thread). It reads by
 * PID: who must be sure that a PID still is the process it was holds /proc/PID open meanwhile.
 */
struct facts;

/** What the library is asked for at once, at most. */
enum { FACTS_BATCH = 64 };

enum facts_kind {
	FACTS_BASIC, /* parent, start, state, CPU time, memory, threads, comm */
	FACTS_UID,   /* start, effective UID */
};

/** A reader of one kind of facts. 0 or a negative errno. */
int facts_open(enum facts_kind kind, struct facts **ret);

/** Free a reader. NULL is fine. */
void facts_close(struct facts *f);

/** Called for each process that is still there, in any order. A negative result ends the read and is its result. */
typedef int facts_fn(void *ctx, const struct snap_proc *p);

/**
 * Read n (at most FACTS_BATCH) processes. Those that are gone are passed over. What *p borrows
 * is gone after the call: copy it. Of FACTS_UID only pid, start and uid are set.
 */
int facts_read(struct facts *f, const uint32_t *pids, size_t n, facts_fn *fn, void *ctx);

#endif
