/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/report.h"

#include "nsview/num.h"
#include "nsview/propagation.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>

/* Fields of what is inside that people read as a text and a script as something else. */

enum { CAPS = CAP_LAST_CAP + 1 };

/* Whether a name could be put for each bit, to a list or, joined by commas, to a text. */
static const char *cap_names(struct report_builder *b, uint64_t mask, struct report_item *list)
{
	const char *s = "";

	for (int cap = 0; cap < 64; cap++) {
		char *name = mask & UINT64_C(1) << cap ? cap_to_name(cap) : NULL;

		if (name && list)
			report_text(b, list, NULL, NULL, report_printf(b, "%s", name));
		else if (name)
			s = report_printf(b, "%s%s%s", s, *s ? "," : "", name);
		cap_free(name);
	}
	return s;
}

/* A mask of capabilities by their names; where most are there, by those that are not. */
static const char *caps_text(struct report_builder *b, uint64_t mask)
{
	uint64_t all = (UINT64_C(1) << CAPS) - 1;

	if (!mask)
		return "none";
	if ((mask & all) == all)
		return "all";
	if (__builtin_popcountll(mask & all) > CAPS / 2)
		return report_printf(b, "all but %s", cap_names(b, all & ~mask, NULL));
	return cap_names(b, mask, NULL);
}

static void add_caps(struct report_builder *b, struct report_item *row, const char *key, const char *label, const char *hex)
{
	struct report_item *list;
	uint64_t mask;
	char *end;

	errno = 0;
	mask = strtoull(hex, &end, 16);
	if (errno || *end) {
		report_text(b, row, NULL, label, hex);
		report_missing(b, row, key, NULL, true);
		return;
	}
	report_wrap(b, row, NULL, label, caps_text(b, mask));
	list = report_list(b, row, key);
	if (list)
		cap_names(b, mask, list);
}

/* What Cap… of /proc/PID/status is called in capabilities(7). */
static void add_set(struct report_builder *b, struct report_item *row, const char *label, const char *set)
{
	static const struct {
		const char *set, *word;
	} words[] = {
		{"Eff", "effective"}, {"Prm", "permitted"}, {"Inh", "inheritable"}, {"Bnd", "bounding"}, {"Amb", "ambient"},
	};

	report_text(b, row, NULL, label, set);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(words[i].set, set))
			report_text(b, row, "set", NULL, words[i].word);
}

/* The words of a text as numbers, or as they are. */
static void add_words(struct report_builder *b, struct report_item *row, const char *key, const char *s, char separator,
		      bool numbers)
{
	struct report_item *list = report_list(b, row, key);

	while (list && *s) {
		const char *end = strchr(s, separator);
		size_t len = end ? (size_t)(end - s) : strlen(s);
		uint64_t n;

		if (!numbers)
			report_text(b, list, NULL, NULL, report_printf(b, "%.*s", (int)len, s));
		else if (num_u64_parse(s, len, &n) == 0)
			report_number(b, list, NULL, NULL, n);
		s += len + (end != NULL);
	}
}

static void add_pids(struct report_builder *b, struct report_item *row, const char *key, const char *label, const char *pids)
{
	report_wrap(b, row, NULL, label, pids);
	add_words(b, row, key, pids, ' ', true);
}

static void add_addresses(struct report_builder *b, struct report_item *row, const char *label, const char *addresses)
{
	report_wrap(b, row, NULL, label, *addresses ? addresses : NULL);
	add_words(b, row, "addresses", addresses, ',', false);
}

/* The other end of a veth pair: the namespace, and who is there. One that is elsewhere, nobody knows where, is in 0. */
static void add_peer(struct report_builder *b, struct report_item *row, const char *label, const char *ino_text)
{
	struct cell name = {.kind = CELL_ABSENT};
	uint32_t ino, ref;

	if (num_u32_parse(ino_text, strlen(ino_text), &ino) < 0 || !ino) {
		report_missing(b, row, NULL, label, *ino_text != '\0');
		report_missing(b, row, "peer_ns", NULL, *ino_text != '\0');
		report_missing(b, row, "peer_ns_name", NULL, *ino_text != '\0');
		return;
	}
	ref = graph_find(b->g, NS_NET, ino);
	if (ref != SNAP_NONE)
		name = column_info(COL_NAME)->get(b->g, (struct row){.kind = ROW_NS, .index = ref, .ns = ref}, b->a);
	report_wrap(b, row, NULL, label,
		    name.kind == CELL_STR ? report_printf(b, "net:[%u] %s", ino, name.str) : report_printf(b, "net:[%u]", ino));
	report_number(b, row, "peer_ns", NULL, ino);
	report_cell(b, row, "peer_ns_name", NULL, name);
}

