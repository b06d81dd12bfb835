/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/graph.h"

#include "nsview/map.h"
#include "nsview/num.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

/*
 * Edges are kept in compressed rows: the edges of node i are those from start[i] to start[i + 1],
 * filled by two passes over the tables (count, then place). Everything is linear.
 */
struct graph {
	const struct snapshot *snap;
	enum graph_depth depth;
	struct ns_node *nodes;
	struct holder *holders;
	size_t *holder_start; /* nnss + 1 */
	uint32_t *children;   /* with GRAPH_ALL alone */
	size_t *child_start;  /* nprocs + 2: that of the roots is the last but one */
	uint32_t *proc_parent;
	struct map user_by_uid;
	const struct groups *groups; /* of a live view, borrowed */
	const struct rates *rates;
};

static int index_users(struct graph *g)
{
	const struct snapshot *s = g->snap;
	int err = 0;

	for (size_t i = 0; i < s->nusers && err == 0; i++)
		err = map_put(&g->user_by_uid, s->users[i].uid, (uint32_t)i);
	return err;
}

/* Called for every edge from a holder to a namespace, kind by kind. */
typedef void edge_fn(struct graph *g, uint32_t ns, enum hold_kind kind, size_t index);

static void each_process_edge(struct graph *g, edge_fn *fn)
{
	const struct snapshot *s = g->snap;

	for (size_t i = 0; i < s->nprocs; i++)
		for (int t = 0; t < NS_TYPE_COUNT; t++)
			fn(g, s->procs[i].ns[t], HOLD_PROCESS, i);
}

bool graph_thread_holds(const struct snapshot *s, const struct snap_thread *t, enum ns_slot slot)
{
	return t->ns[slot] != s->procs[t->proc].ns[slot] &&
	       (slot < NS_SLOT_PID_CHILDREN || t->ns[slot] != t->ns[ns_slot_type(slot)]);
}

static void each_thread_edge(struct graph *g, edge_fn *fn)
{
	const struct snapshot *s = g->snap;

	for (size_t i = 0; i < s->nthreads; i++)
		for (int slot = 0; slot < NS_SLOT_COUNT; slot++)
			if (graph_thread_holds(s, &s->threads[i], (enum ns_slot)slot))
				fn(g, s->threads[i].ns[slot], HOLD_THREAD, i);
}

static void count_strands(struct graph *g)
{
	const struct snapshot *s = g->snap;

	for (size_t i = 0; i < s->nthreads; i++)
		for (int slot = NS_TYPE_COUNT; slot < NS_SLOT_COUNT; slot++)
			if (graph_thread_holds(s, &s->threads[i], (enum ns_slot)slot) && NS_REF_OK(s->threads[i].ns[slot]))
				g->nodes[s->threads[i].ns[slot]].strands++;
}

/* Children to be are an edge only where they will differ from the process. */
static void each_children_edge(struct graph *g, edge_fn *fn)
{
	const struct snapshot *s = g->snap;

	for (size_t i = 0; i < s->nprocs; i++)
		for (int slot = NS_TYPE_COUNT; slot < NS_SLOT_COUNT; slot++)
			if (s->procs[i].ns[slot] != s->procs[i].ns[ns_slot_type((enum ns_slot)slot)])
				fn(g, s->procs[i].ns[slot], HOLD_CHILDREN, i);
}

static void each_edge(struct graph *g, edge_fn *fn)
{
	const struct snapshot *s = g->snap;

	each_thread_edge(g, fn);
	each_children_edge(g, fn);
	for (size_t i = 0; i < s->nfds; i++)
		fn(g, s->fds[i].ns, HOLD_FD, i);
	for (size_t i = 0; i < s->nsocks; i++)
		fn(g, s->socks[i].ns, HOLD_SOCKET, i);
	for (size_t i = 0; i < s->nmounts; i++)
		fn(g, s->mounts[i].ns, HOLD_MOUNT, i);
	for (size_t i = 0; i < s->nnss; i++)
		fn(g, s->nss[i].parent, HOLD_DESCENDANT, i);
	for (size_t i = 0; i < s->nnss; i++)
		if (s->nss[i].type != NS_USER) /* a user namespace's owner is its parent: one edge */
			fn(g, s->nss[i].owner, HOLD_OWNED, i);
}

static void count_edge(struct graph *g, uint32_t ns, enum hold_kind kind, size_t index)
{
	(void)index;
	if (NS_REF_OK(ns))
		g->nodes[ns].held[kind]++;
}

static bool linked(const struct graph *g, enum hold_kind kind)
{
	return g->depth == GRAPH_ALL || kind == HOLD_MOUNT;
}

