/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/report.h"

#include "nsview/num.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/capability.h>

/* What is inside, one table a kind; fields whose name begins with # are numbers. */
struct section {
	const char *key, *label;
	const char *keys[INSIDE_FIELDS];
	const char *labels[INSIDE_FIELDS];
};

static const struct section sections[] = {
	[INSIDE_INTERFACE] = {"interfaces", "Interfaces",
			      {"#index", "name", "state", "#mtu", "addresses", "#peer_index", "peer"},
			      {"INDEX", "NAME", "STATE", "MTU", "ADDRESSES", "PEER", "PEER IN"}},
	[INSIDE_LISTENER] = {"listeners", "Listening sockets",
			     {"protocol", "address", "#port"}, {"PROTOCOL", "ADDRESS", "PORT"}},
	[INSIDE_ROUTE] = {"routes", "Routes",
			  {"destination", "gateway", "interface"}, {"DESTINATION", "GATEWAY", "INTERFACE"}},
	[INSIDE_MOUNT] = {"mounts", "Mounts",
			  {"#id", "#parent", "target", "type", "source", "root", "propagation"},
			  {"ID", "PARENT", "TARGET", "TYPE", "SOURCE", "ROOT", "PROPAGATION"}},
	[INSIDE_UTS] = {"uts", "Names", {"hostname", "domainname"}, {"HOST NAME", "DOMAIN NAME"}},
	[INSIDE_SHM] = {"shm", "Shared memory segments",
			{"#id", "key", "#uid", "#bytes", "#attached"}, {"ID", "KEY", "UID", "BYTES", "ATTACHED"}},
	[INSIDE_SEM] = {"sem", "Semaphore sets", {"#id", "key", "#uid", "#semaphores"}, {"ID", "KEY", "UID", "SEMAPHORES"}},
	[INSIDE_MSG] = {"msg", "Message queues",
			{"#id", "key", "#uid", "#bytes", "#messages"}, {"ID", "KEY", "UID", "BYTES", "MESSAGES"}},
	[INSIDE_MQUEUE] = {"mqueues", "POSIX message queues", {"name"}, {"NAME"}},
	[INSIDE_OFFSET] = {"offsets", "Clock offsets",
			   {"clock", "#seconds", "#nanoseconds"}, {"CLOCK", "SECONDS", "NANOSECONDS"}},
	[INSIDE_CGROUP] = {"cgroup", "Control group", {"hierarchy", "root"}, {"HIERARCHY", "ROOT"}},
	[INSIDE_LIMIT] = {"limits", "Limits on namespaces", {"type", "#max"}, {"TYPE", "MAX"}},
	[INSIDE_PIDS] = {"pids", "PIDs at every level, from outside in", {"pids"}, {"PIDS"}},
	[INSIDE_CAPS] = {"capabilities", "Capabilities in its own user namespace", {"set", "names"}, {"SET", "NAMES"}},
	[INSIDE_PATH] = {"paths", "Paths", {"what", "path"}, {"WHAT", "PATH"}},
	[INSIDE_TROUBLE] = {"trouble", "Could not be looked at", {"what", "why"}, {"WHAT", "WHY"}},
};
static_assert(sizeof(sections) / sizeof(sections[0]) == INSIDE_KIND_COUNT, "one section per kind");

/* A mask of capabilities by their names; "all" and "none" for the two ends. */
static const char *caps_text(struct report_builder *b, const char *hex)
{
	unsigned long long mask = 0;
	const char *s = "";
	bool all = true;

	if (sscanf(hex, "%llx", &mask) != 1)
		return hex;
	for (int cap = 0; cap <= cap_max_bits() - 1; cap++) {
		char *name;

		if (!(mask & 1ull << cap)) {
			all = false;
			continue;
		}
		name = cap_to_name(cap);
		s = report_printf(b, "%s%s%s", s, *s ? "," : "", name ? name : "?");
		cap_free(name);
	}
	return all ? "all" : *s ? s : "none";
}

