/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/text.h"
#include "top/keys.h"
#include "top/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SHIFT = 16 }; /* columns at a time */

static const struct top_ask nothing = {.act = TOP_NOTHING};

/* What is shown is another list: lines that are gone belong to the one before, widths too. */
static void show_anew(struct top *t)
{
	top_forget_gone(t);
	memset(t->widths, 0, sizeof(t->widths));
	t->detail.first = 0;
	top_lines_build(t);
}

void top_set_view(struct top *t, enum top_view view)
{
	level_restart(t, &(struct level){.view = view, .scope = NO_THING, .selected = NO_THING});
	t->left = t->shift = 0;
	show_anew(t);
}

bool act_column_fits(const struct top *t, int column)
{
	const struct column *c = column_info((enum column_id)column);
	uint32_t rows = c->rows ? c->rows : ROWS_NS | ROWS_PROC;

	return rows & 1u << top_row_kind(top_level(t)->view);
}

/* Go to a list of what belongs to a thing. */
static void go_down(struct top *t, enum top_view view, const struct line *l)
{
	const char *name = thing_name(top_line_graph(t, l), l->row, &t->scratch);
	struct level next = {.view = view, .scope = l->thing, .selected = NO_THING};

	snprintf(next.scope_text, sizeof(next.scope_text), "%s", name);
	arena_reset(&t->scratch);
	top_pin(t);
	level_push(t, &next);
	t->left = t->shift = 0;
	show_anew(t);
}

static void go_members(struct top *t)
{
	const struct line *l = top_selected(t);

	if (l)
		go_down(t, l->row.kind == ROW_PROC ? TOP_NAMESPACES : TOP_PROCESSES, l);
}

static void go_namespaces(struct top *t)
{
	const struct line *l = top_selected(t);

	if (*t->search)
		act_search(t, 1, false);
	else if (l)
		go_down(t, TOP_NAMESPACES, l);
}

void act_go_back(struct top *t)
{
	if (t->level == 0)
		return;
	level_pop(t);
	t->left = t->shift = 0;
	show_anew(t);
}

/* A row that is gone is of the frame before, whose members nobody asked. */
static bool matches(const struct top *t, const struct line *l, struct match *m)
{
	struct match alone = {.text = m->text, .columns = m->columns, .ascii = m->ascii};
	bool found;

	if (!l->gone)
		return match_row(m, t->now->graph, l->row);
	found = match_row(&alone, t->before->graph, l->row);
	match_done(&alone);
	return found;
}

static bool search(struct top *t, int direction, bool from_here, struct match *m)
{
	size_t n = t->nlines, at = top_level(t)->at;

	for (size_t i = from_here ? 0 : 1; i < n + !from_here; i++) {
		size_t line = direction > 0 ? (at + i) % n : (at + n - i % n) % n;

		if (matches(t, &t->lines[line], m)) {
			top_pin(t);
			top_select(t, line);
			return true;
		}
	}
	return false;
}

void act_search(struct top *t, int direction, bool from_here)
{
	struct match m;

	if (!*t->search || !t->nlines)
		return;
	if (match_begin(&m, t, t->search) < 0)
		top_say(t, "out of memory");
	else if (!search(t, direction, from_here, &m))
		top_say(t, "'%s' is not there", t->search);
	match_done(&m);
}

static void fold(struct top *t, bool yes)
{
	const struct line *l = top_selected(t);

	if (!l)
		return;
	top_pin(t);
	if (map_put(&t->folds, thing_hash(l->thing), yes) == 0)
		top_lines_build(t);
}

/* Who sorts by an amount wants to see the most of it; a number that is a name goes upwards, as text does. */
bool top_sort_descends(int column)
{
	static const enum column_id names[] = {COL_NS,  COL_PID, COL_PPID,  COL_NSPID,  COL_UID,
					       COL_PNS, COL_ONS, COL_OUID, COL_USERNS, COL_NETNSID};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (column == (int)names[i])
			return false;
	return column >= 0 && column_info((enum column_id)column)->flags & COLUMN_RIGHT;
}

