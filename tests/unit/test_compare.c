/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/compare.h"
#include "support.h"
#include "unit.h"

/* Two snapshots of the machine in fixture "containers"; a test changes the second before it compares. */
static struct snapshot *before, *after;
static struct graph *was, *is;
static struct arena arena;
static const struct report_item *root;
static bool same, known;

static void load(const char *fixture)
{
	before = fixture_snapshot(fixture);
	after = fixture_snapshot(fixture);
}

static void unload(void)
{
	graph_free(was);
	graph_free(is);
	was = is = NULL;
	snapshot_free(before);
	snapshot_free(after);
	arena_done(&arena);
}

static void compare(bool all)
{
	graph_free(was);
	graph_free(is);
	ck_assert_int_eq(graph_build(before, GRAPH_ALL, &was), 0);
	ck_assert_int_eq(graph_build(after, GRAPH_ALL, &is), 0);
	root = compare_snapshots(was, is, all, &arena, &same);
	ck_assert_ptr_nonnull(root);
}

static const struct report_item *find(const struct report_item *parent, const char *key)
{
	for (const struct report_item *i = parent->first; i; i = i->next)
		if (i->key && !strcmp(i->key, key))
			return i;
	ck_abort_msg("no %s", key);
}

static const char *text(const struct report_item *row, const char *key)
{
	const struct report_item *item = find(row, key);

	return item->cell.kind == CELL_STR ? item->cell.str : "";
}

/* The only row of a table that says so under a key. */
static const struct report_item *row_with(const struct report_item *table, const char *key, const char *value)
{
	const struct report_item *found = NULL;

	for (const struct report_item *row = table->first; row; row = row->next)
		if (!strcmp(text(row, key), value)) {
			ck_assert_msg(!found, "%s %s comes twice", key, value);
			found = row;
		}
	ck_assert_msg(found, "no row has %s %s", key, value);
	return found;
}

static struct snap_proc *proc_at(struct snapshot *s, int32_t pid)
{
	for (size_t i = 0; i < s->nprocs; i++)
		if (s->procs[i].pid == pid)
			return &s->procs[i];
	ck_abort_msg("no process %d", pid);
}

static uint32_t ns_at(const struct snapshot *s, uint32_t ino)
{
	for (uint32_t i = 0; i < s->nnss; i++)
		if (s->nss[i].ino == ino)
			return i;
	ck_abort_msg("no namespace %u", ino);
}

START_TEST(what_did_not_change_has_no_rows)
{
	static const char *const fixtures[] = {"host", "containers", "holders", "hostile"};

	for (size_t f = 0; f < 4; f++) {
		load(fixtures[f]);
		compare(false);
		ck_assert(same);
		ck_assert_uint_eq(find(root, "namespaces")->n + find(root, "processes")->n + find(root, "holders")->n, 0);
		unload();
	}
}
END_TEST

START_TEST(a_process_is_its_pid_and_start_time_whatever_it_is_called)
{
	load("containers");
	proc_at(after, 1220)->comm = "renamed";
	compare(false);
	ck_assert(same);
	unload();
}
END_TEST

START_TEST(who_looks_is_left_out_with_what_it_was_started_through)
{
	load("holders");
	proc_at(before, 3000)->start++; /* nsview */
	compare(false);
	ck_assert(same);
	proc_at(after, 3000)->ppid = 2075; /* as by sudo, which started with it… */
	proc_at(after, 2075)->start = proc_at(after, 3000)->start - 5;
	proc_at(before, 2075)->start = 7;
	compare(false);
	ck_assert(!same);
	ck_assert_uint_eq(find(root, "processes")->n, 1); /* … and not so much earlier, as in the first */
	ck_assert_str_eq(text(find(root, "processes")->first, "change"), "gone");
	unload();
}
END_TEST

START_TEST(kernel_threads_of_the_machine_are_left_out)
{
	load("containers");
	proc_at(after, 8)->start += 100;
	compare(false);
	ck_assert(same);
	unload();
}
END_TEST

