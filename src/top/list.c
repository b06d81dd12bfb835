/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/text.h"
#include "nsview/want.h"
#include "top/model.h"

#include <string.h>

enum { MARK_WIDTH = 2, PREFIX = 64 };

/* How long a column stays when the screen gets narrow: the highest stay longest. */
static unsigned keep(enum column_id id)
{
	static const uint8_t keeps[COL_LIVE_COUNT] = {
		[COL_NS] = 95,      [COL_TYPE] = 96,     [COL_PID] = 90,       [COL_NAME] = 97, [COL_COMMAND] = 93,
		[COL_UNIQUE] = 85,  [COL_CPU_RATE] = 92, [COL_RSS] = 80,       [COL_NPROCS] = 75,    [COL_KIND] = 70,
		[COL_HELD] = 88,    [COL_USER] = 65,     [COL_RX_RATE] = 55,   [COL_TX_RATE] = 54,   [COL_AGE] = 50,
		[COL_NSPID] = 60,   [COL_THREADS] = 30,  [COL_READ_RATE] = 25, [COL_WRITE_RATE] = 24, [COL_USERNS] = 20,
		[COL_STATE] = 62,   [COL_UIDMAP] = 40,
	};

	return keeps[id] ? keeps[id] : 35;
}

/*
 * Whether the look that a row is of did not ask for what the column shows, which came later: what is there instead, such
 * as the number of a user, would be taken for it. A command goes by its name until its arguments are known.
 */
static bool is_pending(const struct top *t, const struct graph *g, enum column_id id)
{
	const struct top_frame *f = t->now && t->now->graph == g ? t->now : t->before;

	return id != COL_COMMAND && f && column_info(id)->want & ~f->want & ~(WANT_CMDLINES | WANT_LABELS_LEADERS);
}

const char *cell_safe(const struct top *t, const struct graph *g, struct row row, enum column_id id,
		      struct arena *scratch)
{
	const struct column *c = column_info(id);
	const char *s = is_pending(t, g, id) ? "" : cell_text(c, c->get(g, row, scratch), false, scratch);

	s = s ? text_safe(scratch, s, !t->opts.utf8) : NULL;
	return s ? s : "";
}

/* The column that a tree is drawn in. */
enum column_id top_tree_column(const struct top *t)
{
	switch (top_level(t)->view) {
	case TOP_GROUPS:
		return COL_NAME;
	case TOP_PROCESSES:
		return COL_COMMAND;
	case TOP_USER_TREE:
		return COL_TYPE;
	default:
		return COL_NS;
	}
}

static bool is_tree(const struct top *t)
{
	enum top_view v = top_level(t)->view;

	return v == TOP_USER_TREE || v == TOP_PID_TREE || top_settings(t)->tree;
}

/* What may be long gives way, lest one value push the other columns off the screen. */
static bool flexible(enum column_id id)
{
	return column_info(id)->flags & (COLUMN_TRUNC | COLUMN_WRAP) || id == COL_NAME || id == COL_HELD || id == COL_PATH;
}

/* Columns grow with what they show, and stay so wide: nothing jumps. */
static void measure(struct top *t, enum column_id id)
{
	int widest = text_width(column_info(id)->name) + (top_settings(t)->sort == (int)id);
	size_t first = top_level(t)->first;

	for (size_t i = first; i < t->nlines && i < first + t->list_height; i++) {
		const struct line *l = &t->lines[i];
		int w = text_width(cell_safe(t, top_line_graph(t, l), l->row, id, &t->scratch));

		if (is_tree(t) && id == top_tree_column(t))
			w += 2 * (int)(l->depth < PREFIX / 4 ? l->depth : PREFIX / 4) + 2;
		widest = w > widest ? w : widest;
	}
	arena_reset(&t->scratch);
	if (widest > t->widths[id])
		t->widths[id] = widest;
}

static int least(const struct top *t, enum column_id id)
{
	int min = id == COL_COMMAND ? 18 : 12;

	return flexible(id) && t->widths[id] > min ? min : t->widths[id];
}

/* Which of the columns goes first: the least kept, and of equals the last. */
static size_t weakest(const enum column_id *ids, size_t n)
{
	size_t at = 0;

	for (size_t i = 1; i < n; i++)
		if (keep(ids[i]) <= keep(ids[at]))
			at = i;
	return at;
}

