/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/cover.h"
#include "unit.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* Which of some mounts are covered, as their ids, in whatever order they are listed. */
static const char *covered(const struct cover_mount *mounts, size_t n, size_t first)
{
	static char said[200];
	struct cover_mount turned[16];
	char *end = said;

	for (size_t i = 0; i < n; i++)
		turned[i] = mounts[(first + i) % n];
	ck_assert_int_eq(cover_find(turned, n), 0);
	*said = '\0';
	for (uint64_t id = 0; id < 100; id++)
		for (size_t i = 0; i < n; i++)
			if (turned[i].id == id && turned[i].covered)
				end += sprintf(end, "%s%u", end == said ? "" : " ", (unsigned)id);
	return said;
}

#define ck_covered(ids, ...)                                                                         \
	do {                                                                                         \
		static const struct cover_mount mounts_[] = {__VA_ARGS__};                           \
		size_t n_ = sizeof(mounts_) / sizeof(*mounts_);                                      \
		for (size_t first_ = 0; first_ < n_; first_++)                                       \
			ck_assert_str_eq(covered(mounts_, n_, first_), ids);                         \
	} while (0)

START_TEST(what_is_mounted_side_by_side_covers_nothing)
{
	ck_covered("", {1, 1, "/", false});
	ck_covered("", {20, 1, "/", false}, {30, 20, "/run", false}, {31, 30, "/run/netns/a", false},
		   {32, 30, "/run/netns/ab", false}, {34, 20, "/runner", false});
}
END_TEST

START_TEST(a_mount_over_another_covers_it)
{
	ck_covered("30", {20, 1, "/", false}, {30, 20, "/run/a", false}, {31, 30, "/run/a", false});
	ck_covered("30 31", {20, 1, "/", false}, {30, 20, "/run/a", false}, {31, 30, "/run/a", false}, {32, 31, "/run/a", false});
	/* Moved beneath, the later one is what is covered. */
	ck_covered("40", {20, 1, "/", false}, {40, 20, "/run/a", false}, {31, 40, "/run/a", false});
}
END_TEST

START_TEST(a_mount_over_a_directory_covers_what_is_below)
{
	ck_covered("30", {20, 1, "/", false}, {30, 20, "/mnt/over/net", false}, {31, 20, "/mnt/over", false});
	ck_covered("30", {20, 1, "/", false}, {30, 20, "/mnt/over/net", false}, {31, 20, "/mnt", false},
		   {32, 31, "/mnt/over/net", false});
	/* All of a tree, that which covers it being none of it. */
	ck_covered("30 31 32", {20, 1, "/", false}, {30, 20, "/mnt", false}, {31, 30, "/mnt/a", false}, {32, 31, "/mnt/a/b", false},
		   {40, 30, "/mnt", false}, {41, 40, "/mnt/a", false}, {42, 41, "/mnt/a/b", false});
	/* Where the mount that both hang on is out of sight, as in a chroot(2). */
	ck_covered("30", {30, 5, "/over/net", false}, {31, 5, "/over", false});
}
END_TEST

START_TEST(a_circle_ends)
{
	ck_covered("", {30, 31, "/a", false}, {31, 30, "/b", false});
}
END_TEST

/* Each hangs on the one before, as deep as the kernel lets mounts be; were each way gone anew, this would take minutes. */
START_TEST(deep_is_not_slow)
{
	enum { DEEP = 100000 };
	struct cover_mount *mounts = calloc(DEEP, sizeof(*mounts));
	clock_t begin = clock();

	ck_assert_ptr_nonnull(mounts);
	for (uint64_t i = 0; i < DEEP; i++)
		mounts[i] = (struct cover_mount){.id = i + 2, .parent = i + 1, .point = "/a/b"};
	ck_assert_int_eq(cover_find(mounts, DEEP), 0);
	ck_assert(mounts[0].covered && !mounts[DEEP - 1].covered);
	ck_assert_int_lt((clock() - begin) / CLOCKS_PER_SEC, 10);
	free(mounts);
}
END_TEST

int main(void)
{
	return unit_run("cover", what_is_mounted_side_by_side_covers_nothing, a_mount_over_another_covers_it,
			a_mount_over_a_directory_covers_what_is_below, a_circle_ends, deep_is_not_slow);
}
