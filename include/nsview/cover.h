/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_COVER_H
#define NSVIEW_COVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Which mounts are covered: the path of their mount point leads to another mount. The kernel's list has them all the
 * same and does not tell; that is in what hangs below what.
 */

/** One mount of a mount namespace. The mount point is borrowed. */
struct cover_mount {
	uint64_t id, parent; /* the mount that it hangs on, which need not be in the list */
	const char *point;   /* absolute, as all of the list see it */
	bool covered;
};

/** Set covered of each of n mounts, which are all that is seen of one mount namespace. O(n log n). 0 or -ENOMEM. */
int cover_find(struct cover_mount *mounts, size_t n);

#endif
