/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The iterator over open files: descriptors of namespaces, and sockets of another network
 * namespace than their process's. Only the table of descriptors that /proc/PID/fd shows is looked
 * at, the main thread's.
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

/* A namespace's file: the inode is the namespace's. */
static __always_inline void take_nsfs(struct inode *inode, struct rec_fd *r)
{
	struct ns_common *ns = BPF_CORE_READ(inode, i_private);

	r->head.kind = REC_FD;
	r->flag = ns_flag(ns);
	r->ino = BPF_CORE_READ(ns, inum);
}

/* A socket. Without a sock, as after a failed accept, it is in no namespace. */
static __always_inline void take_socket(struct task_struct *task, struct file *file, struct rec_fd *r)
{
	struct socket *socket = bpf_sock_from_file(file);
	struct net *own = BPF_CORE_READ(task, nsproxy, net_ns);
	struct sock_common *common = NULL;
	struct net *net;

	if (!socket || !bpf_core_field_exists(common->skc_net.net))
		return;
	net = BPF_CORE_READ(socket, sk, __sk_common.skc_net.net);
	if (!net || !own || net == own)
		return;
	r->head.kind = REC_SOCK;
	r->flag = CLONE_NEWNET;
	r->ino = BPF_CORE_READ(net, ns.inum);
}

SEC("iter/task_file")
int scan_files(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct rec_fd r = {.head.len = sizeof(r)};

	if (!task || !file || task->pid != task->tgid)
		return 0;
	if (ctx->meta->seq_num == 0)
		reader_note();

	struct inode *inode = file->f_inode;
	__u64 magic = inode->i_sb->s_magic;

	if (magic == NSFS_MAGIC)
		take_nsfs(inode, &r);
	else if (magic == SOCKFS_MAGIC)
		take_socket(task, file, &r);
	else if (inode->i_rdev == TUN_DEVICE)
		r.head.kind = REC_TUN; /* of which namespace the driver alone knows */
	if (!r.ino && r.head.kind != REC_TUN)
		return 0;
	r.head.pid = reader_pid(BPF_CORE_READ(task, signal, pids[PIDTYPE_TGID]));
	r.start = task->start_boottime + boot_offset;
	r.fd = ctx->fd;
	if (r.head.pid)
		bpf_seq_write(ctx->meta->seq, &r, sizeof(r));
	return 0;
}
