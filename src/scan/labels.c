/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/labels.h"

#include "nsview/fd.h"
#include "nsview/labelling.h"
#include "nsview/map.h"
#include "nsview/vec.h"
#include "scan/leaders.h"
#include "scan/monitors.h"
#include "scan/procfs.h"
#include "scan/state.h"
#include "scan/workers.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
	CHUNK = 64,
	TEXT_MAX = 16384, /* a line for each hierarchy, of which hardly any is longer than some 200 bytes */
};

#define OWNER_DENIED (SNAP_NONE - 1)

/* The distinct texts of cgroup files that one worker met: containers have fewer cgroups than processes. */
struct texts {
	struct arena strings;
	struct map by_hash;
	struct map by_key; /* see struct job */
	const char **v;
	size_t n, cap;
};

struct job {
	const struct snapshot *snap;
	int procfd;
	const uint64_t *keys; /* of each process: the same where the cgroups are; 0 unknown. NULL: all are */
	struct texts texts[WORKERS_MAX];
	uint8_t *worker;       /* of each process: who read it */
	uint32_t *proc_owners; /* of each process: number among that worker's texts; later the owner */
	const uint8_t *wanted; /* of each process: whether anybody asks; NULL: all */
};

/* Texts with the same hash lie under the following numbers. */
static int texts_add(struct texts *t, const char *text, size_t len, uint32_t *ret)
{
	uint64_t hash = map_hash(text, len);
	uint32_t i;
	char *copy;

	for (; t->v && (i = map_get(&t->by_hash, hash)) != MAP_NONE; hash++)
		if (!strcmp(t->v[i], text)) {
			*ret = i;
			return 0;
		}
	copy = arena_strndup(&t->strings, text, len);
	if (!copy || vec_reserve(&t->v, &t->cap, t->n + 1) < 0 || map_put(&t->by_hash, hash, (uint32_t)t->n) < 0)
		return -ENOMEM;
	*ret = (uint32_t)t->n;
	t->v[t->n++] = copy;
	return 0;
}

static void texts_done(struct texts *t)
{
	free(t->v);
	map_done(&t->by_hash);
	map_done(&t->by_key);
	arena_done(&t->strings);
}

/*
 * A label tells what a process belongs to and is no identity, so it is read by PID alone: for it to
 * be another's all PIDs would have to be given out once since the process was read.
 */
static int read_cgroup(struct job *j, unsigned worker, size_t proc)
{
	struct texts *t = &j->texts[worker];
	uint64_t key = j->keys ? j->keys[proc] : 0;
	char name[32], text[TEXT_MAX];
	ssize_t len;
	int err;

	j->worker[proc] = (uint8_t)worker;
	j->proc_owners[proc] = SNAP_NONE;
	if (j->snap->procs[proc].flags & SNAP_PROC_KTHREAD || (j->wanted && !j->wanted[proc]))
		return 0;
	if (key && (j->proc_owners[proc] = map_get(&t->by_key, key)) != MAP_NONE)
		return 0;
	snprintf(name, sizeof(name), "%d/cgroup", j->snap->procs[proc].pid);
	len = procfs_read(j->procfd, name, text, sizeof(text));
	if (len >= 0) {
		err = texts_add(t, text, (size_t)len, &j->proc_owners[proc]);
		return err == 0 && key ? map_put(&t->by_key, key, j->proc_owners[proc]) : err;
	}
	if (len == -EMFILE || len == -ENFILE || len == -ENOMEM)
		return (int)len;
	/* Gone, or a kernel without cgroups, is no failure. */
	if (len != -ENOENT && len != -ESRCH)
		j->proc_owners[proc] = OWNER_DENIED;
	return 0;
}

static int read_cgroups(void *ctx, unsigned worker, size_t first, size_t last)
{
	int err = 0;

	for (size_t i = first; i < last && err == 0; i++)
		err = read_cgroup(ctx, worker, i);
	return err;
}

/* LXC puts a number behind the name when it finds a cgroup that is still there; the container is called as its directory. */
static void lxc_name(struct state *st, struct cgroup_owner *o)
{
	char *hyphen = strrchr(o->name, '-');

	if (!hyphen || hyphen == o->name || !hyphen[1] || hyphen[1 + strspn(hyphen + 1, "0123456789")] || state_lxc_has(st, o->name))
		return;
	*hyphen = '\0';
	if (!state_lxc_has(st, o->name))
		*hyphen = '-';
}

struct owners {
	struct cgroup_owner *v;
	size_t n;
	uint32_t *of_text[WORKERS_MAX]; /* index into v, or SNAP_NONE */
};

