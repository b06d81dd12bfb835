/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_IDMAP_H
#define NSVIEW_IDMAP_H

#include <stddef.h>
#include <stdint.h>

/** The kernel takes no more lines in a map (Linux 4.15; 5 before). */
#define IDMAP_MAX 340

/** One extent: count ids from inside on are those from outside on. */
struct idmap_extent {
	uint32_t inside, outside, count;
};

/**
 * Parse a uid_map or gid_map of user_namespaces(7).
 * The number of extents, or -EINVAL; -E2BIG for more than max.
 */
int idmap_parse(const char *s, size_t len, struct idmap_extent *ret, size_t max);

/**
 * Parse one extent as people write it, "INSIDE:OUTSIDE:COUNT".
 * 0; -EINVAL for anything else, for a count of 0, and for IDs beyond 32 bits.
 */
int idmap_extent_parse(const char *s, size_t len, struct idmap_extent *ret);

#endif
