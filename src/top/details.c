/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/text.h"
#include "top/lines.h"
#include "top/model.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MEMBERS_SHOWN = 12, LINES_MAX = 2000 };

static const char *const hold_names[HOLD_KIND_COUNT] = {
	"process", "thread", "children to be", "descriptor", "socket", "mount", "child namespace", "owned namespace",
};

void lines_add(struct lines *p, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	if (p->n == LINES_MAX)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);

	const char *s = arena_strdup(p->arena, text);

	s = s ? text_safe(p->arena, s, p->ascii) : NULL;
	if (!p->v)
		p->v = arena_alloc(p->arena, LINES_MAX * sizeof(*p->v));
	if (p->v)
		p->v[p->n++] = s ? s : "";
}

static void add_proc(struct lines *p, const struct graph *g, uint32_t proc)
{
	const struct snap_proc *sp = &graph_snapshot(g)->procs[proc];

	lines_add(p, "  %7d %s", sp->pid, sp->cmdline ? sp->cmdline : sp->comm);
}

static void add_members(struct lines *p, const struct graph *g, struct row row)
{
	const struct snapshot *s = graph_snapshot(g);
	const struct groups *gs = graph_groups(g);
	const struct holder *h = NULL;
	size_t n = 0, shown = 0;

	if (row.kind == ROW_PROC)
		return;
	if (row.kind == ROW_NS)
		h = graph_holders_of(g, row.index, HOLD_PROCESS, &n);
	else
		n = gs->v[row.index].nprocs;
	lines_add(p, "Members: %zu", n);
	for (size_t i = 0; h && i < n && shown < MEMBERS_SHOWN; i++, shown++)
		add_proc(p, g, h[i].index);
	for (uint32_t i = 0; !h && i < s->nprocs && shown < n && shown < MEMBERS_SHOWN; i++)
		if (gs->of_proc[i] == row.index) {
			add_proc(p, g, i);
			shown++;
		}
	if (shown < n)
		lines_add(p, "  and %zu more: Enter shows them", n - shown);
}

static void add_evidence(struct lines *p, const struct graph *g, struct holder h)
{
	const struct snapshot *s = graph_snapshot(g);
	const char *what = hold_names[h.kind];

	switch (h.kind) {
	case HOLD_THREAD:
		lines_add(p, "  %s %d of process %d", what, s->threads[h.index].tid, s->procs[s->threads[h.index].proc].pid);
		break;
	case HOLD_CHILDREN:
		lines_add(p, "  %s of process %d", what, s->procs[h.index].pid);
		break;
	case HOLD_FD:
		lines_add(p, "  %s %d of process %d %s", what, s->fds[h.index].fd, s->procs[s->fds[h.index].proc].pid,
			  s->procs[s->fds[h.index].proc].comm);
		break;
	case HOLD_SOCKET:
		lines_add(p, "  %s %d of process %d", what, s->socks[h.index].fd, s->procs[s->socks[h.index].proc].pid);
		break;
	case HOLD_MOUNT:
		lines_add(p, "  %s %s", what, s->mounts[h.index].path);
		break;
	case HOLD_DESCENDANT:
	case HOLD_OWNED:
		lines_add(p, "  %s %s:[%u]", what, ns_info((enum ns_type)s->nss[h.index].type)->name, s->nss[h.index].ino);
		break;
	default:
		break;
	}
}

/* What holds a namespace besides its processes. */
static void add_holders(struct lines *p, const struct graph *g, uint32_t ns)
{
	const struct ns_node *node = graph_node(g, ns);
	size_t n, processes = node->held[HOLD_PROCESS];
	const struct holder *h = graph_holders(g, ns, &n);

	if (n == processes)
		return;
	lines_add(p, "%s:[%u] is held by %zu besides processes:", ns_info((enum ns_type)node->ns->type)->name,
		  node->ns->ino, n - processes);
	for (size_t i = processes; i < n && i < processes + MEMBERS_SHOWN; i++)
		add_evidence(p, g, h[i]);
	if (n > processes + MEMBERS_SHOWN)
		lines_add(p, "  and %zu more", n - processes - MEMBERS_SHOWN);
}

static void add_maps(struct lines *p, const struct graph *g, uint32_t ns)
{
	size_t n;
	const struct snap_idmap *m = graph_idmaps(g, ns, &n);

	for (size_t i = 0; i < n && i < MEMBERS_SHOWN; i++)
		lines_add(p, "%s map: %u inside is %u outside, %u in all", m[i].gid ? "gid" : "uid", m[i].inside,
			  m[i].outside, m[i].count);
}

static void add_one_ns(struct lines *p, const struct graph *g, uint32_t ref, enum ns_type type)
{
	const struct snapshot *s = graph_snapshot(g);

	if (!NS_REF_OK(ref))
		lines_add(p, "  %-7s %s", ns_info(type)->name, ref == NS_REF_DENIED ? "may not be read" : "-");
	else
		lines_add(p, "  %-7s %u  %s", ns_info(type)->name, s->nss[ref].ino,
			  s->host.base[type] == ref ? "shared with the machine" : "its own");
}

