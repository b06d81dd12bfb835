/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/report.h"

#include "nsview/column.h"
#include "nsview/container.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct report_item *report_add(struct report_builder *b, struct report_item *parent, enum report_kind kind, const char *key,
			       const char *label)
{
	struct report_item *item = arena_alloc(b->a, sizeof(*item));

	if (!item) {
		b->failed = true;
		return NULL;
	}
	*item = (struct report_item){.kind = kind, .key = key, .label = label};
	if (!parent)
		return item;
	if (parent->last)
		parent->last->next = item;
	else
		parent->first = item;
	parent->last = item;
	parent->n++;
	return item;
}

static void put(struct report_builder *b, struct report_item *parent, const char *key, const char *label, struct cell cell)
{
	struct report_item *item = parent ? report_add(b, parent, REPORT_VALUE, key, label) : NULL;

	if (item)
		item->cell = cell;
}

void report_text(struct report_builder *b, struct report_item *parent, const char *key, const char *label, const char *s)
{
	put(b, parent, key, label, s ? (struct cell){.kind = CELL_STR, .str = s} : (struct cell){.kind = CELL_ABSENT});
}

void report_cut(struct report_builder *b, struct report_item *parent, const char *key, const char *label, const char *s)
{
	report_text(b, parent, key, label, s);
	if (parent && parent->last)
		parent->last->cut = true;
}

void report_whole(struct report_builder *b, struct report_item *parent, const char *key, const char *label, const char *s)
{
	report_text(b, parent, key, label, s);
	if (parent && parent->last)
		parent->last->whole = true;
}

void report_number(struct report_builder *b, struct report_item *parent, const char *key, const char *label, uint64_t n)
{
	put(b, parent, key, label, (struct cell){.kind = CELL_U64, .u64 = n});
}

void report_missing(struct report_builder *b, struct report_item *parent, const char *key, const char *label, bool unknown)
{
	put(b, parent, key, label, (struct cell){.kind = unknown ? CELL_UNKNOWN : CELL_ABSENT});
}

const char *report_printf(struct report_builder *b, const char *fmt, ...)
{
	char *text = NULL;
	const char *copy = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) >= 0)
		copy = arena_strdup(b->a, text);
	else
		text = NULL;
	va_end(ap);
	free(text);
	if (!copy)
		b->failed = true;
	return copy ? copy : "";
}

const char *report_ns_name(struct report_builder *b, uint32_t ref)
{
	const struct ns_node *n = graph_node(b->g, ref);

	if (!n)
		return ref == NS_REF_ABSENT ? "-" : "?";
	return report_printf(b, "%s:[%u]", ns_info((enum ns_type)n->ns->type)->name, n->ns->ino);
}

const char *report_label(struct report_builder *b, uint32_t proc)
{
	const struct snapshot *s = graph_snapshot(b->g);
	const struct snap_label *l;

	if (proc == SNAP_NONE || s->procs[proc].label == SNAP_NONE)
		return NULL;
	l = &s->labels[s->procs[proc].label];
	if (!l->name && !l->id)
		return label_kind_name((enum label_kind)l->kind);
	return report_printf(b, "%s %s", label_kind_name((enum label_kind)l->kind), l->name ? l->name : l->id);
}

const char *report_ns_label(struct report_builder *b, uint32_t ns)
{
	const struct ns_node *n = graph_node(b->g, ns);

	return n && graph_snapshot(b->g)->host.base[n->ns->type] != ns ? report_label(b, n->leader) : NULL;
}

/* For people only where it is there; JSON has it in any case. */
static void add_column(struct report_builder *b, struct report_item *root, const char *key, const char *label, struct row row,
		       enum column_id id)
{
	struct cell cell = column_info(id)->get(b->g, row, b->a);

	put(b, root, key, cell.kind == CELL_ABSENT ? NULL : label, cell);
}

