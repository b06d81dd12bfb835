/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/column.h"
#include "nsview/render.h"
#include "nsview/report.h"
#include "support.h"
#include "unit.h"
#include "view/report.h"

static struct snapshot *snap;
static struct graph *graph;
static struct arena arena;

static void load(const char *fixture)
{
	snap = fixture_snapshot(fixture);
	ck_assert_int_eq(graph_build(snap, GRAPH_ALL, &graph), 0);
}

static void unload(void)
{
	graph_free(graph);
	snapshot_free(snap);
	arena_done(&arena);
}

static const char *verdict(uint32_t ino)
{
	return report_verdict(graph, graph_find_ino(graph, ino), NULL, &arena);
}

static bool begins(const char *s, const char *with)
{
	return !strncmp(s, with, strlen(with));
}

static const struct report_item *find(const struct report_item *parent, const char *key)
{
	for (const struct report_item *i = parent->first; i; i = i->next)
		if (i->key && !strcmp(i->key, key))
			return i;
	return NULL;
}

/* What people read under a label. */
static const char *text(const struct report_item *parent, const char *label)
{
	for (const struct report_item *i = parent->first; i; i = i->next)
		if (i->label && !strcmp(i->label, label))
			return i->cell.kind == CELL_STR ? i->cell.str : "";
	ck_abort_msg("no %s", label);
}

/* A value without members. */
static const struct cell *cell(const struct report_item *parent, const char *key)
{
	const struct report_item *i = find(parent, key);

	ck_assert_msg(i && i->kind == REPORT_VALUE, "no %s", key);
	return &i->cell;
}

START_TEST(the_verdict_names_the_only_holder)
{
	load("holders");
	ck_assert_str_eq(verdict(4026532101), "no process is in it: only thread 2012 of process 2010 keeps it");
	ck_assert_str_eq(verdict(4026532102), "no process is in it: only descriptor 7 of process 2020 (keeper) keeps it");
	ck_assert_str_eq(verdict(4026532103),
			 "no process is in it: only a socket keeps it: descriptor 5 of process 2030 (relay)");
	ck_assert_str_eq(verdict(4026532104), "no process is in it: only a bind mount keeps it: /run/netns/pond");
	ck_assert_str_eq(verdict(4026532107), "no process is in it: only its child user:[4026532108] keeps it");
	ck_assert_str_eq(verdict(4026532111),
			 "no process is in it: only uts:[4026532112], which it owns, keeps it");
	ck_assert_str_eq(verdict(4026532109),
			 "no process is in it: only process 2070 keeps it, for the children that it may have");
	unload();
}
END_TEST

START_TEST(a_table_of_a_threads_own_is_named_with_its_thread)
{
	const struct report_item *fds;
	uint32_t uts;

	load("holders");
	uts = snap_ns_find(snap, NS_UTS, 4026532112);
	ck_assert_ptr_nonnull(strstr(report_verdict(graph, uts, NULL, &arena),
				     "only descriptor 8 of thread 2022 of process 2020 (keeper) keeps it"));
	snap->socks[0].tid = 2031;
	ck_assert_ptr_nonnull(strstr(verdict(4026532103), ": descriptor 5 of thread 2031 of process 2030 (relay)"));
	unload();

	/* Beside it one of the process's own: both have a value for each column. */
	load("holders");
	graph_free(graph);
	snap->fds[0].ns = uts;
	ck_assert_int_eq(graph_build(snap, GRAPH_ALL, &graph), 0);
	fds = find(find(report_ns(graph, uts, NULL, &arena), "holders"), "fds");
	ck_assert_uint_eq(fds->n, 2);
	ck_assert_str_eq(find(fds->first, "tid")->label, "TID");
	ck_assert_int_eq(find(fds->first, "tid")->cell.kind, CELL_ABSENT);
	ck_assert_str_eq(find(fds->first, "show")->cell.str, "ls -l /proc/2020/fd/7");
	ck_assert_uint_eq(find(fds->last, "tid")->cell.u64, 2022);
	ck_assert_str_eq(find(fds->last, "show")->cell.str, "ls -l /proc/2020/task/2022/fd/8");
	unload();
}
END_TEST

START_TEST(a_covered_mount_has_no_command)
{
	const struct report_item *row;

	load("holders");
	row = find(find(report_ns(graph, graph_find_ino(graph, 4026532104), NULL, &arena), "holders"), "mounts")->first;
	ck_assert(!find(row, "covered")->cell.yes);
	ck_assert_str_eq(find(row, "release")->cell.str, "umount /run/netns/pond");
	snap->mounts[0].covered = true;
	row = find(find(report_ns(graph, graph_find_ino(graph, 4026532104), NULL, &arena), "holders"), "mounts")->first;
	ck_assert(find(row, "covered")->cell.yes);
	ck_assert_int_eq(find(row, "release")->cell.kind, CELL_ABSENT);
	ck_assert_ptr_null(strstr(row->last->cell.str, "umount"));
	unload();
}
END_TEST

