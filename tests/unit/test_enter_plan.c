/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/enter_plan.h"
#include "unit.h"

#include <linux/capability.h>
#include <string.h>

#define BIT(t) (1u << (t))
#define ALL_CAPS (~UINT64_C(0))

enum { OURS = 0, THEIRS = 1 }; /* numbers of user namespaces */

/*
 * A machine with two user namespaces, ours and one below it that user 1000 made, and a target whose
 * namespaces all differ from ours and belong to the second.
 */
static struct enter_facts container(void)
{
	struct enter_facts f = {.pid = 42, .euid = 0, .caps = ALL_CAPS, .nusers = 2, .uid0 = true, .gid0 = true};

	f.users[OURS] = (struct enter_user){.ino = 100, .parent = -1};
	f.users[THEIRS] = (struct enter_user){.ino = 200, .parent = OURS, .owner_uid = 1000};
	for (int t = 0; t < NS_TYPE_COUNT; t++)
		f.ns[t] = (struct enter_ns){
			.source = ENTER_TARGET, .ino = 200u + (unsigned)t, .ours = 100u + (unsigned)t, .owner = THEIRS};
	return f;
}

static struct enter_wish everything(void)
{
	return (struct enter_wish){.all = true, .root = ENTER_DIR_TARGET, .wd = ENTER_DIR_TARGET, .wd_lax = true};
}

static void share(struct enter_facts *f, enum ns_type t)
{
	f->ns[t].ino = f->ns[t].ours;
	f->ns[t].owner = OURS;
}

static const struct enter_step *find(const struct enter_plan *p, enum enter_step_kind kind)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->steps[i].kind == kind)
			return &p->steps[i];
	return NULL;
}

static bool is_before(const struct enter_plan *p, enum enter_step_kind a, enum enter_step_kind b)
{
	return find(p, a) && find(p, b) && find(p, a) < find(p, b);
}

static bool needs(const struct enter_step *s, int cap, int user)
{
	for (size_t i = 0; i < s->nneeds; i++)
		if (s->needs[i].cap == cap && s->needs[i].user == user)
			return true;
	return false;
}

START_TEST(a_container_of_its_own_is_joined_by_one_call)
{
	struct enter_facts f = container();
	struct enter_wish w = everything();
	struct enter_plan p;

	enter_plan_build(&f, &w, &p);
	ck_assert_int_eq(p.rule, ENTER_FINE);
	ck_assert_uint_eq(p.joined, NS_TYPES_ALL);
	ck_assert_int_eq(p.steps[0].kind, ENTER_JOIN_PIDFD);
	ck_assert_uint_eq(p.steps[0].types, NS_TYPES_ALL);
	ck_assert_ptr_null(find(&p, ENTER_JOIN_FD));
	ck_assert(is_before(&p, ENTER_JOIN_PIDFD, ENTER_ROOT));
	ck_assert(is_before(&p, ENTER_ROOT, ENTER_WD));
	ck_assert(is_before(&p, ENTER_WD, ENTER_FORK));
	ck_assert(is_before(&p, ENTER_FORK, ENTER_CREDS));
	ck_assert_int_eq(p.steps[p.n - 1].kind, ENTER_EXEC);
}
END_TEST

START_TEST(what_is_shared_is_skipped_and_costs_no_capability)
{
	struct enter_facts f = container();
	struct enter_wish w = everything();
	struct enter_plan p;

	f.caps = 0;
	f.same_root = true;
	for (int t = 0; t < NS_TYPE_COUNT; t++)
		share(&f, (enum ns_type)t);
	enter_plan_build(&f, &w, &p);
	ck_assert_int_eq(p.rule, ENTER_FINE);
	ck_assert_uint_eq(p.joined, 0);
	ck_assert_ptr_null(find(&p, ENTER_ROOT));
	ck_assert_ptr_null(find(&p, ENTER_CREDS));
	for (int t = 0; t < NS_TYPE_COUNT; t++)
		ck_assert_int_eq(p.skip[t], ENTER_SHARED);
}
END_TEST

START_TEST(another_root_is_taken_even_when_every_namespace_is_shared)
{
	struct enter_facts f = container();
	struct enter_wish w = everything();
	struct enter_plan p;

	for (int t = 0; t < NS_TYPE_COUNT; t++)
		share(&f, (enum ns_type)t);
	enter_plan_build(&f, &w, &p);
	ck_assert_ptr_nonnull(find(&p, ENTER_ROOT));
	ck_assert(needs(find(&p, ENTER_ROOT), CAP_SYS_CHROOT, OURS));
}
END_TEST