static void add_namespaces(struct lines *p, const struct graph *g, uint32_t proc)
{
	const struct snap_proc *sp = &graph_snapshot(g)->procs[proc];

	lines_add(p, "Namespaces of %d:", sp->pid);
	for (int t = 0; t < NS_TYPE_COUNT; t++)
		add_one_ns(p, g, sp->ns[t], (enum ns_type)t);
	if (NS_REF_OK(sp->ns[NS_USER]))
		add_maps(p, g, sp->ns[NS_USER]);
	for (int t = 0; t < NS_TYPE_COUNT; t++)
		if (NS_REF_OK(sp->ns[t]) && graph_snapshot(g)->host.base[t] != sp->ns[t])
			add_holders(p, g, sp->ns[t]);
}

static void add_relations(struct lines *p, const struct graph *g, uint32_t ns)
{
	const struct ns_node *n = graph_node(g, ns), *parent = graph_node(g, n->ns->parent);
	const struct ns_node *owner = graph_node(g, n->ns->owner);

	if (parent)
		lines_add(p, "Parent: %s:[%u]", ns_info((enum ns_type)parent->ns->type)->name, parent->ns->ino);
	if (owner && owner != parent)
		lines_add(p, "Owner: user:[%u]", owner->ns->ino);
	if (n->ns->type == NS_USER)
		add_maps(p, g, ns);
	add_holders(p, g, ns);
	if (n->nprocs == 0)
		lines_add(p, "No process is in it.");
}

/* Whether one can go inside, as far as the snapshot tells. */
static void add_entry(struct lines *p, const struct graph *g, struct row row)
{
	const struct snapshot *s = graph_snapshot(g);
	uint32_t leader = thing_leader(g, row);
	char target[32] = "";

	thing_target(g, row, target, sizeof(target));
	if (row.kind == ROW_NS && leader == SNAP_NONE && !graph_node(g, row.index)->held[HOLD_MOUNT] &&
	    !graph_node(g, row.index)->held[HOLD_FD])
		lines_add(p, "Cannot be entered by process, mount or descriptor: nothing that can be opened holds it.");
	else if (leader != SNAP_NONE && s->procs[leader].flags & SNAP_PROC_DENIED)
		lines_add(p, "Cannot be entered: the namespaces of process %d may not be read.", s->procs[leader].pid);
	else if (leader != SNAP_NONE && s->procs[leader].state == 'Z')
		lines_add(p, "Cannot be entered: process %d is a zombie.", s->procs[leader].pid);
	else
		lines_add(p, "Enter it: nsview enter %s", target);
	lines_add(p, "The same elsewhere: nsview show %s", target);
}

/* Text of another program, line by line. */
static void add_text(struct lines *p, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		lines_add(p, "%.*s", (int)(len < 1000 ? len : 1000), text);
		text += len + (text[len] == '\n');
	}
}

static void describe(const struct top *t, const struct line *l, struct lines *p)
{
	const struct graph *g = top_line_graph(t, l);
	uint32_t leader = thing_leader(g, l->row);

	lines_add(p, "%s%s", thing_name(g, l->row, p->arena), l->gone ? " (gone)" : "");
	add_entry(p, g, l->row);
	add_members(p, g, l->row);
	if (l->row.kind == ROW_NS)
		add_relations(p, g, l->row.index);
	else if (leader != SNAP_NONE)
		add_namespaces(p, g, leader);
}

bool top_detail_target(const struct top *t, char *buf, size_t size)
{
	const struct line *l = top_selected(t);

	if (!t->details || !l || l->gone || t->opts.saved || t->frozen)
		return false;
	*buf = '\0';
	thing_target(t->now->graph, l->row, buf, size);
	return *buf && !(t->detail_text && !strcmp(t->detail_target, buf));
}

void details_draw(struct top *t, int y, int height)
{
	const struct line *l = top_selected(t);
	struct lines p = {.arena = &t->scratch, .ascii = !t->opts.utf8};
	char target[32] = "";

	grid_fill(&t->grid, 0, y, t->grid.width, TOP_HEADING);
	grid_put(&t->grid, 0, y, t->grid.width, t->mode == MODE_DETAILS ? TOP_TITLE : TOP_HEADING,
		 t->mode == MODE_DETAILS ? "Details: arrows scroll, Tab closes" : "Details: Tab to scroll");
	if (l) {
		describe(t, l, &p);
		thing_target(top_line_graph(t, l), l->row, target, sizeof(target));
	}
	if (t->detail_text && !strcmp(target, t->detail_target)) {
		lines_add(&p, "%s", "");
		add_text(&p, t->detail_text);
	}
	t->detail_lines = p.n;
	if (t->detail_first + 1 > p.n)
		t->detail_first = p.n ? p.n - 1 : 0;
	for (int i = 0; i + 1 < height && t->detail_first + (size_t)i < p.n; i++)
		grid_put(&t->grid, 0, y + 1 + i, t->grid.width, TOP_PLAIN, p.v[t->detail_first + (size_t)i]);
	arena_reset(&t->scratch);
}
