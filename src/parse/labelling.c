/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/labelling.h"

#include "nsview/container.h"
#include "parse/labelling_index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* In place of the index of a record. */
#define ROOT_NONE SNAP_NONE
#define ROOT_MANY (SNAP_NONE - 1)  /* inits of several containers share a PID namespace */
#define ROOT_BUSY (SNAP_NONE - 2)  /* being looked for: PIDs that were given anew can make a circle of parents */
#define ROOT_UNKNOWN (SNAP_NONE - 3)

struct work {
	struct snapshot *snap;
	const struct labelling *in;
	struct record_index records;
	struct label_index labels;
	struct snap_label *by_owner; /* what each owner's cgroup makes of its processes; kind LABEL_KIND_COUNT: nothing */
	struct snap_label *by_root;  /* what each record makes of its container's processes */
	uint32_t *roots;             /* of each process: the record whose container it is in, or a ROOT_ mark */
	uint32_t *ns_roots;          /* of each namespace: the record whose init it is the PID namespace of, or a mark */
	uint32_t *root_procs;        /* of each record: its init's index */
};

static const struct cgroup_owner *owner_of(const struct work *w, uint32_t proc)
{
	uint32_t owner = w->in->proc_owners[proc];

	return owner == SNAP_NONE ? NULL : &w->in->owners[owner];
}

static bool owner_is_container(const struct cgroup_owner *o)
{
	return o && o->kind != CGROUP_NOBODY && container_label((enum label_kind)o->kind);
}

/* The record of what a cgroup belongs to, or NULL. */
static const struct runtime_record *owner_record(const struct work *w, const struct cgroup_owner *o)
{
	const struct runtime_record *r = NULL;

	if (o->stray[0])
		r = record_find(&w->records, RECORD_ID, o->stray, o->uid);
	if (!r && owner_is_container(o) && o->id[0])
		r = record_find(&w->records, RECORD_ID, o->id, o->uid);
	if (!r && (o->kind == LABEL_NSPAWN || o->kind == LABEL_MACHINE))
		r = record_find(&w->records, RECORD_UNIT, o->unit, o->uid);
	return r;
}

static const char *or_null(const char *s)
{
	return *s ? s : NULL;
}

/* o, r or both; where both are there they tell of the same container. */
static struct snap_label label_make(const struct cgroup_owner *o, const struct runtime_record *r)
{
	struct snap_label l = {.kind = LABEL_KIND_COUNT};

	if (o && o->kind != CGROUP_NOBODY)
		l = (struct snap_label){.kind = (uint8_t)o->kind, .name = or_null(o->name), .id = or_null(o->id)};
	if (r) {
		if (l.kind == LABEL_KIND_COUNT || !label_is_engine(l.kind))
			l.kind = (uint8_t)r->kind;
		l.name = r->name ? r->name : l.name;
		l.id = r->id ? r->id : l.id;
		l.pod = r->pod;
	}
	/* An id that a person chose is what people call it. */
	if (!l.name && l.id && !cgroup_hex_id(l.id, strlen(l.id)))
		l.name = l.id;
	return l;
}

/* Whether a cgroup and a record tell of the same container. */
static bool same_container(const struct cgroup_owner *o, const struct runtime_record *r)
{
	if (!owner_is_container(o))
		return false;
	if (o->id[0])
		return r->id && !strcmp(o->id, r->id);
	return o->kind == r->kind && r->name && !strcmp(o->name, r->name);
}

static struct snap_label owner_label(const struct work *w, const struct cgroup_owner *o)
{
	const struct runtime_record *r = owner_record(w, o);

	/* A record of another id is of a container further inside, with which what is around it has nothing to do. */
	if (r && o->stray[0] && r->id && !strcmp(r->id, o->stray))
		return label_make(NULL, r);
	return label_make(o, r);
}

static bool record_tells_of(const struct work *w, const struct runtime_record *r, uint32_t proc)
{
	const struct snap_proc *p = &w->snap->procs[proc];
	const struct cgroup_owner *o = owner_of(w, proc);

	if (p->flags & SNAP_PROC_KTHREAD)
		return false;
	if (r->start ? r->start != p->start : !container_types(w->snap, p))
		return false;
	return r->watched || r->only_uid == RUNTIME_UID_ANY || r->only_uid == p->uid || (o && r->only_uid == o->uid);
}

/* Note the inits, and the PID namespaces that are theirs. */
static void mark_roots(struct work *w)
{
	for (uint32_t i = 0; i < w->records.n; i++) {
		const struct runtime_record *r = &w->records.v[i];
		uint32_t proc = r->pid > 0 ? snap_proc_find(w->snap, r->pid) : SNAP_NONE, ns;

		w->root_procs[i] = SNAP_NONE;
		if (proc == SNAP_NONE || !record_tells_of(w, r, proc) || w->roots[proc] != ROOT_UNKNOWN)
			continue;
		w->root_procs[i] = proc;
		w->roots[proc] = i;
		ns = w->snap->procs[proc].ns[NS_PID];
		if (NS_REF_OK(ns) && ns != w->snap->host.base[NS_PID])
			w->ns_roots[ns] = w->ns_roots[ns] == ROOT_NONE ? i : ROOT_MANY;
	}
}