START_TEST(of_much_that_a_process_holds_the_first_are_shown)
{
	enum { MANY = 30 };
	const struct report_item *holds;
	uint32_t shown = 0;

	load("holders");
	free(snap->fds);
	snap->fds = calloc(MANY, sizeof(*snap->fds));
	ck_assert_ptr_nonnull(snap->fds);
	snap->nfds = snap->fds_cap = MANY;
	for (int i = 0; i < MANY; i++)
		snap->fds[i] = (struct snap_fd){.proc = 0, .fd = i, .ns = 0};
	holds = find(report_proc(graph, 0, NULL, &arena), "holds");
	ck_assert_uint_eq(holds->n, MANY);
	ck_assert_ptr_nonnull(strstr(holds->label, "(30, the first 25)"));
	for (const struct report_item *row = holds->first; row; row = row->next)
		shown += row->label != NULL;
	ck_assert_uint_eq(shown, 25);
	unload();
}
END_TEST

START_TEST(a_pid_namespace_without_a_name_is_told_from_one_that_may_not_be_read)
{
	const struct report_item *row;
	struct snap_proc *p;

	load("containers");
	p = &snap->procs[graph_find_pid(graph, 3080)];
	ck_assert_ptr_null(find(report_proc(graph, graph_find_pid(graph, 3080), NULL, &arena), "holds"));
	p->ns[NS_SLOT_PID_CHILDREN] = NS_REF_DENIED;
	row = find(report_proc(graph, graph_find_pid(graph, 3080), NULL, &arena), "holds")->first;
	ck_assert_str_eq(text(row, "NAMESPACE"), "pid:[?]");
	ck_assert(begins(text(row, "BY"), "for its children"));
	ck_assert_int_eq(cell(row, "ns")->kind, CELL_UNKNOWN);
	p->ns[NS_SLOT_TIME_CHILDREN] = NS_REF_DENIED;
	ck_assert_ptr_null(find(report_proc(graph, graph_find_pid(graph, 3080), NULL, &arena), "holds"));
	for (int slot = 0; slot < NS_SLOT_COUNT; slot++)
		p->ns[slot] = NS_REF_DENIED;
	p->ns[NS_SLOT_TIME_CHILDREN] = NS_REF_ABSENT;
	ck_assert_ptr_null(find(report_proc(graph, graph_find_pid(graph, 3080), NULL, &arena), "holds"));
	unload();
}
END_TEST

START_TEST(what_nothing_holds_is_suspected_and_never_guessed)
{
	load("holders");
	ck_assert(begins(verdict(4026532110), "no holder in user space: a reference in the kernel is suspected"));
	ck_assert_ptr_nonnull(strstr(verdict(4026532110), "teardown is asynchronous"));
	snap->coverage.sources[SOURCE_SOCKETS].unread = 2; /* which hold no mount namespace */
	ck_assert_ptr_null(strstr(verdict(4026532110), "could not"));
	snap->coverage.sources[SOURCE_FDS].unread = 3;
	ck_assert_ptr_nonnull(strstr(verdict(4026532110), "whose descriptors could not all be looked at (3)"));
	unload();
}
END_TEST

START_TEST(members_make_it_alive)
{
	load("containers");
	ck_assert_str_eq(verdict(4026532404), "alive because 3 processes are in it, first 1220 (nginx)");
	ck_assert_str_eq(verdict(4026532610), "alive because process 3080 (cart) is in it");
	unload();
}
END_TEST

START_TEST(a_zombie_is_said_to_be_one_and_who_has_not_reaped_it)
{
	struct snap_proc *p;

	load("containers");
	p = &snap->procs[graph_find_pid(graph, 3080)];
	p->state = 'Z';
	p->threads = 1;
	p->ppid = 1220;
	ck_assert_str_eq(verdict(4026532610),
			 "alive because process 3080 (cart), a zombie that process 1220 (nginx) has not reaped, is in it");
	p->ppid = 0;
	ck_assert_str_eq(verdict(4026532610), "alive because process 3080 (cart), a zombie that its parent has not reaped, is in it");
	p->threads = 2; /* which have outlived the main one */
	ck_assert_str_eq(verdict(4026532610), "alive because process 3080 (cart) is in it");
	unload();
}
END_TEST

START_TEST(that_nsview_sees_nobody_but_itself_is_said)
{
	struct snap_proc *p;

	load("containers");
	p = &snap->procs[graph_find_pid(graph, 3080)];
	p->flags |= SNAP_PROC_SELF;
	snap->coverage.unreadable = 0;
	ck_assert(begins(verdict(4026532610), "alive because process 3080 (cart) is in it"));
	snap->coverage.unreadable = 81;
	snap->coverage.processes = 82;
	ck_assert_str_eq(verdict(4026532610), "alive because nsview itself is in it; as far as may be seen (81 of 82 processes may "
					      "not be read) nothing else is");
	snap->coverage.unreadable = 1;
	ck_assert_ptr_nonnull(strstr(verdict(4026532610), "no other process that may be read is (1 of 82 may not be)"));
	unload();
}
END_TEST

/* The words or numbers of a list, joined. */
static const char *joined(const struct report_item *list)
{
	static const struct column plain = {.unit = UNIT_NONE};
	const char *s = "";

	ck_assert_ptr_nonnull(list);
	ck_assert_int_eq(list->kind, REPORT_TABLE);
	for (const struct report_item *i = list->first; i; i = i->next)
		s = arena_printf(&arena, "%s%s%s", s, *s ? " " : "", cell_text(&plain, i->cell, true, &arena));
	return s;
}

