/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/nstype.h"
#include "unit.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

static int find(const char *name)
{
	return ns_type_find(name, strlen(name));
}

START_TEST(a_type_is_found_by_what_describes_it)
{
	for (int t = 0; t < NS_TYPE_COUNT; t++) {
		const struct ns_info *info = ns_info((enum ns_type)t);

		ck_assert_int_eq(find(info->name), t);
		ck_assert_int_eq(find(info->long_name), t);
		ck_assert_int_eq(ns_type_of_letter(info->letter), t);
		ck_assert_int_eq(ns_type_of_flag(info->clone_flag), t);
	}
}
END_TEST

START_TEST(types_are_in_the_order_of_their_names)
{
	for (int t = 1; t < NS_TYPE_COUNT; t++)
		ck_assert_str_lt(ns_info((enum ns_type)(t - 1))->name, ns_info((enum ns_type)t)->name);
}
END_TEST

START_TEST(long_names_are_found_in_any_case)
{
	ck_assert_int_eq(find("mount"), NS_MNT);
	ck_assert_int_eq(find("MOUNT"), NS_MNT);
	ck_assert_int_eq(find("Network"), NS_NET);
	ck_assert_int_eq(find("uts"), NS_UTS);
}
END_TEST

START_TEST(what_is_no_type_is_not_found)
{
	static const char *const bad[] = {"", "m", "mn", "mntx", "mountx", "net ", " net", "ns", "all",
					  "pid_for_children", "time_for_children", "network namespace"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_int_eq(find(bad[i]), -EINVAL);
	ck_assert_int_eq(ns_type_find("mnt\0", 4), -EINVAL);
	ck_assert_int_eq(ns_type_of_letter('x'), -EINVAL);
	ck_assert_int_eq(ns_type_of_letter('\0'), -EINVAL);
	ck_assert_int_eq(ns_type_of_flag(0), -EINVAL);
	ck_assert_int_eq(ns_type_of_flag(CLONE_NEWNET | CLONE_NEWPID), -EINVAL);
	ck_assert_int_eq(ns_type_of_flag(CLONE_VM), -EINVAL);
}
END_TEST

START_TEST(a_name_ends_where_its_length_says)
{
	ck_assert_int_eq(ns_type_find("net:[4026531840]", 3), NS_NET);
	ck_assert_int_eq(ns_type_find("mount=/x", 5), NS_MNT);
	ck_assert_int_eq(ns_type_find("net", 2), -EINVAL);
}
END_TEST

START_TEST(every_link_of_proc_has_a_name_and_a_type)
{
	ck_assert_str_eq(ns_slot_name(NS_SLOT_PID_CHILDREN), "pid_for_children");
	ck_assert_str_eq(ns_slot_name(NS_SLOT_TIME_CHILDREN), "time_for_children");
	ck_assert_int_eq(ns_slot_type(NS_SLOT_PID_CHILDREN), NS_PID);
	ck_assert_int_eq(ns_slot_type(NS_SLOT_TIME_CHILDREN), NS_TIME);
	for (int t = 0; t < NS_TYPE_COUNT; t++) {
		ck_assert_str_eq(ns_slot_name((enum ns_slot)t), ns_info((enum ns_type)t)->name);
		ck_assert_int_eq(ns_slot_type((enum ns_slot)t), t);
	}
}
END_TEST

START_TEST(only_user_and_pid_namespaces_have_parents)
{
	for (int t = 0; t < NS_TYPE_COUNT; t++)
		ck_assert_int_eq(ns_info((enum ns_type)t)->hierarchical, t == NS_USER || t == NS_PID);
}
END_TEST

START_TEST(keys_of_different_namespaces_differ)
{
	ck_assert_uint_ne(ns_key(NS_NET, 4026531840u), ns_key(NS_MNT, 4026531840u));
	ck_assert_uint_ne(ns_key(NS_NET, 1), ns_key(NS_NET, UINT32_MAX));
	ck_assert_uint_eq(ns_key(NS_UTS, UINT32_MAX), (uint64_t)NS_UTS << 32 | UINT32_MAX);
}
END_TEST

int main(void)
{
	return unit_run("nstype", a_type_is_found_by_what_describes_it, types_are_in_the_order_of_their_names,
			long_names_are_found_in_any_case, what_is_no_type_is_not_found, a_name_ends_where_its_length_says,
			every_link_of_proc_has_a_name_and_a_type, only_user_and_pid_namespaces_have_parents,
			keys_of_different_namespaces_differ);
}
