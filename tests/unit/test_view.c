/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/view.h"
#include "support.h"
#include "unit.h"

static struct snapshot *snap;
static struct graph *graph;
static struct view *view;

static void look(const char *fixture, struct view_query q)
{
	snap = fixture_snapshot(fixture);
	ck_assert_int_eq(graph_build(snap, GRAPH_ROWS, &graph), 0);
	ck_assert_int_eq(view_build(graph, &q, &view), 0);
}

static void done(void)
{
	view_free(view);
	graph_free(graph);
	snapshot_free(snap);
}

static uint32_t ino(size_t row)
{
	return snap->nss[view->rows[row].index].ino;
}

static size_t row_of(uint32_t inode)
{
	for (size_t i = 0; i < view->nrows; i++)
		if (ino(i) == inode)
			return i;
	ck_abort_msg("no row for %u", inode);
	return 0;
}

static void parents_come_first(void)
{
	ck_assert_ptr_nonnull(view->parents);
	for (size_t i = 0; i < view->nrows; i++)
		ck_assert(view->parents[i] == VIEW_NO_PARENT || view->parents[i] < i);
}

START_TEST(without_a_question_every_namespace_comes_by_inode)
{
	look("containers", (struct view_query){.sort = -1});
	ck_assert_uint_eq(view->nrows, snap->nnss);
	ck_assert_ptr_null(view->parents);
	for (size_t i = 1; i < view->nrows; i++)
		ck_assert_uint_lt(ino(i - 1), ino(i));
	done();
}
END_TEST

START_TEST(types_and_emptiness_choose)
{
	look("containers", (struct view_query){.types = 1u << NS_NET | 1u << NS_UTS, .sort = -1});
	for (size_t i = 0; i < view->nrows; i++)
		ck_assert(snap->nss[view->rows[i].index].type == NS_NET || snap->nss[view->rows[i].index].type == NS_UTS);
	done();
	look("containers", (struct view_query){.empty = true, .sort = -1});
	ck_assert_uint_eq(view->nrows, 1);
	ck_assert_uint_eq(ino(0), 4026532700u);
	done();
}
END_TEST

START_TEST(a_process_chooses_its_namespaces_and_a_namespace_its_processes)
{
	static const uint32_t web[] = {6}; /* PID 1220 */
	static const uint32_t pidns[] = {11};

	look("containers", (struct view_query){.procs = web, .nprocs = 1, .sort = -1});
	ck_assert_int_eq(snap->procs[6].pid, 1220);
	ck_assert_uint_eq(view->nrows, NS_TYPE_COUNT);
	done();
	look("containers", (struct view_query){.processes = true, .nss = pidns, .nnss = 1, .sort = -1});
	ck_assert_uint_eq(snap->nss[11].ino, 4026532404u);
	ck_assert_uint_eq(view->nrows, 3);
	ck_assert_int_eq(snap->procs[view->rows[0].index].pid, 1220);
	ck_assert_uint_eq(view->rows[0].ns, 11);
	done();
}
END_TEST

START_TEST(sorting_turns_round_and_leaves_what_has_no_value_last)
{
	uint64_t before = UINT64_MAX;

	look("containers", (struct view_query){.sort = COL_RSS, .descending = true});
	for (size_t i = 0; i < view->nrows; i++) {
		ck_assert_uint_le(graph_node(graph, view->rows[i].index)->rss, before);
		before = graph_node(graph, view->rows[i].index)->rss;
	}
	done();
	for (int down = 0; down < 2; down++) {
		look("containers", (struct view_query){.sort = COL_PID, .descending = down});
		ck_assert_uint_eq(ino(view->nrows - 1), 4026532700u); /* the one without processes */
		done();
	}
}
END_TEST

START_TEST(namespaces_hang_below_their_owner)
{
	look("containers", (struct view_query){.tree = TREE_OWNER, .sort = -1});
	ck_assert_uint_eq(view->nrows, snap->nnss);
	parents_come_first();
	ck_assert_uint_eq(ino(0), 4026531837u);
	ck_assert_uint_eq(ino(view->parents[row_of(4026532406)]), 4026531837u);
	ck_assert_uint_eq(ino(view->parents[row_of(4026532533)]), 4026532530u);
	ck_assert_uint_eq(ino(view->parents[row_of(4026532530)]), 4026532500u);
	done();
}
END_TEST

START_TEST(a_filtered_tree_keeps_the_rows_above)
{
	look("containers", (struct view_query){.types = 1u << NS_NET, .tree = TREE_OWNER, .ancestors = true, .sort = -1});
	parents_come_first();
	ck_assert_uint_eq(ino(view->parents[row_of(4026532533)]), 4026532530u);
	for (size_t i = 0; i < view->nrows; i++)
		ck_assert(snap->nss[view->rows[i].index].type == NS_NET || snap->nss[view->rows[i].index].type == NS_USER);
	done();
}
END_TEST

