/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/compare.h"

#include "nsview/column.h"
#include "nsview/num.h"
#include "view/compare_inside.h"

#include <string.h>

/* Denied is unknown; absent is not: a zombie has left its namespaces. */
static bool is_known(uint32_t ref)
{
	return NS_REF_OK(ref) || ref == NS_REF_ABSENT;
}

static void add_name(struct report_builder *b, struct report_item *row, const char *key, uint32_t ref)
{
	if (NS_REF_OK(ref))
		report_column(b, row, key, NULL, (struct row){.kind = ROW_NS, .index = ref, .ns = ref}, COL_NAME);
	else
		report_missing(b, row, key, NULL, false);
}

static void add_type(struct report_builder *b, struct report_item *table, uint32_t x, uint32_t y, enum ns_type type)
{
	struct report_item *row = report_add(b, table, REPORT_OBJECT, NULL, "");
	bool known = is_known(x) && is_known(y);

	if (!row)
		return;
	report_text(b, row, "type", "TYPE", ns_info(type)->name);
	report_text(b, row, "is", "IS", !known ? "unknown" : x != y ? "different" : NS_REF_OK(x) ? "shared" : "absent");
	report_ref(b, row, "a", "FIRST", x);
	report_ref(b, row, "b", "SECOND", y);
	add_name(b, row, "name_a", x);
	add_name(b, row, "name_b", y);
}

/* "net:[4026532177] lab" */
static const char *ns_text(struct report_builder *b, uint32_t ns)
{
	struct cell name = column_info(COL_NAME)->get(b->g, (struct row){.kind = ROW_NS, .index = ns, .ns = ns}, b->a);

	return name.kind == CELL_STR ? report_printf(b, "%s %s", report_ns_name(b, ns), name.str) : report_ns_name(b, ns);
}

static const char *who(struct report_builder *b, const struct compare_side *side, uint32_t types)
{
	const char *label = report_label(b, side->proc), *s = "";

	if (side->proc != SNAP_NONE) {
		const struct snap_proc *p = &graph_snapshot(b->g)->procs[side->proc];

		return report_printf(b, "process %d (%s)%s%s", p->pid, p->comm, label ? ", " : "", label ? label : "");
	}
	for (int t = 0; t < NS_TYPE_COUNT; t++)
		if (types & 1u << t && NS_REF_OK(side->ns[t]))
			s = report_printf(b, "%s%s%s", s, *s ? ", " : "", ns_text(b, side->ns[t]));
	return s;
}

static const struct inside_row *root_row(const struct inside *in)
{
	for (size_t i = 0; in && i < in->n; i++)
		if (in->rows[i].kind == INSIDE_ROOT)
			return &in->rows[i];
	return NULL;
}

/* A bind mount of a directory has its device and inode; a kernel that tells of no mount cannot tell it apart. */
static bool same_root(const struct inside_row *a, const struct inside_row *b)
{
	return !strcmp(a->fields[1], b->fields[1]) && !strcmp(a->fields[2], b->fields[2]) &&
	       (!*a->fields[3] || !*b->fields[3] || !strcmp(a->fields[3], b->fields[3]));
}

static void add_root(struct report_builder *b, struct report_item *root, const char *key, const struct inside_row *r)
{
	static const char *const numbers[] = {NULL, NULL, "inode", "mount"};
	struct report_item *o = r ? report_add(b, root, REPORT_OBJECT, key, NULL) : NULL;

	if (!r)
		report_missing(b, root, key, NULL, false);
	if (!o)
		return;
	report_text(b, o, "path", NULL, r->fields[0]);
	report_text(b, o, "device", NULL, r->fields[1]);
	for (int i = 2; i <= 3; i++) {
		uint64_t n;

		if (num_u64_parse(r->fields[i], strlen(r->fields[i]), &n) == 0)
			report_number(b, o, numbers[i], NULL, n);
		else
			report_missing(b, o, numbers[i], NULL, true);
	}
}

static const char *root_text(struct report_builder *b, const struct inside_row *r)
{
	if (!r)
		return NULL;
	return report_printf(b, "%s (device %s, inode %s%s%s)", r->fields[0], r->fields[1], r->fields[2],
			     *r->fields[3] ? ", mount " : "", r->fields[3]);
}

/* A process may be chrooted within the same mount namespace. Whether the roots differ; what nobody looked at is not unknown. */
static bool add_roots(struct report_builder *b, struct report_item *root, const struct inside *x, const struct inside *y,
		      bool *known)
{
	const struct inside_row *a = root_row(x), *c = root_row(y);
	bool both = a && c, different = both && !same_root(a, c);

	*known = both || !x || !y;
	report_text(b, root, "root", "Root directory", !both ? "unknown" : different ? "different" : "shared");
	if (different) {
		report_text(b, root, NULL, "Root of the first", root_text(b, a));
		report_text(b, root, NULL, "Root of the second", root_text(b, c));
	}
	add_root(b, root, "root_a", a);
	add_root(b, root, "root_b", c);
	return different;
}

struct report_item *compare_targets(const struct graph *g, const struct compare_side *x, const struct compare_side *y,
				    uint32_t types, struct arena *arena, bool *same, bool *known)
{
	struct report_builder b = {.g = g, .a = arena};
	bool procs = x->proc != SNAP_NONE && y->proc != SNAP_NONE;
	struct report_item *root = report_add(&b, NULL, REPORT_OBJECT, procs ? "processes" : "namespaces", NULL), *table, *inside;

	if (!root)
		return NULL;
	report_text(&b, root, NULL, "First", who(&b, x, types));
	report_text(&b, root, NULL, "Second", who(&b, y, types));
	report_who(&b, root, "a", x->proc);
	report_who(&b, root, "b", y->proc);
	*known = true;
	*same = !procs || !add_roots(&b, root, x->root, y->root, known);
	table = report_add(&b, root, REPORT_TABLE, "types", "Namespaces");
	inside = report_add(&b, root, REPORT_TABLE, "inside", "Inside those that differ");
	for (int t = 0; table && inside && t < NS_TYPE_COUNT; t++) {
		if (!(types & 1u << t))
			continue;
		add_type(&b, table, x->ns[t], y->ns[t], (enum ns_type)t);
		*known = *known && is_known(x->ns[t]) && is_known(y->ns[t]);
		if (!is_known(x->ns[t]) || !is_known(y->ns[t]) || x->ns[t] == y->ns[t])
			continue;
		*same = false;
		if (NS_REF_OK(x->ns[t]) && NS_REF_OK(y->ns[t]))
			compare_inside(&b, inside, (enum ns_type)t, x, y);
	}
	return b.failed ? NULL : root;
}
