/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/column.h"
#include "view/compare_rows.h"

#include <string.h>

/* A text that grows: "a; b". */
static const char *add_part(struct report_builder *b, const char *s, const char *part)
{
	return *s ? report_printf(b, "%s; %s", s, part) : part;
}

static const char *ns_label(struct report_builder *b, uint32_t ns)
{
	struct cell cell = column_info(COL_NAME)->get(b->g, (struct row){.kind = ROW_NS, .index = ns, .ns = ns}, b->a);

	return cell.kind == CELL_STR ? cell.str : NULL;
}

static const char *members(struct report_builder *b, const struct ns_node *n)
{
	const struct snap_proc *p = n->leader == SNAP_NONE ? NULL : &graph_snapshot(b->g)->procs[n->leader];

	if (!p)
		return "no process in it";
	if (n->nprocs == 1)
		return report_printf(b, "process %d (%s)", p->pid, p->comm);
	return report_printf(b, "%u processes, first %d (%s)", n->nprocs, p->pid, p->comm);
}

/* One path is mounted in many mount namespaces when it propagates: that is one place for people. */
static const char *mounts(struct report_builder *b, uint32_t ns)
{
	const struct snapshot *s = graph_snapshot(b->g);
	size_t n, others = 0;
	const struct holder *h = graph_holders_of(b->g, ns, HOLD_MOUNT, &n);
	const char *path = s->mounts[h[0].index].path;

	for (size_t i = 1; i < n; i++)
		others += strcmp(s->mounts[h[i].index].path, path) != 0;
	return others ? report_printf(b, "bind mount %s and %zu more", path, others) : report_printf(b, "bind mount %s", path);
}

static const char *holders_in_brief(struct report_builder *b, uint32_t ns)
{
	const struct ns_node *n = graph_node(b->g, ns);
	const char *s = members(b, n);
	size_t holders;

	graph_holders(b->g, ns, &holders);
	if (!holders)
		return "nothing was seen to hold it";
	for (int kind = HOLD_PROCESS + 1; kind < HOLD_KIND_COUNT; kind++)
		if (n->held[kind])
			s = add_part(b, s, kind == HOLD_MOUNT ? mounts(b, ns) : report_counted(b, (enum hold_kind)kind, n->held[kind]));
	return s;
}

/* Who owns it, where that is not the machine's own user namespace. */
static const char *owner_in_brief(struct report_builder *b, uint32_t ns)
{
	uint32_t owner = graph_node(b->g, ns)->ns->owner;

	if (!NS_REF_OK(owner) || owner == graph_snapshot(b->g)->host.base[NS_USER])
		return NULL;
	return report_printf(b, "owner %s", report_ns_name(b, owner));
}

static struct report_item *add_row(struct report_builder *b, struct report_item *table, const char *change, uint32_t ns,
				   const char *what, const struct tally *t)
{
	struct report_item *row = table ? report_add(b, table, REPORT_OBJECT, NULL, "") : NULL;

	if (!row)
		return NULL;
	report_text(b, row, "change", "CHANGE", change);
	report_typed_ref(b, row, "NAMESPACE", ns);
	report_text(b, row, "name", "NAME", ns_label(b, ns));
	report_wrap(b, row, "what", "WHAT", what);
	report_ref(b, row, "pns", NULL, graph_node(b->g, ns)->ns->parent);
	report_ref(b, row, "ons", NULL, graph_node(b->g, ns)->ns->owner);
	report_number(b, row, "processes_came", NULL, t->came);
	report_number(b, row, "processes_went", NULL, t->went);
	return report_add(b, row, REPORT_TABLE, "facts", NULL);
}

/* Those that only one of the snapshots has. */
static void add_lonely(struct comparison *c, struct report_item *table, enum match_when when)
{
	const struct match_side *m = &c->m.side[when];
	struct report_builder *b = &c->b[when];

	for (uint32_t i = 0; i < m->snap->nnss; i++) {
		const char *what, *owner;

		if (m->nss[i] != SNAP_NONE || m->nss_out[i])
			continue;
		what = holders_in_brief(b, i);
		owner = owner_in_brief(b, i);
		add_row(b, table, when == BEFORE ? "gone" : "new", i, owner ? add_part(b, what, owner) : what,
			&c->tallies[match_ns(&c->m, when, i)]);
	}
}

/* A fact of a namespace, then and now; what is not known on one side has not changed. */
struct fact {
	const char *name;
	const char *was, *is; /* NULL: none */
};

/* Maps are read through a member process: where there is none, nothing is known. */
static bool maps_known(const struct match_side *m, uint32_t ns)
{
	const struct source_report *r = &m->snap->coverage.sources[SOURCE_IDMAPS];
	size_t n;

	graph_idmaps(m->g, ns, &n);
	return n || (r->state == SOURCE_RAN && !r->unread && graph_node(m->g, ns)->nprocs);
}