/* Put the workers' texts together, each parsed once. */
static int owners_build(struct owners *ow, const struct job *j, struct state *st)
{
	struct texts all = {0};
	size_t cap = 0;
	int err = 0;

	for (int w = 0; w < WORKERS_MAX && err == 0; w++) {
		ow->of_text[w] = calloc(j->texts[w].n + 1, sizeof(*ow->of_text[w]));
		if (!ow->of_text[w])
			err = -ENOMEM;
		for (size_t i = 0; i < j->texts[w].n && err == 0; i++) {
			const char *text = j->texts[w].v[i];

			err = texts_add(&all, text, strlen(text), &ow->of_text[w][i]);
		}
	}
	if (err == 0)
		err = vec_reserve(&ow->v, &cap, all.n + 1);
	for (size_t i = 0; i < all.n && err == 0; i++) {
		struct cgroup_owner *o = &ow->v[ow->n++];

		if (cgroup_parse(all.v[i], strlen(all.v[i]), o) < 0)
			*o = (struct cgroup_owner){.kind = CGROUP_NOBODY, .uid = SNAP_UID_UNKNOWN};
		if (o->kind == LABEL_LXC)
			lxc_name(st, o);
	}
	texts_done(&all);
	return err;
}

static void owners_done(struct owners *ow)
{
	for (int w = 0; w < WORKERS_MAX; w++)
		free(ow->of_text[w]);
	free(ow->v);
}

/* Turn numbers of texts into owners; the number of processes that could not be read. */
static uint32_t owners_apply(const struct owners *ow, struct job *j)
{
	uint32_t unread = 0;

	for (size_t i = 0; i < j->snap->nprocs; i++) {
		uint32_t *owner = &j->proc_owners[i];

		if (*owner == OWNER_DENIED) {
			*owner = SNAP_NONE;
			unread++;
		} else if (*owner != SNAP_NONE) {
			*owner = ow->of_text[j->worker[i]][*owner];
		}
	}
	return unread;
}

/* Read what engines keep of an id, once: a container may have many cgroups. */
static int read_id(struct state *st, struct texts *seen, const char *id)
{
	size_t known = seen->n;
	uint32_t number;
	int err;

	if (!cgroup_hex_id(id, strlen(id)))
		return 0;
	err = texts_add(seen, id, strlen(id), &number);
	return err < 0 || number < known ? err : state_id_read(st, id);
}

/* By id, so only for containers that run: state directories remember the dead. */
static int read_ids(struct state *st, const struct owners *ow)
{
	struct texts seen = {0};
	int err = 0;

	for (size_t i = 0; i < ow->n && err == 0; i++) {
		err = read_id(st, &seen, ow->v[i].id);
		if (err == 0)
			err = read_id(st, &seen, ow->v[i].stray);
	}
	texts_done(&seen);
	return err;
}

static int assign(struct snapshot *snap, struct job *j)
{
	struct owners ow = {0};
	struct state st = {0};
	struct labelling in;
	int err = owners_build(&ow, j, &st);

	if (err == 0) {
		snap->coverage.sources[SOURCE_LABELS].unread = owners_apply(&ow, j);
		err = state_read(&st);
	}
	if (err == 0)
		err = read_ids(&st, &ow);
	in = (struct labelling){.owners = ow.v, .nowners = ow.n, .proc_owners = j->proc_owners};
	if (err == 0)
		err = monitors_read(j->procfd, snap, &in, &st);
	in.records = st.records;
	in.nrecords = st.n;
	snap->coverage.sources[SOURCE_LABELS].unread += st.local.passed;
	if (err == 0)
		err = labelling_assign(snap, &in);
	state_done(&st);
	owners_done(&ow);
	return err;
}

int labels_read(const struct scan_opts *opts, int procfd, const uint64_t *keys, struct snapshot *snap, struct fail *why)
{
	AUTO_FREE uint8_t *worker = malloc(snap->nprocs + 1);
	AUTO_FREE uint32_t *proc_owners = malloc((snap->nprocs + 1) * sizeof(*proc_owners));
	AUTO_FREE uint8_t *leads = opts->want & WANT_LABELS ? NULL : leaders_find(snap);
	struct job j = {
		.snap = snap,
		.procfd = procfd,
		.keys = keys,
		.worker = worker,
		.proc_owners = proc_owners,
		.wanted = leads,
	};
	int err = worker && proc_owners && (leads || opts->want & WANT_LABELS) ? 0 : -ENOMEM;

	if (err == 0)
		err = workers_run(snap->nprocs, CHUNK, workers_count(snap->nprocs, opts->workers), read_cgroups, &j);
	if (err == 0)
		err = assign(snap, &j);
	for (int w = 0; w < WORKERS_MAX; w++)
		texts_done(&j.texts[w]);
	snap->coverage.sources[SOURCE_LABELS].state = SOURCE_RAN;
	return err < 0 ? fail_at(why, "find out what processes belong to", err) : 0;
}
