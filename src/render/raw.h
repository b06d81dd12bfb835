/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_RENDER_RAW_H
#define NSVIEW_RENDER_RAW_H

#include "nsview/column.h"
#include "nsview/view.h"

#include <stdbool.h>
#include <stdio.h>

/**
 * Write a view as raw words: a line a row, a blank between two values, every byte that is no
 * visible ASCII character and the backslash as \xNN. This is how libsmartcols writes them; there is
 * nothing to lay out, so rows are written one by one instead of being gathered in a table.
 * 0 or -ENOMEM.
 */
int render_raw(FILE *out, const struct view *v, const struct column_list *cols, bool headings);

#endif
