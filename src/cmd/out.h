/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_CMD_OUT_H
#define NSVIEW_CMD_OUT_H

#include "nsview/render.h"

/** --color's argument. */
enum out_color { OUT_COLOR_AUTO, OUT_COLOR_ALWAYS, OUT_COLOR_NEVER };

/** Parse --color's argument ("" and NULL mean always). 0, or -EINVAL after a message. */
int out_color_parse(const char *s, enum out_color *ret);

/** What standard output is: terminal or not, its width, colour (NO_COLOR, TERM=dumb), UTF-8. Tables have headings and are cut at a terminal's width. */
struct style out_style(enum out_color color);

/** Print nsview's version. */
void out_version(void);

/**
 * Close standard output and turn a failed write into the exit status trouble with a message: a full disk is
 * not a success. A reader that went away (EPIPE) is no failure of ours and stays quiet.
 */
int out_close(int status, int trouble);

#endif
