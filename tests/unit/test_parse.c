/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The small parsers: namespace links, targets, id maps, NSpid. */
#include "nsview/idmap.h"
#include "nsview/nslink.h"
#include "nsview/nspid.h"
#include "nsview/target.h"
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int link_of(const char *s, enum ns_type *type, uint32_t *ino)
{
	return nslink_parse(s, strlen(s), type, ino);
}

START_TEST(links_of_all_types_are_understood)
{
	char text[64];
	enum ns_type type;
	uint32_t ino;

	for (int t = 0; t < NS_TYPE_COUNT; t++) {
		snprintf(text, sizeof(text), "%s:[4026531840]", ns_info((enum ns_type)t)->name);
		ck_assert_int_eq(link_of(text, &type, &ino), 0);
		ck_assert_int_eq((int)type, t);
		ck_assert_uint_eq(ino, 4026531840u);
	}
	ck_assert_int_eq(link_of("net:[4294967295]", &type, &ino), 0);
	ck_assert_uint_eq(ino, UINT32_MAX);
}
END_TEST

START_TEST(what_is_no_link_leaves_the_outputs_alone)
{
	static const char *const wrong[] = {
		"", ":", "net", "net:", "net:[", "net:[]", "net:[1", "net:1]", "net:[x]", "net:[-1]", "net:[ 1]",
		"net:[1]x", "nut:[1]", "net:[4294967296]", "net:[99999999999999999999]", ":[1]", "socket:[1]", "net:[1]\n",
	};
	enum ns_type type = NS_UTS;
	uint32_t ino = 7;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		ck_assert_int_eq(link_of(wrong[i], &type, &ino), -EINVAL);
		ck_assert_int_eq((int)type, NS_UTS);
		ck_assert_uint_eq(ino, 7);
	}
}
END_TEST

static struct target target(const char *s)
{
	struct target t = {0};

	ck_assert_msg(target_parse(s, &t) == 0, "'%s'", s);
	return t;
}

START_TEST(targets_are_told_apart)
{
	ck_assert_int_eq((int)target("1").kind, TARGET_PID);
	ck_assert_int_eq(target("4194304").pid, 4194304);
	ck_assert_int_eq((int)target("4194305").kind, TARGET_INO);
	ck_assert_uint_eq(target("4026531840").ino, 4026531840u);
	ck_assert_int_eq((int)target("net:4026531840").kind, TARGET_NS);
	ck_assert_int_eq((int)target("net:[4026531840]").type, NS_NET);
	ck_assert_uint_eq(target("network:4026531840").ino, 4026531840u);
	ck_assert_int_eq((int)target("/run/netns/a").kind, TARGET_PATH);
	ck_assert_int_eq((int)target("./4026531840").kind, TARGET_PATH);
	ck_assert_int_eq((int)target("web").kind, TARGET_NAME);
	ck_assert_int_eq((int)target("web:1").kind, TARGET_NAME);
	ck_assert_int_eq((int)target("12ab").kind, TARGET_NAME);
}
END_TEST

START_TEST(what_cannot_be_meant_is_no_target)
{
	static const char *const wrong[] = {"",	     "0",	"00",	   "4294967296", "99999999999999999999",
					    "net:",  "net:x",	"net:[",   "net:[1",	 "net:[]",
					    "uts:-1", "pid:[1]]", "user:1:2"};
	struct target t;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		ck_assert_msg(target_parse(wrong[i], &t) == -EINVAL, "'%s'", wrong[i]);
}
END_TEST

START_TEST(id_maps_are_read_line_by_line)
{
	static const char text[] = "         0       1000          1\n         1     100000      65536\n";
	struct idmap_extent e[2];

	ck_assert_int_eq(idmap_parse(text, sizeof(text) - 1, e, 2), 2);
	ck_assert_uint_eq(e[0].outside, 1000);
	ck_assert_uint_eq(e[1].inside, 1);
	ck_assert_uint_eq(e[1].count, 65536);
	ck_assert_int_eq(idmap_parse("0 0 4294967295", 14, e, 2), 1);
	ck_assert_uint_eq(e[0].count, UINT32_MAX);
	ck_assert_int_eq(idmap_parse("", 0, e, 2), 0);
	ck_assert_int_eq(idmap_parse(text, sizeof(text) - 1, e, 1), -E2BIG);
}
END_TEST

START_TEST(broken_id_maps_are_refused)
{
	static const char *const wrong[] = {"0 0\n", "0 0 0\n", "0 0 1 1\n", "a 0 1\n", "0 0 4294967296\n", "\n", "0 0 1\n\n0"};
	struct idmap_extent e[4];

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		ck_assert_msg(idmap_parse(wrong[i], strlen(wrong[i]), e, 4) == -EINVAL, "'%s'", wrong[i]);
}
END_TEST

START_TEST(nspid_tells_the_pid_at_every_level)
{
	static const char status[] = "Name:\tNSpid:\\n9\nPid:\t70\nNSpid:\t70\t7\t1\nNSpgid:\t70\t7\t1\n";
	int32_t pids[NSPID_LEVELS];

	ck_assert_int_eq(nspid_parse(status, sizeof(status) - 1, pids), 3);
	ck_assert_int_eq(pids[0], 70);
	ck_assert_int_eq(pids[2], 1);
	ck_assert_int_eq(nspid_parse("Pid:\t1\n", 7, pids), -ENOENT);
	ck_assert_int_eq(nspid_parse("", 0, pids), -ENOENT);
	ck_assert_int_eq(nspid_parse("NSpid:\tx\n", 9, pids), -EINVAL);
	ck_assert_int_eq(nspid_parse("NSpid:\t\n", 8, pids), -EINVAL);
	ck_assert_int_eq(nspid_parse("NSpid:\t4294967295\n", 18, pids), -EINVAL);
	ck_assert_int_eq(nspid_parse("NSpid:\t5", 8, pids), 1);
}
END_TEST

START_TEST(more_levels_than_the_kernel_has_are_refused)
{
	char status[256] = "NSpid:";
	int32_t pids[NSPID_LEVELS];

	for (int i = 0; i <= NSPID_LEVELS; i++)
		strcat(status, "\t1");
	ck_assert_int_eq(nspid_parse(status, strlen(status), pids), -EINVAL);
}
END_TEST

int main(void)
{
	return unit_run("parse", links_of_all_types_are_understood, what_is_no_link_leaves_the_outputs_alone,
			targets_are_told_apart, what_cannot_be_meant_is_no_target, id_maps_are_read_line_by_line,
			broken_id_maps_are_refused, nspid_tells_the_pid_at_every_level,
			more_levels_than_the_kernel_has_are_refused);
}