START_TEST(the_maker_of_a_user_namespace_needs_nothing_else)
{
	struct enter_facts f = container();
	struct enter_wish w = everything();
	struct enter_plan p;

	f.euid = 1000;
	f.caps = 0;
	enter_plan_build(&f, &w, &p);
	ck_assert_int_eq(p.rule, ENTER_FINE);
}
END_TEST

START_TEST(another_user_lacks_the_capability_there)
{
	struct enter_facts f = container();
	struct enter_wish w = everything();
	struct enter_plan p;

	f.euid = 1001;
	f.caps = 0;
	enter_plan_build(&f, &w, &p);
	ck_assert_int_eq(p.rule, ENTER_LACKS_CAP);
	ck_assert_uint_eq(p.rule_step, 0);
	ck_assert_int_eq(enter_step_lacks(&p.steps[0])->cap, CAP_SYS_ADMIN);
	ck_assert_int_eq(enter_step_lacks(&p.steps[0])->user, THEIRS);
}
END_TEST

START_TEST(without_the_user_namespace_its_maker_lacks_our_capabilities)
{
	struct enter_facts f = container();
	struct enter_wish w = {.types = BIT(NS_NET)};
	struct enter_plan p;

	f.euid = 1000;
	f.caps = 0;
	enter_plan_build(&f, &w, &p);
	ck_assert_int_eq(p.rule, ENTER_LACKS_CAP);
	ck_assert_int_eq(enter_step_lacks(&p.steps[0])->user, OURS);
	ck_assert(needs(&p.steps[0], CAP_SYS_ADMIN, THEIRS));
}
END_TEST

START_TEST(what_the_user_namespace_does_not_own_goes_before_it)
{
	struct enter_facts f = container();
	struct enter_wish w = everything();
	struct enter_plan p;

	f.ns[NS_NET].owner = OURS;
	f.ns[NS_MNT].owner = -1;
	enter_plan_build(&f, &w, &p);
	ck_assert_uint_eq(p.steps[0].types, BIT(NS_NET) | BIT(NS_MNT));
	ck_assert(!p.steps[0].new_user);
	ck_assert(needs(&p.steps[0], CAP_SYS_ADMIN, OURS));
	ck_assert(needs(&p.steps[0], CAP_SYS_CHROOT, OURS));
	ck_assert(p.steps[1].new_user);
	ck_assert_uint_eq(p.steps[1].types, NS_TYPES_ALL & ~p.steps[0].types);
	/* Above our own user namespace nobody of us has anything. */
	ck_assert_int_eq(p.rule, ENTER_LACKS_CAP);
	ck_assert_int_eq(enter_step_lacks(&p.steps[0])->user, -1);
}
END_TEST

START_TEST(capabilities_after_the_user_namespace_are_those_in_it)
{
	struct enter_facts f = container();
	struct enter_wish w = everything();
	struct enter_plan p;

	f.euid = 1000;
	f.caps = 0;
	enter_plan_build(&f, &w, &p);
	ck_assert(needs(find(&p, ENTER_ROOT), CAP_SYS_CHROOT, THEIRS));
	ck_assert(needs(find(&p, ENTER_CREDS), CAP_SETUID, THEIRS));
}
END_TEST

START_TEST(files_are_joined_by_descriptor_and_their_user_namespace_first)
{
	struct enter_facts f = container();
	struct enter_wish w = {.types = BIT(NS_NET) | BIT(NS_USER) | BIT(NS_MNT) | BIT(NS_UTS)};
	struct enter_plan p;

	f.ns[NS_NET].source = f.ns[NS_USER].source = f.ns[NS_MNT].source = ENTER_FILE;
	enter_plan_build(&f, &w, &p);
	ck_assert_uint_eq(p.steps[0].types, BIT(NS_USER));
	ck_assert_int_eq(p.steps[0].kind, ENTER_JOIN_FD);
	ck_assert_int_eq(p.steps[1].kind, ENTER_JOIN_PIDFD);
	ck_assert_uint_eq(p.steps[1].types, BIT(NS_UTS));
	ck_assert_uint_eq(p.steps[2].types, BIT(NS_NET));
	ck_assert_uint_eq(p.steps[3].types, BIT(NS_MNT));
}
END_TEST