/* holder_start[ns] serves as the place of the next edge and is moved back afterwards. */
static void place_edge(struct graph *g, uint32_t ns, enum hold_kind kind, size_t index)
{
	if (NS_REF_OK(ns) && linked(g, kind))
		g->holders[g->holder_start[ns]++] = (struct holder){.kind = kind, .index = (uint32_t)index};
}

static void shift_back(size_t *start, size_t n)
{
	for (size_t i = n; i > 0; i--)
		start[i] = start[i - 1];
	start[0] = 0;
}

/* All have been counted. */
static int link_holders(struct graph *g)
{
	size_t n = g->snap->nnss;

	for (size_t i = 0; i < n; i++) {
		g->holder_start[i + 1] = g->holder_start[i];
		for (int kind = 0; kind < HOLD_KIND_COUNT; kind++)
			if (linked(g, (enum hold_kind)kind))
				g->holder_start[i + 1] += g->nodes[i].held[kind];
	}
	g->holders = calloc(g->holder_start[n] + 1, sizeof(*g->holders));
	if (!g->holders)
		return -ENOMEM;
	if (linked(g, HOLD_PROCESS))
		each_process_edge(g, place_edge);
	each_edge(g, place_edge);
	shift_back(g->holder_start, n);
	return 0;
}

static void add_member(struct ns_node *node, const struct snapshot *s, uint32_t proc)
{
	const struct snap_proc *p = &s->procs[proc];

	if (node->nprocs++ == 0) /* processes come in order of PID */
		node->leader = proc;
	if (node->oldest == SNAP_NONE || p->start < s->procs[node->oldest].start)
		node->oldest = proc;
	node->nthreads += p->threads;
	node->cpu = num_u64_add(node->cpu, p->cpu);
	node->rss = num_u64_add(node->rss, p->rss);
}

static void sum_holders(struct graph *g)
{
	const struct snapshot *s = g->snap;

	for (size_t i = 0; i < s->nnss; i++) {
		struct ns_node *node = &g->nodes[i];

		node->ns = &s->nss[i];
		node->leader = node->oldest = SNAP_NONE;
	}
	for (size_t i = 0; i < s->nprocs; i++)
		for (int t = 0; t < NS_TYPE_COUNT; t++)
			if (NS_REF_OK(s->procs[i].ns[t]))
				add_member(&g->nodes[s->procs[i].ns[t]], s, (uint32_t)i);
	each_edge(g, count_edge);
	count_strands(g);
	for (size_t i = 0; i < s->nnss; i++) {
		g->nodes[i].held[HOLD_PROCESS] = g->nodes[i].nprocs;
		g->nodes[i].nthreads += g->nodes[i].held[HOLD_THREAD] - g->nodes[i].strands;
	}
}

/* Parents that were looked up: few are parents of many, and they come up again. */
struct recent_parent {
	int32_t pid; /* 0: none */
	uint32_t proc;
};
enum { RECENT_PARENTS = 64 };

/* Who names itself or nobody visible as its parent is a root. */
static uint32_t find_parent(const struct snapshot *s, size_t proc, struct recent_parent *recent)
{
	int32_t ppid = s->procs[proc].ppid;

	if (ppid <= 0)
		return SNAP_NONE;
	recent += ppid % RECENT_PARENTS;
	if (recent->pid != ppid)
		*recent = (struct recent_parent){.pid = ppid, .proc = snap_proc_find(s, ppid)};
	return recent->proc == proc ? SNAP_NONE : recent->proc;
}

static void find_parents(struct graph *g)
{
	struct recent_parent recent[RECENT_PARENTS] = {0};

	for (size_t i = 0; i < g->snap->nprocs; i++)
		g->proc_parent[i] = find_parent(g->snap, i, recent);
}

/* The row of a process among child_start: that of its parent, or the one after all of them. */
static size_t row_of(const struct graph *g, size_t proc)
{
	return g->proc_parent[proc] == SNAP_NONE ? g->snap->nprocs : g->proc_parent[proc];
}

static int link_children(struct graph *g)
{
	size_t n = g->snap->nprocs;

	g->children = calloc(n + 1, sizeof(*g->children));
	g->child_start = calloc(n + 3, sizeof(*g->child_start));
	if (!g->children || !g->child_start)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		g->child_start[row_of(g, i) + 1]++;
	for (size_t i = 0; i <= n; i++)
		g->child_start[i + 1] += g->child_start[i];
	for (size_t i = 0; i < n; i++)
		g->children[g->child_start[row_of(g, i)]++] = (uint32_t)i;
	shift_back(g->child_start, n + 1);
	return 0;
}

