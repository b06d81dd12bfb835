/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_RENDER_WRAP_H
#define NSVIEW_RENDER_WRAP_H

#include "nsview/arena.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Making a table fit a terminal without losing a byte that names something: texts go on below themselves, and
 * only after a comma or at a blank, so that no address and no name is taken apart.
 */

struct wrap_column {
	size_t widest; /* of its texts */
	size_t least;  /* the widest piece of a text: no less will do */
	size_t width;  /* what wrap_fit() gives it */
	bool wraps;    /* may be narrower than its widest text */
};

/** Note one more text of a column. */
void wrap_measure(struct wrap_column *c, const char *s);

/** Give n columns with a blank between them their widths, which are more than the terminal has if they must be. */
void wrap_fit(struct wrap_column *columns, size_t n, size_t terminal);

/** A text in lines that are no wider than width where its pieces allow it. In the arena or s itself; NULL without memory. */
const char *wrap_text(struct arena *a, const char *s, size_t width);

#endif
