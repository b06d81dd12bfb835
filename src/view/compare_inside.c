/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/compare_inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Names that are listed in one cell, and those in the name of a fact. */
enum { NAMES_MAX = 6, HIERARCHIES_MAX = 2 };

struct names {
	const char *s; /* never NULL */
	size_t n, max;
};

static const struct names no_names = {.s = "", .max = NAMES_MAX};

static void add_name(struct report_builder *b, struct names *names, const char *name)
{
	if (names->n++ < names->max)
		names->s = report_printf(b, "%s%s%s", names->s, *names->s ? ", " : "", name);
}

static const char *names_text(struct report_builder *b, const struct names *names)
{
	if (names->n > names->max)
		return report_printf(b, "%s and %zu more", names->s, names->n - names->max);
	return names->n ? names->s : NULL;
}

/* One fact of a namespace as text, or NULL for none. */
typedef const char *fact_fn(struct report_builder *b, const struct inside *in, uint32_t ns);

static const char *first_field(const struct inside *in, enum inside_kind kind, size_t field)
{
	for (size_t i = 0; i < in->n; i++)
		if (in->rows[i].kind == kind && *in->rows[i].fields[field])
			return in->rows[i].fields[field];
	return NULL;
}

static size_t count(const struct inside *in, enum inside_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < in->n; i++)
		n += in->rows[i].kind == kind;
	return n;
}

static const char *host_name(struct report_builder *b, const struct inside *in, uint32_t ns)
{
	(void)b, (void)ns;
	return first_field(in, INSIDE_UTS, 0);
}

static const char *domain_name(struct report_builder *b, const struct inside *in, uint32_t ns)
{
	(void)b, (void)ns;
	return first_field(in, INSIDE_UTS, 1);
}

static const char *interfaces(struct report_builder *b, const struct inside *in, uint32_t ns)
{
	struct names names = no_names;

	(void)ns;
	for (size_t i = 0; i < in->n; i++)
		if (in->rows[i].kind == INSIDE_INTERFACE)
			add_name(b, &names, in->rows[i].fields[1]);
	return names_text(b, &names);
}

/* Every namespace has the addresses of lo. */
static const char *addresses(struct report_builder *b, const struct inside *in, uint32_t ns)
{
	struct names names = no_names;

	(void)ns;
	for (size_t i = 0; i < in->n; i++)
		if (in->rows[i].kind == INSIDE_INTERFACE && *in->rows[i].fields[4] && strcmp(in->rows[i].fields[1], "lo") != 0)
			add_name(b, &names, in->rows[i].fields[4]);
	return names_text(b, &names);
}

static const char *listeners(struct report_builder *b, const struct inside *in, uint32_t ns)
{
	struct names names = no_names;

	(void)ns;
	for (size_t i = 0; i < in->n; i++)
		if (in->rows[i].kind == INSIDE_LISTENER)
			add_name(b, &names, report_printf(b, "%s %s:%s", in->rows[i].fields[0], in->rows[i].fields[1],
							  in->rows[i].fields[2]));
	return names_text(b, &names);
}

static const char *default_route(struct report_builder *b, const struct inside *in, uint32_t ns)
{
	(void)ns;
	for (size_t i = 0; i < in->n; i++) {
		const char *const *f = in->rows[i].fields;

		if (in->rows[i].kind == INSIDE_ROUTE && !strcmp(f[0], "default"))
			return *f[1] ? report_printf(b, "%s by %s", f[1], f[2]) : f[2];
	}
	return NULL;
}

/* What is mounted last at a place is what shows there. */
static const char *root_mount(struct report_builder *b, const struct inside *in, uint32_t ns)
{
	const char *s = NULL;

	(void)ns;
	for (size_t i = 0; i < in->n; i++) {
		const char *const *f = in->rows[i].fields;

		if (in->rows[i].kind == INSIDE_MOUNT && !strcmp(f[2], "/"))
			s = strcmp(f[5], "/") != 0 ? report_printf(b, "%s %s[%s]", f[3], f[4], f[5])
						   : report_printf(b, "%s %s", f[3], f[4]);
	}
	return s;
}

static const char *number(struct report_builder *b, const struct inside *in, enum inside_kind kind)
{
	return report_printf(b, "%zu", count(in, kind));
}

static const char *mounts(struct report_builder *b, const struct inside *in, uint32_t ns)
{
	(void)ns;
	return number(b, in, INSIDE_MOUNT);
}

static const char *segments(struct report_builder *b, const struct inside *in, uint32_t ns)
{
	(void)ns;
	return number(b, in, INSIDE_SHM);
}

static const char *semaphores(struct report_builder *b, const struct inside *in, uint32_t ns)
{
	(void)ns;
	return number(b, in, INSIDE_SEM);
}

static const char *queues(struct report_builder *b, const struct inside *in, uint32_t ns)
{
	(void)ns;
	return report_printf(b, "%zu", count(in, INSIDE_MSG) + count(in, INSIDE_MQUEUE));
}

