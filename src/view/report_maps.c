/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/report.h"

#include <stdio.h>
#include <string.h>

/* A number, or none where the kernel says so. */
static struct cell id_cell(uint32_t id)
{
	return id == SNAP_UID_UNKNOWN ? (struct cell){.kind = CELL_ABSENT} : (struct cell){.kind = CELL_U64, .u64 = id};
}

/*
 * The first id of an extent, which is not one of nsview's own user namespace, as a user namespace further out has it:
 * its outside ids found in that one's own map, both being in the numbers of nsview's.
 */
static struct cell id_at(struct report_builder *b, const struct snap_idmap *m, uint32_t userns)
{
	size_t n;
	const struct snap_idmap *up = NS_REF_OK(userns) ? graph_idmaps(b->g, userns, &n) : NULL;

	if (userns == graph_snapshot(b->g)->host.own[NS_USER])
		return id_cell(m->outside);
	for (size_t i = 0; up && i < n; i++)
		if (up[i].gid == m->gid && m->outside >= up[i].outside && m->outside - up[i].outside < up[i].count)
			return (struct cell){.kind = CELL_U64, .u64 = up[i].inside + (m->outside - up[i].outside)};
	return (struct cell){.kind = NS_REF_OK(userns) ? CELL_UNKNOWN : CELL_ABSENT};
}

/* The user namespace around one, on the way out to nsview's own; NS_REF_ABSENT beyond that. */
static uint32_t outwards(const struct graph *g, uint32_t userns)
{
	uint32_t own = graph_snapshot(g)->host.own[NS_USER];

	return NS_REF_OK(userns) && userns != own ? graph_node(g, userns)->ns->parent : NS_REF_ABSENT;
}

/* Whether there are levels besides inside, the parent's and nsview's. */
static bool is_deep(const struct graph *g, uint32_t userns)
{
	uint32_t second = outwards(g, outwards(g, userns));

	return NS_REF_OK(second) && NS_REF_OK(outwards(g, second));
}

/* The first id of an extent at each level, from inside out; for people where all levels have no column. */
static void add_levels(struct report_builder *b, struct report_item *row, const struct snap_idmap *m, uint32_t userns)
{
	struct report_item *list = report_list(b, row, "levels");
	const char *s = report_printf(b, "%u", m->inside);

	report_number(b, list, NULL, NULL, m->inside);
	for (uint32_t at = outwards(b->g, userns); NS_REF_OK(at); at = outwards(b->g, at)) {
		struct cell id = id_at(b, m, at);

		report_cell(b, list, NULL, NULL, id);
		s = id.kind == CELL_U64 ? report_printf(b, "%s %u", s, (uint32_t)id.u64) : report_printf(b, "%s ?", s);
	}
	if (is_deep(b->g, userns))
		report_text(b, row, NULL, "AT EVERY LEVEL, FROM INSIDE OUT", s);
}

/* A number for a script; people read a column of texts, some of which are none. */
static void add_id(struct report_builder *b, struct report_item *row, const char *key, const char *label, struct cell id)
{
	if (id.kind == CELL_U64)
		report_text(b, row, NULL, label, report_printf(b, "%u", (uint32_t)id.u64));
	else
		report_cell(b, row, NULL, label, id);
	report_cell(b, row, key, NULL, id);
}

/* The first id of an extent in the parent, which of nsview's own the kernel tells. */
static struct cell id_in_parent(struct report_builder *b, const struct snap_idmap *m, uint32_t userns)
{
	uint32_t parent = graph_node(b->g, userns)->ns->parent;

	if (parent == NS_REF_ABSENT)
		return (struct cell){.kind = CELL_ABSENT};
	if (userns == graph_snapshot(b->g)->host.own[NS_USER])
		return id_cell(m->outside);
	return NS_REF_OK(parent) ? id_at(b, m, parent) : (struct cell){.kind = CELL_UNKNOWN};
}

/* The first id of an extent in nsview's user namespace. */
static struct cell id_here(const struct report_builder *b, const struct snap_idmap *m, uint32_t userns)
{
	return id_cell(userns == graph_snapshot(b->g)->host.own[NS_USER] ? m->inside : m->outside);
}

static void add_extent(struct report_builder *b, struct report_item *table, const struct snap_idmap *m, uint32_t userns)
{
	struct report_item *row = report_add(b, table, REPORT_OBJECT, NULL, "");

	if (!row)
		return;
	report_text(b, row, "map", "MAP", m->gid ? "gid" : "uid");
	report_number(b, row, "inside", "INSIDE", m->inside);
	add_id(b, row, "parent", "IN THE PARENT", id_in_parent(b, m, userns));
	report_cell(b, row, "outside", "HERE", id_here(b, m, userns));
	report_number(b, row, "count", "COUNT", m->count);
	add_levels(b, row, m, userns);
}

/* Whether looking into it met trouble with its maps. */
static bool in_trouble(struct report_builder *b, const struct inside *in, uint32_t userns)
{
	const char *what = report_printf(b, "maps of %s", report_ns_name(b, userns));

	for (size_t i = 0; i < in->n; i++)
		if (in->rows[i].kind == INSIDE_TROUBLE && !strcmp(in->rows[i].fields[0], what))
			return true;
	return false;
}

/* Whether a map that is not there is one that nobody wrote: then it could have been read. */
static bool were_readable(struct report_builder *b, uint32_t userns, const struct inside *in)
{
	const struct source_report *r = &graph_snapshot(b->g)->coverage.sources[SOURCE_IDMAPS];

	if (r->state != SOURCE_RAN)
		return false;
	return graph_node(b->g, userns)->nprocs || !r->unread || (in && !in_trouble(b, in, userns));
}

/* For people; in JSON such a map has no extents. */
static void add_unwritten(struct report_builder *b, struct report_item *root, bool uid, bool gid)
{
	if (uid || gid)
		report_text(b, root, NULL, "Maps",
			    report_printf(b, "no %s is written yet: all %s in it show as the overflow id, as a rule 65534",
					  uid && gid ? "map" : uid ? "uid map" : "gid map",
					  uid && gid ? "ids" : uid ? "users" : "groups"));
}

void report_maps(struct report_builder *b, struct report_item *root, uint32_t userns, const struct inside *in)
{
	size_t n;
	const struct snap_idmap *maps = graph_idmaps(b->g, userns, &n);
	bool readable = n || were_readable(b, userns, in), uid = false, gid = false;
	struct report_item *table = readable ? report_add(b, root, REPORT_TABLE, "maps", "Maps of the user namespace") : NULL;

	for (size_t i = 0; i < n; i++) {
		uid |= !maps[i].gid;
		gid |= maps[i].gid;
	}
	if (readable)
		add_unwritten(b, root, !uid, !gid);
	for (size_t i = 0; table && i < n; i++)
		add_extent(b, table, &maps[i], userns);
}

const char *report_idmap(struct report_builder *b, uint32_t userns, int gid)
{
	enum { EXTENT_MAX = 3 * 10 + 3 };
	size_t n;
	const struct snap_idmap *m = graph_idmaps(b->g, userns, &n);
	char *text = arena_alloc(b->a, n * EXTENT_MAX + 1), *end = text;

	if (!text) {
		b->failed = true;
		return NULL;
	}
	for (size_t i = 0; i < n; i++)
		if (m[i].gid == gid)
			end += sprintf(end, "%s%u:%u:%u", end == text ? "" : ",", m[i].inside, m[i].outside, m[i].count);
	return end == text ? NULL : text;
}
