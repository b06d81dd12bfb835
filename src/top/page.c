/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "top/lines.h"
#include "top/model.h"

#include <string.h>

static void add_help(struct lines *p)
{
	static const char *const legend[] = {
		"",
		"Signs before a row:",
		"  *   new since the last refresh",
		"  x   gone since the last refresh",
		"  !   a namespace without processes: something else holds it",
		"  #   marked with m",
		"",
		"UNIQUE-NS: m mount  n network  u uts  p pid  i ipc  C cgroup  U user  T time",
		"  a letter is a namespace of its own, - one shared with the machine, ? unreadable",
		"HELD: p processes  t threads  b children to be born  f descriptors  s sockets",
		"  m mounts  c child namespaces  o owned namespaces",
		"A value is - where there is none, ? where it may not be read, blank where it comes yet.",
		"CPU% is of one CPU; RX/s and TX/s are the network namespace's own, lo left out.",
	};

	lines_add(p, "Keys:");
	for (size_t i = 0; top_key_info(i); i++)
		lines_add(p, "  %-18s %s", top_key_info(i)->keys, top_key_info(i)->help);
	for (size_t i = 0; i < sizeof(legend) / sizeof(legend[0]); i++)
		lines_add(p, "%s", legend[i]);
}

/* The row of a marked thing, if it still is there. */
static bool find_row(const struct top *t, struct thing thing, struct row *ret)
{
	uint32_t at = t->now ? thing_find(t->now, thing) : SNAP_NONE;

	*ret = (struct row){.kind = (enum row_kind)thing.kind, .index = at, .ns = SNAP_NONE};
	return at != SNAP_NONE;
}

/* What a row has of a type: a namespace itself, a process or group by its links. */
static uint32_t ns_of(const struct graph *g, struct row row, enum ns_type type)
{
	uint32_t leader = thing_leader(g, row);

	if (row.kind == ROW_NS)
		return row.index;
	return leader == SNAP_NONE ? NS_REF_ABSENT : graph_snapshot(g)->procs[leader].ns[type];
}

static const char *ino_text(const struct graph *g, uint32_t ref, struct arena *a)
{
	const char *s = NS_REF_OK(ref) ? arena_printf(a, "%u", graph_snapshot(g)->nss[ref].ino)
				       : ref == NS_REF_DENIED ? "?" : "-";

	return s ? s : "";
}

static void add_pair(struct lines *p, const char *name, const char *verdict, const char *a, const char *b)
{
	lines_add(p, "%-9s %-9s  A %-10s  B %s", name, verdict, a, b);
}

static const char *verdict_of(uint32_t x, uint32_t y)
{
	return !NS_REF_OK(x) || !NS_REF_OK(y) ? "unknown" : x == y ? "shared" : "DIFFERENT";
}

/* Which types two rows can be compared in: a namespace has but one. */
static uint32_t types_of(const struct graph *g, struct row row)
{
	return row.kind == ROW_NS ? 1u << graph_node(g, row.index)->ns->type : NS_TYPES_ALL;
}

/* What is known of two namespaces without going inside. */
static void add_contents(struct lines *p, const struct graph *g, struct row a, struct row b)
{
	static const enum column_id columns[] = {COL_NPROCS, COL_NAME, COL_ONS, COL_PNS, COL_UIDMAP, COL_GIDMAP, COL_NSFS};

	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		const struct column *c = column_info(columns[i]);
		struct cell x = c->get(g, a, p->arena), y = c->get(g, b, p->arena);
		const char *s = cell_text(c, x, false, p->arena), *other = cell_text(c, y, false, p->arena);

		if (x.kind == CELL_ABSENT && y.kind == CELL_ABSENT)
			continue;
		add_pair(p, c->name, x.kind == CELL_UNKNOWN || y.kind == CELL_UNKNOWN ? "unknown"
				     : cell_compare(x, y) == 0                       ? "the same"
										     : "DIFFERENT",
			 s ? s : "", other ? other : "");
	}
}

static void add_diff(const struct top *t, struct lines *p)
{
	const struct graph *g = t->now ? t->now->graph : NULL;
	struct row a, b;
	uint32_t types;

	if (t->nmarks != 2 || !find_row(t, t->marks[0], &a) || !find_row(t, t->marks[1], &b)) {
		lines_add(p, "A marked row is gone: there is nothing to compare.");
		return;
	}
	lines_add(p, "A: %s", thing_name(g, a, p->arena));
	lines_add(p, "B: %s", thing_name(g, b, p->arena));
	lines_add(p, "%s", "");
	types = types_of(g, a) & types_of(g, b);
	if (!types)
		lines_add(p, "Namespaces of two types have nothing in common that could differ.");
	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		uint32_t x = ns_of(g, a, (enum ns_type)type), y = ns_of(g, b, (enum ns_type)type);

		if (types & 1u << type)
			add_pair(p, ns_info((enum ns_type)type)->name, verdict_of(x, y), ino_text(g, x, p->arena),
				 ino_text(g, y, p->arena));
	}
	if (types && a.kind == ROW_NS && b.kind == ROW_NS && a.index != b.index)
		add_contents(p, g, a, b);
}

void lines_draw(struct top *t, const struct lines *p, int y, int height, struct scroll *s)
{
	s->n = p->n;
	s->height = height > 0 ? (size_t)height : 0;
	if (s->first + s->height > s->n)
		s->first = s->n > s->height ? s->n - s->height : 0;
	for (int i = 0; i < height; i++) {
		grid_fill(&t->grid, 0, y + i, t->grid.width, TOP_PLAIN);
		if (s->first + (size_t)i < s->n)
			grid_put(&t->grid, 0, y + i, t->grid.width, TOP_PLAIN, p->v[s->first + (size_t)i]);
	}
}

void page_draw(struct top *t, int y, int height)
{
	struct lines p = {.arena = &t->scratch, .ascii = !t->opts.utf8, .width = t->grid.width};

	if (t->page == PAGE_HELP)
		add_help(&p);
	else
		add_diff(t, &p);
	lines_draw(t, &p, y, height, &t->page_scroll);
	arena_reset(&t->scratch);
}
