/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/text.h"
#include "top/lines.h"
#include "top/model.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEMBERS_SHOWN = 12, LINES_MAX = 2000, INDENT = 4, THREAD_TEXT = 32 };

static const char *const hold_names[HOLD_KIND_COUNT] = {
	"process", "thread", "children to be", "descriptor", "socket", "mount", "child namespace", "owned namespace",
};

static void add_line(struct lines *p, const char *s)
{
	if (!p->v)
		p->v = arena_alloc(p->arena, LINES_MAX * sizeof(*p->v));
	if (p->v && s && p->n < LINES_MAX)
		p->v[p->n++] = s;
}

/* What goes on below stands a little to the right, so that it is not taken for another line. */
static void add_wrapped(struct lines *p, const char *s)
{
	size_t fits = p->width > INDENT ? text_fit(s, p->width) : strlen(s);

	add_line(p, s[fits] ? arena_strndup(p->arena, s, fits) : s);
	while (s[fits] && p->n < LINES_MAX) {
		s += fits;
		fits = text_fit(s, p->width - INDENT);
		if (!fits)
			return;
		add_line(p, arena_printf(p->arena, "%*s%.*s", INDENT, "", (int)fits, s));
	}
}

void lines_add(struct lines *p, const char *fmt, ...)
{
	char *text = NULL;
	const char *s;
	va_list ap;
	int n;

	if (p->n == LINES_MAX)
		return;
	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	s = n < 0 ? NULL : arena_strdup(p->arena, text);
	if (n >= 0)
		free(text);
	s = s ? text_safe(p->arena, s, p->ascii) : NULL;
	if (s)
		add_wrapped(p, s);
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
	if (row.kind == ROW_NS && graph_members_unknown(g, row.index))
		lines_add(p, "Members: ?");
	else
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

/* Whose table of descriptors it is, where that is a thread's own. */
static const char *of_thread(int32_t tid, char text[THREAD_TEXT])
{
	*text = '\0';
	if (tid)
		snprintf(text, THREAD_TEXT, "thread %d of ", tid);
	return text;
}

static void add_evidence(struct lines *p, const struct graph *g, struct holder h)
{
	const struct snapshot *s = graph_snapshot(g);
	const char *what = hold_names[h.kind];
	char thread[THREAD_TEXT];

	switch (h.kind) {
	case HOLD_THREAD:
		lines_add(p, "  %s %d of process %d", what, s->threads[h.index].tid, s->procs[s->threads[h.index].proc].pid);
		break;
	case HOLD_CHILDREN:
		lines_add(p, "  %s of process %d", what, s->procs[h.index].pid);
		break;
	case HOLD_FD:
		lines_add(p, "  %s %d of %sprocess %d %s", what, s->fds[h.index].fd, of_thread(s->fds[h.index].tid, thread),
			  s->procs[s->fds[h.index].proc].pid, s->procs[s->fds[h.index].proc].comm);
		break;
	case HOLD_SOCKET:
		lines_add(p, "  %s %d of %sprocess %d", what, s->socks[h.index].fd, of_thread(s->socks[h.index].tid, thread),
			  s->procs[s->socks[h.index].proc].pid);
		break;
	case HOLD_DESCENDANT:
	case HOLD_OWNED:
		lines_add(p, "  %s %s:[%u]", what, ns_info((enum ns_type)s->nss[h.index].type)->name, s->nss[h.index].ino);
		break;
	default:
		break;
	}
}

/* The same mount point in many mount namespaces is one line: each copy of a mount table has it. */
static void add_mounts(struct lines *p, const struct snapshot *s, const struct holder *h, size_t n)
{
	struct map at = {0};
	const char **paths = arena_alloc(p->arena, (n + 1) * sizeof(*paths));
	size_t *counts = arena_alloc(p->arena, (n + 1) * sizeof(*counts)), distinct = 0;

	for (size_t i = 0; paths && counts && i < n; i++) {
		const char *path = s->mounts[h[i].index].path;
		uint64_t key = map_hash(path, strlen(path));
		uint32_t found = map_get(&at, key);

		if (found == MAP_NONE && map_put(&at, key, found = (uint32_t)distinct) == 0) {
			paths[distinct] = path;
			counts[distinct++] = 0;
		}
		counts[found]++;
	}
	map_done(&at);
	for (size_t i = 0; i < distinct && i < MEMBERS_SHOWN; i++)
		if (counts[i] == 1)
			lines_add(p, "  mount %s", paths[i]);
		else
			lines_add(p, "  mount %s in %zu mount namespaces", paths[i], counts[i]);
	if (distinct > MEMBERS_SHOWN)
		lines_add(p, "  and at %zu more mount points", distinct - MEMBERS_SHOWN);
}

static void add_others(struct lines *p, const struct graph *g, const struct holder *h, size_t n)
{
	for (size_t i = 0; i < n && i < MEMBERS_SHOWN; i++)
		add_evidence(p, g, h[i]);
	if (n > MEMBERS_SHOWN)
		lines_add(p, "  and %zu more: %s", n - MEMBERS_SHOWN, hold_names[h->kind]);
}

/* What holds a namespace besides its processes. */
static void add_holders(struct lines *p, const struct graph *g, uint32_t ns)
{
	const struct ns_node *node = graph_node(g, ns);
	size_t n, processes = node->held[HOLD_PROCESS];

	graph_holders(g, ns, &n);
	if (n == processes)
		return;
	lines_add(p, "%s:[%u] is held by %zu besides processes:", ns_info((enum ns_type)node->ns->type)->name,
		  node->ns->ino, n - processes);
	for (int k = HOLD_PROCESS + 1; k < HOLD_KIND_COUNT; k++) {
		const struct holder *h = graph_holders_of(g, ns, (enum hold_kind)k, &n);

		if (k == HOLD_MOUNT)
			add_mounts(p, graph_snapshot(g), h, n);
		else
			add_others(p, g, h, n);
	}
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
		lines_add(p, "No process %sis in it.", graph_members_unknown(g, ns) ? "that may be read " : "");
}

/* A word as a shell takes it: in single quotes nothing is special but the quote. */
static const char *quoted(struct arena *a, const char *word)
{
	const char *s = "'";

	if (*word && !word[strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+./:-")])
		return word;
	for (size_t len; s && *word; word += len + (word[len] == '\'')) {
		len = strcspn(word, "'");
		s = arena_printf(a, "%s%.*s%s", s, (int)len, word, word[len] ? "'\\''" : "");
	}
	s = s ? arena_printf(a, "%s'", s) : NULL;
	return s ? s : "";
}

/* Whether one can go inside, as far as the snapshot tells, and the commands that say and do the same. */
static void add_entry(const struct top *t, struct lines *p, const struct graph *g, struct row row)
{
	const struct snapshot *s = graph_snapshot(g);
	uint32_t leader = thing_leader(g, row);
	char target[32] = "";

	thing_target(g, row, target, sizeof(target));
	if (t->opts.saved) {
		lines_add(p, "The same elsewhere: nsview show --from %s %s", quoted(p->arena, t->opts.from ? t->opts.from : "FILE"),
			  target);
		return;
	}
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

enum { VERDICT_ONLY, ALL_BUT_VERDICT };

/* Text of another program, line by line. */
static void add_text(struct lines *p, const char *text, int which)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		bool verdict = !strncmp(text, "Verdict:", 8);

		if (verdict == (which == VERDICT_ONLY))
			lines_add(p, "%.*s", (int)len, text);
		text += len + (text[len] == '\n');
	}
}

/* What nsview show said of a row, or NULL. */
static const char *told_of(const struct top *t, const struct graph *g, struct row row)
{
	char target[32] = "";

	thing_target(g, row, target, sizeof(target));
	return t->detail_text && !strcmp(target, t->detail_target) ? t->detail_text : NULL;
}

/* What matters most comes first. Once nsview show has told of the row, nothing is said a second time. */
static void describe(const struct top *t, const struct line *l, struct lines *p)
{
	const struct graph *g = top_line_graph(t, l);
	uint32_t leader = thing_leader(g, l->row);
	const char *told = told_of(t, g, l->row);

	lines_add(p, "%s%s", thing_name(g, l->row, p->arena), l->gone ? " (gone)" : "");
	if (told)
		add_text(p, told, VERDICT_ONLY);
	add_entry(t, p, g, l->row);
	if (!told || l->row.kind == ROW_GROUP)
		add_members(p, g, l->row);
	if (told) {
		lines_add(p, "%s", "");
		add_text(p, told, ALL_BUT_VERDICT);
	} else if (l->row.kind == ROW_NS) {
		add_relations(p, g, l->row.index);
	} else if (leader != SNAP_NONE) {
		add_namespaces(p, g, leader);
	}
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
	struct lines p = {.arena = &t->scratch, .ascii = !t->opts.utf8, .width = t->grid.width};

	grid_fill(&t->grid, 0, y, t->grid.width, TOP_HEADING);
	grid_put(&t->grid, 0, y, t->grid.width, t->mode == MODE_DETAILS ? TOP_TITLE : TOP_HEADING,
		 t->mode == MODE_DETAILS ? "Details: arrows scroll, Tab closes" : "Details: Tab to scroll");
	if (l)
		describe(t, l, &p);
	lines_draw(t, &p, y + 1, height - 1, &t->detail);
	arena_reset(&t->scratch);
}
