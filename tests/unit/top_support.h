/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_TESTS_TOP_SUPPORT_H
#define NSVIEW_TESTS_TOP_SUPPORT_H

#include "nsview/top.h"
#include "nsview/want.h"
#include "support.h"

#include <locale.h>
#include <wchar.h>

/* The live view on fixtures, and its screen as text. */

static inline struct top_frame *frame_of(struct snapshot *snap)
{
	struct top_frame *f = calloc(1, sizeof(*f));

	f->snap = snap;
	f->want = WANT_ALL;
	ck_assert_int_eq(graph_build(snap, GRAPH_ALL, &f->graph), 0);
	ck_assert_int_eq(groups_build(f->graph, &f->groups), 0);
	graph_set_live(f->graph, f->groups, NULL);
	return f;
}

static inline struct top_frame *fixture_frame(const char *name)
{
	return frame_of(fixture_snapshot(name));
}

static inline struct top *top_at(const char *fixture, int width, int height, bool utf8)
{
	struct top *t;

	setlocale(LC_ALL, "C.UTF-8");
	ck_assert_int_eq(top_new(&(struct top_opts){.utf8 = utf8}, &t), 0);
	ck_assert_int_eq(top_resize(t, width, height), 0);
	if (fixture)
		top_take(t, fixture_frame(fixture));
	return t;
}

/* One line of the screen, blanks at its end cut off; good until the next call. */
static inline const char *screen_line(struct top *t, int y)
{
	static char text[8192];
	const struct top_grid *g = top_draw(t);
	size_t n = 0, end = 0;

	ck_assert(y >= 0 && y < g->height);
	for (int x = 0; x < g->width; x++) {
		const struct top_cell *c = &g->cells[y * g->width + x];

		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s", c->text);
		if (strcmp(c->text, " ") != 0)
			end = n;
	}
	text[end] = '\0';
	return text;
}

/* All of it; the caller frees it. */
static inline char *screen_text(struct top *t)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	int height = top_draw(t)->height;

	for (int y = 0; y < height; y++)
		fprintf(f, "%s\n", screen_line(t, y));
	fclose(f);
	return text;
}

/* The first line of the screen that holds a text, or -1. */
static inline int screen_find(struct top *t, const char *text)
{
	int height = top_draw(t)->height;

	for (int y = 0; y < height; y++)
		if (strstr(screen_line(t, y), text))
			return y;
	return -1;
}

static inline bool screen_has(struct top *t, const char *text)
{
	return screen_find(t, text) >= 0;
}

/* Every cell is whole: one character, and wide ones are followed by their other half. */
static inline void grid_is_sound(const struct top_grid *g)
{
	for (int y = 0; y < g->height; y++)
		for (int x = 0; x < g->width; x++) {
			const struct top_cell *c = &g->cells[y * g->width + x];

			ck_assert_uint_lt(c->style, TOP_STYLE_COUNT);
			ck_assert(c->width <= 2);
			ck_assert((c->width == 0) == (*c->text == '\0'));
			for (const char *s = c->text; *s; s++)
				ck_assert((unsigned char)*s >= ' ' && *s != 127);
			if (c->width == 2) {
				ck_assert_int_lt(x + 1, g->width);
				ck_assert_uint_eq(c[1].width, 0);
			}
			if (c->width == 0)
				ck_assert(x > 0 && c[-1].width == 2);
		}
}

static inline void keys(struct top *t, const char *s)
{
	for (; *s; s++)
		top_key(t, (unsigned char)*s);
}

#endif
