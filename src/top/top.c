/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/text.h"
#include "nsview/want.h"
#include "top/lines.h"
#include "top/model.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct top_ask nothing = {.act = TOP_NOTHING};

/* What each view begins with; a screen shows as many as fit. */
static const struct {
	const char *name, *rows, *columns;
	int sort;
	bool descending;
} defaults[TOP_VIEW_COUNT] = {
	[TOP_GROUPS] = {"groups", "groups",
			"NAME,KIND,UNIQUE-NS,USERNS,NPROCS,THREADS,CPU%,RSS,RX/s,TX/s,READ/s,WRITE/s,AGE,PID,USER,COMMAND",
			COL_CPU_RATE, true},
	[TOP_NAMESPACES] = {"namespaces", "namespaces",
			    "NS,TYPE,NPROCS,HELD,KIND,NAME,USERNS,CPU%,RSS,RX/s,TX/s,AGE,PID,USER,COMMAND", -1, false},
	[TOP_PROCESSES] = {"processes", "processes",
			   "PID,NSPID,USER,S,THREADS,CPU%,RSS,READ/s,WRITE/s,AGE,UNIQUE-NS,KIND,NAME,COMMAND",
			   COL_CPU_RATE, true},
	[TOP_USER_TREE] = {"user-tree", "namespaces", "TYPE,NS,NPROCS,CPU%,RSS,PID,USER,UIDMAP,COMMAND", -1, false},
	[TOP_PID_TREE] = {"pid-tree", "namespaces", "NS,NPROCS,CPU%,RSS,PID,NSPID,USER,COMMAND", -1, false},
};

const char *top_view_name(enum top_view v)
{
	return defaults[v].name;
}

int top_view_find(const char *name)
{
	for (int v = 0; v < TOP_VIEW_COUNT; v++)
		if (!strcmp(name, defaults[v].name))
			return v;
	return -EINVAL;
}

const char *top_rows_name(const struct top *t)
{
	return defaults[top_level(t)->view].rows;
}

const struct column_list *top_columns(const struct top *t)
{
	return &top_settings(t)->columns;
}

void top_frame_free(struct top_frame *f)
{
	if (!f)
		return;
	rates_free(f->rates);
	groups_free(f->groups);
	graph_free(f->graph);
	snapshot_free(f->snap);
	free(f);
}

void top_view_reset(struct top *t, enum top_view v)
{
	char bad[64];
	struct view_settings *s = &t->views[v];

	*s = (struct view_settings){.sort = defaults[v].sort, .descending = defaults[v].descending};
	column_list_parse_live(&s->columns, defaults[v].columns, bad, sizeof(bad));
}

int top_new(const struct top_opts *opts, struct top **ret)
{
	struct top *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	t->opts = *opts;
	t->delay = 2;
	for (int v = 0; v < TOP_VIEW_COUNT; v++)
		top_view_reset(t, (enum top_view)v);
	if (grid_resize(&t->grid, 1, 1) < 0) {
		free(t);
		return -ENOMEM;
	}
	top_set_view(t, TOP_GROUPS);
	*ret = t;
	return 0;
}

void top_free(struct top *t)
{
	if (!t)
		return;
	top_frame_free(t->now);
	top_frame_free(t->before);
	top_forget_gone(t);
	free(t->lines);
	free(t->grid.cells);
	free(t->detail_text);
	map_done(&t->folds);
	level_done(t);
	arena_done(&t->scratch);
	free(t);
}

int top_resize(struct top *t, int width, int height)
{
	if (width == t->grid.width && height == t->grid.height)
		return 0;
	memset(t->widths, 0, sizeof(t->widths));
	return grid_resize(&t->grid, width < 1 ? 1 : width, height < 1 ? 1 : height);
}

/* Whether two frames looked for namespaces in the same places. */
static bool comparable(const struct top_frame *a, const struct top_frame *b)
{
	return ((a->want ^ b->want) & WANT_HOLDERS) == 0;
}

/* How many things of one kind f has that other has not. */
static uint32_t count_missing(const struct top_frame *f, const struct top_frame *other, enum row_kind kind)
{
	size_t n = kind == ROW_NS ? f->snap->nnss : f->snap->nprocs;
	uint32_t missing = 0;

	for (uint32_t i = 0; i < n; i++)
		missing += thing_find(other, thing_of(f->graph, (struct row){kind, i, SNAP_NONE})) == SNAP_NONE;
	return missing;
}