void act_sort_by(struct top *t, int column)
{
	struct view_settings *v = top_settings_mut(t);

	if (v->sort != column)
		v->descending = top_sort_descends(column);
	v->sort = column;
	show_anew(t);
}

static void sort_beside(struct top *t, int step)
{
	const struct column_list *c = &top_settings(t)->columns;
	size_t at = 0;

	for (size_t i = 0; i < c->n; i++)
		if ((int)c->ids[i] == top_settings(t)->sort)
			at = i;
	if (!c->n)
		return;
	at = (at + c->n + (size_t)(step + (int)c->n)) % c->n;
	act_sort_by(t, (int)c->ids[at]);
}

static void mark(struct top *t)
{
	const struct line *l = top_selected(t);

	if (!l)
		return;
	for (size_t i = 0; i < t->nmarks; i++)
		if (thing_is(t->marks[i], l->thing)) {
			t->marks[i] = t->marks[--t->nmarks];
			return;
		}
	if (t->nmarks == MARKS)
		top_say(t, "%d rows are marked already; U unmarks them", MARKS);
	else
		t->marks[t->nmarks++] = l->thing;
}

static void diff(struct top *t)
{
	if (t->nmarks != 2) {
		top_say(t, "mark two rows with m, then = tells what differs");
		return;
	}
	t->mode = MODE_PAGE;
	t->page = PAGE_DIFF;
	t->page_scroll = (struct scroll){0};
}

/* Why nothing may be done to the row at hand, or NULL. */
static const char *forbidden(const struct top *t, const struct line *l)
{
	if (t->opts.readonly)
		return "--readonly forbids it";
	if (t->opts.saved)
		return "this is a saved dump: its processes are not here";
	if (!l)
		return "no row is selected";
	return l->gone ? "it is gone" : NULL;
}

/* Keep the oldest processes in order of their age. */
static void add_door(struct top_ask *ask, const struct snap_proc *p)
{
	size_t at = ask->ndoors;

	while (at > 0 && p->start < ask->doors[at - 1].start)
		at--;
	if (at == TOP_DOORS)
		return;
	if (ask->ndoors < TOP_DOORS)
		ask->ndoors++;
	memmove(&ask->doors[at + 1], &ask->doors[at], (ask->ndoors - at - 1) * sizeof(ask->doors[0]));
	ask->doors[at] = (struct top_door){.pid = p->pid, .start = p->start};
}

/* Who is in a group or is the process, its first one at the head: any of them will do, should those before be gone. */
static void find_doors(const struct top *t, struct row row, struct top_ask *ask)
{
	const struct snapshot *s = t->now->snap;
	const struct groups *gs = t->now->groups;
	const struct snap_proc *leader = &s->procs[thing_leader(t->now->graph, row)];

	for (size_t i = 0; row.kind == ROW_GROUP && i < s->nprocs; i++)
		if (gs->of_proc[i] == row.index && &s->procs[i] != leader && s->procs[i].state != 'Z')
			add_door(ask, &s->procs[i]);
	if (ask->ndoors == TOP_DOORS)
		ask->ndoors--;
	memmove(&ask->doors[1], &ask->doors[0], ask->ndoors++ * sizeof(ask->doors[0]));
	ask->doors[0] = (struct top_door){.pid = leader->pid, .start = leader->start};
}

static struct top_ask enter(struct top *t)
{
	const struct line *l = top_selected(t);
	const char *why = forbidden(t, l);
	struct top_ask ask = {.act = TOP_ENTER_TARGET};

	if (why) {
		top_say(t, "cannot enter: %s", why);
		return nothing;
	}
	if (l->row.kind == ROW_GROUP && !graph_groups(t->now->graph)->v[l->row.index].own) {
		top_say(t, "these are the machine's own namespaces: there is nothing to enter");
		return nothing;
	}
	if (l->row.kind == ROW_NS)
		thing_target(t->now->graph, l->row, ask.target, sizeof(ask.target));
	else
		find_doors(t, l->row, &ask);
	return ask;
}

