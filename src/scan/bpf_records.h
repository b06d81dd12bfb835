/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_BPF_RECORDS_H
#define NSVIEW_SCAN_BPF_RECORDS_H

#include "nsview/scan.h"
#include "scan/bpf/record.h"
#include "scan/cmdline_pool.h"
#include "nsview/snapshot.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * From the records of the BPF programs to the tables of a snapshot. No I/O: the records may come
 * from anywhere.
 */

/** What is gathered while records come in. Zeroed but for snap, opts, pool, hz, page and self: ready for use. */
struct bpf_intake {
	struct snapshot *snap;         /* borrowed */
	const struct scan_opts *opts; /* borrowed */
	struct cmdline_pool *pool;    /* borrowed; may be NULL */
	uint32_t hz;                  /* clock ticks a second */
	uint64_t page;                /* bytes */
	int32_t self;                 /* our own PID */

	struct bpf_member *members; /* the processes that came, in order */
	size_t nmembers, members_cap;
	struct bpf_used *used; /* of each of them; none without WANT_CPU */
	size_t used_cap;
	struct bpf_late *late; /* of threads whose process had not come yet */
	size_t nlate, late_cap;
	struct rec_thread *threads;
	size_t nthreads, threads_cap;
	struct rec_ns *nss; /* as they came; some come again */
	size_t nnss, nss_cap;
	uint32_t *record; /* of the snapshot's namespaces, where it was at hand: index into nss, or SNAP_NONE */
	size_t nrecord, record_cap;
	struct map ns_by_key; /* for the others: index into the first so many of nss */
	size_t indexed;
	bool brings; /* the next process is the first in some namespace */
	struct rec_proc last; /* the process before, whose namespaces are mostly the same */
	uint32_t last_refs[NS_SLOT_COUNT];
	uint32_t last_index; /* of the process that the last thread belonged to */
};

/** Take in n bytes of whole records into a struct bpf_intake. 0, -ENOMEM, or -EBADMSG for what is no record. */
int bpf_intake_take(void *intake, const void *records, size_t n);

/** All records are in: sum up what threads used. */
void bpf_intake_sum(struct bpf_intake *in);

/** All processes are in the snapshot, those of other sources too: fill its threads. 0 or -ENOMEM. */
int bpf_intake_threads(struct bpf_intake *in);

/** See bpf_relations_read(). */
int bpf_intake_relate(struct bpf_intake *in, struct snapshot *snap);

/** The process with this PID and start time (struct rec_proc): its index in the snapshot, or SNAP_NONE. */
uint32_t bpf_intake_find(const struct bpf_intake *in, int32_t pid, uint64_t start);

/** See bpf_cgroups_read(). */
int bpf_intake_cgroups(const struct bpf_intake *in, const struct snapshot *snap, uint64_t **ret);

/** Free what was gathered; the snapshot keeps what is its own. */
void bpf_intake_done(struct bpf_intake *in);

/** The letter of /proc/PID/stat for the bits of a task's state and exit_state. */
char bpf_state(uint32_t state, uint32_t exit_state);

/** CPU time in clock ticks, user and system summed, as /proc/PID/stat has it: used now, and what it showed last. */
uint64_t bpf_ticks(const struct rec_time *used, const struct rec_time *shown, uint32_t hz);

#endif
