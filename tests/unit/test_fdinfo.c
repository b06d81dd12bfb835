/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/fdinfo.h"
#include "unit.h"

#include <errno.h>
#include <string.h>

static int in_flight(const char *text, uint32_t *n)
{
	return fdinfo_in_flight_parse(text, strlen(text), n);
}

START_TEST(sockets_are_told_from_paths_by_their_links)
{
	static const char *const wrong[] = {"", "socket:[", "socket:[]", "socket:[1", "socket:[x]", "socket:[-1]", "/socket:[1]",
					    "net:[1]", "socket:[18446744073709551616]", "socket:[1] (deleted)"};
	uint64_t inode = 42;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		ck_assert_msg(fdinfo_socket_parse(wrong[i], strlen(wrong[i]), &inode) < 0, "%s", wrong[i]);
	ck_assert_uint_eq(inode, 42);
	ck_assert_int_eq(fdinfo_socket_parse("socket:[18446744073709551615]", 29, &inode), 0);
	ck_assert_uint_eq(inode, UINT64_MAX);
}
END_TEST

START_TEST(what_waits_in_a_queue_is_in_a_line_of_its_own)
{
	uint32_t n = 42;

	ck_assert_int_eq(in_flight("pos:\t0\nflags:\t02000002\nmnt_id:\t9\nino:\t77\nscm_fds: 3\n", &n), 0);
	ck_assert_uint_eq(n, 3);
	ck_assert_int_eq(in_flight("scm_fds: 0", &n), 0);
	ck_assert_uint_eq(n, 0);
	ck_assert_int_eq(in_flight("lock:\t1: FLOCK  ADVISORY  WRITE 7 00:08:77 0 EOF\nscm_fds: 4294967295\n", &n), 0);
	ck_assert_uint_eq(n, UINT32_MAX);
}
END_TEST

START_TEST(what_is_no_count_is_refused_and_leaves_the_output_alone)
{
	static const char *const bad[] = {"scm_fds: \n", "scm_fds: -1\n", "scm_fds: x\n", "scm_fds: 4294967296\n", "scm_fds: 1 \n"};
	uint32_t n = 42;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(in_flight(bad[i], &n) == -EINVAL, "%s", bad[i]);
	ck_assert_int_eq(in_flight("", &n), -ENOENT);
	ck_assert_int_eq(in_flight("pos:\t0\nino:\t77\n", &n), -ENOENT);
	ck_assert_int_eq(in_flight("scm_fds:", &n), -ENOENT);
	ck_assert_int_eq(in_flight("no scm_fds: 1\n", &n), -ENOENT);
	ck_assert_uint_eq(n, 42);
}
END_TEST

int main(void)
{
	return unit_run("fdinfo", sockets_are_told_from_paths_by_their_links, what_waits_in_a_queue_is_in_a_line_of_its_own,
			what_is_no_count_is_refused_and_leaves_the_output_alone);
}
