/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "parse/labelling_index.h"

#include "nsview/cgroup.h"
#include "nsview/vec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool label_is_engine(int32_t kind)
{
	return kind != LABEL_RUNC && kind != LABEL_CRUN && kind != LABEL_MACHINE && kind != CGROUP_NOBODY;
}

static uint64_t key_hash(enum record_key key, const char *s, uint32_t uid)
{
	return map_hash(s, strlen(s)) ^ (uint64_t)uid << 8 ^ key;
}

static const char *key_of(const struct runtime_record *r, enum record_key key)
{
	return key == RECORD_ID ? r->id : r->unit;
}

/* Texts with the same hash lie under the following numbers. */
static uint32_t find(const struct record_index *index, enum record_key key, const char *s, uint32_t uid, uint64_t *hash)
{
	uint32_t i;

	for (*hash = key_hash(key, s, uid); (i = map_get(&index->by_key, *hash)) != MAP_NONE; ++*hash) {
		const char *other = key_of(&index->v[i], key);

		if (other && !strcmp(other, s) && index->v[i].only_uid == uid)
			break;
	}
	return i;
}

/* What was known stays; but an engine's name comes before that of the runtime below it. */
static void merge(struct runtime_record *r, const struct runtime_record *more)
{
	bool engine = !label_is_engine(r->kind) && label_is_engine(more->kind);

	if (engine)
		r->kind = more->kind;
	if (!r->name || (engine && more->name))
		r->name = more->name;
	if (!r->pod)
		r->pod = more->pod;
	if (!r->unit)
		r->unit = more->unit;
	/* A file may be of the time before the container was restarted. */
	if (!r->pid || (!r->start && more->start) || more->watched) {
		r->pid = more->pid;
		r->start = more->start;
		r->watched = more->watched;
	}
}

static int add(struct record_index *index, const struct runtime_record *r)
{
	uint64_t hash;
	uint32_t i = r->id ? find(index, RECORD_ID, r->id, r->only_uid, &hash) : MAP_NONE;
	int err;

	if (i != MAP_NONE) {
		merge(&index->v[i], r);
		return 0;
	}
	err = vec_reserve(&index->v, &index->cap, index->n + 1);
	if (err == 0 && r->id)
		err = map_put(&index->by_key, hash, (uint32_t)index->n);
	if (err == 0 && r->unit && find(index, RECORD_UNIT, r->unit, r->only_uid, &hash) == MAP_NONE)
		err = map_put(&index->by_key, hash, (uint32_t)index->n);
	if (err == 0)
		index->v[index->n++] = *r;
	return err;
}

int record_index_build(struct record_index *index, const struct runtime_record *records, size_t n)
{
	int err = 0;

	for (size_t i = 0; i < n && err == 0; i++)
		err = add(index, &records[i]);
	return err;
}

const struct runtime_record *record_find(const struct record_index *index, enum record_key key, const char *s, uint32_t uid)
{
	uint64_t hash;
	uint32_t i = find(index, key, s, RUNTIME_UID_ANY, &hash);

	if (i == MAP_NONE && uid != SNAP_UID_UNKNOWN)
		i = find(index, key, s, uid, &hash);
	return i == MAP_NONE ? NULL : &index->v[i];
}

void record_index_done(struct record_index *index)
{
	free(index->v);
	map_done(&index->by_key);
	*index = (struct record_index){0};
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

bool label_same(const struct snap_label *a, const struct snap_label *b)
{
	return a->kind == b->kind && same(a->name, b->name) && same(a->id, b->id) && same(a->pod, b->pod);
}

static uint64_t label_hash(const struct snap_label *l)
{
	const char *texts[] = {l->name, l->id, l->pod};
	uint64_t h = l->kind;

	for (int i = 0; i < 3; i++)
		h = h * 31 + (texts[i] ? map_hash(texts[i], strlen(texts[i])) : 0);
	return h;
}

static bool copy(struct arena *a, const char *s, const char **ret)
{
	*ret = s ? arena_strdup(a, s) : NULL;
	return !s || *ret;
}

int label_add(struct label_index *index, struct snapshot *snap, const struct snap_label *label, uint32_t *ret)
{
	uint64_t hash = label_hash(label);
	struct snap_label l = {.kind = label->kind};
	uint32_t i;

	for (; (i = map_get(&index->by_hash, hash)) != MAP_NONE; hash++)
		if (label_same(&snap->labels[i], label)) {
			*ret = i;
			return 0;
		}
	if (vec_reserve(&snap->labels, &snap->labels_cap, snap->nlabels + 1) < 0 ||
	    !copy(&snap->strings, label->name, &l.name) || !copy(&snap->strings, label->id, &l.id) ||
	    !copy(&snap->strings, label->pod, &l.pod) || map_put(&index->by_hash, hash, (uint32_t)snap->nlabels) < 0)
		return -ENOMEM;
	*ret = (uint32_t)snap->nlabels;
	snap->labels[snap->nlabels++] = l;
	return 0;
}

void label_index_done(struct label_index *index)
{
	map_done(&index->by_hash);
}