/* A namespace is news only where both looks could have met it. */
static void count_changes(struct top *t, const struct top_frame *next)
{
	memset(&t->procs, 0, sizeof(t->procs));
	memset(&t->nss, 0, sizeof(t->nss));
	if (!t->now)
		return;
	t->procs = (struct change){count_missing(next, t->now, ROW_PROC), count_missing(t->now, next, ROW_PROC)};
	if (comparable(next, t->now))
		t->nss = (struct change){count_missing(next, t->now, ROW_NS), count_missing(t->now, next, ROW_NS)};
}

static void go_preset(struct top *t)
{
	uint32_t proc = graph_find_pid(t->now->graph, t->preset_pid);

	t->preset_pid = 0;
	if (proc == SNAP_NONE)
		return;
	struct level start = {
		.view = TOP_NAMESPACES,
		.scope = thing_of(t->now->graph, (struct row){ROW_PROC, proc, SNAP_NONE}),
		.selected = NO_THING,
	};

	snprintf(start.scope_text, sizeof(start.scope_text), "%d %s", t->now->snap->procs[proc].pid,
		 t->now->snap->procs[proc].comm);
	level_restart(t, &start);
}

void top_take(struct top *t, struct top_frame *f)
{
	if (t->frozen && t->now) {
		top_frame_free(f);
		return;
	}
	count_changes(t, f);
	if (t->now && comparable(t->now, f))
		top_note_gone(t, f);
	else
		top_forget_gone(t);
	top_frame_free(t->before);
	/* Rows that only a deeper look meets are not new. */
	t->before = t->now;
	t->now = f;
	if (t->before && !comparable(t->before, f)) {
		top_frame_free(t->before);
		t->before = NULL;
	}
	if (t->preset_pid)
		go_preset(t);
	top_lines_build(t);
}

bool top_begun(const struct top *t)
{
	return t->now;
}

uint64_t top_time(const struct top *t)
{
	return t->now ? t->now->snap->host.time : 0;
}

/* The last page is full: there is nothing to see below it. What was not drawn yet has its end found when it is. */
static void scroll_text(struct scroll *s, int key)
{
	size_t page = s->height ? s->height : 1, at = s->first;
	size_t end = !s->n ? UINT32_MAX : s->n > page ? s->n - page : 0;

	switch (key) {
	case TOP_UP: case 'k': at -= at > 0; break;
	case TOP_DOWN: case 'j': at++; break;
	case TOP_PGUP: at -= at > page ? page : at; break;
	case TOP_PGDN: case ' ': at += page; break;
	case TOP_HOME: case 'g': at = 0; break;
	case TOP_END: case 'G': at = end; break;
	default: break;
	}
	s->first = at < end ? at : end;
}

static struct top_ask page_key(struct top *t, int key)
{
	if (key == TOP_ESC || key == 'q' || key == TOP_ENTER || key == '?' || key == TOP_F1)
		t->mode = MODE_LIST;
	else if (key == TOP_F10)
		return (struct top_ask){.act = TOP_QUIT};
	else
		scroll_text(&t->page_scroll, key);
	return nothing;
}

static struct top_ask details_key(struct top *t, int key)
{
	switch (key) {
	case TOP_UP: case TOP_DOWN: case TOP_PGUP: case TOP_PGDN: case TOP_HOME: case TOP_END:
	case 'k': case 'j': case 'g': case 'G':
		scroll_text(&t->detail, key);
		return nothing;
	case TOP_ESC:
		t->mode = MODE_LIST;
		return nothing;
	case TOP_TAB:
		t->mode = MODE_LIST;
		t->details = false;
		return nothing;
	default:
		t->mode = MODE_LIST;
		return act_key(t, key);
	}
}

struct top_ask top_key(struct top *t, int key)
{
	*t->message = '\0';
	if (key == TOP_CTRL_L)
		return (struct top_ask){.act = TOP_REDRAW};
	switch (t->mode) {
	case MODE_LIST:
		return act_key(t, key);
	case MODE_DETAILS:
		return details_key(t, key);
	case MODE_PROMPT:
		prompt_key(t, key);
		return nothing;
	case MODE_MENU:
		return menu_key(t, key);
	case MODE_PAGE:
		return page_key(t, key);
	}
	return nothing;
}

static void click(struct top *t, int x, int y)
{
	size_t line = (size_t)y;

	if (t->list_top > 0 && line == t->list_top - 1) {
		int best = -1;

		for (int id = 0; id < COL_LIVE_COUNT; id++)
			if (t->column_x[id] >= 0 && t->column_x[id] <= x && (best < 0 || t->column_x[id] > t->column_x[best]))
				best = id;
		if (best >= 0 && best == top_settings(t)->sort) {
			top_settings_mut(t)->descending = !top_settings(t)->descending;
			top_lines_build(t);
		} else if (best >= 0) {
			act_sort_by(t, best);
		}
	} else if (line >= t->list_top && line < t->list_top + t->list_height &&
		   top_level(t)->first + line - t->list_top < t->nlines) {
		top_pin(t);
		top_select(t, top_level(t)->first + line - t->list_top);
	}
}

