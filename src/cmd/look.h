/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_CMD_LOOK_H
#define NSVIEW_CMD_LOOK_H

#include "nsview/arena.h"
#include "nsview/column.h"
#include "nsview/fail.h"
#include "nsview/filter.h"
#include "nsview/graph.h"
#include "nsview/scan.h"
#include "nsview/target.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What the looking commands have in common: a snapshot with its graph, the meaning of a TARGET,
 * and the arguments of options that several of them take. All of it prints its own messages.
 */

struct look {
	struct snapshot *snap;
	struct graph *graph;
	uint32_t want; /* what was asked for, WANT_* */
	bool saved; /* read from a dump: what this machine is like now says nothing of it */
};

/** Where a snapshot comes from. Zeroed: this machine, read in the way that is quickest. */
struct look_source {
	const char *from;      /* a dump; NULL: this machine */
	enum scan_choice scan; /* how this machine is read */
};

/** Parse the argument of --source. 0, or an exit status after a message. */
int look_source_parse(const char *s, struct look_source *source);

/** Why scan_run() failed, for people: cut off where buf ends. */
void look_explain_scan(const struct fail *why, char *buf, size_t size);

/** Take a snapshot for a question: scan the machine, or read a dump. 0, or an exit status after a message. */
int look_snapshot(const struct look_source *source, uint32_t want, uint32_t types, struct snapshot **ret);

/** The same, linked into a graph. */
int look_open(struct look *l, const struct look_source *source, uint32_t want, uint32_t types,
	      enum graph_depth depth);

/**
 * The namespaces that a scan for want would have met, where a dump may have more: *n references in the arena, all of
 * which are meant by NULL. 0, or an exit status after a message.
 */
int look_narrow(struct look *l, uint32_t want, struct arena *a, uint32_t **nss, size_t *n);

/** Forget it all. */
void look_close(struct look *l);

/**
 * Say on stderr what could not be read, in a line each: processes, and of what was asked for descriptors and sockets of
 * others. The exit status: not 0 only when something is missing and strict.
 */
int look_report(const struct look *l, bool strict);

/** What TARGETs came to: references to namespaces or indices of processes, in the arena. */
struct look_targets {
	uint32_t *nss;
	size_t nnss;
	uint32_t *procs;
	size_t nprocs;
};

/** What a scan must read so that these targets can be found; the texts are checked on the way. 0 and *want, or an exit status after a message. */
int look_targets_parse(char *const *texts, size_t n, struct target *ret, uint32_t *want);

/**
 * Find targets in a graph. Unknown, ambiguous and unreadable ones are errors that name the
 * candidates or what would help. 0, or an exit status after a message.
 */
int look_targets_find(const struct look *l, const struct target *targets, size_t n, struct arena *a,
		      struct look_targets *ret);

/** The process with this PID, whose namespaces can be read: 0 and *ret, -ESRCH or -EACCES. Prints nothing. */
int look_pid_find(const struct graph *g, int32_t pid, uint32_t *ret);

/** Say why look_pid_find() failed; saved: in a dump. */
void look_pid_explain(int err, int32_t pid, bool saved);

/** Parse "mnt,net" into a mask, adding to *mask. 0, or an exit status after a message. */
int look_types_parse(const char *s, uint32_t *mask);

/** Parse a list of columns for -o. 0, or an exit status after a message. */
int look_columns_parse(const char *s, struct column_list *list);

/** Parse "COLUMN[:asc|:desc]" for --sort. 0, or an exit status after a message. */
int look_sort_parse(const char *s, int *column, bool *descending);

/** Parse an expression for -Q. 0, or an exit status after a message with the position. */
int look_filter_parse(const char *s, struct filter **ret);

/** What a scan must read so that a filter can be answered. */
uint32_t look_filter_want(const struct filter *f);

/** Print the table of columns, as --help and --list-columns do. */
void look_print_columns(void);

#endif