START_TEST(only_what_is_named_is_joined)
{
	struct enter_facts f = container();
	struct enter_wish w = {.types = BIT(NS_UTS)};
	struct enter_plan p;

	enter_plan_build(&f, &w, &p);
	ck_assert_uint_eq(p.joined, BIT(NS_UTS));
	ck_assert_int_eq(p.skip[NS_NET], ENTER_UNASKED);
	ck_assert_uint_eq(p.n, 2);
}
END_TEST

START_TEST(a_mount_namespace_that_is_ours_is_joined_when_it_is_named)
{
	struct enter_facts f = container();
	struct enter_wish w = {.types = BIT(NS_MNT) | BIT(NS_NET)};
	struct enter_plan p;

	share(&f, NS_MNT);
	share(&f, NS_NET);
	enter_plan_build(&f, &w, &p);
	ck_assert_uint_eq(p.joined, BIT(NS_MNT));
}
END_TEST

START_TEST(a_zombie_has_left_its_namespaces)
{
	struct enter_facts f = container();
	struct enter_wish w = everything();
	struct enter_plan p;

	f.zombie = true;
	for (int t = 0; t < NS_TYPE_COUNT; t++)
		if (t != NS_PID && t != NS_USER)
			f.ns[t] = (struct enter_ns){.err = -2, .ours = 100u + (unsigned)t, .owner = -1};
	enter_plan_build(&f, &w, &p);
	ck_assert_int_eq(p.rule, ENTER_ZOMBIE);
	/* What it still has can be joined. */
	w = (struct enter_wish){.types = BIT(NS_USER) | BIT(NS_PID)};
	enter_plan_build(&f, &w, &p);
	ck_assert_int_eq(p.rule, ENTER_FINE);
	ck_assert_uint_eq(p.joined, BIT(NS_USER) | BIT(NS_PID));
}
END_TEST

START_TEST(a_refused_link_is_named)
{
	struct enter_facts f = container();
	struct enter_wish w = everything();
	struct enter_plan p;

	f.ns[NS_CGROUP] = (struct enter_ns){.err = -13, .ours = 100, .owner = -1};
	enter_plan_build(&f, &w, &p);
	ck_assert_int_eq(p.rule, ENTER_UNREADABLE);
	ck_assert_int_eq(p.rule_type, NS_CGROUP);
}
END_TEST

START_TEST(a_type_that_the_kernel_lacks_is_skipped_unless_it_is_named)
{
	struct enter_facts f = container();
	struct enter_wish w = everything();
	struct enter_plan p;

	f.ns[NS_TIME] = (struct enter_ns){.err = -2, .owner = -1};
	enter_plan_build(&f, &w, &p);
	ck_assert_int_eq(p.rule, ENTER_FINE);
	ck_assert_int_eq(p.skip[NS_TIME], ENTER_UNSUPPORTED);
	w.types = BIT(NS_TIME);
	enter_plan_build(&f, &w, &p);
	ck_assert_int_eq(p.rule, ENTER_MISSING);
	ck_assert_int_eq(p.rule_type, NS_TIME);
}
END_TEST

START_TEST(pid_namespaces_lead_down_only)
{
	struct enter_facts f = container();
	struct enter_wish w = {.types = BIT(NS_PID)};
	struct enter_plan p;

	f.ns[NS_PID].outside = true;
	enter_plan_build(&f, &w, &p);
	ck_assert_int_eq(p.rule, ENTER_PID_ABOVE);
}
END_TEST

START_TEST(only_a_pid_namespace_asks_for_a_fork)
{
	struct enter_facts f = container();
	struct enter_wish w = {.types = BIT(NS_PID)};
	struct enter_plan p;

	enter_plan_build(&f, &w, &p);
	ck_assert_ptr_nonnull(find(&p, ENTER_FORK));
	w.no_fork = true;
	enter_plan_build(&f, &w, &p);
	ck_assert_ptr_null(find(&p, ENTER_FORK));
	w = (struct enter_wish){.types = NS_TYPES_ALL & ~BIT(NS_PID)};
	enter_plan_build(&f, &w, &p);
	ck_assert_ptr_null(find(&p, ENTER_FORK));
}
END_TEST

START_TEST(a_namespace_alone_has_no_root_of_its_own)
{
	struct enter_facts f = container();
	struct enter_wish w = {.types = BIT(NS_NET), .root = ENTER_DIR_TARGET};
	struct enter_plan p;

	f.pid = 0;
	enter_plan_build(&f, &w, &p);
	ck_assert_int_eq(p.rule, ENTER_NO_TARGET);
	ck_assert_int_eq(p.rule_type, -1);
	w.root = ENTER_DIR_KEEP;
	enter_plan_build(&f, &w, &p);
	ck_assert_int_eq(p.rule, ENTER_FINE);
}
END_TEST