static uint32_t ns_root(const struct work *w, const struct snap_proc *p)
{
	return NS_REF_OK(p->ns[NS_PID]) ? w->ns_roots[p->ns[NS_PID]] : ROOT_NONE;
}

/* Find a process's record by its PID namespace or its ancestors, and leave it with all that were passed on the way. */
static uint32_t find_root(struct work *w, uint32_t proc)
{
	uint32_t at = proc, root = ROOT_NONE, next;

	while (at != SNAP_NONE && w->roots[at] == ROOT_UNKNOWN) {
		const struct snap_proc *p = &w->snap->procs[at];

		root = ns_root(w, p);
		if (root != ROOT_NONE && root != ROOT_MANY)
			break;
		w->roots[at] = ROOT_BUSY;
		at = p->ppid > 0 ? snap_proc_find(w->snap, p->ppid) : SNAP_NONE;
		root = ROOT_NONE;
	}
	if (root == ROOT_NONE && at != SNAP_NONE && w->roots[at] != ROOT_BUSY)
		root = w->roots[at];
	if (at != SNAP_NONE && w->roots[at] == ROOT_UNKNOWN)
		w->roots[at] = root;
	for (at = proc; at != SNAP_NONE && w->roots[at] == ROOT_BUSY; at = next) {
		w->roots[at] = root;
		next = w->snap->procs[at].ppid > 0 ? snap_proc_find(w->snap, w->snap->procs[at].ppid) : SNAP_NONE;
	}
	return root;
}

/* Whether cgroups tell a process apart from a container's init: then they are right about it. */
static bool cgroup_differs(const struct work *w, uint32_t proc, uint32_t init)
{
	uint32_t a = w->in->proc_owners[proc], b = w->in->proc_owners[init];

	if (a == b || a == SNAP_NONE || w->by_owner[a].kind == LABEL_KIND_COUNT ||
	    !container_label((enum label_kind)w->by_owner[a].kind))
		return false;
	return b == SNAP_NONE || !label_same(&w->by_owner[a], &w->by_owner[b]);
}

/* Nothing, or in a scope: nothing around the process has unshared its namespaces for it. */
static bool is_loose(const struct snap_label *l)
{
	return l->kind == LABEL_KIND_COUNT || l->kind == LABEL_SCOPE;
}

static int label_proc(struct work *w, uint32_t proc)
{
	static const struct snap_label sandbox = {.kind = LABEL_SANDBOX}, none = {.kind = LABEL_KIND_COUNT};
	struct snap_proc *p = &w->snap->procs[proc];
	uint32_t owner = w->in->proc_owners[proc], root = find_root(w, proc);
	const struct snap_label *l = owner == SNAP_NONE ? &none : &w->by_owner[owner];

	if (root != ROOT_NONE && !cgroup_differs(w, proc, w->root_procs[root]))
		l = &w->by_root[root];
	if (is_loose(l) && container_types(w->snap, p))
		l = &sandbox;
	return l->kind == LABEL_KIND_COUNT ? 0 : label_add(&w->labels, w->snap, l, &p->label);
}

static uint32_t *marks_new(size_t n, uint32_t mark)
{
	uint32_t *v = malloc((n + 1) * sizeof(*v));

	for (size_t i = 0; v && i < n; i++)
		v[i] = mark;
	return v;
}

/* What a cgroup and the record of an init in it say of one container completes both. */
static void make_labels(struct work *w)
{
	for (size_t i = 0; i < w->in->nowners; i++)
		w->by_owner[i] = owner_label(w, &w->in->owners[i]);
	for (size_t i = 0; i < w->records.n; i++) {
		const struct runtime_record *r = &w->records.v[i];
		uint32_t init = w->root_procs[i];
		const struct cgroup_owner *o = init == SNAP_NONE ? NULL : owner_of(w, init);
		bool same = same_container(o, r);

		w->by_root[i] = label_make(same ? o : NULL, r);
		if (same)
			w->by_owner[w->in->proc_owners[init]] = w->by_root[i];
	}
}

static int prepare(struct work *w)
{
	int err = record_index_build(&w->records, w->in->records, w->in->nrecords);

	w->by_owner = calloc(w->in->nowners + 1, sizeof(*w->by_owner));
	w->by_root = calloc(w->records.n + 1, sizeof(*w->by_root));
	w->roots = marks_new(w->snap->nprocs, ROOT_UNKNOWN);
	w->ns_roots = marks_new(w->snap->nnss, ROOT_NONE);
	w->root_procs = marks_new(w->records.n, SNAP_NONE);
	if (err < 0 || !w->by_owner || !w->by_root || !w->roots || !w->ns_roots || !w->root_procs)
		return -ENOMEM;
	mark_roots(w);
	make_labels(w);
	return 0;
}

int labelling_assign(struct snapshot *snap, const struct labelling *in)
{
	struct work w = {.snap = snap, .in = in};
	int err = prepare(&w);

	for (uint32_t i = 0; i < snap->nprocs && err == 0; i++)
		if (!(snap->procs[i].flags & SNAP_PROC_KTHREAD))
			err = label_proc(&w, i);
	free(w.by_owner);
	free(w.by_root);
	free(w.roots);
	free(w.ns_roots);
	free(w.root_procs);
	record_index_done(&w.records);
	label_index_done(&w.labels);
	return err;
}
