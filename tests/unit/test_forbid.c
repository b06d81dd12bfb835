/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/forbid.h"
#include "unit.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#define T(type) (1u << (type))

static struct arena arena;

static struct forbid_facts plain(void)
{
	struct forbid_facts f = {.uid = 1000, .initial_user = true, .pid_levels = 1, .unprivileged_clone = FORBID_UNKNOWN,
				 .apparmor = FORBID_UNKNOWN};

	for (int t = 0; t < NS_TYPE_COUNT; t++)
		f.limits[t] = 100;
	return f;
}

static const char *explain(uint32_t types, enum run_do what, enum ns_type type, int err, const struct forbid_facts *f)
{
	struct run_plan p = {.types = types, .req = {.types = types}};
	struct run_step s = {.what = what, .type = type};
	const char *why = forbid_explain(&p, &s, err, f, &arena);

	return why ? why : "";
}

static void ck_says(const char *why, const char *words)
{
	ck_assert_msg(strstr(why, words) != NULL, "\"%s\" does not say \"%s\"", why, words);
}

START_TEST(a_limit_of_zero_is_named_with_its_level)
{
	struct forbid_facts f = plain();

	f.limits[NS_NET] = 0;
	f.probe[NS_NET] = -ENOSPC;
	ck_says(explain(T(NS_UTS) | T(NS_NET), RUN_CLONE, 0, -ENOSPC, &f), "user.max_net_namespaces is 0 in this user namespace");
}
END_TEST

START_TEST(a_limit_in_the_first_user_namespace_can_only_be_its_own)
{
	struct forbid_facts f = plain();

	f.probe[NS_UTS] = -ENOSPC;
	ck_says(explain(T(NS_UTS), RUN_UNSHARE, 0, -ENOSPC, &f), "user.max_uts_namespaces allows 100 to UID 1000");
}
END_TEST

START_TEST(no_limit_here_means_one_above)
{
	struct forbid_facts f = plain();

	f.initial_user = false;
	f.limits[NS_IPC] = INT_MAX;
	f.probe[NS_IPC] = -ENOSPC;
	ck_says(explain(T(NS_IPC), RUN_CLONE, 0, -ENOSPC, &f), "one above it");
	ck_assert_ptr_null(strstr(explain(T(NS_IPC), RUN_CLONE, 0, -ENOSPC, &f), "32"));
	f.limits[NS_IPC] = 5;
	ck_says(explain(T(NS_IPC), RUN_CLONE, 0, -ENOSPC, &f), "is 5 in this user namespace: it is reached here or in one above");
}
END_TEST

START_TEST(types_that_nest_may_be_too_deep)
{
	struct forbid_facts f = plain();

	f.initial_user = false;
	f.limits[NS_USER] = INT_MAX;
	f.probe[NS_USER] = -ENOSPC;
	ck_says(explain(T(NS_USER) | T(NS_NET), RUN_CLONE, 0, -ENOSPC, &f), "nesting is 32 deep");
	f = plain();
	f.probe[NS_PID] = -ENOSPC;
	f.pid_levels = 33;
	ck_says(explain(T(NS_PID), RUN_CLONE, 0, -ENOSPC, &f), "at depth 32");
}
END_TEST

START_TEST(a_user_namespace_is_forbidden_by_what_forbids_it)
{
	struct forbid_facts f = plain();

	f.probe[NS_USER] = -EPERM;
	ck_says(explain(T(NS_USER), RUN_CLONE, 0, -EPERM, &f), "security module");
	f.seccomp = true;
	ck_says(explain(T(NS_USER), RUN_CLONE, 0, -EPERM, &f), "seccomp");
	f.apparmor = 1;
	ck_says(explain(T(NS_USER), RUN_CLONE, 0, -EPERM, &f), "apparmor_restrict_unprivileged_userns");
	f.unprivileged_clone = 0;
	ck_says(explain(T(NS_USER), RUN_CLONE, 0, -EPERM, &f), "unprivileged_userns_clone");
	f.unmapped = true;
	ck_says(explain(T(NS_USER), RUN_CLONE, 0, -EPERM, &f), "not mapped");
	f.chrooted = true;
	ck_says(explain(T(NS_USER), RUN_CLONE, 0, -EPERM, &f), "chroot");
}
END_TEST

START_TEST(other_types_take_a_capability)
{
	struct forbid_facts f = plain();

	ck_says(explain(T(NS_NET), RUN_CLONE, 0, -EPERM, &f), "CAP_SYS_ADMIN");
	f.admin = f.seccomp = true;
	ck_says(explain(T(NS_NET), RUN_CLONE, 0, -EPERM, &f), "seccomp");
}
END_TEST

