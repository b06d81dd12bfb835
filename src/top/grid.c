/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/text.h"
#include "top/model.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

int grid_resize(struct top_grid *g, int width, int height)
{
	size_t n = (size_t)width * (size_t)height;
	struct top_cell *cells = calloc(n + 1, sizeof(*cells));

	if (!cells)
		return -ENOMEM;
	free(g->cells);
	*g = (struct top_grid){.width = width, .height = height, .cells = cells, .cursor_x = -1, .cursor_y = -1};
	return 0;
}

static struct top_cell *at(struct top_grid *g, int x, int y)
{
	return &g->cells[(size_t)y * (size_t)g->width + (size_t)x];
}

static void blank(struct top_cell *c, enum top_style style)
{
	*c = (struct top_cell){.text = " ", .width = 1, .style = (uint8_t)style};
}

void grid_clear(struct top_grid *g)
{
	for (size_t i = 0; i < (size_t)g->width * (size_t)g->height; i++)
		blank(&g->cells[i], TOP_PLAIN);
	g->cursor_x = g->cursor_y = -1;
}

/* glibc's wchar_t is a code point, whatever the locale. */
static wchar_t decode(const char *s, size_t len)
{
	static const unsigned char first[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	unsigned long c = (unsigned char)*s & first[len];

	for (size_t i = 1; i < len; i++)
		c = c << 6 | ((unsigned char)s[i] & 0x3f);
	return (wchar_t)c;
}

/* The next character: its length in bytes and its width; -1 for what cannot be shown. 0 at the end. */
static size_t next(const char *s, int *width)
{
	size_t len;

	if (!*s)
		return 0;
	len = text_utf8_len(s, strlen(s) < 4 ? strlen(s) : 4);
	*width = len ? wcwidth(decode(s, len)) : -1;
	return len ? len : 1;
}

/* What combines goes to the character before it, as far as there is room. */
static void combine(struct top_grid *g, int x, int y, int from, const char *s, size_t len)
{
	struct top_cell *c;

	if (x <= from)
		return;
	c = at(g, x - 1, y);
	if (!c->width && x - 1 > from)
		c--;
	if (strlen(c->text) + len < TOP_CELL_TEXT)
		strncat(c->text, s, len);
}

/* A wide character that loses one of its halves becomes a blank. */
static void unwiden(struct top_grid *g, int x, int y)
{
	struct top_cell *c = at(g, x, y);

	if (c->width == 2 && x + 1 < g->width)
		blank(at(g, x + 1, y), (enum top_style)at(g, x + 1, y)->style);
	if (c->width == 0 && x > 0)
		blank(at(g, x - 1, y), (enum top_style)at(g, x - 1, y)->style);
}

static void place(struct top_grid *g, int x, int y, enum top_style style, const char *s, size_t len, int width)
{
	struct top_cell *c = at(g, x, y);

	unwiden(g, x, y);
	*c = (struct top_cell){.width = (uint8_t)width, .style = (uint8_t)style};
	memcpy(c->text, s, len);
	if (width == 2) {
		unwiden(g, x + 1, y);
		*at(g, x + 1, y) = (struct top_cell){.style = (uint8_t)style};
	}
}

int grid_put(struct top_grid *g, int x, int y, int max, enum top_style style, const char *text)
{
	int from = x, end, width;
	size_t len;

	if (y < 0 || y >= g->height || x < 0 || x >= g->width || max <= 0)
		return 0;
	end = max < g->width - x ? x + max : g->width;
	for (; (len = next(text, &width)); text += len) {
		if (width == 0) {
			combine(g, x, y, from, text, len);
			continue;
		}
		if (x + (width < 0 ? 1 : width) > end)
			break;
		if (width < 0)
			place(g, x++, y, style, "?", 1, 1);
		else
			place(g, x, y, style, text, len, width), x += width;
	}
	return x - from;
}

int grid_printf(struct top_grid *g, int x, int y, int max, enum top_style style, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return grid_put(g, x, y, max, style, text);
}

void grid_fill(struct top_grid *g, int x, int y, int width, enum top_style style)
{
	if (y < 0 || y >= g->height)
		return;
	for (int i = x < 0 ? 0 : x; i < x + width && i < g->width; i++) {
		unwiden(g, i, y);
		blank(at(g, i, y), style);
	}
}

void grid_style(struct top_grid *g, int x, int y, int width, enum top_style style)
{
	if (y < 0 || y >= g->height)
		return;
	for (int i = x < 0 ? 0 : x; i < x + width && i < g->width; i++)
		at(g, i, y)->style = (uint8_t)style;
}

int text_width(const char *s)
{
	int sum = 0, width;
	size_t len;

	for (; (len = next(s, &width)); s += len)
		sum += width < 0 ? 1 : width;
	return sum;
}

size_t text_fit(const char *s, int width)
{
	const char *from = s;
	int sum = 0, w;
	size_t len;

	for (; (len = next(s, &w)); s += len) {
		sum += w < 0 ? 1 : w;
		if (sum > width)
			break;
	}
	return (size_t)(s - from);
}
