/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_KEYS_H
#define NSVIEW_SCAN_KEYS_H

#include <stdint.h>
#include <stdlib.h>

/**
 * Numbers that a source may have for the processes of a snapshot, beside its procs; 0 where one is
 * not known, and NULL where all are not.
 */
struct scan_keys {
	uint64_t *cgroups; /* the same for processes that are in the same cgroups */
	uint64_t *pidfs;   /* inode of a process's pidfds, which no other process ever gets */
};

/** Free the numbers. */
static inline void scan_keys_done(struct scan_keys *keys)
{
	free(keys->cgroups);
	free(keys->pidfs);
}

#endif
