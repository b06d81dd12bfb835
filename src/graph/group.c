/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/group.h"

#include "nsview/fd.h"
#include "nsview/num.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The order of unshare(1)'s synopsis: what containers nearly always have comes first. */
static const enum ns_type mask_order[NS_TYPE_COUNT] = {NS_MNT, NS_NET,    NS_UTS,  NS_PID,
						       NS_IPC, NS_CGROUP, NS_USER, NS_TIME};

void group_mask(const struct group *grp, char *buf)
{
	for (int i = 0; i < NS_TYPE_COUNT; i++) {
		unsigned bit = 1u << mask_order[i];

		buf[i] = (char)(grp->unread & bit ? '?' : grp->own & bit ? ns_info(mask_order[i])->letter : '-');
	}
	buf[NS_TYPE_COUNT] = '\0';
}

/* What a process is in. A zombie has lost most of its links: its parent's stand for them. */
static void links_of(const struct graph *g, uint32_t proc, uint32_t *ns)
{
	const struct snapshot *s = graph_snapshot(g);
	uint32_t parent = graph_proc_parent(g, proc);

	for (int t = 0; t < NS_TYPE_COUNT; t++) {
		ns[t] = s->procs[proc].ns[t];
		if (ns[t] == NS_REF_ABSENT && parent != SNAP_NONE)
			ns[t] = s->procs[parent].ns[t];
		if (ns[t] != s->procs[proc].ns[t] && !NS_REF_OK(ns[t]))
			ns[t] = NS_REF_ABSENT; /* that the parent may not be read says nothing of the child */
		if (ns[t] == NS_REF_ABSENT)
			ns[t] = s->host.base[t];
	}
}

static void describe(const struct snapshot *s, const uint32_t *ns, struct group *ret)
{
	struct {
		uint32_t ino[NS_TYPE_COUNT];
		uint32_t own, unread;
	} id = {0};

	for (int t = 0; t < NS_TYPE_COUNT; t++) {
		if (!NS_REF_OK(ns[t])) {
			id.unread |= 1u << t;
		} else if (ns[t] != s->host.base[t]) {
			id.own |= 1u << t;
			id.ino[t] = s->nss[ns[t]].ino;
		}
	}
	*ret = (struct group){.own = id.own, .unread = id.unread, .label = SNAP_NONE, .leader = SNAP_NONE};
	ret->key = map_hash(&id, sizeof(id));
	memcpy(ret->ns, ns, sizeof(ret->ns));
}

static void add_member(struct group *grp, const struct snapshot *s, uint32_t proc)
{
	const struct snap_proc *p = &s->procs[proc];

	grp->nprocs++;
	if (grp->label == SNAP_NONE)
		grp->label = p->label;
	grp->nthreads += p->threads;
	grp->cpu = num_u64_add(grp->cpu, p->cpu);
	grp->rss = num_u64_add(grp->rss, p->rss);
}

static int sort_in(const struct graph *g, struct groups *gs)
{
	const struct snapshot *s = graph_snapshot(g);

	for (uint32_t i = 0; i < s->nprocs; i++) {
		uint32_t ns[NS_TYPE_COUNT];
		struct group found;

		links_of(g, i, ns);
		describe(s, ns, &found);

		uint32_t at = map_get(&gs->by_key, found.key);

		if (at == MAP_NONE) {
			at = (uint32_t)gs->n;
			if (map_put(&gs->by_key, found.key, at) < 0)
				return -ENOMEM;
			gs->v[gs->n++] = found;
		}
		gs->of_proc[i] = at;
		add_member(&gs->v[at], s, i);
	}
	return 0;
}

/*
 * Which of two members came first. PIDs begin again from the bottom, so the lowest one is anybody's. Where the clock
 * ticked between neither, the one that came from outside is the other's ancestor; the lower PID is a guess.
 */
static bool came_before(const struct graph *g, const struct groups *gs, uint32_t a, uint32_t b)
{
	const struct snapshot *s = graph_snapshot(g);
	uint32_t up = graph_proc_parent(g, a), other = graph_proc_parent(g, b);
	bool inside = up != SNAP_NONE && gs->of_proc[up] == gs->of_proc[a];
	bool other_inside = other != SNAP_NONE && gs->of_proc[other] == gs->of_proc[b];

	if (s->procs[a].start != s->procs[b].start)
		return s->procs[a].start < s->procs[b].start;
	return inside != other_inside ? other_inside : a < b;
}

/* The init of a container is the oldest in its PID namespace; of groups without one the oldest will do as well. */
static void find_leaders(const struct graph *g, struct groups *gs)
{
	const struct snapshot *s = graph_snapshot(g);

	for (uint32_t i = 0; i < s->nprocs; i++) {
		struct group *grp = &gs->v[gs->of_proc[i]];

		if (grp->leader == SNAP_NONE || came_before(g, gs, i, grp->leader))
			grp->leader = i;
	}
	for (size_t i = 0; i < gs->n; i++)
		if (s->procs[gs->v[i].leader].label != SNAP_NONE)
			gs->v[i].label = s->procs[gs->v[i].leader].label;
}

int groups_build(const struct graph *g, struct groups **ret)
{
	size_t n = graph_snapshot(g)->nprocs;
	struct groups *gs = calloc(1, sizeof(*gs));
	int err = -ENOMEM;

	if (!gs)
		return err;
	gs->v = malloc((n + 1) * sizeof(*gs->v));
	gs->of_proc = malloc((n + 1) * sizeof(*gs->of_proc));
	if (gs->v && gs->of_proc)
		err = sort_in(g, gs);
	if (err < 0) {
		groups_free(gs);
		return err;
	}

	find_leaders(g, gs);

	struct group *fit = realloc(gs->v, (gs->n + 1) * sizeof(*gs->v));

	gs->v = fit ? fit : gs->v;
	*ret = gs;
	return 0;
}

void groups_free(struct groups *gs)
{
	if (!gs)
		return;
	free(gs->v);
	free(gs->of_proc);
	map_done(&gs->by_key);
	free(gs);
}

uint32_t groups_find(const struct groups *gs, uint64_t key)
{
	return map_get(&gs->by_key, key); /* MAP_NONE is SNAP_NONE */
}