START_TEST(processes_of_the_machine_are_counted_and_not_listed)
{
	const struct report_item *row;

	load("containers");
	proc_at(after, 640)->start++;
	compare(false);
	ck_assert(!same);
	ck_assert_uint_eq(find(root, "namespaces")->n, NS_TYPE_COUNT);
	for (row = find(root, "namespaces")->first; row; row = row->next) {
		ck_assert_str_eq(text(row, "change"), "changed");
		ck_assert_str_eq(text(row, "what"), "1 process came, 1 went");
	}
	ck_assert_uint_eq(find(root, "processes")->n, 2); /* for JSON */
	ck_assert_ptr_null(find(root, "processes")->label);
	for (row = find(root, "processes")->first; row; row = row->next) {
		ck_assert_ptr_null(row->label);
		ck_assert_uint_eq(find(row, "namespaces")->n, NS_TYPE_COUNT);
	}
	compare(true);
	ck_assert_ptr_nonnull(find(root, "processes")->label);
	ck_assert_ptr_nonnull(find(root, "processes")->first->label);
	unload();
}
END_TEST

START_TEST(a_process_of_a_container_has_one_line_with_its_namespaces)
{
	const struct report_item *row;

	load("containers");
	proc_at(after, 1251)->start++;
	compare(false);
	ck_assert_uint_eq(find(root, "processes")->n, 2);
	row = row_with(find(root, "processes"), "change", "new");
	ck_assert_ptr_nonnull(row->label);
	ck_assert_uint_eq(find(row, "pid")->cell.u64, 1251);
	ck_assert_ptr_nonnull(strstr(text(row, "what"), "in "));
	ck_assert_ptr_nonnull(strstr(text(row, "what"), "net:["));
	unload();
}
END_TEST

START_TEST(an_inode_that_was_given_out_again_is_another_namespace)
{
	uint32_t ns;

	load("containers");
	ns = proc_at(after, 1220)->ns[NS_NET];
	before->nss[ns].id = 70;
	after->nss[ns].id = 71;
	compare(false);
	row_with(find(root, "namespaces"), "change", "gone");
	row_with(find(root, "namespaces"), "change", "new");
	/* Its processes are the same ones, and in another namespace. */
	for (const struct report_item *row = find(root, "processes")->first; row; row = row->next)
		ck_assert_str_eq(text(row, "change"), "moved");
	unload();
}
END_TEST

START_TEST(what_is_known_of_a_namespace_is_compared)
{
	const struct report_item *row;
	size_t i = 0;

	load("containers");
	while (before->nss[before->idmaps[i].ns].parent == NS_REF_ABSENT)
		i++;
	after->idmaps[i].outside++;
	after->host.hostname = "elsewhere";
	compare(false);
	ck_assert_uint_eq(find(root, "namespaces")->n, 2);
	row = find(root, "namespaces")->first;
	ck_assert_str_eq(text(row, "change"), "changed");
	ck_assert_str_eq(text(find(row, "facts")->first, "fact"), after->idmaps[i].gid ? "gid map" : "uid map");
	row = row->next;
	ck_assert_str_eq(text(find(row, "facts")->first, "after"), "elsewhere");
	ck_assert_ptr_nonnull(strstr(text(row, "what"), "host name elsewhere, was "));
	unload();
}
END_TEST

START_TEST(holders_that_went_are_told_and_a_mount_is_one_wherever_it_propagated)
{
	const struct report_item *table;
	struct snap_mount *m;
	uint32_t pond;

	load("holders");
	pond = ns_at(after, 4026532104);
	/* The same path once more in another mount namespace, in both. */
	m = realloc(before->mounts, (before->nmounts + 1) * sizeof(*m));
	ck_assert_ptr_nonnull(m);
	before->mounts = m;
	for (size_t i = 0; i < before->nmounts; i++)
		if (m[i].ns == pond)
			m[before->nmounts] = m[i];
	m[before->nmounts].mntns = NS_REF_DENIED;
	before->nmounts++;
	for (size_t i = 0; i < after->nmounts; i++)
		if (after->mounts[i].ns == pond)
			after->mounts[i].ns = ns_at(after, 4026532110);
	compare(false);
	ck_assert_uint_eq(find(root, "namespaces")->n, 2);
	for (const struct report_item *row = find(root, "namespaces")->first; row; row = row->next)
		if (find(row, "ns")->cell.u64 == 4026532104)
			ck_assert_str_eq(text(row, "change"), "changed");
	table = find(root, "holders");
	ck_assert_uint_eq(table->n, 3);
	ck_assert_str_eq(table->label, "Other holders that came or went (2 of 3; --all shows the rest)");
	unload();
}
END_TEST

