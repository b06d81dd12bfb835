/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/run_plan.h"
#include "unit.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>

#define T(type) (1u << (type))

static const struct run_world root = {
	.sys_admin = true, .sys_chroot = true, .setuid = true, .setgid = true,
	.all_uids = {.v = {{0, 0, UINT32_MAX}}, .n = 1}, .all_gids = {.v = {{0, 0, UINT32_MAX}}, .n = 1},
};
static const struct run_world user = {.uid = 1000, .gid = 100};
static const struct run_world user_with_helpers = {
	.uid = 1000, .gid = 100, .helpers = true, .subuid = {0, 100000, 65536}, .subgid = {0, 200000, 65536},
};

static struct run_plan plan;

static void build(const struct run_request *r, const struct run_world *w)
{
	struct fail why = {0};
	int err;

	run_plan_done(&plan);
	plan = (struct run_plan){0};
	err = run_plan_build(r, w, &plan, &why);
	ck_assert_msg(err == 0, "%d: %s", err, why.step ? why.step : "");
}

static int refused(const struct run_request *r, const struct run_world *w, const char *word)
{
	struct run_plan none = {0};
	struct fail why = {0};
	int err = run_plan_build(r, w, &none, &why);

	ck_assert_int_lt(err, 0);
	ck_assert_int_eq(why.err, err);
	ck_assert_msg(strstr(why.step, word) != NULL, "'%s' does not speak of %s", why.step, word);
	ck_assert_uint_eq(none.nsteps, 0);
	return err;
}

/* Where a step is; -1 when it is not among them. */
static int at(enum run_do what)
{
	for (size_t i = 0; i < plan.nsteps; i++)
		if (plan.steps[i].what == what)
			return (int)i;
	return -1;
}

static void ck_order(enum run_do first, enum run_do then)
{
	ck_assert_int_ge(at(first), 0);
	ck_assert_int_gt(at(then), at(first));
}

static const char *text(enum run_do what, struct arena *a)
{
	ck_assert_int_ge(at(what), 0);
	return run_step_text(&plan, &plan.steps[at(what)], a);
}

START_TEST(a_command_alone_is_a_plain_clone)
{
	build(&(struct run_request){0}, &user);
	ck_assert_uint_eq(plan.nsteps, 2);
	ck_assert_int_eq(plan.steps[0].what, RUN_CLONE);
	ck_assert_int_eq(plan.steps[1].what, RUN_EXEC);
	ck_assert_uint_eq(plan.flags, 0);
	ck_assert(!plan.user_added);
	ck_assert(run_plan_waits(&plan));
}
END_TEST

START_TEST(types_become_flags_of_one_clone)
{
	build(&(struct run_request){.types = T(NS_PID) | T(NS_NET)}, &root);
	ck_assert_uint_eq(plan.flags, CLONE_NEWPID | CLONE_NEWNET);
	ck_assert_uint_eq(plan.types, T(NS_PID) | T(NS_NET));
	ck_assert_int_eq(at(RUN_UID_MAP), -1);
}
END_TEST

START_TEST(without_privileges_a_user_namespace_is_added_and_maps_root)
{
	build(&(struct run_request){.types = T(NS_NET)}, &user);
	ck_assert(plan.user_added);
	ck_assert_uint_eq(plan.types, T(NS_NET) | T(NS_USER));
	ck_assert_uint_eq(plan.uids.n, 1);
	ck_assert_uint_eq(plan.uids.v[0].inside, 0);
	ck_assert_uint_eq(plan.uids.v[0].outside, 1000);
	ck_assert_uint_eq(plan.gids.v[0].outside, 100);
	ck_assert(plan.deny_setgroups);
	ck_order(RUN_CLONE, RUN_SETGROUPS);
	ck_order(RUN_SETGROUPS, RUN_GID_MAP);
	ck_assert_int_eq(at(RUN_BECOME), -1);
}
END_TEST

START_TEST(a_chroot_takes_privileges_or_a_user_namespace)
{
	build(&(struct run_request){.root = "/srv/r"}, &user);
	ck_assert(plan.user_added);
	build(&(struct run_request){.root = "/srv/r"}, &root);
	ck_assert_uint_eq(plan.types, 0);
	ck_order(RUN_CHROOT, RUN_CHDIR);
	ck_assert_int_eq(at(RUN_PIVOT), -1);
}
END_TEST

