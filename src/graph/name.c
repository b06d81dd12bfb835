/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/name.h"

#include "nsview/container.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { ID_PREFIX_MIN = 3 }; /* shorter beginnings match too much to be meant */

const char *name_of_path(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

static bool is(const char *a, const char *b)
{
	return a && !strcmp(a, b);
}

static bool label_matches(const struct snap_label *l, const char *name)
{
	return is(l->name, name) || is(l->id, name) || is(l->pod, name);
}

static bool label_begins(const struct snap_label *l, const char *name)
{
	size_t len = strlen(name);

	return len >= ID_PREFIX_MIN && l->id && !strncmp(l->id, name, len);
}

/* One match stands for all mounts of a name, here or elsewhere. */
static void add_mount(const struct snapshot *s, const char *name, enum name_kind kind, struct name_match *v, size_t *n)
{
	for (size_t i = 0; i < s->nmounts; i++)
		if ((s->mounts[i].mntns == s->host.own[NS_MNT]) == (kind == NAME_MOUNT) &&
		    is(name_of_path(s->mounts[i].path), name)) {
			v[(*n)++] = (struct name_match){.kind = kind, .name = name_of_path(s->mounts[i].path)};
			return;
		}
}

static void add_label(const struct snapshot *s, uint32_t label, struct name_match *v, size_t *n)
{
	const struct snap_label *l = &s->labels[label];

	v[(*n)++] = (struct name_match){.kind = NAME_LABEL, .name = l->id ? l->id : l->name, .label = label};
}

int name_find(const struct graph *g, const char *name, struct arena *a, struct name_match **ret, size_t *n)
{
	const struct snapshot *s = graph_snapshot(g);
	struct name_match *v = arena_alloc(a, (s->nlabels + 1) * sizeof(*v));
	size_t count = 0;

	if (!v)
		return -ENOMEM;
	add_mount(s, name, NAME_MOUNT, v, &count);
	for (size_t i = 0; i < s->nlabels; i++)
		if (label_matches(&s->labels[i], name))
			add_label(s, (uint32_t)i, v, &count);
	for (size_t i = 0, exact = count; i < s->nlabels && exact == 0; i++)
		if (label_begins(&s->labels[i], name))
			add_label(s, (uint32_t)i, v, &count);
	if (count == 0)
		add_mount(s, name, NAME_MOUNT_ELSEWHERE, v, &count);
	*ret = v;
	*n = count;
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int name_all(const struct graph *g, struct arena *a, const char ***ret, size_t *n)
{
	const struct snapshot *s = graph_snapshot(g);
	const char **v = arena_alloc(a, (s->nmounts + s->nlabels + 1) * sizeof(*v));
	size_t count = 0, kept = 0;

	if (!v)
		return -ENOMEM;
	for (size_t i = 0; i < s->nmounts; i++)
		if (s->mounts[i].mntns == s->host.own[NS_MNT])
			v[count++] = name_of_path(s->mounts[i].path);
	for (size_t i = 0; i < s->nlabels; i++)
		if (s->labels[i].name && container_label((enum label_kind)s->labels[i].kind))
			v[count++] = s->labels[i].name;
	qsort(v, count, sizeof(*v), compare_names);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || strcmp(v[kept - 1], v[i]) != 0)
			v[kept++] = v[i];
	*ret = v;
	*n = kept;
	return 0;
}
