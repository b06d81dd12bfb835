/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_TOP_MODEL_H
#define NSVIEW_TOP_MODEL_H

#include "nsview/arena.h"
#include "nsview/filter.h"
#include "nsview/map.h"
#include "nsview/top.h"

/** A thing across snapshots: a namespace by type and inode, a process by PID and start, a group by its key. */
struct thing {
	uint32_t kind; /* enum row_kind */
	uint64_t a, b;
};

/** No thing: nothing is selected, nothing limits the rows. */
#define NO_THING ((struct thing){.kind = UINT32_MAX})

/** One line of the list. */
struct line {
	struct row row;
	struct thing thing;
	uint32_t depth;
	uint32_t parent; /* line number, or VIEW_NO_PARENT */
	bool gone;       /* the row is of the frame before */
	bool last;       /* of its siblings */
	bool children;   /* has some, shown or folded */
	bool folded;
};

/** A place that one can come back to. */
struct level {
	enum top_view view;
	struct thing scope; /* rows belong to this; NO_THING: all */
	char scope_text[64];
	struct thing selected;
	size_t at, first; /* selected line, first line on the screen */
	bool moved;       /* the selection was chosen: until then it is the first line, whatever that is */
	uint32_t types;   /* mask; 0: all */
	char filter_text[256];
	struct filter *filter; /* NULL: the text is to be found as it stands */
};

/** What is kept for each view. */
struct view_settings {
	struct column_list columns;
	int sort; /* enum column_id, or -1: by number */
	bool descending;
	bool tree;
};

/** What takes the keys. */
enum mode { MODE_LIST, MODE_DETAILS, MODE_PROMPT, MODE_MENU, MODE_PAGE };

enum prompt_kind { PROMPT_SEARCH, PROMPT_FILTER, PROMPT_DELAY };

struct prompt {
	enum prompt_kind kind;
	char text[256];
	char before[256]; /* what Esc brings back */
	size_t len, at; /* bytes; where the cursor is */
};

enum menu_kind { MENU_SORT, MENU_COLUMNS, MENU_TYPES, MENU_SIGNAL, MENU_CONFIRM };

struct menu {
	enum menu_kind kind;
	size_t at, first;
};

/** Text of which a part is on the screen. */
struct scroll {
	size_t first, n, height; /* lines, as they were drawn last */
};

enum page_kind { PAGE_HELP, PAGE_DIFF };

enum { LEVELS = 16, MARKS = 32, HEAD_LINES = 4 };

struct change {
	uint32_t born, died;
};

struct top {
	struct top_opts opts;
	struct top_grid grid;
	struct top_frame *now, *before;
	struct change procs, nss; /* since the frame before */

	struct view_settings views[TOP_VIEW_COUNT];
	double delay;
	bool frozen;
	bool details;

	struct level levels[LEVELS];
	size_t level; /* the one that is shown */

	struct line *lines;
	size_t nlines, lines_cap;
	struct line *gone; /* lines that the last frame had and the present one lacks, each with the line it stood below */
	struct thing *gone_below;
	size_t ngone;
	struct map folds; /* thing_hash() of folded lines */
	struct thing marks[MARKS];
	size_t nmarks;

	enum mode mode;
	struct prompt prompt;
	struct menu menu;
	enum page_kind page;
	struct scroll page_scroll, detail;
	size_t left;  /* columns scrolled away */
	size_t shift; /* of the last column, once the others are: how much of it */
	int widths[COL_LIVE_COUNT]; /* widest seen, so that columns stay where they are */

	char search[256];
	char message[256];
	bool alarm; /* the message is about trouble */
	int signal; /* to be confirmed */
	struct thing victim;
	char victim_comm[48], victim_text[160]; /* who that is */

	char detail_target[32];
	char *detail_text;

	int32_t preset_pid; /* to go to with the first frame; 0 none */
	size_t list_top, list_height; /* where the lines were drawn last */
	int column_x[COL_LIVE_COUNT]; /* where headings begin, -1 */
	struct arena scratch;
};

/* top.c */
/** A view as it is called in a toprc. */
const char *top_view_name(enum top_view v);
/** The settings that a view begins with. */
void top_view_reset(struct top *t, enum top_view v);

/* level.c */
const struct level *top_level(const struct top *t);
struct level *top_level_mut(struct top *t);
/** Go to a list that belongs to something. What filters the one above stays there. */
void level_push(struct top *t, const struct level *next);
/** Go back to the one above, if there is one. */
void level_pop(struct top *t);
/** Begin with another list at the top, filtered as the one that was there. */
void level_restart(struct top *t, const struct level *next);
/** Forget them all. */
void level_done(struct top *t);