START_TEST(every_namespace_and_process_of_every_fixture_has_a_report)
{
	static const char *const fixtures[] = {"host", "containers", "holders", "hostile"};

	for (size_t f = 0; f < 4; f++) {
		load(fixtures[f]);
		for (uint32_t ns = 0; ns < snap->nnss; ns++)
			ck_assert_ptr_nonnull(find(report_ns(graph, ns, NULL, &arena), "verdict"));
		for (uint32_t proc = 0; proc < snap->nprocs; proc++)
			ck_assert_uint_eq(find(report_proc(graph, proc, NULL, &arena), "namespaces")->n, NS_TYPE_COUNT);
		unload();
	}
}
END_TEST

START_TEST(what_a_container_shares_with_the_host_is_marked)
{
	const struct report_item *row;
	size_t alarms = 0;

	load("containers");
	row = find(report_proc(graph, graph_find_pid(graph, 1220), NULL, &arena), "namespaces")->first;
	for (; row; row = row->next) {
		alarms += row->alarm;
		ck_assert_int_eq(cell(row, "alarm")->yes, row->alarm);
		if (row->alarm)
			ck_assert_str_eq(cell(row, "sharing")->str, "shared");
	}
	ck_assert_uint_eq(alarms, 1); /* user; time is shared by default */
	row = find(report_proc(graph, graph_find_pid(graph, 1), NULL, &arena), "namespaces")->first;
	for (; row; row = row->next)
		ck_assert(!row->alarm);
	unload();
}
END_TEST

/* What is said of one type of nsview's own namespaces. */
static const char *sharing(enum ns_type type)
{
	const struct report_item *row = find(report_proc(graph, graph_find_pid(graph, snap->host.self), NULL, &arena), "namespaces")->first;

	for (int i = 0; i < (int)type; i++)
		row = row->next;
	ck_assert_str_eq(cell(row, "type")->str, ns_info(type)->name);
	ck_assert_int_eq(cell(row, "host")->kind, strcmp(cell(row, "sharing")->str, "shared") ? CELL_UNKNOWN : CELL_U64);
	return cell(row, "sharing")->str;
}

START_TEST(what_is_not_the_first_namespace_is_not_the_machines)
{
	uint32_t net, user;

	load("host");
	net = snap->host.base[NS_NET];
	user = snap->host.base[NS_USER];
	/* Before Linux 6.18 the first network namespace has a number like any other. */
	ck_assert_uint_ne(snap->nss[net].ino, ns_info(NS_NET)->init_ino);
	ck_assert_str_eq(sharing(NS_NET), "shared");
	snap->host.kernel = "6.18.2-arch1-1";
	ck_assert_str_eq(sharing(NS_NET), "own");
	ck_assert(!cell(report_ns(graph, net, NULL, &arena), "base")->yes);
	snap->host.kernel = "6.9.17";
	ck_assert_str_eq(sharing(NS_NET), "shared");
	/* A user namespace within owns none of the first ones. */
	snap->nss[user].ino++;
	ck_assert_str_eq(sharing(NS_NET), "own");
	snap->nss[user].ino--;
	/* Whether a container shares it with the machine its own PID 1 does not tell. */
	snap->nss[snap->host.base[NS_PID]].ino++;
	ck_assert_str_eq(sharing(NS_NET), "unknown");
	ck_assert_str_eq(sharing(NS_PID), "own");
	ck_assert_str_eq(sharing(NS_UTS), "shared");
	ck_assert_int_eq(cell(report_ns(graph, net, NULL, &arena), "base")->kind, CELL_UNKNOWN);
	snap->host.kernel = "7.0";
	ck_assert_str_eq(sharing(NS_NET), "own");
	unload();
}
END_TEST

START_TEST(maps_are_translated_to_the_parent)
{
	const struct report_item *maps, *row;

	load("containers");
	maps = find(report_ns(graph, graph_find_ino(graph, 4026532530), NULL, &arena), "maps");
	ck_assert_ptr_nonnull(maps);
	row = maps->first;
	ck_assert_uint_eq(find(row, "outside")->cell.u64, 100998);
	ck_assert_str_eq(text(row, "IN THE PARENT"), "999");
	ck_assert_uint_eq(cell(row, "parent")->u64, 999);
	ck_assert_str_eq(joined(find(row, "levels")), "0 999 100998");
	/* A namespace may have ids that have no number where nsview is. */
	snap->idmaps[2].outside = SNAP_UID_UNKNOWN;
	row = find(report_ns(graph, snap->idmaps[2].ns, NULL, &arena), "maps")->first;
	ck_assert_int_eq(find(row, "outside")->cell.kind, CELL_ABSENT);
	unload();
}
END_TEST

static const struct report_item *with_caps(int32_t pid, const char *eff, const char *prm)
{
	struct inside in = {0};
	const struct report_item *r;

	ck_assert_int_eq(inside_put(&in, INSIDE_CAPS, "Eff", eff), 0);
	ck_assert_int_eq(inside_put(&in, INSIDE_CAPS, "Prm", prm), 0);
	r = report_proc(graph, graph_find_pid(graph, pid), &in, &arena);
	inside_done(&in);
	return r;
}

