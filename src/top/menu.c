/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/text.h"
#include "top/model.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static const struct top_ask nothing = {.act = TOP_NOTHING};

/* The gentle ones come first; nothing is sent without a second question. */
static const struct {
	int number;
	const char *name;
} signals[] = {
	{SIGTERM, "SIGTERM  end"},          {SIGINT, "SIGINT   interrupt"}, {SIGHUP, "SIGHUP   hang up, reload"},
	{SIGQUIT, "SIGQUIT  end, dump core"}, {SIGUSR1, "SIGUSR1"},         {SIGUSR2, "SIGUSR2"},
	{SIGSTOP, "SIGSTOP  stop"},         {SIGCONT, "SIGCONT  go on"},    {SIGKILL, "SIGKILL  kill"},
};
enum { NSIGNALS = sizeof(signals) / sizeof(signals[0]) };

/* Column number i among those that the view offers: the chosen ones first, in their order. Or -1. */
static int column_at(const struct top *t, size_t i)
{
	const struct column_list *c = &top_settings(t)->columns;

	if (i < c->n)
		return (int)c->ids[i];
	i -= c->n;
	for (int id = 0; id < COL_LIVE_COUNT; id++)
		if (act_column_fits(t, id) && !column_list_has(c, (enum column_id)id) && i-- == 0)
			return id;
	return -1;
}

static size_t count_columns(const struct top *t)
{
	size_t n = 0;

	while (column_at(t, n) >= 0)
		n++;
	return n;
}

size_t menu_count(const struct top *t)
{
	switch (t->menu.kind) {
	case MENU_SORT: return count_columns(t) + 1;
	case MENU_COLUMNS: return count_columns(t);
	case MENU_TYPES: return NS_TYPE_COUNT;
	case MENU_SIGNAL: return NSIGNALS;
	case MENU_CONFIRM: return 2;
	}
	return 0;
}

static const char *signal_name(int number)
{
	for (int i = 0; i < NSIGNALS; i++)
		if (signals[i].number == number)
			return signals[i].name;
	return "";
}

const char *menu_title(const struct top *t, struct arena *scratch)
{
	const char *s = NULL;

	switch (t->menu.kind) {
	case MENU_SORT: return "Sort by";
	case MENU_COLUMNS: return "Columns: Space shows, < > move";
	case MENU_TYPES: return "Types: Space chooses, a all";
	case MENU_SIGNAL: s = arena_printf(scratch, "Signal to %s", t->victim_text); break;
	case MENU_CONFIRM:
		s = arena_printf(scratch, "Send %.7s to %s?", signal_name(t->signal), t->victim_text);
		break;
	}
	s = s ? text_safe(scratch, s, !t->opts.utf8) : NULL;
	return s ? s : "";
}

/* What a column of list says of a namespace is another thing here. */
static const char *column_help(const struct top *t, enum column_id id)
{
	static const struct {
		enum column_id id;
		const char *of_process, *of_members;
	} helps[] = {
		{COL_NPROCS, NULL, "number of processes"},
		{COL_PID, "number of the process", "number of its first process"},
		{COL_PPID, "number of the parent", "number of the first process's parent"},
		{COL_COMMAND, "command line", "command line of the first process"},
		{COL_UID, "effective UID", "effective UID of the first process"},
		{COL_USER, "effective user", "effective user of the first process"},
		{COL_NAME, "of the container, ip netns or service it is in", "of the container, ip netns or service"},
		{COL_THREADS, "number of threads", "number of threads"},
		{COL_AGE, "time since it started", "time since the first process started"},
		{COL_CPU, "CPU time used", "CPU time used by members"},
		{COL_RSS, "resident memory", "resident memory, summed over members"},
		{COL_HELD, "holders by kind", "holders: p t b f s m c o, see the help"},
	};
	bool process = top_row_kind(top_level(t)->view) == ROW_PROC;

	for (size_t i = 0; i < sizeof(helps) / sizeof(helps[0]); i++)
		if (helps[i].id == id && (process ? helps[i].of_process : helps[i].of_members))
			return process ? helps[i].of_process : helps[i].of_members;
	return column_info(id)->help;
}

