/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/idmap.h"
#include "nsview/signame.h"
#include "nsview/subid.h"
#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

static int extent(const char *s, struct idmap_extent *e)
{
	return idmap_extent_parse(s, strlen(s), e);
}

START_TEST(an_extent_is_three_numbers)
{
	struct idmap_extent e = {7, 7, 7};

	ck_assert_int_eq(extent("0:100000:65536", &e), 0);
	ck_assert_uint_eq(e.inside, 0);
	ck_assert_uint_eq(e.outside, 100000);
	ck_assert_uint_eq(e.count, 65536);
	ck_assert_int_eq(extent("0:0:4294967295", &e), 0);
}
END_TEST

START_TEST(what_is_no_extent_is_refused)
{
	static const char *const bad[] = {
		"", ":", "::", "0:0", "0:0:", ":0:1", "0::1", "0:0:0", "1:0:4294967295", "0:1:4294967295", "0:0:4294967296",
		"0:0:1:1", "-1:0:1", "a:0:1", " 0:0:1", "0:0:1 ",
	};
	struct idmap_extent e = {7, 8, 9};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(extent(bad[i], &e) == -EINVAL, "'%s' was taken", bad[i]);
	ck_assert_uint_eq(e.inside, 7);
	ck_assert_uint_eq(e.count, 9);
}
END_TEST

static int subid(const char *s, const char *name, uint32_t uid, struct idmap_extent *e)
{
	return subid_find(s, strlen(s), name, uid, e);
}

START_TEST(a_range_is_found_by_name_or_number)
{
	static const char text[] = "ann:100000:65536\n1001:200000:10\nann:300000:1\nbob:400000:5";
	struct idmap_extent e;

	ck_assert_int_eq(subid(text, "ann", 9, &e), 0);
	ck_assert_uint_eq(e.outside, 100000);
	ck_assert_uint_eq(e.count, 65536);
	ck_assert_int_eq(subid(text, NULL, 1001, &e), 0);
	ck_assert_uint_eq(e.outside, 200000);
	ck_assert_int_eq(subid(text, "bob", 9, &e), 0);
	ck_assert_uint_eq(e.count, 5);
	ck_assert_int_eq(subid(text, "an", 9, &e), -ENOENT);
	ck_assert_int_eq(subid(text, "annie", 9, &e), -ENOENT);
	ck_assert_int_eq(subid("", "ann", 9, &e), -ENOENT);
}
END_TEST

START_TEST(lines_that_are_no_ranges_are_passed_over)
{
	struct idmap_extent e = {0};

	ck_assert_int_eq(subid("# ann\n\nann\nann:\nann:1\nann:1:\nann:x:1\nann:1:0\nann:4294967295:1\nann:7:8\n", "ann", 0, &e), 0);
	ck_assert_uint_eq(e.outside, 7);
}
END_TEST

START_TEST(signals_have_names_and_numbers)
{
	ck_assert_int_eq(signame_parse("TERM"), SIGTERM);
	ck_assert_int_eq(signame_parse("SIGTERM"), SIGTERM);
	ck_assert_int_eq(signame_parse("sigkill"), SIGKILL);
	ck_assert_int_eq(signame_parse("9"), SIGKILL);
	ck_assert_int_eq(signame_parse("64"), 64);
	ck_assert_int_eq(signame_parse("0"), -EINVAL);
	ck_assert_int_eq(signame_parse("65"), -EINVAL);
	ck_assert_int_eq(signame_parse(""), -EINVAL);
	ck_assert_int_eq(signame_parse("SIG"), -EINVAL);
	ck_assert_int_eq(signame_parse("TERMINATE"), -EINVAL);
	ck_assert_str_eq(signame_of(SIGHUP), "HUP");
	ck_assert_ptr_null(signame_of(0));
	ck_assert_ptr_null(signame_of(64));
	for (int i = 1; i < 32; i++)
		if (signame_of(i))
			ck_assert_int_eq(signame_parse(signame_of(i)), i);
}
END_TEST

int main(void)
{
	return unit_run("ids", an_extent_is_three_numbers, what_is_no_extent_is_refused, a_range_is_found_by_name_or_number,
			lines_that_are_no_ranges_are_passed_over, signals_have_names_and_numbers);
}