/* NAME and KIND as list has them, and what else the label of proc tells (SNAP_NONE: nothing). */
static void add_names(struct report_builder *b, struct report_item *root, struct row row, uint32_t proc)
{
	const struct snapshot *s = graph_snapshot(b->g);
	const struct snap_label *l = proc != SNAP_NONE && s->procs[proc].label != SNAP_NONE ? &s->labels[s->procs[proc].label] : NULL;

	add_column(b, root, "name", "Name", row, COL_NAME);
	add_column(b, root, "kind", "Kind", row, COL_KIND);
	if (l && l->pod)
		report_text(b, root, "pod", "Pod", l->pod);
	/* crun and runc have no ids but names. */
	if (l && l->id)
		report_text(b, root, "container_id", l->name && !strcmp(l->name, l->id) ? NULL : "Container id", l->id);
}

static const char *user_name(struct report_builder *b, uint32_t uid)
{
	const char *name = graph_user(b->g, uid);

	if (uid == SNAP_UID_UNKNOWN)
		return "?";
	return name ? report_printf(b, "%s (%u)", name, uid) : report_printf(b, "%u", uid);
}

static const char *age(struct report_builder *b, const struct snap_proc *p)
{
	const struct snap_host *h = &graph_snapshot(b->g)->host;
	uint64_t s = p->start < h->uptime ? (h->uptime - p->start) / h->hz : 0;
	const char *text = cell_text(column_info(COL_AGE), (struct cell){.kind = CELL_U64, .u64 = s}, false, b->a);

	b->failed |= !text;
	return text;
}

static void add_relation(struct report_builder *b, struct report_item *root, const char *key, const char *label, uint32_t ref)
{
	if (NS_REF_OK(ref))
		report_text(b, root, key, label, report_ns_name(b, ref));
	else
		report_missing(b, root, key, label, ref != NS_REF_ABSENT);
}

/* The user namespace that decides who may do what with this one. */
static uint32_t owner_of(const struct graph *g, uint32_t ns)
{
	const struct snap_ns *n = graph_node(g, ns)->ns;

	return n->type == NS_USER ? ns : n->owner;
}

static void add_identity(struct report_builder *b, struct report_item *root, uint32_t ns)
{
	const struct ns_node *n = graph_node(b->g, ns);
	const struct snapshot *s = graph_snapshot(b->g);
	const struct ns_node *owner = graph_node(b->g, owner_of(b->g, ns));
	enum ns_type type = (enum ns_type)n->ns->type;

	report_text(b, root, "type", "Type", ns_info(type)->name);
	add_names(b, root, (struct row){.kind = ROW_NS, .index = ns, .ns = ns}, report_ns_label(b, ns) ? n->leader : SNAP_NONE);
	if (n->leader != SNAP_NONE)
		report_text(b, root, "container", NULL, report_ns_label(b, ns));
	report_number(b, root, "ns", "Inode", n->ns->ino);
	if (n->ns->id)
		report_number(b, root, "id", "64-bit id", n->ns->id);
	else
		report_missing(b, root, "id", "64-bit id", true);
	if (ns_info(type)->hierarchical)
		add_relation(b, root, "parent", "Parent", n->ns->parent);
	if (type != NS_USER)
		add_relation(b, root, "owner", "Owner", n->ns->owner);
	if (owner)
		report_text(b, root, "created_by", type == NS_USER ? "Created by" : "Owner made by",
			    user_name(b, owner->ns->owner_uid));
	if (n->oldest != SNAP_NONE)
		report_text(b, root, "age", "Age", age(b, &s->procs[n->oldest]));
	report_number(b, root, "processes", "Processes", n->nprocs);
	report_text(b, root, "base", "The machine's own", s->host.base[type] == ns ? "yes" : "no");
}

struct report_item *report_ns(const struct graph *g, uint32_t ns, const struct inside *in, struct arena *a)
{
	struct report_builder b = {.g = g, .a = a};
	struct report_item *root = report_add(&b, NULL, REPORT_OBJECT, "namespace", NULL);
	const struct ns_node *n = graph_node(g, ns);

