/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The iterator over tasks. Each invocation is about one, and what it has to say is gathered in
 * a scratch buffer and written at once.
 *
 * Invocations run under RCU, which keeps tasks, credentials, struct pid and css_set alive. An
 * nsproxy and an mm are freed without it, so they are believed only when the task still has them
 * after they were read; until then a wrong read is a wrong number and no more, since a bad
 * address reads as zero.
 */
#include "nsview/want.h"
#include "record.h"

#include <bpf/bpf_helpers.h>

#include <bpf/bpf_core_read.h>

#include "reader.h"

#define PF_KTHREAD 0x00200000

#define MM_FILEPAGES  0
#define MM_ANONPAGES  1
#define MM_SHMEMPAGES 3

/* The kernel's limits on nesting are 32 below the first, for both (MAX_PID_NS_LEVEL, user_namespaces(7)). */
#define DEPTH_MAX 40

/* In the order of enum ns_type and enum ns_slot. */
enum { CGROUP, IPC, MNT, NET, PID, TIME, USER, UTS, PID_CHILDREN, TIME_CHILDREN };

char LICENSE[] SEC("license") = "GPL";

/*
 * Which namespaces were written already, by a hash of their identity. To forget one costs a
 * record that comes twice; a new generation forgets all.
 */
#define SEEN_BITS 16
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1 << SEEN_BITS);
	__type(key, __u32);
	__type(value, __u64);
} seen SEC(".maps");

static __u32 generation;

/* The namespaces of the task before, which are most tasks' too. */
static __u32 last[REC_SLOTS];

/* Set by the reader before it iterates: WANT_*. Each place in memory that need not be looked at is time. */
__u32 want;

/* What is to be written: an address that comes from a map is a plain number to the verifier. */
static volatile __u64 subject;

/*
 * What a task has in places of its own, far from each other. Each is waited for where it is needed, one after the
 * other, unless all have been asked for before.
 */
static volatile __u64 touched;

static __always_inline void touch(struct task_struct *task, struct signal_struct *signal)
{
	touched = task->start_boottime + task->flags + task->exit_state + task->pid + signal->nr_threads +
		  task->real_cred->euid.val + task->real_parent->tgid;
}

static volatile __u32 out_len;
static __u8 out[8192];

/* Room in the scratch buffer, zeroed but for the head. */
#define OUT_NEW(type, rec_kind, number)                                                      \
	({                                                                                   \
		__u32 at_ = out_len;                                                         \
		type *rec_ = NULL;                                                           \
		if (at_ <= sizeof(out) - sizeof(type)) {                                     \
			rec_ = (type *)&out[at_];                                            \
			__builtin_memset(rec_, 0, sizeof(type));                             \
			rec_->head.kind = rec_kind;                                          \
			rec_->head.len = sizeof(type);                                       \
			rec_->head.pid = number;                                             \
			out_len = at_ + sizeof(type);                                        \
		}                                                                            \
		rec_;                                                                        \
	})

/* Every namespace is unseen again. */
static __always_inline void forget(void)
{
	generation++;
	__builtin_memset(last, 0, sizeof(last));
}

/*
 * When the reader's buffer is full the kernel takes back what this invocation wrote and invokes
 * it again later: the namespaces that it wrote count as unseen then.
 */
static __always_inline void out_write(struct seq_file *seq)
{
	__u32 len = out_len;

	if (len == 0 || len > sizeof(out))
		return;
	if (bpf_seq_write(seq, out, len) != 0)
		forget();
	out_len = 0;
}

/* Whether a namespace is not written yet. From now on it is. */
static __always_inline bool unseen(__u32 type, __u32 ino)
{
	__u64 key = (__u64)generation << 35 | (__u64)type << 32 | ino;
	__u32 at = ino & ((1 << SEEN_BITS) - 1); /* inodes are handed out one after the other, to all types */
	__u64 *slot = bpf_map_lookup_elem(&seen, &at);

	if (!slot || *slot == key)
		return false;
	*slot = key;
	return true;
}

static __always_inline struct rec_ns *put_ns(__u32 type, __u32 ino, struct ns_common *ns, __u32 owner)
{
	struct rec_ns *r = OUT_NEW(struct rec_ns, REC_NS, 0);

	if (!r)
		return NULL;
	r->type = type;
	r->ino = ino;
	r->owner = owner;
	if (bpf_core_field_exists(ns->ns_id))
		r->id = BPF_CORE_READ(ns, ns_id);
	return r;
}

