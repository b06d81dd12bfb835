/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/bpf_records.h"

#include "nsview/fd.h"
#include "nsview/vec.h"
#include "scan/procfs.h"
#include "scan/registry.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static_assert(REC_SLOTS == NS_SLOT_COUNT, "both halves know the same links");

/* What is known of a process beside the snapshot, whose rows move when others' are added. */
struct bpf_member {
	uint64_t cgroups;
	int32_t pid;
};

/* CPU time of a process, while its threads come in. */
struct bpf_used {
	struct rec_time time, shown;
};

/* CPU time of a thread that came before its process. */
struct bpf_late {
	int32_t pid;
	struct rec_time time;
};

static void add_time(struct rec_time *sum, const struct rec_time *t)
{
	sum->utime += t->utime;
	sum->stime += t->stime;
	sum->runtime += t->runtime;
}

static int take_ns(struct bpf_intake *in, const void *record)
{
	const struct rec_ns *r = record;

	if (r->type >= NS_TYPE_COUNT)
		return -EBADMSG;

	int err = vec_reserve(&in->nss, &in->nss_cap, in->nnss + 1);

	if (err == 0)
		in->nss[in->nnss++] = *r;
	return err;
}

/* The snapshot has a new namespace: its record mostly came just now, with the others that a process brings. */
static int note_record(struct bpf_intake *in, enum ns_type type, uint32_t ino)
{
	size_t n = in->snap->nnss, least = in->nnss > 2 * NS_SLOT_COUNT ? in->nnss - 2 * NS_SLOT_COUNT : 0;
	int err = vec_reserve(&in->record, &in->record_cap, n);

	if (err < 0)
		return err;
	while (in->nrecord < n)
		in->record[in->nrecord++] = SNAP_NONE;
	for (size_t i = in->nnss; i > least && in->record[n - 1] == SNAP_NONE; i--)
		if (in->nss[i - 1].ino == ino && in->nss[i - 1].type == (uint32_t)type)
			in->record[n - 1] = (uint32_t)(i - 1);
	return 0;
}

/* From an inode to a reference: ABSENT for none, UNREAD for what nobody asked for. */
static int to_ref(struct bpf_intake *in, int slot, uint32_t ino, enum scan_source source, uint32_t *ref)
{
	*ref = in->opts->types & 1u << ns_slot_type((enum ns_slot)slot) ? NS_REF_ABSENT : NS_REF_UNREAD;
	if (!ino || *ref == NS_REF_UNREAD)
		return 0;

	enum ns_type type = ns_slot_type((enum ns_slot)slot);
	size_t before = in->snap->nnss;
	int err = registry_add(in->snap, type, ino, source, ref);

	if (err < 0 || in->snap->nnss == before)
		return err;
	in->brings = true;
	return note_record(in, type, ino);
}

/* Most processes have most namespaces of the one before. */
static int take_refs(struct bpf_intake *in, const struct rec_proc *r)
{
	bool first = in->snap->nprocs == 0;

	for (int slot = 0; slot < NS_SLOT_COUNT; slot++) {
		int err = !first && r->ns[slot] == in->last.ns[slot]
				  ? 0
				  : to_ref(in, slot, r->ns[slot], SOURCE_BPF, &in->last_refs[slot]);

		if (err < 0)
			return err;
	}
	return 0;
}

static char *copy_name(struct arena *a, const char *name, size_t size)
{
	return arena_strndup(a, name, strnlen(name, size));
}

static uint64_t to_ticks(const struct bpf_intake *in, uint64_t nanoseconds)
{
	return nanoseconds / (1000000000 / in->hz);
}

/* PIDs ascend, so who brings a namespace mostly leads it. */
static int ask_cmdline(struct bpf_intake *in, const struct rec_proc *r)
{
	bool wanted = in->brings || in->opts->want & WANT_CMDLINE_ALL;

	in->brings = false;
	return in->pool && wanted ? cmdline_pool_ask(in->pool, r->head.pid, r->kthread) : 0;
}

static int take_proc(struct bpf_intake *in, const void *record)
{
	const struct rec_proc *r = record;
	struct snapshot *snap = in->snap;
	int err = vec_reserve(&snap->procs, &snap->procs_cap, snap->nprocs + 1);

	if (err == 0)
		err = vec_reserve(&in->members, &in->members_cap, snap->nprocs + 1);
	if (err == 0 && in->opts->want & WANT_CPU)
		err = vec_reserve(&in->used, &in->used_cap, snap->nprocs + 1);
	if (err == 0)
		err = take_refs(in, r);
	if (err < 0)
		return err;
	in->last = *r;

	struct snap_proc *p = &snap->procs[snap->nprocs];

	*p = (struct snap_proc){
		.start = to_ticks(in, r->start),
		.rss = r->rss * in->page,
		.comm = copy_name(&snap->strings, r->comm, sizeof(r->comm)),
		.pid = r->head.pid,
		.ppid = r->ppid,
		.uid = r->uid,
		.threads = r->threads,
		.label = SNAP_NONE,
		.flags = (r->kthread ? SNAP_PROC_KTHREAD : 0) | (r->head.pid == in->self ? SNAP_PROC_SELF : 0),
		.state = bpf_state(r->state, r->exit_state),
	};
	if (!p->comm)
		return -ENOMEM;
	if (in->opts->want & WANT_NSPIDS && in->opts->types & 1u << NS_PID)
		p->nspid = r->nspid;
	memcpy(p->ns, in->last_refs, sizeof(p->ns));
	in->members[snap->nprocs] = (struct bpf_member){
		.cgroups = r->exit_state ? 0 : r->cgroups, /* /proc shows less of a zombie's */
		.pid = r->head.pid,
	};
	if (in->opts->want & WANT_CPU)
		in->used[snap->nprocs] = (struct bpf_used){.time = r->time, .shown = r->shown};
	snap->nprocs++;
	in->nmembers = snap->nprocs;
	return ask_cmdline(in, r);
}

