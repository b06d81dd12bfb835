/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/report.h"

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

void report_cell(struct report_builder *b, struct report_item *parent, const char *key, const char *label, struct cell cell)
{
	struct report_item *item = parent ? report_add(b, parent, REPORT_VALUE, key, label) : NULL;

	if (item)
		item->cell = cell;
}

void report_text(struct report_builder *b, struct report_item *parent, const char *key, const char *label, const char *s)
{
	report_cell(b, parent, key, label, s ? (struct cell){.kind = CELL_STR, .str = s} : (struct cell){.kind = CELL_ABSENT});
}

void report_wrap(struct report_builder *b, struct report_item *parent, const char *key, const char *label, const char *s)
{
	report_text(b, parent, key, label, s);
	if (parent && parent->last)
		parent->last->wraps = true;
}

void report_number(struct report_builder *b, struct report_item *parent, const char *key, const char *label, uint64_t n)
{
	report_cell(b, parent, key, label, (struct cell){.kind = CELL_U64, .u64 = n});
}

void report_id(struct report_builder *b, struct report_item *parent, const char *key, int64_t id)
{
	if (id >= 0)
		report_number(b, parent, key, NULL, (uint64_t)id);
	else
		report_missing(b, parent, key, NULL, false);
}

void report_bool(struct report_builder *b, struct report_item *parent, const char *key, const char *label, bool yes)
{
	report_cell(b, parent, key, label, (struct cell){.kind = CELL_BOOL, .yes = yes});
}

struct report_item *report_list(struct report_builder *b, struct report_item *parent, const char *key)
{
	return parent ? report_add(b, parent, REPORT_TABLE, key, NULL) : NULL;
}

void report_missing(struct report_builder *b, struct report_item *parent, const char *key, const char *label, bool unknown)
{
	report_cell(b, parent, key, label, (struct cell){.kind = unknown ? CELL_UNKNOWN : CELL_ABSENT});
}