static int link_all(struct graph *g)
{
	const struct snapshot *s = g->snap;
	int err;

	g->nodes = calloc(s->nnss + 1, sizeof(*g->nodes));
	g->holder_start = calloc(s->nnss + 2, sizeof(*g->holder_start));
	g->proc_parent = calloc(s->nprocs + 1, sizeof(*g->proc_parent));
	if (!g->nodes || !g->holder_start || !g->proc_parent)
		return -ENOMEM;
	sum_holders(g);
	find_parents(g);
	err = index_users(g);
	if (err == 0)
		err = link_holders(g);
	return err == 0 && g->depth == GRAPH_ALL ? link_children(g) : err;
}

int graph_build(const struct snapshot *snap, enum graph_depth depth, struct graph **ret)
{
	struct graph *g = calloc(1, sizeof(*g));
	int err;

	if (!g)
		return -ENOMEM;
	g->snap = snap;
	g->depth = depth;
	err = link_all(g);
	if (err < 0)
		graph_free(g);
	else
		*ret = g;
	return err;
}

void graph_free(struct graph *g)
{
	if (!g)
		return;
	free(g->nodes);
	free(g->holders);
	free(g->holder_start);
	free(g->children);
	free(g->child_start);
	free(g->proc_parent);
	map_done(&g->user_by_uid);
	free(g);
}

void graph_set_live(struct graph *g, const struct groups *groups, const struct rates *rates)
{
	g->groups = groups;
	g->rates = rates;
}

const struct groups *graph_groups(const struct graph *g)
{
	return g->groups;
}

const struct rates *graph_rates(const struct graph *g)
{
	return g->rates;
}

const struct snapshot *graph_snapshot(const struct graph *g)
{
	return g->snap;
}

const struct ns_node *graph_nodes(const struct graph *g, size_t *n)
{
	*n = g->snap->nnss;
	return g->nodes;
}

const struct ns_node *graph_node(const struct graph *g, uint32_t ref)
{
	return NS_REF_OK(ref) ? &g->nodes[ref] : NULL;
}

bool graph_members_unknown(const struct graph *g, uint32_t ns)
{
	const struct coverage *c = &g->snap->coverage;

	/* PID 1 is in the machine's own namespaces, which are called so because it is; nsview is there, too. */
	return g->nodes[ns].nprocs == 0 && (c->hidden || c->unreadable > (c->unreadable_pid == 1));
}

uint32_t graph_find(const struct graph *g, enum ns_type type, uint32_t ino)
{
	return snap_ns_find(g->snap, type, ino); /* NS_REF_ABSENT is SNAP_NONE */
}

uint32_t graph_find_ino(const struct graph *g, uint32_t ino)
{
	for (int t = 0; t < NS_TYPE_COUNT; t++) {
		uint32_t ref = graph_find(g, (enum ns_type)t, ino);

		if (ref != SNAP_NONE)
			return ref;
	}
	return SNAP_NONE;
}

uint32_t graph_find_pid(const struct graph *g, int32_t pid)
{
	return pid > 0 ? snap_proc_find(g->snap, pid) : SNAP_NONE;
}

const char *graph_user(const struct graph *g, uint32_t uid)
{
	uint32_t at = map_get(&g->user_by_uid, uid);

	return at == MAP_NONE ? NULL : g->snap->users[at].name;
}

/* The first line that belongs to a namespace of this number or a higher one. */
static size_t idmap_lower_bound(const struct snapshot *s, uint32_t ns)
{
	size_t low = 0, high = s->nidmaps;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (s->idmaps[mid].ns < ns)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

const struct snap_idmap *graph_idmaps(const struct graph *g, uint32_t ns, size_t *n)
{
	size_t first = idmap_lower_bound(g->snap, ns);

	*n = idmap_lower_bound(g->snap, ns + 1) - first;
	return &g->snap->idmaps[first];
}

const struct holder *graph_holders(const struct graph *g, uint32_t ns, size_t *n)
{
	assert(g->depth == GRAPH_ALL);
	*n = g->holder_start[ns + 1] - g->holder_start[ns];
	return &g->holders[g->holder_start[ns]];
}

const struct holder *graph_holders_of(const struct graph *g, uint32_t ns, enum hold_kind kind, size_t *n)
{
	const struct holder *h = &g->holders[g->holder_start[ns]];

	assert(linked(g, kind));
	for (int k = 0; k < (int)kind; k++)
		if (linked(g, (enum hold_kind)k))
			h += g->nodes[ns].held[k];
	*n = g->nodes[ns].held[kind];
	return h;
}

const uint32_t *graph_proc_children(const struct graph *g, uint32_t proc, size_t *n)
{
	size_t row = proc == SNAP_NONE ? g->snap->nprocs : proc;

	assert(g->depth == GRAPH_ALL);
	*n = g->child_start[row + 1] - g->child_start[row];
	return &g->children[g->child_start[row]];
}

uint32_t graph_proc_parent(const struct graph *g, uint32_t proc)
{
	return g->proc_parent[proc];
}