START_TEST(a_user_namespace_that_was_asked_for_has_no_map_unless_asked_for)
{
	build(&(struct run_request){.types = T(NS_USER)}, &user);
	ck_assert(!plan.user_added);
	ck_assert_uint_eq(plan.uids.n, 0);
	ck_assert_int_eq(at(RUN_UID_MAP), -1);
	ck_assert_int_eq(at(RUN_SETGROUPS), -1);
}
END_TEST

START_TEST(a_root_with_a_mount_namespace_is_pivoted_to_after_all_mounts)
{
	build(&(struct run_request){.types = T(NS_MNT) | T(NS_PID), .root = "/r", .proc = true, .sys = true, .dev = true}, &root);
	ck_order(RUN_PROPAGATION, RUN_ROOT);
	ck_order(RUN_ROOT, RUN_PROC);
	ck_order(RUN_PROC, RUN_PIVOT);
	ck_order(RUN_SYS, RUN_PIVOT);
	ck_order(RUN_DEV, RUN_PIVOT);
	ck_order(RUN_PIVOT, RUN_CHDIR);
	ck_assert_int_eq(at(RUN_CHROOT), -1);
}
END_TEST

START_TEST(what_would_change_the_machine_gets_a_namespace_of_its_own)
{
	build(&(struct run_request){.hostname = "h"}, &root);
	ck_assert_uint_eq(plan.types, T(NS_UTS));
	build(&(struct run_request){.loopback = true}, &root);
	ck_assert_uint_eq(plan.types, T(NS_NET));
	build(&(struct run_request){.proc = true}, &root);
	ck_assert_uint_eq(plan.types, T(NS_MNT));
	build(&(struct run_request){.init = true}, &root);
	ck_assert_uint_eq(plan.types, T(NS_PID));
	build(&(struct run_request){.has_boottime = true}, &root);
	ck_assert_uint_eq(plan.types, T(NS_TIME));
	build(&(struct run_request){.map = RUN_MAP_CURRENT}, &user);
	ck_assert_uint_eq(plan.types, T(NS_USER));
	ck_assert_uint_eq(plan.uids.v[0].inside, 1000);
}
END_TEST

START_TEST(clocks_are_set_before_anything_else_happens_inside)
{
	build(&(struct run_request){.types = NS_TYPES_ALL, .has_monotonic = true}, &root);
	ck_assert(!(plan.flags & 0x80));
	ck_order(RUN_CLONE, RUN_TIME);
	ck_assert_int_eq(at(RUN_TIME), at(RUN_CLONE) + 1);
	build(&(struct run_request){.types = NS_TYPES_ALL}, &root);
	ck_assert(plan.flags & 0x80);
	ck_assert_int_eq(at(RUN_TIME), -1);
}
END_TEST

START_TEST(unshare_forks_only_for_a_pid_namespace_or_when_asked)
{
	build(&(struct run_request){.types = T(NS_NET), .unshare = true}, &root);
	ck_assert_int_eq(at(RUN_FORK), -1);
	ck_assert_int_eq(at(RUN_CLONE), -1);
	ck_assert(!run_plan_waits(&plan));
	build(&(struct run_request){.types = T(NS_PID), .unshare = true}, &root);
	ck_order(RUN_UNSHARE, RUN_FORK);
	ck_assert(run_plan_waits(&plan));
	build(&(struct run_request){.unshare = true, .fork = true}, &root);
	ck_assert_int_eq(at(RUN_UNSHARE), -1);
	ck_assert_int_eq(at(RUN_FORK), 0);
	build(&(struct run_request){.types = T(NS_UTS), .unshare = true, .kill_child = SIGTERM}, &root);
	ck_order(RUN_UNSHARE, RUN_FORK);
	build(&(struct run_request){.types = T(NS_TIME), .unshare = true}, &root);
	ck_assert_int_eq(at(RUN_UNSHARE), -1);
	ck_assert_int_eq(plan.steps[at(RUN_TIME)].side, RUN_SELF);
}
END_TEST

START_TEST(auto_maps_all_that_one_may)
{
	build(&(struct run_request){.map = RUN_MAP_AUTO}, &root);
	ck_assert_uint_eq(plan.uids.v[0].count, UINT32_MAX);
	ck_assert_int_eq(at(RUN_BECOME), -1);

	build(&(struct run_request){.map = RUN_MAP_AUTO}, &user_with_helpers);
	ck_assert_uint_eq(plan.uids.n, 2);
	ck_assert_uint_eq(plan.uids.v[1].inside, 1);
	ck_assert_uint_eq(plan.uids.v[1].outside, 100000);
	ck_assert_uint_eq(plan.gids.v[1].outside, 200000);
	ck_assert(plan.map_by_helper);
	ck_assert(!plan.deny_setgroups);

	build(&(struct run_request){.map = RUN_MAP_AUTO}, &user);
	ck_assert_uint_eq(plan.uids.n, 1);
	ck_assert(!plan.map_by_helper);
}
END_TEST

