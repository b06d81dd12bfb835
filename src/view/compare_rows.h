/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_VIEW_COMPARE_ROWS_H
#define NSVIEW_VIEW_COMPARE_ROWS_H

#include "view/compare_match.h"
#include "view/report.h"

/* What the tables of a comparison of two snapshots are made from. */

/* How the holders of one namespace changed. */
struct tally {
	uint32_t came, went; /* processes */
	uint32_t more[HOLD_KIND_COUNT], fewer[HOLD_KIND_COUNT]; /* other holders, but for namespaces */
};

struct comparison {
	struct match m;
	struct report_builder b[2]; /* BEFORE, AFTER: on their graphs, in one arena */
	struct tally *tallies;      /* by match_ns() */
	bool all;                   /* everything in the text, too */
};

/* Text for people names the first ones; JSON has them all. */
enum { COMPARE_SHOWN_MAX = 25 };

/** Processes that came, went, or are in other namespaces than before. Counts them in the tallies. */
void compare_processes(struct comparison *c, struct report_item *table);

/** Holders other than processes that came or went. Counts them in the tallies. */
void compare_holders(struct comparison *c, struct report_item *table);

/** Namespaces that came, went or changed, by the tallies and what is known of them. */
void compare_namespaces(struct comparison *c, struct report_item *table);

/** Call a table by its name when it has rows to show, and say how many there are of how many. */
void compare_title(struct comparison *c, struct report_item *table, const char *title);

#endif
