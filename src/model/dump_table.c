/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/dump_table.h"

#include <assert.h>

#define AT(type, member) .offset = offsetof(struct type, member)
#define PID .min = 1, .max = INT32_MAX
#define ANY32 .max = UINT32_MAX
/* json-c makes UINT64_MAX of what is larger: the largest number that is read must differ from it. */
#define ANY64 .max = INT64_MAX
#define UNREAD .none = NS_REF_UNREAD
#define TABLE_OF .nullable = true, .max = INT32_MAX /* the thread whose table a descriptor is in; the process's own without */

static const struct dump_field host_fields[] = {
	{"hostname", DUMP_TEXT, AT(snap_host, hostname)},
	{"kernel", DUMP_TEXT, AT(snap_host, kernel)},
	{"version", DUMP_TEXT, AT(snap_host, version)},
	{"time", DUMP_U64, AT(snap_host, time), ANY64},
	{"uptime", DUMP_U64, AT(snap_host, uptime), ANY64},
	{"hz", DUMP_U32, AT(snap_host, hz), .none = 100, .min = 1, .max = 1000000},
	{"self", DUMP_I32, AT(snap_host, self), .nullable = true, PID},
	{"base", DUMP_TYPES, AT(snap_host, base), UNREAD},
	{"own", DUMP_TYPES, AT(snap_host, own), UNREAD},
};

static const struct dump_field ns_fields[] = {
	{"ns", DUMP_IDENTITY, .required = true},
	{"id", DUMP_U64, AT(snap_ns, id), .nullable = true, ANY64},
	{"parent", DUMP_REF, AT(snap_ns, parent), .type = DUMP_SAME_TYPE, UNREAD},
	{"owner", DUMP_REF, AT(snap_ns, owner), .type = NS_USER, UNREAD},
	{"owner_uid", DUMP_U32, AT(snap_ns, owner_uid), .nullable = true, .none = SNAP_UID_UNKNOWN, ANY32},
	{"netnsid", DUMP_I32, AT(snap_ns, netnsid), .nullable = true, .none = (uint64_t)SNAP_NETNSID_UNKNOWN,
	 .min = SNAP_NETNSID_UNASSIGNED, .max = INT32_MAX},
	{"seen_by", DUMP_SEEN, AT(snap_ns, seen_by)},
};

static const struct dump_field proc_fields[] = {
	{"pid", DUMP_I32, AT(snap_proc, pid), .required = true, PID},
	{"ppid", DUMP_I32, AT(snap_proc, ppid), .max = INT32_MAX},
	{"uid", DUMP_U32, AT(snap_proc, uid), .nullable = true, .none = SNAP_UID_UNKNOWN, ANY32},
	{"nspid", DUMP_I32, AT(snap_proc, nspid), .nullable = true, PID},
	{"state", DUMP_STATE, AT(snap_proc, state)},
	{"comm", DUMP_TEXT, AT(snap_proc, comm), .empty = true},
	{"cmdline", DUMP_TEXT, AT(snap_proc, cmdline)},
	{"threads", DUMP_U32, AT(snap_proc, threads), .none = 1, ANY32},
	{"start", DUMP_U64, AT(snap_proc, start), ANY64},
	{"cpu", DUMP_U64, AT(snap_proc, cpu), ANY64},
	{"rss", DUMP_U64, AT(snap_proc, rss), ANY64},
	{"label", DUMP_LABEL, AT(snap_proc, label), .none = SNAP_NONE},
	{"flags", DUMP_FLAGS, AT(snap_proc, flags)},
	{"ns", DUMP_SLOTS, AT(snap_proc, ns), UNREAD},
};

static const struct dump_field thread_fields[] = {
	{"pid", DUMP_PROC, AT(snap_thread, proc), .required = true},
	{"tid", DUMP_I32, AT(snap_thread, tid), .required = true, PID},
	{"comm", DUMP_TEXT, AT(snap_thread, comm), .empty = true},
	{"ns", DUMP_SLOTS, AT(snap_thread, ns), UNREAD},
};

static const struct dump_field fd_fields[] = {
	{"pid", DUMP_PROC, AT(snap_fd, proc), .required = true},
	{"tid", DUMP_I32, AT(snap_fd, tid), TABLE_OF},
	{"fd", DUMP_I32, AT(snap_fd, fd), .required = true, .max = INT32_MAX},
	{"ns", DUMP_REF, AT(snap_fd, ns), .required = true, .type = DUMP_ANY_TYPE},
};

static const struct dump_field sock_fields[] = {
	{"pid", DUMP_PROC, AT(snap_sock, proc), .required = true},
	{"tid", DUMP_I32, AT(snap_sock, tid), TABLE_OF},
	{"fd", DUMP_I32, AT(snap_sock, fd), .required = true, .max = INT32_MAX},
	{"ns", DUMP_REF, AT(snap_sock, ns), .required = true, .type = NS_NET},
	{"protocol", DUMP_TEXT, AT(snap_sock, protocol)},
	{"local", DUMP_TEXT, AT(snap_sock, local)},
};

