/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/graph.h"
#include "nsview/name.h"
#include "support.h"
#include "unit.h"

static struct snapshot *snap;
static struct graph *graph;

static void load(const char *fixture)
{
	snap = fixture_snapshot(fixture);
	ck_assert_int_eq(graph_build(snap, GRAPH_ALL, &graph), 0);
}

static void unload(void)
{
	graph_free(graph);
	snapshot_free(snap);
}

static const struct ns_node *node(enum ns_type type, uint32_t ino)
{
	uint32_t ref = graph_find(graph, type, ino);

	ck_assert_uint_ne(ref, SNAP_NONE);
	return graph_node(graph, ref);
}

/* The only holder of a namespace, which is of this kind: its index. */
static uint32_t only_holder(enum ns_type type, uint32_t ino, enum hold_kind kind)
{
	size_t n;
	const struct holder *h = graph_holders(graph, graph_find(graph, type, ino), &n);

	ck_assert_uint_eq(n, 1);
	ck_assert_int_eq((int)h->kind, (int)kind);
	return h->index;
}

START_TEST(each_kind_of_holder_is_found_with_its_evidence)
{
	load("holders");
	ck_assert_int_eq(snap->threads[only_holder(NS_NET, 4026532101, HOLD_THREAD)].tid, 2012);
	ck_assert_int_eq(snap->fds[only_holder(NS_NET, 4026532102, HOLD_FD)].fd, 7);
	ck_assert_str_eq(snap->socks[only_holder(NS_NET, 4026532103, HOLD_SOCKET)].local, "10.11.12.1:8443");
	ck_assert_str_eq(snap->mounts[only_holder(NS_NET, 4026532104, HOLD_MOUNT)].path, "/run/netns/pond");
	ck_assert_str_eq(snap->mounts[only_holder(NS_NET, 4026532105, HOLD_MOUNT)].path, "/srv/hidden");
	ck_assert_uint_eq(snap->nss[only_holder(NS_USER, 4026532107, HOLD_DESCENDANT)].ino, 4026532108u);
	ck_assert_uint_eq(snap->nss[only_holder(NS_USER, 4026532111, HOLD_OWNED)].ino, 4026532112u);
	ck_assert_int_eq(snap->procs[only_holder(NS_PID, 4026532109, HOLD_CHILDREN)].pid, 2070);
	ck_assert_int_eq(snap->procs[only_holder(NS_TIME, 4026532113, HOLD_CHILDREN)].pid, 2075);
	unload();
}
END_TEST

START_TEST(what_nothing_holds_has_no_holders)
{
	size_t n;

	load("holders");
	graph_holders(graph, graph_find(graph, NS_MNT, 4026532110), &n);
	ck_assert_uint_eq(n, 0);
	ck_assert_uint_eq(node(NS_MNT, 4026532110)->nprocs, 0);
	ck_assert_uint_eq(node(NS_MNT, 4026532110)->leader, SNAP_NONE);
	unload();
}
END_TEST

START_TEST(holders_are_grouped_by_kind_and_counted)
{
	size_t nodes, total = 0, of_kinds = 0;

	load("containers");
	graph_nodes(graph, &nodes);
	for (uint32_t ns = 0; ns < nodes; ns++) {
		size_t n, last = 0;
		const struct holder *h = graph_holders(graph, ns, &n);

		for (size_t i = 0; i < n; i++) {
			ck_assert_uint_ge(h[i].kind, last);
			last = h[i].kind;
		}
		total += n;
		for (int kind = 0; kind < HOLD_KIND_COUNT; kind++) {
			size_t k;
			const struct holder *first = graph_holders_of(graph, ns, (enum hold_kind)kind, &k);

			ck_assert_uint_eq(k, graph_node(graph, ns)->held[kind]);
			ck_assert(k == 0 || (int)first->kind == kind);
			of_kinds += k;
		}
	}
	ck_assert_uint_gt(total, 0);
	ck_assert_uint_eq(total, of_kinds);
	unload();
}
END_TEST

