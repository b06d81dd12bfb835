/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_COLUMN_H
#define NSVIEW_COLUMN_H

#include "nsview/cell.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct graph;

/** The columns, in the order of --output-all: those of lsns first. */
enum column_id {
	COL_NS,
	COL_TYPE,
	COL_PATH,
	COL_NPROCS,
	COL_PID,
	COL_PPID,
	COL_COMMAND,
	COL_UID,
	COL_USER,
	COL_NETNSID,
	COL_NSFS,
	COL_PNS,
	COL_ONS,
	COL_NAME,
	COL_KIND,
	COL_THREADS,
	COL_OUID,
	COL_OUSER,
	COL_ID,
	COL_AGE,
	COL_CPU,
	COL_RSS,
	COL_NSPID,
	COL_UNSHARED,
	COL_UIDMAP,
	COL_GIDMAP,
	COL_HELD,
	COL_COUNT, /* of list and tree; those that follow are of the live view alone */
	COL_UNIQUE = COL_COUNT,
	COL_USERNS,
	COL_STATE,
	COL_CPU_RATE,
	COL_PSS,
	COL_RX_RATE,
	COL_TX_RATE,
	COL_READ_RATE,
	COL_WRITE_RATE,
	COL_LIVE_COUNT,
};

/** What a row of a view is about. */
enum row_kind {
	ROW_NS,   /* index into the snapshot's nss */
	ROW_PROC, /* index into procs; ns: the namespace in whose question it came up, or SNAP_NONE */
	ROW_GROUP, /* index into the groups of graph_groups() */
};

/* Masks of row kinds. */
#define ROWS_NS    (1u << ROW_NS)
#define ROWS_PROC  (1u << ROW_PROC)
#define ROWS_GROUP (1u << ROW_GROUP)
#define ROWS_ALL   (ROWS_NS | ROWS_PROC | ROWS_GROUP)

struct row {
	enum row_kind kind;
	uint32_t index;
	uint32_t ns;
};

/** How a number is written for people. JSON and --raw keep the number. */
enum column_unit {
	UNIT_NONE,
	UNIT_SECONDS, /* 4d06h, 3h12m, 5m07s, 12s */
	UNIT_BYTES,   /* 1.5G */
	UNIT_NETNSID, /* -1 is "unassigned", null in JSON */
	UNIT_PERCENT, /* 12.5 */
};

#define COLUMN_RIGHT (1u << 0) /* numbers line up on the right */
#define COLUMN_TRUNC (1u << 1) /* gives way when the terminal is narrow */
#define COLUMN_WRAP  (1u << 2) /* a list, one element a line */

struct column {
	const char *name; /* as a heading; lower case in JSON */
	const char *help;
	enum column_unit unit;
	unsigned flags; /* COLUMN_* */
	double width;   /* hint for libsmartcols: characters, or below 1 a share of the terminal; 0 none */
	uint32_t want;  /* WANT_*: what a scan must have read */
	struct cell (*get)(const struct graph *g, struct row row, struct arena *scratch);
	uint32_t rows;  /* ROWS_*: where the live view offers it; 0: ROWS_NS | ROWS_PROC */
	uint32_t usage; /* USAGE_*: what a sample of usage must have read */
};

/** The facts of a column. */
const struct column *column_info(enum column_id id);

/** The column of list and tree called name, without case, or -ENOENT. */
int column_find(const char *name);

/** The same among those of the live view as well. */
int column_find_live(const char *name);

/** The known column that is nearest to a name, or NULL. */
const char *column_nearest(const char *name);

/** A set of columns in the order in which they are shown. */
struct column_list {
	enum column_id ids[COL_LIVE_COUNT];
	size_t n;
};

/** Add a column, unless it is there. */
void column_list_add(struct column_list *list, enum column_id id);

/** Whether a column is in the list. */
bool column_list_has(const struct column_list *list, enum column_id id);

/**
 * Parse "A,B,C" into *list, or "+A,B" to add to what *list holds.
 * 0, or -ENOENT with the unknown name in bad (size bytes, cut to fit); *list is untouched on failure.
 */
int column_list_parse(struct column_list *list, const char *s, char *bad, size_t size);

/** The same with the columns of the live view. */
int column_list_parse_live(struct column_list *list, const char *s, char *bad, size_t size);

/** What a scan must read for these columns. */
uint32_t column_list_want(const struct column_list *list);

/** The text of a cell as people read it: unit applied, "-" for absent and "?" for unknown. In scratch or borrowed; NULL without memory. */
const char *cell_text(const struct column *col, struct cell cell, bool raw, struct arena *scratch);

/** Order of two cells for sorting: absent and unknown last. */
int cell_compare(struct cell a, struct cell b);

#endif
