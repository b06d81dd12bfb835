/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/cmdline_pool.h"
#include "scan/lastpid.h"
#include "unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { NOBODY = 4194305, ASKED = 1000 };

static int procfd;
static struct cmdline_pool *pool;

static void begin(unsigned workers)
{
	procfd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(procfd, 0);
	ck_assert_int_eq(cmdline_pool_open(procfd, workers, &pool), 0);
}

static void finish_and_compare(struct arena *strings)
{
	const struct cmdline_job *jobs;
	size_t n;

	ck_assert_int_eq(cmdline_pool_finish(pool, &jobs, &n), 0);
	ck_assert_uint_eq(n, ASKED);
	for (size_t i = 0; i < n; i++)
		if (i % 3) {
			ck_assert_int_eq(jobs[i].pid, getpid());
			ck_assert_ptr_nonnull(strstr(jobs[i].text, "test_cmdline"));
		} else {
			ck_assert_int_eq(jobs[i].pid, NOBODY);
			ck_assert_ptr_null(jobs[i].text);
		}

	const char *text = jobs[1].text;

	cmdline_pool_close(pool, strings);
	ck_assert_ptr_nonnull(strstr(text, "test_cmdline"));
	close(procfd);
}

static void ask_all(void)
{
	for (int i = 0; i < ASKED; i++)
		ck_assert_int_eq(cmdline_pool_ask(pool, i % 3 ? getpid() : NOBODY, false), 0);
}

START_TEST(command_lines_come_in_order_of_asking_however_many_workers)
{
	static const unsigned workers[] = {1, 2, 5, 1000};

	for (size_t i = 0; i < sizeof(workers) / sizeof(workers[0]); i++) {
		struct arena strings = {0};

		begin(workers[i]);
		ask_all();
		finish_and_compare(&strings);
		arena_done(&strings);
	}
}
END_TEST

START_TEST(what_was_asked_for_is_known_before_it_is_read)
{
	size_t n;

	begin(3);
	ask_all();
	const struct cmdline_job *jobs = cmdline_pool_jobs(pool, &n);
	ck_assert_uint_eq(n, ASKED);
	ck_assert_int_eq(jobs[0].pid, NOBODY);
	ck_assert_int_eq(jobs[1].pid, getpid());
	cmdline_pool_close(pool, NULL);
	close(procfd);
}
END_TEST

START_TEST(a_kernel_thread_has_a_name_instead)
{
	const struct cmdline_job *jobs;
	size_t n;

	begin(2);
	ck_assert_int_eq(cmdline_pool_ask(pool, getpid(), true), 0);
	ck_assert_int_eq(cmdline_pool_ask(pool, NOBODY, true), 0);
	ck_assert_int_eq(cmdline_pool_finish(pool, &jobs, &n), 0);
	ck_assert_str_eq(jobs[0].text, "test_cmdline");
	ck_assert_ptr_null(jobs[1].text);
	cmdline_pool_close(pool, NULL);
	close(procfd);
}
END_TEST

START_TEST(a_pool_that_nobody_asks_can_be_closed)
{
	begin(4);
	cmdline_pool_close(pool, NULL);
	cmdline_pool_close(NULL, NULL);
	close(procfd);
}
END_TEST

START_TEST(pids_between_two_looks_were_given_out)
{
	ck_assert(!lastpid_given(100, 110, 100));
	ck_assert(lastpid_given(100, 110, 101));
	ck_assert(lastpid_given(100, 110, 110));
	ck_assert(!lastpid_given(100, 110, 111));
	ck_assert(!lastpid_given(100, 100, 100));
}
END_TEST

START_TEST(pids_start_again_from_the_lowest)
{
	ck_assert(lastpid_given(32000, 400, 32700));
	ck_assert(lastpid_given(32000, 400, 301));
	ck_assert(lastpid_given(32000, 400, 400));
	ck_assert(!lastpid_given(32000, 400, 401));
	ck_assert(!lastpid_given(32000, 400, 32000));
}
END_TEST

START_TEST(without_a_look_any_pid_may_be_new)
{
	ck_assert(lastpid_given(0, 100, 5));
	ck_assert(lastpid_given(100, 0, 5));
}
END_TEST

int main(void)
{
	return unit_run("cmdline", command_lines_come_in_order_of_asking_however_many_workers,
			what_was_asked_for_is_known_before_it_is_read, a_kernel_thread_has_a_name_instead,
			a_pool_that_nobody_asks_can_be_closed,
			pids_between_two_looks_were_given_out, pids_start_again_from_the_lowest,
			without_a_look_any_pid_may_be_new);
}
