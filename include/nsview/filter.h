/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_FILTER_H
#define NSVIEW_FILTER_H

#include "nsview/cell.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * The filter language of scols-filter(5): && || ! and or not, == != < <= > >= eq ne lt le gt ge,
 * =~ !~ (POSIX extended regular expressions), parentheses, integers with the suffixes K M G T P E Z Y
 * (powers of 1024, "iB" allowed), floats, true and false, strings in either quotes, and names of columns; a bare
 * column means that it is not empty (for numbers: not 0).
 *
 * It knows no columns and no rows: names are resolved and values fetched by the caller.
 */

/** A parsed expression. Immutable. */
struct filter;

/** Where a parse failed: pos is a byte offset into the expression, expected a static string. */
struct filter_error {
	size_t pos;
	const char *expected; /* "a column, number or string", "')'", … */
	char word[64];        /* what stands there instead, cut to fit; "" at the end */
	bool unknown_column;  /* word is a name that resolve() did not know */
};

/** Say the number of a column from its name (without case as resolve sees fit), or a negative errno. */
typedef int filter_resolve_fn(const char *name, void *ctx);

/** The value of a column in the row at hand. */
typedef struct cell filter_fetch_fn(int column, void *ctx);

/**
 * Parse an expression.
 * 0; -EINVAL with *err filled in; -E2BIG when it nests too deep or is too long; -ENOMEM. *ret is set on success only.
 */
int filter_parse(const char *expr, filter_resolve_fn *resolve, void *ctx, struct filter **ret, struct filter_error *err);

/** Whether the row whose cells fetch delivers passes. Comparing with an absent or unknown value is false, also for != and !~. */
bool filter_match(const struct filter *f, filter_fetch_fn *fetch, void *ctx);

/** Whether the expression uses a column. */
bool filter_uses(const struct filter *f, int column);

/** Free a filter. NULL is fine. */
void filter_free(struct filter *f);

#endif
