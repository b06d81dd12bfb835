/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/arena.h"
#include "nsview/container.h"
#include "nsview/graph.h"
#include "nsview/group.h"
#include "nsview/rates.h"
#include "view/cells.h"

#include <stdbool.h>
#include <string.h>

/* What only a live view knows. A rate that has no sample before it is pending, not 0; a dump has none. */

static const struct cell absent = {.kind = CELL_ABSENT};
static const struct cell unknown = {.kind = CELL_UNKNOWN};
static const struct cell pending = {.kind = CELL_PENDING};

static struct cell number(uint64_t n)
{
	if (USAGE_OK(n))
		return (struct cell){.kind = CELL_U64, .u64 = n};
	return n == USAGE_ABSENT ? absent : n == USAGE_DENIED ? unknown : pending;
}

/* The group that a row is or is in, or NULL. */
static const struct group *group_of(const struct graph *g, struct row row)
{
	const struct groups *gs = graph_groups(g);

	if (!gs || row.kind == ROW_NS)
		return NULL;
	return &gs->v[row.kind == ROW_GROUP ? row.index : gs->of_proc[row.index]];
}

static bool is_base(const struct snapshot *s, uint32_t ns)
{
	return s->host.base[s->nss[ns].type] == ns;
}

/* The label of a row's processes, or NULL. */
static const struct snap_label *label_of(const struct graph *g, struct row row)
{
	const struct snapshot *s = graph_snapshot(g);
	const struct group *grp = row.kind == ROW_GROUP ? group_of(g, row) : NULL;
	uint32_t first = row.kind == ROW_NS ? graph_node(g, row.index)->oldest : row.index;
	uint32_t label = grp ? grp->label : first == SNAP_NONE ? SNAP_NONE : s->procs[first].label;

	/* What is in the machine's own namespaces is the machine, whatever its first process belongs to. */
	if (label == SNAP_NONE || (grp && !grp->own) || (row.kind == ROW_NS && is_base(s, row.index)))
		return NULL;
	return &s->labels[label];
}

static struct cell text(const char *s)
{
	return s ? (struct cell){.kind = CELL_STR, .str = s} : unknown;
}

/* Whether a row is about the machine's own namespaces. */
static bool is_machine(const struct graph *g, struct row row)
{
	const struct group *grp = group_of(g, row);

	if (row.kind == ROW_NS)
		return snap_is_machines(graph_snapshot(g), row.index) == SNAP_YES;
	return grp && !grp->own && !grp->unread;
}

struct cell cells_kind(const struct graph *g, struct row row, struct arena *scratch)
{
	const struct snap_label *l = label_of(g, row);

	(void)scratch;
	if (l)
		return text(label_kind_name((enum label_kind)l->kind));
	return is_machine(g, row) ? text("host") : absent;
}

/* What is mounted of a row: of a process or group its own network namespace, which is what people give names to. */
static const char *mount_of(const struct graph *g, struct row row)
{
	const struct group *grp = group_of(g, row);

	if (row.kind == ROW_NS)
		return cells_mount_name(g, row.index);
	return grp && grp->own & 1u << NS_NET ? cells_mount_name(g, grp->ns[NS_NET]) : NULL;
}

/* As cells_name(), but for pods, groups, and the machine itself. */
struct cell cells_live_name(const struct graph *g, struct row row, struct arena *scratch)
{
	const struct snap_label *l = label_of(g, row);
	const char *mount = mount_of(g, row);
	bool container = l && l->name && container_label((enum label_kind)l->kind);

	if (container && l->pod)
		return text(arena_printf(scratch, "%s/%s", l->pod, l->name));
	if (!container && mount)
		return text(mount);
	if (l && l->name)
		return text(l->name);
	if (l && l->id)
		return text(arena_strndup(scratch, l->id, strnlen(l->id, 12)));
	return is_machine(g, row) ? text(graph_snapshot(g)->host.hostname) : absent;
}