static const char *column_text(const struct top *t, int id, bool box, struct arena *scratch)
{
	const struct column *c = column_info((enum column_id)id);
	bool has = column_list_has(&top_settings(t)->columns, (enum column_id)id);

	return arena_printf(scratch, "%s%-9s %s", !box ? "" : has ? "[x] " : "[ ] ", c->name,
			    column_help(t, (enum column_id)id));
}

const char *menu_text(const struct top *t, size_t i, struct arena *scratch)
{
	const char *s = "";

	switch (t->menu.kind) {
	case MENU_SORT:
		s = i == 0 ? "(number)  as they are numbered" : column_text(t, column_at(t, i - 1), false, scratch);
		break;
	case MENU_COLUMNS:
		s = column_text(t, column_at(t, i), true, scratch);
		break;
	case MENU_TYPES:
		s = arena_printf(scratch, "%s %s", !top_level(t)->types || top_level(t)->types & 1u << i ? "[x]" : "[ ]",
				 ns_info((enum ns_type)i)->name);
		break;
	case MENU_SIGNAL:
		s = signals[i].name;
		break;
	case MENU_CONFIRM:
		s = i == 0 ? "No" : "Yes (y)";
		break;
	}
	s = s ? text_safe(scratch, s, !t->opts.utf8) : NULL;
	return s ? s : "";
}

void menu_open(struct top *t, enum menu_kind kind)
{
	t->menu = (struct menu){.kind = kind};
	t->mode = MODE_MENU;
}

static void toggle_column(struct top *t)
{
	struct column_list *c = &top_settings_mut(t)->columns;
	int id = column_at(t, t->menu.at);

	if (id < 0)
		return;
	if (!column_list_has(c, (enum column_id)id)) {
		column_list_add(c, (enum column_id)id);
		t->menu.at = c->n - 1;
	} else if (c->n > 1) {
		c->n--;
		memmove(&c->ids[t->menu.at], &c->ids[t->menu.at + 1], (c->n - t->menu.at) * sizeof(c->ids[0]));
	}
}

static void move_column(struct top *t, int step)
{
	struct column_list *c = &top_settings_mut(t)->columns;
	size_t at = t->menu.at, to = at + (size_t)step;

	if (at >= c->n || to >= c->n) /* below 0 it is very large */
		return;

	enum column_id id = c->ids[at];

	c->ids[at] = c->ids[to];
	c->ids[to] = id;
	t->menu.at = to;
}

static void toggle_type(struct top *t)
{
	uint32_t types = top_level(t)->types ? top_level(t)->types : NS_TYPES_ALL;

	types ^= 1u << t->menu.at;
	top_set_types(t, types);
}

static struct top_ask send(struct top *t, bool yes)
{
	struct top_ask ask = {
		.act = TOP_SIGNAL, .pid = (int32_t)t->victim.a, .start = t->victim.b, .signal = t->signal};

	t->mode = MODE_LIST;
	memcpy(ask.who, t->victim_comm, sizeof(ask.who));
	return yes ? ask : nothing;
}

static struct top_ask choose(struct top *t)
{
	switch (t->menu.kind) {
	case MENU_SORT:
		t->mode = MODE_LIST;
		act_sort_by(t, t->menu.at == 0 ? -1 : column_at(t, t->menu.at - 1));
		break;
	case MENU_COLUMNS:
	case MENU_TYPES:
		t->mode = MODE_LIST;
		return (struct top_ask){.act = TOP_RESCAN};
	case MENU_SIGNAL:
		t->signal = signals[t->menu.at].number;
		menu_open(t, MENU_CONFIRM);
		break;
	case MENU_CONFIRM:
		return send(t, t->menu.at == 1);
	}
	return nothing;
}

static void menu_char(struct top *t, int key)
{
	if (t->menu.kind == MENU_COLUMNS && key == ' ')
		toggle_column(t);
	else if (t->menu.kind == MENU_COLUMNS && (key == '<' || key == '>'))
		move_column(t, key == '<' ? -1 : 1);
	else if (t->menu.kind == MENU_TYPES && key == ' ')
		toggle_type(t);
	else if (t->menu.kind == MENU_TYPES && key == 'a')
		top_set_types(t, 0);
}

struct top_ask menu_key(struct top *t, int key)
{
	size_t n = menu_count(t);

