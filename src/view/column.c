/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/column.h"

#include "nsview/text.h"
#include "nsview/usage.h"
#include "nsview/want.h"
#include "view/cells.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define CMD WANT_CMDLINE_LEADERS
#define LABEL WANT_LABELS_LEADERS

/* The columns of lsns come first and mean what they mean there. */
static const struct column columns[] = {
	[COL_NS] = {"NS", "namespace identifier (inode number)", UNIT_NONE, COLUMN_RIGHT, 10, 0, cells_ns, 0, 0},
	[COL_TYPE] = {"TYPE", "kind of namespace", UNIT_NONE, 0, 5, 0, cells_type, 0, 0},
	[COL_PATH] = {"PATH", "path to the namespace", UNIT_NONE, 0, 0, WANT_MOUNTS, cells_path, 0, 0},
	[COL_NPROCS] = {"NPROCS", "number of processes in the namespace", UNIT_NONE, COLUMN_RIGHT, 5, 0, cells_nprocs, ROWS_ALL, 0},
	[COL_PID] = {"PID", "lowest PID in the namespace", UNIT_NONE, COLUMN_RIGHT, 5, 0, cells_pid, ROWS_ALL, 0},
	[COL_PPID] = {"PPID", "PPID of the PID", UNIT_NONE, COLUMN_RIGHT, 5, 0, cells_ppid, ROWS_ALL, 0},
	[COL_COMMAND] = {"COMMAND", "command line of the PID", UNIT_NONE, COLUMN_TRUNC, 0, CMD, cells_command, ROWS_ALL, 0},
	[COL_UID] = {"UID", "UID of the PID", UNIT_NONE, COLUMN_RIGHT, 0, CMD, cells_uid, ROWS_ALL, 0},
	[COL_USER] = {"USER", "username of the PID", UNIT_NONE, 0, 0, WANT_USERS | CMD, cells_user, ROWS_ALL, 0},
	[COL_NETNSID] = {"NETNSID", "namespace ID as used by network subsystem", UNIT_NETNSID, COLUMN_RIGHT, 0, WANT_NETNSID,
			 cells_netnsid, 0, 0},
	[COL_NSFS] = {"NSFS", "nsfs mountpoint (usually used network subsystem)", UNIT_NONE, COLUMN_WRAP, 0, WANT_MOUNTS,
		      cells_nsfs, 0, 0},
	[COL_PNS] = {"PNS", "parent namespace identifier (inode number)", UNIT_NONE, COLUMN_RIGHT, 10, WANT_RELATIONS,
		     cells_pns, 0, 0},
	[COL_ONS] = {"ONS", "owner namespace identifier (inode number)", UNIT_NONE, COLUMN_RIGHT, 10, WANT_RELATIONS,
		     cells_ons, 0, 0},
	[COL_NAME] = {"NAME", "container or service it belongs to, or name of its bind mount", UNIT_NONE, 0, 0,
		      WANT_MOUNTS | LABEL, cells_name, ROWS_ALL, 0},
	[COL_KIND] = {"KIND", "what it belongs to: docker, podman, lxc, service, sandbox…", UNIT_NONE, 0, 8, LABEL,
		      cells_kind, ROWS_ALL, 0},
	[COL_THREADS] = {"THREADS", "number of threads in the namespace", UNIT_NONE, COLUMN_RIGHT, 0, 0, cells_threads,
			 ROWS_ALL, 0},
	[COL_OUID] = {"OUID", "UID of the creator of the owning user namespace", UNIT_NONE, COLUMN_RIGHT, 0,
		      WANT_RELATIONS, cells_ouid, 0, 0},
	[COL_OUSER] = {"OUSER", "username of the creator of the owning user namespace", UNIT_NONE, 0, 0,
		       WANT_RELATIONS | WANT_USERS, cells_ouser, 0, 0},
	[COL_ID] = {"ID", "64-bit identifier that is never used again", UNIT_NONE, COLUMN_RIGHT, 0, WANT_RELATIONS, cells_id, 0, 0},
	[COL_AGE] = {"AGE", "age of the oldest member", UNIT_SECONDS, COLUMN_RIGHT, 0, 0, cells_age, ROWS_ALL, 0},
	[COL_CPU] = {"CPU", "CPU time used by members", UNIT_SECONDS, COLUMN_RIGHT, 0, WANT_CPU, cells_cpu, ROWS_ALL, 0},
	[COL_RSS] = {"RSS", "resident memory, summed over members", UNIT_BYTES, COLUMN_RIGHT, 0, WANT_RSS, cells_rss, ROWS_ALL, 0},
	[COL_NSPID] = {"NSPID", "the PID as seen in its own PID namespace", UNIT_NONE, COLUMN_RIGHT, 5, WANT_NSPIDS,
		       cells_nspid, ROWS_ALL, 0},
	[COL_UNSHARED] = {"UNSHARED", "types in which a process differs from its parent", UNIT_NONE, 0, 0, 0, cells_unshared, 0, 0},
	[COL_UIDMAP] = {"UIDMAP", "uid_map of a user namespace (inside:outside:count)", UNIT_NONE, COLUMN_WRAP, 0, WANT_IDMAPS,
			cells_uidmap, 0, 0},
	[COL_GIDMAP] = {"GIDMAP", "gid_map of a user namespace (inside:outside:count)", UNIT_NONE, COLUMN_WRAP, 0, WANT_IDMAPS,
			cells_gidmap, 0, 0},
	[COL_HELD] = {"HELD", "holders: p processes, t threads, b children to be born, f descriptors, s sockets, m mounts, "
			      "c child and o owned namespaces",
		      UNIT_NONE, 0, 0, WANT_HOLDERS, cells_held, ROWS_ALL, 0},
	[COL_UNIQUE] = {"UNIQUE-NS", "namespaces that are not the machine's: mnt net uts pid ipc Cgroup User Time", UNIT_NONE,
			0, 9, 0, cells_unique, ROWS_GROUP | ROWS_PROC, 0},
	[COL_USERNS] = {"USERNS", "the user namespace it is in (inode number)", UNIT_NONE, COLUMN_RIGHT, 10, 0, cells_userns,
			ROWS_ALL, 0},
	[COL_STATE] = {"S", "state of the process: R S D Z T t X I", UNIT_NONE, 0, 1, 0, cells_state, ROWS_PROC, 0},
	[COL_CPU_RATE] = {"CPU%", "share of one CPU used since the last refresh", UNIT_PERCENT, COLUMN_RIGHT, 5,
			  WANT_CPU, cells_cpu_rate, ROWS_ALL, 0},
	[COL_PSS] = {"PSS", "memory, with shared pages divided among those that share them", UNIT_BYTES, COLUMN_RIGHT, 5, 0,
		     cells_pss, ROWS_ALL, USAGE_PSS},
	[COL_RX_RATE] = {"RX/s", "bytes a second that the network namespace received, lo left out", UNIT_BYTES, COLUMN_RIGHT,
			 5, 0, cells_rx_rate, ROWS_NS | ROWS_GROUP, USAGE_NET},
	[COL_TX_RATE] = {"TX/s", "bytes a second that the network namespace sent, lo left out", UNIT_BYTES, COLUMN_RIGHT, 5,
			 0, cells_tx_rate, ROWS_NS | ROWS_GROUP, USAGE_NET},
	[COL_READ_RATE] = {"READ/s", "bytes a second that processes read from storage", UNIT_BYTES, COLUMN_RIGHT, 6, 0,
			   cells_read_rate, ROWS_ALL, USAGE_IO},
	[COL_WRITE_RATE] = {"WRITE/s", "bytes a second that processes wrote to storage", UNIT_BYTES, COLUMN_RIGHT, 7, 0,
			    cells_write_rate, ROWS_ALL, USAGE_IO},
};
static_assert(sizeof(columns) / sizeof(columns[0]) == COL_LIVE_COUNT, "one row per column");