START_TEST(what_is_not_there_does_not_count_on_the_host)
{
	static const char some[] = "00000000a80425fb", none[] = "0000000000000000";
	const struct report_item *r;

	load("containers");
	r = with_caps(1220, some, some);
	ck_assert(begins(text(r, "On the host"), "its capabilities count"));
	ck_assert(cell(r, "capabilities_on_host")->yes);
	r = with_caps(1220, none, some);
	ck_assert(begins(text(r, "On the host"), "no capability of it is in effect"));
	ck_assert(cell(r, "capabilities_on_host")->yes);
	r = with_caps(1220, none, none);
	ck_assert(begins(text(r, "On the host"), "it has no capability that could count"));
	ck_assert(!cell(r, "capabilities_on_host")->yes);
	r = report_proc(graph, graph_find_pid(graph, 1220), NULL, &arena);
	ck_assert(begins(text(r, "On the host"), "what capabilities it has count"));
	unload();
}
END_TEST

START_TEST(the_state_of_a_process_is_a_word_for_people)
{
	load("containers");
	ck_assert_str_eq(text(report_proc(graph, graph_find_pid(graph, 1220), NULL, &arena), "State"), "sleeping");
	unload();
}
END_TEST

START_TEST(a_map_that_nobody_wrote_is_told_from_one_that_could_not_be_read)
{
	struct inside in = {0};
	const struct report_item *maps;
	uint32_t ns;

	load("containers");
	ns = snap->idmaps[6].ns;
	ck_assert_int_eq(snap->idmaps[7].gid, 1);
	snap->nidmaps = 7;
	maps = find(report_ns(graph, ns, NULL, &arena), "maps");
	ck_assert_uint_eq(maps->n, 1);
	ck_assert(begins(maps->next->cell.str, "no gid map is written yet"));
	snap->nidmaps = 6;
	maps = find(report_ns(graph, ns, NULL, &arena), "maps");
	ck_assert_uint_eq(maps->n, 0);
	ck_assert_str_eq(maps->next->label, "Maps");
	ck_assert(begins(maps->next->cell.str, "no map is written yet"));
	/* Nobody is in it, and there are some that could not be read. */
	graph_free(graph);
	for (size_t i = 0; i < snap->nprocs; i++)
		if (snap->procs[i].ns[NS_USER] == ns)
			snap->procs[i].ns[NS_USER] = 0;
	ck_assert_int_eq(graph_build(snap, GRAPH_ALL, &graph), 0);
	snap->coverage.sources[SOURCE_IDMAPS].unread = 1;
	ck_assert_ptr_null(find(report_ns(graph, ns, NULL, &arena), "maps"));
	ck_assert_ptr_nonnull(find(report_ns(graph, ns, &in, &arena), "maps"));
	ck_assert_int_eq(inside_put(&in, INSIDE_TROUBLE, "maps of user:[4026532530]", "takes what one has not"), 0);
	ck_assert_ptr_null(find(report_ns(graph, ns, &in, &arena), "maps"));
	inside_done(&in);
	unload();
}
END_TEST

START_TEST(of_its_own_user_namespace_the_outer_ids_are_the_parents)
{
	const struct report_item *row;
	uint32_t own;

	load("containers");
	own = snap->idmaps[2].ns;
	snap->host.own[NS_USER] = snap->host.base[NS_USER] = own;
	snap->idmaps[2] = (struct snap_idmap){.ns = own, .inside = 7, .outside = 1000, .count = 1};
	row = find(report_ns(graph, own, NULL, &arena), "maps")->first;
	ck_assert_uint_eq(find(row, "inside")->cell.u64, 7);
	ck_assert_uint_eq(find(row, "parent")->cell.u64, 1000);
	ck_assert_uint_eq(find(row, "outside")->cell.u64, 7);
	/* And it is the machine's only when it is the first one. */
	ck_assert(!find(report_ns(graph, own, NULL, &arena), "base")->cell.yes);
	ck_assert_int_eq(find(report_ns(graph, own, NULL, &arena), "kind")->cell.kind, CELL_ABSENT);
	unload();
}
END_TEST

START_TEST(what_is_inside_comes_in_tables_with_numbers_as_numbers)
{
	struct inside in = {0};
	const struct report_item *table;

	load("containers");
	ck_assert_int_eq(inside_put(&in, INSIDE_INTERFACE, "2", "eth0", "up", "1500", "10.0.0.2/24,fd00::2/64", "veth7", "7", "4026531833"), 0);
	ck_assert_int_eq(inside_put(&in, INSIDE_CAPS, "Eff", "0000000000000001"), 0);
	table = find(report_ns(graph, graph_find_ino(graph, 4026532406), &in, &arena), "interfaces");
	ck_assert_uint_eq(table->n, 1);
	ck_assert_uint_eq(find(table->first, "mtu")->cell.u64, 1500);
	ck_assert_str_eq(find(table->first, "peer_name")->cell.str, "veth7");
	ck_assert_uint_eq(find(table->first, "peer_index")->cell.u64, 7);
	ck_assert(begins(text(table->first, "PEER IN"), "net:[4026531833]"));
	ck_assert_uint_eq(cell(table->first, "peer_ns")->u64, 4026531833);
	ck_assert_str_eq(joined(find(table->first, "addresses")), "10.0.0.2/24 fd00::2/64");
	ck_assert_str_eq(text(table->first, "ADDRESSES"), "10.0.0.2/24,fd00::2/64");
	table = find(report_proc(graph, 0, &in, &arena), "capabilities");
	ck_assert_str_eq(cell(table->first, "set")->str, "effective");
	ck_assert_str_eq(joined(find(table->first, "names")), "cap_chown");
	ck_assert_str_eq(text(table->first, "NAMES"), "cap_chown");
	inside_done(&in);
	unload();
}
END_TEST