void report_members(struct report_builder *b, struct report_item *parent, const char *key, const char *label, uint32_t ns)
{
	if (graph_members_unknown(b->g, ns))
		report_missing(b, parent, key, label, true);
	else
		report_number(b, parent, key, label, graph_node(b->g, ns)->nprocs);
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

uint32_t report_ns_proc(const struct graph *g, uint32_t ns)
{
	const struct ns_node *n = graph_node(g, ns);

	return n && graph_snapshot(g)->host.base[n->ns->type] != ns ? n->leader : SNAP_NONE;
}

void report_ref(struct report_builder *b, struct report_item *parent, const char *key, const char *label, uint32_t ref)
{
	const struct ns_node *n = graph_node(b->g, ref);

	if (label)
		report_text(b, parent, NULL, label, report_ns_name(b, ref));
	if (n)
		report_number(b, parent, key, NULL, n->ns->ino);
	else
		report_missing(b, parent, key, NULL, ref != NS_REF_ABSENT);
}

void report_typed_ref(struct report_builder *b, struct report_item *parent, const char *label, uint32_t ref)
{
	const struct ns_node *n = graph_node(b->g, ref);

	report_text(b, parent, "type", NULL, n ? ns_info((enum ns_type)n->ns->type)->name : NULL);
	report_ref(b, parent, "ns", label, ref);
}

static const struct snap_label *label_of(const struct graph *g, uint32_t proc)
{
	const struct snapshot *s = graph_snapshot(g);

	return proc != SNAP_NONE && s->procs[proc].label != SNAP_NONE ? &s->labels[s->procs[proc].label] : NULL;
}

void report_container(struct report_builder *b, struct report_item *parent, const char *label, uint32_t proc)
{
	const struct snap_label *l = label_of(b->g, proc);
	struct report_item *o = NULL;

	if (label)
		report_text(b, parent, NULL, label, report_label(b, proc));
	if (l)
		o = report_add(b, parent, REPORT_OBJECT, "container", NULL);
	else
		report_missing(b, parent, "container", NULL, false);
	if (!o)
		return;
	report_text(b, o, "kind", NULL, label_kind_name((enum label_kind)l->kind));
	report_text(b, o, "name", NULL, l->name);
	report_text(b, o, "id", NULL, l->id);
	report_text(b, o, "pod", NULL, l->pod);
}

void report_who(struct report_builder *b, struct report_item *parent, const char *key, uint32_t proc)
{
	const struct snap_proc *p = proc == SNAP_NONE ? NULL : &graph_snapshot(b->g)->procs[proc];
	struct report_item *o = NULL;

	if (p)
		o = report_add(b, parent, REPORT_OBJECT, key, NULL);
	else
		report_missing(b, parent, key, NULL, false);
	if (!o)
		return;
	report_number(b, o, "pid", NULL, (uint64_t)p->pid);
	report_text(b, o, "command", NULL, p->comm);
	report_container(b, o, NULL, proc);
}

void report_column(struct report_builder *b, struct report_item *parent, const char *key, const char *label, struct row row,
		   enum column_id id)
{
	struct cell cell = column_info(id)->get(b->g, row, b->a);

	report_cell(b, parent, key, cell.kind == CELL_ABSENT ? NULL : label, cell);
}

/* NAME and KIND as list has them, and what else the label of proc tells (SNAP_NONE: nothing). */
static void add_names(struct report_builder *b, struct report_item *root, struct row row, uint32_t proc)
{
	const struct snap_label *l = label_of(b->g, proc);

	report_column(b, root, "name", "Name", row, COL_NAME);
	report_column(b, root, "kind", "Kind", row, COL_KIND);
	if (l && l->pod)
		report_text(b, root, NULL, "Pod", l->pod);
	/* crun and runc have no ids but names. */
	if (l && l->id && !(l->name && !strcmp(l->name, l->id)))
		report_text(b, root, NULL, "Container id", l->id);
	report_container(b, root, NULL, proc);
}

/* A letter of /proc/PID/stat in the words of proc_pid_status(5). */
static const struct {
	char letter;
	const char *word, *words;
} states[] = {
	{'R', "running", "running"}, {'S', "sleeping", "sleeping"}, {'D', "waiting", "waiting for a device"},
	{'Z', "zombie", "zombie"},   {'T', "stopped", "stopped"},   {'t', "traced", "traced"},
	{'X', "dead", "dead"},       {'I', "idle", "idle"},
};

const char *report_state(char letter)
{
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (states[i].letter == letter)
			return states[i].word;
	return NULL;
}

const char *report_state_words(char letter)
{
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (states[i].letter == letter)
			return states[i].words;
	return "state unknown";
}

static const char *user_name(struct report_builder *b, uint32_t uid)
{
	const char *name = graph_user(b->g, uid);

	if (uid == SNAP_UID_UNKNOWN)
		return "?";
	return name ? report_printf(b, "%s (%u)", name, uid) : report_printf(b, "%u", uid);
}

/* For people in units, for a script in seconds. */
static void add_age(struct report_builder *b, struct report_item *root, struct row row)
{
	struct cell cell = column_info(COL_AGE)->get(b->g, row, b->a);
	const char *text = cell_text(column_info(COL_AGE), cell, false, b->a);

	b->failed |= !text;
	if (cell.kind != CELL_ABSENT)
		report_text(b, root, NULL, "Age", text);
	report_cell(b, root, "age", NULL, cell);
}

/* The user namespace that decides who may do what with this one. */
static uint32_t owner_of(const struct graph *g, uint32_t ns)
{
	const struct snap_ns *n = graph_node(g, ns)->ns;

	return n->type == NS_USER ? ns : n->owner;
}

static void add_owner(struct report_builder *b, struct report_item *root, struct row row)
{
	const struct snap_ns *n = graph_node(b->g, row.ns)->ns;
	const struct ns_node *owner = graph_node(b->g, owner_of(b->g, row.ns));

	report_ref(b, root, "pns", ns_info((enum ns_type)n->type)->hierarchical ? "Parent" : NULL, n->parent);
	report_ref(b, root, "ons", n->type != NS_USER ? "Owner" : NULL, n->owner);
	if (owner)
		report_text(b, root, NULL, n->type == NS_USER ? "Created by" : "Owner made by",
			    user_name(b, owner->ns->owner_uid));
	report_column(b, root, "ouid", NULL, row, COL_OUID);
	report_column(b, root, "ouser", NULL, row, COL_OUSER);
}

static void report_answer(struct report_builder *b, struct report_item *parent, const char *key, const char *label,
			  enum snap_answer answer)
{
	if (answer == SNAP_UNKNOWN)
		report_missing(b, parent, key, label, true);
	else
		report_bool(b, parent, key, label, answer == SNAP_YES);
}

static void add_identity(struct report_builder *b, struct report_item *root, uint32_t ns)
{
	const struct ns_node *n = graph_node(b->g, ns);
	struct row row = {.kind = ROW_NS, .index = ns, .ns = ns};

	report_text(b, root, "type", "Type", ns_info((enum ns_type)n->ns->type)->name);
	add_names(b, root, row, report_ns_proc(b->g, ns));
	report_number(b, root, "ns", "Inode", n->ns->ino);
	report_column(b, root, "id", "64-bit id", row, COL_ID);
	add_owner(b, root, row);
	add_age(b, root, row);
	report_members(b, root, "nprocs", "Processes", ns);
	report_answer(b, root, "base", "The machine's own", snap_is_machines(graph_snapshot(b->g), ns));
}

struct report_item *report_ns(const struct graph *g, uint32_t ns, const struct inside *in, struct arena *a)
{
	struct report_builder b = {.g = g, .a = a};
	struct report_item *root = report_add(&b, NULL, REPORT_OBJECT, "namespace", NULL);
	const struct ns_node *n = graph_node(g, ns);

	if (!root)
		return NULL;
	add_identity(&b, root, ns);
	report_text(&b, root, "verdict", "Verdict", report_verdict(g, ns, in, a));
	report_holders(&b, root, ns);
	if (n->ns->type == NS_USER)
		report_maps(&b, root, ns, in);
	if (n->ns->type == NS_PID)
		report_pid(&b, root, ns, in);
	if (in)
		report_inside(&b, root, in, ns);
	else
		report_not_inside(&b, root, ns);
	return b.failed ? NULL : root;
}

/* Whether a namespace of a process is the machine's, as a word. */
static const char *sharing_of(const struct snapshot *s, uint32_t ns)
{
	static const char *const words[] = {[SNAP_NO] = "own", [SNAP_YES] = "shared", [SNAP_UNKNOWN] = "unknown"};

	if (ns == NS_REF_ABSENT)
		return "none";
	return words[snap_is_machines(s, ns)];
}

/* One type: this process's namespace beside the machine's. Shared in a container is what lets it out. */
static void add_beside(struct report_builder *b, struct report_item *table, const struct snap_proc *p, enum ns_type type,
		       bool contained)
{
	const struct snapshot *s = graph_snapshot(b->g);
	struct report_item *row = report_add(b, table, REPORT_OBJECT, NULL, "");
	uint32_t base = s->host.base[type], host = NS_REF_OK(base) && snap_is_machines(s, base) != SNAP_YES ? NS_REF_DENIED : base;
	const char *sharing = sharing_of(s, p->ns[type]);
	bool shared = NS_REF_OK(p->ns[type]) && p->ns[type] == host;

	if (!row)
		return;
	/* No runtime gives a container a time namespace unless it is asked to. */
	contained = contained && type != NS_TIME;
	row->alarm = shared && contained;
	report_text(b, row, "type", "TYPE", ns_info(type)->name);
	report_ref(b, row, "ns", "NAMESPACE", p->ns[type]);
	report_ref(b, row, "host", "HOST", host);
	report_text(b, row, "sharing", NULL, sharing);
	report_bool(b, row, "alarm", NULL, row->alarm);
	report_text(b, row, NULL, "", row->alarm ? "shared with the host!" : sharing);
}

static void add_namespaces(struct report_builder *b, struct report_item *root, const struct snap_proc *p)
{
	struct report_item *table = report_add(b, root, REPORT_TABLE, "namespaces", "Namespaces");
	bool contained = container_types(graph_snapshot(b->g), p) != 0;

	for (int t = 0; table && t < NS_TYPE_COUNT; t++)
		add_beside(b, table, p, (enum ns_type)t, contained);
}

enum held_caps { CAPS_UNREAD, CAPS_NONE, CAPS_SOME };

static enum held_caps caps_of(const struct inside *in, const char *set)
{
	for (size_t i = 0; in && i < in->n; i++) {
		const char *const *fields = in->rows[i].fields;

		if (in->rows[i].kind == INSIDE_CAPS && !strcmp(fields[0], set))
			return fields[1][strspn(fields[1], "0")] ? CAPS_SOME : CAPS_NONE;
	}
	return CAPS_UNREAD;
}

/* None in effect, and none that it may take. */
static bool has_no_caps(const struct inside *in)
{
	return caps_of(in, "Eff") == CAPS_NONE && caps_of(in, "Prm") == CAPS_NONE;
}

/* What the capabilities of a process in the host's user namespace come to. */
static const char *of_the_host(const struct inside *in)
{
	if (has_no_caps(in))
		return "it has no capability that could count, though it is in the host's user namespace";
	switch (caps_of(in, "Eff")) {
	case CAPS_SOME:
		return "its capabilities count: it is in the host's user namespace";
	case CAPS_NONE:
		return "no capability of it is in effect; those that it may take would count: it is in the host's user namespace";
	default:
		return "what capabilities it has count: it is in the host's user namespace";
	}
}

/* Where nsview is in a user namespace of its own it sees no more of the host than that. */
static void add_on_host(struct report_builder *b, struct report_item *root, const struct snap_proc *p, const struct inside *in)
{
	static const char label[] = "On the host", key[] = "capabilities_on_host";
	const struct snapshot *s = graph_snapshot(b->g);
	uint32_t base = s->host.base[NS_USER];

	if (!NS_REF_OK(p->ns[NS_USER]) || p->state == 'Z') {
		report_missing(b, root, key, label, false);
		return;
	}
	if (p->ns[NS_USER] != base)
		report_text(b, root, NULL, label, "no capability counts: it is in a user namespace of its own");
	else if (s->nss[base].ino != ns_info(NS_USER)->init_ino)
		report_text(b, root, NULL, label, "no capability counts: what is seen from here is a user namespace inside it");
	else
		report_text(b, root, NULL, label, of_the_host(in));
	report_bool(b, root, key, NULL,
		    p->ns[NS_USER] == base && s->nss[base].ino == ns_info(NS_USER)->init_ino && !has_no_caps(in));
}

static void add_state(struct report_builder *b, struct report_item *root, char letter)
{
	if (letter)
		report_text(b, root, NULL, "State", report_state_words(letter));
	else
		report_missing(b, root, NULL, "State", true);
	report_text(b, root, "state", NULL, report_state(letter));
}

struct report_item *report_proc(const struct graph *g, uint32_t proc, const struct inside *in, struct arena *a)
{
	const struct snap_proc *p = &graph_snapshot(g)->procs[proc];
	struct report_builder b = {.g = g, .a = a};
	struct report_item *root = report_add(&b, NULL, REPORT_OBJECT, "process", NULL);
	struct row row = {.kind = ROW_PROC, .index = proc, .ns = SNAP_NONE};

	if (!root)
		return NULL;
	report_number(&b, root, "pid", "PID", (uint64_t)p->pid);
	report_number(&b, root, "ppid", "Parent", (uint64_t)p->ppid);
	report_text(&b, root, "command", "Command", p->cmdline ? p->cmdline : p->comm);
	report_text(&b, root, NULL, "User", user_name(&b, p->uid));
	report_column(&b, root, "uid", NULL, row, COL_UID);
	report_column(&b, root, "user", NULL, row, COL_USER);
	add_state(&b, root, p->state);
	add_age(&b, root, row);
	add_names(&b, root, row, proc);
	add_namespaces(&b, root, p);
	report_held_by(&b, root, proc);
	if (NS_REF_OK(p->ns[NS_USER]))
		report_maps(&b, root, p->ns[NS_USER], in);
	add_on_host(&b, root, p, in);
	if (in)
		report_inside(&b, root, in, SNAP_NONE);
	else
		report_not_inside(&b, root, SNAP_NONE);
	return b.failed ? NULL : root;
}
