/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_TOP_H
#define NSVIEW_TOP_H

#include "nsview/column.h"
#include "nsview/graph.h"
#include "nsview/group.h"
#include "nsview/snapshot.h"
#include "nsview/rates.h"
#include "nsview/view.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * The model of the live view: frames and keys go in, a grid of cells comes out. It never touches
 * the kernel or a terminal; what has to be done there it asks for.
 */
struct top;

/* Keys that are no characters. Others are Unicode code points. */
enum top_code {
	TOP_CODE_FIRST = 0x110000,
	TOP_UP = TOP_CODE_FIRST, TOP_DOWN, TOP_LEFT, TOP_RIGHT, TOP_PGUP, TOP_PGDN, TOP_HOME, TOP_END,
	TOP_BACKSPACE, TOP_DELETE, TOP_BACKTAB,
	TOP_F1, TOP_F2, TOP_F3, TOP_F4, TOP_F5, TOP_F6, TOP_F7, TOP_F8, TOP_F9, TOP_F10,
	TOP_CODE_END,
};

/** Characters that are keys by themselves. */
enum { TOP_TAB = '\t', TOP_ENTER = '\n', TOP_ESC = 27, TOP_CTRL_L = 12, TOP_CTRL_O = 15 };

/** How a cell looks. A screen decides which colours and attributes that is; none is told by colour alone. */
enum top_style {
	TOP_PLAIN,
	TOP_TITLE,    /* the program's name, the name of the view that is shown */
	TOP_DIM,
	TOP_HEADING,  /* of columns */
	TOP_SORTED,   /* heading of the column that sorts */
	TOP_SELECTED, /* the row at hand */
	TOP_FRESH,    /* new since the last refresh, marked * */
	TOP_GONE,     /* ended, marked x */
	TOP_UNHELD,   /* without processes, marked ! */
	TOP_OWN,      /* a namespace of its own in a mask */
	TOP_SHARED,   /* one that is shared with the machine inside a container, shown as - */
	TOP_BAR,
	TOP_BAR_HIGH, /* a bar above nine tenths */
	TOP_KEY,      /* a key's name */
	TOP_BANNER,   /* frozen, saved, scanning */
	TOP_ALARM,    /* what went wrong, questions */
	TOP_STYLE_COUNT,
};

enum { TOP_CELL_TEXT = 16 };

/** One column of one line. The second column of a wide character has no text and width 0. */
struct top_cell {
	char text[TOP_CELL_TEXT]; /* a character and what combines with it, UTF-8; safe for a terminal */
	uint8_t width;
	uint8_t style; /* enum top_style */
};

struct top_grid {
	int width, height;
	struct top_cell *cells; /* line by line */
	int cursor_x, cursor_y; /* -1: hidden */
};

/** One look at the machine, complete. */
struct top_frame {
	struct snapshot *snap;
	struct graph *graph;
	struct groups *groups;
	struct rates *rates;          /* NULL without usage */
	struct usage_machine machine;
	uint32_t scan_ms;             /* what the look cost */
	uint32_t want;                /* WANT_* that it answers */
};

/** Free a frame and what it holds. NULL is fine. */
void top_frame_free(struct top_frame *f);

enum top_view { TOP_GROUPS, TOP_NAMESPACES, TOP_PROCESSES, TOP_USER_TREE, TOP_PID_TREE, TOP_VIEW_COUNT };

/** The view called name ("groups", "namespaces", …), or -EINVAL. */
int top_view_find(const char *name);

struct top_opts {
	bool utf8;
	bool readonly; /* neither enter nor signal */
	bool saved;    /* a dump: nothing refreshes, nothing can be done to it */
	const char *from; /* its path, borrowed; NULL unknown */
};

/** A model without a frame yet. 0 or -ENOMEM. */
int top_new(const struct top_opts *opts, struct top **ret);

/** Free a model and its frames. NULL is fine. */
void top_free(struct top *t);

/** The size of the screen from now on, from 1 by 1. 0 or -ENOMEM. */
int top_resize(struct top *t, int width, int height);

