/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/compare_rows.h"

/* What became of a process. */
struct turn {
	enum match_when when;  /* whose process it is */
	uint32_t proc;
	const char *change;
	uint32_t was[NS_TYPE_COUNT], is[NS_TYPE_COUNT]; /* refs in BEFORE and AFTER; ABSENT where there is none */
};

/* One that was in the machine's own namespaces until it became a zombie, which is in hardly any. */
static bool is_plain_zombie(const struct comparison *c, const struct turn *t)
{
	const uint32_t *base = c->m.side[BEFORE].snap->host.base;

	for (int type = 0; type < NS_TYPE_COUNT; type++)
		if (NS_REF_OK(t->is[type]) || (NS_REF_OK(t->was[type]) && t->was[type] != base[type]))
			return false;
	return true;
}

/* Whether nothing is to be said of where it is: of the machine's own namespaces only numbers matter. */
static bool is_plain(const struct comparison *c, const struct turn *t)
{
	const struct match_side *m = &c->m.side[t->when];
	const uint32_t *ns = m->snap->procs[t->proc].ns;
	bool known = false;

	if (m->procs[t->proc] != SNAP_NONE)
		return is_plain_zombie(c, t);
	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		if (NS_REF_OK(ns[type]) && ns[type] != m->snap->host.base[type])
			return false;
		known |= NS_REF_OK(ns[type]);
	}
	return known;
}

/* "mnt, net", of the types in which a process that came or went is in a namespace that did so, too. */
static const char *its_own(struct comparison *c, const struct turn *t)
{
	const struct match_side *m = &c->m.side[t->when];
	const uint32_t *ns = m->snap->procs[t->proc].ns;
	const char *s = "";

	for (int type = 0; type < NS_TYPE_COUNT; type++)
		if (NS_REF_OK(ns[type]) && m->nss[ns[type]] == SNAP_NONE)
			s = report_printf(&c->b[t->when], "%s%s%s", s, *s ? ", " : "", ns_info((enum ns_type)type)->name);
	return s;
}

/* The namespaces that it shares with who was there before or still is; the machine's own go without saying. */
static const char *joined(struct comparison *c, const struct turn *t)
{
	const struct match_side *m = &c->m.side[t->when];
	const uint32_t *ns = m->snap->procs[t->proc].ns;
	struct report_builder *b = &c->b[t->when];
	const char *s = "";

	for (int type = 0; type < NS_TYPE_COUNT; type++)
		if (NS_REF_OK(ns[type]) && m->nss[ns[type]] != SNAP_NONE && ns[type] != m->snap->host.base[type])
			s = report_printf(b, "%s%s%s", s, *s ? ", " : "", report_ns_name(b, ns[type]));
	return s;
}

static const char *came_or_went(struct comparison *c, const struct turn *t)
{
	struct report_builder *b = &c->b[t->when];
	const char *own = its_own(c, t), *others = joined(c, t), *s = "";

	if (*own)
		s = t->when == AFTER ? report_printf(b, "new %s", own) : report_printf(b, "%s went, too", own);
	if (*others)
		s = report_printf(b, "%s%s%s %s", s, *s ? "; " : "", t->when == AFTER ? "in" : "was in", others);
	return s;
}

/* "net:[2], was net:[1]" */
static const char *moved(struct comparison *c, const struct turn *t)
{
	const char *s = "";

	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		const char *was = NS_REF_OK(t->was[type]) ? report_ns_name(&c->b[BEFORE], t->was[type]) : NULL;
		const char *is = NS_REF_OK(t->is[type]) ? report_ns_name(&c->b[AFTER], t->is[type]) : NULL;

		if (was || is)
			s = report_printf(&c->b[AFTER], "%s%s%s%s%s", s, *s ? "; " : "", is ? is : "left ",
					  is && was ? ", was " : "", was ? was : "");
	}
	return s;
}

static void add_places(struct comparison *c, struct report_item *row, const struct turn *t)
{
	struct report_item *table = report_add(&c->b[AFTER], row, REPORT_TABLE, "namespaces", NULL);

	for (int type = 0; table && type < NS_TYPE_COUNT; type++) {
		struct report_item *place;

		if (!NS_REF_OK(t->was[type]) && !NS_REF_OK(t->is[type]))
			continue;
		place = report_add(&c->b[AFTER], table, REPORT_OBJECT, NULL, NULL);
		if (!place)
			return;
		report_text(&c->b[AFTER], place, "type", NULL, ns_info((enum ns_type)type)->name);
		report_ref(&c->b[BEFORE], place, "before", NULL, t->was[type]);
		report_ref(&c->b[AFTER], place, "after", NULL, t->is[type]);
	}
}