/* A walk up a hierarchy. */
struct ascent {
	__u64 at;
	__u32 ino;
	__u32 below; /* the reader's PID namespace */
};

static long user_step(__u32 i __attribute__((unused)), void *data)
{
	struct ascent *a = data;
	struct user_namespace *user = (struct user_namespace *)a->at;
	struct user_namespace *parent = BPF_CORE_READ(user, parent);
	__u32 above = BPF_CORE_READ(parent, ns.inum);
	struct rec_ns *r = put_ns(USER, a->ino, &user->ns, above);

	if (!r)
		return 1;
	r->parent = above;
	r->owner_uid = BPF_CORE_READ(user, owner.val);
	a->at = (__u64)parent;
	a->ino = above;
	return !above || !unseen(USER, above);
}

/* The subject, a user namespace, and what it descends from that is not written yet. */
__attribute__((noinline)) int put_users(__u32 ino)
{
	struct ascent a = {.at = subject, .ino = ino};

	bpf_loop(DEPTH_MAX, user_step, &a, 0);
	return 0;
}

/* The inode of the user namespace that owns something. */
static __always_inline __u32 meet_owner(struct user_namespace *user)
{
	__u32 ino = BPF_CORE_READ(user, ns.inum);

	if (ino && unseen(USER, ino)) {
		subject = (__u64)user;
		put_users(ino);
	}
	return ino;
}

static long below_step(__u32 i __attribute__((unused)), void *data)
{
	struct ascent *a = data;
	struct pid_namespace *ns = (struct pid_namespace *)a->at;

	if (!ns || BPF_CORE_READ(ns, level) <= own_level)
		return 1;
	a->at = (__u64)BPF_CORE_READ(ns, parent);
	a->below = a->at == own_pidns;
	return a->below;
}

static long pidns_step(__u32 i __attribute__((unused)), void *data)
{
	struct ascent *a = data;
	struct pid_namespace *ns = (struct pid_namespace *)a->at;
	struct pid_namespace *parent = BPF_CORE_READ(ns, parent);
	struct rec_ns *r = put_ns(PID, a->ino, &ns->ns, meet_owner(BPF_CORE_READ(ns, user_ns)));

	if (!r)
		return 1;
	if (!a->below || a->at == own_pidns) {
		r->flags = parent ? REC_NS_ABOVE : 0;
		return 1;
	}
	r->parent = BPF_CORE_READ(parent, ns.inum);
	a->at = (__u64)parent;
	a->ino = r->parent;
	return !a->ino || !unseen(PID, a->ino);
}

/*
 * The inode of a PID namespace. It is written unless it is, with what it descends from, up to the
 * reader's own, as NS_GET_PARENT tells it.
 */
__attribute__((noinline)) __u32 meet_pidns(__u64 addr)
{
	struct pid_namespace *ns = (struct pid_namespace *)addr;
	struct ascent a = {.at = addr, .ino = BPF_CORE_READ(ns, ns.inum)};
	__u32 ino = a.ino;

	if (!ino || ino == last[PID] || !unseen(PID, ino))
		return ino;
	bpf_loop(DEPTH_MAX, below_step, &a, 0);
	a.at = addr;
	bpf_loop(DEPTH_MAX, pidns_step, &a, 0);
	return ino;
}

/* Each of these writes the subject and what owns it. */
#define PUT_NS(type, struct_name)                                                       \
	__attribute__((noinline)) int put_##struct_name(__u32 ino)                      \
	{                                                                               \
		struct struct_name *ns_ = (struct struct_name *)subject;                \
                                                                                        \
		put_ns(type, ino, &ns_->ns, meet_owner(BPF_CORE_READ(ns_, user_ns)));   \
		return 0;                                                               \
	}

PUT_NS(TIME, time_namespace)
PUT_NS(CGROUP, cgroup_namespace)
PUT_NS(IPC, ipc_namespace)
PUT_NS(NET, net)
PUT_NS(UTS, uts_namespace)

__attribute__((noinline)) int put_mnt_namespace(__u32 ino)
{
	struct mnt_namespace *ns = (struct mnt_namespace *)subject;
	struct mnt_namespace___611 *old = (struct mnt_namespace___611 *)ns;
	struct rec_ns *r = put_ns(MNT, ino, &ns->ns, meet_owner(BPF_CORE_READ(ns, user_ns)));

	if (r && !bpf_core_field_exists(ns->ns.ns_id) && bpf_core_field_exists(old->mnt_ns_tree_node))
		r->id = BPF_CORE_READ(old, seq);
	return 0;
}

