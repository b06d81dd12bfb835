/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/propagation.h"

#include "nsview/fd.h"
#include "nsview/map.h"
#include "nsview/num.h"
#include "nsview/vec.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The number of a word that is a tag and a number, or 0. */
static uint32_t tagged(const char *word, size_t len, const char *tag)
{
	size_t skip = strlen(tag);
	uint32_t n;

	if (len <= skip || memcmp(word, tag, skip) != 0 || num_u32_parse(word + skip, len - skip, &n) < 0)
		return 0;
	return n;
}

struct propagation propagation_parse(const char *fields, size_t len)
{
	struct propagation how = {0};
	const char *end = fields + len;

	while (fields < end) {
		const char *blank = memchr(fields, ' ', (size_t)(end - fields));
		size_t n = (size_t)((blank ? blank : end) - fields);

		if (!how.shared)
			how.shared = tagged(fields, n, "shared:");
		if (!how.master)
			how.master = tagged(fields, n, "master:");
		if (!how.from)
			how.from = tagged(fields, n, "propagate_from:");
		fields += n + 1;
	}
	return how;
}

int propagation_add(struct propagation_table *t, uint32_t ns, struct propagation how)
{
	int err;

	if (!how.shared && !how.master)
		return 0;
	err = vec_reserve(&t->mounts, &t->cap, t->n + 1);
	if (err < 0)
		return err;
	t->mounts[t->n++] = (struct propagation_mount){.ns = ns, .how = how};
	return 0;
}

void propagation_done(struct propagation_table *t)
{
	free(t->mounts);
	*t = (struct propagation_table){0};
}

enum fed { FED_UNKNOWN, FED_VISITED, FED_NO, FED_YES };

/* A peer group. All members of it have the same master, so one that we see tells for all. */
struct group {
	uint32_t master; /* index of the group that it receives from; MAP_NONE: none, or none that we see */
	uint32_t from;   /* one further up, where the master's members are out of sight; or MAP_NONE */
	bool ours;       /* the namespace that was asked about has a member */
	bool feeds;      /* what is mounted in it arrives in a mount of that namespace */
	uint8_t fed;     /* enum fed: whether what is mounted there arrives in it */
};

struct groups {
	struct group *groups;
	size_t n, cap;
	struct map index; /* by id */
};

static uint32_t find(const struct groups *g, uint32_t id)
{
	return id ? map_get(&g->index, id) : MAP_NONE;
}

static int add(struct groups *g, uint32_t id)
{
	int err;

	if (!id || find(g, id) != MAP_NONE)
		return 0;
	err = vec_reserve(&g->groups, &g->cap, g->n + 1);
	if (err == 0)
		err = map_put(&g->index, id, (uint32_t)g->n);
	if (err == 0)
		g->groups[g->n++] = (struct group){.master = MAP_NONE, .from = MAP_NONE};
	return err;
}

static uint32_t above(const struct groups *g, uint32_t at)
{
	return g->groups[at].master != MAP_NONE ? g->groups[at].master : g->groups[at].from;
}

static int take_mount(struct groups *g, const struct propagation_mount *m, uint32_t ns)
{
	int err = add(g, m->how.shared);

	if (err == 0)
		err = add(g, m->how.master);
	if (err == 0)
		err = add(g, m->how.from);
	if (err < 0 || !g->groups)
		return err;

	uint32_t shared = find(g, m->how.shared), master = find(g, m->how.master);

	if (shared != MAP_NONE && master != MAP_NONE)
		g->groups[shared].master = master;
	if (shared != MAP_NONE && m->ns == ns)
		g->groups[shared].ours = true;
	if (master != MAP_NONE && g->groups[master].from == MAP_NONE)
		g->groups[master].from = find(g, m->how.from);
	return 0;
}

/* Everything from a group upwards feeds one of our mounts. Each group is marked once. */
static void mark_feeding(struct groups *g, uint32_t at)
{
	for (; at != MAP_NONE && !g->groups[at].feeds; at = above(g, at))
		g->groups[at].feeds = true;
}

/*
 * Whether a group or one above it has one of our mounts. The answer holds for all on the way, so
 * that no way is gone twice; mounts that were read at different moments could even make a circle.
 */
static bool is_fed(struct groups *g, uint32_t from)
{
	uint32_t at = from;
	enum fed fed = FED_NO;

	for (; at != MAP_NONE && !g->groups[at].ours && g->groups[at].fed == FED_UNKNOWN; at = above(g, at))
		g->groups[at].fed = FED_VISITED;
	if (at != MAP_NONE && (g->groups[at].ours || g->groups[at].fed == FED_YES))
		fed = FED_YES;
	for (at = from; at != MAP_NONE && g->groups[at].fed == FED_VISITED; at = above(g, at))
		g->groups[at].fed = (uint8_t)fed;
	return fed == FED_YES;
}

static void count(struct groups *g, const struct propagation_mount *m, struct propagation_count *c)
{
	uint32_t shared = find(g, m->how.shared), master = find(g, m->how.master), from = find(g, m->how.from);

	if (shared != MAP_NONE && g->groups[shared].ours) {
		c->shares++;
		return;
	}
	c->receives += is_fed(g, master) || is_fed(g, from);
	c->sends += shared != MAP_NONE && g->groups[shared].feeds;
}

int propagation_count(const struct propagation_table *t, uint32_t ns, struct propagation_count *counts, size_t n)
{
	struct groups g = {0};
	int err = 0;

	for (size_t i = 0; i < t->n && err == 0; i++)
		err = take_mount(&g, &t->mounts[i], ns);
	for (size_t i = 0; i < t->n && err == 0; i++)
		if (t->mounts[i].ns == ns)
			mark_feeding(&g, find(&g, t->mounts[i].how.master));
	for (size_t i = 0; i < n; i++)
		counts[i] = (struct propagation_count){0};
	for (size_t i = 0; i < t->n && err == 0; i++)
		if (t->mounts[i].ns != ns && t->mounts[i].ns < n)
			count(&g, &t->mounts[i], &counts[t->mounts[i].ns]);
	free(g.groups);
	map_done(&g.index);
	return err;
}
