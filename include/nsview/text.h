/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_TEXT_H
#define NSVIEW_TEXT_H

#include "nsview/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Text from the system is hostile: a process name, a command line or a mount path may hold
 * escape sequences, newlines and broken UTF-8. Everything that is shown or written passes here.
 */

/**
 * Length of the UTF-8 sequence that starts at s (1 to 4), or 0 when the bytes there are none:
 * truncated, overlong, a surrogate, or above U+10FFFF. n > 0 is what may be read.
 */
size_t text_utf8_len(const char *s, size_t n);

/** Whether all of s is valid UTF-8. */
bool text_utf8_valid(const char *s, size_t n);

/**
 * s made safe for a terminal: each C0 and C1 control, DEL, invalid byte and each invisible
 * directional or line-separating character becomes \xNN for each of its bytes. With ascii every byte above 0x7e is escaped as well.
 * Returns s itself when nothing had to change, else a string in the arena; NULL without memory.
 */
const char *text_safe(struct arena *a, const char *s, bool ascii);

/**
 * s made valid UTF-8 for JSON: each invalid byte becomes U+FFFD. Controls stay: json_put() escapes them.
 * Returns s itself when nothing had to change, else a string in the arena; NULL without memory.
 */
const char *text_utf8(struct arena *a, const char *s);

/**
 * Where in n bytes the first character is that text_safe() escapes and JSON would not have to: DEL, C1 controls,
 * directional and line-separating characters. n for none; else *c is the character and *len its length.
 */
size_t text_unsafe_find(const char *s, size_t n, uint32_t *c, size_t *len);

/** Whether two strings are equal, ASCII letters compared without case. */
bool text_ieq(const char *a, const char *b);

/** The same for their first n bytes. */
bool text_ieqn(const char *a, const char *b, size_t n);

/**
 * The candidate nearest to word (Damerau-Levenshtein, without case), when it is near enough
 * to be what was meant; else NULL. The result is one of the candidates.
 */
const char *text_nearest(const char *word, const char *const *candidates, size_t n);

#endif