/* match.c: text that is looked for as it stands */
struct match {
	const char *text;
	const struct column_list *columns; /* the ones that are shown */
	uint8_t *groups, *nss;             /* a byte each: some member has it; NULL: nobody asked */
	struct arena scratch;
	bool ascii;
};
/** Get ready to find a text in rows of the frame. 0 or -ENOMEM; match_done() in either case. */
int match_begin(struct match *m, const struct top *t, const char *text);
/** Whether a row has it: in a column that is shown, in its name, kind, user or command, or in those of its members. */
bool match_row(struct match *m, const struct graph *g, struct row row);
void match_done(struct match *m);
/** Whether a filter looks at a column though it is not shown. */
bool match_uses(enum column_id id);

/* rows.c */
const struct view_settings *top_settings(const struct top *t);
struct view_settings *top_settings_mut(struct top *t);
enum row_kind top_row_kind(enum top_view view);
/** Make the lines anew: after a frame, or when what is shown changed. The selection stays with its thing. */
void top_lines_build(struct top *t);
/** The line at hand, or NULL. */
const struct line *top_selected(const struct top *t);
/** Select a line by number, as near as there is one. */
void top_select(struct top *t, size_t at);
/** The selected line was chosen: from now on the selection stays with its thing. */
void top_pin(struct top *t);
/** The graph that a line's row is of. */
const struct graph *top_line_graph(const struct top *t, const struct line *l);
/** Notice which lines are gone in a new frame. */
void top_note_gone(struct top *t, const struct top_frame *next);
/** Forget lines that are gone. */
void top_forget_gone(struct top *t);

/* thing.c */
struct thing thing_of(const struct graph *g, struct row row);
bool thing_is(struct thing a, struct thing b);
bool thing_none(struct thing a);
uint64_t thing_hash(struct thing a);
/** The index of a thing in a frame's table, or SNAP_NONE. */
uint32_t thing_find(const struct top_frame *f, struct thing a);
/** A process that stands for a thing: itself, or the leader. Index into procs, or SNAP_NONE. */
uint32_t thing_leader(const struct graph *g, struct row row);
/** What people call it. In scratch or borrowed. */
const char *thing_name(const struct graph *g, struct row row, struct arena *scratch);
/** As nsview enter and nsview show take it. */
void thing_target(const struct graph *g, struct row row, char *buf, size_t size);

/* act.c: what keys do in the list */
struct top_ask act_key(struct top *t, int key);
void act_go_back(struct top *t);
void act_sort_by(struct top *t, int column);
void act_search(struct top *t, int direction, bool from_here);
/** Columns that a view offers. */
bool act_column_fits(const struct top *t, int column);

/* prompt.c, menu.c: what keys do there */
void prompt_open(struct top *t, enum prompt_kind kind);
void prompt_key(struct top *t, int key);
/** What the line asks for. */
const char *prompt_label(const struct top *t, struct arena *scratch);
void menu_open(struct top *t, enum menu_kind kind);
struct top_ask menu_key(struct top *t, int key);
size_t menu_count(const struct top *t);
const char *menu_title(const struct top *t, struct arena *scratch);
/** One line of a menu. */
const char *menu_text(const struct top *t, size_t i, struct arena *scratch);

/* grid.c */
int grid_resize(struct top_grid *g, int width, int height);
void grid_clear(struct top_grid *g);
/** Put text at a place, in at most max columns; returns how many it took. What is no part of the grid is cut off. */
int grid_put(struct top_grid *g, int x, int y, int max, enum top_style style, const char *text);
/** The same, formatted; at most 511 bytes. */
int grid_printf(struct top_grid *g, int x, int y, int max, enum top_style style, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));
/** Blanks of a style. */
void grid_fill(struct top_grid *g, int x, int y, int width, enum top_style style);
/** Give what is there another look. */
void grid_style(struct top_grid *g, int x, int y, int width, enum top_style style);
/** How many columns a text takes. */
int text_width(const char *s);
/** How many bytes of a text fit into so many columns. */
size_t text_fit(const char *s, int width);

/* header.c, list.c, details.c, page.c: parts of the screen */
int header_draw(struct top *t);
void header_draw_one_line(struct top *t);
/** Whether more of the last column is to the right of what is shown of it. */
bool list_goes_on(struct top *t);
void list_draw(struct top *t, int y, int height, bool headings);
/** Which columns fit and how wide each is; the number of them. */
size_t list_layout(struct top *t, int width, enum column_id *ids, int *widths);
void details_draw(struct top *t, int y, int height);
void page_draw(struct top *t, int y, int height);
struct lines;
/** Draw what is on the screen of some lines, which never ends before its last line has to. */
void lines_draw(struct top *t, const struct lines *p, int y, int height, struct scroll *s);
void menu_draw(struct top *t);
void footer_draw(struct top *t, int y);

/** The text of a cell, safe to draw. */
const char *cell_safe(const struct top *t, const struct graph *g, struct row row, enum column_id id,
		      struct arena *scratch);

#endif
