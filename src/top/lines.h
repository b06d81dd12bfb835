/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_TOP_LINES_H
#define NSVIEW_TOP_LINES_H

#include "nsview/arena.h"

#include <stdbool.h>
#include <stddef.h>

/** Lines of text to be scrolled through. A zeroed one with an arena is empty. */
struct lines {
	struct arena *arena;
	bool ascii;
	int width; /* longer lines go on below; 0: they don't */
	const char **v;
	size_t n;
};

/** Add one line, made safe. Very long texts end without a word. */
void lines_add(struct lines *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
