/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/dump.h"

#include "support.h"

#include <errno.h>
#include <inttypes.h>

#define HEAD "{\"schema\":\"nsview.dump/1\","
#define INITS "\"namespaces\":[{\"ns\":\"user:1\"},{\"ns\":\"net:2\"},{\"ns\":\"mnt:3\"},{\"ns\":\"pid:4\"}]"
#define ONE "\"processes\":[{\"pid\":7,\"comm\":\"a\"}]"

static const char *const fixtures[] = {"host", "containers", "holders", "hostile"};

START_TEST(what_is_read_is_written_again_byte_for_byte)
{
	size_t len;
	char *text = fixture_text(fixtures[_i], &len);
	struct snapshot *snap = snapshot_from(text);
	char *again = snapshot_text(snap);

	ck_assert_str_eq(again, text);
	snapshot_free(snap);
	free(again);
	free(text);
}
END_TEST

START_TEST(an_empty_snapshot_survives)
{
	struct snapshot *snap = snapshot_new();
	snap->host.hz = 100;

	char *text = snapshot_text(snap);
	struct snapshot *read = snapshot_from(text);

	ck_assert_uint_eq(read->nnss + read->nprocs + read->nlabels, 0);
	ck_assert_ptr_null(read->host.hostname);
	ck_assert_uint_eq(read->host.base[NS_NET], NS_REF_UNREAD);
	snapshot_free(snap);
	snapshot_free(read);
	free(text);
}
END_TEST

START_TEST(nothing_but_the_schema_is_needed)
{
	struct snapshot *snap = snapshot_from("{\"schema\":\"nsview.dump/1\"}");

	ck_assert_uint_eq(snap->host.hz, 100);
	ck_assert_uint_eq(snap->host.own[NS_USER], NS_REF_UNREAD);
	ck_assert_int_eq(snap->coverage.sources[SOURCE_PROC].state, SOURCE_UNASKED);
	snapshot_free(snap);
}
END_TEST

START_TEST(a_missing_member_is_unknown_and_no_zero)
{
	struct snapshot *snap = snapshot_from(HEAD INITS ",\"processes\":[{\"pid\":7}],\"threads\":[{\"pid\":7,\"tid\":8}]}");
	const struct snap_proc *p = &snap->procs[0];

	ck_assert_uint_eq(p->uid, SNAP_UID_UNKNOWN);
	ck_assert_uint_eq(p->label, SNAP_NONE);
	ck_assert_uint_eq(p->threads, 1);
	ck_assert_ptr_null(p->cmdline);
	ck_assert_str_eq(p->comm, "");
	ck_assert_str_eq(snap->threads[0].comm, "");
	for (int slot = 0; slot < NS_SLOT_COUNT; slot++)
		ck_assert_uint_eq(p->ns[slot], NS_REF_UNREAD);
	ck_assert_uint_eq(snap->nss[0].parent, NS_REF_UNREAD);
	ck_assert_uint_eq(snap->nss[1].parent, NS_REF_ABSENT); /* nothing to be read: it has no hierarchy */
	ck_assert_uint_eq(snap->nss[1].owner, NS_REF_UNREAD);
	ck_assert_uint_eq(snap->nss[0].owner_uid, SNAP_UID_UNKNOWN);
	ck_assert_int_eq(snap->nss[1].netnsid, SNAP_NETNSID_UNKNOWN);
	snapshot_free(snap);
}
END_TEST

START_TEST(denied_absent_and_unread_are_three_things)
{
	struct snapshot *snap = snapshot_from(
		HEAD INITS ",\"processes\":[{\"pid\":7,\"comm\":\"a\",\"ns\":"
			   "{\"net\":\"net:2\",\"mnt\":null,\"pid\":\"denied\",\"user\":\"unread\"}}]}");
	const uint32_t *ns = snap->procs[0].ns;
	char *text = snapshot_text(snap);

	ck_assert_uint_eq(ns[NS_NET], 1);
	ck_assert_uint_eq(ns[NS_MNT], NS_REF_ABSENT);
	ck_assert_uint_eq(ns[NS_PID], NS_REF_DENIED);
	ck_assert_uint_eq(ns[NS_USER], NS_REF_UNREAD);
	ck_assert_ptr_nonnull(strstr(text, "\"mnt\":null,\"net\":\"net:2\",\"pid\":\"denied\",\"time\":\"unread\""));
	snapshot_free(snap);
	free(text);
}
END_TEST

