/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/compare.h"

#include "nsview/fd.h"
#include "view/report.h"

#include <stdlib.h>
#include <string.h>

/* A holder as a text that is the same for the same holder at another time: a PID may be another process by then. */
static const char *holder_text(struct report_builder *b, const struct holder *h)
{
	const struct snapshot *s = graph_snapshot(b->g);
	const struct snap_proc *p;

	switch ((enum hold_kind)h->kind) {
	case HOLD_PROCESS:
	case HOLD_CHILDREN:
		p = &s->procs[h->index];
		return report_printf(b, "%s %d (%s) started at %llu", h->kind == HOLD_PROCESS ? "process" : "children of process",
				     p->pid, p->comm, (unsigned long long)p->start);
	case HOLD_THREAD:
		return report_printf(b, "thread %d of process %d", s->threads[h->index].tid,
				     s->procs[s->threads[h->index].proc].pid);
	case HOLD_FD:
		return report_printf(b, "descriptor %d of process %d", s->fds[h->index].fd,
				     s->procs[s->fds[h->index].proc].pid);
	case HOLD_SOCKET:
		return report_printf(b, "socket %d of process %d", s->socks[h->index].fd,
				     s->procs[s->socks[h->index].proc].pid);
	case HOLD_MOUNT:
		return report_printf(b, "mount %s in %s", s->mounts[h->index].path, report_ns_name(b, s->mounts[h->index].mntns));
	case HOLD_DESCENDANT:
	case HOLD_OWNED:
		return report_ns_name(b, h->index);
	case HOLD_KIND_COUNT:
		break;
	}
	return "";
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The holders of a namespace as sorted texts, or NULL without memory. */
static const char **holder_texts(struct report_builder *b, uint32_t ns, size_t *n)
{
	const struct holder *h = graph_holders(b->g, ns, n);
	const char **v = arena_alloc(b->a, (*n + 1) * sizeof(*v));

	for (size_t i = 0; v && i < *n; i++)
		v[i] = holder_text(b, &h[i]);
	if (v)
		qsort(v, *n, sizeof(*v), compare_texts);
	else
		b->failed = true;
	return v;
}

static void add_row(struct report_builder *b, struct report_item *table, const char *change, const char *ns, const char *what)
{
	struct report_item *row = table ? report_add(b, table, REPORT_OBJECT, NULL, "") : NULL;

	if (!row)
		return;
	report_text(b, row, "change", "CHANGE", change);
	report_text(b, row, "namespace", "NAMESPACE", ns);
	report_text(b, row, "what", "WHAT", what);
}

struct comparison {
	struct report_builder before, after;
	struct report_item *namespaces, *holders;
	bool same;
};

/* Two sorted lists side by side: what only one has. */
static void compare_holders(struct comparison *c, uint32_t was, uint32_t is)
{
	size_t n, m, i = 0, k = 0;
	const char **a = holder_texts(&c->before, was, &n), **b = holder_texts(&c->after, is, &m);
	const char *name = report_ns_name(&c->after, is);

	while (a && b && (i < n || k < m)) {
		int order = i == n ? 1 : k == m ? -1 : strcmp(a[i], b[k]);

		if (order == 0) {
			i++;
			k++;
			continue;
		}
		c->same = false;
		add_row(&c->after, c->holders, order < 0 ? "gone" : "new", name, order < 0 ? a[i++] : b[k++]);
	}
}

/* The same namespace in the other graph, or SNAP_NONE: an inode is given out again, an id never. */
static uint32_t counterpart(const struct graph *g, const struct snap_ns *ns)
{
	uint32_t ref = graph_find(g, (enum ns_type)ns->type, ns->ino);
	const struct ns_node *n = graph_node(g, ref);

	return n && n->ns->id && ns->id && n->ns->id != ns->id ? SNAP_NONE : n ? ref : SNAP_NONE;
}

static const char *first_member(struct report_builder *b, const struct ns_node *n)
{
	return n->leader == SNAP_NONE ? "no process"
				      : report_printf(b, "%u processes, first %d (%s)", n->nprocs,
						      graph_snapshot(b->g)->procs[n->leader].pid,
						      graph_snapshot(b->g)->procs[n->leader].comm);
}

static void compare_all(struct comparison *c)
{
	size_t n, m;
	const struct ns_node *was = graph_nodes(c->before.g, &n), *is = graph_nodes(c->after.g, &m);

	for (uint32_t i = 0; i < n; i++) {
		uint32_t other = counterpart(c->after.g, was[i].ns);

		if (other != SNAP_NONE) {
			compare_holders(c, i, other);
			continue;
		}
		c->same = false;
		add_row(&c->before, c->namespaces, "gone", report_ns_name(&c->before, i), first_member(&c->before, &was[i]));
	}
	for (uint32_t i = 0; i < m; i++) {
		if (counterpart(c->before.g, is[i].ns) != SNAP_NONE)
			continue;
		c->same = false;
		add_row(&c->after, c->namespaces, "new", report_ns_name(&c->after, i), first_member(&c->after, &is[i]));
	}
}

struct report_item *compare_snapshots(const struct graph *before, const struct graph *after, struct arena *arena, bool *same)
{
	struct comparison c = {
		.before = {.g = before, .a = arena},
		.after = {.g = after, .a = arena},
		.same = true,
	};
	struct report_item *root = report_add(&c.after, NULL, REPORT_OBJECT, "snapshots", NULL);

	c.namespaces = root ? report_add(&c.after, root, REPORT_TABLE, "namespaces", "Namespaces that came or went") : NULL;
	c.holders = root ? report_add(&c.after, root, REPORT_TABLE, "holders", "Holders that came or went") : NULL;
	if (!c.holders)
		return NULL;
	compare_all(&c);
	*same = c.same;
	return c.before.failed || c.after.failed ? NULL : root;
}