START_TEST(what_is_inside_is_said_to_be_missing_in_a_dump)
{
	struct inside in = {0};
	const struct report_item *r;

	load("containers");
	r = report_ns(graph, graph_find_ino(graph, 4026532406), NULL, &arena);
	ck_assert_str_eq(text(r, "Not in a dump"), "interfaces, routes and listening sockets");
	ck_assert(begins(text(report_proc(graph, 0, NULL, &arena), "Not in a dump"), "PIDs at every level"));
	r = report_ns(graph, graph_find_ino(graph, 4026532406), &in, &arena);
	for (const struct report_item *i = r->first; i; i = i->next)
		ck_assert(!i->label || strcmp(i->label, "Not in a dump") != 0);
	unload();
}
END_TEST

START_TEST(names_and_kinds_are_those_of_list)
{
	const struct report_item *r;

	load("containers");
	r = report_ns(graph, graph_find_ino(graph, 4026532406), NULL, &arena);
	ck_assert_str_eq(find(r, "name")->cell.str, "web");
	ck_assert_str_eq(find(r, "kind")->cell.str, "docker");
	ck_assert(begins(text(r, "Container id"), "5f1c0de5"));
	ck_assert(begins(cell(find(r, "container"), "id")->str, "5f1c0de5"));
	/* The machine's own belong to nobody, whatever leads them. */
	r = report_ns(graph, graph_find_ino(graph, 4026531833), NULL, &arena);
	ck_assert_int_eq(find(r, "name")->cell.kind, CELL_ABSENT);
	ck_assert_ptr_null(find(r, "name")->label);
	ck_assert_str_eq(find(r, "kind")->cell.str, "host");
	ck_assert_int_eq(find(r, "container")->cell.kind, CELL_ABSENT);
	r = report_proc(graph, graph_find_pid(graph, 3080), NULL, &arena);
	ck_assert_str_eq(find(r, "name")->cell.str, "cart");
	ck_assert_str_eq(find(r, "kind")->cell.str, "containerd");
	ck_assert_str_eq(text(r, "Pod"), "shop/cart-7d9f4");
	r = find(r, "container");
	ck_assert_str_eq(cell(r, "kind")->str, "containerd");
	ck_assert_str_eq(cell(r, "name")->str, "cart");
	ck_assert_str_eq(cell(r, "pod")->str, "shop/cart-7d9f4");
	unload();
	load("holders");
	r = report_ns(graph, graph_find_ino(graph, 4026532104), NULL, &arena);
	ck_assert_str_eq(find(r, "name")->cell.str, "pond");
	unload();
}
END_TEST

START_TEST(init_is_the_process_that_is_1_inside)
{
	struct inside in = {0};
	uint32_t ns;
	const struct report_item *r;

	load("containers");
	ns = graph_find_ino(graph, 4026532404);
	r = report_ns(graph, ns, NULL, &arena);
	ck_assert_str_eq(text(r, "Init"), "process 1220 (nginx), sleeping");
	ck_assert_uint_eq(cell(find(r, "init"), "pid")->u64, 1220);
	ck_assert_str_eq(cell(find(r, "init"), "state")->str, "sleeping");
	ck_assert_int_eq(inside_put(&in, INSIDE_PIDS, "1220 21"), 0);
	ck_assert_int_eq(inside_put(&in, INSIDE_PIDS, "1251 1"), 0);
	r = report_ns(graph, ns, &in, &arena);
	ck_assert_str_eq(text(r, "Init"), "process 1251 (nginx), sleeping");
	ck_assert_str_eq(find(find(r, "pids")->first, "command")->cell.str, "nginx");
	ck_assert_str_eq(joined(find(find(r, "pids")->first, "pids")), "1220 21");
	/* That the first process that is seen were it is no more than a guess. */
	for (size_t i = 0; i < snap->nprocs; i++)
		snap->procs[i].nspid = 0;
	ck_assert_int_eq(find(report_ns(graph, ns, NULL, &arena), "init")->cell.kind, CELL_UNKNOWN);
	ck_assert(begins(text(report_ns(graph, graph_find_ino(graph, 4026531836), NULL, &arena), "Init"), "process 1 "));
	inside_done(&in);
	unload();
}
END_TEST