START_TEST(members_are_summed_and_led_by_the_lowest_pid)
{
	const struct ns_node *web;

	load("containers");
	web = node(NS_PID, 4026532404);
	ck_assert_uint_eq(web->nprocs, 3);
	ck_assert_int_eq(snap->procs[web->leader].pid, 1220);
	ck_assert_uint_eq(web->cpu, 20 + 8100 + 7900);
	ck_assert_uint_eq(web->rss, 9437184u + 2 * 7340032u);
	ck_assert_uint_eq(web->nthreads, 3);
	unload();
}
END_TEST

START_TEST(a_thread_counts_where_it_alone_is)
{
	load("holders");
	ck_assert_uint_eq(node(NS_NET, 4026532101)->nthreads, 1);
	ck_assert_uint_eq(node(NS_NET, 4026532101)->nprocs, 0);
	unload();
}
END_TEST

START_TEST(a_thread_that_keeps_one_for_its_children_is_not_in_it)
{
	struct snap_thread *t;
	uint32_t time;

	load("holders");
	t = &snap->threads[0];
	time = graph_find(graph, NS_TIME, 4026532113);
	t->ns[NS_SLOT_TIME_CHILDREN] = time;
	graph_free(graph);
	ck_assert_int_eq(graph_build(snap, GRAPH_ALL, &graph), 0);
	ck_assert_uint_eq(graph_node(graph, time)->held[HOLD_THREAD], 1);
	ck_assert_uint_eq(graph_node(graph, time)->strands, 1);
	ck_assert_uint_eq(graph_node(graph, time)->nthreads, 0);
	/* In it, it holds it once, whatever its children will be in. */
	t->ns[NS_TIME] = time;
	graph_free(graph);
	ck_assert_int_eq(graph_build(snap, GRAPH_ALL, &graph), 0);
	ck_assert_uint_eq(graph_node(graph, time)->held[HOLD_THREAD], 1);
	ck_assert_uint_eq(graph_node(graph, time)->strands, 0);
	ck_assert_uint_eq(graph_node(graph, time)->nthreads, 1);
	unload();
}
END_TEST

START_TEST(processes_know_parents_and_children_and_roots)
{
	uint32_t init, parent;
	const uint32_t *v;
	size_t n;

	load("containers");
	init = graph_find_pid(graph, 1);
	ck_assert_uint_eq(graph_proc_parent(graph, init), SNAP_NONE);
	parent = graph_find_pid(graph, 1220);
	v = graph_proc_children(graph, parent, &n);
	ck_assert_uint_eq(n, 2);
	ck_assert_int_eq(snap->procs[v[0]].pid, 1251);
	ck_assert_int_eq(snap->procs[v[1]].pid, 1252);
	v = graph_proc_children(graph, SNAP_NONE, &n);
	ck_assert_uint_ge(n, 2);
	ck_assert_int_eq(snap->procs[v[0]].pid, 1);
	ck_assert_int_eq(snap->procs[v[1]].pid, 2);
	unload();
}
END_TEST

START_TEST(lookups_that_fail_say_so)
{
	load("containers");
	ck_assert_uint_eq(graph_find(graph, NS_NET, 4026532404), SNAP_NONE); /* there, but of another type */
	ck_assert_uint_eq(graph_find_ino(graph, 1), SNAP_NONE);
	ck_assert_uint_eq(graph_find_pid(graph, 0), SNAP_NONE);
	ck_assert_uint_eq(graph_find_pid(graph, -1), SNAP_NONE);
	ck_assert_uint_eq(graph_find_pid(graph, 999999), SNAP_NONE);
	ck_assert_ptr_null(graph_node(graph, NS_REF_DENIED));
	ck_assert_ptr_null(graph_user(graph, 4000000000u));
	ck_assert_uint_eq(graph_node(graph, graph_find_ino(graph, 4026532404))->ns->ino, 4026532404u);
	unload();
}
END_TEST

