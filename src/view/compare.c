/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/compare.h"

#include "view/report.h"

#include <string.h>

/* The fields of inside rows that tell two namespaces of a type apart in brief. */
static const struct {
	enum inside_kind kind;
	unsigned char field;
} briefs[NS_TYPE_COUNT] = {
	[NS_NET] = {INSIDE_INTERFACE, 1},
	[NS_UTS] = {INSIDE_UTS, 0},
	[NS_TIME] = {INSIDE_OFFSET, 1},
	[NS_CGROUP] = {INSIDE_CGROUP, 1},
};

enum { BRIEF_MAX = 6 };

static const char *brief_inside(struct report_builder *b, const struct inside *in, enum ns_type type)
{
	const char *s = "";
	size_t n = 0;

	for (size_t i = 0; in && i < in->n; i++) {
		if (in->rows[i].kind != briefs[type].kind)
			continue;
		if (n++ < BRIEF_MAX)
			s = report_printf(b, "%s%s%s", s, *s ? "," : "", in->rows[i].fields[briefs[type].field]);
	}
	return n > BRIEF_MAX ? report_printf(b, "%s and %zu more", s, n - BRIEF_MAX) : *s ? s : NULL;
}

static const char *brief_maps(struct report_builder *b, uint32_t userns)
{
	size_t n;
	const struct snap_idmap *m = graph_idmaps(b->g, userns, &n);
	const char *s = "";

	for (size_t i = 0; i < n && i < BRIEF_MAX; i++)
		if (!m[i].gid)
			s = report_printf(b, "%s%s%u:%u:%u", s, *s ? "," : "", m[i].inside, m[i].outside, m[i].count);
	return *s ? s : NULL;
}

static const char *root_of(const struct inside *facts)
{
	for (size_t i = 0; facts && i < facts->n; i++)
		if (facts->rows[i].kind == INSIDE_PATH && !strcmp(facts->rows[i].fields[0], "root"))
			return facts->rows[i].fields[1];
	return NULL;
}

static const char *brief(struct report_builder *b, const struct compare_side *side, enum ns_type type)
{
	const struct snap_proc *p = &graph_snapshot(b->g)->procs[side->proc];

	switch (type) {
	case NS_USER: return brief_maps(b, p->ns[NS_USER]);
	case NS_MNT: return root_of(side->facts) ? report_printf(b, "root %s", root_of(side->facts)) : NULL;
	case NS_NET:
	case NS_UTS:
	case NS_TIME:
	case NS_CGROUP: return brief_inside(b, side->inside[type], type);
	default: return NULL;
	}
}

static void add_type(struct report_builder *b, struct report_item *table, const struct compare_side *x,
		     const struct compare_side *y, enum ns_type type, bool *same)
{
	const struct snapshot *s = graph_snapshot(b->g);
	uint32_t a = s->procs[x->proc].ns[type], c = s->procs[y->proc].ns[type];
	struct report_item *row = report_add(b, table, REPORT_OBJECT, NULL, "");
	bool known = NS_REF_OK(a) && NS_REF_OK(c), differ = known && a != c;

	if (!row)
		return;
	*same = *same && !differ;
	report_text(b, row, "type", "TYPE", ns_info(type)->name);
	report_text(b, row, "is", "IS", !known ? "unknown" : differ ? "different" : "shared");
	report_text(b, row, "a", "FIRST", report_ns_name(b, a));
	report_text(b, row, "b", "SECOND", report_ns_name(b, c));
	report_text(b, row, "inside_a", "INSIDE THE FIRST", differ ? brief(b, x, type) : NULL);
	report_text(b, row, "inside_b", "INSIDE THE SECOND", differ ? brief(b, y, type) : NULL);
}

static const char *who(struct report_builder *b, uint32_t proc)
{
	const struct snap_proc *p = &graph_snapshot(b->g)->procs[proc];
	const char *label = report_label(b, proc);

	return report_printf(b, "process %d (%s)%s%s", p->pid, p->comm, label ? ", " : "", label ? label : "");
}

struct report_item *compare_procs(const struct graph *g, const struct compare_side *a, const struct compare_side *b,
				  struct arena *arena, bool *same)
{
	struct report_builder rb = {.g = g, .a = arena};
	struct report_item *root = report_add(&rb, NULL, REPORT_OBJECT, "processes", NULL), *table;

	*same = true;
	if (!root)
		return NULL;
	report_text(&rb, root, "a", "First", who(&rb, a->proc));
	report_text(&rb, root, "b", "Second", who(&rb, b->proc));
	table = report_add(&rb, root, REPORT_TABLE, "types", "Namespaces");
	for (int t = 0; table && t < NS_TYPE_COUNT; t++)
		add_type(&rb, table, a, b, (enum ns_type)t, same);
	return rb.failed ? NULL : root;
}
