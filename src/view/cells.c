/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/cells.h"

#include "nsview/arena.h"
#include "nsview/container.h"
#include "nsview/graph.h"
#include "nsview/name.h"
#include "nsview/group.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/*
 * A row about a process is about that process; a row about a namespace is about the process that
 * leads it, as in lsns, where the column speaks of one process: the lowest PID. A live view, where
 * short-lived processes come and go, is about the one that was there first.
 */

static const struct cell absent = {.kind = CELL_ABSENT};
static const struct cell unknown = {.kind = CELL_UNKNOWN};

static struct cell number(uint64_t n)
{
	return (struct cell){.kind = CELL_U64, .u64 = n};
}

static struct cell text(const char *s)
{
	return s ? (struct cell){.kind = CELL_STR, .str = s} : unknown;
}

/* The namespace of a row, or NULL for a process that came up without one. */
static const struct ns_node *node_of(const struct graph *g, struct row row)
{
	return row.kind == ROW_GROUP ? NULL : graph_node(g, row.kind == ROW_NS ? row.index : row.ns);
}

static const struct group *group_of(const struct graph *g, struct row row)
{
	return row.kind == ROW_GROUP ? &graph_groups(g)->v[row.index] : NULL;
}

static const struct snap_proc *proc_at(const struct graph *g, uint32_t proc)
{
	return proc == SNAP_NONE ? NULL : &graph_snapshot(g)->procs[proc];
}

static const struct snap_proc *proc_of(const struct graph *g, struct row row)
{
	if (row.kind == ROW_GROUP)
		return proc_at(g, group_of(g, row)->leader);
	if (row.kind == ROW_PROC)
		return proc_at(g, row.index);
	return proc_at(g, graph_groups(g) ? graph_node(g, row.index)->oldest : graph_node(g, row.index)->leader);
}

/* The inode of a related namespace, or why there is none. */
static struct cell related(const struct graph *g, uint32_t ref)
{
	const struct ns_node *n = graph_node(g, ref);

	if (n)
		return number(n->ns->ino);
	return ref == NS_REF_ABSENT ? absent : unknown;
}

struct cell cells_ns(const struct graph *g, struct row row, struct arena *scratch)
{
	const struct ns_node *n = node_of(g, row);

	(void)scratch;
	return n ? number(n->ns->ino) : absent;
}

struct cell cells_type(const struct graph *g, struct row row, struct arena *scratch)
{
	const struct ns_node *n = node_of(g, row);

	(void)scratch;
	return n ? text(ns_info((enum ns_type)n->ns->type)->name) : absent;
}

/* The nsfs mounts of a namespace that nsview itself can reach come first in the table. */
static const struct snap_mount *first_mount(const struct graph *g, const struct ns_node *n)
{
	const struct snapshot *s = graph_snapshot(g);
	size_t count;
	const struct holder *h = graph_holders_of(g, (uint32_t)(n->ns - s->nss), HOLD_MOUNT, &count);

	for (size_t i = 0; i < count; i++)
		if (s->mounts[h[i].index].mntns == s->host.own[NS_MNT])
			return &s->mounts[h[i].index];
	return NULL;
}

struct cell cells_path(const struct graph *g, struct row row, struct arena *scratch)
{
	const struct ns_node *n = node_of(g, row);
	const struct snap_proc *p = proc_of(g, row);
	const struct snap_mount *m;

	if (!n)
		return absent;
	if (p)
		return text(arena_printf(scratch, "/proc/%d/ns/%s", p->pid, ns_info((enum ns_type)n->ns->type)->name));
	m = first_mount(g, n);
	return m ? text(m->path) : absent;
}

/* A sum over the members of a namespace: of those that could not be read there may be some. */
static struct cell of_members(const struct graph *g, const struct ns_node *n, uint64_t sum)
{
	return !sum && graph_members_unknown(g, (uint32_t)(n->ns - graph_snapshot(g)->nss)) ? unknown : number(sum);
}

struct cell cells_nprocs(const struct graph *g, struct row row, struct arena *scratch)
{
	const struct ns_node *n = node_of(g, row);

	(void)scratch;
	if (row.kind == ROW_GROUP)
		return number(group_of(g, row)->nprocs);
	if (!n)
		return absent;
	return of_members(g, n, n->nprocs);
}

struct cell cells_pid(const struct graph *g, struct row row, struct arena *scratch)
{
	const struct snap_proc *p = proc_of(g, row);

	(void)scratch;
	return p ? number((uint64_t)p->pid) : absent;
}