START_TEST(apparmor_is_named_where_its_restriction_bites_later)
{
	struct forbid_facts f = plain();

	f.apparmor = 1;
	ck_says(explain(T(NS_USER), RUN_UID_MAP, 0, -EPERM, &f), "AppArmor");
	ck_says(explain(T(NS_USER) | T(NS_MNT), RUN_PROPAGATION, 0, -EACCES, &f), "AppArmor");
}
END_TEST

START_TEST(a_type_that_the_kernel_lacks_is_named)
{
	struct forbid_facts f = plain();

	f.lacking = T(NS_TIME);
	ck_says(explain(T(NS_TIME) | T(NS_NET), RUN_CLONE, 0, -EINVAL, &f), "no namespaces of the types time");
}
END_TEST

START_TEST(mounts_say_which_namespace_is_missing)
{
	struct forbid_facts f = plain();

	ck_says(explain(T(NS_USER) | T(NS_MNT), RUN_PROC, 0, -EPERM, &f), "--pid");
	ck_says(explain(T(NS_USER) | T(NS_MNT), RUN_SYS, 0, -EPERM, &f), "--net");
	ck_says(explain(T(NS_USER) | T(NS_MNT) | T(NS_PID), RUN_PROC, 0, -EPERM, &f), "covered");
	ck_says(explain(T(NS_USER) | T(NS_MNT) | T(NS_PID), RUN_PROC, 0, -EACCES, &f), "cannot be made");
	ck_says(explain(T(NS_MNT), RUN_SYS, 0, -EROFS, &f), "cannot be made");
	ck_says(explain(T(NS_MNT), RUN_PROC, 0, -ELOOP, &f), "symbolic link");
	ck_says(explain(T(NS_USER) | T(NS_MNT), RUN_DEV, 0, -EOVERFLOW, &f), "map");
}
END_TEST

START_TEST(a_mount_namespace_is_not_bound_where_mounts_propagate)
{
	struct forbid_facts f = plain();

	ck_says(explain(T(NS_MNT), RUN_BIND, NS_MNT, -EINVAL, &f), "private");
	ck_says(explain(T(NS_NET), RUN_BIND, NS_NET, -EEXIST, &f), "--release");
	ck_assert_str_eq(explain(T(NS_NET), RUN_BIND, NS_NET, -EINVAL, &f), "");
}
END_TEST

START_TEST(a_name_of_ip_netns_is_told_from_one_that_is_kept)
{
	struct run_plan p = {.types = T(NS_NET)};
	struct run_step s = {.what = RUN_BIND, .type = NS_NET, .path = RUN_NETNS_DIR "/lab"};
	struct forbid_facts f = plain();

	ck_says(forbid_explain(&p, &s, -EEXIST, &f, &arena), "ip netns delete");
	s.path = RUN_KEEP_DIR "/net/lab";
	ck_says(forbid_explain(&p, &s, -EEXIST, &f, &arena), "--release");
}
END_TEST

START_TEST(a_chroot_has_no_mounts_to_keep_apart)
{
	struct forbid_facts f = plain();

	ck_says(explain(T(NS_MNT), RUN_PROPAGATION, NS_MNT, -EINVAL, &f), "chrooted");
	ck_says(explain(T(NS_MNT), RUN_CHDIR, NS_MNT, -EXDEV, &f), "out of the root");
	ck_says(explain(T(NS_NET), RUN_LOOPBACK, NS_NET, -EPERM, &f), "CAP_NET_ADMIN");
	ck_says(explain(0, RUN_EXEC, NS_NET, -ELIBACC, &f), "interpreter");
}
END_TEST

int main(void)
{
	int status = unit_run("forbid", a_limit_of_zero_is_named_with_its_level,
			      a_limit_in_the_first_user_namespace_can_only_be_its_own, no_limit_here_means_one_above,
			      types_that_nest_may_be_too_deep, a_user_namespace_is_forbidden_by_what_forbids_it,
			      other_types_take_a_capability, apparmor_is_named_where_its_restriction_bites_later,
			      a_type_that_the_kernel_lacks_is_named, mounts_say_which_namespace_is_missing,
			      a_mount_namespace_is_not_bound_where_mounts_propagate,
			      a_name_of_ip_netns_is_told_from_one_that_is_kept, a_chroot_has_no_mounts_to_keep_apart);

	arena_done(&arena);
	return status;
}