START_TEST(invalid_utf8_keeps_its_bytes_and_its_text_is_valid)
{
	struct snapshot *snap = fixture_snapshot("hostile"), *again;
	char *text = snapshot_text(snap);

	again = snapshot_from(text);
	ck_assert_str_eq(snap->procs[3].comm, "caf\xe9");
	ck_assert_str_eq(again->procs[3].comm, "caf\xe9");
	ck_assert_str_eq(again->procs[3].cmdline, "caf\xe9 \xff\xfe \xc0\xaf \xed\xa0\x80 end");
	ck_assert_ptr_nonnull(strstr(text, "\"comm\":\"caf\xef\xbf\xbd\",\"comm_bytes\":\"636166e9\""));
	snapshot_free(snap);
	snapshot_free(again);
	free(text);
}
END_TEST

START_TEST(controls_quotes_and_escapes_survive)
{
	struct snapshot *snap = fixture_snapshot("hostile");

	ck_assert_str_eq(snap->host.hostname, "evil\x1b[31mhost\n");
	ck_assert_str_eq(snap->procs[1].comm, "a) R 1 (");
	ck_assert_str_eq(snap->procs[2].cmdline, "\x1b[2J\x1b[H rm -rf\t/\nroot\r");
	ck_assert_str_eq(snap->procs[5].comm, "");
	ck_assert_str_eq(snap->procs[6].comm, "\"\\/\x01");
	ck_assert_str_eq(snap->mounts[1].path, "/run/netns/\xf0\x28\x8c\x28/\x80");
	ck_assert(snap->mounts[1].covered);
	snapshot_free(snap);
}
END_TEST

START_TEST(the_largest_numbers_survive)
{
	struct snapshot *snap = fixture_snapshot("hostile");
	const struct snap_proc *p = &snap->procs[8];

	ck_assert_int_eq(p->pid, 107);
	ck_assert_uint_eq(p->start, INT64_MAX);
	ck_assert_uint_eq(p->uid, UINT32_MAX - 1);
	ck_assert_uint_eq(p->threads, UINT32_MAX);
	ck_assert_uint_eq(snap->nss[10].id, INT64_MAX);
	ck_assert_uint_eq(snap->nss[10].ino, UINT32_MAX);
	snapshot_free(snap);
}
END_TEST

START_TEST(every_table_comes_back)
{
	struct snapshot *snap = fixture_snapshot("holders");
	const struct snap_thread *t = &snap->threads[0];
	const struct snap_sock *s = &snap->socks[0];

	ck_assert_uint_eq(snap->nthreads, 1);
	ck_assert_int_eq(t->tid, 2012);
	ck_assert_int_eq(snap->procs[t->proc].pid, 2010);
	ck_assert_uint_eq(snap->nss[t->ns[NS_NET]].ino, 4026532101u);
	ck_assert_uint_eq(snap->nfds, 2);
	ck_assert_int_eq(snap->fds[0].tid, 0);
	ck_assert_int_eq(snap->fds[1].fd, 8);
	ck_assert_int_eq(snap->fds[1].tid, 2022);
	ck_assert_uint_eq(snap->nsocks, 1);
	ck_assert_str_eq(s->protocol, "TCP");
	ck_assert_str_eq(s->local, "10.11.12.1:8443");
	ck_assert_uint_eq(snap->nmounts, 2);
	ck_assert_str_eq(snap->mounts[1].path, "/srv/hidden");
	ck_assert(!snap->mounts[1].covered);
	ck_assert_uint_eq(snap->nss[snap->mounts[1].mntns].ino, 4026532106u);
	ck_assert_uint_eq(snap->nidmaps, 4);
	ck_assert_uint_eq(snap->idmaps[3].outside, 1000);
	ck_assert_int_eq(snap->idmaps[3].gid, 1);
	ck_assert_int_eq(snap->procs[1].nspid, 2010);
	ck_assert_uint_eq(snap->nusers, 2);
	ck_assert_str_eq(snap->users[1].name, "ada");
	snapshot_free(snap);
}
END_TEST

START_TEST(labels_refer_to_their_row_though_two_look_alike)
{
	struct snapshot *snap = fixture_snapshot("containers");
	const struct snap_label *l;

	for (size_t i = 0; i < snap->nprocs; i++) {
		if (snap->procs[i].pid != 3080)
			continue;
		l = &snap->labels[snap->procs[i].label];
		ck_assert_int_eq(l->kind, LABEL_CONTAINERD);
		ck_assert_str_eq(l->name, "cart");
		ck_assert_str_eq(l->pod, "shop/cart-7d9f4");
	}
	snapshot_free(snap);

	snap = fixture_snapshot("hostile");
	ck_assert_uint_eq(snap->procs[2].label, 0);
	ck_assert_uint_eq(snap->procs[4].label, 2);
	snapshot_free(snap);
}
END_TEST