START_TEST(maps_are_found_by_their_namespace)
{
	const struct snap_idmap *maps;
	size_t n;

	load("containers");
	maps = graph_idmaps(graph, graph_find(graph, NS_USER, 4026532500), &n);
	ck_assert_uint_eq(n, 4);
	ck_assert_uint_eq(maps[0].outside, 1000);
	graph_idmaps(graph, graph_find(graph, NS_NET, 4026532406), &n);
	ck_assert_uint_eq(n, 0);
	unload();
}
END_TEST

static size_t named(const char *name, struct name_match *first)
{
	struct arena a = {0};
	struct name_match *v;
	size_t n;

	ck_assert_int_eq(name_find(graph, name, &a, &v, &n), 0);
	if (n)
		*first = v[0];
	arena_done(&a);
	return n;
}

START_TEST(a_name_finds_mounts_containers_and_beginnings_of_ids)
{
	struct name_match m;

	load("containers");
	ck_assert_uint_eq(named("lab", &m), 1);
	ck_assert_int_eq((int)m.kind, NAME_MOUNT);
	ck_assert_uint_eq(named("web", &m), 1);
	ck_assert_int_eq((int)m.kind, NAME_LABEL);
	ck_assert_str_eq(snap->labels[m.label].name, "web");
	ck_assert_uint_eq(named("5f1c0de5a7b94", &m), 1);
	ck_assert_int_eq((int)m.kind, NAME_LABEL);
	ck_assert_uint_eq(named("5f", &m), 0); /* too short to be meant */
	ck_assert_uint_eq(named("nothing", &m), 0);
	unload();
}
END_TEST

START_TEST(all_names_come_once_and_in_order)
{
	struct arena a = {0};
	const char **names;
	size_t n, webs = 0;

	load("containers");
	ck_assert_int_eq(name_all(graph, &a, &names, &n), 0);
	ck_assert_uint_gt(n, 2);
	for (size_t i = 0; i < n; i++) {
		webs += !strcmp(names[i], "web");
		ck_assert(i == 0 || strcmp(names[i - 1], names[i]) < 0);
		ck_assert_str_ne(names[i], "docker.service"); /* a service is no container */
	}
	ck_assert_uint_eq(webs, 1);
	arena_done(&a);
	unload();
	snap = snapshot_new();
	ck_assert_int_eq(graph_build(snap, GRAPH_ALL, &graph), 0);
	ck_assert_int_eq(name_all(graph, &a, &names, &n), 0);
	ck_assert_uint_eq(n, 0);
	arena_done(&a);
	unload();
}
END_TEST

START_TEST(an_empty_and_a_hostile_snapshot_make_graphs)
{
	size_t n;

	snap = snapshot_new();
	ck_assert_int_eq(graph_build(snap, GRAPH_ALL, &graph), 0);
	graph_nodes(graph, &n);
	ck_assert_uint_eq(n, 0);
	graph_proc_children(graph, SNAP_NONE, &n);
	ck_assert_uint_eq(n, 0);
	unload();
	load("hostile");
	graph_nodes(graph, &n);
	ck_assert_uint_eq(n, 12);
	unload();
}
END_TEST

int main(void)
{
	return unit_run("graph", each_kind_of_holder_is_found_with_its_evidence, what_nothing_holds_has_no_holders,
			holders_are_grouped_by_kind_and_counted, members_are_summed_and_led_by_the_lowest_pid,
			a_thread_counts_where_it_alone_is, a_thread_that_keeps_one_for_its_children_is_not_in_it,
			processes_know_parents_and_children_and_roots,
			lookups_that_fail_say_so, maps_are_found_by_their_namespace,
			a_name_finds_mounts_containers_and_beginnings_of_ids, all_names_come_once_and_in_order,
			an_empty_and_a_hostile_snapshot_make_graphs);
}