struct cell cells_ppid(const struct graph *g, struct row row, struct arena *scratch)
{
	const struct snap_proc *p = proc_of(g, row);

	(void)scratch;
	return p ? number((uint64_t)p->ppid) : absent;
}

struct cell cells_command(const struct graph *g, struct row row, struct arena *scratch)
{
	const struct snap_proc *p = proc_of(g, row);

	(void)scratch;
	if (!p)
		return absent;
	return text(p->cmdline ? p->cmdline : p->comm);
}

struct cell cells_uid(const struct graph *g, struct row row, struct arena *scratch)
{
	const struct snap_proc *p = proc_of(g, row);

	(void)scratch;
	if (!p)
		return absent;
	return p->uid == SNAP_UID_UNKNOWN ? unknown : number(p->uid);
}

/* A user without a name goes by the number. */
static struct cell user(const struct graph *g, uint32_t uid, struct arena *scratch)
{
	const char *name = graph_user(g, uid);

	if (uid == SNAP_UID_UNKNOWN)
		return unknown;
	return text(name ? name : arena_printf(scratch, "%u", uid));
}

struct cell cells_user(const struct graph *g, struct row row, struct arena *scratch)
{
	const struct snap_proc *p = proc_of(g, row);

	return p ? user(g, p->uid, scratch) : absent;
}

struct cell cells_netnsid(const struct graph *g, struct row row, struct arena *scratch)
{
	const struct ns_node *n = node_of(g, row);

	(void)scratch;
	if (!n || n->ns->type != NS_NET)
		return absent;
	if (n->ns->netnsid == SNAP_NETNSID_UNKNOWN)
		return unknown;
	return (struct cell){.kind = CELL_I64, .i64 = n->ns->netnsid};
}

static bool in_list(const char *const *v, size_t n, const char *s)
{
	return n > 0 && !strcmp(v[n - 1], s); /* the same place twice is a mount over a mount: they come in a row */
}

struct cell cells_nsfs(const struct graph *g, struct row row, struct arena *scratch)
{
	const struct snapshot *s = graph_snapshot(g);
	const struct ns_node *n = node_of(g, row);
	struct cell cell = {.kind = CELL_LIST};
	const struct holder *h;
	const char **paths;
	size_t count;

	if (!n || !n->held[HOLD_MOUNT])
		return absent;
	h = graph_holders_of(g, (uint32_t)(n->ns - s->nss), HOLD_MOUNT, &count);
	paths = arena_alloc(scratch, count * sizeof(*paths));
	if (!paths)
		return unknown;
	for (size_t i = 0; i < count; i++) {
		const struct snap_mount *m = &s->mounts[h[i].index];

		if (m->mntns == s->host.own[NS_MNT] && !in_list(paths, cell.list.n, m->path))
			paths[cell.list.n++] = m->path;
	}
	cell.list.v = paths;
	return cell.list.n ? cell : absent;
}

struct cell cells_pns(const struct graph *g, struct row row, struct arena *scratch)
{
	const struct ns_node *n = node_of(g, row);

	(void)scratch;
	return n ? related(g, n->ns->parent) : absent;
}

struct cell cells_ons(const struct graph *g, struct row row, struct arena *scratch)
{
	const struct ns_node *n = node_of(g, row);

	(void)scratch;
	return n ? related(g, n->ns->owner) : absent;
}

/*
 * What a row belongs to. The machine's own namespaces belong to nobody, whatever the process is
 * called that happens to lead them.
 */
static const struct snap_label *label_of(const struct graph *g, struct row row)
{
	const struct snapshot *s = graph_snapshot(g);
	const struct snap_proc *p = proc_of(g, row);

	if (!p || p->label == SNAP_NONE)
		return NULL;
	if (row.kind == ROW_NS && s->host.base[s->nss[row.index].type] == row.index)
		return NULL;
	return &s->labels[p->label];
}

const char *cells_mount_name(const struct graph *g, uint32_t ns)
{
	const struct snapshot *s = graph_snapshot(g);
	const struct ns_node *n = graph_node(g, ns);
	const struct snap_mount *m = n ? first_mount(g, n) : NULL;
	size_t count;
	const struct holder *h = n ? graph_holders_of(g, ns, HOLD_MOUNT, &count) : NULL;

	/* What no mount here names may have its name elsewhere. */
	if (!m && h && count)
		m = &s->mounts[h->index];
	return m ? name_of_path(m->path) : NULL;
}

