/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/report.h"

#include "nsview/num.h"

#include <assert.h>
#include <string.h>

/* What is inside, one table a kind; fields whose name begins with # are numbers, and of those without report_field() knows. */
struct section {
	const char *key, *label;
	const char *keys[INSIDE_FIELDS];
	const char *labels[INSIDE_FIELDS];
};

static const struct section sections[] = {
	[INSIDE_FLIGHT] = {"in_flight", "Messages in flight that may hold it",
			   {"#pid", "#fd", "#descriptors"}, {"PID", "FD", "DESCRIPTORS"}},
	[INSIDE_INTERFACE] = {"interfaces", "Interfaces",
			      {"#index", "name", "state", "#mtu", NULL, NULL, "#peer_index", NULL},
			      {"INDEX", "NAME", "STATE", "MTU", "ADDRESSES", "PEER", "PEER INDEX", "PEER IN"}},
	[INSIDE_LISTENER] = {"listeners", "Listening sockets",
			     {"protocol", "address", "#port"}, {"PROTOCOL", "ADDRESS", "PORT"}},
	[INSIDE_ROUTE] = {"routes", "Routes",
			  {"destination", "gateway", "interface", "type"}, {"DESTINATION", "GATEWAY", "INTERFACE", "TYPE"}},
	[INSIDE_MOUNT] = {"mounts", "Mounts",
			  {"#id", "#parent", "target", "type", "source", "root", NULL},
			  {"ID", "PARENT", "TARGET", "TYPE", "SOURCE", "ROOT", "PROPAGATION"}},
	[INSIDE_UTS] = {"uts", "Names", {"hostname", "domainname"}, {"HOST NAME", "DOMAIN NAME"}},
	[INSIDE_SHM] = {"shm", "Shared memory segments",
			{"#id", NULL, "#uid", "#bytes", "#attached"}, {"ID", "KEY", "UID", "BYTES", "ATTACHED"}},
	[INSIDE_SEM] = {"sem", "Semaphore sets", {"#id", NULL, "#uid", "#semaphores"}, {"ID", "KEY", "UID", "SEMAPHORES"}},
	[INSIDE_MSG] = {"msg", "Message queues",
			{"#id", NULL, "#uid", "#bytes", "#messages"}, {"ID", "KEY", "UID", "BYTES", "MESSAGES"}},
	[INSIDE_MQUEUE] = {"mqueues", "POSIX message queues", {"name"}, {"NAME"}},
	[INSIDE_OFFSET] = {"offsets", "Clock offsets",
			   {"clock", "#seconds", "#nanoseconds"}, {"CLOCK", "SECONDS", "NANOSECONDS"}},
	[INSIDE_CGROUP] = {"cgroup", "Control group", {NULL, "root"}, {"HIERARCHY", "ROOT"}},
	[INSIDE_LIMIT] = {"limits", "Namespaces that each user may have, that it owns, and that count against its limits",
			  {"type", "#max"}, {"TYPE", "MAX"}},
	[INSIDE_MEMBER_CAPS] = {"member_capabilities", "Effective capabilities of its members in it",
				{"#nprocs", NULL, NULL},
				{"PROCESSES", "FIRST PIDS", "CAPABILITIES"}},
	[INSIDE_PROPAGATION] = {"propagation", "Mounts of other mount namespaces that share with it, receive from it or send to it",
				{NULL, "#shared", "#receives", "#sends"},
				{"NAMESPACE", "SHARES", "RECEIVES FROM IT", "SENDS TO IT"}},
	[INSIDE_PIDS] = {"pids", "PIDs at every level, from outside in", {NULL}, {"PIDS"}},
	[INSIDE_CAPS] = {"capabilities", "Capabilities in its own user namespace", {NULL, NULL}, {"SET", "NAMES"}},
	[INSIDE_PATH] = {"paths", "Paths", {"what", "path"}, {"WHAT", "PATH"}},
	[INSIDE_ROOT] = {"root", "Root directory",
			 {"path", "device", "#inode", "#mount"}, {"PATH", "DEVICE", "INODE", "MOUNT"}},
	[INSIDE_TROUBLE] = {"trouble", "Could not be looked at", {"what", "why"}, {"WHAT", "WHY"}},
};
static_assert(sizeof(sections) / sizeof(sections[0]) == INSIDE_KIND_COUNT, "one section per kind");

