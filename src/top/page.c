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

	if (row.kind == ROW_NS && graph_node(g, row.index)->ns->type == type)
		return row.index;
	return leader == SNAP_NONE ? NS_REF_ABSENT : graph_snapshot(g)->procs[leader].ns[type];
}

static const char *ino_text(const struct graph *g, uint32_t ref, struct arena *a)
{
	const char *s = NS_REF_OK(ref) ? arena_printf(a, "%u", graph_snapshot(g)->nss[ref].ino)
				       : ref == NS_REF_DENIED ? "?" : "-";

	return s ? s : "";
}

static void add_diff(const struct top *t, struct lines *p)
{
	const struct graph *g = t->now ? t->now->graph : NULL;
	struct row a, b;

	if (t->nmarks != 2 || !find_row(t, t->marks[0], &a) || !find_row(t, t->marks[1], &b)) {
		lines_add(p, "A marked row is gone: there is nothing to compare.");
		return;
	}
	lines_add(p, "A: %s", thing_name(g, a, p->arena));
	lines_add(p, "B: %s", thing_name(g, b, p->arena));
	lines_add(p, "%s", "");
	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		uint32_t x = ns_of(g, a, (enum ns_type)type), y = ns_of(g, b, (enum ns_type)type);
		const char *verdict = !NS_REF_OK(x) || !NS_REF_OK(y) ? "unknown" : x == y ? "shared" : "DIFFERENT";

		lines_add(p, "%-7s %-9s  A %-10s  B %s", ns_info((enum ns_type)type)->name, verdict,
			  ino_text(g, x, p->arena), ino_text(g, y, p->arena));
	}
}

void page_draw(struct top *t, int y, int height)
{
	struct lines p = {.arena = &t->scratch, .ascii = !t->opts.utf8};

	if (t->page == PAGE_HELP)
		add_help(&p);
	else
		add_diff(t, &p);
	t->page_lines = p.n;
	if (t->page_first + 1 > p.n)
		t->page_first = p.n - 1;
	for (int i = 0; i < height; i++) {
		grid_fill(&t->grid, 0, y + i, t->grid.width, TOP_PLAIN);
		if (t->page_first + (size_t)i < p.n)
			grid_put(&t->grid, 0, y + i, t->grid.width, TOP_PLAIN, p.v[t->page_first + (size_t)i]);
	}
	arena_reset(&t->scratch);
}