START_TEST(coverage_survives)
{
	struct snapshot *snap = fixture_snapshot("host");
	const struct coverage *c = &snap->coverage;

	ck_assert_uint_eq(c->processes, snap->nprocs);
	ck_assert_uint_gt(c->unreadable, 0);
	ck_assert_int_eq(c->unreadable_pid, 1);
	ck_assert_uint_eq(c->sources[SOURCE_PROC].unread, c->unreadable);
	ck_assert_int_eq(c->sources[SOURCE_PROC].state, SOURCE_RAN);
	ck_assert_int_eq(c->sources[SOURCE_BPF].state, SOURCE_DENIED);
	ck_assert_int_eq(c->sources[SOURCE_LISTNS].state, SOURCE_LACKING);
	ck_assert(!c->hidden);
	snapshot_free(snap);
	snap = snapshot_from(HEAD "\"coverage\":{\"hidden\":true}}");
	ck_assert(snap->coverage.hidden);
	snapshot_free(snap);
}
END_TEST

START_TEST(rows_in_any_order_come_out_sorted_and_refer_rightly)
{
	struct snapshot *snap = snapshot_from(
		"{\"fds\":[{\"pid\":9,\"fd\":3,\"ns\":\"net:2\"},{\"pid\":7,\"fd\":5,\"ns\":\"net:2\"},"
		"{\"pid\":7,\"fd\":4,\"ns\":\"user:1\"}],"
		"\"host\":{\"base\":{\"net\":\"net:2\"}},"
		"\"processes\":[{\"pid\":9,\"comm\":\"nine\",\"label\":\"k\"},{\"comm\":\"seven\",\"pid\":7}],"
		"\"labels\":[{\"key\":\"z\",\"kind\":\"lxc\"},{\"key\":\"k\",\"kind\":\"docker\"}],"
		"\"namespaces\":[{\"ns\":\"net:2\",\"owner\":\"user:1\"},{\"ns\":\"user:1\"}],"
		"\"schema\":\"nsview.dump/1\"}");

	ck_assert_str_eq(snap->procs[0].comm, "seven");
	ck_assert_str_eq(snap->procs[1].comm, "nine");
	ck_assert_uint_eq(snap->procs[1].label, 1);
	ck_assert_int_eq(snap->fds[0].fd, 4);
	ck_assert_uint_eq(snap->fds[0].proc, 0);
	ck_assert_int_eq(snap->fds[2].fd, 3);
	ck_assert_uint_eq(snap->fds[2].proc, 1);
	ck_assert_uint_eq(snap->nss[0].owner, 1);
	ck_assert_uint_eq(snap->host.base[NS_NET], 0);
	snapshot_free(snap);
}
END_TEST

START_TEST(a_descriptor_may_be_in_the_table_of_a_thread)
{
	struct snapshot *snap = snapshot_from(
		HEAD "\"namespaces\":[{\"ns\":\"net:2\"}],\"processes\":[{\"pid\":7,\"comm\":\"a\"}],"
		"\"fds\":[{\"pid\":7,\"tid\":9,\"fd\":1,\"ns\":\"net:2\"},{\"pid\":7,\"tid\":8,\"fd\":2,\"ns\":\"net:2\"},"
		"{\"pid\":7,\"tid\":null,\"fd\":4,\"ns\":\"net:2\"},{\"pid\":7,\"tid\":0,\"fd\":3,\"ns\":\"net:2\"},"
		"{\"pid\":7,\"fd\":1,\"ns\":\"net:2\"}],"
		"\"sockets\":[{\"pid\":7,\"tid\":8,\"fd\":1,\"ns\":\"net:2\"},{\"pid\":7,\"fd\":1,\"ns\":\"net:2\"}]}");
	static const int32_t tids[] = {0, 0, 0, 8, 9}, fds[] = {1, 3, 4, 2, 1};

	ck_assert_uint_eq(snap->nfds, 5);
	for (size_t i = 0; i < snap->nfds; i++) {
		ck_assert_int_eq(snap->fds[i].tid, tids[i]);
		ck_assert_int_eq(snap->fds[i].fd, fds[i]);
	}
	ck_assert_int_eq(snap->socks[0].tid, 0);
	ck_assert_int_eq(snap->socks[1].tid, 8);
	snapshot_free(snap);
}
END_TEST

