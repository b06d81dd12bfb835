/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_CMDLINE_POOL_H
#define NSVIEW_SCAN_CMDLINE_POOL_H

#include "nsview/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Reads command lines in threads of its own while their asker is still busy finding out whose it
 * wants. They come from /proc, which does not wait for pages that a process maps over its
 * arguments from a file system of its own making; ways past /proc would.
 */
struct cmdline_pool;

struct cmdline_job {
	int32_t pid;
	bool kthread;     /* a kernel thread has no arguments, but a name that may be longer than others' */
	const char *text; /* arguments joined by blanks, or name; NULL for none, or when nobody has the PID any more */
};

/** Begin with so many workers, of which the asker's thread is the last to join. The caller closes *ret. 0 or -ENOMEM. */
int cmdline_pool_open(int procfd, unsigned workers, struct cmdline_pool **ret);

/** Have the command line of a PID read, or the name of a kernel thread, soon. 0 or -ENOMEM. */
int cmdline_pool_ask(struct cmdline_pool *pool, int32_t pid, bool kthread);

/** What was asked for so far, in order of asking; until the next call, and without the texts. */
const struct cmdline_job *cmdline_pool_jobs(const struct cmdline_pool *pool, size_t *n);

/**
 * Help to read what is left; all threads have ended when this returns. *ret are all that were asked
 * for, in order of asking; texts live in the pool. 0; -EMFILE, -ENFILE or -ENOMEM.
 */
int cmdline_pool_finish(struct cmdline_pool *pool, const struct cmdline_job **ret, size_t *n);

/** Let go of everything but the texts, which move to strings (NULL: they go too). A NULL pool is fine. */
void cmdline_pool_close(struct cmdline_pool *pool, struct arena *strings);

#endif
