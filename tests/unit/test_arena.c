/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/arena.h"
#include "unit.h"

#include <inttypes.h>

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static bool all_zero(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

START_TEST(memory_is_zeroed_and_aligned_whatever_the_size)
{
	static const size_t sizes[] = {0, 1, 7, 8, 15, 16, 17, 100, 8191, 8192, 8193, 32767, 32768, 32769, 1000000};
	struct arena a = {0};

	for (int round = 0; round < 3; round++)
		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			char *p = arena_alloc(&a, sizes[i]);

			ck_assert_ptr_nonnull(p);
			ck_assert_uint_eq((uintptr_t)p % alignof(max_align_t), 0);
			ck_assert(all_zero(p, sizes[i]));
			memset(p, 0xaa, sizes[i]);
		}
	arena_done(&a);
}
END_TEST

START_TEST(memory_and_strings_share_blocks_without_touching)
{
	enum { N = 20000 };
	static uint32_t *numbers[N];
	static char *strings[N];
	struct arena a = {0};

	for (uint32_t i = 0; i < N; i++) {
		numbers[i] = arena_alloc(&a, sizeof(uint32_t));
		ck_assert_uint_eq(*numbers[i], 0);
		*numbers[i] = i;
		strings[i] = arena_printf(&a, "%0*u", (int)(i % 40) + 1, i);
		ck_assert_uint_eq((uintptr_t)numbers[i] % alignof(max_align_t), 0);
	}
	for (uint32_t i = 0; i < N; i++) {
		char want[64];

		snprintf(want, sizeof(want), "%0*u", (int)(i % 40) + 1, i);
		ck_assert_uint_eq(*numbers[i], i);
		ck_assert_str_eq(strings[i], want);
	}
	arena_done(&a);
}
END_TEST

START_TEST(a_string_may_be_empty_or_longer_than_a_block)
{
	static char longest[100001];
	struct arena a = {0};

	memset(longest, 'x', sizeof(longest) - 1);
	ck_assert_str_eq(arena_strdup(&a, ""), "");
	ck_assert_str_eq(arena_strdup(&a, longest), longest);
	ck_assert_str_eq(arena_printf(&a, "%s", ""), "");
	ck_assert_str_eq(arena_printf(&a, "<%s>", longest) + 1 + sizeof(longest) - 1, ">");
	arena_done(&a);
}
END_TEST

START_TEST(strndup_copies_bytes_and_terminates)
{
	struct arena a = {0};
	const char *s = arena_strndup(&a, "ab\0cd", 5);

	ck_assert_mem_eq(s, "ab\0cd", 6);
	ck_assert_str_eq(arena_strndup(&a, "abcd", 2), "ab");
	ck_assert_str_eq(arena_strndup(&a, "abcd", 0), "");
	arena_done(&a);
}
END_TEST

START_TEST(a_size_that_no_memory_can_hold_is_refused)
{
	struct arena a = {0};
	volatile size_t huge = SIZE_MAX;

	ck_assert_ptr_null(arena_alloc(&a, huge));
	ck_assert_ptr_null(arena_alloc(&a, huge - 8));
	ck_assert_ptr_null(arena_alloc(&a, huge - 64));
	ck_assert_ptr_null(arena_strndup(&a, "", huge));
	ck_assert_ptr_null(a.head);
	ck_assert_ptr_nonnull(arena_alloc(&a, 1));
	arena_done(&a);
}
END_TEST

START_TEST(an_adopted_arena_lives_with_its_new_owner)
{
	struct arena into = {0}, from = {0}, none = {0};
	char *old, *mine;

	mine = arena_strdup(&from, "mine");
	arena_adopt(&into, &from); /* into an empty one */
	ck_assert_ptr_null(from.head);
	old = arena_strdup(&from, "old");
	arena_alloc(&from, 100000);
	arena_adopt(&into, &from);
	arena_adopt(&into, &none); /* of an empty one */
	arena_done(&from);
	ck_assert_str_eq(mine, "mine");
	ck_assert_str_eq(old, "old");
	ck_assert_str_eq(arena_strdup(&into, "new"), "new");
	ck_assert_str_eq(mine, "mine");
	ck_assert_str_eq(old, "old");
	arena_done(&into);
}
END_TEST

START_TEST(an_emptied_arena_can_be_used_again)
{
	struct arena a = {0};

	arena_done(&a);
	arena_strdup(&a, "one");
	arena_done(&a);
	ck_assert_ptr_null(a.head);
	ck_assert_str_eq(arena_strdup(&a, "two"), "two");
	arena_done(&a);
}
END_TEST

START_TEST(numbers_are_written_as_a_format_would)
{
	static const uint64_t numbers[] = {0, 7, 10, 4026531840, UINT64_MAX};
	struct arena a = {0};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		ck_assert_str_eq(arena_u64(&a, numbers[i]), arena_printf(&a, "%" PRIu64, numbers[i]));
	arena_done(&a);
}
END_TEST

int main(void)
{
	return unit_run("arena", memory_is_zeroed_and_aligned_whatever_the_size,
			memory_and_strings_share_blocks_without_touching, a_string_may_be_empty_or_longer_than_a_block,
			strndup_copies_bytes_and_terminates, a_size_that_no_memory_can_hold_is_refused,
			an_adopted_arena_lives_with_its_new_owner, an_emptied_arena_can_be_used_again,
			numbers_are_written_as_a_format_would);
}