static void add_field(struct report_builder *b, struct report_item *row, const struct inside_row *in, size_t i)
{
	const struct section *s = &sections[in->kind];
	const char *key = s->keys[i], *value = in->fields[i];
	uint64_t n;
	int64_t offset;

	if (!key) {
		report_field(b, row, in, i, s->labels[i]);
	} else if (in->kind == INSIDE_TROUBLE) {
		report_wrap(b, row, key, s->labels[i], *value ? value : NULL);
	} else if (*key != '#') {
		report_text(b, row, key, s->labels[i], *value ? value : NULL);
	} else if (num_u64_parse(value, strlen(value), &n) == 0) {
		report_number(b, row, key + 1, s->labels[i], n);
	} else if (num_i64_parse(value, strlen(value), &offset) == 0) {
		report_cell(b, row, key + 1, s->labels[i], (struct cell){.kind = CELL_I64, .i64 = offset});
	} else {
		report_text(b, row, NULL, s->labels[i], *value ? value : NULL);
		report_missing(b, row, key + 1, NULL, *value);
	}
}

/* How many namespaces of a type a user namespace owns; children of its own type count as well. */
static uint64_t owned(const struct graph *g, uint32_t ns, const char *type_name)
{
	const struct snapshot *s = graph_snapshot(g);
	int type = ns_type_find(type_name, strlen(type_name));
	enum hold_kind kind = type == NS_USER ? HOLD_DESCENDANT : HOLD_OWNED;
	uint64_t count = 0;
	size_t n;
	const struct holder *h = graph_holders_of(g, ns, kind, &n);

	for (size_t i = 0; i < n; i++)
		count += s->nss[h[i].index].type == type;
	return count;
}

/* A namespace counts against the limits of the user namespace that owns it and of all around that one (user_namespaces(7)). */
static bool is_charged(const struct snapshot *s, const struct snap_ns *n, uint32_t ns)
{
	enum { DEEPEST = 33 }; /* the kernel's limit of levels; a hostile dump may go in circles */
	uint32_t at = n->owner;

	for (int level = 0; NS_REF_OK(at) && at != ns && level < DEEPEST; level++)
		at = s->nss[at].parent;
	return at == ns;
}

static uint64_t charged(const struct graph *g, uint32_t ns, const char *type_name)
{
	const struct snapshot *s = graph_snapshot(g);
	int type = ns_type_find(type_name, strlen(type_name));
	uint64_t count = 0;

	for (size_t i = 0; i < s->nnss; i++)
		count += s->nss[i].type == type && is_charged(s, &s->nss[i], ns);
	return count;
}

static void add_charges(struct report_builder *b, struct report_item *row, const char *type_name, uint32_t ns)
{
	report_number(b, row, "owned", "OWNED", owned(b->g, ns, type_name));
	report_number(b, row, "charged", "CHARGED", charged(b->g, ns, type_name));
}

/* Who is in the other mount namespace; and for JSON, which has had it always, how many mounts get what is mounted here. */
static void add_receiver(struct report_builder *b, struct report_item *row, const struct inside_row *in)
{
	uint32_t ino, shares, receives, ref = SNAP_NONE;

	if (num_u32_parse(in->fields[0], strlen(in->fields[0]), &ino) == 0)
		ref = graph_find(b->g, NS_MNT, ino);
	report_container(b, row, "BELONGS TO", report_ns_proc(b->g, ref));
	if (num_u32_parse(in->fields[1], strlen(in->fields[1]), &shares) == 0 &&
	    num_u32_parse(in->fields[2], strlen(in->fields[2]), &receives) == 0)
		report_number(b, row, "mounts", NULL, (uint64_t)shares + receives);
}

