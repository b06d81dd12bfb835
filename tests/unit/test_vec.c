/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/vec.h"
#include "unit.h"

#include <errno.h>
#include <stdint.h>

struct odd {
	char bytes[13];
};

START_TEST(no_room_is_needed_for_nothing)
{
	int *v = NULL;
	size_t cap = 0;

	ck_assert_int_eq(vec_reserve(&v, &cap, 0), 0);
	ck_assert_ptr_null(v);
	ck_assert_uint_eq(cap, 0);
}
END_TEST

START_TEST(old_content_stays)
{
	struct odd *v = NULL;
	size_t cap = 0;

	for (size_t n = 1; n < 3000; n++) {
		ck_assert_int_eq(vec_reserve(&v, &cap, n), 0);
		ck_assert_uint_ge(cap, n);
		for (size_t i = 0; i < sizeof(v->bytes); i++)
			v[n - 1].bytes[i] = (char)(n % 100 + 1);
	}
	for (size_t n = 1; n < 3000; n++)
		ck_assert_int_eq(v[n - 1].bytes[12], (char)(n % 100 + 1));
	free(v);
}
END_TEST

START_TEST(it_grows_by_doubling)
{
	char *v = NULL;
	size_t cap = 0, steps = 0;

	for (size_t n = 1; n <= 1 << 16; n++) {
		size_t before = cap;

		ck_assert_int_eq(vec_reserve(&v, &cap, n), 0);
		steps += cap != before;
	}
	ck_assert_uint_le(steps, 17);
	free(v);
}
END_TEST

START_TEST(one_call_can_make_room_for_many)
{
	uint64_t *v = NULL;
	size_t cap = 0;

	ck_assert_int_eq(vec_reserve(&v, &cap, 100001), 0);
	ck_assert_uint_ge(cap, 100001);
	ck_assert_uint_eq(v[100000], 0);

	const uint64_t *at = v;

	ck_assert_int_eq(vec_reserve(&v, &cap, 100001), 0);
	ck_assert_ptr_eq(v, at);
	free(v);
}
END_TEST

START_TEST(room_that_no_memory_can_hold_is_refused)
{
	uint64_t *v = NULL;
	size_t cap = 0;

	ck_assert_int_eq(vec_reserve(&v, &cap, 3), 0);
	v[2] = 42;

	const uint64_t *at = v;
	size_t had = cap;

	ck_assert_int_eq(vec_reserve(&v, &cap, SIZE_MAX), -ENOMEM);
	ck_assert_int_eq(vec_reserve(&v, &cap, SIZE_MAX / sizeof(*v)), -ENOMEM);
	ck_assert_int_eq(vec_reserve(&v, &cap, SIZE_MAX / sizeof(*v) + 2), -ENOMEM);
	ck_assert_ptr_eq(v, at);
	ck_assert_uint_eq(cap, had);
	ck_assert_uint_eq(v[2], 42);
	free(v);
}
END_TEST

int main(void)
{
	return unit_run("vec", no_room_is_needed_for_nothing, old_content_stays,
			it_grows_by_doubling, one_call_can_make_room_for_many, room_that_no_memory_can_hold_is_refused);
}
