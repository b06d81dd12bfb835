/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_DUMP_H
#define NSVIEW_DUMP_H

#include "nsview/snapshot.h"

#include <stddef.h>
#include <stdio.h>

/*
 * A snapshot as one JSON document, one row a line, so that it can be searched, compared and cut
 * by hand. nsview-dump(1) describes it, man/schema/nsview.dump.1.json defines it.
 *
 * Rows refer to namespaces by "net:4026531840", to processes by their PID and to labels by a key.
 * Instead of a namespace there may be null (there is none), "denied" or "unread" (nobody asked).
 * A text that is not valid UTF-8 is followed by the same in hexadecimal: "comm_bytes" has
 * the exact bytes of "comm".
 */
#define DUMP_SCHEMA "nsview.dump/1"

/* The largest document that is read. */
#define DUMP_SIZE_MAX ((size_t)1 << 30)

/**
 * Write all of a snapshot, one row in memory at a time. What stdio buffers is the caller's to flush.
 * 0, -ENOMEM, or the negative errno of a failed write.
 */
int dump_write(FILE *out, const struct snapshot *snap);

/** Where a document is wrong, and how. Text from the document in it is not safe for a terminal. */
struct dump_error {
	size_t line;     /* from 1; 0 when it is about the whole document */
	size_t column;   /* from 1, in bytes; where the row starts when path is set */
	char path[96];   /* "/processes/17/pid"; "" when it is about syntax */
	char what[192];  /* "expected a number from 1 to 2147483647, found a string" */
};

/**
 * Read a document into a snapshot that the caller frees. The order of members and rows is free, members
 * that are not known are skipped, those that a row can do without may be missing. Tables come
 * out in the order that snapshot.h demands.
 * 0; -EINVAL when it is no such document; -EPROTONOSUPPORT when it is of a newer version;
 * -E2BIG above DUMP_SIZE_MAX; -ENOMEM. *ret is set on success only, *err on each failure but -ENOMEM.
 */
int dump_parse(const char *text, size_t len, struct snapshot **ret, struct dump_error *err);

#endif
