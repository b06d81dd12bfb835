/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_BPF_FILES_H
#define NSVIEW_SCAN_BPF_FILES_H

#include "scan/bpf_records.h"

/** What is gathered of descriptors. Zeroed but for the borrowed: ready for use. */
struct bpf_files {
	const struct bpf_intake *tasks; /* borrowed: the processes of the snapshot */
	const struct scan_opts *opts;   /* borrowed */
	struct snapshot *snap;           /* borrowed */
	struct bpf_descriptor *late; /* those of tables that are not a main thread's, until all are in */
	size_t nlate, late_cap;
	int pidfd; /* of process pidfd_of, or its thread pidfd_tid, whose socket was looked at last; negative: none */
	uint32_t pidfd_of;
	int32_t pidfd_tid;
	uint32_t unread; /* processes with sockets that could not be looked at */
	uint32_t unread_last; /* the last of them */
};

/** Take in n bytes of whole records: struct bpf_files is ctx. 0, -ENOMEM, or -EBADMSG. */
int bpf_files_take(void *ctx, const void *records, size_t n);

/** All records are in: take what waited, sort, and free what was gathered. 0 or -ENOMEM. */
int bpf_files_finish(struct bpf_files *f);

/** Free what was gathered, where something went wrong. */
void bpf_files_done(struct bpf_files *f);

#endif
