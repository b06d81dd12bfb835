/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_BPF_READER_H
#define NSVIEW_SCAN_BPF_READER_H

/* PIDs and times as the reader sees them: the process that reads what an iterator writes. */

extern void *bpf_rdonly_cast(const void *obj, __u32 type_id) __ksym __weak;

/* Of the verifier's own; with it came that it asks how far to trust each pointer that another leads to. */
struct task_struct__safe_rcu {
	int unused;
};

/*
 * A pointer to walk along by plain loads, a bad address reading as zero. For each load from a pointer that it
 * trusts the verifier searches all types of the kernel, several times.
 */
#define UNTRUSTED(pointer)                                                                                \
	((typeof(pointer))(bpf_core_type_exists(struct task_struct__safe_rcu) ?                           \
				   bpf_rdonly_cast(pointer, bpf_core_type_id_kernel(typeof(*(pointer)))) : \
				   (void *)(pointer)))

#define PIDTYPE_TGID 1
#define NSEC_PER_SEC 1000000000ULL

static __u64 own_pidns;
static __u32 own_level;
static __u64 boot_offset; /* of its time namespace, in nanoseconds */

static __always_inline struct upid *pid_upid(struct pid *pid, __u32 level)
{
	return (void *)pid + bpf_core_field_offset(struct pid, numbers) + level * bpf_core_type_size(struct upid);
}

/*
 * Note who reads, when an iteration begins. Global functions are verified once and not at each
 * call; they take no pointers to kernel types.
 */
__attribute__((noinline)) int reader_note(void)
{
	struct task_struct *self = (struct task_struct *)bpf_get_current_task();
	struct time_namespace *time = BPF_CORE_READ(self, nsproxy, time_ns);
	struct pid *pid = BPF_CORE_READ(self, thread_pid);

	boot_offset = 0;
	if (time)
		boot_offset = (__u64)BPF_CORE_READ(time, offsets.boottime.tv_sec) * NSEC_PER_SEC +
			      (__u64)BPF_CORE_READ(time, offsets.boottime.tv_nsec);
	own_level = BPF_CORE_READ(pid, level);

	struct upid *upid = pid_upid(pid, own_level);

	own_pidns = (__u64)BPF_CORE_READ(upid, ns);
	return 0;
}

/* A PID as the reader sees it; 0 when it does not. */
static __always_inline int reader_pid(struct pid *pid)
{
	struct upid *upid = pid_upid(pid, own_level);

	if (!pid || (own_level && (BPF_CORE_READ(pid, level) < own_level || (__u64)BPF_CORE_READ(upid, ns) != own_pidns)))
		return 0;
	return BPF_CORE_READ(upid, nr);
}

#endif