/** Show a frame, which belongs to the model from now on. While frozen, it is dropped. */
void top_take(struct top *t, struct top_frame *f);

/** Whether there was a frame. */
bool top_begun(const struct top *t);

/** When the frame was taken that is shown: seconds since the Epoch, or 0. */
uint64_t top_time(const struct top *t);

/** What the model cannot do by itself. */
enum top_act {
	TOP_NOTHING,
	TOP_QUIT,
	TOP_ENTER_TARGET, /* go inside: target, or doors */
	TOP_SIGNAL,       /* send signal to pid, if it still is the process that started at start */
	TOP_SAVE,         /* keep the settings: top_rc_write() */
	TOP_REDRAW,       /* draw the whole screen anew */
	TOP_RESCAN,       /* don't wait for the next refresh */
};

/** A process that one can go inside by. */
struct top_door {
	int32_t pid;
	uint64_t start;
};

enum { TOP_DOORS = 8 };

struct top_ask {
	enum top_act act;
	char target[32]; /* as nsview enter takes it; empty: by the first of these processes that is still there */
	struct top_door doors[TOP_DOORS];
	size_t ndoors;
	int32_t pid;
	uint64_t start;
	int signal;
	char who[48]; /* the name of that process */
};

/** A key was pressed. */
struct top_ask top_key(struct top *t, int key);

enum top_mouse { TOP_CLICK, TOP_WHEEL_UP, TOP_WHEEL_DOWN };

/** The mouse did something at a place. */
struct top_ask top_mouse(struct top *t, enum top_mouse what, int x, int y);

/** Say something in the last line until the next key. Text is made safe. */
void top_say(struct top *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** What nsview show said of the thing that top_detail_target() named, for the details pane. Text is copied and made safe. */
void top_detail_set(struct top *t, const char *target, const char *text);

/** What the details pane would like to know more of, as nsview show takes it: false when it is closed or knows already. */
bool top_detail_target(const struct top *t, char *buf, size_t size);

/** Draw. The grid belongs to the model and is good until the next call. NULL without memory. */
const struct top_grid *top_draw(struct top *t);

/** What the next frame has to answer. */
struct top_want {
	uint32_t want;       /* WANT_* */
	uint32_t usage;      /* USAGE_* */
	int32_t *pids;       /* whose I/O and PSS; NULL: everybody's. The caller frees it */
	size_t npids;
	double delay;        /* seconds between frames */
	bool frozen;
};

/** 0 or -ENOMEM. */
int top_want(const struct top *t, struct top_want *ret);

/** Presets, as the command line gives them. Texts are copied. */
void top_set_view(struct top *t, enum top_view view);
void top_set_types(struct top *t, uint32_t types);
void top_set_sort(struct top *t, int column, bool descending);
/** Which way a column sorts unless one says otherwise: as the keys begin. */
bool top_sort_descends(int column);
void top_set_delay(struct top *t, double seconds);
void top_set_pid(struct top *t, int32_t pid);
/** 0; or -EINVAL with a message for people in why. */
int top_set_filter(struct top *t, const char *text, char *why, size_t size);

/** The rows that are shown now and the columns they have: for output that is no screen. 0 or -ENOMEM; *ret is the caller's. */
int top_rows_view(const struct top *t, struct view **ret);
const struct column_list *top_columns(const struct top *t);
/** The column that a tree is drawn in. */
enum column_id top_tree_column(const struct top *t);
/** What rows are called in JSON. */
const char *top_rows_name(const struct top *t);

/** Take settings from the text of a toprc. What is not known is skipped: how many lines have such, and in lines which ("3, 7"). */
unsigned top_rc_read(struct top *t, const char *text, char *lines, size_t size);

/** Write the settings as a toprc. What stdio buffers is the caller's to flush. */
void top_rc_write(const struct top *t, FILE *out);

/** Every key, for the help, the manual and its check: NULL at the end. */
struct top_key_info {
	const char *keys; /* as people write them */
	const char *help;
};
const struct top_key_info *top_key_info(size_t i);

#endif