/* A namespace, written by put unless it is. */
#define MEET(pointer, type, ino, put)                                \
	do {                                                         \
		if (ino && ino != last[type] && unseen(type, ino)) { \
			subject = (__u64)(pointer);                  \
			put(ino);                                    \
		}                                                    \
	} while (0)

/*
 * The namespaces of a task. A zombie has no nsproxy, hence only those of its PID and its
 * credentials. False: it moved to others meanwhile, or it ended.
 *
 * While it loads this the kernel remembers where its types are by a few bits of a hash of their names, and forgets
 * one for another: cgroup and time, mnt and ipc. A look for what it forgot is long, hence the order: those that
 * were mentioned last are written first.
 */
static __always_inline bool take_slots(struct task_struct *task, struct nsproxy *proxy, const struct cred *cred,
				       const struct upid *inmost, __u32 slots[REC_SLOTS])
{
	slots[USER] = cred->user_ns->ns.inum;
	MEET(cred->user_ns, USER, slots[USER], put_users);
	slots[PID] = meet_pidns((__u64)inmost->ns);
	if (!proxy)
		return true;
	slots[CGROUP] = proxy->cgroup_ns->ns.inum;
	slots[MNT] = proxy->mnt_ns->ns.inum;
	barrier();
	slots[TIME] = proxy->time_ns->ns.inum;
	slots[TIME_CHILDREN] = proxy->time_ns_for_children->ns.inum;
	slots[IPC] = proxy->ipc_ns->ns.inum;
	slots[NET] = proxy->net_ns->ns.inum;
	slots[UTS] = proxy->uts_ns->ns.inum;
	MEET(proxy->time_ns, TIME, slots[TIME], put_time_namespace);
	MEET(proxy->time_ns_for_children, TIME, slots[TIME_CHILDREN], put_time_namespace);
	MEET(proxy->cgroup_ns, CGROUP, slots[CGROUP], put_cgroup_namespace);
	MEET(proxy->ipc_ns, IPC, slots[IPC], put_ipc_namespace);
	MEET(proxy->mnt_ns, MNT, slots[MNT], put_mnt_namespace);
	MEET(proxy->net_ns, NET, slots[NET], put_net);
	MEET(proxy->uts_ns, UTS, slots[UTS], put_uts_namespace);
	subject = (__u64)proxy->pid_ns_for_children;
	slots[PID_CHILDREN] = subject == (__u64)inmost->ns ? slots[PID] : meet_pidns(subject);
	barrier();
	return task->nsproxy == proxy;
}

static __always_inline __u64 pages(__s64 counter)
{
	return counter > 0 ? counter : 0;
}

/* As /proc/PID/stat has it: the counters without what is still on some CPU. */
static __always_inline __u64 take_rss(struct task_struct *task)
{
	struct mm_struct *mm = task->mm;
	struct mm_struct___61 *old = (struct mm_struct___61 *)mm;
	__u64 rss;

	if (!mm || task->flags & PF_KTHREAD)
		return 0;
	if (bpf_core_field_exists(mm->rss_stat[0].count))
		rss = pages(mm->rss_stat[MM_FILEPAGES].count) + pages(mm->rss_stat[MM_ANONPAGES].count) +
		      pages(mm->rss_stat[MM_SHMEMPAGES].count);
	else
		rss = pages(BPF_CORE_READ(old, rss_stat.count[MM_FILEPAGES].counter)) +
		      pages(BPF_CORE_READ(old, rss_stat.count[MM_ANONPAGES].counter)) +
		      pages(BPF_CORE_READ(old, rss_stat.count[MM_SHMEMPAGES].counter));
	barrier();
	return task->mm == mm ? rss : 0;
}

static __always_inline __u32 take_state(struct task_struct *task)
{
	struct task_struct___513 *old = (struct task_struct___513 *)task;

	return bpf_core_field_exists(task->__state) ? task->__state : (__u32)old->state;
}

/* Not where the machine counts each entry to the kernel: there utime and stime are exact (s390, POWER). */
static __always_inline bool sampled(void)
{
	return bpf_core_field_exists(((struct signal_struct *)0)->prev_cputime.utime);
}

