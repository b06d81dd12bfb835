/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/report.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* What one kind of holder is called. */
static const struct {
	const char *key, *label;
	const char *one, *many;
} kinds[] = {
	[HOLD_PROCESS] = {"processes", "Held by processes", "process", "processes"},
	[HOLD_THREAD] = {"threads", "Held by threads that differ from their process", "thread", "threads"},
	[HOLD_CHILDREN] = {"children", "Held for children to be born", "process for its children", "processes for their children"},
	[HOLD_FD] = {"fds", "Held by open descriptors", "open descriptor", "open descriptors"},
	[HOLD_SOCKET] = {"sockets", "Held by sockets of processes elsewhere", "socket", "sockets"},
	[HOLD_MOUNT] = {"mounts", "Held by bind mounts", "bind mount", "bind mounts"},
	[HOLD_DESCENDANT] = {"descendants", "Held by child namespaces", "child namespace", "child namespaces"},
	[HOLD_OWNED] = {"owned", "Held by namespaces that it owns", "namespace that it owns", "namespaces that it owns"},
};
static_assert(sizeof(kinds) / sizeof(kinds[0]) == HOLD_KIND_COUNT, "one row per kind of holder");

const char *report_counted(struct report_builder *b, enum hold_kind kind, uint32_t n)
{
	return report_printf(b, "%u %s", n, n == 1 ? kinds[kind].one : kinds[kind].many);
}

static void add_process(struct report_builder *b, struct report_item *row, uint32_t proc)
{
	const struct snap_proc *p = &graph_snapshot(b->g)->procs[proc];

	report_number(b, row, "pid", "PID", (uint64_t)p->pid);
	report_container(b, row, "BELONGS TO", proc);
	report_text(b, row, "command", "COMMAND", p->comm);
}

bool report_is_for_children(const struct report_builder *b, const struct snap_thread *t, uint32_t ns)
{
	return t->ns[graph_node(b->g, ns)->ns->type] != ns;
}

static const char *thread_link(struct report_builder *b, const struct snap_thread *t, uint32_t ns)
{
	return report_printf(b, "readlink /proc/%d/task/%d/ns/%s%s", graph_snapshot(b->g)->procs[t->proc].pid, t->tid,
			     ns_info((enum ns_type)graph_node(b->g, ns)->ns->type)->name,
			     report_is_for_children(b, t, ns) ? "_for_children" : "");
}

static void add_thread(struct report_builder *b, struct report_item *row, uint32_t index, uint32_t ns)
{
	const struct snap_thread *t = &graph_snapshot(b->g)->threads[index];

	report_number(b, row, "tid", "TID", (uint64_t)t->tid);
	report_text(b, row, "thread", "THREAD", t->comm);
	report_bool(b, row, "for_children", NULL, report_is_for_children(b, t, ns));
	add_process(b, row, t->proc);
	report_text(b, row, "show", "TO SHOW", thread_link(b, t, ns));
}

