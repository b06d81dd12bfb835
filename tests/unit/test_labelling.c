/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/labelling.h"

#include "nsview/container.h"
#include "nsview/vec.h"
#include "unit.h"

#include <string.h>

#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B64 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

/* A world to label: namespaces 0 to 7 are the machine's own, one of each type; more are added as needed. */
static struct snapshot *snap;
static struct cgroup_owner owners[16];
static uint32_t proc_owners[64];
static struct runtime_record records[16];
static size_t nowners, nrecords;

static uint32_t add_ns(enum ns_type type)
{
	ck_assert_int_eq(vec_reserve(&snap->nss, &snap->nss_cap, snap->nnss + 1), 0);
	snap->nss[snap->nnss] = (struct snap_ns){.type = (uint8_t)type, .ino = (uint32_t)(1000 + snap->nnss)};
	return (uint32_t)snap->nnss++;
}

static void begin(void)
{
	snap = snapshot_new();
	ck_assert_ptr_nonnull(snap);
	nowners = nrecords = 0;
	for (int t = 0; t < NS_TYPE_COUNT; t++)
		snap->host.base[t] = add_ns((enum ns_type)t);
}

static void end(void)
{
	snapshot_free(snap);
}

/* A process in the machine's namespaces; call it in ascending order of PID. */
static struct snap_proc *add_proc(int32_t pid, int32_t ppid, const char *cgroup)
{
	struct snap_proc *p;

	ck_assert_int_eq(vec_reserve(&snap->procs, &snap->procs_cap, snap->nprocs + 1), 0);
	p = &snap->procs[snap->nprocs];
	*p = (struct snap_proc){.pid = pid, .ppid = ppid, .start = 100 + (uint64_t)pid, .label = SNAP_NONE, .comm = "x"};
	for (int t = 0; t < NS_TYPE_COUNT; t++)
		p->ns[t] = snap->host.base[t];
	p->ns[NS_SLOT_PID_CHILDREN] = p->ns[NS_PID];
	p->ns[NS_SLOT_TIME_CHILDREN] = p->ns[NS_TIME];
	proc_owners[snap->nprocs++] = SNAP_NONE;
	if (!cgroup)
		return p;
	cgroup_path_parse(cgroup, strlen(cgroup), &owners[nowners]);
	proc_owners[snap->nprocs - 1] = (uint32_t)nowners++;
	return p;
}

/* The same in the cgroup of the process that was added before. */
static struct snap_proc *add_beside(int32_t pid, int32_t ppid)
{
	struct snap_proc *p = add_proc(pid, ppid, NULL);

	proc_owners[snap->nprocs - 1] = proc_owners[snap->nprocs - 2];
	return p;
}

static struct runtime_record *add_record(enum label_kind kind, const char *id, const char *name, int32_t pid)
{
	records[nrecords] = (struct runtime_record){
		.kind = (int32_t)kind, .id = id, .name = name, .pid = pid, .only_uid = RUNTIME_UID_ANY};
	return &records[nrecords++];
}

static void run(void)
{
	const struct labelling in = {owners, nowners, proc_owners, records, nrecords};

	ck_assert_int_eq(labelling_assign(snap, &in), 0);
}