static const char *clock_offset(struct report_builder *b, const struct inside *in, const char *clock)
{
	for (size_t i = 0; i < in->n; i++) {
		const char *const *f = in->rows[i].fields;

		if (in->rows[i].kind == INSIDE_OFFSET && !strcmp(f[0], clock))
			return strcmp(f[2], "0") != 0 ? report_printf(b, "%s s %s ns", f[1], f[2]) : report_printf(b, "%s s", f[1]);
	}
	return NULL;
}

static const char *monotonic(struct report_builder *b, const struct inside *in, uint32_t ns)
{
	(void)ns;
	return clock_offset(b, in, "monotonic");
}

static const char *boottime(struct report_builder *b, const struct inside *in, uint32_t ns)
{
	(void)ns;
	return clock_offset(b, in, "boottime");
}

static const char *uid_map(struct report_builder *b, const struct inside *in, uint32_t ns)
{
	(void)in;
	return report_idmap(b, ns, 0);
}

static const char *gid_map(struct report_builder *b, const struct inside *in, uint32_t ns)
{
	(void)in;
	return report_idmap(b, ns, 1);
}

static const char *processes(struct report_builder *b, const struct inside *in, uint32_t ns)
{
	(void)in;
	return graph_members_unknown(b->g, ns) ? "?" : report_printf(b, "%u", graph_node(b->g, ns)->nprocs);
}

static const char *init(struct report_builder *b, const struct inside *in, uint32_t ns)
{
	const struct ns_node *n = graph_node(b->g, ns);

	(void)in;
	if (n->leader == SNAP_NONE)
		return NULL;
	return report_printf(b, "%d (%s)", graph_snapshot(b->g)->procs[n->leader].pid, graph_snapshot(b->g)->procs[n->leader].comm);
}

/* The first of a type is what shows where none differs. */
static const struct {
	enum ns_type type;
	const char *what;
	fact_fn *get;
	bool from_graph; /* known without a look inside */
} facts[] = {
	{NS_IPC, "shared memory segments", segments, false},
	{NS_IPC, "semaphore sets", semaphores, false},
	{NS_IPC, "message queues", queues, false},
	{NS_MNT, "mounts", mounts, false},
	{NS_MNT, "root mount", root_mount, false},
	{NS_NET, "interfaces", interfaces, false},
	{NS_NET, "addresses", addresses, false},
	{NS_NET, "default route", default_route, false},
	{NS_NET, "listening", listeners, false},
	{NS_PID, "processes", processes, true},
	{NS_PID, "first process", init, true},
	{NS_TIME, "monotonic clock", monotonic, false},
	{NS_TIME, "boot time", boottime, false},
	{NS_USER, "uid map", uid_map, true},
	{NS_USER, "gid map", gid_map, true},
	{NS_UTS, "host name", host_name, false},
	{NS_UTS, "domain name", domain_name, false},
};
enum { FACTS = sizeof(facts) / sizeof(facts[0]) };

static void put(struct report_builder *b, struct report_item *row, const char *key, const char *label, const char *s,
		bool unknown)
{
	if (!s && unknown)
		report_missing(b, row, key, label, true);
	else
		report_wrap(b, row, key, label, s);
}

/* Where the look inside failed, what it did not bring is unknown rather than absent. */
static bool in_trouble(const struct inside *in)
{
	return in && count(in, INSIDE_TROUBLE);
}

/* What a row is about and the table that it goes to. */
struct facts_of {
	struct report_builder *b;
	struct report_item *table;
	enum ns_type type;
	const struct inside *x, *y;
	size_t rows;
};

static void add_row(struct facts_of *f, const char *what, const char *x, const char *y)
{
	struct report_item *row = report_add(f->b, f->table, REPORT_OBJECT, NULL, "");

	if (!row)
		return;
	f->rows++;
	report_text(f->b, row, "type", "TYPE", ns_info(f->type)->name);
	report_wrap(f->b, row, "what", "WHAT", what);
	put(f->b, row, "a", "FIRST", x, in_trouble(f->x));
	put(f->b, row, "b", "SECOND", y, in_trouble(f->y));
}

static bool differ(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) != 0 : a != b;
}

/* The facts of the table; any says to take the first that there is, whether it differs or not. */
static void add_facts(struct facts_of *f, uint32_t x, uint32_t y, bool any)
{
	for (size_t i = 0; i < FACTS; i++) {
		const char *a, *b;

		if (facts[i].type != f->type || (!facts[i].from_graph && (!f->x || !f->y)))
			continue;
		a = facts[i].get(f->b, f->x, x);
		b = facts[i].get(f->b, f->y, y);
		if (any ? !f->rows && (a || b) : differ(a, b))
			add_row(f, facts[i].what, a, b);
	}
}

/* The name of a hierarchy, "4:memory" in /proc/PID/cgroup; the unified one has none. */
static const char *hierarchy_name(const char *s)
{
	const char *colon = strchr(s, ':');

	return colon ? colon + 1 : s;
}