static size_t candidates(struct top *t, enum column_id *ids)
{
	const struct column_list *c = &top_settings(t)->columns;
	size_t n = 0, skip = t->left;

	for (size_t i = 0; i < c->n; i++) {
		if (skip > 0 && i + 1 < c->n) {
			skip--;
			continue;
		}
		measure(t, c->ids[i]);
		ids[n++] = c->ids[i];
	}
	return n;
}

/* What is left goes to the columns that gave way, in their order. */
static void spread(const struct top *t, int room, const enum column_id *ids, int *widths, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int more = flexible(ids[i]) ? t->widths[ids[i]] - widths[i] : 0;

		more = more < room ? more : room;
		widths[i] += more > 0 ? more : 0;
		room -= more > 0 ? more : 0;
	}
}

size_t list_layout(struct top *t, int width, enum column_id *ids, int *widths)
{
	size_t n = candidates(t, ids);
	int sum;

	for (;;) {
		sum = -1;
		for (size_t i = 0; i < n; i++)
			sum += least(t, ids[i]) + 1;
		if (sum <= width || n <= 1)
			break;

		size_t at = weakest(ids, n--);

		memmove(&ids[at], &ids[at + 1], (n - at) * sizeof(*ids));
	}
	for (size_t i = 0; i < n; i++)
		widths[i] = least(t, ids[i]);
	if (n == 1 && widths[0] > width)
		widths[0] = width;
	spread(t, width - sum, ids, widths, n);
	return n;
}

/* The branches before a line of a tree, built from its end. A tree may be deeper than any screen is wide. */
static const char *prefix(const struct top *t, const struct line *l, char *buf, size_t size)
{
	bool u = t->opts.utf8;
	const char *parts[PREFIX / 4];
	size_t n = 0;

	if (l->gone || l->parent == VIEW_NO_PARENT)
		return "";
	parts[n++] = l->last ? (u ? "└─" : "`-") : (u ? "├─" : "|-");
	for (const struct line *up = &t->lines[l->parent]; up->parent != VIEW_NO_PARENT && n < PREFIX / 4;
	     up = &t->lines[up->parent])
		parts[n++] = up->last ? "  " : (u ? "│ " : "| ");
	*buf = '\0';
	while (n > 0)
		strncat(buf, parts[--n], size - strlen(buf) - 1);
	return buf;
}

static bool is_new(const struct top *t, const struct line *l)
{
	return t->before && !l->gone && thing_find(t->before, l->thing) == SNAP_NONE;
}

static bool is_marked(const struct top *t, const struct line *l)
{
	for (size_t i = 0; i < t->nmarks; i++)
		if (thing_is(t->marks[i], l->thing))
			return true;
	return false;
}

static bool is_unheld(const struct top *t, const struct line *l)
{
	return l->row.kind == ROW_NS && graph_node(top_line_graph(t, l), l->row.index)->nprocs == 0;
}

static enum top_style line_style(const struct top *t, const struct line *l, const char **mark)
{
	if (l->gone)
		return *mark = "x", TOP_GONE;
	if (is_new(t, l))
		return *mark = "*", TOP_FRESH;
	if (is_unheld(t, l))
		return *mark = "!", TOP_UNHELD;
	return *mark = " ", TOP_PLAIN;
}

/* In a mask, letters are what is a container's own, dashes what it shares with the machine. */
static void draw_mask(struct top *t, int x, int y, int width, const char *mask)
{
	if (!strpbrk(mask, "mnupiCUT?"))
		return;
	for (int i = 0; mask[i] && i < width; i++)
		grid_style(&t->grid, x + i, y, 1, mask[i] == '-' ? TOP_SHARED : TOP_OWN);
}

static void draw_cell(struct top *t, const struct line *l, enum column_id id, int x, int y, int width, enum top_style style)
{
	const char *s = cell_safe(t, top_line_graph(t, l), l->row, id, &t->scratch);
	bool tree = is_tree(t) && id == top_tree_column(t);
	bool last = t->left + 1 == top_settings(t)->columns.n;
	char branches[PREFIX * 4];
	int used = 0;

	if (tree) {
		used = grid_put(&t->grid, x, y, width, style, prefix(t, l, branches, sizeof(branches)));
		if (l->folded && l->children)
			used += grid_put(&t->grid, x + used, y, width - used, style, "[+] ");
	} else if (column_info(id)->flags & COLUMN_RIGHT) {
		used = width - text_width(s);
	}
	used = used > 0 ? used : 0;
	if (last)
		s += text_fit(s, (int)t->shift);
	grid_put(&t->grid, x + used, y, width - used, style, s);
	if (id == COL_UNIQUE && style == TOP_PLAIN)
		draw_mask(t, x, y, width, s);
}