START_TEST(idmaps_come_out_by_namespace_and_keep_their_order)
{
	struct snapshot *snap = snapshot_from(
		HEAD "\"namespaces\":[{\"ns\":\"user:1\"},{\"ns\":\"user:2\"}],\"idmaps\":["
		     "{\"ns\":\"user:2\",\"map\":\"uid\",\"inside\":7,\"outside\":0,\"count\":1},"
		     "{\"ns\":\"user:1\",\"map\":\"gid\",\"inside\":9,\"outside\":0,\"count\":1},"
		     "{\"ns\":\"user:2\",\"map\":\"uid\",\"inside\":3,\"outside\":0,\"count\":1}]}");

	ck_assert_uint_eq(snap->nidmaps, 3);
	ck_assert_uint_eq(snap->idmaps[0].inside, 9);
	ck_assert_uint_eq(snap->idmaps[1].inside, 7);
	ck_assert_uint_eq(snap->idmaps[2].inside, 3);
	snapshot_free(snap);
}
END_TEST

START_TEST(members_that_are_not_known_are_skipped)
{
	struct snapshot *snap = snapshot_from(
		HEAD "\"later\":{\"a\":[1,\"]}\\\"\",{\"b\":null}]},"
		     "\"processes\":[{\"pid\":7,\"comm\":\"a\",\"later\":[[{}]]}],\"more\":-1.5e3}");

	ck_assert_uint_eq(snap->nprocs, 1);
	snapshot_free(snap);
}
END_TEST

/* What is wrong with documents, where, and what is said of it. */
struct bad {
	const char *text;
	size_t line, column; /* 0: not looked at */
	const char *path, *what;
};