uint32_t report_proc_named(const struct report_builder *b, const char *pid)
{
	uint32_t n;

	return num_u32_parse(pid, strcspn(pid, " "), &n) == 0 && n <= INT32_MAX ? graph_find_pid(b->g, (int32_t)n) : SNAP_NONE;
}

/* The command of a member, by its number here, which is the first one. */
static void add_command(struct report_builder *b, struct report_item *row, const char *pids)
{
	uint32_t proc = report_proc_named(b, pids);

	report_text(b, row, "command", "COMMAND", proc == SNAP_NONE ? NULL : graph_snapshot(b->g)->procs[proc].comm);
}

/* Whose socket it is. */
static void add_receiving(struct report_builder *b, struct report_item *row, const struct inside_row *in)
{
	report_container(b, row, "BELONGS TO", report_proc_named(b, in->fields[0]));
	add_command(b, row, in->fields[0]);
	report_text(b, row, "show", "TO SHOW", report_printf(b, "cat /proc/%s/fdinfo/%s", in->fields[0], in->fields[1]));
}

/* What the graph knows to say of a row besides. */
static void add_known(struct report_builder *b, struct report_item *row, const struct inside_row *in, uint32_t ns)
{
	if (in->kind == INSIDE_LIMIT && ns != SNAP_NONE)
		add_charges(b, row, in->fields[0], ns);
	if (in->kind == INSIDE_PIDS && ns != SNAP_NONE)
		add_command(b, row, in->fields[0]);
	if (in->kind == INSIDE_PROPAGATION)
		add_receiver(b, row, in);
	if (in->kind == INSIDE_FLIGHT)
		add_receiving(b, row, in);
}

/* What a look inside would have told, by type. */
static const char *const parts[] = {
	[NS_CGROUP] = "the root of each hierarchy",
	[NS_IPC] = "what there is of System V IPC and POSIX message queues",
	[NS_MNT] = "mounts, and who shares them",
	[NS_NET] = "interfaces, routes and listening sockets",
	[NS_PID] = "PIDs of its members at every level",
	[NS_TIME] = "offsets of the clocks",
	[NS_USER] = "what its members may do in it, and limits",
	[NS_UTS] = "host and domain name",
};
static_assert(sizeof(parts) / sizeof(parts[0]) == NS_TYPE_COUNT, "one part per type");

void report_not_inside(struct report_builder *b, struct report_item *root, uint32_t ns)
{
	report_text(b, root, NULL, "Not in a dump",
		    ns == SNAP_NONE ? "PIDs at every level, root and working directory, capabilities"
				    : parts[graph_node(b->g, ns)->ns->type]);
}

void report_inside(struct report_builder *b, struct report_item *root, const struct inside *in, uint32_t ns)
{
	struct report_item *tables[INSIDE_KIND_COUNT] = {0};

	/* Tables in the order of their kinds, whatever the order of the rows. */
	for (int kind = 0; kind < INSIDE_KIND_COUNT; kind++)
		for (size_t i = 0; i < in->n && !tables[kind]; i++)
			if ((int)in->rows[i].kind == kind)
				tables[kind] = report_add(b, root, REPORT_TABLE, sections[kind].key, sections[kind].label);
	for (size_t i = 0; i < in->n; i++) {
		struct report_item *table = tables[in->rows[i].kind];
		bool shown = in->rows[i].kind != INSIDE_FLIGHT || (table && table->n < SHOWN_MAX);
		struct report_item *row = table ? report_add(b, table, REPORT_OBJECT, NULL, shown ? "" : NULL) : NULL;

		for (size_t f = 0; row && f < in->rows[i].n; f++)
			add_field(b, row, &in->rows[i], f);
		if (row)
			add_known(b, row, &in->rows[i], ns);
	}
	if (tables[INSIDE_FLIGHT] && tables[INSIDE_FLIGHT]->n > SHOWN_MAX)
		tables[INSIDE_FLIGHT]->label = report_printf(b, "%s (%zu, the first %d)", tables[INSIDE_FLIGHT]->label,
							     tables[INSIDE_FLIGHT]->n, SHOWN_MAX);
}
