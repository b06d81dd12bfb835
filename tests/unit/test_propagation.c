/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/propagation.h"
#include "unit.h"

#include <string.h>

static struct propagation parsed(const char *fields)
{
	return propagation_parse(fields, strlen(fields));
}

START_TEST(tags_are_whole_words)
{
	struct propagation how = parsed("shared:12 master:3 propagate_from:1");

	ck_assert_uint_eq(how.shared, 12);
	ck_assert_uint_eq(how.master, 3);
	ck_assert_uint_eq(how.from, 1);
	/* A tag that only ends like one is another. */
	how = parsed("unshared:7 remaster:8 master:9");
	ck_assert_uint_eq(how.shared, 0);
	ck_assert_uint_eq(how.master, 9);
	how = parsed("propagate_from:4 master:2");
	ck_assert_uint_eq(how.from, 4);
	ck_assert_uint_eq(how.master, 2);
}
END_TEST

START_TEST(what_is_no_number_is_no_group)
{
	static const char *const bad[] = {"", "private", "unbindable", "shared:", "shared:x", "shared:1x", "shared", "shared:-1",
					  "shared:99999999999", "  ", "shared: 1"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct propagation how = parsed(bad[i]);

		ck_assert_msg(!how.shared && !how.master && !how.from, "'%s'", bad[i]);
	}
	/* What lies behind the end is not looked at. */
	ck_assert_uint_eq(propagation_parse("shared:123", 8).shared, 1);
}
END_TEST

static struct propagation_table table;

static void mount_in(uint32_t ns, const char *fields)
{
	ck_assert_int_eq(propagation_add(&table, ns, parsed(fields)), 0);
}

static void counted(uint32_t ns, struct propagation_count counts[4])
{
	ck_assert_int_eq(propagation_count(&table, ns, counts, 4), 0);
}

#define assert_count(c, s, r, t)                          \
	do {                                              \
		ck_assert_uint_eq((c).shares, (s));       \
		ck_assert_uint_eq((c).receives, (r));     \
		ck_assert_uint_eq((c).sends, (t));        \
	} while (0)

START_TEST(each_direction_is_told)
{
	struct propagation_count c[4];

	mount_in(0, "shared:1");
	mount_in(0, "shared:2");
	mount_in(1, "shared:1");
	mount_in(1, "master:2");
	mount_in(2, "shared:5 master:1");
	mount_in(3, "");
	mount_in(3, "shared:11"); /* 1 is not in it */

	counted(0, c);
	assert_count(c[0], 0, 0, 0);
	assert_count(c[1], 1, 1, 0);
	assert_count(c[2], 0, 1, 0);
	assert_count(c[3], 0, 0, 0);

	counted(1, c);
	assert_count(c[0], 1, 0, 1);
	assert_count(c[2], 0, 1, 0);

	counted(2, c);
	assert_count(c[0], 0, 0, 1);
	assert_count(c[1], 0, 0, 1);

	counted(3, c);
	for (int i = 0; i < 4; i++)
		assert_count(c[i], 0, 0, 0);
	propagation_done(&table);
}
END_TEST

START_TEST(what_arrives_by_way_of_a_third_arrives)
{
	struct propagation_count c[4];

	/* A service with slaves of the machine's mounts, and a container with slaves of the service's. */
	mount_in(0, "shared:1");
	mount_in(1, "shared:10 master:1");
	mount_in(2, "master:10");
	counted(0, c);
	assert_count(c[1], 0, 1, 0);
	assert_count(c[2], 0, 1, 0);
	counted(2, c);
	assert_count(c[0], 0, 0, 1);
	assert_count(c[1], 0, 0, 1);
	propagation_done(&table);
}
END_TEST

START_TEST(propagate_from_bridges_what_is_out_of_sight)
{
	struct propagation_count c[4];

	/* Nobody who may be read has a mount in group 9; the kernel says that group 1 feeds it. */
	mount_in(0, "shared:1");
	mount_in(1, "shared:1");
	mount_in(1, "shared:20 master:9 propagate_from:1");
	mount_in(2, "master:20");
	counted(0, c);
	assert_count(c[1], 1, 1, 0);
	assert_count(c[2], 0, 1, 0);
	counted(2, c);
	assert_count(c[0], 0, 0, 1);
	assert_count(c[1], 0, 0, 2);
	propagation_done(&table);
}
END_TEST

START_TEST(a_peer_counts_once_whatever_else_it_is)
{
	struct propagation_count c[4];

	mount_in(0, "shared:1");
	mount_in(0, "shared:2 master:1");
	mount_in(1, "shared:2 master:1");
	mount_in(2, "shared:3 master:2");
	mount_in(0, "master:3");
	counted(0, c);
	assert_count(c[1], 1, 0, 0);
	assert_count(c[2], 0, 1, 1); /* it receives from one of ours and another of ours receives from it */
	propagation_done(&table);
}
END_TEST

START_TEST(long_ways_are_gone_once_and_circles_end)
{
	enum { LONG = 200000 };
	struct propagation_count c[4];

	for (uint32_t i = 1; i < LONG; i++)
		ck_assert_int_eq(propagation_add(&table, 1, (struct propagation){.shared = i, .master = i + 1}), 0);
	mount_in(0, "shared:200000");
	mount_in(0, "master:1");
	mount_in(2, "shared:300001 master:300002");
	mount_in(2, "shared:300002 master:300001");
	counted(0, c);
	assert_count(c[1], 0, LONG - 1, LONG - 1);
	assert_count(c[2], 0, 0, 0);
	propagation_done(&table);
}
END_TEST

START_TEST(nothing_is_nothing)
{
	struct propagation_count c[4] = {{.shares = 7}};

	counted(0, c);
	assert_count(c[0], 0, 0, 0);
	/* Private mounts take no room. */
	for (int i = 0; i < 100; i++)
		mount_in(0, "unbindable");
	ck_assert_uint_eq(table.n, 0);
	propagation_done(&table);
}
END_TEST

int main(void)
{
	return unit_run("propagation", tags_are_whole_words, what_is_no_number_is_no_group, each_direction_is_told,
			what_arrives_by_way_of_a_third_arrives, propagate_from_bridges_what_is_out_of_sight,
			a_peer_counts_once_whatever_else_it_is, long_ways_are_gone_once_and_circles_end, nothing_is_nothing);
}