static bool fact_of_maps(struct comparison *c, uint32_t was, uint32_t is, int gid, struct fact *ret)
{
	if (graph_node(c->b[AFTER].g, is)->ns->type != NS_USER || !maps_known(&c->m.side[BEFORE], was) ||
	    !maps_known(&c->m.side[AFTER], is))
		return false;
	*ret = (struct fact){gid ? "gid map" : "uid map", report_idmap(&c->b[BEFORE], was, gid), report_idmap(&c->b[AFTER], is, gid)};
	return true;
}

static bool fact_of_owner(struct comparison *c, uint32_t was, uint32_t is, struct fact *ret)
{
	uint32_t a = graph_node(c->b[BEFORE].g, was)->ns->owner, b = graph_node(c->b[AFTER].g, is)->ns->owner;

	if (!NS_REF_OK(a) || !NS_REF_OK(b))
		return false;
	*ret = (struct fact){"owner", report_ns_name(&c->b[BEFORE], a), report_ns_name(&c->b[AFTER], b)};
	return true;
}

/* A snapshot knows the host name of where nsview was. */
static bool fact_of_hostname(struct comparison *c, uint32_t was, uint32_t is, struct fact *ret)
{
	const struct snap_host *a = &c->m.side[BEFORE].snap->host, *b = &c->m.side[AFTER].snap->host;

	if (was != a->own[NS_UTS] || is != b->own[NS_UTS] || !a->hostname || !b->hostname)
		return false;
	*ret = (struct fact){"host name", a->hostname, b->hostname};
	return true;
}

static bool take_fact(struct comparison *c, uint32_t was, uint32_t is, size_t i, struct fact *ret)
{
	switch (i) {
	case 0:
		*ret = (struct fact){"name", ns_label(&c->b[BEFORE], was), ns_label(&c->b[AFTER], is)};
		return true;
	case 1: return fact_of_hostname(c, was, is, ret);
	case 2: return fact_of_owner(c, was, is, ret);
	case 3:
	case 4: return fact_of_maps(c, was, is, i == 4, ret);
	default: return false;
	}
}

enum { FACTS = 5 };

static bool differs(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) != 0 : a != b;
}

/* The *n facts that differ. */
static size_t changed_facts(struct comparison *c, uint32_t was, uint32_t is, struct fact facts[FACTS])
{
	size_t n = 0;

	for (size_t i = 0; i < FACTS; i++)
		if (take_fact(c, was, is, i, &facts[n]) && differs(facts[n].was, facts[n].is))
			n++;
	return n;
}

/* "3 processes came, 1 went" */
static const char *came_and_went(struct report_builder *b, const struct tally *t)
{
	uint32_t first = t->came ? t->came : t->went;
	const char *s = report_printf(b, "%u %s %s", first, first == 1 ? "process" : "processes", t->came ? "came" : "went");

	return t->came && t->went ? report_printf(b, "%s, %u went", s, t->went) : s;
}

static const char *changes_in_brief(struct report_builder *b, const struct tally *t, const struct fact *facts, size_t n)
{
	const char *s = "";

	for (size_t i = 0; i < n; i++)
		s = add_part(b, s, report_printf(b, "%s %s, was %s", facts[i].name, facts[i].is ? facts[i].is : "none",
						 facts[i].was ? facts[i].was : "none"));
	if (t->came || t->went)
		s = add_part(b, s, came_and_went(b, t));
	for (int kind = HOLD_PROCESS + 1; kind < HOLD_KIND_COUNT; kind++) {
		if (t->more[kind])
			s = add_part(b, s, report_printf(b, "%s came", report_counted(b, (enum hold_kind)kind, t->more[kind])));
		if (t->fewer[kind])
			s = add_part(b, s, report_printf(b, "%s went", report_counted(b, (enum hold_kind)kind, t->fewer[kind])));
	}
	return s;
}

static void add_facts(struct report_builder *b, struct report_item *table, const struct fact *facts, size_t n)
{
	for (size_t i = 0; table && i < n; i++) {
		struct report_item *row = report_add(b, table, REPORT_OBJECT, NULL, NULL);

		if (!row)
			return;
		report_text(b, row, "fact", NULL, facts[i].name);
		report_text(b, row, "before", NULL, facts[i].was);
		report_text(b, row, "after", NULL, facts[i].is);
	}
}

/* Those that both have, either the machine's own, where processes come and go all the time, or the rest. */
static void add_changed(struct comparison *c, struct report_item *table, bool base)
{
	const struct match_side *m = &c->m.side[AFTER];
	struct report_builder *b = &c->b[AFTER];

	for (uint32_t i = 0; i < m->snap->nnss; i++) {
		struct fact facts[FACTS];
		const char *what;
		size_t n;

		if (m->nss[i] == SNAP_NONE || (m->snap->host.base[m->snap->nss[i].type] == i) != base)
			continue;
		n = changed_facts(c, m->nss[i], i, facts);
		what = changes_in_brief(b, &c->tallies[i], facts, n);
		if (*what)
			add_facts(b, add_row(b, table, "changed", i, what, &c->tallies[i]), facts, n);
	}
}

void compare_namespaces(struct comparison *c, struct report_item *table)
{
	add_lonely(c, table, BEFORE);
	add_lonely(c, table, AFTER);
	add_changed(c, table, false);
	add_changed(c, table, true);
}
