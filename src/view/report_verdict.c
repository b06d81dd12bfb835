/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/report.h"

#include <stdio.h>
#include <string.h>

/* "1 bind mount, 2 open descriptors" */
static const char *counted(struct report_builder *b, const struct ns_node *n)
{
	const char *s = "";

	for (int kind = 0; kind < HOLD_KIND_COUNT; kind++)
		if (n->held[kind])
			s = report_printf(b, "%s%s%s", s, *s ? ", " : "",
					  report_counted(b, (enum hold_kind)kind, n->held[kind]));
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
		return report_printf(
			b, "only thread %d of process %d keeps it%s", s->threads[h->index].tid,
			s->procs[s->threads[h->index].proc].pid,
			report_is_for_children(b, &s->threads[h->index], ns) ? ", for the children that it may have" : "");
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
