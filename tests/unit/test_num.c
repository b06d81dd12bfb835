/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/num.h"
#include "unit.h"

#include <errno.h>
#include <string.h>

static int u64(const char *s, uint64_t *ret)
{
	return num_u64_parse(s, strlen(s), ret);
}

static int u32(const char *s, uint32_t *ret)
{
	return num_u32_parse(s, strlen(s), ret);
}

static int i64(const char *s, int64_t *ret)
{
	return num_i64_parse(s, strlen(s), ret);
}

START_TEST(u64_reaches_its_limits_and_not_beyond)
{
	uint64_t n = 7;

	ck_assert_int_eq(u64("0", &n), 0);
	ck_assert_uint_eq(n, 0);
	ck_assert_int_eq(u64("000000000000000000000000000042", &n), 0);
	ck_assert_uint_eq(n, 42);
	ck_assert_int_eq(u64("18446744073709551615", &n), 0);
	ck_assert_uint_eq(n, UINT64_MAX);
	n = 7;
	ck_assert_int_eq(u64("18446744073709551616", &n), -ERANGE);
	ck_assert_int_eq(u64("99999999999999999999999999", &n), -ERANGE);
	ck_assert_uint_eq(n, 7);
}
END_TEST

START_TEST(u32_reaches_its_limits_and_not_beyond)
{
	uint32_t n = 7;

	ck_assert_int_eq(u32("4294967296", &n), -ERANGE);
	ck_assert_int_eq(u32("18446744073709551616", &n), -ERANGE);
	ck_assert_uint_eq(n, 7);
	ck_assert_int_eq(u32("4294967295", &n), 0);
	ck_assert_uint_eq(n, UINT32_MAX);
}
END_TEST

START_TEST(i64_reaches_its_limits_and_not_beyond)
{
	int64_t n = 7;

	ck_assert_int_eq(i64("9223372036854775808", &n), -ERANGE);
	ck_assert_int_eq(i64("-9223372036854775809", &n), -ERANGE);
	ck_assert_int_eq(i64("-18446744073709551616", &n), -ERANGE);
	ck_assert_int_eq(n, 7);
	ck_assert_int_eq(i64("9223372036854775807", &n), 0);
	ck_assert_int_eq(n, INT64_MAX);
	ck_assert_int_eq(i64("-9223372036854775808", &n), 0);
	ck_assert_int_eq(n, INT64_MIN);
	ck_assert_int_eq(i64("-0", &n), 0);
	ck_assert_int_eq(n, 0);
	ck_assert_int_eq(i64("-1", &n), 0);
	ck_assert_int_eq(n, -1);
}
END_TEST

START_TEST(only_digits_are_a_number)
{
	static const char *const bad[] = {
		"", "-", "+1", " 1", "1 ", "1\n", "0x1", "1.0", "1e3", "--1", "-+1", "a", "1a", "/", ":",
		"\xd9\xa1", "99999999999999999999999999x", "-99999999999999999999999999 ",
	};
	uint64_t u = 7;
	uint32_t w = 7;
	int64_t i = 7;

	for (size_t b = 0; b < sizeof(bad) / sizeof(bad[0]); b++) {
		ck_assert_int_eq(u64(bad[b], &u), -EINVAL);
		ck_assert_int_eq(u32(bad[b], &w), -EINVAL);
		ck_assert_int_eq(i64(bad[b], &i), -EINVAL);
	}
	ck_assert_int_eq(u64("-1", &u), -EINVAL);
	ck_assert_int_eq(u32("-1", &w), -EINVAL);
	ck_assert_int_eq(num_u64_parse("1\0", 2, &u), -EINVAL);
	ck_assert(u == 7 && w == 7 && i == 7);
}
END_TEST

START_TEST(nothing_behind_the_length_is_read)
{
	uint64_t u;
	int64_t i;

	ck_assert_int_eq(num_u64_parse("123456", 3, &u), 0);
	ck_assert_uint_eq(u, 123);
	ck_assert_int_eq(num_i64_parse("-123456", 4, &i), 0);
	ck_assert_int_eq(i, -123);
	ck_assert_int_eq(num_u64_parse(NULL, 0, &u), -EINVAL);
	ck_assert_int_eq(num_i64_parse(NULL, 0, &i), -EINVAL);
}
END_TEST

START_TEST(a_sum_stays_at_the_largest_number)
{
	ck_assert_uint_eq(num_u64_add(1, 2), 3);
	ck_assert_uint_eq(num_u64_add(UINT64_MAX - 1, 1), UINT64_MAX);
	ck_assert_uint_eq(num_u64_add(UINT64_MAX, 1), UINT64_MAX);
	ck_assert_uint_eq(num_u64_add(INT64_MAX, UINT64_MAX), UINT64_MAX);
}
END_TEST

int main(void)
{
	return unit_run("num", u64_reaches_its_limits_and_not_beyond, u32_reaches_its_limits_and_not_beyond,
			i64_reaches_its_limits_and_not_beyond, only_digits_are_a_number,
			nothing_behind_the_length_is_read, a_sum_stays_at_the_largest_number);
}
