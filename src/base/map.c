/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/map.h"

#include <errno.h>
#include <stdlib.h>

/*
 * Keys are two numbers side by side as often as one, so every bit of a key must reach the slot:
 * multiplying alone only carries upwards.
 */
static size_t slot_of(uint64_t key, size_t cap)
{
	uint64_t h = (key ^ key >> 32) * UINT64_C(0x9e3779b97f4a7c15);

	h = (h ^ h >> 29) * UINT64_C(0x9e3779b97f4a7c15);
	return (size_t)(h >> 32) & (cap - 1);
}

/* Where a key is, or else belongs. */
static struct map_slot *find(struct map_slot *slots, size_t cap, uint64_t key)
{
	size_t i = slot_of(key, cap);

	while (slots[i].value != MAP_NONE && slots[i].key != key)
		i = (i + 1) & (cap - 1);
	return &slots[i];
}

uint32_t map_get(const struct map *m, uint64_t key)
{
	if (!m->count)
		return MAP_NONE;

	return find(m->slots, m->cap, key)->value;
}

static int grow(struct map *m, size_t cap)
{
	struct map_slot *slots = calloc(cap, sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	for (size_t i = 0; i < cap; i++)
		slots[i].value = MAP_NONE;
	for (size_t i = 0; i < m->cap; i++)
		if (m->slots[i].value != MAP_NONE)
			*find(slots, cap, m->slots[i].key) = m->slots[i];
	free(m->slots);
	m->slots = slots;
	m->cap = cap;
	return 0;
}

int map_reserve(struct map *m, size_t n)
{
	size_t cap = m->cap ? m->cap : 16;

	if (n > SIZE_MAX / 4 / sizeof(struct map_slot))
		return -ENOMEM;
	while (cap - cap / 4 < n)
		cap *= 2;
	return cap == m->cap ? 0 : grow(m, cap);
}

int map_add(struct map *m, uint64_t key, uint32_t *value)
{
	int err = map_reserve(m, m->count + 1);

	if (err < 0)
		return err;

	struct map_slot *slot = find(m->slots, m->cap, key);

	if (slot->value != MAP_NONE) {
		*value = slot->value;
		return 0;
	}
	*slot = (struct map_slot){.key = key, .value = *value};
	m->count++;
	return 1;
}

int map_put(struct map *m, uint64_t key, uint32_t value)
{
	uint32_t stored = value;
	int err = map_add(m, key, &stored);

	if (err == 0 && stored != value)
		find(m->slots, m->cap, key)->value = value;
	return err < 0 ? err : 0;
}

void map_done(struct map *m)
{
	free(m->slots);
	*m = (struct map){0};
}

uint64_t map_hash(const void *p, size_t n)
{
	const unsigned char *s = p;
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < n; i++)
		h = (h ^ s[i]) * UINT64_C(0x100000001b3);
	return h;
}
