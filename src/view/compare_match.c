/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/compare_match.h"

#include "nsview/arena.h"
#include "nsview/container.h"

#include <errno.h>
#include <string.h>

/* A parent that is this much older than nsview was there for something else. */
enum { WRAPPER_SECONDS = 10 };

static uint32_t same_proc(const struct graph *g, const struct snap_proc *p)
{
	uint32_t at = graph_find_pid(g, p->pid);

	return at != SNAP_NONE && graph_snapshot(g)->procs[at].start == p->start ? at : SNAP_NONE;
}

static uint32_t same_ns(const struct graph *g, const struct snap_ns *ns)
{
	uint32_t at = graph_find(g, (enum ns_type)ns->type, ns->ino);
	const struct ns_node *n = graph_node(g, at);

	return n && n->ns->id && ns->id && n->ns->id != ns->id ? SNAP_NONE : at;
}

static int match_side(struct match_side *m, const struct graph *other, struct arena *a)
{
	const struct snapshot *s = m->snap;

	m->procs = arena_alloc(a, (s->nprocs + 1) * sizeof(*m->procs));
	m->nss = arena_alloc(a, (s->nnss + 1) * sizeof(*m->nss));
	m->procs_out = arena_alloc(a, (s->nprocs + 1) * sizeof(*m->procs_out));
	m->nss_out = arena_alloc(a, (s->nnss + 1) * sizeof(*m->nss_out));
	if (!m->procs || !m->nss || !m->procs_out || !m->nss_out)
		return -ENOMEM;
	for (size_t i = 0; i < s->nprocs; i++)
		m->procs[i] = same_proc(other, &s->procs[i]);
	for (size_t i = 0; i < s->nnss; i++)
		m->nss[i] = same_ns(other, &s->nss[i]);
	return 0;
}

/* Kernel threads come and go as the kernel has work, and what they are in stays anyway. */
static void leave_out_kthreads(struct match_side *m)
{
	const struct snapshot *s = m->snap;

	for (size_t i = 0; i < s->nprocs; i++)
		m->procs_out[i] = s->procs[i].flags & SNAP_PROC_KTHREAD && !container_types(s, &s->procs[i]);
}

static uint32_t find_self(const struct match_side *m)
{
	const struct snapshot *s = m->snap;
	uint32_t at = graph_find_pid(m->g, s->host.self);

	if (at != SNAP_NONE)
		return at;
	for (uint32_t i = 0; i < s->nprocs; i++)
		if (s->procs[i].flags & SNAP_PROC_SELF)
			return i;
	return SNAP_NONE;
}

/* sudo, sh -c, unshare: started for nsview, and there in this snapshot alone. */
static bool is_wrapper(const struct match_side *m, uint32_t proc, uint32_t self)
{
	const struct snap_proc *p = &m->snap->procs[proc], *us = &m->snap->procs[self];

	return p->pid != 1 && m->procs[proc] == SNAP_NONE &&
	       us->start <= p->start + (uint64_t)WRAPPER_SECONDS * m->snap->host.hz;
}

/*
 * What a parent started behind nsview while it waits for it is the rest of a pipeline: "nsview dump | gzip".
 * PID 1 adopts whatever lost its parent, so nothing is known of its children.
 */
static void leave_out_pipeline(struct match_side *m, uint32_t parent, uint32_t child, uint32_t self)
{
	const struct snap_proc *procs = m->snap->procs, *c = &procs[child];
	size_t n;
	const uint32_t *children = graph_proc_children(m->g, parent, &n);

	for (size_t i = 0; procs[parent].pid != 1 && i < n; i++) {
		const struct snap_proc *p = &procs[children[i]];

		if (m->procs[children[i]] == SNAP_NONE && p->pid > c->pid && p->start >= c->start &&
		    !memcmp(p->ns, procs[self].ns, sizeof(p->ns)))
			m->procs_out[children[i]] = true;
	}
}

/* Whether only processes and namespaces that are left out hold a namespace. */
static bool held_by_us(const struct match_side *m, uint32_t ns)
{
	const struct snapshot *s = m->snap;
	size_t n;
	const struct holder *h = graph_holders(m->g, ns, &n);
	bool ours = true;

	for (size_t i = 0; i < n && ours; i++)
		switch ((enum hold_kind)h[i].kind) {
		case HOLD_PROCESS:
		case HOLD_CHILDREN: ours = m->procs_out[h[i].index]; break;
		case HOLD_THREAD: ours = m->procs_out[s->threads[h[i].index].proc]; break;
		case HOLD_FD: ours = m->procs_out[s->fds[h[i].index].proc]; break;
		case HOLD_SOCKET: ours = m->procs_out[s->socks[h[i].index].proc]; break;
		case HOLD_MOUNT: ours = NS_REF_OK(s->mounts[h[i].index].mntns) && m->nss_out[s->mounts[h[i].index].mntns]; break;
		case HOLD_DESCENDANT:
		case HOLD_OWNED: ours = m->nss_out[h[i].index]; break;
		case HOLD_KIND_COUNT: break;
		}
	return ours;
}

/* A namespace that was made for nsview alone; one may own another, so that it takes a round for each. */
static void leave_out_namespaces(struct match_side *m, uint32_t self)
{
	const uint32_t *own = m->snap->procs[self].ns;

	for (int round = 0; round < NS_SLOT_COUNT; round++)
		for (int slot = 0; slot < NS_SLOT_COUNT; slot++)
			if (NS_REF_OK(own[slot]) && m->nss[own[slot]] == SNAP_NONE && !m->nss_out[own[slot]])
				m->nss_out[own[slot]] = held_by_us(m, own[slot]);
}

/* The one who looks is no part of what is looked at. */
static void leave_out_observer(struct match_side *m)
{
	uint32_t self = find_self(m);

	for (uint32_t at = self; at != SNAP_NONE && (at == self || is_wrapper(m, at, self));) {
		uint32_t parent = graph_proc_parent(m->g, at);

		m->procs_out[at] = true;
		if (parent != SNAP_NONE)
			leave_out_pipeline(m, parent, at, self);
		at = parent;
	}
	if (self != SNAP_NONE)
		leave_out_namespaces(m, self);
}

int match_build(const struct graph *before, const struct graph *after, struct arena *a, struct match *ret)
{
	*ret = (struct match){.side = {
		[BEFORE] = {.g = before, .snap = graph_snapshot(before)},
		[AFTER] = {.g = after, .snap = graph_snapshot(after)},
	}};
	if (match_side(&ret->side[BEFORE], after, a) < 0 || match_side(&ret->side[AFTER], before, a) < 0)
		return -ENOMEM;
	for (int when = BEFORE; when <= AFTER; when++) {
		leave_out_kthreads(&ret->side[when]);
		leave_out_observer(&ret->side[when]);
	}
	return 0;
}

uint32_t match_ns(const struct match *m, enum match_when when, uint32_t ns)
{
	if (when == AFTER)
		return ns;
	if (m->side[BEFORE].nss[ns] != SNAP_NONE)
		return m->side[BEFORE].nss[ns];
	return (uint32_t)m->side[AFTER].snap->nnss + ns;
}