START_TEST(what_may_be_in_a_message_is_a_suspect_and_no_holder)
{
	const uint32_t ino = 4026532110;
	struct inside in = {0};
	const struct report_item *table;
	uint32_t shown = 0;
	char fd[16];

	load("holders");
	ck_assert_int_eq(inside_put(&in, INSIDE_FLIGHT, "2020", "4", "3"), 0);
	table = find(report_ns(graph, graph_find_ino(graph, ino), &in, &arena), "in_flight");
	ck_assert_uint_eq(cell(table->first, "pid")->u64, 2020);
	ck_assert_uint_eq(cell(table->first, "fd")->u64, 4);
	ck_assert_uint_eq(cell(table->first, "descriptors")->u64, 3);
	ck_assert_str_eq(cell(table->first, "command")->str, "keeper");
	ck_assert_str_eq(cell(table->first, "show")->str, "cat /proc/2020/fdinfo/4");
	ck_assert(begins(report_verdict(graph, graph_find_ino(graph, ino), &in, &arena),
			 "no holder in user space: a descriptor in flight in a message to descriptor 4 of process 2020 "
			 "(keeper) is suspected, or another reference in the kernel, or it may be dying"));
	for (int i = 0; i < 29; i++) {
		snprintf(fd, sizeof(fd), "%d", i + 5);
		ck_assert_int_eq(inside_put(&in, INSIDE_FLIGHT, "2020", fd, "1"), 0);
	}
	table = find(report_ns(graph, graph_find_ino(graph, ino), &in, &arena), "in_flight");
	for (const struct report_item *row = table->first; row; row = row->next)
		shown += row->label != NULL;
	ck_assert_uint_eq(table->n, 30);
	ck_assert_uint_eq(shown, 25);
	ck_assert_str_eq(table->label, "Messages in flight that may hold it (30, the first 25)");
	ck_assert_ptr_nonnull(strstr(report_verdict(graph, graph_find_ino(graph, ino), &in, &arena),
				     "; messages in flight to 30 sockets may hold it"));
	inside_done(&in);
	unload();
}
END_TEST

START_TEST(limits_count_what_is_further_down)
{
	struct inside in = {0};
	const struct report_item *row;

	load("containers");
	ck_assert_int_eq(inside_put(&in, INSIDE_LIMIT, "user", "100"), 0);
	row = find(report_ns(graph, graph_find_ino(graph, 4026531837), &in, &arena), "limits")->first;
	ck_assert_uint_eq(find(row, "max")->cell.u64, 100);
	ck_assert_uint_eq(find(row, "owned")->cell.u64, 1);
	ck_assert_uint_eq(find(row, "charged")->cell.u64, 2); /* its child's child, too */
	row = find(report_ns(graph, graph_find_ino(graph, 4026532530), &in, &arena), "limits")->first;
	ck_assert_uint_eq(find(row, "charged")->cell.u64, 0);
	inside_done(&in);
	unload();
}
END_TEST

START_TEST(capabilities_of_members_go_by_names)
{
	struct inside in = {0};
	const struct report_item *row;

	load("containers");
	ck_assert_int_eq(inside_put(&in, INSIDE_MEMBER_CAPS, "3", "12 14 19", "0000000000000000"), 0);
	ck_assert_int_eq(inside_put(&in, INSIDE_MEMBER_CAPS, "1", "11", "ffffffffffffffff"), 0);
	ck_assert_int_eq(inside_put(&in, INSIDE_MEMBER_CAPS, "1", "20", "0000000000000003"), 0);
	row = find(report_ns(graph, graph_find_ino(graph, 4026531837), &in, &arena), "member_capabilities")->first;
	ck_assert_uint_eq(cell(row, "nprocs")->u64, 3);
	ck_assert_str_eq(text(row, "FIRST PIDS"), "12 14 19");
	ck_assert_str_eq(joined(find(row, "first_pids")), "12 14 19");
	ck_assert_str_eq(text(row, "CAPABILITIES"), "none");
	ck_assert_uint_eq(find(row, "effective")->n, 0);
	ck_assert_str_eq(text(row->next, "CAPABILITIES"), "all");
	ck_assert_uint_eq(find(row->next, "effective")->n, 64);
	ck_assert_str_eq(text(row->next->next, "CAPABILITIES"), "cap_chown,cap_dac_override");
	ck_assert_str_eq(joined(find(row->next->next, "effective")), "cap_chown cap_dac_override");
	inside_done(&in);
	unload();
}
END_TEST

START_TEST(a_peer_that_is_not_told_is_unknown_and_none_is_none)
{
	struct inside in = {0};
	const struct report_item *row;

	load("containers");
	ck_assert_int_eq(inside_put(&in, INSIDE_INTERFACE, "1", "lo", "up", "65536", "", "", "", ""), 0);
	ck_assert_int_eq(inside_put(&in, INSIDE_INTERFACE, "2", "eth0", "up", "1500", "", "", "7", "0"), 0);
	row = find(report_ns(graph, graph_find_ino(graph, 4026532406), &in, &arena), "interfaces")->first;
	ck_assert_int_eq(find(row, "peer_name")->cell.kind, CELL_ABSENT);
	ck_assert_int_eq(cell(row, "peer_ns")->kind, CELL_ABSENT);
	ck_assert_int_eq(find(row->next, "peer_name")->cell.kind, CELL_UNKNOWN);
	ck_assert_uint_eq(find(row->next, "peer_index")->cell.u64, 7);
	ck_assert_int_eq(cell(row->next, "peer_ns")->kind, CELL_UNKNOWN);
	inside_done(&in);
	unload();
}
END_TEST