/* Bytes that a shell takes as they are. */
static const char plain_bytes[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+:@%";

/* A path that is quoted for bash, in bytes that are safe to show and to paste. */
static const char *quoted(struct report_builder *b, const char *path)
{
	char *out, *o;

	if (path[strspn(path, plain_bytes)] == '\0')
		return path;
	out = o = arena_alloc(b->a, strlen(path) * 4 + 4);
	if (!out) {
		b->failed = true;
		return "";
	}
	o = stpcpy(o, "$'");
	for (; *path; path++)
		if (*path == '\'' || *path == '\\')
			o += sprintf(o, "\\%c", *path);
		else if (*path < ' ' || *path > '~')
			o += sprintf(o, "\\x%02x", (unsigned char)*path);
		else
			*o++ = *path;
	strcpy(o, "'");
	return out;
}

static const char *fd_path(struct report_builder *b, uint32_t proc, int32_t tid, int32_t fd)
{
	char path[SNAP_FD_PATH];

	return report_printf(b, "%s", snap_fd_path(&graph_snapshot(b->g)->procs[proc], tid, fd, path));
}

/* A path by which a mount namespace without processes can be entered; NULL for none. */
static const char *way_in(struct report_builder *b, uint32_t mntns)
{
	const struct snapshot *s = graph_snapshot(b->g);
	size_t n;
	const struct holder *h = graph_holders(b->g, mntns, &n);

	for (size_t i = 0; i < n; i++)
		if (h[i].kind == HOLD_THREAD)
			return report_printf(b, "/proc/%d/task/%d/ns/mnt", s->procs[s->threads[h[i].index].proc].pid,
					     s->threads[h[i].index].tid);
		else if (h[i].kind == HOLD_FD)
			return fd_path(b, s->fds[h[i].index].proc, s->fds[h[i].index].tid, s->fds[h[i].index].fd);
		else if (h[i].kind == HOLD_MOUNT && s->mounts[h[i].index].mntns == s->host.own[NS_MNT] &&
			 !s->mounts[h[i].index].covered)
			return quoted(b, s->mounts[h[i].index].path);
	return NULL;
}

/* The command that unmounts in another mount namespace, or NULL. */
static const char *release_elsewhere(struct report_builder *b, uint32_t mntns, const char *path)
{
	const struct ns_node *where = graph_node(b->g, mntns);
	const char *way = where ? way_in(b, mntns) : NULL;

	if (where && where->leader != SNAP_NONE)
		return report_printf(b, "nsenter -t %d -m umount %s", graph_snapshot(b->g)->procs[where->leader].pid, path);
	return way ? report_printf(b, "nsenter --mount=%s umount %s", way, path) : NULL;
}

/* Where a mount is decides how to reach it; one that is covered cannot be, and its path would unmount what covers it. */
static const char *release(struct report_builder *b, const struct snap_mount *m)
{
	const char *path = quoted(b, m->path);

	if (m->covered)
		return NULL;
	return m->mntns == graph_snapshot(b->g)->host.own[NS_MNT] ? report_printf(b, "umount %s", path)
								  : release_elsewhere(b, m->mntns, path);
}

static void add_mount(struct report_builder *b, struct report_item *row, uint32_t index)
{
	const struct snapshot *s = graph_snapshot(b->g);
	const struct snap_mount *m = &s->mounts[index];
	const char *how = release(b, m);

	report_text(b, row, "path", "PATH", m->path);
	report_ref(b, row, "mntns", "IN", m->mntns);
	report_bool(b, row, "covered", NULL, m->covered);
	report_text(b, row, "release", NULL, how);
	report_text(b, row, NULL, "TO RELEASE", m->covered ? "(another mount covers this path and has to go first)" : how);
}

static void add_ns(struct report_builder *b, struct report_item *row, uint32_t ns)
{
	const struct ns_node *n = graph_node(b->g, ns);

	report_typed_ref(b, row, "NAMESPACE", ns);
	report_members(b, row, "nprocs", "PROCESSES", ns);
	report_text(b, row, "show", "TO SHOW",
		       report_printf(b, "nsview show %s:%u", ns_info((enum ns_type)n->ns->type)->name, n->ns->ino));
}

/* The thread whose table a holder, a descriptor, is in; 0: the process's own. */
static int32_t table_of(const struct snapshot *s, const struct holder *h)
{
	return h->kind == HOLD_FD ? s->fds[h->index].tid : h->kind == HOLD_SOCKET ? s->socks[h->index].tid : 0;
}

/* Whether people need a column for that. */
static bool any_table(const struct snapshot *s, const struct holder *h, size_t n)
{
	for (size_t i = 0; i < n && i < SHOWN_MAX; i++)
		if (table_of(s, &h[i]))
			return true;
	return false;
}

/* Whose a descriptor is. */
static void add_descriptor(struct report_builder *b, struct report_item *row, uint32_t proc, int32_t tid, int32_t fd, bool tables)
{
	if (tid)
		report_number(b, row, "tid", tables ? "TID" : NULL, (uint64_t)tid);
	else
		report_missing(b, row, "tid", tables ? "TID" : NULL, false);
	add_process(b, row, proc);
	report_text(b, row, "show", "TO SHOW", report_printf(b, "ls -l %s", fd_path(b, proc, tid, fd)));
}

/* tables: some descriptor beside it, or it, is in a table of a thread's own. */
static void add_holder(struct report_builder *b, struct report_item *row, const struct holder *h, uint32_t ns, bool tables)
{
	const struct snapshot *s = graph_snapshot(b->g);

	switch ((enum hold_kind)h->kind) {
	case HOLD_PROCESS:
	case HOLD_CHILDREN:
		add_process(b, row, h->index);
		report_text(b, row, "show", "TO SHOW", report_printf(b, "nsview show %d", s->procs[h->index].pid));
		break;
	case HOLD_THREAD:
		add_thread(b, row, h->index, ns);
		break;
	case HOLD_FD:
		report_number(b, row, "fd", "FD", (uint64_t)s->fds[h->index].fd);
		add_descriptor(b, row, s->fds[h->index].proc, s->fds[h->index].tid, s->fds[h->index].fd, tables);
		break;
	case HOLD_SOCKET:
		report_number(b, row, "fd", "FD", (uint64_t)s->socks[h->index].fd);
		report_text(b, row, "protocol", "PROTOCOL", s->socks[h->index].protocol);
		report_text(b, row, "local", "LOCAL ADDRESS", s->socks[h->index].local);
		add_descriptor(b, row, s->socks[h->index].proc, s->socks[h->index].tid, s->socks[h->index].fd, tables);
		break;
	case HOLD_MOUNT:
		add_mount(b, row, h->index);
		break;
	case HOLD_DESCENDANT:
	case HOLD_OWNED:
		add_ns(b, row, h->index);
		break;
	case HOLD_KIND_COUNT:
		break;
	}
}

void report_holders(struct report_builder *b, struct report_item *root, uint32_t ns)
{
	struct report_item *all = report_add(b, root, REPORT_OBJECT, "holders", NULL);

	for (int kind = 0; all && kind < HOLD_KIND_COUNT; kind++) {
		size_t n;
		const struct holder *h = graph_holders_of(b->g, ns, (enum hold_kind)kind, &n);
		const char *label = kinds[kind].label;
		bool tables = any_table(graph_snapshot(b->g), h, n);

		if (n > SHOWN_MAX)
			label = report_printf(b, "%s (%zu, the first %d)", label, n, SHOWN_MAX);

		struct report_item *table = n ? report_add(b, all, REPORT_TABLE, kinds[kind].key, label) : NULL;

		for (size_t i = 0; table && i < n; i++) {
			struct report_item *row = report_add(b, table, REPORT_OBJECT, NULL, i < SHOWN_MAX ? "" : NULL);

			if (row)
				add_holder(b, row, &h[i], ns, tables);
		}
	}
}
