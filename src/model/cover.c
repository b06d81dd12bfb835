/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/cover.h"

#include "nsview/fd.h"
#include "nsview/map.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Whether a mount can be got at by walking down to it from the root. */
enum way { WAY_UNKNOWN, WAY_VISITED, WAY_OPEN, WAY_BLOCKED };

struct mount_tree {
	struct cover_mount *mounts;
	size_t n;
	const struct cover_mount **by_place; /* by parent, then mount point */
	struct map by_id;
	uint8_t *ways;   /* enum way of each */
	uint32_t *below; /* of a mount on the way up: the one that the way came from */
};

static int compare_places(const void *a, const void *b)
{
	const struct cover_mount *x = *(const struct cover_mount *const *)a, *y = *(const struct cover_mount *const *)b;

	if (x->parent != y->parent)
		return x->parent < y->parent ? -1 : 1;
	return strcmp(x->point, y->point);
}

/* Whether something hangs on a mount at the first len bytes of a path. */
static bool hangs_at(const struct mount_tree *t, uint64_t parent, const char *path, size_t len)
{
	size_t low = 0, high = t->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct cover_mount *m = t->by_place[mid];
		int order = parent != m->parent ? (parent < m->parent ? -1 : 1) : strncmp(path, m->point, len);

		if (order == 0 && m->point[len] == '\0')
			return true;
		if (order > 0)
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}

static uint32_t above(const struct mount_tree *t, uint32_t at)
{
	return map_get(&t->by_id, t->mounts[at].parent);
}

/* Whether another mount hangs on the same one nearer to its root, so that the path leads into that one. */
static bool is_blocked(const struct mount_tree *t, uint32_t at)
{
	const struct cover_mount *m = &t->mounts[at];
	uint32_t up = above(t, at);
	size_t first = up == MAP_NONE ? 1 : strlen(t->mounts[up].point), whole = strlen(m->point);

	for (const char *s = strchr(m->point, '/'); s; s = strchr(s + 1, '/')) {
		size_t len = s == m->point ? 1 : (size_t)(s - m->point);

		if (len >= first && len < whole && hangs_at(t, m->parent, m->point, len))
			return true;
	}
	return false;
}

/*
 * Up to the first mount that is known, and back down: each mount is judged once. A list that changed while it was
 * read could even make a circle.
 */
static enum way find_way(struct mount_tree *t, uint32_t from)
{
	uint32_t at = from, last = MAP_NONE;
	enum way way;

	while (at != MAP_NONE && t->ways[at] == WAY_UNKNOWN) {
		t->ways[at] = WAY_VISITED;
		t->below[at] = last;
		last = at;
		at = above(t, at);
	}
	way = at != MAP_NONE && t->ways[at] == WAY_BLOCKED ? WAY_BLOCKED : WAY_OPEN;
	for (at = last; at != MAP_NONE; at = t->below[at]) {
		if (way == WAY_OPEN && is_blocked(t, at))
			way = WAY_BLOCKED;
		t->ways[at] = (uint8_t)way;
	}
	return t->ways[from];
}

/* At its own root one mount hangs on another; the root of all hangs on itself. */
static bool is_covered(struct mount_tree *t, uint32_t at)
{
	const struct cover_mount *m = &t->mounts[at];

	return find_way(t, at) == WAY_BLOCKED || (m->id != m->parent && hangs_at(t, m->id, m->point, strlen(m->point)));
}

static int index_mounts(struct mount_tree *t)
{
	int err = map_reserve(&t->by_id, t->n);

	for (size_t i = 0; i < t->n && err == 0; i++) {
		err = map_put(&t->by_id, t->mounts[i].id, (uint32_t)i);
		t->by_place[i] = &t->mounts[i];
	}
	if (err == 0 && t->n)
		qsort(t->by_place, t->n, sizeof(*t->by_place), compare_places);
	return err;
}

int cover_find(struct cover_mount *mounts, size_t n)
{
	AUTO_FREE const struct cover_mount **by_place = calloc(n + 1, sizeof(const struct cover_mount *));
	AUTO_FREE uint8_t *ways = calloc(n + 1, sizeof(*ways));
	AUTO_FREE uint32_t *below = calloc(n + 1, sizeof(*below));
	struct mount_tree t = {.mounts = mounts, .n = n, .by_place = by_place, .ways = ways, .below = below};
	int err = by_place && ways && below ? index_mounts(&t) : -ENOMEM;

	for (uint32_t i = 0; i < n && err == 0; i++)
		mounts[i].covered = is_covered(&t, i);
	map_done(&t.by_id);
	return err;
}
