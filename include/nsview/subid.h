/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SUBID_H
#define NSVIEW_SUBID_H

#include <stddef.h>
#include <stdint.h>

struct idmap_extent;

/**
 * Find a user's first range in the text of subuid(5) or subgid(5): lines of "name-or-UID:first:count".
 * Lines that are something else are passed over, as newuidmap(1) does.
 * 0 and *ret, whose outside and count are set; -ENOENT when the user has none. name may be NULL.
 */
int subid_find(const char *s, size_t len, const char *name, uint32_t uid, struct idmap_extent *ret);

#endif
