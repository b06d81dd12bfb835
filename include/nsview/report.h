/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_REPORT_H
#define NSVIEW_REPORT_H

#include "nsview/arena.h"
#include "nsview/cell.h"
#include "nsview/graph.h"
#include "nsview/inside.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * What there is to say of one namespace or process, as a tree of named values: text and JSON are
 * drawn from the same one. What people read as one text may be several values for a script, or one
 * of another kind: an item without a key is for the text alone, one without a label for JSON alone.
 * Everything in it lives in one arena or is borrowed from the graph.
 */

enum report_kind {
	REPORT_VALUE,  /* a cell */
	REPORT_OBJECT, /* items by key */
	REPORT_TABLE,  /* items are objects with the same keys or, in JSON alone, values */
};

struct report_item {
	enum report_kind kind;
	const char *key;   /* in JSON; NULL: in the text only, and of what is in a table */
	const char *label; /* for people; of an item, row or column in JSON only, and of an object that is no section of its own, NULL */
	struct cell cell;
	bool alarm;        /* deserves a look */
	bool wraps;        /* goes on below itself, at blanks and commas, where the terminal is narrow; nothing is ever cut */
	size_t n;          /* number of items below */
	struct report_item *first, *last, *next;
};

/**
 * What keeps a namespace alive, in one sentence; in (NULL: not looked) knows of messages in flight that may. In the arena;
 * NULL without memory.
 */
const char *report_verdict(const struct graph *g, uint32_t ns, const struct inside *in, struct arena *a);

/**
 * Everything about a namespace: identity, relations, verdict, holders, and what is inside (NULL: this is a saved
 * snapshot, of which it is not known). NULL without memory.
 */
struct report_item *report_ns(const struct graph *g, uint32_t ns, const struct inside *in, struct arena *a);

/** Everything about a process: what it belongs to, its namespaces beside the machine's; in as above. NULL without memory. */
struct report_item *report_proc(const struct graph *g, uint32_t proc, const struct inside *in, struct arena *a);

#endif