static bool is(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static void expect_label(size_t proc, int kind, const char *name, const char *id, const char *pod)
{
	uint32_t label = snap->procs[proc].label;
	const struct snap_label *l;

	if (kind < 0) {
		ck_assert_uint_eq(label, SNAP_NONE);
		return;
	}
	ck_assert_uint_lt(label, snap->nlabels);
	l = &snap->labels[label];
	ck_assert_msg(l->kind == kind && is(l->name, name) && is(l->id, id) && is(l->pod, pod), "process %zu: %s %s %s %s", proc,
		      label_kind_name((enum label_kind)l->kind), l->name, l->id, l->pod);
}

START_TEST(a_process_without_anything_has_no_label)
{
	begin();
	add_proc(1, 0, NULL);
	add_proc(2, 1, "");
	run();
	expect_label(0, -1, NULL, NULL, NULL);
	expect_label(1, -1, NULL, NULL, NULL);
	ck_assert_uint_eq(snap->nlabels, 0);
	end();
}
END_TEST

START_TEST(an_engines_record_completes_what_the_cgroup_says)
{
	begin();
	add_proc(10, 1, "docker/" A64);
	add_proc(11, 1, "docker/" B64);
	add_record(LABEL_DOCKER, A64, "web", 10);
	run();
	expect_label(0, LABEL_DOCKER, "web", A64, NULL);
	expect_label(1, LABEL_DOCKER, NULL, B64, NULL);
	end();
}
END_TEST

START_TEST(equal_labels_are_one)
{
	begin();
	add_proc(10, 1, "docker/" A64);
	add_proc(11, 1, "docker/" A64 "/sub");
	add_proc(12, 1, "system.slice/docker-" A64 ".scope");
	run();
	ck_assert_uint_eq(snap->nlabels, 1);
	ck_assert_uint_eq(snap->procs[2].label, 0);
	end();
}
END_TEST

START_TEST(several_records_of_one_id_are_one_and_the_engine_names_it)
{
	begin();
	add_proc(10, 1, "libpod_parent/libpod-" A64);
	add_proc(20, 1, "mine/" B64);
	add_record(LABEL_RUNC, A64, NULL, 10);
	add_record(LABEL_PODMAN, A64, "web", 0);
	add_record(LABEL_CRUN, B64, NULL, 20)->start = 120;
	add_record(LABEL_PODMAN, B64, "db", 0)->pod = "a/b";
	run();
	expect_label(0, LABEL_PODMAN, "web", A64, NULL);
	expect_label(1, LABEL_PODMAN, "db", B64, "a/b");
	end();
}
END_TEST

START_TEST(an_id_without_a_known_path_needs_a_record)
{
	begin();
	add_proc(10, 1, "mine/" A64);
	add_proc(11, 1, "system.slice/a.service/" B64);
	run();
	expect_label(0, -1, NULL, NULL, NULL);
	expect_label(1, LABEL_SERVICE, "a.service", NULL, NULL);
	end();
}
END_TEST

START_TEST(a_private_container_is_its_init_its_pid_namespace_and_its_descendants)
{
	uint32_t pidns;

	begin();
	pidns = add_ns(NS_PID);
	add_proc(1, 0, NULL);
	add_proc(10, 1, "")->ns[NS_PID] = pidns; /* the init */
	add_beside(11, 10)->ns[NS_PID] = pidns;
	add_beside(12, 1)->ns[NS_PID] = pidns;   /* runc exec */
	add_beside(13, 11)->ns[NS_PID] = add_ns(NS_PID); /* a namespace further in */
	add_beside(14, 1);                       /* not in it */
	add_record(LABEL_RUNC, "job", NULL, 10)->start = 110;
	run();
	for (size_t i = 1; i <= 4; i++)
		expect_label(i, LABEL_RUNC, "job", "job", NULL);
	expect_label(0, -1, NULL, NULL, NULL);
	expect_label(5, -1, NULL, NULL, NULL);
	end();
}
END_TEST

START_TEST(a_container_in_the_machines_pid_namespace_is_its_descendants)
{
	begin();
	add_proc(5, 12, ""); /* a child may have the smaller PID */
	add_beside(10, 1)->ns[NS_MNT] = add_ns(NS_MNT);
	add_beside(12, 10);
	add_beside(13, 1);
	add_record(LABEL_CRUN, "job", NULL, 10)->start = 110;
	run();
	for (size_t i = 0; i < 3; i++)
		expect_label(i, LABEL_CRUN, "job", "job", NULL);
	expect_label(3, -1, NULL, NULL, NULL);
	end();
}
END_TEST

START_TEST(the_nearest_init_wins)
{
	uint32_t outer, inner;

	begin();
	outer = add_ns(NS_PID);
	inner = add_ns(NS_PID);
	add_proc(10, 1, "")->ns[NS_PID] = outer;
	add_beside(11, 10)->ns[NS_PID] = inner;
	add_beside(12, 11)->ns[NS_PID] = inner;
	add_beside(13, 10)->ns[NS_PID] = inner; /* entered from the outer one */
	add_beside(14, 10)->ns[NS_PID] = outer;
	add_record(LABEL_RUNC, "outer", NULL, 10)->start = 110;
	add_record(LABEL_RUNC, "inner", NULL, 11)->start = 111;
	run();
	expect_label(0, LABEL_RUNC, "outer", "outer", NULL);
	expect_label(1, LABEL_RUNC, "inner", "inner", NULL);
	expect_label(2, LABEL_RUNC, "inner", "inner", NULL);
	expect_label(3, LABEL_RUNC, "inner", "inner", NULL);
	expect_label(4, LABEL_RUNC, "outer", "outer", NULL);
	end();
}
END_TEST

START_TEST(containers_that_share_a_pid_namespace_are_told_apart)
{
	uint32_t pidns;

	begin();
	pidns = add_ns(NS_PID);
	/* By their cgroups, as in a pod; */
	add_proc(10, 1, "kubepods/pod1/" A64)->ns[NS_PID] = pidns;
	add_proc(11, 1, "kubepods/pod1/" B64)->ns[NS_PID] = pidns;
	/* or without, by their inits. */
	add_proc(20, 1, "")->ns[NS_PID] = pidns;
	add_beside(21, 20)->ns[NS_PID] = pidns;
	add_beside(22, 1)->ns[NS_PID] = pidns;
	add_record(LABEL_CONTAINERD, A64, "pause", 10);
	add_record(LABEL_RUNC, "job", NULL, 20)->start = 120;
	run();
	expect_label(0, LABEL_CONTAINERD, "pause", A64, NULL);
	expect_label(1, LABEL_CONTAINERD, NULL, B64, NULL);
	expect_label(2, LABEL_RUNC, "job", "job", NULL);
	expect_label(3, LABEL_RUNC, "job", "job", NULL);
	expect_label(4, LABEL_SANDBOX, NULL, NULL, NULL);
	end();
}
END_TEST

START_TEST(a_private_container_inside_another_one_is_its_own)
{
	uint32_t inner;

	begin();
	inner = add_ns(NS_PID);
	add_proc(10, 1, "docker/" A64)->ns[NS_PID] = add_ns(NS_PID);
	add_beside(11, 10)->ns[NS_PID] = inner;
	add_beside(12, 11)->ns[NS_PID] = inner;
	add_record(LABEL_RUNC, "job", NULL, 11)->start = 111;
	run();
	expect_label(0, LABEL_DOCKER, NULL, A64, NULL);
	expect_label(1, LABEL_RUNC, "job", "job", NULL);
	expect_label(2, LABEL_RUNC, "job", "job", NULL);
	end();
}
END_TEST

START_TEST(a_pid_that_was_given_anew_is_not_the_init)
{
	begin();
	add_proc(10, 1, "")->ns[NS_PID] = add_ns(NS_PID);
	add_beside(11, 1);
	add_record(LABEL_RUNC, "old", NULL, 10)->start = 109;
	/* Without a time, a process with the machine's namespaces is taken for another one. */
	add_record(LABEL_CONTAINERD, B64, NULL, 11);
	add_record(LABEL_RUNC, "gone", NULL, 99)->start = 1;
	run();
	expect_label(0, LABEL_SANDBOX, NULL, NULL, NULL);
	expect_label(1, -1, NULL, NULL, NULL);
	end();
}
END_TEST

START_TEST(a_circle_of_parents_ends)
{
	begin();
	add_proc(10, 12, "");
	add_beside(11, 10);
	add_beside(12, 11);
	add_beside(13, 13);
	add_record(LABEL_RUNC, "job", NULL, 99);
	run();
	for (size_t i = 0; i < 4; i++)
		expect_label(i, -1, NULL, NULL, NULL);
	end();
}
END_TEST

START_TEST(a_users_record_tells_of_no_other_users_processes)
{
	begin();
	add_proc(10, 1, "")->ns[NS_PID] = add_ns(NS_PID);
	add_proc(11, 1, "docker/" A64);
	add_proc(12, 1, "user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" A64 ".scope");
	snap->procs[2].uid = 100000; /* mapped */
	add_proc(13, 1, "")->ns[NS_PID] = add_ns(NS_PID);
	snap->procs[3].uid = 1000;
	add_record(LABEL_CRUN, "root's", NULL, 10)->only_uid = 1000;
	add_record(LABEL_PODMAN, A64, "mine", 0)->only_uid = 1000;
	add_record(LABEL_CRUN, "own", NULL, 13)->only_uid = 1000;
	run();
	expect_label(0, LABEL_SANDBOX, NULL, NULL, NULL);
	expect_label(1, LABEL_DOCKER, NULL, A64, NULL);
	expect_label(2, LABEL_PODMAN, "mine", A64, NULL);
	expect_label(3, LABEL_CRUN, "own", "own", NULL);
	end();
}
END_TEST

START_TEST(what_a_users_monitor_tells_counts_whatever_user_is_inside)
{
	struct runtime_record *r;

	begin();
	add_proc(10, 1, "")->ns[NS_PID] = add_ns(NS_PID);
	add_beside(11, 10)->ns[NS_PID] = snap->procs[0].ns[NS_PID];
	add_beside(12, 1)->ns[NS_PID] = add_ns(NS_PID);
	snap->procs[0].uid = snap->procs[1].uid = snap->procs[2].uid = 100998;
	/* What a file says of the id adds to it, but not another init. */
	r = add_record(LABEL_CRUN, A64, NULL, 12);
	r->start = 112;
	r->only_uid = 1000;
	r = add_record(LABEL_PODMAN, A64, "web", 10);
	r->start = 110;
	r->only_uid = 1000;
	r->watched = true;
	run();
	expect_label(0, LABEL_PODMAN, "web", A64, NULL);
	expect_label(1, LABEL_PODMAN, "web", A64, NULL);
	expect_label(2, LABEL_SANDBOX, NULL, NULL, NULL);
	end();
}
END_TEST

START_TEST(a_machines_record_is_found_by_its_unit)
{
	begin();
	add_proc(10, 1, "machine.slice/machine-a\\x2db.scope/payload");
	add_proc(11, 1, "machine.slice/machine-other.scope");
	add_record(LABEL_NSPAWN, NULL, "a-b", 0)->unit = "machine-a\\x2db.scope";
	run();
	expect_label(0, LABEL_NSPAWN, "a-b", NULL, NULL);
	expect_label(1, LABEL_MACHINE, "other", NULL, NULL);
	end();
}
END_TEST

START_TEST(a_flatpak_instance_is_one_inside_and_outside_of_its_namespaces)
{
	begin();
	add_proc(10, 1, "user.slice/user-1000.slice/user@1000.service/app.slice/app-flatpak-org.example.Editor-10.scope");
	add_beside(11, 10)->ns[NS_PID] = add_ns(NS_PID);
	snap->procs[1].uid = 1000;
	add_record(LABEL_FLATPAK, "4711", "org.example.Editor", 11)->only_uid = 1000;
	run();
	expect_label(0, LABEL_FLATPAK, "org.example.Editor", "4711", NULL);
	ck_assert_uint_eq(snap->procs[0].label, snap->procs[1].label);
	end();
}
END_TEST

START_TEST(what_is_unshared_without_a_name_is_a_sandbox)
{
	begin();
	add_proc(10, 1, "")->ns[NS_NET] = add_ns(NS_NET);
	add_proc(11, 1, "user.slice/user-1000.slice/session-1.scope")->ns[NS_USER] = add_ns(NS_USER);
	/* systemd may have unshared a service's namespaces, and is known. */
	add_proc(12, 1, "system.slice/a.service")->ns[NS_MNT] = add_ns(NS_MNT);
	add_proc(13, 1, "user.slice/user-1000.slice/session-1.scope");
	run();
	expect_label(0, LABEL_SANDBOX, NULL, NULL, NULL);
	expect_label(1, LABEL_SANDBOX, NULL, NULL, NULL);
	expect_label(2, LABEL_SERVICE, "a.service", NULL, NULL);
	expect_label(3, LABEL_SCOPE, "session-1.scope", NULL, NULL);
	end();
}
END_TEST

START_TEST(a_name_makes_no_container)
{
	begin();
	add_proc(10, 1, "docker/" A64);
	run();
	expect_label(0, LABEL_DOCKER, NULL, A64, NULL);
	ck_assert_uint_eq(container_types(snap, &snap->procs[0]), 0);
	end();
}
END_TEST

START_TEST(types_that_are_not_known_do_not_differ)
{
	struct snap_proc *p;

	begin();
	p = add_proc(10, 1, NULL);
	p->ns[NS_NET] = add_ns(NS_NET);
	p->ns[NS_MNT] = NS_REF_DENIED;
	p->ns[NS_IPC] = NS_REF_ABSENT;
	p->ns[NS_UTS] = NS_REF_UNREAD;
	p->ns[NS_PID] = add_ns(NS_PID);
	snap->host.base[NS_PID] = NS_REF_DENIED;
	ck_assert_uint_eq(container_types(snap, p), 1u << NS_NET);
	end();
}
END_TEST

START_TEST(kernel_threads_have_no_label)
{
	begin();
	add_proc(2, 0, "system.slice/a.service")->flags = SNAP_PROC_KTHREAD;
	add_record(LABEL_RUNC, "job", NULL, 2)->start = 102;
	run();
	expect_label(0, -1, NULL, NULL, NULL);
	ck_assert_uint_eq(snap->nlabels, 0);
	end();
}
END_TEST

START_TEST(no_label_is_left_that_nobody_has)
{
	begin();
	add_proc(10, 1, "user.slice/user-1000.slice/session-1.scope")->ns[NS_USER] = add_ns(NS_USER);
	add_record(LABEL_RUNC, "dead", NULL, 99);
	add_record(LABEL_DOCKER, A64, "stopped", 0);
	run();
	ck_assert_uint_eq(snap->nlabels, 1);
	expect_label(0, LABEL_SANDBOX, NULL, NULL, NULL);
	end();
}
END_TEST

int main(void)
{
	return unit_run("labelling", a_process_without_anything_has_no_label, an_engines_record_completes_what_the_cgroup_says,
			equal_labels_are_one, several_records_of_one_id_are_one_and_the_engine_names_it,
			an_id_without_a_known_path_needs_a_record,
			a_private_container_is_its_init_its_pid_namespace_and_its_descendants,
			a_container_in_the_machines_pid_namespace_is_its_descendants, the_nearest_init_wins,
			containers_that_share_a_pid_namespace_are_told_apart, a_private_container_inside_another_one_is_its_own,
			a_pid_that_was_given_anew_is_not_the_init, a_circle_of_parents_ends,
			a_users_record_tells_of_no_other_users_processes,
			what_a_users_monitor_tells_counts_whatever_user_is_inside, a_machines_record_is_found_by_its_unit,
			a_flatpak_instance_is_one_inside_and_outside_of_its_namespaces,
			what_is_unshared_without_a_name_is_a_sandbox, a_name_makes_no_container,
			types_that_are_not_known_do_not_differ, kernel_threads_have_no_label, no_label_is_left_that_nobody_has);
}
