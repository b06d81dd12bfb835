/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_DUMP_TABLE_H
#define NSVIEW_DUMP_TABLE_H

#include "nsview/nstype.h"
#include "nsview/snapshot.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What a dump consists of: for each table of a snapshot its members, once for the writer and
 * the reader. A member that is new in snapshot.h gets a row here and one in the JSON Schema.
 */

enum dump_kind {
	DUMP_IDENTITY,   /* struct snap_ns: its type and inode, "net:4026531840" */
	DUMP_REF,        /* a reference to a namespace */
	DUMP_SLOTS,      /* NS_SLOT_COUNT of them, by the name of the link */
	DUMP_TYPES,      /* NS_TYPE_COUNT of them, by the name of the type */
	DUMP_PROC,       /* an index into procs, as a PID */
	DUMP_LABEL,      /* an index into labels, as a key */
	DUMP_LABEL_KEY,  /* struct snap_label: the key that others name it by */
	DUMP_LABEL_KIND, /* enum label_kind in a byte, as its name */
	DUMP_U32,
	DUMP_I32,
	DUMP_U64,
	DUMP_BOOL,
	DUMP_TEXT,
	DUMP_STATE,      /* a char, as a string of one */
	DUMP_FLAGS,      /* uint32_t SNAP_PROC_*, as a list of names */
	DUMP_SEEN,       /* uint16_t mask of sources, as a list of names */
	DUMP_MAP,        /* struct snap_idmap's gid: "uid" or "gid" */
};

/* What a reference may refer to, beside one enum ns_type. */
#define DUMP_ANY_TYPE (-1)
#define DUMP_SAME_TYPE (-2) /* as the row, a namespace, itself */

struct dump_field {
	const char *name;
	enum dump_kind kind;
	size_t offset;  /* in the row's struct */
	bool required;  /* a row can't do without, and it can't be null */
	bool empty;     /* texts: "" where the member is missing, and it can't be null */
	bool nullable;  /* numbers: none is written as null */
	int type;       /* DUMP_REF: enum ns_type or DUMP_*_TYPE */
	uint64_t none;  /* the value where the member is missing */
	int64_t min;    /* numbers */
	uint64_t max;
};

enum dump_table_id {
	DUMP_NAMESPACES,
	DUMP_PROCESSES,
	DUMP_THREADS,
	DUMP_FDS,
	DUMP_SOCKETS,
	DUMP_MOUNTS,
	DUMP_IDMAPS,
	DUMP_LABELS,
	DUMP_USERS,
	DUMP_TABLE_COUNT,
};

struct dump_table {
	const char *name;
	const struct dump_field *fields;
	size_t nfields;
	size_t row_size;
	size_t rows, nrows, cap; /* offsets in struct snapshot: of the array, its length, its capacity */
};

/** One table, in the order in which they are written. */
const struct dump_table *dump_table(enum dump_table_id id);

/** The members of a dump's host, a struct snap_host. */
const struct dump_table *dump_host_table(void);

/** The name of flag number bit of a process, or NULL when there is none. */
const char *dump_flag_name(unsigned bit);

/** The array of a table, and its length. */
static inline void *dump_rows(const struct dump_table *t, const struct snapshot *snap, size_t *n)
{
	*n = *(const size_t *)(const void *)((const char *)snap + t->nrows);
	return *(void *const *)(const void *)((const char *)snap + t->rows);
}

#endif
