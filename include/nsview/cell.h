/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_CELL_H
#define NSVIEW_CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What is in a cell. Denied, absent and zero are three things. */
enum cell_kind {
	CELL_ABSENT,  /* there is none: "-" or nothing in a table, null in JSON */
	CELL_UNKNOWN, /* denied or unreadable: "?" in a table, null in JSON */
	CELL_PENDING, /* not read yet, of the live view alone: blank in a table, null in JSON */
	CELL_U64,
	CELL_I64,
	CELL_STR,
	CELL_LIST,    /* several strings */
	CELL_F64,     /* with one decimal place; never in list or tree */
	CELL_BOOL,    /* yes or no; of reports alone */
};

/** One value of one row. It borrows its strings from the graph or from the view that made it. */
struct cell {
	enum cell_kind kind;
	union {
		uint64_t u64;
		int64_t i64;
		double f64;
		bool yes;
		const char *str;
		struct {
			const char *const *v;
			size_t n;
		} list;
	};
};

#endif
