/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_TOP_SCREEN_H
#define NSVIEW_TOP_SCREEN_H

#include "nsview/top.h"

#include <stdbool.h>

/*
 * The terminal, by ncurses: grids go out, keys come in. Only one at a time, since ncurses and
 * signals know no other.
 */

/** What came from the terminal. */
struct screen_event {
	enum { SCREEN_NONE, SCREEN_KEY, SCREEN_MOUSE, SCREEN_RESIZED, SCREEN_LOST } kind;
	int key; /* a code point or enum top_code */
	enum top_mouse mouse;
	int x, y;
};

/** Take the terminal over. 0, or -ENOTTY when terminfo does not know it or it can't address the cursor. */
int screen_open(bool color);

/** Give it back as it was. */
void screen_close(void);

/** Lend it to another program, and take it back. It may be closed while it is lent. */
void screen_lend(void);
void screen_take_back(void);

/** How large it is now, as far as a screen of it is used. */
void screen_size(int *width, int *height);

/** Show a grid; with anew, every cell. */
void screen_show(const struct top_grid *g, bool anew);

/** What has come in, without waiting. */
struct screen_event screen_event(void);

/**
 * Give the terminal back as it was, from within a signal handler that ends the program: async-signal-safe calls only.
 * Never waits for a terminal that takes no more output: what it has not shown yet is dropped instead.
 */
void screen_abandon(void);

#endif
