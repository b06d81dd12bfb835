/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/counters.h"
#include "unit.h"

#include <errno.h>
#include <string.h>

static const char dev[] = "Inter-|   Receive                            |  Transmit\n"
			  " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs\n"
			  "    lo:     999      9    0    0    0     0          0         0      999       9    0\n"
			  "  eth0:    1500     10    0    0    0     0          0         0       70       1    0\n"
			  " veth1: 18446744073709550000 1 0 0 0 0 0 0 30 1 0\n";

START_TEST(interfaces_are_summed_without_lo)
{
	uint64_t rx, tx;

	ck_assert_int_eq(counters_net_parse(dev, sizeof(dev) - 1, &rx, &tx), 0);
	ck_assert_uint_eq(rx, 1500 + 18446744073709550000u);
	ck_assert_uint_eq(tx, 100);
	ck_assert_int_eq(counters_net_parse("", 0, &rx, &tx), 0);
	ck_assert_uint_eq(rx, 0);
}
END_TEST

START_TEST(a_broken_line_is_refused_and_sets_nothing)
{
	static const char *const bad[] = {"eth0: 1 2 3\n", "eth0:\n", "eth0: x 1 1 1 1 1 1 1 1\n", "eth0: -1 1 1 1 1 1 1 1 1\n"};
	uint64_t rx = 7, tx = 8;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_int_eq(counters_net_parse(bad[i], strlen(bad[i]), &rx, &tx), -EINVAL);
	ck_assert(rx == 7 && tx == 8);
}
END_TEST

START_TEST(a_value_is_found_by_its_whole_key)
{
	static const char io[] = "rchar: 5\ncancelled_write_bytes: 3\nread_bytes: 4096\nwrite_bytes: 12\n";
	uint64_t n = 1;

	ck_assert_int_eq(counters_value_parse(io, sizeof(io) - 1, "write_bytes", &n), 0);
	ck_assert_uint_eq(n, 12);
	ck_assert_int_eq(counters_value_parse(io, sizeof(io) - 1, "write", &n), -ENOENT);
	ck_assert_int_eq(counters_value_parse("Pss: 31 kB\n", 11, "Pss", &n), 0);
	ck_assert_uint_eq(n, 31);
	ck_assert_int_eq(counters_value_parse("Pss: many\n", 10, "Pss", &n), -EINVAL);
}
END_TEST

START_TEST(a_process_may_call_itself_anything)
{
	static const char stat[] = "7 (a) R 1 () S 3 7 7 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 4242 0 0\n";
	uint64_t start;

	ck_assert_int_eq(counters_start_parse(stat, sizeof(stat) - 1, &start), 0);
	ck_assert_uint_eq(start, 4242);
	ck_assert_int_eq(counters_start_parse("7 (a) S 3\n", 10, &start), -EINVAL);
	ck_assert_int_eq(counters_start_parse("", 0, &start), -EINVAL);
}
END_TEST

int main(void)
{
	return unit_run("counters", interfaces_are_summed_without_lo, a_broken_line_is_refused_and_sets_nothing,
			a_value_is_found_by_its_whole_key, a_process_may_call_itself_anything);
}
