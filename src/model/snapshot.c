/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/snapshot.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct snapshot *snapshot_new(void)
{
	struct snapshot *snap = calloc(1, sizeof(*snap));

	if (!snap)
		return NULL;
	for (int t = 0; t < NS_TYPE_COUNT; t++) {
		snap->host.base[t] = NS_REF_UNREAD;
		snap->host.own[t] = NS_REF_UNREAD;
	}
	return snap;
}

void snapshot_free(struct snapshot *snap)
{
	if (!snap)
		return;
	free(snap->nss);
	map_done(&snap->ns_by_key);
	free(snap->procs);
	free(snap->threads);
	free(snap->fds);
	free(snap->socks);
	free(snap->mounts);
	free(snap->idmaps);
	free(snap->labels);
	free(snap->users);
	arena_done(&snap->strings);
	free(snap);
}

static const char *const label_names[] = {
	[LABEL_DOCKER] = "docker",   [LABEL_CONTAINERD] = "containerd", [LABEL_CRIO] = "cri-o",
	[LABEL_PODMAN] = "podman",   [LABEL_RUNC] = "runc",             [LABEL_CRUN] = "crun",
	[LABEL_LXC] = "lxc",         [LABEL_NSPAWN] = "nspawn",         [LABEL_MACHINE] = "machine",
	[LABEL_FLATPAK] = "flatpak", [LABEL_SNAP] = "snap",             [LABEL_SERVICE] = "service",
	[LABEL_SCOPE] = "scope",     [LABEL_SANDBOX] = "sandbox",
};
static_assert(sizeof(label_names) / sizeof(label_names[0]) == LABEL_KIND_COUNT, "one name per kind");

static int find(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(names[i], name))
			return (int)i;
	return -EINVAL;
}

/* Whether a release such as "6.18.5-arch1" is of this version or a later one. */
static bool is_since(const char *release, unsigned long major, unsigned long minor)
{
	char *end = NULL;
	unsigned long first = release ? strtoul(release, &end, 10) : 0;

	return first > major || (first == major && *end == '.' && strtoul(end + 1, NULL, 10) >= minor);
}

/* The number of the first mount and network namespace is fixed since Linux 6.18 only; before, it was as it came. */
static bool first_is_numbered(const struct snapshot *snap, enum ns_type type)
{
	return (type != NS_MNT && type != NS_NET) || is_since(snap->host.kernel, 6, 18);
}

/* Whether a namespace is there whose number says that it is not the first of its type. */
static bool is_later(const struct snapshot *snap, uint32_t ns)
{
	return NS_REF_OK(ns) && snap->nss[ns].ino != ns_info((enum ns_type)snap->nss[ns].type)->init_ino;
}

enum snap_answer snap_is_machines(const struct snapshot *snap, uint32_t ns)
{
	const struct snap_ns *n = NS_REF_OK(ns) ? &snap->nss[ns] : NULL;

	if (!n || !NS_REF_OK(snap->host.base[n->type]))
		return SNAP_UNKNOWN;
	if (snap->host.base[n->type] != ns)
		return SNAP_NO;
	if (!is_later(snap, ns))
		return SNAP_YES;
	/* The first user namespace owns what the machine began with. */
	if (first_is_numbered(snap, (enum ns_type)n->type) || is_later(snap, n->owner))
		return SNAP_NO;
	/* The PID 1 of a container tells of that. */
	return is_later(snap, snap->host.base[NS_PID]) ? SNAP_UNKNOWN : SNAP_YES;
}

static_assert(MAP_NONE == NS_REF_ABSENT, "what is not in the map is absent");

uint32_t snap_ns_find(const struct snapshot *snap, enum ns_type type, uint32_t ino)
{
	return map_get(&snap->ns_by_key, ns_key(type, ino));
}

int snap_proc_compare(const void *a, const void *b)
{
	const struct snap_proc *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

uint32_t snap_proc_find(const struct snapshot *snap, int32_t pid)
{
	size_t low = 0, high = snap->nprocs;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (snap->procs[mid].pid < pid)
			low = mid + 1;
		else
			high = mid;
	}
	return low < snap->nprocs && snap->procs[low].pid == pid ? (uint32_t)low : SNAP_NONE;
}

uint32_t snap_proc_find_near(const struct snapshot *snap, int32_t pid, uint32_t *near)
{
	enum { STEPS_MAX = 16 }; /* as many as a search from anew would take */
	uint32_t at = *near;

	for (int i = 0; i < STEPS_MAX && at < snap->nprocs && snap->procs[at].pid < pid; i++)
		at++;
	if (at >= snap->nprocs || snap->procs[at].pid != pid)
		at = snap_proc_find(snap, pid);
	if (at != SNAP_NONE)
		*near = at;
	return at;
}

static int compare_descriptors(uint32_t proc_a, int32_t tid_a, int32_t a, uint32_t proc_b, int32_t tid_b, int32_t b)
{
	if (proc_a != proc_b)
		return proc_a < proc_b ? -1 : 1;
	if (tid_a != tid_b)
		return tid_a < tid_b ? -1 : 1;
	return (a > b) - (a < b);
}

int snap_fd_compare(const void *a, const void *b)
{
	const struct snap_fd *x = a, *y = b;

	return compare_descriptors(x->proc, x->tid, x->fd, y->proc, y->tid, y->fd);
}

int snap_sock_compare(const void *a, const void *b)
{
	const struct snap_sock *x = a, *y = b;

	return compare_descriptors(x->proc, x->tid, x->fd, y->proc, y->tid, y->fd);
}

const char *snap_fd_path(const struct snap_proc *proc, int32_t tid, int32_t fd, char path[SNAP_FD_PATH])
{
	if (tid)
		snprintf(path, SNAP_FD_PATH, "/proc/%d/task/%d/fd/%d", proc->pid, tid, fd);
	else
		snprintf(path, SNAP_FD_PATH, "/proc/%d/fd/%d", proc->pid, fd);
	return path;
}

const char *label_kind_name(enum label_kind kind)
{
	return label_names[kind];
}

int label_kind_find(const char *name)
{
	return find(label_names, LABEL_KIND_COUNT, name);
}

static const char *const source_names[] = {
	[SOURCE_PROC] = "proc",       [SOURCE_BPF] = "bpf",         [SOURCE_RELATIONS] = "relations",
	[SOURCE_NETNSID] = "netnsid", [SOURCE_MOUNTS] = "mounts",   [SOURCE_MNTNS] = "mount_namespaces",
	[SOURCE_MNTNS_NEXT] = "mount_namespace_walk",               [SOURCE_THREADS] = "threads",
	[SOURCE_FDS] = "fds",         [SOURCE_SOCKETS] = "sockets", [SOURCE_LISTNS] = "listns",
	[SOURCE_IDMAPS] = "idmaps",   [SOURCE_LABELS] = "labels",
};
static_assert(sizeof(source_names) / sizeof(source_names[0]) == SOURCE_COUNT, "one name per source");

static const char *const state_names[] = {
	[SOURCE_UNASKED] = "not asked",
	[SOURCE_RAN] = "ran",
	[SOURCE_LACKING] = "not available",
	[SOURCE_DENIED] = "denied",
};

const char *source_name(enum scan_source source)
{
	return source_names[source];
}

int source_find(const char *name)
{
	return find(source_names, SOURCE_COUNT, name);
}

const char *source_state_name(enum source_state state)
{
	return state_names[state];
}

int source_state_find(const char *name)
{
	return find(state_names, sizeof(state_names) / sizeof(state_names[0]), name);
}
