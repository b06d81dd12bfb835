/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_BPF_RECORD_H
#define NSVIEW_SCAN_BPF_RECORD_H

/*
 * What the kernel's half of the scan writes and the other half reads: records of 8-byte aligned
 * lengths, one after the other. Both halves are compiled from this file. A namespace is named by
 * its inode; 0 is none.
 */

#ifdef __bpf__
#include "types.h"
#else
#include <linux/types.h>
#endif

enum rec_kind {
	REC_NS = 1, /* a namespace, before the first record that names it. It may come again */
	REC_PROC,
	REC_CPU,    /* what a thread used, to be added to its process */
	REC_THREAD, /* a thread with a namespace that its process lacks */
	REC_FD,     /* a descriptor of a namespace */
	REC_SOCK,   /* a socket of another network namespace than its process's, or its thread's */
	REC_TUN,    /* a descriptor of /dev/net/tun, of whatever network namespace */
};

/* The namespaces of a task, in the order of enum ns_slot. */
#define REC_SLOTS 10

struct rec_head {
	__u16 kind; /* enum rec_kind */
	__u16 len;  /* of the whole record, in bytes */
	__s32 pid;  /* of a process, in the reader's PID namespace; 0 in REC_NS */
};

struct rec_ns {
	struct rec_head head;
	__u64 id;        /* 64-bit, 0 where the kernel has none */
	__u32 type;      /* enum ns_type */
	__u32 ino;
	__u32 owner;     /* inode of the owning user namespace */
	__u32 parent;    /* inode; user and PID namespaces */
	__u32 owner_uid; /* user namespaces: who made it */
	__u32 flags;     /* REC_NS_* */
};

#define REC_NS_ABOVE 1u /* a PID namespace that the reader is in or below: its parent is out of our sight */

/* CPU time in nanoseconds. */
struct rec_time {
	__u64 utime;
	__u64 stime;
	__u64 runtime; /* exact, where the other two are sampled and only say how it divides; 0: they are exact */
};

struct rec_proc {
	struct rec_head head;
	__u32 ns[REC_SLOTS];
	__s32 ppid;  /* 0 for none that is visible */
	__s32 nspid; /* in its own PID namespace; 0 when that is the reader's */
	__u32 uid;
	__u32 threads;
	__u32 kthread;
	__u32 pad_;
	__u64 start;   /* nanoseconds since boot, as the reader's time namespace has it */
	__u64 rss;     /* pages; with WANT_RSS */
	__u64 cgroups; /* equal for processes that are in the same cgroup in every hierarchy; 0 for one that nobody labels */
	struct rec_time time;  /* of the main thread and of those that ended; this and the next with WANT_CPU */
	struct rec_time shown; /* what /proc last showed for the process; runtime is not used */
	char comm[16];
	__u32 state; /* as task_struct has it */
	__u32 exit_state;
};

struct rec_cpu {
	struct rec_head head;
	struct rec_time time;
};

struct rec_thread {
	struct rec_head head;
	__u32 ns[REC_SLOTS];
	__s32 tid;
	__u32 pad_;
	char comm[16];
};

/* REC_FD, REC_SOCK, REC_TUN */
struct rec_fd {
	struct rec_head head;
	__u64 start; /* of the process, as in struct rec_proc */
	__u64 table; /* the same for threads that share one; 0: the main thread's, and tid is 0 */
	__s32 tid;   /* of a thread that has this table, another than its main thread's */
	__u32 fd;
	__u32 flag; /* CLONE_NEW*: the type of the namespace */
	__u32 ino; /* in REC_TUN of the network namespace that the process or thread is in */
};

#endif
