/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/capmask.h"
#include "unit.h"

#include <errno.h>
#include <string.h>

static int parse(const char *status, const char *set, uint64_t *mask)
{
	return capmask_parse(status, strlen(status), set, mask);
}

START_TEST(a_set_is_found_by_its_name)
{
	static const char status[] = "Name:\tCapEff:\\t1\nState:\tS (sleeping)\nCapPrm:\t000001ffffffffff\n"
				     "CapEff:\t0000000000000400\nCapBnd:\tffffffffffffffff\n";
	uint64_t mask = 0;

	ck_assert_int_eq(parse(status, "CapEff", &mask), 0);
	ck_assert_uint_eq(mask, 0x400);
	ck_assert_int_eq(parse(status, "CapPrm", &mask), 0);
	ck_assert_uint_eq(mask, 0x1ffffffffff);
	ck_assert_int_eq(parse(status, "CapBnd", &mask), 0);
	ck_assert_uint_eq(mask, UINT64_MAX);
	ck_assert_int_eq(parse(status, "CapAmb", &mask), -ENOENT);
	ck_assert_int_eq(parse(status, "Cap", &mask), -ENOENT);
}
END_TEST

START_TEST(what_is_no_mask_is_refused_and_leaves_the_output_alone)
{
	static const char *const bad[] = {"CapEff:\t0x1\n", "CapEff:\t-1\n", "CapEff:\t1 \n", "CapEff:\tAB\n",
					  "CapEff:\t00000000000000001\n"};
	uint64_t mask = 42;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(parse(bad[i], "CapEff", &mask) == -EINVAL, "%s", bad[i]);
	ck_assert_int_eq(parse("CapEff:\t", "CapEff", &mask), -EINVAL);
	ck_assert_int_eq(capmask_parse("CapEff:\t\0001", 10, "CapEff", &mask), -EINVAL);
	ck_assert_int_eq(parse("", "CapEff", &mask), -ENOENT);
	ck_assert_int_eq(parse("CapEff", "CapEff", &mask), -ENOENT);
	ck_assert_uint_eq(mask, 42);
	/* A last line needs no end. */
	ck_assert_int_eq(parse("CapEff:\tf", "CapEff", &mask), 0);
	ck_assert_uint_eq(mask, 15);
}
END_TEST

int main(void)
{
	return unit_run("capmask", a_set_is_found_by_its_name, what_is_no_mask_is_refused_and_leaves_the_output_alone);
}
