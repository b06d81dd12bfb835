/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/procstat.h"
#include "unit.h"

#include <errno.h>
#include <string.h>

#define REST " S 1 7 7 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 "

static int parse(const char *s, uint64_t *start)
{
	return procstat_start_parse(s, strlen(s), start);
}

START_TEST(start_is_field_22_whatever_the_name_is)
{
	uint64_t start;

	ck_assert_int_eq(parse("7 (sh)" REST "12345 100 200\n", &start), 0);
	ck_assert_uint_eq(start, 12345);
	ck_assert_int_eq(parse("7 (a) R 1 2 (b \n)" REST "18446744073709551615 100\n", &start), 0);
	ck_assert_uint_eq(start, UINT64_MAX);
	ck_assert_int_eq(parse("7 ()" REST "0 1\n", &start), 0);
	ck_assert_uint_eq(start, 0);
}
END_TEST

START_TEST(what_is_no_stat_leaves_the_start_alone)
{
	uint64_t start = 7;

	ck_assert_int_eq(parse("", &start), -EINVAL);
	ck_assert_int_eq(parse("7 (sh", &start), -EINVAL);
	ck_assert_int_eq(parse("7 (sh)", &start), -EINVAL);
	ck_assert_int_eq(parse("7 (sh) ", &start), -EINVAL);
	ck_assert_int_eq(parse("7 (sh) S 1 2 3", &start), -EINVAL);
	ck_assert_int_eq(parse("7 (sh)" REST "12345", &start), -EINVAL);
	ck_assert_int_eq(parse("7 (sh)" REST "x 1", &start), -EINVAL);
	ck_assert_int_eq(parse("7 (sh)" REST " 1", &start), -EINVAL);
	ck_assert_uint_eq(start, 7);
}
END_TEST

START_TEST(arguments_are_joined_by_blanks)
{
	char args[] = "sh\0-c\0echo  a\0\0b", none[] = "", padded[] = "nginx: worker\0\0\0\0", empty[] = "\0\0";

	ck_assert_uint_eq(cmdline_join(args, sizeof(args) - 1), 16);
	ck_assert_str_eq(args, "sh -c echo  a  b");
	ck_assert_uint_eq(cmdline_join(none, 0), 0);
	ck_assert_uint_eq(cmdline_join(padded, sizeof(padded) - 1), 13);
	ck_assert_str_eq(padded, "nginx: worker");
	ck_assert_uint_eq(cmdline_join(empty, 2), 0);
	ck_assert_str_eq(empty, "");
}
END_TEST

int main(void)
{
	return unit_run("procstat", start_is_field_22_whatever_the_name_is, what_is_no_stat_leaves_the_start_alone,
			arguments_are_joined_by_blanks);
}
