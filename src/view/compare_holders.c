/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/compare_rows.h"

#include <stdlib.h>
#include <string.h>

/* A holder other than a process, by what makes it the same one at another time. */
struct hold {
	uint32_t ns;       /* by match_ns() */
	uint32_t kind;     /* enum hold_kind */
	const char *path;  /* of a mount, else "" */
	uint64_t start;    /* of the process that holds it: a PID may be another process by then */
	int64_t pid;
	int64_t tid;       /* of a descriptor: whose table it is in; 0 the process's own */
	int64_t number;    /* descriptor, TID, or by match_ns() the namespace that it is mounted in; -1 not known */
	uint32_t ref;      /* the namespace in its own snapshot */
	uint32_t index;    /* into the snapshot's table of that kind */
};

struct holds {
	struct hold *v;
	size_t n;
};

static int order(const void *a, const void *b)
{
	const struct hold *x = a, *y = b;
	int paths;

	if (x->ns != y->ns)
		return x->ns < y->ns ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	paths = strcmp(x->path, y->path);
	if (paths)
		return paths;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	if (x->tid != y->tid)
		return x->tid < y->tid ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

static uint32_t proc_of(const struct snapshot *s, const struct holder *h)
{
	switch ((enum hold_kind)h->kind) {
	case HOLD_PROCESS:
	case HOLD_CHILDREN: return h->index;
	case HOLD_THREAD: return s->threads[h->index].proc;
	case HOLD_FD: return s->fds[h->index].proc;
	case HOLD_SOCKET: return s->socks[h->index].proc;
	default: return SNAP_NONE;
	}
}

static int32_t table_of(const struct snapshot *s, const struct holder *h)
{
	switch ((enum hold_kind)h->kind) {
	case HOLD_FD: return s->fds[h->index].tid;
	case HOLD_SOCKET: return s->socks[h->index].tid;
	default: return 0;
	}
}

static int64_t number_of(const struct comparison *c, enum match_when when, const struct holder *h)
{
	const struct snapshot *s = c->m.side[when].snap;

	switch ((enum hold_kind)h->kind) {
	case HOLD_THREAD: return s->threads[h->index].tid;
	case HOLD_FD: return s->fds[h->index].fd;
	case HOLD_SOCKET: return s->socks[h->index].fd;
	case HOLD_MOUNT: return NS_REF_OK(s->mounts[h->index].mntns) ? (int64_t)match_ns(&c->m, when, s->mounts[h->index].mntns) : -1;
	default: return 0;
	}
}

/* Whether what holds it is left out, like all that hangs on it. */
static bool is_out(const struct match_side *m, const struct holder *h)
{
	uint32_t proc = proc_of(m->snap, h);

	if (proc != SNAP_NONE)
		return m->procs_out[proc];
	return NS_REF_OK(m->snap->mounts[h->index].mntns) && m->nss_out[m->snap->mounts[h->index].mntns];
}

/* Processes have a table of their own, and of namespaces that hold others that of namespaces tells. */
static bool is_ours(enum hold_kind kind)
{
	return kind != HOLD_PROCESS && kind != HOLD_DESCENDANT && kind != HOLD_OWNED;
}

static void take(const struct comparison *c, enum match_when when, uint32_t ns, const struct holder *h, struct holds *ret)
{
	const struct snapshot *s = c->m.side[when].snap;
	uint32_t proc = proc_of(s, h);

	ret->v[ret->n++] = (struct hold){
		.ns = match_ns(&c->m, when, ns),
		.kind = h->kind,
		.path = h->kind == HOLD_MOUNT ? s->mounts[h->index].path : "",
		.start = proc == SNAP_NONE ? 0 : s->procs[proc].start,
		.pid = proc == SNAP_NONE ? 0 : s->procs[proc].pid,
		.tid = table_of(s, h),
		.number = number_of(c, when, h),
		.ref = ns,
		.index = h->index,
	};
}

static void collect(struct comparison *c, enum match_when when, struct holds *ret)
{
	const struct match_side *m = &c->m.side[when];
	size_t n = 0, count;

	for (uint32_t ns = 0; ns < m->snap->nnss; ns++) {
		graph_holders(m->g, ns, &count);
		n += count;
	}
	*ret = (struct holds){.v = arena_alloc(c->b[when].a, (n + 1) * sizeof(*ret->v))};
	if (!ret->v) {
		c->b[when].failed = true;
		return;
	}
	for (uint32_t ns = 0; ns < m->snap->nnss; ns++) {
		const struct holder *h = graph_holders(m->g, ns, &count);

		for (size_t i = 0; i < count && !m->nss_out[ns]; i++)
			if (is_ours((enum hold_kind)h[i].kind) && !is_out(m, &h[i]))
				take(c, when, ns, &h[i], ret);
	}
	qsort(ret->v, ret->n, sizeof(*ret->v), order);
}

static const char *who(struct report_builder *b, uint32_t proc)
{
	const struct snap_proc *p = &graph_snapshot(b->g)->procs[proc];

	return report_printf(b, "process %d (%s)", p->pid, p->comm);
}

static const char *descriptor(struct report_builder *b, const char *what, int32_t fd, int32_t tid, uint32_t proc)
{
	return tid ? report_printf(b, "%s %d of thread %d of %s", what, fd, tid, who(b, proc))
		   : report_printf(b, "%s %d of %s", what, fd, who(b, proc));
}

static const char *hold_text(struct report_builder *b, const struct hold *h)
{
	const struct snapshot *s = graph_snapshot(b->g);

	switch ((enum hold_kind)h->kind) {
	case HOLD_CHILDREN: return report_printf(b, "%s for its children", who(b, h->index));
	case HOLD_THREAD:
		return report_printf(b, "thread %d (%s) of %s", s->threads[h->index].tid, s->threads[h->index].comm,
				     who(b, s->threads[h->index].proc));
	case HOLD_FD:
		return descriptor(b, "descriptor", s->fds[h->index].fd, s->fds[h->index].tid, s->fds[h->index].proc);
	case HOLD_SOCKET:
		return descriptor(b, "socket", s->socks[h->index].fd, s->socks[h->index].tid, s->socks[h->index].proc);
	case HOLD_MOUNT:
		return report_printf(b, "bind mount %s in %s", s->mounts[h->index].path,
				     report_ns_name(b, s->mounts[h->index].mntns));
	default: break;
	}
	return "";
}

static const char *const kinds[HOLD_KIND_COUNT] = {
	[HOLD_THREAD] = "thread", [HOLD_CHILDREN] = "children", [HOLD_FD] = "fd",
	[HOLD_SOCKET] = "socket", [HOLD_MOUNT] = "mount",
};

/* For people a mount that propagated into many mount namespaces is one mount. */
static bool is_plain(const struct hold *h, const struct hold *last)
{
	return h->kind == HOLD_MOUNT && last && last->kind == HOLD_MOUNT && last->ns == h->ns && !strcmp(last->path, h->path);
}

/* What hold_text() says, for a script. */
static void add_numbers(struct report_builder *b, struct report_item *row, const struct hold *h)
{
	const struct snap_mount *m = h->kind == HOLD_MOUNT ? &graph_snapshot(b->g)->mounts[h->index] : NULL;

	report_id(b, row, "pid", m ? -1 : h->pid);
	report_id(b, row, "tid", h->kind == HOLD_THREAD ? h->number : h->tid ? h->tid : -1);
	report_id(b, row, "fd", h->kind == HOLD_FD || h->kind == HOLD_SOCKET ? h->number : -1);
	report_text(b, row, "path", NULL, m ? m->path : NULL);
	report_ref(b, row, "mntns", NULL, m ? m->mntns : NS_REF_ABSENT);
}

static void add_hold(struct comparison *c, struct report_item *table, enum match_when when, const struct hold *h, bool plain)
{
	struct report_builder *b = &c->b[when];
	bool shown = c->all || (!plain && table->n < COMPARE_SHOWN_MAX);
	struct report_item *row = report_add(b, table, REPORT_OBJECT, NULL, shown ? "" : NULL);

	if (!row)
		return;
	report_text(b, row, "change", "CHANGE", when == BEFORE ? "gone" : "new");
	report_typed_ref(b, row, "NAMESPACE", h->ref);
	report_text(b, row, "kind", NULL, kinds[h->kind]);
	report_text(b, row, "what", "WHAT", hold_text(b, h));
	add_numbers(b, row, h);
}

/* Two sorted lists side by side: what only one has, in two goes, so that those for people come first. */
static void compare(struct comparison *c, struct report_item *table, const struct holds lists[2], bool plain)
{
	const struct hold *last[2] = {0};

	for (size_t i = 0, k = 0; i < lists[BEFORE].n || k < lists[AFTER].n;) {
		int o = i == lists[BEFORE].n ? 1 : k == lists[AFTER].n ? -1 : order(&lists[BEFORE].v[i], &lists[AFTER].v[k]);
		enum match_when when = o < 0 ? BEFORE : AFTER;
		const struct hold *h = o < 0 ? &lists[BEFORE].v[i] : &lists[AFTER].v[k];

		i += o <= 0;
		k += o >= 0;
		if (o == 0)
			continue;
		if (is_plain(h, last[when]) == plain) {
			struct tally *t = &c->tallies[h->ns];

			(when == BEFORE ? t->fewer : t->more)[h->kind]++;
			add_hold(c, table, when, h, plain);
		}
		last[when] = h;
	}
}

void compare_holders(struct comparison *c, struct report_item *table)
{
	struct holds lists[2];

	collect(c, BEFORE, &lists[BEFORE]);
	collect(c, AFTER, &lists[AFTER]);
	compare(c, table, lists, false);
	compare(c, table, lists, true);
}
