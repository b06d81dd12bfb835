/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/wrap.h"

#include "render/width.h"

#include <string.h>

/* The piece at s: to a comma, which belongs to it, or to a blank, which does not and where a break takes its place. */
static size_t piece_len(const char *s)
{
	size_t n = strcspn(s, ", ");

	return n + (s[n] == ',');
}

/* The width of what is between two places of a text that may be written to. */
static size_t width_between(char *s, char *end)
{
	char kept = *end;
	size_t width;

	*end = '\0';
	width = width_of(s);
	*end = kept;
	return width;
}

static size_t widest_piece(const char *s)
{
	struct arena scratch = {0};
	char *copy = arena_strdup(&scratch, s);
	size_t widest = 0;

	while (copy && *copy) {
		size_t len = piece_len(copy), width = width_between(copy, copy + len);

		widest = width > widest ? width : widest;
		copy += len + (copy[len] == ' ');
	}
	arena_done(&scratch);
	/* Without memory it stays in one piece. */
	return copy ? widest : width_of(s);
}

void wrap_measure(struct wrap_column *c, const char *s)
{
	size_t widest = width_of(s), least = widest_piece(s);

	c->widest = widest > c->widest ? widest : c->widest;
	c->least = least > c->least ? least : c->least;
}

void wrap_fit(struct wrap_column *columns, size_t n, size_t terminal)
{
	size_t sum = 0;
	bool gave = true;

	for (size_t i = 0; i < n; i++) {
		columns[i].width = columns[i].wraps ? columns[i].least : columns[i].widest;
		sum += columns[i].width + (i > 0);
	}
	/* What is left goes in turn to those that lack it. */
	while (gave && sum < terminal) {
		gave = false;
		for (size_t i = 0; i < n && sum < terminal; i++)
			if (columns[i].width < columns[i].widest) {
				columns[i].width++;
				sum++;
				gave = true;
			}
	}
}

const char *wrap_text(struct arena *a, const char *s, size_t width)
{
	/* At most one more byte a piece, and no piece is shorter than a byte. */
	size_t len = strlen(s);
	char *out = arena_alloc(a, 2 * len + 2), *line = out, *end = out;

	if (!out)
		return NULL;
	while (*s) {
		size_t piece = piece_len(s);
		bool blank = end > out && end[-1] == ' ';

		memcpy(end, s, piece);
		end[piece] = '\0';
		if (end > line && width_of(line) > width) {
			char *next = blank ? end : end + 1;

			memmove(next, end, piece + 1);
			next[-1] = '\n';
			line = next;
			end = next;
		}
		end += piece;
		s += piece;
		if (*s == ' ')
			*end++ = *s++;
	}
	*end = '\0';
	return out;
}