static const struct bad bads[] = {
	{"", 1, 1, "", "the document is empty"},
	{" \n ", 2, 2, "", "the document is empty"},
	{"[]", 1, 1, "", "no JSON object: expected '{'"},
	{"nonsense", 1, 1, "", "no JSON object: expected '{'"},
	{"{}", 1, 1, "", "no \"schema\" in it: this is no dump of nsview"},
	{"{\"namespaces\":[]}", 0, 0, "", "no \"schema\" in it: this is no dump of nsview"},
	{"{\"schema\":\"nsview.list/1\"}", 1, 11, "/schema", "expected \"nsview.dump/1\", found \"nsview.list/1\""},
	{"{\"schema\":\"nsview.dump/\"}", 0, 0, "/schema", "expected \"nsview.dump/1\", found \"nsview.dump/\""},
	{"{\"schema\":\"nsview.dump/0\"}", 0, 0, "/schema", "expected \"nsview.dump/1\", found \"nsview.dump/0\""},
	{"{\"schema\":1}", 0, 0, "/schema", "expected \"nsview.dump/1\", found 1"},
	{HEAD "\"processes\":[", 1, 40, "", "the document ends in the middle: it was cut off"},
	{HEAD "\"processes\":[\n{\"pid\":7,\"com", 2, 14, "", "the document ends in the middle: it was cut off"},
	{HEAD, 0, 0, "", "the document ends in the middle: it was cut off"},
	{"{\"schema\"", 0, 0, "", "the document ends in the middle: it was cut off"},
	{HEAD "\"a\":[}]}", 1, 32, "", "a '}' that closes nothing"},
	{HEAD "\"a\":}", 0, 0, "", "a '}' that closes nothing"},
	{HEAD "\"a\":,\"b\":1}", 0, 0, "", "a value is missing"},
	{HEAD "\"a\" 1}", 0, 0, "", "expected ':'"},
	{HEAD "\"a\":NaN}", 1, 31, "", "broken JSON: a value that is none"},
	{HEAD "\"a\":[1,{\"b\":-Infinity}]}", 0, 0, "", "broken JSON: a value that is none"},
	{HEAD "\"a\":nul}", 0, 0, "", "broken JSON: a value that is none"},
	{HEAD "\"host\":{\"more\":Infinity}}", 1, 42, "", "broken JSON: a value that is none"},
	{HEAD "\"users\":[{\"uid\":1,\"name\":\"a\",\"more\":NaN}]}", 0, 0, "", "broken JSON: a value that is none"},
	{HEAD "\"a\":1 2}", 0, 0, "", "expected ',' or '}'"},
	{HEAD "a:1}", 1, 27, "", "expected the name of a member"},
	{HEAD "\"fds\":[]} x", 0, 0, "", "something follows the document's end"},
	{HEAD "\"fds\":[],\"fds\":[]}", 0, 0, "", "fds is there twice"},
	{HEAD "\"fds\":{}}", 1, 33, "/fds", "expected a list"},
	{HEAD "\"fds\":[7]}", 0, 0, "/fds/0", "expected an object, found 7"},
	{HEAD "\"fds\":[null]}", 0, 0, "/fds/0", "expected an object, found null"},
	{HEAD "\"fds\":[{}{}]}", 0, 0, "/fds/0/pid", "is missing"},
	{HEAD "\"users\":[{\"uid\":1,\"name\":\"a\"}{}]}", 0, 0, "", "expected ',' or ']'"},
	{HEAD "\"users\":[{\"uid\":1,\"name\":\"a\"},]}", 0, 0, "", NULL},
	{HEAD "\"users\":[{\"uid\":1 \"name\":\"a\"}]}", 1, 45, "", NULL},
	{HEAD "\"users\":[{\"uid\":'1'}]}", 0, 0, "", NULL},
	{HEAD "\"users\":[{\"uid\":1,\"name\":\"\xff\"}]}", 0, 0, "", NULL},
	{HEAD "\"users\":[{\"uid\":1,\"name\":\"a\\u0000b\"}]}", 0, 0, "/users/0/name",
	 "a NUL character, which no text of the system can hold"},
	{HEAD "\"host\":7}", 0, 0, "/host", "expected an object, found 7"},
	{HEAD "\"host\":{\"hz\":0}}", 0, 0, "/host/hz", "expected a number from 1 to 1000000, found 0"},
	{HEAD "\"host\":{\"base\":{\"net\":\"net:9\"}}}", 0, 0, "/host/base/net", "net:9 is not among the namespaces"},
	{HEAD "\"coverage\":[]}", 0, 0, "/coverage", "expected an object, found a list"},
	{HEAD "\"coverage\":{\"vanished\":-1}}", 0, 0, "/coverage/vanished",
	 "expected a number from 0 to 4294967295, found -1"},
	{HEAD "\"coverage\":{\"hidden\":1}}", 0, 0, "/coverage/hidden", "expected true or false, found 1"},
	{HEAD "\"coverage\":{\"sources\":{\"fds\":{\"state\":\"walked\"}}}}", 0, 0, "/coverage/sources/fds",
	 "expected the state of a source, found \"walked\""},
	{HEAD "\"namespaces\":[{\"ns\":\"net:0\"}]}", 0, 0, "/namespaces/0/ns",
	 "expected a namespace as \"net:4026531840\", found \"net:0\""},
	{HEAD "\"namespaces\":[{\"ns\":\"net:4294967296\"}]}", 0, 0, "/namespaces/0/ns", NULL},
	{HEAD "\"namespaces\":[{\"ns\":\"moon:1\"}]}", 0, 0, "/namespaces/0/ns", NULL},
	{HEAD "\"namespaces\":[{\"ns\":\"net:1\"},\n{\"ns\":\"net:1\"}]}", 2, 1, "/namespaces/1/ns", "net:1 is there twice"},
	{HEAD "\"namespaces\":[{\"ns\":\"user:1\",\"parent\":\"user:1\"}]}", 0, 0, "/namespaces/0/parent",
	 "nests deeper than any kernel allows, or in a circle"},
	{HEAD "\"namespaces\":[{\"ns\":\"pid:1\",\"parent\":\"pid:2\"},{\"ns\":\"pid:2\",\"parent\":\"pid:3\"},"
	      "{\"ns\":\"pid:3\",\"parent\":\"pid:2\"}]}", 0, 0, "/namespaces/0/parent", "nests deeper than any kernel allows, or in a circle"},
	{HEAD "\"namespaces\":[{\"ns\":\"user:1\",\"owner\":\"user:2\"},{\"ns\":\"user:2\",\"owner\":\"user:1\"}]}", 0, 0,
	 "/namespaces/0/owner", "nests deeper than any kernel allows, or in a circle"},
	{HEAD "\"namespaces\":[{\"ns\":\"user:1\"},{\"ns\":\"user:2\"},{\"ns\":\"user:3\",\"owner\":\"user:1\",\"parent\":\"user:2\"}]}",
	 0, 0, "/namespaces/2/owner", "the owner of a user namespace is its parent"},
	{HEAD "\"namespaces\":[{\"ns\":\"net:1\",\"parent\":\"net:1\"}]}", 0, 0, "/namespaces/0/parent",
	 "namespaces of type net have no parent"},
	{HEAD "\"namespaces\":[{\"ns\":\"net:1\",\"owner\":\"net:1\"}]}", 0, 0, "/namespaces/0/owner", NULL},
	{HEAD "\"namespaces\":[{\"ns\":\"net:1\",\"netnsid\":-2}]}", 0, 0, "/namespaces/0/netnsid",
	 "expected a number from -1 to 2147483647, found -2"},
	{HEAD "\"namespaces\":[{\"ns\":\"net:1\",\"seen_by\":[\"nobody\"]}]}", 0, 0, "/namespaces/0/seen_by",
	 "expected a name that is known here, found \"nobody\""},
	{HEAD "\"processes\":[{\"pid\":0,\"comm\":\"\"}]}", 0, 0, "/processes/0/pid",
	 "expected a number from 1 to 2147483647, found 0"},
	{HEAD "\"processes\":[{\"pid\":1.5,\"comm\":\"\"}]}", 0, 0, "/processes/0/pid",
	 "expected a number from 1 to 2147483647, found a fraction"},
	{HEAD "\"processes\":[{\"comm\":\"a\"}]}", 0, 0, "/processes/0/pid", "is missing"},
	{HEAD "\"processes\":[{\"pid\":1,\"comm\":null}]}", 0, 0, "/processes/0/comm", "expected a string, found null"},
	{HEAD "\"processes\":[{\"pid\":1,\"comm\":\"a\",\"uid\":-1}]}", 0, 0, "/processes/0/uid", NULL},
	{HEAD "\"processes\":[{\"pid\":1,\"comm\":\"a\",\"start\":18446744073709551616}]}", 0, 0, "/processes/0/start", NULL},
	{HEAD "\"processes\":[{\"pid\":1,\"comm\":\"a\",\"start\":9223372036854775808}]}", 0, 0, "/processes/0/start", NULL},
	{HEAD "\"processes\":[{\"pid\":1,\"comm\":\"a\",\"start\":-9223372036854775809}]}", 0, 0, "/processes/0/start", NULL},
	{HEAD "\"processes\":[{\"pid\":1,\"comm\":\"a\",\"state\":\"RS\"}]}", 0, 0, "/processes/0/state", NULL},
	{HEAD "\"processes\":[{\"pid\":1,\"comm\":\"a\",\"flags\":\"self\"}]}", 0, 0, "/processes/0/flags", NULL},
	{HEAD "\"processes\":[{\"pid\":1,\"comm\":\"a\",\"label\":\"b\"}]}", 0, 0, "/processes/0/label",
	 "\"b\" is not the key of a label"},
	{HEAD "\"processes\":[{\"pid\":1,\"comm_bytes\":\"6\"}]}", 0, 0, "/processes/0/comm_bytes",
	 "expected pairs of hexadecimal digits, none of them 00, found \"6\""},
	{HEAD "\"processes\":[{\"pid\":1,\"comm_bytes\":\"6100\"}]}", 0, 0, "/processes/0/comm_bytes", NULL},
	{HEAD "\"processes\":[{\"pid\":1,\"comm_bytes\":\"+1\"}]}", 0, 0, "/processes/0/comm_bytes", NULL},
	{HEAD "\"processes\":[{\"pid\":1,\"comm_bytes\":7}]}", 0, 0, "/processes/0/comm_bytes", NULL},
	{HEAD "\"processes\":[{\"pid\":7,\"comm\":\"a\"},{\"pid\":7,\"comm\":\"a\"}]}", 0, 0, "/processes/1/pid",
	 "7 is there twice"},
	{HEAD INITS ",\"processes\":[{\"pid\":7,\"comm\":\"a\",\"ns\":{\"net\":\"mnt:3\"}}]}", 0, 0, "/processes/0/ns/net",
	 "expected a namespace as \"net:4026531840\", null, \"denied\" or \"unread\", found \"mnt:3\""},
	{HEAD INITS "," ONE ",\"fds\":[{\"pid\":8,\"fd\":1,\"ns\":\"net:2\"}]}", 0, 0, "/fds/0/pid",
	 "8 is not among the processes"},
	{HEAD INITS "," ONE ",\"fds\":[{\"pid\":7,\"fd\":1,\"ns\":null}]}", 0, 0, "/fds/0/ns", NULL},
	{HEAD INITS "," ONE ",\"fds\":[{\"pid\":7,\"fd\":1,\"ns\":\"denied\"}]}", 0, 0, "/fds/0/ns", NULL},
	{HEAD INITS "," ONE ",\"sockets\":[{\"pid\":7,\"fd\":1,\"ns\":\"mnt:3\"}]}", 0, 0, "/sockets/0/ns", NULL},
	{HEAD INITS "," ONE ",\"fds\":[{\"pid\":7,\"fd\":1,\"ns\":\"net:2\"},{\"pid\":7,\"fd\":1,\"ns\":\"mnt:3\"}]}", 0, 0,
	 "/fds", "fd 1 of process 7 is there twice"},
	{HEAD INITS "," ONE ",\"sockets\":[{\"pid\":7,\"tid\":8,\"fd\":1,\"ns\":\"net:2\"},"
	 "{\"pid\":7,\"tid\":8,\"fd\":1,\"ns\":\"net:2\"}]}", 0, 0, "/sockets", "fd 1 of process 7 is there twice"},
	{HEAD INITS "," ONE ",\"fds\":[{\"pid\":7,\"tid\":-1,\"fd\":1,\"ns\":\"net:2\"}]}", 0, 0, "/fds/0/tid",
	 "expected a number from 0 to 2147483647, found -1"},
	{HEAD INITS "," ONE ",\"threads\":[{\"pid\":7,\"tid\":8,\"comm\":\"\"},{\"pid\":7,\"tid\":8,\"comm\":\"\"}]}", 0, 0,
	 "/threads", "tid 8 of process 7 is there twice"},
	{HEAD INITS ",\"mounts\":[{\"ns\":\"net:2\",\"mntns\":\"mnt:3\"}]}", 0, 0, "/mounts/0/path", "is missing"},
	{HEAD INITS ",\"mounts\":[{\"ns\":\"net:2\",\"path\":\"/a\",\"covered\":1}]}", 0, 0, "/mounts/0/covered",
	 "expected true or false, found 1"},
	{HEAD INITS ",\"idmaps\":[{\"ns\":\"user:1\",\"map\":\"pid\",\"inside\":0,\"outside\":0,\"count\":1}]}", 0, 0,
	 "/idmaps/0/map", "expected \"uid\" or \"gid\", found \"pid\""},
	{HEAD INITS ",\"idmaps\":[{\"ns\":\"user:1\",\"map\":\"uid\",\"inside\":9,\"outside\":0,\"count\":4294967295}]}", 0, 0,
	 "/idmaps/0/count", "4294967295 ids from 9 on are more than there are"},
	{HEAD "\"labels\":[{\"key\":\"a\",\"kind\":\"barrel\"}]}", 0, 0, "/labels/0/kind",
	 "expected the kind of a label, found \"barrel\""},
	{HEAD "\"labels\":[{\"key\":\"a\",\"kind\":\"lxc\"},{\"key\":\"a\",\"kind\":\"lxc\"}]}", 0, 0, "/labels",
	 "the key \"a\" is there twice"},
	{HEAD "\"labels\":[{\"key\":1,\"kind\":\"lxc\"}]}", 0, 0, "/labels/0/key", "expected a string, found 1"},
};

