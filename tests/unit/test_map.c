/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/map.h"
#include "unit.h"

#include <errno.h>

START_TEST(an_empty_map_has_no_key)
{
	struct map m = {0};

	ck_assert_uint_eq(map_get(&m, 0), MAP_NONE);
	ck_assert_uint_eq(map_get(&m, UINT64_MAX), MAP_NONE);
	ck_assert_int_eq(map_reserve(&m, 10), 0);
	ck_assert_uint_eq(map_get(&m, 0), MAP_NONE);
	map_done(&m);
	ck_assert_uint_eq(map_get(&m, 0), MAP_NONE);
}
END_TEST

START_TEST(any_key_and_any_value_but_none_can_be_stored)
{
	static const uint64_t keys[] = {0, 1, UINT32_MAX, UINT64_C(1) << 32, UINT64_C(1) << 63, UINT64_MAX};
	static const uint32_t values[] = {0, 1, 7, UINT32_MAX - 1, 9, 0};
	struct map m = {0};

	for (size_t i = 0; i < 6; i++)
		ck_assert_int_eq(map_put(&m, keys[i], values[i]), 0);
	for (size_t i = 0; i < 6; i++)
		ck_assert_uint_eq(map_get(&m, keys[i]), values[i]);
	ck_assert_uint_eq(m.count, 6);
	ck_assert_uint_eq(map_get(&m, 2), MAP_NONE);
	map_done(&m);
}
END_TEST

START_TEST(a_second_value_replaces_the_first)
{
	struct map m = {0};

	map_put(&m, 5, 1);
	map_put(&m, 5, 2);
	ck_assert_uint_eq(map_get(&m, 5), 2);
	ck_assert_uint_eq(m.count, 1);
	map_done(&m);
}
END_TEST

START_TEST(what_is_added_again_is_told_instead)
{
	struct map m = {0};
	uint32_t first = 1, second = 2;

	ck_assert_int_eq(map_add(&m, 5, &first), 1);
	ck_assert_int_eq(map_add(&m, 5, &second), 0);
	ck_assert_uint_eq(second, 1);
	ck_assert_uint_eq(map_get(&m, 5), 1);
	ck_assert_uint_eq(m.count, 1);
	map_done(&m);
}
END_TEST

START_TEST(it_keeps_every_key_while_it_grows)
{
	enum { N = 100000 };
	struct map m = {0};

	for (uint32_t i = 0; i < N; i++)
		ck_assert_int_eq(map_put(&m, (uint64_t)i * i, i), 0);
	ck_assert_uint_eq(m.count, N);
	for (uint32_t i = 0; i < N; i++)
		ck_assert_uint_eq(map_get(&m, (uint64_t)i * i), i);
	ck_assert_uint_eq(map_get(&m, 2), MAP_NONE);
	map_done(&m);
}
END_TEST

START_TEST(reserved_room_is_enough)
{
	struct map m = {0};

	for (size_t n = 1; n < 5000; n = n * 3 + 1) {
		ck_assert_int_eq(map_reserve(&m, n), 0);

		const struct map_slot *slots = m.slots;

		for (size_t i = 0; i < n; i++)
			map_put(&m, i, 1);
		ck_assert_ptr_eq(m.slots, slots);
		ck_assert_uint_lt(m.count, m.cap);
	}
	map_done(&m);
}
END_TEST

START_TEST(room_that_no_memory_can_hold_is_refused)
{
	struct map m = {0};

	map_put(&m, 1, 1);
	ck_assert_int_eq(map_reserve(&m, SIZE_MAX), -ENOMEM);
	ck_assert_int_eq(map_reserve(&m, SIZE_MAX / 4 / sizeof(struct map_slot) + 1), -ENOMEM);
	ck_assert_uint_eq(map_get(&m, 1), 1);
	map_done(&m);
}
END_TEST

/* The longest row of slots in use: what a search may have to walk. */
static size_t longest_walk(const struct map *m)
{
	size_t longest = 0, run = 0;

	for (size_t i = 0; i < m->cap * 2; i++) {
		run = m->slots[i % m->cap].value == MAP_NONE ? 0 : run + 1;
		if (run > longest)
			longest = run;
	}
	return longest;
}

START_TEST(keys_with_a_pattern_do_not_pile_up)
{
	enum { SIDE = 300 };
	static const struct {
		unsigned x, y; /* how far left the two halves of a key are shifted */
	} patterns[] = {{32, 0}, {0, 32}, {16, 0}, {40, 20}, {52, 44}, {48, 12}, {33, 1}, {54, 24}};

	for (size_t p = 0; p < sizeof(patterns) / sizeof(patterns[0]); p++) {
		struct map m = {0};

		for (uint64_t x = 1; x <= SIDE; x++)
			for (uint64_t y = 0; y < SIDE; y++)
				map_put(&m, x << patterns[p].x ^ y << patterns[p].y, 1);
		ck_assert_msg(longest_walk(&m) < 400, "pattern %zu: %zu slots in a row", p, longest_walk(&m));
		map_done(&m);
	}
}
END_TEST

START_TEST(a_hash_depends_on_every_byte)
{
	ck_assert_uint_eq(map_hash("", 0), UINT64_C(0xcbf29ce484222325));
	ck_assert_uint_eq(map_hash("a", 1), UINT64_C(0xaf63dc4c8601ec8c)); /* the published test vector */
	ck_assert_uint_ne(map_hash("a\0b", 3), map_hash("a\0c", 3));
	ck_assert_uint_ne(map_hash("ab", 2), map_hash("ba", 2));
}
END_TEST

int main(void)
{
	return unit_run("map", an_empty_map_has_no_key, any_key_and_any_value_but_none_can_be_stored,
			a_second_value_replaces_the_first, what_is_added_again_is_told_instead,
			it_keeps_every_key_while_it_grows, reserved_room_is_enough,
			room_that_no_memory_can_hold_is_refused, keys_with_a_pattern_do_not_pile_up,
			a_hash_depends_on_every_byte);
}