	if (!root)
		return NULL;
	add_identity(&b, root, ns);
	report_text(&b, root, "verdict", "Verdict", report_verdict(g, ns, a));
	report_holders(&b, root, ns);
	if (n->ns->type == NS_USER)
		report_maps(&b, root, ns);
	if (n->ns->type == NS_PID)
		report_pid(&b, root, ns, in);
	if (in)
		report_inside(&b, root, in, ns);
	return b.failed ? NULL : root;
}

/* One type: this process's namespace beside the machine's. Shared in a container is what lets it out. */
static void add_beside(struct report_builder *b, struct report_item *table, const struct snap_proc *p, enum ns_type type,
		       bool contained)
{
	const struct snap_host *h = &graph_snapshot(b->g)->host;
	struct report_item *row = report_add(b, table, REPORT_OBJECT, NULL, "");
	bool shared = NS_REF_OK(p->ns[type]) && p->ns[type] == h->base[type];

	if (!row)
		return;
	/* No runtime gives a container a time namespace unless it is asked to. */
	contained = contained && type != NS_TIME;
	row->alarm = shared && contained;
	report_text(b, row, "type", "TYPE", ns_info(type)->name);
	report_text(b, row, "namespace", "NAMESPACE", report_ns_name(b, p->ns[type]));
	report_text(b, row, "host", "HOST", report_ns_name(b, h->base[type]));
	report_whole(b, row, "sharing", "",
		     p->ns[type] == NS_REF_ABSENT ? "none"
		     : !NS_REF_OK(p->ns[type])	  ? "unknown"
		     : !shared		     ? "own"
		     : contained		     ? "shared with the host!"
					     : "shared");
}

static void add_namespaces(struct report_builder *b, struct report_item *root, const struct snap_proc *p)
{
	struct report_item *table = report_add(b, root, REPORT_TABLE, "namespaces", "Namespaces");
	bool contained = container_types(graph_snapshot(b->g), p) != 0;

	for (int t = 0; table && t < NS_TYPE_COUNT; t++)
		add_beside(b, table, p, (enum ns_type)t, contained);
}

/* Where nsview is in a user namespace of its own it sees no more of the host than that. */
static const char *on_host(const struct graph *g, const struct snap_proc *p)
{
	const struct snapshot *s = graph_snapshot(g);
	uint32_t base = s->host.base[NS_USER];

	if (!NS_REF_OK(p->ns[NS_USER]) || p->state == 'Z')
		return NULL;
	if (p->ns[NS_USER] != base)
		return "no capability counts: it is in a user namespace of its own";
	if (s->nss[base].ino != ns_info(NS_USER)->init_ino)
		return "no capability counts: what is seen from here is a user namespace inside it";
	return "its capabilities count: it is in the host's user namespace";
}

struct report_item *report_proc(const struct graph *g, uint32_t proc, const struct inside *in, struct arena *a)
{
	const struct snap_proc *p = &graph_snapshot(g)->procs[proc];
	struct report_builder b = {.g = g, .a = a};
	struct report_item *root = report_add(&b, NULL, REPORT_OBJECT, "process", NULL);
	char state[2] = {p->state, '\0'};

	if (!root)
		return NULL;
	report_number(&b, root, "pid", "PID", (uint64_t)p->pid);
	report_number(&b, root, "ppid", "Parent", (uint64_t)p->ppid);
	report_text(&b, root, "command", "Command", p->cmdline ? p->cmdline : p->comm);
	report_text(&b, root, "user", "User", user_name(&b, p->uid));
	report_text(&b, root, "state", "State", arena_strdup(a, state));
	report_text(&b, root, "age", "Age", age(&b, p));
	add_names(&b, root, (struct row){.kind = ROW_PROC, .index = proc, .ns = SNAP_NONE}, proc);
	report_text(&b, root, "container", NULL, report_label(&b, proc));
	add_namespaces(&b, root, p);
	report_held_by(&b, root, proc);
	if (NS_REF_OK(p->ns[NS_USER]))
		report_maps(&b, root, p->ns[NS_USER]);
	report_text(&b, root, "capabilities_on_host", "On the host", on_host(g, p));
	if (in)
		report_inside(&b, root, in, SNAP_NONE);
	return b.failed ? NULL : root;
}