START_TEST(what_is_wrong_is_refused_with_its_place)
{
	const struct bad *bad = &bads[_i];
	struct snapshot *snap = NULL;
	struct dump_error err;

	ck_assert_msg(dump_parse(bad->text, strlen(bad->text), &snap, &err) == -EINVAL, "accepted: %s", bad->text);
	ck_assert_ptr_null(snap);
	ck_assert_msg(!strcmp(err.path, bad->path), "%s: path %s (%s)", bad->text, err.path, err.what);
	ck_assert_msg(err.what[0] && (!bad->what || !strcmp(err.what, bad->what)), "%s: %s", bad->text, err.what);
	ck_assert_uint_gt(err.line, 0);
	if (bad->line) {
		ck_assert_uint_eq(err.line, bad->line);
		ck_assert_msg(err.column == bad->column, "%s: column %zu", bad->text, err.column);
	}
}
END_TEST

START_TEST(a_dump_of_a_newer_version_is_told_apart)
{
	static const char text[] = "{\"surprise\":[[[[7]]]],\"namespaces\":{},\"schema\":\"nsview.dump/2\"}";
	struct snapshot *snap = NULL;
	struct dump_error err;

	ck_assert_int_eq(dump_parse(text, sizeof(text) - 1, &snap, &err), -EPROTONOSUPPORT);
	ck_assert_ptr_null(snap);
	ck_assert_str_eq(err.what, "nsview.dump/2 was written by a newer nsview; this one reads nsview.dump/1");
}
END_TEST