/* Why a row stands for no process that one could mean, or NULL. */
static const char *no_victim(const struct top *t, struct row row)
{
	const struct snapshot *s = t->now->snap;

	if (thing_leader(t->now->graph, row) == SNAP_NONE)
		return "no process is in it";
	if ((row.kind == ROW_GROUP && !graph_groups(t->now->graph)->v[row.index].own) ||
	    (row.kind == ROW_NS && s->host.base[s->nss[row.index].type] == row.index))
		return "it is the machine's own; Enter goes down to its processes";
	return NULL;
}

/* The one process that a row stands for, and whose company it is in: the signal is for it alone. */
static void choose_victim(struct top *t, struct row row)
{
	const struct graph *g = t->now->graph;
	uint32_t leader = thing_leader(g, row);
	const struct snap_proc *p = &t->now->snap->procs[leader];
	uint32_t n = row.kind == ROW_GROUP ? graph_groups(g)->v[row.index].nprocs
		     : row.kind == ROW_NS  ? graph_node(g, row.index)->nprocs
					   : 1;
	int len = snprintf(t->victim_text, sizeof(t->victim_text), "process %d (%s)", p->pid, p->comm);

	snprintf(t->victim_comm, sizeof(t->victim_comm), "%s", p->comm);
	t->victim = thing_of(g, (struct row){.kind = ROW_PROC, .index = leader, .ns = SNAP_NONE});
	if (row.kind != ROW_PROC)
		snprintf(t->victim_text + len, sizeof(t->victim_text) - (size_t)len, ", 1 of %u in %.80s", n,
			 thing_name(g, row, &t->scratch));
	arena_reset(&t->scratch);
}

static void ask_signal(struct top *t)
{
	const struct line *l = top_selected(t);
	const char *why = forbidden(t, l);

	if (!why)
		why = no_victim(t, l->row);
	if (why) {
		top_say(t, "cannot send a signal: %s", why);
		return;
	}
	choose_victim(t, l->row);
	top_pin(t);
	menu_open(t, MENU_SIGNAL);
}

static void page(struct top *t, enum page_kind kind)
{
	t->mode = MODE_PAGE;
	t->page = kind;
	t->page_scroll = (struct scroll){0};
}

/* Column by column, and within the last one, which may be longer than any screen. */
static void scroll_columns(struct top *t, int step)
{
	bool last = t->left + 1 >= top_settings(t)->columns.n;

	if (step < 0 && t->shift > 0)
		t->shift -= SHIFT;
	else if (step < 0 && t->left > 0)
		t->left--;
	else if (step > 0 && !last)
		t->left++;
	else if (step > 0 && list_goes_on(t))
		t->shift += SHIFT;
}

static void toggle_tree(struct top *t)
{
	enum top_view v = top_level(t)->view;

	if (v == TOP_USER_TREE || v == TOP_PID_TREE)
		return;
	top_settings_mut(t)->tree = !top_settings(t)->tree;
	show_anew(t);
}

/* One level at a time; with none left, nothing. */
static void escape(struct top *t)
{
	char why[8];

	if (*t->search) {
		*t->search = '\0';
	} else if (*top_level(t)->filter_text) {
		top_set_filter(t, "", why, sizeof(why));
		show_anew(t);
	} else if (t->details) {
		t->details = false;
	} else {
		act_go_back(t);
	}
}

static void cycle_details(struct top *t)
{
	if (t->details && t->mode == MODE_LIST) {
		t->mode = MODE_DETAILS;
	} else {
		t->details = !t->details;
		t->mode = MODE_LIST;
		top_pin(t);
	}
}

static void unfold_all(struct top *t)
{
	map_done(&t->folds);
	top_lines_build(t);
}