static const struct dump_field mount_fields[] = {
	{"ns", DUMP_REF, AT(snap_mount, ns), .required = true, .type = DUMP_ANY_TYPE},
	{"mntns", DUMP_REF, AT(snap_mount, mntns), .type = NS_MNT, UNREAD},
	{"path", DUMP_TEXT, AT(snap_mount, path), .required = true},
	{"covered", DUMP_BOOL, AT(snap_mount, covered)},
};

static const struct dump_field idmap_fields[] = {
	{"ns", DUMP_REF, AT(snap_idmap, ns), .required = true, .type = NS_USER},
	{"map", DUMP_MAP, AT(snap_idmap, gid), .required = true},
	{"inside", DUMP_U32, AT(snap_idmap, inside), .required = true, ANY32},
	{"outside", DUMP_U32, AT(snap_idmap, outside), .required = true, ANY32},
	{"count", DUMP_U32, AT(snap_idmap, count), .required = true, .min = 1, .max = UINT32_MAX},
};

static const struct dump_field label_fields[] = {
	{"key", DUMP_LABEL_KEY, .required = true},
	{"kind", DUMP_LABEL_KIND, AT(snap_label, kind), .required = true},
	{"name", DUMP_TEXT, AT(snap_label, name)},
	{"id", DUMP_TEXT, AT(snap_label, id)},
	{"pod", DUMP_TEXT, AT(snap_label, pod)},
};

static const struct dump_field user_fields[] = {
	{"uid", DUMP_U32, AT(snap_user, uid), .required = true, ANY32},
	{"name", DUMP_TEXT, AT(snap_user, name), .required = true},
};

/* What a dump doesn't carry is lost without a word: a struct that grows is to be noticed here. */
#if __SIZEOF_POINTER__ == 8
#define SIZE_IS(type, size) \
	static_assert(sizeof(struct type) == (size), "a new member needs a row above and one in the JSON Schema; then its size here")
SIZE_IS(snap_host, 112);
SIZE_IS(snap_ns, 32);
SIZE_IS(snap_proc, 112);
SIZE_IS(snap_thread, 56);
SIZE_IS(snap_fd, 16);
SIZE_IS(snap_sock, 32);
SIZE_IS(snap_mount, 24); /* remote is about the way there, on the machine itself */
SIZE_IS(snap_idmap, 20);
SIZE_IS(snap_label, 32);
SIZE_IS(snap_user, 16);
#endif

#define FIELDS(array) .fields = (array), .nfields = sizeof(array) / sizeof((array)[0])
#define ROWS(type, member) .row_size = sizeof(struct type), .rows = offsetof(struct snapshot, member), \
	.nrows = offsetof(struct snapshot, n##member), .cap = offsetof(struct snapshot, member##_cap)

static const struct dump_table tables[] = {
	[DUMP_NAMESPACES] = {"namespaces", FIELDS(ns_fields), ROWS(snap_ns, nss)},
	[DUMP_PROCESSES] = {"processes", FIELDS(proc_fields), ROWS(snap_proc, procs)},
	[DUMP_THREADS] = {"threads", FIELDS(thread_fields), ROWS(snap_thread, threads)},
	[DUMP_FDS] = {"fds", FIELDS(fd_fields), ROWS(snap_fd, fds)},
	[DUMP_SOCKETS] = {"sockets", FIELDS(sock_fields), ROWS(snap_sock, socks)},
	[DUMP_MOUNTS] = {"mounts", FIELDS(mount_fields), ROWS(snap_mount, mounts)},
	[DUMP_IDMAPS] = {"idmaps", FIELDS(idmap_fields), ROWS(snap_idmap, idmaps)},
	[DUMP_LABELS] = {"labels", FIELDS(label_fields), ROWS(snap_label, labels)},
	[DUMP_USERS] = {"users", FIELDS(user_fields), ROWS(snap_user, users)},
};
static_assert(sizeof(tables) / sizeof(tables[0]) == DUMP_TABLE_COUNT, "one row per table");

static const struct dump_table host = {.name = "host", FIELDS(host_fields), .row_size = sizeof(struct snap_host)};

const struct dump_table *dump_table(enum dump_table_id id)
{
	return &tables[id];
}

const struct dump_table *dump_host_table(void)
{
	return &host;
}

const char *dump_flag_name(unsigned bit)
{
	static const char *const names[] = {"kernel_thread", "denied", "self"};

	static_assert(SNAP_PROC_KTHREAD == 1u << 0 && SNAP_PROC_DENIED == 1u << 1 && SNAP_PROC_SELF == 1u << 2,
		      "names stand in the order of the bits");
	return bit < sizeof(names) / sizeof(names[0]) ? names[bit] : NULL;
}