/* The other end of a veth pair: the namespace, and who is there. */
static const char *peer_text(struct report_builder *b, const char *ino_text)
{
	uint32_t ino, ref;
	const char *label;

	if (num_u32_parse(ino_text, strlen(ino_text), &ino) < 0)
		return NULL;
	ref = graph_find(b->g, NS_NET, ino);
	if (ref == SNAP_NONE)
		return report_printf(b, "net:[%u]", ino);
	label = report_label(b, graph_node(b->g, ref)->leader);
	return report_printf(b, "net:[%u]%s%s", ino, label ? " " : "", label ? label : "");
}

static void add_field(struct report_builder *b, struct report_item *row, const struct inside_row *in, size_t i)
{
	const struct section *s = &sections[in->kind];
	const char *key = s->keys[i], *value = in->fields[i];
	uint64_t n;

	if (*key == '#' && num_u64_parse(value, strlen(value), &n) == 0)
		report_number(b, row, key + 1, s->labels[i], n);
	else if (in->kind == INSIDE_CAPS && i == 1)
		report_text(b, row, key, s->labels[i], caps_text(b, value));
	else if (in->kind == INSIDE_INTERFACE && i == 6)
		report_text(b, row, key, s->labels[i], peer_text(b, value));
	else
		report_text(b, row, key + (*key == '#'), s->labels[i], *value ? value : NULL);
}

void report_inside(struct report_builder *b, struct report_item *root, const struct inside *in)
{
	struct report_item *tables[INSIDE_KIND_COUNT] = {0};

	/* Tables in the order of their kinds, whatever the order of the rows. */
	for (int kind = 0; kind < INSIDE_KIND_COUNT; kind++)
		for (size_t i = 0; i < in->n && !tables[kind]; i++)
			if ((int)in->rows[i].kind == kind)
				tables[kind] = report_add(b, root, REPORT_TABLE, sections[kind].key, sections[kind].label);
	for (size_t i = 0; i < in->n; i++) {
		struct report_item *table = tables[in->rows[i].kind];
		struct report_item *row = table ? report_add(b, table, REPORT_OBJECT, NULL, "") : NULL;

		for (size_t f = 0; row && f < in->rows[i].n; f++)
			add_field(b, row, &in->rows[i], f);
	}
}

/* The first id of an extent in the level above: its outside ids found in the parent's own map. */
static const char *in_parent(struct report_builder *b, const struct snap_idmap *m, uint32_t parent)
{
	size_t n;
	const struct snap_idmap *up = NS_REF_OK(parent) ? graph_idmaps(b->g, parent, &n) : NULL;

	for (size_t i = 0; up && i < n; i++)
		if (up[i].gid == m->gid && m->outside >= up[i].outside && m->outside - up[i].outside < up[i].count)
			return report_printf(b, "%u", up[i].inside + (m->outside - up[i].outside));
	return NULL;
}

void report_maps(struct report_builder *b, struct report_item *root, uint32_t userns)
{
	size_t n;
	const struct snap_idmap *maps = graph_idmaps(b->g, userns, &n);
	struct report_item *table = n ? report_add(b, root, REPORT_TABLE, "maps", "Maps of the user namespace") : NULL;

	for (size_t i = 0; table && i < n; i++) {
		struct report_item *row = report_add(b, table, REPORT_OBJECT, NULL, "");

		if (!row)
			return;
		report_text(b, row, "map", "MAP", maps[i].gid ? "gid" : "uid");
		report_number(b, row, "inside", "INSIDE", maps[i].inside);
		report_text(b, row, "parent", "IN THE PARENT", in_parent(b, &maps[i], graph_node(b->g, userns)->ns->parent));
		report_number(b, row, "outside", "HERE", maps[i].outside);
		report_number(b, row, "count", "COUNT", maps[i].count);
	}
}
