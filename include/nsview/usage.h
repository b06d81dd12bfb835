/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_USAGE_H
#define NSVIEW_USAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What the processes and network namespaces of one snapshot have used up to then. Two of them, one
 * after the other, give rates. What is not known says why, and is never 0.
 */
#define USAGE_UNKNOWN UINT64_MAX       /* nobody asked yet, or there is no sample before */
#define USAGE_DENIED  (UINT64_MAX - 1) /* it may not be read */
#define USAGE_ABSENT  (UINT64_MAX - 2) /* there is none */

/** Whether it is a number. */
#define USAGE_OK(n) ((n) < USAGE_ABSENT)

/* What is read beside the snapshot, since it costs a read for each process or network namespace. */
#define USAGE_NET (1u << 0) /* counters of network namespaces */
#define USAGE_IO  (1u << 1) /* bytes that processes read from and wrote to storage */
#define USAGE_PSS (1u << 2) /* memory, with shared pages divided among those that share them */

struct usage_proc {
	uint64_t start; /* identity: PID and start */
	uint64_t when, io_when; /* when cpu, and read and written, were read: nanoseconds of CLOCK_MONOTONIC; 0: with the others */
	uint64_t cpu;   /* clock ticks */
	uint64_t read, written; /* bytes */
	uint64_t pss;   /* bytes; a value, not a counter */
	int32_t pid;
};

struct usage_net {
	uint32_t ino;
	uint64_t rx, tx; /* bytes, over all interfaces but lo */
};

/** The machine as a whole. Bytes, and clock ticks summed over CPUs. */
struct usage_machine {
	bool known;
	uint64_t mem_total, mem_used, swap_total, swap_used;
	uint64_t cpu_busy, cpu_total;
	double load[3];
	uint32_t cpus;
};

struct usage {
	uint64_t when;      /* nanoseconds of CLOCK_MONOTONIC */
	uint64_t nets_when; /* of the networks; 0: the same */
	uint32_t hz;
	struct usage_proc *procs; /* in the snapshot's order: by PID */
	size_t nprocs;
	struct usage_net *nets;   /* by inode: all that the snapshot has, unless nobody asked */
	size_t nnets;
	struct usage_machine machine;
};

/** Free a sample. NULL is fine. */
void usage_free(struct usage *u);

#endif