	switch (key) {
	case TOP_UP: case 'k': t->menu.at -= t->menu.at > 0; break;
	case TOP_DOWN: case 'j': t->menu.at += t->menu.at + 1 < n; break;
	case TOP_PGUP: t->menu.at -= t->menu.at > 10 ? 10 : t->menu.at; break;
	case TOP_PGDN: t->menu.at = t->menu.at + 10 < n ? t->menu.at + 10 : n - 1; break;
	case TOP_HOME: case 'g': t->menu.at = 0; break;
	case TOP_END: case 'G': t->menu.at = n - 1; break;
	case TOP_ENTER: case '\r': return choose(t);
	case TOP_ESC: case 'q': t->mode = MODE_LIST; break;
	case 'y': case 'n':
		if (t->menu.kind == MENU_CONFIRM)
			return send(t, key == 'y');
		break;
	default: menu_char(t, key); break;
	}
	return nothing;
}

/* The frame of a box: without colours nothing else parts it from the rows beneath. */
struct frame {
	const char *corners[4]; /* above left and right, below left and right */
	const char *across, *down;
};

static const struct frame *frame_of(const struct top *t)
{
	static const struct frame lines = {{"┌", "┐", "└", "┘"}, "─", "│"}, ascii = {{"+", "+", "+", "+"}, "-", "|"};

	return t->opts.utf8 ? &lines : &ascii;
}

static void edge_draw(struct top *t, int x, int y, int width, const char *left, const char *right)
{
	const struct frame *f = frame_of(t);

	grid_put(&t->grid, x, y, 1, TOP_PLAIN, left);
	for (int i = 1; i < width - 1; i++)
		grid_put(&t->grid, x + i, y, 1, TOP_PLAIN, f->across);
	grid_put(&t->grid, x + width - 1, y, 1, TOP_PLAIN, right);
}

static void item_draw(struct top *t, size_t item, int x, int y, int width)
{
	enum top_style style = item == t->menu.at ? TOP_SELECTED : TOP_PLAIN;
	const char *down = frame_of(t)->down;

	grid_fill(&t->grid, x, y, width, TOP_PLAIN);
	grid_put(&t->grid, x, y, 1, TOP_PLAIN, down);
	grid_put(&t->grid, x + width - 1, y, 1, TOP_PLAIN, down);
	grid_fill(&t->grid, x + 1, y, width - 2, style);
	grid_put(&t->grid, x + 1, y, 2, style, item == t->menu.at ? "> " : "  ");
	if (item < menu_count(t))
		grid_put(&t->grid, x + 3, y, width - 5, style, menu_text(t, item, &t->scratch));
}

/* Title and longest item, with a blank and the frame on both sides. */
static int box_width(struct top *t, const char *title)
{
	int width = text_width(title) + 2;

	for (size_t i = 0; i < menu_count(t); i++) {
		int w = text_width(menu_text(t, i, &t->scratch)) + 3;

		width = w > width ? w : width;
	}
	return width + 2 < t->grid.width ? width + 2 : t->grid.width;
}

/* In the middle, above the last line. Where there is hardly room the lower edge gives way to an item. */
void menu_draw(struct top *t)
{
	const struct frame *f = frame_of(t);
	const char *title = menu_title(t, &t->scratch);
	bool small = t->grid.width < 40 || t->grid.height < 8; /* without a last line of keys */
	int room = t->grid.height - !small, n = (int)menu_count(t), width = box_width(t, title);
	int below = room > 3, items = n + 1 + below < room ? n : room - 1 - below;
	int x = (t->grid.width - width) / 2, y = (room - items - 1 - below) / 2;

	if (t->menu.at < t->menu.first)
		t->menu.first = t->menu.at;
	if (t->menu.at >= t->menu.first + (size_t)items)
		t->menu.first = t->menu.at - (size_t)items + 1;
	edge_draw(t, x, y, width, f->corners[0], f->corners[1]);
	grid_put(&t->grid, x + 2, y, width - 4, TOP_HEADING, title);
	for (int i = 0; i < items; i++)
		item_draw(t, t->menu.first + (size_t)i, x, y + 1 + i, width);
	if (below)
		edge_draw(t, x, y + 1 + items, width, f->corners[2], f->corners[3]);
	arena_reset(&t->scratch);
}
