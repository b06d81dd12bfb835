/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 32 * 1024 };

struct arena_block {
	struct arena_block *next;
	size_t used; /* from the front, by what is aligned */
	size_t size; /* up to here it is free: strings take from the end */
	size_t cap;
	alignas(max_align_t) char data[];
};

static struct arena_block *block_new(size_t size)
{
	struct arena_block *b;

	if (size > SIZE_MAX - sizeof(*b))
		return NULL;
	b = calloc(1, sizeof(*b) + size);
	if (b)
		b->size = b->cap = size;
	return b;
}

void *arena_alloc(struct arena *a, size_t size)
{
	struct arena_block *b = a->head;

	if (size > SIZE_MAX - alignof(max_align_t))
		return NULL;
	size = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);

	if (!b || b->size - b->used < size) {
		bool own = size > BLOCK_SIZE / 4;

		b = block_new(own ? size : BLOCK_SIZE);
		if (!b)
			return NULL;
		/* A large piece goes behind the block in use, so that the rest of that one is not lost. */
		if (own && a->head) {
			b->next = a->head->next;
			a->head->next = b;
		} else {
			b->next = a->head;
			a->head = b;
		}
	}

	void *p = b->data + b->used;

	b->used += size;
	return p;
}

/* Strings need no alignment: they fill a block from its end, byte by byte. */
static char *string_alloc(struct arena *a, size_t size)
{
	struct arena_block *b = a->head;

	if (!b || b->size - b->used < size) {
		if (size > BLOCK_SIZE / 4)
			return arena_alloc(a, size);
		b = block_new(BLOCK_SIZE);
		if (!b)
			return NULL;
		b->next = a->head;
		a->head = b;
	}
	b->size -= size;
	return b->data + b->size;
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *copy = n < SIZE_MAX ? string_alloc(a, n + 1) : NULL;

	if (!copy)
		return NULL;
	memcpy(copy, s, n);
	copy[n] = '\0';
	return copy;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;
	char *s = NULL;

	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	if (n >= 0)
		s = string_alloc(a, (size_t)n + 1);
	if (s)
		vsnprintf(s, (size_t)n + 1, fmt, again);
	va_end(again);
	va_end(ap);
	return s;
}

char *arena_u64(struct arena *a, uint64_t n)
{
	char digits[20], *s = digits + sizeof(digits);

	do
		*--s = (char)('0' + n % 10);
	while (n /= 10);
	return arena_strndup(a, s, (size_t)(digits + sizeof(digits) - s));
}

void arena_adopt(struct arena *into, struct arena *from)
{
	struct arena_block **end = &into->head;

	while (*end)
		end = &(*end)->next;
	*end = from->head;
	from->head = NULL;
}

void arena_reset(struct arena *a)
{
	struct arena_block *keep = a->head;

	if (!keep || keep->cap != BLOCK_SIZE) {
		arena_done(a);
		return;
	}
	a->head = keep->next;
	arena_done(a);
	memset(keep->data, 0, keep->used);
	memset(keep->data + keep->size, 0, keep->cap - keep->size);
	keep->used = 0;
	keep->size = keep->cap;
	keep->next = NULL;
	a->head = keep;
}

void arena_done(struct arena *a)
{
	struct arena_block *b = a->head;

	while (b) {
		struct arena_block *next = b->next;

		free(b);
		b = next;
	}
	a->head = NULL;
}
