/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_TOP_KEYS_H
#define NSVIEW_TOP_KEYS_H

#include "nsview/top.h"

/** What a key means in the list. */
enum action {
	ACT_NONE,
	ACT_VIEW_1, ACT_VIEW_2, ACT_VIEW_3, ACT_VIEW_4, ACT_VIEW_5, ACT_VIEW_NEXT,
	ACT_UP, ACT_DOWN, ACT_LEFT, ACT_RIGHT, ACT_PGUP, ACT_PGDN, ACT_HOME, ACT_END,
	ACT_MEMBERS, ACT_NAMESPACES, ACT_BACK,
	ACT_SEARCH, ACT_SEARCH_BACK, ACT_FILTER,
	ACT_TREE, ACT_UNFOLD, ACT_FOLD, ACT_UNFOLD_ALL,
	ACT_SORT, ACT_SORT_LEFT, ACT_SORT_RIGHT, ACT_SORT_TURN,
	ACT_COLUMNS, ACT_TYPES, ACT_DETAILS,
	ACT_ENTER, ACT_SIGNAL,
	ACT_MARK, ACT_DIFF, ACT_UNMARK,
	ACT_FREEZE, ACT_DELAY, ACT_REDRAW, ACT_SAVE, ACT_HELP, ACT_ESCAPE, ACT_QUIT,
};

enum { KEY_CODES = 4 };

/** One meaning and the keys that have it: dispatch, help and manual read this row. */
struct key_row {
	struct top_key_info info;
	int codes[KEY_CODES]; /* 0: no more */
	enum action action;
};

/** The meaning of a key. */
enum action key_action(int code);

#endif