/* Threads mostly come right after their process. */
static int take_cpu(struct bpf_intake *in, const void *record)
{
	const struct rec_cpu *r = record;
	struct snapshot *snap = in->snap;

	if (!(in->opts->want & WANT_CPU))
		return 0;
	if (in->last_index >= snap->nprocs || snap->procs[in->last_index].pid != r->head.pid)
		in->last_index = snap_proc_find(snap, r->head.pid);
	if (in->last_index != SNAP_NONE) {
		add_time(&in->used[in->last_index].time, &r->time);
		return 0;
	}

	int err = vec_reserve(&in->late, &in->late_cap, in->nlate + 1);

	if (err == 0)
		in->late[in->nlate++] = (struct bpf_late){.pid = r->head.pid, .time = r->time};
	return err;
}

static int take_thread(struct bpf_intake *in, const void *record)
{
	const struct rec_thread *r = record;

	if (!(in->opts->want & WANT_THREADS))
		return 0;

	int err = vec_reserve(&in->threads, &in->threads_cap, in->nthreads + 1);

	if (err == 0)
		in->threads[in->nthreads++] = *r;
	return err;
}

static const struct {
	size_t len;
	int (*take)(struct bpf_intake *in, const void *record);
} kinds[] = {
	[REC_NS] = {sizeof(struct rec_ns), take_ns},
	[REC_PROC] = {sizeof(struct rec_proc), take_proc},
	[REC_CPU] = {sizeof(struct rec_cpu), take_cpu},
	[REC_THREAD] = {sizeof(struct rec_thread), take_thread},
};
enum { NKINDS = sizeof(kinds) / sizeof(kinds[0]) };

static int take_record(struct bpf_intake *in, const struct rec_head *head)
{
	if (head->kind >= NKINDS || !kinds[head->kind].take || head->len != kinds[head->kind].len)
		return -EBADMSG;
	return kinds[head->kind].take(in, head);
}

int bpf_intake_take(void *intake, const void *records, size_t n)
{
	struct bpf_intake *in = intake;
	const char *at = records;

	while (n) {
		const struct rec_head *head = (const void *)at;

		if (n < sizeof(*head) || head->len < sizeof(*head) || head->len > n)
			return -EBADMSG;

		int err = take_record(in, head);

		if (err < 0)
			return err;
		at += head->len;
		n -= head->len;
	}
	return 0;
}

/* A thread on its way out has lost links: that is no difference of its own. */
static bool differs(struct snap_thread *t, const struct snap_proc *p)
{
	for (int slot = 0; slot < NS_SLOT_COUNT; slot++)
		if (!NS_REF_OK(t->ns[slot]))
			t->ns[slot] = p->ns[slot];
	return memcmp(t->ns, p->ns, sizeof(t->ns)) != 0;
}

static int compare_threads(const void *a, const void *b)
{
	const struct snap_thread *x = a, *y = b;

	if (x->proc != y->proc)
		return x->proc < y->proc ? -1 : 1;
	return (x->tid > y->tid) - (x->tid < y->tid);
}

void bpf_intake_sum(struct bpf_intake *in)
{
	struct snapshot *snap = in->snap;

	if (!(in->opts->want & WANT_CPU))
		return;
	for (size_t i = 0; i < in->nlate; i++) {
		uint32_t proc = snap_proc_find(snap, in->late[i].pid);

		if (proc != SNAP_NONE)
			add_time(&in->used[proc].time, &in->late[i].time);
	}
	for (size_t i = 0; i < snap->nprocs; i++)
		snap->procs[i].cpu = bpf_ticks(&in->used[i].time, &in->used[i].shown, in->hz);
}