START_TEST(a_dump_cut_off_anywhere_is_refused)
{
	size_t len;
	char *text = fixture_text("holders", &len);
	struct snapshot *snap = NULL;
	struct dump_error err;

	for (size_t n = 0; n + 2 < len; n += 7)
		ck_assert_int_eq(dump_parse(text, n, &snap, &err), -EINVAL);
	ck_assert_ptr_null(snap);
	free(text);
}
END_TEST

START_TEST(deep_nesting_is_refused)
{
	enum { DEPTH = 100000 };
	char *text = malloc(DEPTH * 2 + 64);
	struct snapshot *snap = NULL;
	struct dump_error err;
	size_t n = (size_t)sprintf(text, HEAD "\"deep\":");

	memset(text + n, '[', DEPTH);
	memset(text + n + DEPTH, ']', DEPTH);
	text[n + 2 * DEPTH] = '}';
	ck_assert_int_eq(dump_parse(text, n + 2 * DEPTH + 1, &snap, &err), -EINVAL);
	ck_assert_str_eq(err.what, "nests deeper than 32");
	free(text);
}
END_TEST

START_TEST(a_row_too_large_is_refused)
{
	enum { SIZE = 17 << 20 };
	char *text = malloc(SIZE + 128);
	struct snapshot *snap = NULL;
	struct dump_error err;
	size_t n = (size_t)sprintf(text, HEAD "\"processes\":[{\"pid\":1,\"comm\":\"");

	memset(text + n, 'a', SIZE);
	n += SIZE;
	n += (size_t)sprintf(text + n, "\"}]}");
	ck_assert_int_eq(dump_parse(text, n, &snap, &err), -EINVAL);
	ck_assert_str_eq(err.what, "larger than 16 MiB");
	free(text);
}
END_TEST

