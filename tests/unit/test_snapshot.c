/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/snapshot.h"
#include "unit.h"

#include <errno.h>

START_TEST(an_empty_snapshot_knows_nothing_and_says_so)
{
	struct snapshot *snap = snapshot_new();

	ck_assert_ptr_nonnull(snap);
	for (int t = 0; t < NS_TYPE_COUNT; t++) {
		ck_assert_uint_eq(snap->host.base[t], NS_REF_UNREAD);
		ck_assert_uint_eq(snap->host.own[t], NS_REF_UNREAD);
		ck_assert(!NS_REF_OK(snap->host.own[t]));
	}
	for (int s = 0; s < SOURCE_COUNT; s++)
		ck_assert_int_eq(snap->coverage.sources[s].state, SOURCE_UNASKED);
	snapshot_free(snap);
	snapshot_free(NULL);
}
END_TEST

START_TEST(a_reference_that_names_nothing_is_not_ok)
{
	ck_assert(NS_REF_OK(0));
	ck_assert(NS_REF_OK(NS_REF_UNREAD - 1));
	ck_assert(!NS_REF_OK(NS_REF_UNREAD));
	ck_assert(!NS_REF_OK(NS_REF_DENIED));
	ck_assert(!NS_REF_OK(NS_REF_ABSENT));
}
END_TEST

START_TEST(every_source_state_and_label_has_a_name_of_its_own)
{
	for (int i = 0; i < SOURCE_COUNT; i++)
		ck_assert_int_eq(source_find(source_name((enum scan_source)i)), i);
	for (int i = SOURCE_UNASKED; i <= SOURCE_DENIED; i++)
		ck_assert_int_eq(source_state_find(source_state_name((enum source_state)i)), i);
	for (int i = 0; i < LABEL_KIND_COUNT; i++)
		ck_assert_int_eq(label_kind_find(label_kind_name((enum label_kind)i)), i);
}
END_TEST

START_TEST(what_is_no_name_is_not_found)
{
	static const char *const bad[] = {"", " ", "PROC", "proc ", "Docker", "docker ", "ran\n", "nothing"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ck_assert_int_eq(source_find(bad[i]), -EINVAL);
		ck_assert_int_eq(source_state_find(bad[i]), -EINVAL);
		ck_assert_int_eq(label_kind_find(bad[i]), -EINVAL);
	}
}
END_TEST

START_TEST(a_process_is_found_wherever_the_search_begins)
{
	enum { N = 100 };
	static struct snap_proc procs[N];
	struct snapshot snap = {.procs = procs, .nprocs = N};

	for (int i = 0; i < N; i++)
		procs[i].pid = 10 + 3 * i;
	for (uint32_t from = 0; from <= N; from += 7)
		for (int32_t pid = 0; pid < 10 + 3 * N + 5; pid++) {
			uint32_t near = from, found = snap_proc_find(&snap, pid);

			ck_assert_uint_eq(snap_proc_find_near(&snap, pid, &near), found);
			ck_assert_uint_eq(near, found == SNAP_NONE ? from : found);
		}
	snap.nprocs = 0;
	ck_assert_uint_eq(snap_proc_find_near(&snap, 1, &(uint32_t){0}), SNAP_NONE);
}
END_TEST

int main(void)
{
	return unit_run("snapshot", a_process_is_found_wherever_the_search_begins,
			an_empty_snapshot_knows_nothing_and_says_so,
			a_reference_that_names_nothing_is_not_ok, every_source_state_and_label_has_a_name_of_its_own,
			what_is_no_name_is_not_found);
}
