/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/arena.h"
#include "nsview/render.h"
#include "render/raw.h"

#include <errno.h>
#include <string.h>

/* Bytes that a word may hold as they are; the backslash begins an escape. */
static bool is_plain(unsigned char c)
{
	return c > ' ' && c < 0x7f && c != '\\';
}

static void put_word(FILE *out, const char *s)
{
	static const char hex[] = "0123456789abcdef";

	for (;;) {
		size_t n = 0;

		while (is_plain((unsigned char)s[n]))
			n++;
		fwrite_unlocked(s, 1, n, out);
		s += n;
		if (!*s)
			return;

		const char escape[4] = {'\\', 'x', hex[(unsigned char)*s >> 4], hex[*s & 0xf]};

		fwrite_unlocked(escape, 1, sizeof(escape), out);
		s++;
	}
}

static void end_word(FILE *out, const struct column_list *cols, size_t i)
{
	putc_unlocked(i + 1 < cols->n ? ' ' : '\n', out);
}

int render_raw(FILE *out, const struct view *v, const struct column_list *cols, bool headings)
{
	struct arena scratch = {0};
	int err = 0;

	for (size_t i = 0; i < cols->n && headings; i++) {
		put_word(out, column_info(cols->ids[i])->name);
		end_word(out, cols, i);
	}
	for (size_t r = 0; r < v->nrows && err == 0; r++) {
		for (size_t i = 0; i < cols->n && err == 0; i++) {
			const struct column *c = column_info(cols->ids[i]);
			const char *s = cell_text(c, c->get(v->graph, v->rows[r], &scratch), true, &scratch);

			if (s)
				put_word(out, s);
			else
				err = -ENOMEM;
			end_word(out, cols, i);
		}
		arena_reset(&scratch);
	}
	arena_done(&scratch);
	return err;
}