START_TEST(a_document_too_large_is_not_even_looked_at)
{
	struct snapshot *snap = NULL;
	struct dump_error err;

	ck_assert_int_eq(dump_parse(NULL, DUMP_SIZE_MAX + 1, &snap, &err), -E2BIG);
	ck_assert_uint_eq(err.line, 0);
	ck_assert_str_eq(err.what, "larger than 1024 MiB");
}
END_TEST

START_TEST(a_full_disk_is_noticed)
{
	struct snapshot *snap = fixture_snapshot("containers");
	FILE *full = fopen("/dev/full", "we");

	ck_assert_ptr_nonnull(full);
	setvbuf(full, NULL, _IONBF, 0);
	ck_assert_int_eq(dump_write(full, snap), -ENOSPC);
	fclose(full);
	snapshot_free(snap);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dump");
	TCase *good = tcase_create("good"), *bad = tcase_create("bad");

	tcase_add_loop_test(good, what_is_read_is_written_again_byte_for_byte, 0, sizeof(fixtures) / sizeof(fixtures[0]));
	tcase_add_test(good, an_empty_snapshot_survives);
	tcase_add_test(good, nothing_but_the_schema_is_needed);
	tcase_add_test(good, a_missing_member_is_unknown_and_no_zero);
	tcase_add_test(good, denied_absent_and_unread_are_three_things);
	tcase_add_test(good, invalid_utf8_keeps_its_bytes_and_its_text_is_valid);
	tcase_add_test(good, controls_quotes_and_escapes_survive);
	tcase_add_test(good, the_largest_numbers_survive);
	tcase_add_test(good, every_table_comes_back);
	tcase_add_test(good, labels_refer_to_their_row_though_two_look_alike);
	tcase_add_test(good, coverage_survives);
	tcase_add_test(good, rows_in_any_order_come_out_sorted_and_refer_rightly);
	tcase_add_test(good, a_descriptor_may_be_in_the_table_of_a_thread);
	tcase_add_test(good, idmaps_come_out_by_namespace_and_keep_their_order);
	tcase_add_test(good, members_that_are_not_known_are_skipped);
	suite_add_tcase(s, good);

	tcase_add_loop_test(bad, what_is_wrong_is_refused_with_its_place, 0, sizeof(bads) / sizeof(bads[0]));
	tcase_add_test(bad, a_dump_of_a_newer_version_is_told_apart);
	tcase_add_test(bad, a_dump_cut_off_anywhere_is_refused);
	tcase_add_test(bad, deep_nesting_is_refused);
	tcase_add_test(bad, a_row_too_large_is_refused);
	tcase_add_test(bad, a_document_too_large_is_not_even_looked_at);
	tcase_add_test(bad, a_full_disk_is_noticed);
	tcase_set_timeout(bad, 60);
	suite_add_tcase(s, bad);

	SRunner *runner = srunner_create(s);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
