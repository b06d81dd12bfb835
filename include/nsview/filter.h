/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_FILTER_H
#define NSVIEW_FILTER_H

#include "nsview/cell.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * The filter language of scols-filter(5), and a little more. From what binds least to what binds most:
 *
 *   A || B   A or B
 *   A && B   A and B
 *   ! A      not A                    so that "not TYPE == net" is the opposite of "TYPE == net"
 *   X == Y   != < <= > >=             eq ne lt le gt ge; two values, which may be expressions in parentheses
 *   X =~ R   !~                       R is a string: a POSIX extended regular expression, found anywhere in X. In a
 *                                     UTF-8 locale it sees U+FFFD in place of each byte that is no UTF-8
 *
 * Words are recognised without case. A value is
 *   - the name of a column: a letter, then letters, digits and _ . % : / -
 *   - a number: an integer, or a decimal fraction, with a minus or without; a suffix K M G T P E Z Y multiplies by
 *     powers of 1024, KiB and so on do the same, KB and so on by powers of 1000
 *   - a string in "" or '', without escapes
 *   - true or false.
 * A value by itself is true when it is not empty: numbers when they are not 0, strings when they are not "".
 *
 * How two values are compared:
 *   - a boolean (true, false, or an expression in parentheses) with anything: whether each of the two is true; false is
 *     less than true
 *   - number with number: exactly; no 64-bit integer is rounded
 *   - text with text: byte by byte
 *   - number with text: as numbers when the text is one (of the form above); else they differ, and are ordered by the
 *     number's decimal digits as text. A number that was written in the expression is not ordered with such a text:
 *     < <= > >= are all false
 *   - a list with one value: when this is true of any element; for != and !~: when no element is equal or matches
 *   - two lists: as a whole, element by element.
 * Every comparison with something absent, unknown or an empty list is false, also != and !~; by itself it is false, too.
 *
 * It knows no columns and no rows: names are resolved and values fetched by the caller.
 */

/** A parsed expression. Immutable: several threads may match with it. */
struct filter;

/** Where a parse failed: pos is a byte offset into the expression. */
struct filter_error {
	size_t pos;
	char expected[96];   /* "a column, number or string", "an operator or ')'"... */
	char word[64];       /* what stands there instead, cut to fit; "" at the end */
	bool unknown_column; /* word is a name that resolve() did not know */
};

/** Say the number of a column from its name (without case as resolve sees fit), or a negative errno. */
typedef int filter_resolve_fn(const char *name, void *ctx);

/** The value of a column in the row at hand. */
typedef struct cell filter_fetch_fn(int column, void *ctx);

/**
 * Parse an expression.
 * 0; -EINVAL with *err filled in; -E2BIG when it nests too deep (64) or is too long (8 KiB); -ENOMEM.
 * A regular expression that does not compile, is too large once its repetitions are written out, repeats what may be
 * empty or refers back is -EINVAL at its place.
 * *ret is set on success only.
 */
int filter_parse(const char *expr, filter_resolve_fn *resolve, void *ctx, struct filter **ret, struct filter_error *err);

/** Whether the row whose cells fetch delivers passes. What the left of && or || decides, the right is not asked for. */
bool filter_match(const struct filter *f, filter_fetch_fn *fetch, void *ctx);

/** Whether the expression uses a column. */
bool filter_uses(const struct filter *f, int column);

/** Free a filter. NULL is fine. */
void filter_free(struct filter *f);

#endif