/* A container's name says most, then that of a mount, then that of a service. */
struct cell cells_name(const struct graph *g, struct row row, struct arena *scratch)
{
	const struct snap_label *l = label_of(g, row);
	const char *mount = row.kind == ROW_NS ? cells_mount_name(g, row.index) : NULL;

	if (graph_groups(g))
		return cells_live_name(g, row, scratch);
	if (l && l->name && container_label((enum label_kind)l->kind))
		return text(l->name);
	if (mount)
		return text(mount);
	if (!l || !(l->name || l->id))
		return absent;
	/* An id is as long as people use it, which a target takes as well. */
	return text(l->name ? l->name : arena_strndup(scratch, l->id, strnlen(l->id, 12)));
}

struct cell cells_threads(const struct graph *g, struct row row, struct arena *scratch)
{
	(void)scratch;
	if (row.kind == ROW_PROC)
		return number(proc_of(g, row)->threads);
	if (row.kind == ROW_GROUP)
		return number(group_of(g, row)->nthreads);
	return of_members(g, graph_node(g, row.index), graph_node(g, row.index)->nthreads);
}

/* Of the user namespace that owns this one. */
static const struct ns_node *owner_of(const struct graph *g, struct row row)
{
	const struct ns_node *n = node_of(g, row);

	if (!n)
		return NULL;
	return n->ns->type == NS_USER ? n : graph_node(g, n->ns->owner);
}

struct cell cells_ouid(const struct graph *g, struct row row, struct arena *scratch)
{
	const struct ns_node *owner = owner_of(g, row);

	(void)scratch;
	return owner && owner->ns->owner_uid != SNAP_UID_UNKNOWN ? number(owner->ns->owner_uid) : unknown;
}

struct cell cells_ouser(const struct graph *g, struct row row, struct arena *scratch)
{
	const struct ns_node *owner = owner_of(g, row);

	return owner ? user(g, owner->ns->owner_uid, scratch) : unknown;
}

struct cell cells_id(const struct graph *g, struct row row, struct arena *scratch)
{
	const struct ns_node *n = node_of(g, row);

	(void)scratch;
	if (!n)
		return absent;
	return n->ns->id ? number(n->ns->id) : unknown;
}

static const struct snap_proc *oldest_of(const struct graph *g, struct row row)
{
	if (row.kind == ROW_PROC)
		return proc_of(g, row);
	return proc_at(g, row.kind == ROW_GROUP ? group_of(g, row)->leader : graph_node(g, row.index)->oldest);
}

struct cell cells_age(const struct graph *g, struct row row, struct arena *scratch)
{
	const struct snap_host *h = &graph_snapshot(g)->host;
	const struct snap_proc *p = oldest_of(g, row);

	(void)scratch;
	if (!p)
		return absent;
	return number(p->start < h->uptime ? (h->uptime - p->start) / h->hz : 0);
}

struct cell cells_cpu(const struct graph *g, struct row row, struct arena *scratch)
{
	uint32_t hz = graph_snapshot(g)->host.hz;

	(void)scratch;
	if (row.kind == ROW_NS)
		return of_members(g, graph_node(g, row.index), graph_node(g, row.index)->cpu / hz);
	return number((row.kind == ROW_PROC ? proc_of(g, row)->cpu : group_of(g, row)->cpu) / hz);
}

struct cell cells_rss(const struct graph *g, struct row row, struct arena *scratch)
{
	(void)scratch;
	if (row.kind == ROW_NS)
		return of_members(g, graph_node(g, row.index), graph_node(g, row.index)->rss);
	return number(row.kind == ROW_PROC ? proc_of(g, row)->rss : group_of(g, row)->rss);
}

struct cell cells_nspid(const struct graph *g, struct row row, struct arena *scratch)
{
	const struct snapshot *s = graph_snapshot(g);
	const struct snap_proc *p = proc_of(g, row);

	(void)scratch;
	if (!p)
		return absent;
	if (p->nspid)
		return number((uint64_t)p->nspid);
	return p->ns[NS_PID] == s->host.own[NS_PID] ? number((uint64_t)p->pid) : unknown;
}

/* In which types a process's namespaces differ from its parent's. */
struct cell cells_unshared(const struct graph *g, struct row row, struct arena *scratch)
{
	const struct snap_proc *p = proc_of(g, row), *parent;
	const char **names;
	struct cell cell = {.kind = CELL_LIST};

