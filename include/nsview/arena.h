/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_ARENA_H
#define NSVIEW_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct arena_block;

/**
 * Memory for many small things that die together. A zeroed arena is empty and ready for use.
 * Not safe for use by two threads at once.
 */
struct arena {
	struct arena_block *head;
};

/** Zeroed memory, aligned for any type, alive until arena_done(). NULL when there is none. */
void *arena_alloc(struct arena *a, size_t size) __attribute__((malloc, alloc_size(2)));

/** A terminated copy of the n bytes at s (which may hold any byte but is cut at a NUL by readers). */
char *arena_strndup(struct arena *a, const char *s, size_t n);

/** A copy of the string s. */
char *arena_strdup(struct arena *a, const char *s);

/** A string made by a printf format. */
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** A number in decimal, at a tenth of what a format costs. */
char *arena_u64(struct arena *a, uint64_t n);

/** Hand all of from's memory to into: it lives as long as into does. from is empty afterwards. */
void arena_adopt(struct arena *into, struct arena *from);

/** Forget everything but keep a little memory for the next round: for scratch space that is emptied often. */
void arena_reset(struct arena *a);

/** Free everything. The arena is empty and ready for use again. */
void arena_done(struct arena *a);

#endif