START_TEST(other_mount_namespaces_come_with_directions_and_who_is_there)
{
	struct inside in = {0};
	const struct report_item *row;

	load("containers");
	ck_assert_int_eq(inside_put(&in, INSIDE_PROPAGATION, "4026532401", "2", "3", "4"), 0);
	ck_assert_int_eq(inside_put(&in, INSIDE_PROPAGATION, "7", "0", "0", "1"), 0);
	row = find(report_ns(graph, graph_find_ino(graph, 4026531832), &in, &arena), "propagation")->first;
	ck_assert_str_eq(text(row, "NAMESPACE"), "mnt:[4026532401]");
	ck_assert_uint_eq(cell(row, "ns")->u64, 4026532401);
	ck_assert_uint_eq(find(row, "shared")->cell.u64, 2);
	ck_assert_uint_eq(find(row, "receives")->cell.u64, 3);
	ck_assert_uint_eq(find(row, "sends")->cell.u64, 4);
	ck_assert_uint_eq(find(row, "mounts")->cell.u64, 5);
	ck_assert_ptr_null(find(row, "mounts")->label);
	ck_assert_str_eq(text(row, "BELONGS TO"), "docker web");
	ck_assert_str_eq(cell(find(row, "container"), "name")->str, "web");
	/* One that came after the scan is shown without. */
	ck_assert_str_eq(text(row->next, "NAMESPACE"), "mnt:[7]");
	ck_assert_int_eq(find(row->next, "container")->cell.kind, CELL_ABSENT);
	inside_done(&in);
	unload();
}
END_TEST

START_TEST(what_people_read_as_a_text_a_script_reads_as_values)
{
	struct inside in = {0};
	const struct report_item *r, *row;

	load("containers");
	r = report_ns(graph, graph_find_ino(graph, 4026532530), NULL, &arena);
	ck_assert_int_eq(cell(r, "age")->kind, CELL_U64);
	ck_assert_int_eq(cell(r, "ouid")->kind, CELL_U64);
	ck_assert_int_eq(cell(r, "pns")->kind, CELL_U64);
	ck_assert_int_eq(cell(r, "base")->kind, CELL_BOOL);
	r = report_proc(graph, graph_find_pid(graph, 1220), NULL, &arena);
	ck_assert_str_eq(text(r, "State"), "sleeping");
	ck_assert_str_eq(cell(r, "state")->str, "sleeping");
	ck_assert_str_eq(text(r, "User"), "root (0)");
	ck_assert_uint_eq(cell(r, "uid")->u64, 0);
	ck_assert(cell(r, "capabilities_on_host")->yes);
	ck_assert_int_eq(inside_put(&in, INSIDE_MOUNT, "9", "1", "/", "tmpfs", "none", "/", "shared:3 master:4"), 0);
	ck_assert_int_eq(inside_put(&in, INSIDE_SHM, "0", "0xffffffff", "0", "4096", "0"), 0);
	ck_assert_int_eq(inside_put(&in, INSIDE_OFFSET, "boottime", "-5", "0"), 0);
	ck_assert_int_eq(inside_put(&in, INSIDE_CGROUP, "4:cpu,memory", "/"), 0);
	r = report_ns(graph, graph_find_ino(graph, 4026532401), &in, &arena);
	row = find(r, "mounts")->first;
	ck_assert_str_eq(text(row, "PROPAGATION"), "shared:3 master:4");
	ck_assert_uint_eq(cell(row, "shared")->u64, 3);
	ck_assert_uint_eq(cell(row, "master")->u64, 4);
	ck_assert_int_eq(cell(row, "propagate_from")->kind, CELL_ABSENT);
	ck_assert_uint_eq(cell(find(r, "shm")->first, "key")->u64, UINT32_MAX);
	ck_assert_int_eq(cell(find(r, "offsets")->first, "seconds")->i64, -5);
	ck_assert_uint_eq(cell(find(r, "cgroup")->first, "hierarchy")->u64, 4);
	ck_assert_str_eq(joined(find(find(r, "cgroup")->first, "controllers")), "cpu memory");
	inside_done(&in);
	unload();
}
END_TEST

START_TEST(what_a_process_holds_says_by_what)
{
	const struct report_item *row;

	load("holders");
	row = find(report_proc(graph, graph_find_pid(graph, 2020), NULL, &arena), "holds")->first;
	ck_assert_str_eq(text(row, "NAMESPACE"), "net:[4026532102]");
	ck_assert_str_eq(text(row, "BY"), "descriptor 7");
	ck_assert_str_eq(cell(row, "by")->str, "fd");
	ck_assert_uint_eq(cell(row, "fd")->u64, 7);
	ck_assert_int_eq(cell(row, "tid")->kind, CELL_ABSENT);
	ck_assert(!cell(row, "for_children")->yes);
	row = find(report_proc(graph, graph_find_pid(graph, 2070), NULL, &arena), "holds")->first;
	ck_assert_str_eq(cell(row, "by")->str, "children");
	ck_assert(cell(row, "for_children")->yes);
	unload();
}
END_TEST

START_TEST(rows_survive_the_pipe_and_broken_ones_are_refused)
{
	struct inside in = {0}, back = {0};
	char *data;
	size_t len;

	ck_assert_int_eq(inside_put(&in, INSIDE_UTS, "host\nname", ""), 0);
	ck_assert_int_eq(inside_put(&in, INSIDE_MQUEUE, "queue"), 0);
	ck_assert_int_eq(inside_write(&in, &data, &len), 0);
	ck_assert_int_eq(inside_parse(&back, data, len), 0);
	ck_assert_uint_eq(back.n, 2);
	ck_assert_str_eq(back.rows[0].fields[0], "host\nname");
	ck_assert_str_eq(back.rows[1].fields[0], "queue");
	ck_assert_int_lt(inside_parse(&back, data, len - 1), 0);
	ck_assert_int_lt(inside_parse(&back, "\xff", 1), 0);
	ck_assert_int_eq(inside_parse(&back, "", 0), 0);
	free(data);
	inside_done(&in);
	inside_done(&back);
}
END_TEST