START_TEST(without_them_a_row_hangs_below_its_nearest_ancestor_that_is_shown)
{
	look("containers", (struct view_query){.types = 1u << NS_PID, .tree = TREE_PARENT, .sort = -1});
	parents_come_first();
	ck_assert_uint_eq(ino(view->parents[row_of(4026532532)]), 4026532513u);
	ck_assert_uint_eq(view->parents[row_of(4026531836)], VIEW_NO_PARENT);
	done();
	look("containers", (struct view_query){.types = 1u << NS_NET, .tree = TREE_OWNER, .sort = -1});
	for (size_t i = 0; i < view->nrows; i++)
		ck_assert_uint_eq(view->parents[i], VIEW_NO_PARENT);
	done();
}
END_TEST

START_TEST(processes_hang_below_their_parent)
{
	look("containers", (struct view_query){.processes = true, .tree = TREE_PROCESS, .sort = -1});
	ck_assert_uint_eq(view->nrows, snap->nprocs);
	parents_come_first();
	for (size_t i = 0; i < view->nrows; i++)
		if (view->parents[i] != VIEW_NO_PARENT)
			ck_assert_int_eq(snap->procs[view->rows[i].index].ppid,
					 snap->procs[view->rows[view->parents[i]].index].pid);
	done();
}
END_TEST

START_TEST(processes_in_a_circle_are_shown_all_the_same)
{
	static const char circle[] = "{\"schema\":\"nsview.dump/1\",\"processes\":["
				     "{\"pid\":10,\"ppid\":11,\"comm\":\"a\"},{\"pid\":11,\"ppid\":12,\"comm\":\"b\"},"
				     "{\"pid\":12,\"ppid\":10,\"comm\":\"c\"},{\"pid\":13,\"ppid\":13,\"comm\":\"d\"}]}";
	struct view_query q = {.processes = true, .tree = TREE_PROCESS, .sort = -1};

	snap = snapshot_from(circle);
	ck_assert_int_eq(graph_build(snap, GRAPH_ROWS, &graph), 0);
	ck_assert_int_eq(view_build(graph, &q, &view), 0);
	ck_assert_uint_eq(view->nrows, 4);
	parents_come_first();
	done();
}
END_TEST

static struct cell get(enum column_id id, size_t row)
{
	static struct arena scratch;

	return column_info(id)->get(graph, view->rows[row], &scratch);
}

START_TEST(denied_absent_and_zero_are_three_things)
{
	look("host", (struct view_query){.sort = -1});
	ck_assert_int_eq((int)get(COL_PNS, row_of(4026531837)).kind, CELL_ABSENT);
	ck_assert_int_eq((int)get(COL_ID, row_of(4026531837)).kind, CELL_UNKNOWN);
	ck_assert_int_eq((int)get(COL_NETNSID, row_of(4026531836)).kind, CELL_ABSENT);
	ck_assert_int_eq((int)get(COL_NETNSID, row_of(4026531840)).i64, -1);
	done();
	look("hostile", (struct view_query){.sort = -1});
	ck_assert_int_eq((int)get(COL_ONS, row_of(4026532901)).kind, CELL_UNKNOWN);
	ck_assert_int_eq((int)get(COL_PID, row_of(4026532901)).kind, CELL_ABSENT);
	ck_assert_uint_eq(get(COL_NPROCS, row_of(4026532901)).u64, 0);
	/* What could not be read may be in there. */
	snap->coverage.unreadable = 1;
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(get((enum column_id[]){COL_NPROCS, COL_THREADS, COL_CPU, COL_RSS}[i], row_of(4026532901)).kind,
				 CELL_UNKNOWN);
	ck_assert_int_eq(get(COL_NPROCS, row_of(4026531837)).kind, CELL_U64);
	/* PID 1 alone is not. */
	snap->coverage.unreadable_pid = 1;
	ck_assert_uint_eq(get(COL_NPROCS, row_of(4026532901)).u64, 0);
	snap->coverage.unreadable = 2;
	ck_assert_int_eq(get(COL_NPROCS, row_of(4026532901)).kind, CELL_UNKNOWN);
	/* Nor is it known what holds what nobody was seen to hold. */
	snap->coverage.sources[SOURCE_FDS].state = SOURCE_RAN;
	ck_assert_int_eq(get(COL_HELD, row_of(4294967295)).kind, CELL_UNKNOWN);
	snap->coverage.unreadable = 0;
	snap->coverage.unreadable_pid = 0;
	ck_assert_int_eq(get(COL_HELD, row_of(4294967295)).kind, CELL_ABSENT);
	snap->coverage.sources[SOURCE_FDS].state = SOURCE_DENIED;
	ck_assert_int_eq(get(COL_HELD, row_of(4294967295)).kind, CELL_UNKNOWN);
	/* And any that /proc does not even list may be. */
	ck_assert_uint_eq(get(COL_NPROCS, row_of(4026532901)).u64, 0);
	snap->coverage.hidden = true;
	ck_assert_int_eq(get(COL_NPROCS, row_of(4026532901)).kind, CELL_UNKNOWN);
	snap->coverage.hidden = false;
	done();
}
END_TEST

