/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/text.h"

#include <stdio.h>
#include <string.h>

size_t text_utf8_len(const char *s, size_t n)
{
	const unsigned char *b = (const unsigned char *)s;
	/* The second byte's range rules out overlong forms, surrogates and what lies above U+10FFFF. */
	unsigned char low = 0x80, high = 0xbf;
	size_t len;

	if (b[0] < 0x80)
		return 1;
	if (b[0] >= 0xc2 && b[0] <= 0xdf) {
		len = 2;
	} else if ((b[0] & 0xf0) == 0xe0) {
		len = 3;
		if (b[0] == 0xe0)
			low = 0xa0;
		else if (b[0] == 0xed)
			high = 0x9f;
	} else if (b[0] >= 0xf0 && b[0] <= 0xf4) {
		len = 4;
		if (b[0] == 0xf0)
			low = 0x90;
		else if (b[0] == 0xf4)
			high = 0x8f;
	} else {
		return 0;
	}

	if (n < len || b[1] < low || b[1] > high)
		return 0;
	for (size_t i = 2; i < len; i++)
		if ((b[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

bool text_utf8_valid(const char *s, size_t n)
{
	for (size_t i = 0, len; i < n; i += len) {
		len = text_utf8_len(s + i, n - i);
		if (!len)
			return false;
	}
	return true;
}

/* The code point of a valid sequence of len bytes. */
static uint32_t decode(const char *s, size_t len)
{
	static const unsigned char mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	uint32_t c = (unsigned char)s[0] & mask[len];

	for (size_t i = 1; i < len; i++)
		c = c << 6 | ((unsigned char)s[i] & 0x3f);
	return c;
}

/* Characters that move the cursor, end the line or turn the direction of what follows. */
static bool is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x061c || c == 0x200e || c == 0x200f ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

/* How many bytes at s may be shown as they are: 0 when the first byte must be escaped. */
static size_t plain_len(const char *s, size_t n, bool ascii)
{
	size_t len = text_utf8_len(s, n);

	if (!len || (ascii && len > 1) || is_control(decode(s, len)))
		return 0;
	return len;
}

/* Nearly every text is nothing but visible ASCII and blanks, and is safe everywhere. */
static bool is_visible_ascii(const char *s)
{
	while (*s >= ' ' && *s < 0x7f)
		s++;
	return !*s;
}

const char *text_safe(struct arena *a, const char *s, bool ascii)
{
	if (is_visible_ascii(s))
		return s;

	size_t n = strlen(s), bad = 0;

	for (size_t i = 0, len; i < n; i += len ? len : 1) {
		len = plain_len(s + i, n - i, ascii);
		bad += !len;
	}
	if (!bad)
		return s;

	char *out = arena_alloc(a, n + bad * 3 + 1), *o = out;

	if (!out)
		return NULL;
	for (size_t i = 0; i < n;) {
		size_t len = plain_len(s + i, n - i, ascii);

		if (len) {
			memcpy(o, s + i, len);
			o += len;
			i += len;
		} else {
			o += sprintf(o, "\\x%02x", (unsigned char)s[i++]);
		}
	}
	return out;
}

size_t text_unsafe_find(const char *s, size_t n, uint32_t *c, size_t *len)
{
	for (size_t i = 0; i < n; i += *len) {
		*len = 1;
		if ((unsigned char)s[i] < 0x7f)
			continue;
		*len = text_utf8_len(s + i, n - i);
		if (*len) {
			*c = decode(s + i, *len);
			if (is_control(*c))
				return i;
		} else {
			*len = 1;
		}
	}
	return n;
}

const char *text_utf8(struct arena *a, const char *s)
{
	static const char replacement[] = "\xef\xbf\xbd";

	if (is_visible_ascii(s))
		return s;

	size_t n = strlen(s), bad = 0;

	for (size_t i = 0, len; i < n; i += len ? len : 1) {
		len = text_utf8_len(s + i, n - i);
		bad += !len;
	}
	if (!bad)
		return s;

	char *out = arena_alloc(a, n + bad * 2 + 1), *o = out;

	if (!out)
		return NULL;
	for (size_t i = 0; i < n;) {
		size_t len = text_utf8_len(s + i, n - i);

		if (len) {
			memcpy(o, s + i, len);
			o += len;
			i += len;
		} else {
			memcpy(o, replacement, 3);
			o += 3;
			i++;
		}
	}
	return out;
}

/* tolower(3) asks the locale: in Turkish ones an I is no i, and column names would not be found. */
static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool text_ieqn(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (lower(a[i]) != lower(b[i]))
			return false;
		if (!a[i])
			break;
	}
	return true;
}

bool text_ieq(const char *a, const char *b)
{
	return text_ieqn(a, b, SIZE_MAX);
}

enum { NEAREST_MAX = 32 }; /* longer words are no slips of the finger */

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static unsigned distance(const char *a, size_t na, const char *b, size_t nb)
{
	unsigned d[NEAREST_MAX + 1][NEAREST_MAX + 1];

	for (size_t i = 0; i <= na; i++)
		d[i][0] = (unsigned)i;
	for (size_t j = 0; j <= nb; j++)
		d[0][j] = (unsigned)j;
	for (size_t i = 1; i <= na; i++)
		for (size_t j = 1; j <= nb; j++) {
			char x = lower(a[i - 1]), y = lower(b[j - 1]);
			unsigned best = least(d[i - 1][j - 1] + (x != y), least(d[i - 1][j], d[i][j - 1]) + 1);

			if (i > 1 && j > 1 && x == lower(b[j - 2]) && y == lower(a[i - 2]))
				best = least(best, d[i - 2][j - 2] + 1);
			d[i][j] = best;
		}
	return d[na][nb];
}

const char *text_nearest(const char *word, const char *const *candidates, size_t n)
{
	size_t len = strlen(word);
	const char *nearest = NULL, *beginning = NULL;
	unsigned far, best;

	if (len == 0 || len > NEAREST_MAX)
		return NULL;
	far = len < 3 ? 2 : (unsigned)len / 3 + 1; /* the first distance that is too far */
	best = far;
	for (size_t i = 0; i < n; i++) {
		size_t clen = strlen(candidates[i]);
		unsigned d = clen > NEAREST_MAX ? far : distance(word, len, candidates[i], clen);

		if (d < best) {
			best = d;
			nearest = candidates[i];
		}
		/* A beginning is a near miss however long the rest is: "net" for "netns". */
		if (!beginning && len >= 2 && clen > len && text_ieqn(word, candidates[i], len))
			beginning = candidates[i];
	}
	return nearest ? nearest : beginning;
}