/* Of a peer whose name is not told the index is there. */
static void add_peer_name(struct report_builder *b, struct report_item *row, const char *label, const struct inside_row *in)
{
	if (!*in->fields[5] && *in->fields[6])
		report_missing(b, row, "peer_name", label, true);
	else
		report_text(b, row, "peer_name", label, *in->fields[5] ? in->fields[5] : NULL);
}

static void add_group(struct report_builder *b, struct report_item *row, const char *key, uint32_t group)
{
	report_id(b, row, key, group ? (int64_t)group : -1);
}

/* The optional fields of mountinfo: peer groups, and whether it may be bound elsewhere. */
static void add_propagation(struct report_builder *b, struct report_item *row, const char *label, const char *fields)
{
	struct propagation how = propagation_parse(fields, strlen(fields));

	report_wrap(b, row, NULL, label, *fields ? fields : NULL);
	add_group(b, row, "shared", how.shared);
	add_group(b, row, "master", how.master);
	add_group(b, row, "propagate_from", how.from);
	report_bool(b, row, "unbindable", NULL, strstr(fields, "unbindable"));
}

/* As ipcs(1) has them for people. */
static void add_key(struct report_builder *b, struct report_item *row, const char *label, const char *hex)
{
	uint64_t key;
	char *end;

	report_text(b, row, NULL, label, *hex ? hex : NULL);
	key = strtoull(hex, &end, 16);
	report_id(b, row, "key", *hex && !*end ? (int64_t)key : -1);
}

/* "4:cpu,memory", "1:name=systemd"; "0:" is the unified hierarchy. */
static void add_hierarchy(struct report_builder *b, struct report_item *row, const char *label, const char *hierarchy)
{
	size_t len = strcspn(hierarchy, ":");
	uint64_t n;

	report_text(b, row, NULL, label, hierarchy);
	report_id(b, row, "hierarchy", num_u64_parse(hierarchy, len, &n) == 0 ? (int64_t)n : -1);
	add_words(b, row, "controllers", hierarchy + len + (hierarchy[len] == ':'), ',', false);
}

static void add_mntns(struct report_builder *b, struct report_item *row, const char *label, const char *ino_text)
{
	uint32_t ino;

	report_text(b, row, NULL, label, report_printf(b, "mnt:[%s]", ino_text));
	if (num_u32_parse(ino_text, strlen(ino_text), &ino) == 0)
		report_number(b, row, "ns", NULL, ino);
}

void report_field(struct report_builder *b, struct report_item *row, const struct inside_row *in, size_t i, const char *label)
{
	enum { FIELD = INSIDE_FIELDS };
	const char *value = in->fields[i];

	switch (in->kind * FIELD + i) {
	case INSIDE_INTERFACE * FIELD + 4:   add_addresses(b, row, label, value); break;
	case INSIDE_INTERFACE * FIELD + 5:   add_peer_name(b, row, label, in); break;
	case INSIDE_INTERFACE * FIELD + 7:   add_peer(b, row, label, value); break;
	case INSIDE_MOUNT * FIELD + 6:       add_propagation(b, row, label, value); break;
	case INSIDE_SHM * FIELD + 1:
	case INSIDE_SEM * FIELD + 1:
	case INSIDE_MSG * FIELD + 1:         add_key(b, row, label, value); break;
	case INSIDE_CGROUP * FIELD:          add_hierarchy(b, row, label, value); break;
	case INSIDE_MEMBER_CAPS * FIELD + 1: add_pids(b, row, "first_pids", label, value); break;
	case INSIDE_MEMBER_CAPS * FIELD + 2: add_caps(b, row, "effective", label, value); break;
	case INSIDE_PROPAGATION * FIELD:     add_mntns(b, row, label, value); break;
	case INSIDE_PIDS * FIELD:            add_pids(b, row, "pids", label, value); break;
	case INSIDE_CAPS * FIELD:            add_set(b, row, label, value); break;
	case INSIDE_CAPS * FIELD + 1:        add_caps(b, row, "names", label, value); break;
	}
}
