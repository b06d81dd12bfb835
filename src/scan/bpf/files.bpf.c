/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The iterator over open files: descriptors of namespaces, and sockets of another network
 * namespace than their process's. Of threads the kernel shows those that do not have the table of
 * their main thread: one that has a table of its own, and all where the main thread has ended.
 */
#include "record.h"

#include <bpf/bpf_helpers.h>

#include <bpf/bpf_core_read.h>

#include "reader.h"

#define NSFS_MAGIC   0x6e736673
#define SOCKFS_MAGIC 0x534f434b

#define CLONE_NEWNET 0x40000000

#define TUN_DEVICE (10 << 20 | 200) /* MKDEV(10, 200) of the kernel */

char LICENSE[] SEC("license") = "GPL";

static __always_inline __u32 ns_flag(struct ns_common *ns)
{
	struct ns_common___617 *old = (struct ns_common___617 *)ns;

	return bpf_core_field_exists(ns->ns_type) ? BPF_CORE_READ(ns, ns_type) : BPF_CORE_READ(old, ops, type);
}

/* The last table that is not a main thread's, and whose it was. */
static __u64 told_table;
static __u32 told_process, told_thread;

/* Whether a thread before this one had the same table. Where others came in between the reader finds that out. */
static __always_inline bool told(__u64 table, __u32 process, __u32 thread)
{
	if (table == told_table && process == told_process)
		return thread != told_thread;
	told_table = table;
	told_process = process;
	told_thread = thread;
	return false;
}

/* A namespace's file: the inode is the namespace's. */
static __always_inline void take_nsfs(struct inode *inode, struct rec_fd *r)
{
	struct ns_common *ns = BPF_CORE_READ(inode, i_private);

	r->head.kind = REC_FD;
	r->flag = ns_flag(ns);
	r->ino = BPF_CORE_READ(ns, inum);
}

/* The network namespace of a socket. Without a sock, as after a failed accept, it is in none. */
static __always_inline struct net *socket_net(struct file *file)
{
	struct socket *socket = bpf_sock_from_file(file);
	struct sock_common *common = NULL;

	if (!socket || !bpf_core_field_exists(common->skc_net.net))
		return NULL;
	return BPF_CORE_READ(socket, sk, __sk_common.skc_net.net);
}

/*
 * A socket, or what can become an interface: of which namespace the driver alone knows. Each place that is read takes
 * time to load, so both share them.
 */
static __always_inline void take_net(struct task_struct *task, struct file *file, bool tun, struct rec_fd *r)
{
	struct net *own = BPF_CORE_READ(task, nsproxy, net_ns), *net = tun ? own : socket_net(file);

	if (!net || !own || (net == own && !tun))
		return;
	r->head.kind = tun ? REC_TUN : REC_SOCK;
	r->flag = CLONE_NEWNET;
	r->ino = BPF_CORE_READ(net, ns.inum);
}

/* A PID for either use, loaded once for the same reason. */
static __attribute__((noinline)) int pid_nr(__u64 pid)
{
	return reader_pid((struct pid *)pid);
}

SEC("iter/task_file")
int scan_files(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct rec_fd r = {.head.len = sizeof(r)};

	if (!task || !file)
		return 0;
	if (ctx->meta->seq_num == 0) {
		reader_note();
		told_table = 0;
	}

	__u32 pid = task->pid, tgid = task->tgid;

	if (pid != tgid) {
		r.table = (__u64)BPF_CORE_READ(task, files);
		if (told(r.table, tgid, pid))
			return 0;
	}

	struct inode *inode = file->f_inode;
	__u64 magic = inode->i_sb->s_magic;

	if (magic == NSFS_MAGIC)
		take_nsfs(inode, &r);
	else if (magic == SOCKFS_MAGIC || inode->i_rdev == TUN_DEVICE)
		take_net(task, file, magic != SOCKFS_MAGIC, &r);
	if (!r.ino)
		return 0;
	r.head.pid = pid_nr((__u64)BPF_CORE_READ(task, signal, pids[PIDTYPE_TGID]));
	r.start = BPF_CORE_READ(task, group_leader, start_boottime) + boot_offset;
	r.fd = ctx->fd;
	if (r.table)
		r.tid = pid_nr((__u64)BPF_CORE_READ(task, thread_pid));
	if (r.head.pid)
		bpf_seq_write(ctx->meta->seq, &r, sizeof(r));
	return 0;
}
