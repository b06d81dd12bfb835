/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/arena.h"
#include "nsview/render.h"
#include "nsview/vec.h"
#include "render/raw.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Bytes that a word may hold as they are; the backslash begins an escape. */
static bool is_plain(unsigned char c)
{
	return c > ' ' && c < 0x7f && c != '\\';
}

/* A line that grows, since a row goes out at once. */
struct line {
	char *s;
	size_t n, cap;
};

/* A word and the byte that ends it. 0 or -ENOMEM. */
static int add_word(struct line *l, const char *s, char end)
{
	static const char hex[] = "0123456789abcdef";
	enum { ESCAPED = 4 };
	int err = vec_reserve(&l->s, &l->cap, l->n + ESCAPED * strlen(s) + 1);

	if (err < 0)
		return err;

	char *at = l->s + l->n;

	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (is_plain(c)) {
			*at++ = *s;
			continue;
		}
		*at++ = '\\';
		*at++ = 'x';
		*at++ = hex[c >> 4];
		*at++ = hex[c & 0xf];
	}
	*at++ = end;
	l->n = (size_t)(at - l->s);
	return 0;
}

static int add_cells(struct line *l, const struct view *v, const struct column_list *cols, size_t row, struct arena *scratch)
{
	int err = 0;

	for (size_t i = 0; i < cols->n && err == 0; i++) {
		const struct column *c = column_info(cols->ids[i]);
		const char *s = cell_text(c, c->get(v->graph, v->rows[row], scratch), true, scratch);

		err = s ? add_word(l, s, i + 1 < cols->n ? ' ' : '\n') : -ENOMEM;
	}
	return err;
}

static int add_headings(struct line *l, const struct column_list *cols)
{
	int err = 0;

	for (size_t i = 0; i < cols->n && err == 0; i++)
		err = add_word(l, column_info(cols->ids[i])->name, i + 1 < cols->n ? ' ' : '\n');
	return err;
}

static void put_line(FILE *out, struct line *l)
{
	if (l->n)
		fwrite_unlocked(l->s, 1, l->n, out);
	l->n = 0;
}

int render_raw(FILE *out, const struct view *v, const struct column_list *cols, bool headings)
{
	struct arena scratch = {0};
	struct line line = {0};
	int err = headings ? add_headings(&line, cols) : 0;

	for (size_t r = 0; r < v->nrows && err == 0; r++) {
		put_line(out, &line);
		err = add_cells(&line, v, cols, r, &scratch);
		arena_reset(&scratch);
	}
	if (err == 0)
		put_line(out, &line);
	arena_done(&scratch);
	free(line.s);
	return err;
}