START_TEST(a_map_that_leaves_the_caller_out_makes_it_root)
{
	struct run_request r = {.map = RUN_MAP_LISTED, .uids = {.v = {{0, 100000, 10}}, .n = 1}, .gids = {.v = {{0, 100000, 10}}, .n = 1}};

	build(&r, &root);
	ck_order(RUN_GID_MAP, RUN_BECOME);
	ck_assert_uint_eq(plan.become_uid, 0);
	r.uids.v[0] = (struct idmap_extent){5, 0, 10};
	r.gids.v[0] = (struct idmap_extent){5, 0, 10};
	build(&r, &root);
	ck_assert_int_eq(at(RUN_BECOME), -1);
	r.uids.v[0] = (struct idmap_extent){5, 100000, 10};
	build(&r, &root);
	ck_assert_int_eq(at(RUN_BECOME), -1); /* there is no root to become */
}
END_TEST

START_TEST(an_owner_makes_the_namespace_and_is_mapped)
{
	build(&(struct run_request){.map = RUN_MAP_ROOT, .has_owner = true, .owner_uid = 7, .owner_gid = 8}, &root);
	ck_order(RUN_OWNER, RUN_CLONE);
	ck_assert_uint_eq(plan.uids.v[0].outside, 7);
	ck_assert_uint_eq(plan.gids.v[0].outside, 8);
	ck_assert_int_ge(at(RUN_BECOME), 0);
}
END_TEST

START_TEST(a_container_is_the_whole_road)
{
	build(&(struct run_request){.container = true, .root = "/srv/my box/"}, &root);
	ck_assert_uint_eq(plan.types, NS_TYPES_ALL & ~T(NS_USER));
	ck_assert_str_eq(plan.req.hostname, "my-box");
	ck_assert_int_eq(plan.req.kill_child, SIGKILL);
	for (int what = RUN_PROPAGATION; what <= RUN_EXEC; what++)
		if (what != RUN_DOMAIN && what != RUN_CHROOT && what != RUN_IDS && what != RUN_CAPS)
			ck_assert_msg(at((enum run_do)what) >= 0, "step %d is missing", what);

	build(&(struct run_request){.container = true, .root = "/", .hostname = "given"}, &user);
	ck_assert_uint_eq(plan.types, NS_TYPES_ALL);
	ck_assert_str_eq(plan.req.hostname, "given");
	ck_assert_int_ge(at(RUN_UID_MAP), 0);
	build(&(struct run_request){.container = true, .root = "/"}, &root);
	ck_assert_str_eq(plan.req.hostname, "container");
}
END_TEST

START_TEST(the_death_signal_is_asked_for_after_the_last_change_of_ids)
{
	build(&(struct run_request){.kill_child = SIGTERM, .has_uid = true, .uid = 5}, &root);
	ck_order(RUN_IDS, RUN_KILL);
	build(&(struct run_request){.kill_child = SIGTERM, .has_uid = true, .uid = 5, .init = true}, &root);
	ck_order(RUN_KILL, RUN_INIT);
	ck_order(RUN_INIT, RUN_IDS);
}
END_TEST

START_TEST(a_name_keeps_every_type_and_net_where_ip_netns_looks)
{
	struct run_request r = {.types = T(NS_NET) | T(NS_UTS), .keep = "web", .files = {[NS_UTS] = "/tmp/u"}};
	static const char *const paths[] = {"/run/nsview/net/web", "/run/netns/web", "/tmp/u", "/run/nsview/uts/web"};
	int i;

	build(&r, &root);
	i = at(RUN_BIND);
	for (size_t n = 0; n < 4; n++) {
		ck_assert_int_eq(plan.steps[(size_t)i + n].what, RUN_BIND);
		ck_assert_int_eq(plan.steps[(size_t)i + n].side, RUN_OUTSIDE);
		ck_assert_str_eq(plan.steps[(size_t)i + n].path, paths[n]);
	}
	ck_assert_int_gt(at(RUN_EXEC), i + 3);
}
END_TEST