static void add_turn(struct comparison *c, struct report_item *table, const struct turn *t, bool plain)
{
	const struct snap_proc *p = &c->m.side[t->when].snap->procs[t->proc];
	struct report_builder *b = &c->b[t->when];
	bool shown = c->all || (!plain && table->n < COMPARE_SHOWN_MAX);
	struct report_item *row = report_add(b, table, REPORT_OBJECT, NULL, shown ? "" : NULL);
	const char *what;

	if (!row)
		return;
	what = c->m.side[t->when].procs[t->proc] != SNAP_NONE ? moved(c, t) : came_or_went(c, t);
	report_text(b, row, "change", "CHANGE", t->change);
	report_number(b, row, "pid", "PID", (uint64_t)p->pid);
	report_text(b, row, "command", "COMMAND", p->comm);
	report_text(b, row, NULL, "BELONGS TO", report_label(b, t->proc));
	report_container(b, row, NULL, t->proc);
	if (*what)
		report_wrap(b, row, "what", "NAMESPACES", what);
	else
		report_missing(b, row, "what", "NAMESPACES", !plain);
	report_number(b, row, "start", NULL, p->start);
	add_places(c, row, t);
}

/* A link that may not be read says nothing; that of a zombie, which is absent, says that it left. */
static bool left(uint32_t ref)
{
	return ref == NS_REF_ABSENT;
}

/* Where a process that is there in both snapshots changed. Whether it did. */
static bool compare_links(const struct comparison *c, uint32_t was, uint32_t is, struct turn *t)
{
	const uint32_t *a = c->m.side[BEFORE].snap->procs[was].ns, *b = c->m.side[AFTER].snap->procs[is].ns;
	bool differ = false;

	*t = (struct turn){.when = AFTER, .proc = is, .change = "moved"};
	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		bool same = NS_REF_OK(a[type]) && NS_REF_OK(b[type])
				    ? c->m.side[BEFORE].nss[a[type]] == b[type]
				    : !(NS_REF_OK(a[type]) && left(b[type])) && !(left(a[type]) && NS_REF_OK(b[type]));

		t->was[type] = same ? NS_REF_ABSENT : a[type];
		t->is[type] = same ? NS_REF_ABSENT : b[type];
		differ |= !same;
	}
	return differ;
}

static void tally(struct comparison *c, const struct turn *t)
{
	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		if (NS_REF_OK(t->was[type]))
			c->tallies[match_ns(&c->m, BEFORE, t->was[type])].went++;
		if (NS_REF_OK(t->is[type]))
			c->tallies[match_ns(&c->m, AFTER, t->is[type])].came++;
	}
}

/* What became of a process of one snapshot; of one that is in both AFTER tells. Whether there is anything to tell. */
static bool find_turn(const struct comparison *c, enum match_when when, uint32_t proc, struct turn *t)
{
	const struct match_side *m = &c->m.side[when];

	if (m->procs_out[proc])
		return false;
	if (m->procs[proc] != SNAP_NONE)
		return when == AFTER && compare_links(c, m->procs[proc], proc, t);
	*t = (struct turn){.when = when, .proc = proc, .change = when == BEFORE ? "gone" : "new"};
	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		uint32_t ns = m->snap->procs[proc].ns[type];

		t->was[type] = when == BEFORE ? ns : NS_REF_ABSENT;
		t->is[type] = when == AFTER ? ns : NS_REF_ABSENT;
	}
	return true;
}

void compare_processes(struct comparison *c, struct report_item *table)
{
	struct turn t;

	/* What deserves a line comes first, so that it is not cut off. */
	for (int plain = 0; plain <= 1; plain++)
		for (int when = BEFORE; when <= AFTER; when++)
			for (uint32_t i = 0; i < c->m.side[when].snap->nprocs; i++) {
				if (!find_turn(c, (enum match_when)when, i, &t) || is_plain(c, &t) != plain)
					continue;
				tally(c, &t);
				add_turn(c, table, &t, plain);
			}
}