const struct column *column_info(enum column_id id)
{
	return &columns[id];
}

static int find_below(const char *name, int end)
{
	for (int id = 0; id < end; id++)
		if (text_ieq(columns[id].name, name))
			return id;
	return -ENOENT;
}

int column_find(const char *name)
{
	return find_below(name, COL_COUNT);
}

int column_find_live(const char *name)
{
	return find_below(name, COL_LIVE_COUNT);
}

const char *column_nearest(const char *name)
{
	const char *names[COL_COUNT];

	for (int id = 0; id < COL_COUNT; id++)
		names[id] = columns[id].name;
	return text_nearest(name, names, COL_COUNT);
}

void column_list_add(struct column_list *list, enum column_id id)
{
	if (!column_list_has(list, id))
		list->ids[list->n++] = id;
}

bool column_list_has(const struct column_list *list, enum column_id id)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->ids[i] == id)
			return true;
	return false;
}

static int list_parse(struct column_list *list, const char *s, int end, char *bad, size_t size)
{
	struct column_list parsed = {0};

	if (*s == '+') {
		parsed = *list;
		s++;
	}
	for (;;) {
		size_t len = strcspn(s, ",");
		char name[32];
		int id = -ENOENT;

		if (len < sizeof(name)) {
			snprintf(name, sizeof(name), "%.*s", (int)len, s);
			id = find_below(name, end);
		}
		if (id < 0) {
			snprintf(bad, size, "%.*s", (int)len, s);
			return id;
		}
		column_list_add(&parsed, (enum column_id)id);
		if (!s[len])
			break;
		s += len + 1;
	}
	*list = parsed;
	return 0;
}

int column_list_parse(struct column_list *list, const char *s, char *bad, size_t size)
{
	return list_parse(list, s, COL_COUNT, bad, size);
}

int column_list_parse_live(struct column_list *list, const char *s, char *bad, size_t size)
{
	return list_parse(list, s, COL_LIVE_COUNT, bad, size);
}

uint32_t column_list_want(const struct column_list *list)
{
	uint32_t want = 0;

	for (size_t i = 0; i < list->n; i++)
		want |= columns[list->ids[i]].want;
	return want;
}