START_TEST(every_column_answers_for_every_row_of_every_fixture)
{
	static const char *const fixtures[] = {"host", "containers", "holders", "hostile"};

	for (size_t f = 0; f < 4; f++)
		for (int processes = 0; processes < 2; processes++) {
			look(fixtures[f], (struct view_query){.processes = processes, .sort = -1});
			for (size_t row = 0; row < view->nrows; row++)
				for (int id = 0; id < COL_COUNT; id++) {
					struct arena scratch = {0};
					struct cell c = column_info((enum column_id)id)->get(graph, view->rows[row], &scratch);

					ck_assert_ptr_nonnull(cell_text(column_info((enum column_id)id), c, id % 2, &scratch));
					arena_done(&scratch);
				}
			done();
		}
}
END_TEST

START_TEST(units_are_for_people_and_raw_is_not)
{
	struct arena a = {0};
	struct cell n = {.kind = CELL_U64};
	const struct column *age = column_info(COL_AGE), *rss = column_info(COL_RSS);

	ck_assert_str_eq(cell_text(age, n, false, &a), "0s");
	n.u64 = 59;
	ck_assert_str_eq(cell_text(age, n, false, &a), "59s");
	n.u64 = 61;
	ck_assert_str_eq(cell_text(age, n, false, &a), "1m01s");
	n.u64 = 3600;
	ck_assert_str_eq(cell_text(age, n, false, &a), "1h00m");
	ck_assert_str_eq(cell_text(age, n, true, &a), "3600");
	n.u64 = 90061;
	ck_assert_str_eq(cell_text(age, n, false, &a), "1d01h");
	n.u64 = 1023;
	ck_assert_str_eq(cell_text(rss, n, false, &a), "1023B");
	n.u64 = 1536;
	ck_assert_str_eq(cell_text(rss, n, false, &a), "1.5K");
	n.u64 = 10 * 1024 * 1024 + 1;
	ck_assert_str_eq(cell_text(rss, n, false, &a), "10M");
	n.u64 = UINT64_MAX;
	ck_assert_str_eq(cell_text(rss, n, false, &a), "15E");
	ck_assert_str_eq(cell_text(rss, n, true, &a), "18446744073709551615");
	arena_done(&a);
}
END_TEST

START_TEST(lists_of_columns_are_parsed_whole_or_not_at_all)
{
	struct column_list list = {.ids = {COL_NS}, .n = 1};
	char bad[8];

	ck_assert_int_eq(column_list_parse(&list, "+pid,PID,User", bad, sizeof(bad)), 0);
	ck_assert_uint_eq(list.n, 3);
	ck_assert_int_eq((int)list.ids[2], COL_USER);
	ck_assert_int_lt(column_list_parse(&list, "ns,wrongcolumn", bad, sizeof(bad)), 0);
	ck_assert_str_eq(bad, "wrongco");
	ck_assert_uint_eq(list.n, 3);
	ck_assert_int_lt(column_list_parse(&list, "", bad, sizeof(bad)), 0);
	ck_assert_int_lt(column_list_parse(&list, "ns,", bad, sizeof(bad)), 0);
	ck_assert_int_eq(column_list_parse(&list, "type", bad, sizeof(bad)), 0);
	ck_assert_uint_eq(list.n, 1);
	ck_assert_str_eq(column_nearest("NPROC"), "NPROCS");
	ck_assert_ptr_null(column_nearest("zzzzzzzz"));
}
END_TEST

int main(void)
{
	return unit_run("view", without_a_question_every_namespace_comes_by_inode, types_and_emptiness_choose,
			a_process_chooses_its_namespaces_and_a_namespace_its_processes,
			sorting_turns_round_and_leaves_what_has_no_value_last, namespaces_hang_below_their_owner,
			a_filtered_tree_keeps_the_rows_above,
			without_them_a_row_hangs_below_its_nearest_ancestor_that_is_shown,
			processes_hang_below_their_parent, processes_in_a_circle_are_shown_all_the_same,
			denied_absent_and_zero_are_three_things, every_column_answers_for_every_row_of_every_fixture,
			units_are_for_people_and_raw_is_not, lists_of_columns_are_parsed_whole_or_not_at_all);
}