	if (!p || row.kind != ROW_PROC)
		return absent;
	parent = proc_at(g, graph_proc_parent(g, row.index));
	names = arena_alloc(scratch, NS_TYPE_COUNT * sizeof(*names));
	if (!parent || !names)
		return absent;
	for (int t = 0; t < NS_TYPE_COUNT; t++)
		if (NS_REF_OK(p->ns[t]) && NS_REF_OK(parent->ns[t]) && p->ns[t] != parent->ns[t])
			names[cell.list.n++] = ns_info((enum ns_type)t)->name;
	cell.list.v = names;
	if (cell.list.n)
		return cell;
	return p->flags & SNAP_PROC_DENIED || parent->flags & SNAP_PROC_DENIED ? unknown : absent;
}

static struct cell idmap(const struct graph *g, struct row row, bool gid, struct arena *scratch)
{
	const struct ns_node *n = node_of(g, row);
	const char **lines;
	struct cell cell = {.kind = CELL_LIST};
	const struct snap_idmap *maps;
	size_t count;

	if (!n || n->ns->type != NS_USER)
		return absent;
	maps = graph_idmaps(g, (uint32_t)(n->ns - graph_snapshot(g)->nss), &count);
	lines = arena_alloc(scratch, (count + 1) * sizeof(*lines));
	if (!lines)
		return unknown;
	if (!count) /* whose members could be read has none yet */
		return n->leader == SNAP_NONE ? unknown : absent;
	for (size_t i = 0; i < count; i++)
		if (maps[i].gid == gid)
			lines[cell.list.n++] =
				arena_printf(scratch, "%u:%u:%u", maps[i].inside, maps[i].outside, maps[i].count);
	for (size_t i = 0; i < cell.list.n; i++)
		if (!lines[i])
			return unknown;
	cell.list.v = lines;
	return cell.list.n ? cell : absent;
}

struct cell cells_uidmap(const struct graph *g, struct row row, struct arena *scratch)
{
	return idmap(g, row, false, scratch);
}

struct cell cells_gidmap(const struct graph *g, struct row row, struct arena *scratch)
{
	return idmap(g, row, true, scratch);
}

/* In the order of enum hold_kind. */
static const char hold_letters[] = "ptbfsmco";
static_assert(sizeof(hold_letters) == HOLD_KIND_COUNT + 1, "one letter per kind of holder");

/* By letters: what holds a namespace for its children is told so, be it a process or a thread. */
static void add_counts(const struct ns_node *n, uint32_t counts[HOLD_KIND_COUNT])
{
	for (int k = 0; k < HOLD_KIND_COUNT; k++)
		counts[k] += n->held[k];
	counts[HOLD_THREAD] -= n->strands;
	counts[HOLD_CHILDREN] += n->strands;
}

/* A group is held by its processes once, and by whatever else holds a namespace of its own. */
static bool count_holders(const struct graph *g, struct row row, uint32_t counts[HOLD_KIND_COUNT])
{
	const struct group *grp = group_of(g, row);
	const struct ns_node *n = node_of(g, row);

	if (n)
		add_counts(n, counts);
	for (int t = 0; grp && t < NS_TYPE_COUNT; t++)
		if (grp->own & 1u << t)
			add_counts(graph_node(g, grp->ns[t]), counts);
	if (grp)
		counts[HOLD_PROCESS] = grp->nprocs;
	return grp || n;
}

/* Who could not be read may hold what nobody else does, but for PID 1, as of members. */
static bool holders_unknown(const struct graph *g, struct row row)
{
	const struct coverage *c = &graph_snapshot(g)->coverage;
	const struct source_report *fds = &c->sources[SOURCE_FDS];

	return row.kind == ROW_NS && (graph_members_unknown(g, row.index) || fds->state != SOURCE_RAN ||
				      fds->unread > (c->unreadable_pid == 1));
}

struct cell cells_held(const struct graph *g, struct row row, struct arena *scratch)
{
	/* A count of what was read anyway would look like all. */
	if (graph_snapshot(g)->coverage.sources[SOURCE_FDS].state == SOURCE_UNASKED)
		return unknown;

	char held[HOLD_KIND_COUNT * 12 + 1], *end = held;
	uint32_t counts[HOLD_KIND_COUNT] = {0};

	if (!count_holders(g, row, counts))
		return absent;
	*end = '\0';
	for (int k = 0; k < HOLD_KIND_COUNT; k++)
		if (counts[k])
			end += sprintf(end, "%s%u%c", end == held ? "" : " ", counts[k], hold_letters[k]);
	if (end == held)
		return holders_unknown(g, row) ? unknown : absent;
	return text(arena_strdup(scratch, held));
}
