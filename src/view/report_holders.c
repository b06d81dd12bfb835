/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/report.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* What one kind of holder is called. */
static const struct {
	const char *key;
	const char *label;
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

static void add_process(struct report_builder *b, struct report_item *row, uint32_t proc)
{
	const struct snap_proc *p = &graph_snapshot(b->g)->procs[proc];

	report_number(b, row, "pid", "PID", (uint64_t)p->pid);
	report_container(b, row, "BELONGS TO", proc);
	report_text(b, row, "command", "COMMAND", p->comm);
}

/* A thread may hold a namespace for the children that it may have, as a process does. */
static bool is_for_children(const struct report_builder *b, const struct snap_thread *t, uint32_t ns)
{
	return t->ns[graph_node(b->g, ns)->ns->type] != ns;
}

static const char *thread_link(struct report_builder *b, const struct snap_thread *t, uint32_t ns)
{
	return report_printf(b, "readlink /proc/%d/task/%d/ns/%s%s", graph_snapshot(b->g)->procs[t->proc].pid, t->tid,
			     ns_info((enum ns_type)graph_node(b->g, ns)->ns->type)->name,
			     is_for_children(b, t, ns) ? "_for_children" : "");
}

static void add_thread(struct report_builder *b, struct report_item *row, uint32_t index, uint32_t ns)
{
	const struct snap_thread *t = &graph_snapshot(b->g)->threads[index];

	report_number(b, row, "tid", "TID", (uint64_t)t->tid);
	report_text(b, row, "thread", "THREAD", t->comm);
	report_bool(b, row, "for_children", NULL, is_for_children(b, t, ns));
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

/* "1 bind mount, 2 open descriptors" */
static const char *counted(struct report_builder *b, const struct ns_node *n)
{
	const char *s = "";

	for (int kind = 0; kind < HOLD_KIND_COUNT; kind++)
		if (n->held[kind])
			s = report_printf(b, "%s%s%u %s", s, *s ? ", " : "", n->held[kind],
					  n->held[kind] == 1 ? kinds[kind].one : kinds[kind].many);
	return s;
}

/* "descriptor 7 of process 2210 (relay)" */
static const char *descriptor(struct report_builder *b, uint32_t proc, int32_t tid, int32_t fd)
{
	const struct snap_proc *p = &graph_snapshot(b->g)->procs[proc];

	return tid ? report_printf(b, "descriptor %d of thread %d of process %d (%s)", fd, tid, p->pid, p->comm)
		   : report_printf(b, "descriptor %d of process %d (%s)", fd, p->pid, p->comm);
}

/* The one holder of a namespace that has no processes, by name. */
static const char *only_one(struct report_builder *b, uint32_t ns)
{
	const struct snapshot *s = graph_snapshot(b->g);
	size_t n;
	const struct holder *h = graph_holders(b->g, ns, &n);

	switch ((enum hold_kind)h->kind) {
	case HOLD_THREAD:
		return report_printf(b, "only thread %d of process %d keeps it%s", s->threads[h->index].tid,
				     s->procs[s->threads[h->index].proc].pid,
				     is_for_children(b, &s->threads[h->index], ns) ? ", for the children that it may have" : "");
	case HOLD_CHILDREN:
		return report_printf(b, "only process %d keeps it, for the children that it may have",
				     s->procs[h->index].pid);
	case HOLD_FD:
		return report_printf(b, "only %s keeps it", descriptor(b, s->fds[h->index].proc, s->fds[h->index].tid, s->fds[h->index].fd));
	case HOLD_SOCKET:
		return report_printf(b, "only a socket keeps it: %s",
				     descriptor(b, s->socks[h->index].proc, s->socks[h->index].tid, s->socks[h->index].fd));
	case HOLD_MOUNT:
		return report_printf(b, "only a bind mount keeps it: %s", s->mounts[h->index].path);
	case HOLD_DESCENDANT:
		return report_printf(b, "only its child %s keeps it", report_ns_name(b, h->index));
	case HOLD_OWNED:
		return report_printf(b, "only %s, which it owns, keeps it", report_ns_name(b, h->index));
	case HOLD_PROCESS:
	case HOLD_KIND_COUNT:
		break;
	}
	return counted(b, graph_node(b->g, ns));
}

/* Processes of which some descriptor that may hold it was not looked at. */
static uint32_t partly_read(const struct coverage *c, const struct ns_node *n)
{
	uint32_t fds = c->sources[SOURCE_FDS].unread, sockets = c->sources[SOURCE_SOCKETS].unread;

	return n->ns->type == NS_NET && sockets > fds ? sockets : fds;
}

/* How many sockets have messages in flight, and the first of them. */
static size_t in_flight(const struct inside *in, const struct inside_row **first)
{
	size_t n = 0;

	for (size_t i = 0; in && i < in->n; i++)
		if (in->rows[i].kind == INSIDE_FLIGHT && !n++)
			*first = &in->rows[i];
	return n;
}

/* "descriptor 4 of process 812 (dbus-daemon)": the socket that is to receive a message. */
static const char *receiver(struct report_builder *b, const struct inside_row *row)
{
	uint32_t proc = report_proc_named(b, row->fields[0]);

	return report_printf(b, "descriptor %s of process %s (%s)", row->fields[1], row->fields[0],
			     proc == SNAP_NONE ? "?" : graph_snapshot(b->g)->procs[proc].comm);
}

/* What in the kernel may hold it: the one message that there is is named, as no more than a suspect. */
static const char *suspect(struct report_builder *b, const struct ns_node *n, const struct inside *in)
{
	const struct inside_row *first = NULL;

	if (in_flight(in, &first) == 1)
		return report_printf(b, "a descriptor in flight in a message to %s is suspected, or another reference in the kernel",
				     receiver(b, first));
	return report_printf(b, "a reference in the kernel is suspected (%s)",
			     n->ns->type == NS_NET ? "nfs, rpc, a socket in flight" : "a descriptor in flight in a message");
}

static const char *other_suspects(struct report_builder *b, const struct inside *in)
{
	const struct inside_row *first = NULL;
	size_t n = in_flight(in, &first);

	return n > 1 ? report_printf(b, "; messages in flight to %zu sockets may hold it", n) : "";
}

/* Nothing holds it that we saw; what we did not see is the first thing to doubt. */
static const char *unexplained(struct report_builder *b, const struct ns_node *n, const struct inside *in)
{
	const struct coverage *c = &graph_snapshot(b->g)->coverage;
	const char *blind = "";

	if (c->sources[SOURCE_FDS].state != SOURCE_RAN)
		blind = "; descriptors and sockets were not looked at";
	else if (partly_read(c, n) > c->unreadable)
		blind = report_printf(b, "; or a process holds it of those whose descriptors could not all be looked at (%u)",
				      partly_read(c, n));
	else if (c->hidden)
		blind = "; or a process holds it of those that /proc hides";
	else if (c->unreadable == 1)
		blind = "; or the process that may not be read holds it";
	else if (c->unreadable)
		blind = report_printf(b, "; or one of the %u processes that may not be read holds it", c->unreadable);
	return report_printf(b, "no holder in user space: %s, or it may be dying: teardown is asynchronous%s%s",
			     suspect(b, n, in), blind, other_suspects(b, in));
}

/* Who looks may not be the only one in it, but the only one that it sees. */
static const char *nsview_itself(struct report_builder *b)
{
	const struct coverage *c = &graph_snapshot(b->g)->coverage;

	if (c->unreadable == 1)
		return report_printf(b, "alive because nsview itself is in it; no other process that may be read is (1 of %u may not be)",
				     c->processes);
	return report_printf(b,
			     "alive because nsview itself is in it; as far as may be seen (%u of %u processes may not be read) "
			     "nothing else is",
			     c->unreadable, c->processes);
}

/* A process is a zombie to its end, but also while threads outlive its main one. */
static bool is_zombie(const struct snap_proc *p)
{
	return p->state == 'Z' && p->threads <= 1;
}

/* " that process 812 (make) has not reaped" */
static const char *unreaped_by(struct report_builder *b, int32_t ppid)
{
	uint32_t parent = ppid ? graph_find_pid(b->g, ppid) : SNAP_NONE;

	if (parent == SNAP_NONE)
		return "that its parent has not reaped";
	return report_printf(b, "that process %d (%s) has not reaped", ppid, graph_snapshot(b->g)->procs[parent].comm);
}

/* The one process that is in a namespace. */
static const char *only_member(struct report_builder *b, uint32_t proc)
{
	const struct snap_proc *p = &graph_snapshot(b->g)->procs[proc];

	if (p->flags & SNAP_PROC_SELF && graph_snapshot(b->g)->coverage.unreadable)
		return nsview_itself(b);
	if (is_zombie(p))
		return report_printf(b, "alive because process %d (%s), a zombie %s, is in it", p->pid, p->comm,
				     unreaped_by(b, p->ppid));
	return report_printf(b, "alive because process %d (%s) is in it", p->pid, p->comm);
}

const char *report_verdict(const struct graph *g, uint32_t ns, const struct inside *in, struct arena *a)
{
	const struct ns_node *n = graph_node(g, ns);
	struct report_builder b = {.g = g, .a = a};
	const struct coverage *c = &graph_snapshot(g)->coverage;
	const char *verdict, *none = "no process is in it";
	size_t holders;

	graph_holders(g, ns, &holders);
	if (c->hidden)
		none = "as far as may be seen (/proc hides processes of others) no process is in it";
	else if (c->unreadable == 1)
		none = report_printf(&b, "no process that may be read is in it (1 of %u may not be)", c->processes);
	else if (c->unreadable)
		none = report_printf(&b, "as far as may be seen (%u of %u processes may not be read) no process is in it",
				     c->unreadable, c->processes);
	if (n->nprocs == 1)
		verdict = only_member(&b, n->leader);
	else if (n->nprocs)
		verdict = report_printf(&b, "alive because %u processes are in it, first %d (%s)", n->nprocs,
					graph_snapshot(g)->procs[n->leader].pid, graph_snapshot(g)->procs[n->leader].comm);
	else if (holders == 1)
		verdict = report_printf(&b, "%s: %s", none, only_one(&b, ns));
	else if (holders)
		verdict = report_printf(&b, "%s: %s keep it", none, counted(&b, n));
	else
		verdict = unexplained(&b, n, in);
	return b.failed ? NULL : verdict;
}

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