static __always_inline void take_time(struct task_struct *task, struct rec_time *t)
{
	t->utime = task->utime;
	t->stime = task->stime;
	if (sampled())
		t->runtime = task->se.sum_exec_runtime;
}

static __always_inline void take_group(struct signal_struct *signal, struct rec_proc *r)
{
	r->time.utime += signal->utime;
	r->time.stime += signal->stime;
	if (sampled()) {
		r->time.runtime += signal->sum_sched_runtime;
		r->shown.utime = signal->prev_cputime.utime;
		r->shown.stime = signal->prev_cputime.stime;
	}
}

/* The PID of the process that a task is in. Where the reader is in the first PID namespace it is at hand. */
static __always_inline int process_nr(struct task_struct *task)
{
	return own_level ? reader_pid(task->signal->pids[PIDTYPE_TGID]) : task->tgid;
}

static __always_inline void put_proc(struct task_struct *task, struct signal_struct *signal, const struct cred *cred,
				     int nspid, const __u32 slots[REC_SLOTS], int nr)
{
	bool brings = out_len != 0; /* a namespace, and so leads it, mostly */
	struct rec_proc *r = OUT_NEW(struct rec_proc, REC_PROC, nr);

	if (!r)
		return;
	__builtin_memcpy(r->ns, slots, sizeof(r->ns));
	r->ppid = process_nr(task->real_parent);
	r->nspid = nspid;
	r->uid = cred->euid.val;
	r->kthread = !!(task->flags & PF_KTHREAD);
	r->start = task->start_boottime + boot_offset;
	if (want & WANT_RSS)
		r->rss = take_rss(task);
	if (want & WANT_LABELS || (want & WANT_LABELS_LEADERS && brings))
		r->cgroups = (__u64)task->cgroups;
	r->state = take_state(task);
	r->exit_state = task->exit_state;
	r->threads = signal->nr_threads;
	if (want & WANT_CPU) {
		take_time(task, &r->time);
		take_group(signal, r);
	}
	((__u64 *)r->comm)[0] = ((const __u64 *)task->comm)[0];
	((__u64 *)r->comm)[1] = ((const __u64 *)task->comm)[1];
}

static __always_inline void put_thread(struct task_struct *task, const __u32 slots[REC_SLOTS], int nr)
{
	struct rec_thread *r = OUT_NEW(struct rec_thread, REC_THREAD, nr);

	if (!r)
		return;
	__builtin_memcpy(r->ns, slots, sizeof(r->ns));
	r->tid = own_level ? reader_pid(BPF_CORE_READ(task, thread_pid)) : task->pid;
	bpf_core_read(r->comm, sizeof(r->comm), &task->comm);
}

static __always_inline void put_cpu(struct task_struct *task, int nr)
{
	struct rec_cpu *r = OUT_NEW(struct rec_cpu, REC_CPU, nr);

	if (r)
		take_time(task, &r->time);
}

SEC("iter/task")
int scan_tasks(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct bpf_iter_meta *meta = ctx->meta;
	__u32 slots[REC_SLOTS] = {0};

	if (!task)
		return 0;
	task = UNTRUSTED(task);

	struct seq_file *seq = meta->seq;
	struct signal_struct *signal = task->signal;
	struct nsproxy *proxy = task->nsproxy;

	if (meta->seq_num == 0) {
		reader_note();
		forget();
	}
	out_len = 0;
	touch(task, signal);

	bool leader = task->pid == task->tgid;
	struct pid *pid = signal->pids[PIDTYPE_TGID];
	int nr = own_level ? reader_pid(pid) : task->tgid;

	if (nr == 0 || !pid)
		return 0;
	if (!leader && want & WANT_CPU)
		put_cpu(task, nr);
	/* A thread that ends, or has its process's namespaces, has nothing to say but its time. */
	if (leader || (want & WANT_THREADS && proxy && proxy != task->group_leader->nsproxy)) {
		const struct cred *cred = task->real_cred;
		__u32 level = pid->level;
		struct upid inmost;

		bpf_probe_read_kernel(&inmost, sizeof(inmost), pid_upid(pid, level));
		if (!take_slots(task, proxy, cred, &inmost, slots)) {
			forget(); /* What was taken may not be true. */
			return 1; /* Once more. */
		}
		if (leader)
			put_proc(task, signal, cred, level > own_level ? inmost.nr : 0, slots, nr);
		else
			put_thread(task, slots, nr);
		__builtin_memcpy(last, slots, sizeof(last));
	}
	out_write(seq);
	return 0;
}
