/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_USAGE_H
#define NSVIEW_USAGE_H

#include "nsview/graph.h"
#include "nsview/group.h"

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

/** One thing's use since the sample before. */
struct rate {
	uint64_t cpu;         /* thousandths of one CPU */
	uint64_t read, write; /* bytes a second */
	uint64_t pss;         /* bytes */
};

struct rate_net {
	uint64_t rx, tx; /* bytes a second */
};

struct rates {
	struct rate *procs, *nss, *groups; /* as in the snapshot, and as in groups; a sum of what is known of the members */
	struct rate_net *nets;             /* by namespace; USAGE_UNKNOWN for all but network namespaces */
	uint64_t machine_cpu;              /* thousandths of all CPUs together */
};

/**
 * What changed between two samples, the later of which is of g's snapshot. Without an earlier one
 * (before NULL) every rate is unknown. A process that is new since then has used all it ever used.
 * 0 or -ENOMEM; *ret is set on success only.
 */
int rates_build(const struct usage *before, const struct usage *now, const struct graph *g, const struct groups *gs,
		struct rates **ret);

/** Free rates. NULL is fine. */
void rates_free(struct rates *r);

#endif
