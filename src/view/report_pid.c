/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/num.h"
#include "view/report.h"

#include <string.h>

/* Of the numbers of a process, outermost first, the first one when the last one is 1; else 0. */
static int32_t pid_of_init(const char *pids)
{
	const char *last = strrchr(pids, ' ');
	size_t first = strcspn(pids, " ");
	uint32_t pid;

	if (strcmp(last ? last + 1 : pids, "1") != 0 || num_u32_parse(pids, first, &pid) < 0 || pid > INT32_MAX)
		return 0;
	return (int32_t)pid;
}

/* The member whose PID in it is 1, which need not be the one whose PID here is lowest; or SNAP_NONE. */
static uint32_t find_init(const struct graph *g, uint32_t ns, const struct inside *in)
{
	const struct snapshot *s = graph_snapshot(g);
	size_t n;
	const struct holder *h = graph_holders_of(g, ns, HOLD_PROCESS, &n);

	for (size_t i = 0; in && i < in->n; i++) {
		int32_t pid = in->rows[i].kind == INSIDE_PIDS ? pid_of_init(in->rows[i].fields[0]) : 0;

		if (pid)
			return graph_find_pid(g, pid);
	}
	for (size_t i = 0; i < n; i++)
		if (s->procs[h[i].index].nspid == 1 || (s->procs[h[i].index].pid == 1 && s->host.own[NS_PID] == ns))
			return h[i].index;
	return SNAP_NONE;
}

static void add_init(struct report_builder *b, struct report_item *root, uint32_t ns, const struct inside *in)
{
	uint32_t init = find_init(b->g, ns, in);
	const struct snap_proc *p = init == SNAP_NONE ? NULL : &graph_snapshot(b->g)->procs[init];
	struct report_item *o;

	if (!p) {
		report_missing(b, root, "init", "Init", true);
		return;
	}
	report_text(b, root, NULL, "Init", report_printf(b, "process %d (%s), %s", p->pid, p->comm, report_state_words(p->state)));
	o = report_add(b, root, REPORT_OBJECT, "init", NULL);
	if (!o)
		return;
	report_number(b, o, "pid", NULL, (uint64_t)p->pid);
	report_text(b, o, "command", NULL, p->comm);
	report_text(b, o, "state", NULL, report_state(p->state));
}

/* What the init of a PID namespace ought to reap. */
static void add_reaping(struct report_builder *b, struct report_item *root, uint32_t ns)
{
	const struct snapshot *s = graph_snapshot(b->g);
	struct report_item *zombies = NULL;
	size_t members;
	const struct holder *h = graph_holders_of(b->g, ns, HOLD_PROCESS, &members);

	for (size_t i = 0; i < members; i++) {
		const struct snap_proc *p = &s->procs[h[i].index];
		struct report_item *row;

		if (p->state != 'Z')
			continue;
		if (!zombies)
			zombies = report_add(b, root, REPORT_TABLE, "zombies", "Zombies that nobody reaped");
		row = zombies ? report_add(b, zombies, REPORT_OBJECT, NULL, "") : NULL;
		if (row)
			report_number(b, row, "pid", "PID", (uint64_t)p->pid);
		if (row)
			report_text(b, row, "command", "COMMAND", p->comm);
	}
}

void report_pid(struct report_builder *b, struct report_item *root, uint32_t ns, const struct inside *in)
{
	if (graph_node(b->g, ns)->nprocs)
		add_init(b, root, ns, in);
	add_reaping(b, root, ns);
}
