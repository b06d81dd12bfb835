/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_USAGE_H
#define NSVIEW_USAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What the processes and network namespaces of one snapshot have used up to then. Two of them, one
 * after the other, give rates. Unknown is USAGE_UNKNOWN, never 0.
 */
#define USAGE_UNKNOWN UINT64_MAX

/* What is read beside the snapshot, since it costs a read for each process or network namespace. */
#define USAGE_NET (1u << 0) /* counters of network namespaces */
#define USAGE_IO  (1u << 1) /* bytes that processes read from and wrote to storage */
#define USAGE_PSS (1u << 2) /* memory, with shared pages divided among those that share them */

struct usage_proc {
	uint64_t start; /* identity: PID and start */
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
	uint64_t when;  /* nanoseconds of CLOCK_MONOTONIC */
	uint32_t hz;
	struct usage_proc *procs; /* in the snapshot's order: by PID */
	size_t nprocs;
	struct usage_net *nets;   /* by inode */
	size_t nnets;
	struct usage_machine machine;
};

/** Free a sample. NULL is fine. */
void usage_free(struct usage *u);

#endif