static const char *cgroup_root(const struct inside *in, const char *hierarchy)
{
	for (size_t i = 0; i < in->n; i++)
		if (in->rows[i].kind == INSIDE_CGROUP && !strcmp(hierarchy_name(in->rows[i].fields[0]), hierarchy))
			return in->rows[i].fields[1];
	return NULL;
}

/* The hierarchies of in that have roots a and b, by their names. */
static const char *hierarchies(struct facts_of *f, const struct inside *in, const char *a, const char *b)
{
	struct names names = {.s = "", .max = HIERARCHIES_MAX};

	for (size_t i = 0; i < in->n; i++) {
		const char *name = hierarchy_name(in->rows[i].fields[0]);

		if (in->rows[i].kind == INSIDE_CGROUP && !differ(cgroup_root(f->x, name), a) && !differ(cgroup_root(f->y, name), b))
			add_name(f->b, &names, *name ? name : "unified");
	}
	return names_text(f->b, &names);
}

/* Whether an earlier row of in has the same pair of roots. */
static bool had(const struct facts_of *f, const struct inside *in, size_t row, const char *a, const char *b)
{
	for (size_t i = 0; i < row; i++) {
		const char *name = hierarchy_name(in->rows[i].fields[0]);

		if (in->rows[i].kind == INSIDE_CGROUP && !differ(cgroup_root(f->x, name), a) && !differ(cgroup_root(f->y, name), b))
			return true;
	}
	return false;
}

/* A namespace has a root in every hierarchy, and often the same in many: a row for each pair of roots. */
static void add_cgroups(struct facts_of *f, bool any)
{
	const struct inside *in = f->x && count(f->x, INSIDE_CGROUP) ? f->x : f->y;

	if (!f->x || !f->y)
		return;
	for (size_t i = 0; i < in->n; i++) {
		const char *name = hierarchy_name(in->rows[i].fields[0]), *a, *b;

		if (in->rows[i].kind != INSIDE_CGROUP)
			continue;
		a = cgroup_root(f->x, name);
		b = cgroup_root(f->y, name);
		if ((any ? f->rows != 0 : !differ(a, b)) || had(f, in, i, a, b))
			continue;
		add_row(f, count(in, INSIDE_CGROUP) > 1 ? report_printf(f->b, "root (%s)", hierarchies(f, in, a, b)) : "root", a, b);
	}
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The places where something is mounted, sorted. */
static const char **targets(struct report_builder *b, const struct inside *in, size_t *n)
{
	const char **v = arena_alloc(b->a, (in->n + 1) * sizeof(*v));

	*n = 0;
	for (size_t i = 0; v && i < in->n; i++)
		if (in->rows[i].kind == INSIDE_MOUNT)
			v[(*n)++] = in->rows[i].fields[2];
	if (v)
		qsort(v, *n, sizeof(*v), compare_names);
	else
		b->failed = true;
	return v;
}

/* Where only one of two mount namespaces has something mounted. */
static void add_mount_points(struct facts_of *f)
{
	size_t n = 0, m = 0, i = 0, k = 0;
	struct names only[2] = {no_names, no_names};

	if (!f->x || !f->y || in_trouble(f->x) || in_trouble(f->y))
		return;

	const char **a = targets(f->b, f->x, &n), **b = targets(f->b, f->y, &m);

	while (a && b && (i < n || k < m)) {
		int order = i == n ? 1 : k == m ? -1 : strcmp(a[i], b[k]);

		if (order < 0)
			add_name(f->b, &only[0], a[i]);
		else if (order > 0)
			add_name(f->b, &only[1], b[k]);
		i += order <= 0;
		k += order >= 0;
	}
	if (only[0].n || only[1].n)
		add_row(f, "mounted only there", names_text(f->b, &only[0]), names_text(f->b, &only[1]));
}

static const char *why(const struct inside *in, const char *what)
{
	for (size_t i = 0; in && i < in->n; i++)
		if (in->rows[i].kind == INSIDE_TROUBLE && !strcmp(in->rows[i].fields[0], what))
			return in->rows[i].fields[1];
	return NULL;
}

/* What could not be looked at on either side, and why. */
static void add_troubles(struct facts_of *f)
{
	for (int second = 0; second <= 1; second++) {
		const struct inside *in = second ? f->y : f->x;

		for (size_t i = 0; in && i < in->n; i++) {
			const char *what = in->rows[i].fields[0];

			if (in->rows[i].kind == INSIDE_TROUBLE && (!second || !why(f->x, what)))
				add_row(f, report_printf(f->b, "cannot look: %s", what), why(f->x, what), why(f->y, what));
		}
	}
}

void compare_inside(struct report_builder *b, struct report_item *table, enum ns_type type, const struct compare_side *x,
		    const struct compare_side *y)
{
	struct facts_of f = {.b = b, .table = table, .type = type, .x = x->inside[type], .y = y->inside[type]};

	add_troubles(&f);
	for (int any = 0; any <= 1 && !f.rows; any++) {
		add_facts(&f, x->ns[type], y->ns[type], any);
		if (type == NS_CGROUP)
			add_cgroups(&f, any);
		if (type == NS_MNT && !any)
			add_mount_points(&f);
	}
}