struct top_ask top_mouse(struct top *t, enum top_mouse what, int x, int y)
{
	int key = what == TOP_WHEEL_UP ? TOP_UP : TOP_DOWN;

	*t->message = '\0';
	if (what == TOP_CLICK && t->mode == MODE_LIST && x >= 0 && y >= 0)
		click(t, x, y);
	for (int i = 0; what != TOP_CLICK && i < 3; i++)
		top_key(t, key);
	return nothing;
}

void top_say(struct top *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(t->message, sizeof(t->message), fmt, ap);
	va_end(ap);
}

void top_detail_set(struct top *t, const char *target, const char *text)
{
	free(t->detail_text);
	t->detail_text = strdup(text);
	snprintf(t->detail_target, sizeof(t->detail_target), "%s", target);
}

/* A long one goes on in the lines above. */
static void draw_message(struct top *t, int y)
{
	struct lines p = {.arena = &t->scratch, .ascii = !t->opts.utf8, .width = t->grid.width};

	lines_add(&p, "%s", t->message);
	for (size_t i = 0; i < p.n && (int)i <= y; i++) {
		int at = y - (int)(p.n - 1 - i);

		if (at < 0)
			continue;
		grid_fill(&t->grid, 0, at, t->grid.width, TOP_PLAIN);
		grid_put(&t->grid, 0, at, t->grid.width, TOP_ALARM, p.v[i]);
	}
}

/* The cursor stays on the screen: what is far to its left goes. */
static void draw_prompt(struct top *t, int y)
{
	int w = t->grid.width, x = grid_put(&t->grid, 0, y, w, TOP_KEY, prompt_label(t, &t->scratch)), cursor;
	const char *left = arena_strndup(&t->scratch, t->prompt.text, t->prompt.at), *text = t->prompt.text;

	left = left ? text_safe(&t->scratch, left, !t->opts.utf8) : NULL;
	text = text_safe(&t->scratch, text, !t->opts.utf8);
	if (!left || !text)
		return;
	cursor = text_width(left);
	if (x + cursor >= w) {
		text += text_fit(text, x + cursor - w + 1);
		cursor = w - 1 - x;
	}
	grid_put(&t->grid, x, y, w - x, TOP_PLAIN, text);
	t->grid.cursor_x = x + cursor < w ? x + cursor : w - 1;
	t->grid.cursor_y = y;
}

void footer_draw(struct top *t, int y)
{
	static const char *const names[] = {"Help", "Cols",  "Search", "Filter", "Tree",
					    "Sort", "Types",   "Enter",  "Signal", "Quit"};
	int x = 0, w = t->grid.width;

	if (t->mode == MODE_PROMPT && !*t->message) {
		draw_prompt(t, y);
	} else if (*t->message) {
		draw_message(t, y);
	} else if (t->mode == MODE_PAGE) {
		grid_put(&t->grid, 0, y, w, TOP_DIM, "Arrows scroll, Esc closes");
	} else {
		for (int i = 0; i < 10; i++) {
			if ((i == 7 || i == 8) && (t->opts.readonly || t->opts.saved))
				continue; /* neither enter nor signal */
			x += grid_printf(&t->grid, x, y, w - x, TOP_KEY, "F%d", i + 1);
			x += grid_printf(&t->grid, x, y, w - x, TOP_PLAIN, "%s ", names[i]);
		}
	}
	arena_reset(&t->scratch);
}

/* Where every line counts, the last one is for what is said or asked alone. */
static bool footer_needed(const struct top *t)
{
	return *t->message || t->mode == MODE_PROMPT;
}

/* Header, list, details, last line; on a small screen only the first two, on a tiny one a single line. */
const struct top_grid *top_draw(struct top *t)
{
	int w = t->grid.width, h = t->grid.height, top, bottom, details = 0;
	bool small = w < 40 || h < 8;

	grid_clear(&t->grid);
	if (w < 20 || h < 3) {
		header_draw_one_line(t);
		return &t->grid;
	}
	top = header_draw(t);
	bottom = small && !footer_needed(t) ? h : h - 1;
	if (t->details && h >= 16)
		details = (bottom - top) / 2;
	if (t->mode == MODE_PAGE)
		page_draw(t, top, bottom - top);
	else
		list_draw(t, top, bottom - top - details, !small);
	if (details && t->mode != MODE_PAGE)
		details_draw(t, bottom - details, details);
	if (t->mode == MODE_MENU)
		menu_draw(t);
	if (bottom < h)
		footer_draw(t, bottom);
	return &t->grid;
}
