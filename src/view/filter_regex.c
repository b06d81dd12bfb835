/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/filter_internal.h"

#include "nsview/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * What regcomp(3) of glibc (2.36) makes of a pattern can be much larger than the pattern: it writes repetitions out, so
 * that x{200} becomes 200 pieces and nested ones multiply; and a repetition of what may be empty, such as
 * ((a?|b?){9})*, takes time that is exponential. So patterns are weighed first, and refused where they repeat what may
 * be empty, which no search needs: it can be written without. Also refused are back references and a ')' that closes
 * nothing: POSIX leaves open what they mean, and the former can take forever to match.
 */

static const char too_heavy[] = "a smaller regular expression";
static const char repeats_empty[] = "a regular expression that repeats nothing that may be empty";
static const char refers_back[] = "a regular expression without back references";
static const char closes_nothing[] = "a regular expression (with a '(' for each ')')";

enum {
	WEIGHT_CAP = 2 * FILTER_REGEX_WEIGHT_MAX, /* heavier makes no difference */
	GROUPS_MAX = 64,
};

/* What was read of a group: alternatives, each of them pieces in a row. */
struct group {
	size_t sum;          /* of all weights */
	size_t last;         /* weight of the last piece, which a repetition applies to */
	bool last_empty;     /* that piece may match the empty string; true where there is none yet */
	bool before_empty;   /* all pieces of its alternative before it may */
	bool earlier_empty;  /* an earlier alternative may */
};

struct scale {
	struct group groups[GROUPS_MAX];
	size_t depth;
	bool anchored; /* a '^' is among the pieces */
	const char *problem;
};

static void open_alternative(struct group *g)
{
	g->last = 0;
	g->last_empty = g->before_empty = true;
}

static void add(struct scale *s, size_t weight, bool empty)
{
	struct group *g = &s->groups[s->depth];

	g->sum += weight;
	g->last = weight;
	g->before_empty = g->before_empty && g->last_empty;
	g->last_empty = empty;
}

/* The last piece is written times times; with what repeats it it is one piece, which can be repeated again. */
static void repeat(struct scale *s, size_t times, bool empty)
{
	struct group *g = &s->groups[s->depth];
	size_t whole = g->last * (times ? times : 1) + 1;

	if (g->last_empty)
		s->problem = repeats_empty;
	if (whole > WEIGHT_CAP)
		whole = WEIGHT_CAP;
	g->sum += whole - g->last;
	g->last = whole;
	g->last_empty = g->last_empty || empty;
}

static void open_group(struct scale *s)
{
	if (s->depth + 1 == GROUPS_MAX) {
		s->problem = too_heavy;
		return;
	}
	s->depth++;
	s->groups[s->depth] = (struct group){0};
	open_alternative(&s->groups[s->depth]);
}

static void next_alternative(struct scale *s)
{
	struct group *g = &s->groups[s->depth];

	g->sum++;
	g->earlier_empty = g->earlier_empty || (g->before_empty && g->last_empty);
	open_alternative(g);
}

static void close_group(struct scale *s)
{
	const struct group *g = &s->groups[s->depth];
	size_t inner = g->sum + 1;

	if (!s->depth) {
		s->problem = closes_nothing;
		return;
	}
	s->depth--;
	add(s, inner < WEIGHT_CAP ? inner : WEIGHT_CAP, g->earlier_empty || (g->before_empty && g->last_empty));
}

/* The length of the bracket expression that s begins with. A backslash is no escape in it. */
static size_t bracket_len(const char *s)
{
	size_t i = 1;

	i += s[i] == '^';
	i += s[i] == ']';
	for (; s[i] && s[i] != ']'; i++) {
		if (s[i] == '[' && s[i + 1] && strchr(".:=", s[i + 1])) {
			const char close[] = {s[i + 1], ']', '\0'};
			const char *end = strstr(s + i + 2, close);

			if (end)
				i = (size_t)(end - s) + 1;
		}
	}
	return i + (s[i] == ']');
}

/* The length of the interval that s begins with, {2,5}, or 0 when it is none. *ret is how often it writes a piece. */
static size_t interval_read(const char *s, size_t *ret, bool *empty)
{
	size_t len = strspn(s + 1, "0123456789,") + 1, n = 0;

	if (s[len] != '}')
		return 0;
	*ret = 0;
	*empty = strspn(s + 1, "0") == strcspn(s + 1, ",}");
	for (size_t i = 1; i < len; i++) {
		if (s[i] == ',')
			n = 0;
		else if (n < WEIGHT_CAP)
			n = n * 10 + (size_t)(s[i] - '0');
		/* An open end takes a piece of its own. */
		if (n >= *ret)
			*ret = n + 1;
	}
	return len + 1;
}

