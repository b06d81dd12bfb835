/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "top/keys.h"

static const struct key_row rows[] = {
	{{"1", "groups: processes that share their namespaces"}, {'1'}, ACT_VIEW_1},
	{{"2", "namespaces, those without processes included"}, {'2'}, ACT_VIEW_2},
	{{"3", "processes"}, {'3'}, ACT_VIEW_3},
	{{"4", "tree of user namespaces and what they own"}, {'4'}, ACT_VIEW_4},
	{{"5", "tree of PID namespaces"}, {'5'}, ACT_VIEW_5},
	{{"Shift-Tab", "next view"}, {TOP_BACKTAB}, ACT_VIEW_NEXT},
	{{"Up k", "up"}, {TOP_UP, 'k'}, ACT_UP},
	{{"Down j", "down"}, {TOP_DOWN, 'j'}, ACT_DOWN},
	{{"Left", "columns to the left"}, {TOP_LEFT}, ACT_LEFT},
	{{"Right", "columns to the right, then along the last one"}, {TOP_RIGHT}, ACT_RIGHT},
	{{"PgUp", "a page up"}, {TOP_PGUP}, ACT_PGUP},
	{{"PgDn", "a page down"}, {TOP_PGDN}, ACT_PGDN},
	{{"g Home", "first row"}, {'g', TOP_HOME}, ACT_HOME},
	{{"G End", "last row"}, {'G', TOP_END}, ACT_END},
	{{"Enter p", "go down to the members"}, {TOP_ENTER, '\r', 'p'}, ACT_MEMBERS},
	{{"n", "its namespaces; while searching, the next match"}, {'n'}, ACT_NAMESPACES},
	{{"N", "while searching, the match before"}, {'N'}, ACT_SEARCH_BACK},
	{{"Backspace Ctrl-O", "back to where you were"}, {TOP_BACKSPACE, 8, 127, TOP_CTRL_O}, ACT_BACK},
	{{"/ F3", "search"}, {'/', TOP_F3}, ACT_SEARCH},
	{{"\\ F4", "filter: an expression as for list -Q, or any text"}, {'\\', TOP_F4}, ACT_FILTER},
	{{"t F5", "tree, or plain list"}, {'t', TOP_F5}, ACT_TREE},
	{{"+", "unfold"}, {'+'}, ACT_UNFOLD},
	{{"-", "fold"}, {'-'}, ACT_FOLD},
	{{"*", "unfold all"}, {'*'}, ACT_UNFOLD_ALL},
	{{"s F6", "choose the column that sorts"}, {'s', TOP_F6}, ACT_SORT},
	{{"<", "sort by the column to the left"}, {'<'}, ACT_SORT_LEFT},
	{{">", "sort by the column to the right"}, {'>'}, ACT_SORT_RIGHT},
	{{"I", "turn the order round"}, {'I'}, ACT_SORT_TURN},
	{{"c F2", "choose and order the columns"}, {'c', TOP_F2}, ACT_COLUMNS},
	{{"T F7", "choose the types of namespaces"}, {'T', TOP_F7}, ACT_TYPES},
	{{"Tab", "details of the row; again: scroll in them; again: close"}, {TOP_TAB}, ACT_DETAILS},
	{{"e F8", "enter: a shell inside"}, {'e', TOP_F8}, ACT_ENTER},
	{{"K F9", "send a signal, after a question"}, {'K', TOP_F9}, ACT_SIGNAL},
	{{"m", "mark or unmark the row"}, {'m'}, ACT_MARK},
	{{"=", "what differs between two marked rows: of namespaces, those two"}, {'='}, ACT_DIFF},
	{{"U", "unmark all"}, {'U'}, ACT_UNMARK},
	{{"Space Z", "freeze, and go on"}, {' ', 'Z'}, ACT_FREEZE},
	{{"d", "seconds between refreshes"}, {'d'}, ACT_DELAY},
	{{"r Ctrl-L", "look again and draw anew"}, {'r', TOP_CTRL_L}, ACT_REDRAW},
	{{"W", "save the settings"}, {'W'}, ACT_SAVE},
	{{"? F1 h", "this help"}, {'?', TOP_F1, 'h'}, ACT_HELP},
	{{"Esc", "close one thing; never quits"}, {TOP_ESC}, ACT_ESCAPE},
	{{"q F10", "quit"}, {'q', TOP_F10}, ACT_QUIT},
};
enum { NROWS = sizeof(rows) / sizeof(rows[0]) };

enum action key_action(int code)
{
	for (int i = 0; i < NROWS; i++)
		for (int k = 0; k < KEY_CODES && rows[i].codes[k]; k++)
			if (rows[i].codes[k] == code)
				return rows[i].action;
	return ACT_NONE;
}

const struct top_key_info *top_key_info(size_t i)
{
	return i < NROWS ? &rows[i].info : NULL;
}
