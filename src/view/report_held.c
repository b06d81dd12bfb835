/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/report.h"

/* By what a process holds a namespace: a thread, a descriptor (in the table of a thread), or that its children will be in it. */
struct held_by {
	const char *by, *text;
	int32_t tid, fd; /* 0 and -1 for none */
	bool for_children;
};

static struct report_item *held_row(struct report_builder *b, struct report_item *root, struct report_item **table)
{
	if (!*table)
		*table = report_add(b, root, REPORT_TABLE, "holds", "Holds besides its own namespaces");
	return *table ? report_add(b, *table, REPORT_OBJECT, NULL, (*table)->n < SHOWN_MAX ? "" : NULL) : NULL;
}

static void add_held_by(struct report_builder *b, struct report_item *row, struct held_by how)
{
	report_wrap(b, row, NULL, "BY", how.text);
	report_text(b, row, "by", NULL, how.by);
	report_bool(b, row, "for_children", NULL, how.for_children);
	report_id(b, row, "tid", how.tid ? how.tid : -1);
	report_id(b, row, "fd", how.fd);
}

static void add_held(struct report_builder *b, struct report_item *root, struct report_item **table, uint32_t ns,
		     struct held_by how)
{
	struct report_item *row = NS_REF_OK(ns) ? held_row(b, root, table) : NULL;

	if (!row)
		return;
	report_typed_ref(b, row, "NAMESPACE", ns);
	add_held_by(b, row, how);
}

/* A PID namespace for children that the kernel does not name, since it has no init yet or no longer. */
static void add_unnamed(struct report_builder *b, struct report_item *root, struct report_item **table, struct held_by how)
{
	struct report_item *row = held_row(b, root, table);

	if (!row)
		return;
	report_text(b, row, "type", NULL, ns_info(NS_PID)->name);
	report_text(b, row, NULL, "NAMESPACE", "pid:[?]");
	report_missing(b, row, "ns", NULL, true);
	add_held_by(b, row, how);
}

static const char unnamed[] = "for its children, in a PID namespace that /proc names only while the first process of it is there";

/* Whoever may read one link of a process may read all, so there is another reason that this one is not known. */
static bool is_unnamed(const struct snap_proc *p)
{
	return NS_REF_OK(p->ns[NS_PID]) && p->ns[NS_SLOT_PID_CHILDREN] == NS_REF_DENIED &&
	       p->ns[NS_SLOT_TIME_CHILDREN] != NS_REF_DENIED;
}

/* A thread that may not be looked at is none that differs from its process. */
static bool thread_is_unnamed(const struct snapshot *s, const struct snap_thread *t)
{
	return t->ns[NS_SLOT_PID_CHILDREN] == NS_REF_DENIED && NS_REF_OK(s->procs[t->proc].ns[NS_SLOT_PID_CHILDREN]);
}

static void add_held_by_thread(struct report_builder *b, struct report_item *root, struct report_item **table,
			       const struct snap_thread *t)
{
	for (int slot = 0; slot < NS_SLOT_COUNT; slot++) {
		bool later = slot >= NS_TYPE_COUNT;

		if (graph_thread_holds(graph_snapshot(b->g), t, (enum ns_slot)slot))
			add_held(b, root, table, t->ns[slot],
				 (struct held_by){"thread", report_printf(b, "thread %d%s", t->tid, later ? ", for its children" : ""),
						  t->tid, -1, later});
	}
	if (thread_is_unnamed(graph_snapshot(b->g), t))
		add_unnamed(b, root, table,
			    (struct held_by){"thread", report_printf(b, "thread %d, %s", t->tid, unnamed), t->tid, -1, true});
}

/* " of thread 2012" where the table is a thread's own */
static const char *of_thread(struct report_builder *b, int32_t tid)
{
	return tid ? report_printf(b, " of thread %d", tid) : "";
}

void report_held_by(struct report_builder *b, struct report_item *root, uint32_t proc)
{
	const struct snapshot *s = graph_snapshot(b->g);
	const struct snap_proc *p = &s->procs[proc];
	struct report_item *table = NULL;

	for (int slot = NS_TYPE_COUNT; slot < NS_SLOT_COUNT; slot++)
		if (p->ns[slot] != p->ns[ns_slot_type((enum ns_slot)slot)])
			add_held(b, root, &table, p->ns[slot], (struct held_by){"children", "for its children", 0, -1, true});
	if (is_unnamed(p))
		add_unnamed(b, root, &table, (struct held_by){"children", unnamed, 0, -1, true});
	for (size_t i = 0; i < s->nthreads; i++)
		if (s->threads[i].proc == proc)
			add_held_by_thread(b, root, &table, &s->threads[i]);
	for (size_t i = 0; i < s->nfds; i++)
		if (s->fds[i].proc == proc)
			add_held(b, root, &table, s->fds[i].ns,
				 (struct held_by){"fd", report_printf(b, "descriptor %d%s", s->fds[i].fd, of_thread(b, s->fds[i].tid)),
						  s->fds[i].tid, s->fds[i].fd, false});
	for (size_t i = 0; i < s->nsocks; i++)
		if (s->socks[i].proc == proc)
			add_held(b, root, &table, s->socks[i].ns,
				 (struct held_by){"socket",
						  report_printf(b, "socket, descriptor %d%s", s->socks[i].fd, of_thread(b, s->socks[i].tid)),
						  s->socks[i].tid, s->socks[i].fd, false});
	if (table && table->n > SHOWN_MAX)
		table->label = report_printf(b, "%s (%zu, the first %d)", table->label, table->n, SHOWN_MAX);
}
