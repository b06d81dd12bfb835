/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_MAP_H
#define NSVIEW_MAP_H

#include <stddef.h>
#include <stdint.h>

/** What map_get() says when a key is absent. No index may have this value. */
#define MAP_NONE UINT32_MAX

struct map_slot {
	uint64_t key;
	uint32_t value;
};

/** From a 64-bit key to an index. A zeroed map is empty and ready for use. */
struct map {
	struct map_slot *slots;
	size_t cap; /* a power of two, or 0 */
	size_t count;
};

/** The index stored under key, or MAP_NONE. */
uint32_t map_get(const struct map *m, uint64_t key);

/** Store value (not MAP_NONE) under key, over what was there. 0 or -ENOMEM. */
int map_put(struct map *m, uint64_t key, uint32_t value);

/** Store *value under key unless it is there: then *value is what is stored. 1 when it is new, 0 or -ENOMEM. */
int map_add(struct map *m, uint64_t key, uint32_t *value);

/** Make room for n keys in all, so that the next map_put() calls need no growth. 0 or -ENOMEM. */
int map_reserve(struct map *m, size_t n);

/** Free the map's memory. It is empty and ready for use again. */
void map_done(struct map *m);

/** A 64-bit hash of n bytes, for callers that keep their own tables of strings (FNV-1a). */
uint64_t map_hash(const void *p, size_t n);

#endif