struct cell cells_unique(const struct graph *g, struct row row, struct arena *scratch)
{
	const struct group *grp = group_of(g, row);
	char mask[NS_TYPE_COUNT + 1];
	const char *s;

	if (!grp)
		return absent;
	group_mask(grp, mask);
	s = arena_strdup(scratch, mask);
	return text(s);
}

struct cell cells_userns(const struct graph *g, struct row row, struct arena *scratch)
{
	const struct group *grp = group_of(g, row);
	const struct ns_node *n = row.kind == ROW_NS ? graph_node(g, row.index) : NULL;
	uint32_t ref = grp ? grp->ns[NS_USER] : !n ? NS_REF_ABSENT : n->ns->type == NS_USER ? row.index : n->ns->owner;
	const struct ns_node *user = graph_node(g, ref);

	(void)scratch;
	if (user)
		return number(user->ns->ino);
	return ref == NS_REF_ABSENT ? absent : unknown;
}

struct cell cells_state(const struct graph *g, struct row row, struct arena *scratch)
{
	char state = row.kind == ROW_PROC ? graph_snapshot(g)->procs[row.index].state : 0;
	const char *s = state ? arena_strndup(scratch, &state, 1) : NULL;

	return s ? (struct cell){.kind = CELL_STR, .str = s} : absent;
}

static const struct rate *rate_of(const struct graph *g, struct row row)
{
	const struct rates *r = graph_rates(g);

	if (!r)
		return NULL;
	switch (row.kind) {
	case ROW_NS:
		return &r->nss[row.index];
	case ROW_PROC:
		return &r->procs[row.index];
	case ROW_GROUP:
		return &r->groups[row.index];
	}
	return NULL;
}

struct cell cells_cpu_rate(const struct graph *g, struct row row, struct arena *scratch)
{
	const struct rate *r = rate_of(g, row);

	(void)scratch;
	if (!r || !USAGE_OK(r->cpu))
		return r ? number(r->cpu) : absent;
	return (struct cell){.kind = CELL_F64, .f64 = (double)r->cpu / 10};
}

struct cell cells_pss(const struct graph *g, struct row row, struct arena *scratch)
{
	const struct rate *r = rate_of(g, row);

	(void)scratch;
	return r ? number(r->pss) : absent;
}

struct cell cells_read_rate(const struct graph *g, struct row row, struct arena *scratch)
{
	const struct rate *r = rate_of(g, row);

	(void)scratch;
	return r ? number(r->read) : absent;
}

struct cell cells_write_rate(const struct graph *g, struct row row, struct arena *scratch)
{
	const struct rate *r = rate_of(g, row);

	(void)scratch;
	return r ? number(r->write) : absent;
}

/* What passes through the machine's own network is not a container's doing. */
static uint32_t net_of_group(const struct group *grp)
{
	bool shared = grp->own && !((grp->own | grp->unread) & 1u << NS_NET);

	return shared ? NS_REF_ABSENT : grp->ns[NS_NET];
}

/* The counters are the namespace's: a process has no part of its own in them, and two groups in one network show the same. */
static struct cell net_rate(const struct graph *g, struct row row, bool tx)
{
	const struct rates *r = graph_rates(g);
	uint32_t ref;

	if (!r || row.kind == ROW_PROC)
		return absent;
	ref = row.kind == ROW_NS ? row.index : net_of_group(&graph_groups(g)->v[row.index]);
	if (!NS_REF_OK(ref))
		return ref == NS_REF_ABSENT ? absent : unknown;
	return number(tx ? r->nets[ref].tx : r->nets[ref].rx);
}

struct cell cells_rx_rate(const struct graph *g, struct row row, struct arena *scratch)
{
	(void)scratch;
	return net_rate(g, row, false);
}

struct cell cells_tx_rate(const struct graph *g, struct row row, struct arena *scratch)
{
	(void)scratch;
	return net_rate(g, row, true);
}
