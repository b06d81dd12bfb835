/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/mounts.h"

#include "unit.h"

#include <stdio.h>
#include <string.h>

enum { OWN = 7 };

static struct snapshot *parsed(const char *mountinfo, unsigned types)
{
	struct snapshot *snap = snapshot_new();
	char *text = strdup(mountinfo);

	ck_assert(snap && text);
	ck_assert_int_eq(mounts_parse(fmemopen(text, strlen(text), "r"), OWN, types, snap, SOURCE_MOUNTS), 0);
	free(text);
	return snap;
}

START_TEST(namespaces_are_taken_with_their_paths)
{
	struct snapshot *s = parsed("20 1 254:0 / / rw - ext4 /dev/vda rw\n"
				    "30 20 0:4 net:[4026532001] /run/netns/a\\040b rw shared:5 - nsfs nsfs rw\n"
				    "31 20 0:4 uts:[4026532002] /run/uts rw - nsfs nsfs rw\n"
				    "32 20 0:4 pidfd:[77] /run/odd rw - nsfs nsfs rw\n"
				    "33 20 0:22 net:[4026532003] /run/fake rw - tmpfs tmpfs rw\n",
				    1u << NS_NET);

	ck_assert_uint_eq(s->nmounts, 1);
	ck_assert_str_eq(s->mounts[0].path, "/run/netns/a b");
	ck_assert_uint_eq(s->mounts[0].mntns, OWN);
	ck_assert_uint_eq(s->nss[s->mounts[0].ns].ino, 4026532001u);
	ck_assert_uint_eq(s->mounts[0].remote, 0);
	snapshot_free(s);
}
END_TEST

/* Whichever was mounted first: what lies on the way is asked on the way. */
START_TEST(what_somebody_else_serves_is_remote)
{
	static const struct {
		const char *above, *path;
		int remote;
	} cases[] = {
		{"/mnt/far rw - fuse.sshfs host: rw", "/mnt/far/net", 1},
		{"/mnt/far rw - nfs4 host:/x rw", "/mnt/far/a/b/net", 1},
		{"/mnt/far rw - overlay overlay rw", "/mnt/far/net", 1},
		{"/mnt/far rw - made-up none rw", "/mnt/far/net", 1},
		{"/mnt/far rw - nfs host:/x rw", "/mnt/farther/net", 0},
		{"/mnt/far/net rw - nfs host:/x rw", "/mnt/far/net", 0},
		{"/mnt rw - tmpfs none rw", "/mnt/net", 0},
		{"/ rw - overlay overlay rw", "/net", 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char above[100], nsfs[100], text[256];

		for (int later = 0; later < 2; later++) {
			const char *mounted[2] = {above, nsfs};

			snprintf(above, sizeof(above), "30 20 0:40 / %s\n", cases[i].above);
			snprintf(nsfs, sizeof(nsfs), "31 20 0:4 net:[4026532001] %s rw - nsfs nsfs rw\n",
				 cases[i].path);
			snprintf(text, sizeof(text), "%s%s", mounted[later], mounted[!later]);

			struct snapshot *s = parsed(text, 1u << NS_NET);

			ck_assert_uint_eq(s->nmounts, 1);
			ck_assert_msg(s->mounts[0].remote == cases[i].remote, "%s", text);
			snapshot_free(s);
		}
	}
}
END_TEST

START_TEST(what_another_mount_covers_is_marked)
{
	struct snapshot *s = parsed("20 1 254:0 / / rw - ext4 /dev/vda rw\n"
				    "30 20 0:4 net:[4026532001] /run/a rw - nsfs nsfs rw\n"
				    "31 30 0:4 net:[4026532002] /run/a rw - nsfs nsfs rw\n"
				    "32 20 0:4 net:[4026532003] /mnt/b rw - nsfs nsfs rw\n"
				    "33 20 0:40 / /mnt rw - tmpfs none rw\n",
				    1u << NS_NET);

	ck_assert_uint_eq(s->nmounts, 3);
	ck_assert(s->mounts[0].covered);
	ck_assert(!s->mounts[1].covered);
	ck_assert(s->mounts[2].covered);
	snapshot_free(s);
}
END_TEST

int main(void)
{
	return unit_run("mounts", what_another_mount_covers_is_marked, namespaces_are_taken_with_their_paths, what_somebody_else_serves_is_remote);
}