/* What a report looks like on a terminal this wide. */
static const char *drawn(const struct report_item *root, size_t width)
{
	struct style style = {.width = width, .truncate = true};
	char *out = NULL;
	const char *copy;
	size_t len;
	FILE *f = open_memstream(&out, &len);

	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(render_report(f, root, &style), 0);
	fclose(f);
	copy = arena_strdup(&arena, out);
	free(out);
	return copy;
}

START_TEST(a_column_may_be_for_json_alone_and_others_wrap)
{
	struct report_builder b = {.a = &arena};
	struct report_item *root = report_add(&b, NULL, REPORT_OBJECT, "thing", NULL);
	struct report_item *table = report_add(&b, root, REPORT_TABLE, "rows", "Rows");
	struct report_item *row = report_add(&b, table, REPORT_OBJECT, NULL, "");

	report_wrap(&b, row, "first", "FIRST", "aaaaaaa aaaaaaa aaaaaaa aaaaaaa");
	report_text(&b, row, "hidden", NULL, "for machines");
	report_wrap(&b, row, "second", "SECOND", "bbbbbbb bbbbbbb bbbbbbb");
	report_add(&b, row, REPORT_TABLE, "more", NULL);
	/* What is narrower than its column has no blanks after it that could make empty lines. */
	for (const char *line = strtok(arena_strdup(&arena, drawn(root, 10)), "\n"); line; line = strtok(NULL, "\n"))
		ck_assert_int_ne(line[strlen(line) - 1], ' ');
	ck_assert_str_eq(drawn(root, 30), "\nRows:\n"
					  "FIRST           SECOND\n"
					  "aaaaaaa aaaaaaa bbbbbbb\n"
					  "aaaaaaa aaaaaaa bbbbbbb\n"
					  "                bbbbbbb\n");
	ck_assert_str_eq(drawn(root, 0), "\nRows:\n"
					 "FIRST                           SECOND\n"
					 "aaaaaaa aaaaaaa aaaaaaa aaaaaaa bbbbbbb bbbbbbb bbbbbbb\n");
	arena_done(&arena);
}
END_TEST

START_TEST(what_names_a_thing_or_is_to_be_copied_is_never_cut)
{
	static const char *const names[] = {"mnt:[4026531832]", "10.0.0.2/24", "2001:db8::1234:5678:9abc:def0/64", "::1/128", "{}",
					    "umount /run/netns/with a long name\n"};
	struct report_builder b = {.a = &arena};
	struct report_item *root = report_add(&b, NULL, REPORT_OBJECT, "thing", NULL);
	struct report_item *table = report_add(&b, root, REPORT_TABLE, "rows", "Rows");
	struct report_item *row = report_add(&b, table, REPORT_OBJECT, NULL, "");

	report_text(&b, row, "in", "IN", "mnt:[4026531832]");
	report_wrap(&b, row, "addresses", "ADDRESSES", "10.0.0.2/24,2001:db8::1234:5678:9abc:def0/64,::1/128,{}");
	report_text(&b, row, "release", "TO RELEASE", "umount /run/netns/with a long name");
	for (size_t width = 1; width < 120; width += 7)
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			ck_assert_msg(strstr(drawn(root, width), names[i]), "%s at %zu", names[i], width);
	/* Where it fits with no more than a break a line. */
	for (const char *line = strtok(arena_strdup(&arena, drawn(root, 86)), "\n"); line; line = strtok(NULL, "\n"))
		ck_assert_uint_le(strlen(line), 86);
	arena_done(&arena);
}
END_TEST

int main(void)
{
	return unit_run("report", what_is_inside_is_said_to_be_missing_in_a_dump, a_pid_namespace_without_a_name_is_told_from_one_that_may_not_be_read, a_zombie_is_said_to_be_one_and_who_has_not_reaped_it, that_nsview_sees_nobody_but_itself_is_said,
			what_is_not_there_does_not_count_on_the_host, the_state_of_a_process_is_a_word_for_people, of_much_that_a_process_holds_the_first_are_shown, a_covered_mount_has_no_command, what_names_a_thing_or_is_to_be_copied_is_never_cut, the_verdict_names_the_only_holder, a_table_of_a_threads_own_is_named_with_its_thread,
			what_nothing_holds_is_suspected_and_never_guessed, what_may_be_in_a_message_is_a_suspect_and_no_holder,
			members_make_it_alive, every_namespace_and_process_of_every_fixture_has_a_report,
			what_a_container_shares_with_the_host_is_marked, what_is_not_the_first_namespace_is_not_the_machines, maps_are_translated_to_the_parent,
			a_map_that_nobody_wrote_is_told_from_one_that_could_not_be_read, of_its_own_user_namespace_the_outer_ids_are_the_parents,
			what_is_inside_comes_in_tables_with_numbers_as_numbers,
			names_and_kinds_are_those_of_list, init_is_the_process_that_is_1_inside,
			limits_count_what_is_further_down, capabilities_of_members_go_by_names, a_peer_that_is_not_told_is_unknown_and_none_is_none,
			other_mount_namespaces_come_with_directions_and_who_is_there,
			what_people_read_as_a_text_a_script_reads_as_values, what_a_process_holds_says_by_what,
			rows_survive_the_pipe_and_broken_ones_are_refused,
			a_column_may_be_for_json_alone_and_others_wrap);
}