START_TEST(our_own_user_namespace_alone_is_refused)
{
	struct enter_facts f = container();
	struct enter_wish w = {.types = BIT(NS_USER)};
	struct enter_plan p;

	f.pid = 0;
	share(&f, NS_USER);
	enter_plan_build(&f, &w, &p);
	ck_assert_int_eq(p.rule, ENTER_OWN_USER);
}
END_TEST

START_TEST(user_0_is_taken_where_it_exists)
{
	struct enter_facts f = container();
	struct enter_wish w = everything();
	struct enter_plan p;

	enter_plan_build(&f, &w, &p);
	ck_assert(p.sets_uid && p.sets_gid && p.drops_groups);
	f.uid0 = f.gid0 = false;
	enter_plan_build(&f, &w, &p);
	ck_assert(!p.sets_uid && !p.sets_gid && !p.drops_groups);
	f = container();
	w.preserve = true;
	enter_plan_build(&f, &w, &p);
	ck_assert(!p.sets_uid && !p.sets_gid && !p.drops_groups);
	w = everything();
	share(&f, NS_USER);
	enter_plan_build(&f, &w, &p);
	ck_assert(!p.sets_uid && !p.sets_gid && !p.drops_groups);
}
END_TEST

START_TEST(a_user_that_is_named_is_taken_anywhere)
{
	struct enter_facts f = container();
	struct enter_wish w = {.types = BIT(NS_NET), .uid = ENTER_ID_SET, .uid_value = 1000, .gid = ENTER_ID_FOLLOW};
	struct enter_plan p;

	enter_plan_build(&f, &w, &p);
	ck_assert(p.sets_uid && p.sets_gid && p.drops_groups);
	ck_assert(needs(find(&p, ENTER_CREDS), CAP_SETUID, OURS));
	ck_assert(needs(find(&p, ENTER_CREDS), CAP_SETGID, OURS));
}
END_TEST

START_TEST(every_step_fits)
{
	struct enter_facts f = container();
	struct enter_wish w = {
		.types = NS_TYPES_ALL,
		.root = ENTER_DIR_PATH,
		.wd = ENTER_DIR_PATH,
		.uid = ENTER_ID_SET,
		.gid = ENTER_ID_SET,
		.join_cgroup = true,
		.pty = true,
		.keep_caps = true,
	};
	struct enter_plan p;

	/* Files of eight owners, half of them before the user namespace. */
	f.nusers = 10;
	for (int t = 0; t < NS_TYPE_COUNT; t++) {
		f.users[t + 2] = (struct enter_user){.ino = 300u + (unsigned)t, .parent = t % 2 ? THEIRS : OURS};
		f.ns[t].owner = t == NS_USER ? THEIRS : t + 2;
		f.ns[t].source = t % 3 ? ENTER_FILE : ENTER_TARGET;
	}
	enter_plan_build(&f, &w, &p);
	ck_assert_uint_le(p.n, ENTER_STEPS_MAX);
	ck_assert_uint_eq(p.joined, NS_TYPES_ALL);
	for (size_t i = 0; i < p.n; i++)
		ck_assert_uint_lt(p.steps[i].nneeds, ENTER_NEEDS_MAX);
}
END_TEST

int main(void)
{
	return unit_run("enter_plan", a_container_of_its_own_is_joined_by_one_call,
			what_is_shared_is_skipped_and_costs_no_capability,
			another_root_is_taken_even_when_every_namespace_is_shared,
			the_maker_of_a_user_namespace_needs_nothing_else, another_user_lacks_the_capability_there,
			without_the_user_namespace_its_maker_lacks_our_capabilities,
			what_the_user_namespace_does_not_own_goes_before_it,
			capabilities_after_the_user_namespace_are_those_in_it,
			files_are_joined_by_descriptor_and_their_user_namespace_first, only_what_is_named_is_joined,
			a_mount_namespace_that_is_ours_is_joined_when_it_is_named, a_zombie_has_left_its_namespaces,
			a_refused_link_is_named, a_type_that_the_kernel_lacks_is_skipped_unless_it_is_named,
			pid_namespaces_lead_down_only, only_a_pid_namespace_asks_for_a_fork,
			a_namespace_alone_has_no_root_of_its_own, our_own_user_namespace_alone_is_refused,
			user_0_is_taken_where_it_exists, a_user_that_is_named_is_taken_anywhere, every_step_fits);
}