START_TEST(the_longest_plan_fits)
{
	struct run_request r = {
		.types = NS_TYPES_ALL, .keep = "n", .container = true, .root = "/r", .wd = "/w", .hostname = "h", .domain = "d",
		.map = RUN_MAP_AUTO, .setgroups = RUN_SETGROUPS_DENY, .has_owner = true, .has_uid = true, .has_gid = true,
		.has_monotonic = true, .has_boottime = true, .unshare = true, .fork = true, .keep_caps = true, .kill_child = 9,
	};
	struct arena a = {0};

	for (int t = 0; t < NS_TYPE_COUNT; t++)
		r.files[t] = "/f";
	build(&r, &root);
	ck_assert_uint_lt(plan.nsteps, RUN_STEPS_MAX);
	for (size_t i = 0; i < plan.nsteps; i++) {
		ck_assert_str_ne(run_step_text(&plan, &plan.steps[i], &a), "");
		ck_assert_str_ne(run_side_name(&plan, plan.steps[i].side), "");
	}
	arena_done(&a);
}
END_TEST

START_TEST(contradictions_are_refused_with_a_reason)
{
	ck_assert_int_eq(refused(&(struct run_request){.keep = "x"}, &root, "--keep"), -EINVAL);
	ck_assert_int_eq(refused(&(struct run_request){.root = "/r", .propagation = RUN_PROPAGATION_SHARED}, &root, "shared"), -EINVAL);
}
END_TEST

START_TEST(what_the_caller_may_not_is_refused_with_what_it_takes)
{
	struct run_request listed = {.map = RUN_MAP_LISTED, .uids = {.v = {{0, 5, 1}}, .n = 1}};

	ck_assert_int_eq(refused(&(struct run_request){.types = T(NS_NET), .keep = "x"}, &user, "CAP_SYS_ADMIN"), -EPERM);
	ck_assert_int_eq(refused(&(struct run_request){.has_owner = true}, &user, "CAP_SETUID"), -EPERM);
	ck_assert_int_eq(refused(&(struct run_request){.setgroups = RUN_SETGROUPS_ALLOW}, &user, "CAP_SETGID"), -EPERM);
	ck_assert_int_eq(refused(&listed, &user, "newuidmap"), -EPERM);
	build(&listed, &user_with_helpers);
	ck_assert(plan.map_by_helper);
	listed.uids.v[0].outside = 1000;
	build(&listed, &user);
	ck_assert(!plan.map_by_helper);
}
END_TEST

START_TEST(steps_tell_what_they_do)
{
	struct arena a = {0};

	build(&(struct run_request){.types = T(NS_PID) | T(NS_USER), .map = RUN_MAP_ROOT, .kill_child = SIGTERM, .wd = "/w"}, &user);
	ck_assert_str_eq(text(RUN_CLONE, &a), "clone3(2) a child with CLONE_NEWPID|CLONE_NEWUSER");
	ck_assert_str_eq(text(RUN_UID_MAP, &a), "write uid_map: 0 1000 1");
	ck_assert_str_eq(text(RUN_KILL, &a), "ask for SIGTERM when the parent dies");
	ck_assert_str_eq(text(RUN_CHDIR, &a), "change directory to /w");
	build(&(struct run_request){.types = T(NS_PID), .unshare = true, .has_boottime = true, .boottime = -5}, &root);
	ck_assert_str_eq(text(RUN_TIME, &a), "make a time namespace, boottime -5 s, and join it");
	ck_assert_str_eq(run_side_name(&plan, RUN_OUTSIDE), "helper");
	arena_done(&a);
}
END_TEST

int main(void)
{
	int status = unit_run("run_plan", a_command_alone_is_a_plain_clone, types_become_flags_of_one_clone,
			      without_privileges_a_user_namespace_is_added_and_maps_root,
			      a_chroot_takes_privileges_or_a_user_namespace,
			      a_user_namespace_that_was_asked_for_has_no_map_unless_asked_for,
			      a_root_with_a_mount_namespace_is_pivoted_to_after_all_mounts,
			      what_would_change_the_machine_gets_a_namespace_of_its_own,
			      clocks_are_set_before_anything_else_happens_inside,
			      unshare_forks_only_for_a_pid_namespace_or_when_asked, auto_maps_all_that_one_may,
			      a_map_that_leaves_the_caller_out_makes_it_root, an_owner_makes_the_namespace_and_is_mapped,
			      a_container_is_the_whole_road, the_death_signal_is_asked_for_after_the_last_change_of_ids,
			      a_name_keeps_every_type_and_net_where_ip_netns_looks, the_longest_plan_fits,
			      contradictions_are_refused_with_a_reason, what_the_caller_may_not_is_refused_with_what_it_takes,
			      steps_tell_what_they_do);

	return status;
}