int bpf_intake_threads(struct bpf_intake *in)
{
	struct snapshot *snap = in->snap;
	int err = in->nthreads ? vec_reserve(&snap->threads, &snap->threads_cap, in->nthreads) : 0;

	for (size_t i = 0; i < in->nthreads && err == 0; i++) {
		const struct rec_thread *r = &in->threads[i];
		struct snap_thread *t = &snap->threads[snap->nthreads];

		*t = (struct snap_thread){.tid = r->tid, .proc = snap_proc_find(snap, r->head.pid)};
		if (t->proc == SNAP_NONE || snap->procs[t->proc].flags & SNAP_PROC_SELF)
			continue;
		for (int slot = 0; slot < NS_SLOT_COUNT && err == 0; slot++)
			err = to_ref(in, slot, r->ns[slot], SOURCE_THREADS, &t->ns[slot]);
		if (err < 0 || !differs(t, &snap->procs[t->proc]))
			continue;
		t->comm = copy_name(&snap->strings, r->comm, sizeof(r->comm));
		if (!t->comm)
			return -ENOMEM;
		snap->nthreads++;
	}
	if (snap->nthreads)
		qsort(snap->threads, snap->nthreads, sizeof(*snap->threads), compare_threads);
	if (in->opts->want & WANT_THREADS)
		snap->coverage.sources[SOURCE_THREADS] = (struct source_report){
			.state = SOURCE_RAN,
			.unread = snap->coverage.unreadable,
		};
	return err;
}

/* Where the hierarchy ends, or where our view of it does. */
static int relate_up(struct snapshot *snap, enum ns_type type, uint32_t ino, bool hidden, uint32_t *ref)
{
	if (ino)
		return registry_add(snap, type, ino, SOURCE_RELATIONS, ref);
	*ref = hidden ? NS_REF_DENIED : NS_REF_ABSENT;
	return 0;
}

/* A user namespace as what others owned that came before; ino 0: none did. */
struct owner {
	uint32_t ino;
	uint32_t ref;
};

/* Adding a namespace may move the table: what is written goes by index. */
static int relate(struct snapshot *snap, size_t i, const struct rec_ns *r, struct owner *owner)
{
	uint32_t parent = NS_REF_ABSENT;
	int err = owner->ino == r->owner && r->owner ? 0 : relate_up(snap, NS_USER, r->owner, false, &owner->ref);

	owner->ino = r->owner;
	if (err == 0 && ns_info((enum ns_type)r->type)->hierarchical)
		err = relate_up(snap, (enum ns_type)r->type, r->parent, r->flags & REC_NS_ABOVE, &parent);
	if (err < 0)
		return err;

	struct snap_ns *ns = &snap->nss[i];

	ns->id = r->id;
	ns->owner = owner->ref;
	ns->parent = parent;
	if (r->type == NS_USER)
		ns->owner_uid = r->owner_uid;
	ns->seen_by |= 1u << SOURCE_RELATIONS;
	return 0;
}

/* What came of a namespace of the snapshot: *ret, NULL for nothing. 0 or -ENOMEM. */
static int find_record(struct bpf_intake *in, size_t i, const struct rec_ns **ret)
{
	const struct snap_ns *ns = &in->snap->nss[i];
	uint32_t at = i < in->nrecord ? in->record[i] : SNAP_NONE;
	int err = 0;

	for (; at == SNAP_NONE && in->indexed < in->nnss && err == 0; in->indexed++) {
		const struct rec_ns *r = &in->nss[in->indexed];

		err = map_put(&in->ns_by_key, ns_key((enum ns_type)r->type, r->ino), (uint32_t)in->indexed);
	}
	if (at == SNAP_NONE)
		at = map_get(&in->ns_by_key, ns_key((enum ns_type)ns->type, ns->ino));
	*ret = at == MAP_NONE ? NULL : &in->nss[at];
	return err;
}

int bpf_intake_relate(struct bpf_intake *in, struct snapshot *snap)
{
	struct owner owner = {0};

	/* The table grows as ancestors and owners are met: they are met in turn. */
	for (size_t i = 0; i < snap->nnss; i++) {
		const struct rec_ns *r;
		int err = find_record(in, i, &r);

		if (err == 0 && r)
			err = relate(snap, i, r, &owner);
		if (err < 0)
			return err;
	}
	return 0;
}

uint32_t bpf_intake_find(const struct bpf_intake *in, int32_t pid, uint64_t start)
{
	uint32_t proc = snap_proc_find(in->snap, pid);

	return proc != SNAP_NONE && in->snap->procs[proc].start == to_ticks(in, start) ? proc : SNAP_NONE;
}

int bpf_intake_cgroups(const struct bpf_intake *in, const struct snapshot *snap, uint64_t **ret)
{
	AUTO_FREE uint64_t *cgroups = calloc(snap->nprocs + 1, sizeof(*cgroups));
	size_t at = 0;

	if (!cgroups)
		return -ENOMEM;
	/* Both ascend; the snapshot has what other sources added, too. */
	for (size_t i = 0; i < snap->nprocs && at < in->nmembers; i++)
		if (in->members[at].pid == snap->procs[i].pid)
			cgroups[i] = in->members[at++].cgroups;
	*ret = take_ptr(cgroups);
	return 0;
}

void bpf_intake_done(struct bpf_intake *in)
{
	free(in->members);
	free(in->used);
	free(in->late);
	free(in->threads);
	free(in->nss);
	free(in->record);
	map_done(&in->ns_by_key);
	*in = (struct bpf_intake){0};
}