static void draw_line(struct top *t, size_t i, int y, const enum column_id *ids, const int *widths, size_t n)
{
	const struct line *l = &t->lines[i];
	const char *mark;
	enum top_style style = line_style(t, l, &mark);
	int x = 0, width = t->grid.width;

	if (i == top_level(t)->at)
		style = TOP_SELECTED;
	grid_fill(&t->grid, 0, y, width, style);
	if (width >= 20) {
		grid_put(&t->grid, 0, y, 1, style, is_marked(t, l) ? "#" : mark);
		x = MARK_WIDTH;
	}
	for (size_t c = 0; c < n; c++) {
		draw_cell(t, l, ids[c], x, y, widths[c], style);
		x += widths[c] + 1;
	}
	arena_reset(&t->scratch);
}

static void draw_headings(struct top *t, int y, const enum column_id *ids, const int *widths, size_t n)
{
	int x = t->grid.width >= 20 ? MARK_WIDTH : 0;

	grid_fill(&t->grid, 0, y, t->grid.width, TOP_HEADING);
	for (int id = 0; id < COL_LIVE_COUNT; id++)
		t->column_x[id] = -1;
	for (size_t c = 0; c < n; c++) {
		const struct column *col = column_info(ids[c]);
		bool sorts = top_settings(t)->sort == (int)ids[c];
		int len = text_width(col->name) + sorts;
		int pad = col->flags & COLUMN_RIGHT && len < widths[c] && !(is_tree(t) && ids[c] == top_tree_column(t))
				  ? widths[c] - len
				  : 0;
		const char *arrow = !sorts ? "" : !t->opts.utf8 ? (top_settings(t)->descending ? "v" : "^")
				    : top_settings(t)->descending ? "▾" : "▴";

		grid_printf(&t->grid, x + pad, y, widths[c] - pad, sorts ? TOP_SORTED : TOP_HEADING, "%s%s", col->name,
			    arrow);
		t->column_x[ids[c]] = x;
		x += widths[c] + 1;
	}
}

/* The selected line is on the screen. */
static void scroll(struct top *t)
{
	struct level *l = top_level_mut(t);
	size_t h = t->list_height;

	if (l->at < l->first)
		l->first = l->at;
	if (h && l->at >= l->first + h)
		l->first = l->at - h + 1;
	if (l->first + h > t->nlines)
		l->first = t->nlines > h ? t->nlines - h : 0;
}

static const char *nothing(const struct top *t)
{
	if (!t->now)
		return "Scanning...";
	if (!thing_none(top_level(t)->scope) && thing_find(t->now, top_level(t)->scope) == SNAP_NONE)
		return "It is gone. Backspace goes back.";
	return *top_level(t)->filter_text ? "Nothing passes the filter." : "There is none.";
}

bool list_goes_on(struct top *t)
{
	const struct column_list *c = &top_settings(t)->columns;
	size_t first = top_level(t)->first;
	int widest = 0;

	for (size_t i = first; i < t->nlines && i < first + t->list_height; i++) {
		const struct line *l = &t->lines[i];
		int w = text_width(cell_safe(t, top_line_graph(t, l), l->row, c->ids[c->n - 1], &t->scratch));

		widest = w > widest ? w : widest;
	}
	arena_reset(&t->scratch);
	return widest > (int)t->shift + t->grid.width - MARK_WIDTH;
}

void list_draw(struct top *t, int y, int height, bool headings)
{
	enum column_id ids[COL_LIVE_COUNT];
	int widths[COL_LIVE_COUNT];
	int rows = height - headings;
	size_t n;

	t->list_top = (size_t)y + (size_t)headings;
	t->list_height = rows > 0 ? (size_t)rows : 0;
	scroll(t);
	n = list_layout(t, t->grid.width - (t->grid.width >= 20 ? MARK_WIDTH : 0), ids, widths);
	if (headings)
		draw_headings(t, y, ids, widths, n);
	for (int i = 0; i < rows && top_level(t)->first + (size_t)i < t->nlines; i++)
		draw_line(t, top_level(t)->first + (size_t)i, y + headings + i, ids, widths, n);
	if (t->nlines == 0 && rows > 0)
		grid_put(&t->grid, 0, y + headings, t->grid.width, TOP_DIM, nothing(t));
}
