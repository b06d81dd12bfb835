/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_BPF_TYPES_H
#define NSVIEW_SCAN_BPF_TYPES_H

/*
 * The few members of kernel types that the programs read. Offsets are put in when the programs
 * are loaded, from the running kernel's own type information (CO-RE), so only names and the kind
 * of member count here. What is behind three underscores is how an older kernel has that type.
 */

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef signed char __s8;
typedef short __s16;
typedef int __s32;
typedef long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;
#include <stdbool.h>

#define NULL ((void *)0)

#define BPF_MAP_TYPE_ARRAY 2

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct user_namespace;
struct pid_namespace;
struct css_set;
struct files_struct;
struct seq_file;

typedef struct {
	__u32 val;
} kuid_t;

struct ns_common {
	unsigned int inum;
	__u64 ns_id; /* since 6.18 */
	__u32 ns_type; /* since 6.18, else of proc_ns_operations */
};

struct proc_ns_operations___617 {
	int type;
};

struct ns_common___617 {
	const struct proc_ns_operations___617 *ops;
};

struct user_namespace {
	struct user_namespace *parent;
	kuid_t owner;
	struct ns_common ns;
};

struct pid_namespace {
	unsigned int level;
	struct pid_namespace *parent;
	struct user_namespace *user_ns;
	struct ns_common ns;
};

struct uts_namespace {
	struct user_namespace *user_ns;
	struct ns_common ns;
};

struct ipc_namespace {
	struct user_namespace *user_ns;
	struct ns_common ns;
};

struct mnt_namespace {
	struct user_namespace *user_ns;
	struct ns_common ns;
};

struct mnt_namespace___611 {
	__u64 seq;
	struct {
	} mnt_ns_tree_node; /* 6.11 to 6.17: seq is what NS_GET_MNTNS_ID tells */
};

struct net {
	struct user_namespace *user_ns;
	struct ns_common ns;
};

struct cgroup_namespace {
	struct user_namespace *user_ns;
	struct ns_common ns;
};

struct timespec64 {
	__s64 tv_sec;
	long tv_nsec;
};

struct timens_offsets {
	struct timespec64 boottime;
};

struct time_namespace {
	struct user_namespace *user_ns;
	struct ns_common ns;
	struct timens_offsets offsets;
};

struct nsproxy {
	struct uts_namespace *uts_ns;
	struct ipc_namespace *ipc_ns;
	struct mnt_namespace *mnt_ns;
	struct pid_namespace *pid_ns_for_children;
	struct net *net_ns;
	struct time_namespace *time_ns;
	struct time_namespace *time_ns_for_children;
	struct cgroup_namespace *cgroup_ns;
};

struct upid {
	int nr;
	struct pid_namespace *ns;
};

struct pid {
	unsigned int level;
	struct upid numbers[1];
};

struct prev_cputime {
	__u64 utime;
	__u64 stime;
};

struct signal_struct {
	int nr_threads;
	struct pid *pids[4];
	__u64 utime;
	__u64 stime;
	struct prev_cputime prev_cputime;
	unsigned long long sum_sched_runtime;
};

struct sched_entity {
	__u64 sum_exec_runtime;
};

struct cred {
	kuid_t euid;
	struct user_namespace *user_ns;
};

struct percpu_counter {
	__s64 count;
};

struct mm_struct {
	struct percpu_counter rss_stat[4]; /* since 6.2 */
};

struct mm_rss_stat___61 {
	struct {
		long counter;
	} count[4];
};

struct mm_struct___61 {
	struct mm_rss_stat___61 rss_stat;
};

struct task_struct {
	unsigned int __state; /* since 5.14 */
	unsigned int flags;
	struct sched_entity se;
	struct mm_struct *mm;
	int exit_state;
	int pid;
	int tgid;
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	struct pid *thread_pid;
	__u64 utime;
	__u64 stime;
	__u64 start_boottime;
	const struct cred *real_cred;
	char comm[16];
	struct files_struct *files;
	struct nsproxy *nsproxy;
	struct signal_struct *signal;
	struct css_set *cgroups;
};

struct task_struct___513 {
	long state;
};

struct super_block {
	unsigned long s_magic;
};

struct inode {
	struct super_block *i_sb;
	__u32 i_rdev;
	void *i_private;
};

struct file {
	struct inode *f_inode;
};

typedef struct {
	struct net *net;
} possible_net_t;

struct sock_common {
	possible_net_t skc_net;
};

struct sock {
	struct sock_common __sk_common;
};

struct socket {
	struct sock *sk;
};

struct bpf_iter_meta {
	struct seq_file *seq;
	__u64 session_id;
	__u64 seq_num;
};

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	__u32 fd;
	struct file *file;
};

#pragma clang attribute pop

#endif