START_TEST(a_descriptor_in_another_table_is_another_holder)
{
	const struct report_item *table;

	load("holders");
	after->fds[1].tid = 2021;
	after->socks[0].tid = 2031;
	compare(false);
	table = find(root, "holders");
	ck_assert_uint_eq(table->n, 4);
	ck_assert_str_eq(text(row_with(table, "what", "descriptor 8 of thread 2022 of process 2020 (keeper)"), "change"), "gone");
	ck_assert_str_eq(text(row_with(table, "what", "descriptor 8 of thread 2021 of process 2020 (keeper)"), "change"), "new");
	ck_assert_str_eq(text(row_with(table, "what", "socket 5 of process 2030 (relay)"), "change"), "gone");
	ck_assert_str_eq(text(row_with(table, "what", "socket 5 of thread 2031 of process 2030 (relay)"), "change"), "new");
	unload();
}
END_TEST

/* Targets */

static const struct report_item *fact(const struct report_item *of, const char *what)
{
	return row_with(find(of, "inside"), "what", what);
}

static void compare_alone(enum ns_type type, struct inside in[2])
{
	struct compare_side x = {.proc = SNAP_NONE}, y = {.proc = SNAP_NONE};

	ck_assert_int_eq(graph_build(before, GRAPH_ALL, &was), 0);
	x.ns[type] = proc_at(before, 1)->ns[type];
	y.ns[type] = proc_at(before, 1220)->ns[type];
	x.inside[type] = &in[0];
	y.inside[type] = &in[1];
	root = compare_targets(was, &x, &y, 1u << type, &arena, &same, &known);
	ck_assert_ptr_nonnull(root);
	ck_assert(!same);
	ck_assert_str_eq(root->key, "namespaces");
	ck_assert_uint_eq(find(root, "types")->n, 1);
}

START_TEST(of_control_groups_the_hierarchies_that_differ_are_named)
{
	struct inside in[2] = {0};
	const struct report_item *row;

	load("containers");
	for (int i = 0; i < 2; i++) {
		inside_put(&in[i], INSIDE_CGROUP, "4:memory", i ? "/box" : "/");
		inside_put(&in[i], INSIDE_CGROUP, i ? "3:cpu" : "2:cpu", "/");
		inside_put(&in[i], INSIDE_CGROUP, "1:pids", i ? "/box" : "/");
		inside_put(&in[i], INSIDE_CGROUP, "0:", "/");
	}
	compare_alone(NS_CGROUP, in);
	ck_assert_uint_eq(find(root, "inside")->n, 1);
	row = fact(root, "root (memory, pids)");
	ck_assert_str_eq(text(row, "a"), "/");
	ck_assert_str_eq(text(row, "b"), "/box");
	inside_done(&in[0]);
	inside_done(&in[1]);
	unload();
}
END_TEST

START_TEST(mounts_are_told_apart_by_number_root_and_place)
{
	struct inside in[2] = {0};

	load("containers");
	inside_put(&in[0], INSIDE_MOUNT, "1", "0", "/", "ext4", "/dev/vda1", "/", "shared:1");
	inside_put(&in[0], INSIDE_MOUNT, "2", "1", "/proc", "proc", "proc", "/", "private");
	inside_put(&in[1], INSIDE_MOUNT, "7", "6", "/", "ext4", "/dev/vda1", "/srv/web", "private");
	inside_put(&in[1], INSIDE_MOUNT, "8", "7", "/proc", "proc", "proc", "/", "private");
	inside_put(&in[1], INSIDE_MOUNT, "9", "7", "/data", "tmpfs", "none", "/", "private");
	compare_alone(NS_MNT, in);
	ck_assert_uint_eq(find(root, "inside")->n, 3);
	ck_assert_str_eq(text(fact(root, "mounts"), "b"), "3");
	ck_assert_str_eq(text(fact(root, "root mount"), "a"), "ext4 /dev/vda1");
	ck_assert_str_eq(text(fact(root, "root mount"), "b"), "ext4 /dev/vda1[/srv/web]");
	ck_assert_str_eq(text(fact(root, "mounted only there"), "b"), "/data");
	inside_done(&in[0]);
	inside_done(&in[1]);
	unload();
}
END_TEST