static void move(struct top *t, enum action a)
{
	size_t at = top_level(t)->at, page_lines = t->list_height > 1 ? t->list_height - 1 : 1;

	if (a >= ACT_UP && a <= ACT_END && a != ACT_LEFT && a != ACT_RIGHT)
		top_pin(t);
	switch (a) {
	case ACT_UP: top_select(t, at ? at - 1 : 0); break;
	case ACT_DOWN: top_select(t, at + 1); break;
	case ACT_PGUP: top_select(t, at > page_lines ? at - page_lines : 0); break;
	case ACT_PGDN: top_select(t, at + page_lines); break;
	case ACT_HOME: top_select(t, 0); break;
	case ACT_END: top_select(t, t->nlines); break;
	case ACT_LEFT: scroll_columns(t, -1); break;
	case ACT_RIGHT: scroll_columns(t, 1); break;
	default: break;
	}
}

static void change_view(struct top *t, enum action a)
{
	top_set_view(t, a == ACT_VIEW_NEXT ? (top_level(t)->view + 1) % TOP_VIEW_COUNT : (enum top_view)(a - ACT_VIEW_1));
}

/* What asks for something to be done outside of the model. */
static struct top_ask ask_for(struct top *t, enum action a)
{
	switch (a) {
	case ACT_QUIT: return (struct top_ask){.act = TOP_QUIT};
	case ACT_REDRAW: return (struct top_ask){.act = TOP_REDRAW};
	case ACT_SAVE: return (struct top_ask){.act = TOP_SAVE};
	case ACT_ENTER: return enter(t);
	case ACT_FREEZE:
		t->frozen = !t->frozen;
		return (struct top_ask){.act = t->frozen ? TOP_NOTHING : TOP_RESCAN};
	default: return nothing;
	}
}

struct top_ask act_key(struct top *t, int key)
{
	enum action a = key_action(key);

	switch (a) {
	case ACT_VIEW_1: case ACT_VIEW_2: case ACT_VIEW_3: case ACT_VIEW_4: case ACT_VIEW_5: case ACT_VIEW_NEXT:
		change_view(t, a);
		break;
	case ACT_MEMBERS: go_members(t); break;
	case ACT_NAMESPACES: go_namespaces(t); break;
	case ACT_BACK: act_go_back(t); break;
	case ACT_SEARCH: prompt_open(t, PROMPT_SEARCH); break;
	case ACT_SEARCH_BACK: act_search(t, -1, false); break;
	case ACT_FILTER: prompt_open(t, PROMPT_FILTER); break;
	case ACT_DELAY: prompt_open(t, PROMPT_DELAY); break;
	case ACT_TREE: toggle_tree(t); break;
	case ACT_UNFOLD: fold(t, false); break;
	case ACT_FOLD: fold(t, true); break;
	case ACT_UNFOLD_ALL: unfold_all(t); break;
	case ACT_SORT: menu_open(t, MENU_SORT); break;
	case ACT_COLUMNS: menu_open(t, MENU_COLUMNS); break;
	case ACT_TYPES: menu_open(t, MENU_TYPES); break;
	case ACT_SORT_LEFT: sort_beside(t, -1); break;
	case ACT_SORT_RIGHT: sort_beside(t, 1); break;
	case ACT_SORT_TURN:
		top_settings_mut(t)->descending = !top_settings(t)->descending;
		show_anew(t);
		break;
	case ACT_DETAILS: cycle_details(t); break;
	case ACT_SIGNAL: ask_signal(t); break;
	case ACT_MARK: mark(t); move(t, ACT_DOWN); break;
	case ACT_DIFF: diff(t); break;
	case ACT_UNMARK: t->nmarks = 0; break;
	case ACT_HELP: page(t, PAGE_HELP); break;
	case ACT_ESCAPE: escape(t); break;
	default:
		move(t, a);
		return ask_for(t, a);
	}
	return nothing;
}
