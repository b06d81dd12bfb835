/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_H
#define NSVIEW_SCAN_H

#include "nsview/fail.h"
#include "nsview/nstype.h"
#include "nsview/snapshot.h"
#include "nsview/want.h"

#include <stdbool.h>
#include <stdint.h>

/** What this nsview was built with that not every one is, as names; NULL ends them. */
const char *const *scan_features(void);

/** Which source lists the tasks. */
enum scan_choice {
	SCAN_AUTO, /* BPF where it may be used and pays, else /proc */
	SCAN_PROC,
	SCAN_BPF,  /* or fail, saying why */
};

struct bpf_source;

/** What one scan may leave for the next. Zeroed: nothing yet. */
struct scan_keep {
	struct bpf_source *bpf; /* loaded, owned */
	bool no_bpf;            /* it was tried and refused */
};

/** Let go of what was kept. */
void scan_keep_done(struct scan_keep *keep);

struct scan_opts {
	uint32_t want;    /* WANT_* */
	uint32_t types;   /* mask of 1 << enum ns_type: which links are read; others are NS_REF_UNREAD */
	enum scan_choice source;
	unsigned workers; /* threads that share the processes; 0: as many as pay */
	struct scan_keep *keep; /* for who scans again and again; NULL: nothing is kept */
};

/**
 * Look at the machine. All threads that it starts have ended when it returns.
 *
 * A process that ends meanwhile is left out; one that may not be read is counted in the
 * snapshot's coverage. Neither is an error.
 * @return 0 and *ret, which the caller frees, or a negative errno with the step in *why:
 *   -ESRCH when /proc belongs to another PID namespace than ours, -ENOENT when it is no procfs,
 *   -ENOMEM, -EMFILE, -ENFILE; with SCAN_BPF what refused it.
 */
int scan_run(const struct scan_opts *opts, struct snapshot **ret, struct fail *why);

/**
 * The namespace that a path names (an nsfs file or a link to one).
 * 0; -EINVAL when it is something else; -ETIMEDOUT when a file system on the way does not answer within a second;
 * another negative errno of open(2).
 */
int scan_path_ns(const char *path, enum ns_type *type, uint32_t *ino);

/**
 * Open a namespace of a snapshot of this machine by anything that leads to it. A mount in another mount
 * namespace, or behind a file system that may not answer, is opened by a child, so that it holds nobody up for long.
 *
 * A descriptor that the caller owns; or a negative errno, of which scan_open_reason() tells, and in *mount
 * the mount that such a child was about, an index into snap->mounts, or SNAP_NONE.
 */
int scan_ns_open(const struct snapshot *snap, uint32_t ns, uint32_t *mount);

/** Why something could not be read, for people. */
const char *scan_reason(int err);

/** Why a namespace could not be opened, for people. */
const char *scan_open_reason(int err);

#endif