START_TEST(where_nothing_differs_inside_the_first_fact_shows_and_trouble_is_told)
{
	struct inside in[2] = {0};

	load("containers");
	inside_put(&in[0], INSIDE_UTS, "box", "");
	inside_put(&in[1], INSIDE_UTS, "box", "");
	compare_alone(NS_UTS, in);
	ck_assert_uint_eq(find(root, "inside")->n, 1);
	ck_assert_str_eq(text(fact(root, "host name"), "a"), "box");
	inside_done(&in[1]);
	inside_put(&in[1], INSIDE_TROUBLE, "enter", "not allowed");
	graph_free(was);
	compare_alone(NS_UTS, in);
	ck_assert_str_eq(text(fact(root, "cannot look: enter"), "b"), "not allowed");
	inside_done(&in[0]);
	inside_done(&in[1]);
	unload();
}
END_TEST

static bool roots_differ(const char *inode, const char *mount)
{
	struct inside in[2] = {0};
	struct compare_side x = {.proc = 0, .root = &in[0]}, y = {.proc = 0, .root = &in[1]};
	bool equal;

	memcpy(x.ns, before->procs[0].ns, sizeof(x.ns));
	memcpy(y.ns, before->procs[0].ns, sizeof(y.ns));
	inside_put(&in[0], INSIDE_ROOT, "/", "8:1", "2", "30");
	inside_put(&in[1], INSIDE_ROOT, "/jail", "8:1", inode, mount);
	root = compare_targets(was, &x, &y, NS_TYPES_ALL, &arena, &equal, &known);
	ck_assert_ptr_nonnull(root);
	ck_assert_str_eq(text(root, "root"), equal ? "shared" : "different");
	inside_done(&in[0]);
	inside_done(&in[1]);
	return !equal;
}

START_TEST(denied_is_unknown_and_what_only_one_has_is_different)
{
	struct compare_side x = {.proc = 0}, y = {.proc = 0};

	load("containers");
	ck_assert_int_eq(graph_build(before, GRAPH_ALL, &was), 0);
	memcpy(x.ns, before->procs[0].ns, sizeof(x.ns));
	memcpy(y.ns, before->procs[0].ns, sizeof(y.ns));
	ck_assert_ptr_nonnull(compare_targets(was, &x, &y, NS_TYPES_ALL, &arena, &same, &known));
	ck_assert(same && known);
	y.ns[NS_NET] = NS_REF_DENIED;
	ck_assert_ptr_nonnull(compare_targets(was, &x, &y, NS_TYPES_ALL, &arena, &same, &known));
	ck_assert(same && !known);
	y.ns[NS_NET] = NS_REF_ABSENT;
	ck_assert_ptr_nonnull(compare_targets(was, &x, &y, NS_TYPES_ALL, &arena, &same, &known));
	ck_assert(!same && known);
	x.ns[NS_NET] = NS_REF_ABSENT;
	ck_assert_ptr_nonnull(compare_targets(was, &x, &y, NS_TYPES_ALL, &arena, &same, &known));
	ck_assert(same && known);
	unload();
}
END_TEST

START_TEST(processes_that_share_all_namespaces_may_differ_in_their_roots)
{
	load("containers");
	ck_assert_int_eq(graph_build(before, GRAPH_ALL, &was), 0);
	ck_assert(!roots_differ("2", "30"));
	ck_assert(roots_differ("3", "30"));
	ck_assert(roots_differ("2", "31"));
	ck_assert(!roots_differ("2", "")); /* before Linux 5.8 */
	unload();
}
END_TEST

int main(void)
{
	return unit_run("compare", what_did_not_change_has_no_rows, a_process_is_its_pid_and_start_time_whatever_it_is_called,
			who_looks_is_left_out_with_what_it_was_started_through, kernel_threads_of_the_machine_are_left_out,
			processes_of_the_machine_are_counted_and_not_listed,
			a_process_of_a_container_has_one_line_with_its_namespaces,
			an_inode_that_was_given_out_again_is_another_namespace, what_is_known_of_a_namespace_is_compared,
			holders_that_went_are_told_and_a_mount_is_one_wherever_it_propagated,
			a_descriptor_in_another_table_is_another_holder,
			of_control_groups_the_hierarchies_that_differ_are_named, mounts_are_told_apart_by_number_root_and_place,
			where_nothing_differs_inside_the_first_fact_shows_and_trouble_is_told,
			denied_is_unknown_and_what_only_one_has_is_different,
			processes_that_share_all_namespaces_may_differ_in_their_roots);
}