static size_t weigh_interval(struct scale *s, const char *p)
{
	size_t times;
	bool empty;
	size_t len = interval_read(p, &times, &empty);

	/* regcomp() will refuse it. */
	if (!len)
		return 1;
	repeat(s, times, empty);
	return len;
}

static size_t weigh_escape(struct scale *s, const char *p)
{
	if (p[1] >= '1' && p[1] <= '9')
		s->problem = refers_back;
	s->anchored = s->anchored || p[1] == '`';
	/* GNU's anchors: of words, and of the whole text. */
	add(s, 1, p[1] && strchr("bB<>`'", p[1]));
	return p[1] ? 2 : 1;
}

/* Weigh what p begins with: its length. */
static size_t weigh_piece(struct scale *s, const char *p)
{
	switch (*p) {
	case '(':
		open_group(s);
		return 1;
	case ')':
		close_group(s);
		return 1;
	case '|':
		next_alternative(s);
		return 1;
	case '*':
	case '?':
		repeat(s, 1, true);
		return 1;
	case '+':
		repeat(s, 2, false);
		return 1;
	case '{':
		return weigh_interval(s, p);
	case '[':
		add(s, 2, false);
		return bracket_len(p);
	case '\\':
		return weigh_escape(s, p);
	default:
		s->anchored = s->anchored || *p == '^';
		add(s, 1, *p == '^' || *p == '$');
		return 1;
	}
}

/* What regcomp() will refuse may weigh anything. */
static size_t weigh(struct scale *s, const char *pattern)
{
	size_t sum = 0;

	open_alternative(&s->groups[0]);
	for (const char *p = pattern; *p && !s->problem; p += weigh_piece(s, p))
		;
	for (size_t i = 0; i <= s->depth; i++)
		sum += s->groups[i].sum;
	return sum;
}

static int compile(regex_t *re, const char *pattern, char *expected, size_t size)
{
	char cause[64];
	int err = regcomp(re, pattern, REG_EXTENDED | REG_NOSUB);

	if (err == REG_ESPACE)
		return -ENOMEM;
	if (!err)
		return 0;
	regerror(err, re, cause, sizeof(cause));
	snprintf(expected, size, "a regular expression (%s)", cause);
	return -EINVAL;
}

/*
 * glibc (2.36) looks for a pattern from each byte of the text on, which is quadratic: ".*x" takes half a minute for
 * 128 KiB of arguments. The same pattern behind "^.*" takes one pass. A pattern with a '^' of its own is left alone: it
 * is looked for once where all of it is anchored, and behind ".*" glibc lets a '^' match after a newline.
 */
static int compile_for_search(struct filter *f, regex_t *re, const char *pattern, char *expected, size_t size)
{
	const char *anchored = arena_printf(&f->arena, "^.*(%s)", pattern);
	regex_t alone;
	int err = anchored ? compile(&alone, pattern, expected, size) : -ENOMEM;

	if (err < 0)
		return err;
	regfree(&alone);
	return compile(re, anchored, expected, size);
}

int filter_regex_add(struct filter *f, const char *pattern, const regex_t **ret, char *expected, size_t size)
{
	struct filter_regex *r = arena_alloc(&f->arena, sizeof(*r));
	struct scale s = {0};
	size_t weight = weigh(&s, pattern);
	int err;

	if (!s.problem && f->weight + weight > FILTER_REGEX_WEIGHT_MAX)
		s.problem = too_heavy;
	if (s.problem) {
		snprintf(expected, size, "%s", s.problem);
		return -EINVAL;
	}
	if (!r)
		return -ENOMEM;
	err = s.anchored ? compile(&r->re, pattern, expected, size)
			 : compile_for_search(f, &r->re, pattern, expected, size);
	if (err < 0)
		return err;
	f->weight += weight;
	r->next = f->regexes;
	f->regexes = r;
	*ret = &r->re;
	return 0;
}

/* A byte that is no UTF-8 is matched by nothing, not even by "."; nothing behind it would be found. */
bool filter_regex_match(const regex_t *re, const char *text)
{
	struct arena scratch = {0};
	const char *valid = MB_CUR_MAX > 1 ? text_utf8(&scratch, text) : text;
	bool match = valid && regexec(re, valid, 0, NULL, 0) == 0;

	arena_done(&scratch);
	return match;
}
