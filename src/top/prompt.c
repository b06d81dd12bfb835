/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/filter.h"
#include "nsview/text.h"
#include "top/model.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *prompt_label(const struct top *t, struct arena *scratch)
{
	const char *s = NULL;

	switch (t->prompt.kind) {
	case PROMPT_SEARCH: return "Search: ";
	case PROMPT_FILTER: return "Filter: ";
	case PROMPT_DELAY: s = arena_printf(scratch, "Seconds between refreshes (now %g): ", t->delay); break;
	}
	return s ? s : "";
}

static void set_text(struct prompt *p, const char *s)
{
	snprintf(p->text, sizeof(p->text), "%s", s);
	p->len = p->at = strlen(p->text);
}

void prompt_open(struct top *t, enum prompt_kind kind)
{
	struct prompt *p = &t->prompt;

	*p = (struct prompt){.kind = kind};
	t->mode = MODE_PROMPT;
	if (kind == PROMPT_FILTER) {
		snprintf(p->before, sizeof(p->before), "%s", top_level(t)->filter_text);
		set_text(p, top_level(t)->filter_text);
	} else if (kind == PROMPT_SEARCH) {
		snprintf(p->before, sizeof(p->before), "%s", t->search);
	}
}

static int parse(const char *text, struct filter **ret, struct filter_error *err)
{
	return filter_parse(text, view_resolve_live_column, NULL, ret, err);
}

/*
 * What is text to be found as it stands, not an expression: a word or number by itself, of which an expression makes
 * a constant or "the column is not empty", and what is no expression and doesn't look like a failed one.
 */
static bool is_text(const char *text, bool parses)
{
	const char *end = text + strcspn(text, " ");

	if (strpbrk(text, "=<>!~&|()'\""))
		return false;
	return !parses || !end[strspn(end, " ")];
}

static void explain(int err, const struct filter_error *e, char *why, size_t size)
{
	if (err == -ENOMEM)
		snprintf(why, size, "out of memory");
	else if (err == -E2BIG)
		snprintf(why, size, "the filter is too long or nests too deep");
	else if (e->unknown_column)
		snprintf(why, size, "no column is called '%s'", e->word);
	else if (*e->word)
		snprintf(why, size, "expected %s at position %zu, found '%s'", e->expected, e->pos + 1, e->word);
	else
		snprintf(why, size, "expected %s at position %zu, where it ends", e->expected, e->pos + 1);
}

int top_set_filter(struct top *t, const char *text, char *why, size_t size)
{
	struct filter *f = NULL;
	struct filter_error err = {.expected = ""};
	int rc = 0;
	struct level *l = top_level_mut(t);

	text += strspn(text, " ");
	if (*text)
		rc = parse(text, &f, &err);
	if ((rc == 0 || rc == -EINVAL) && is_text(text, rc == 0)) {
		filter_free(f);
		f = NULL;
	} else if (rc < 0) {
		explain(rc, &err, why, size);
		return -EINVAL;
	}
	filter_free(l->filter);
	l->filter = f;
	snprintf(l->filter_text, sizeof(l->filter_text), "%s", text);
	return 0;
}

void top_set_delay(struct top *t, double seconds)
{
	t->delay = seconds < 0.1 ? 0.1 : seconds > 3600 ? 3600 : seconds;
}

static bool accept_filter(struct top *t)
{
	char why[160];

	if (top_set_filter(t, t->prompt.text, why, sizeof(why)) < 0) {
		top_say(t, "%s", why);
		return false;
	}
	top_forget_gone(t);
	top_lines_build(t);
	return true;
}

static void accept(struct top *t)
{
	char *end;
	double seconds;

	switch (t->prompt.kind) {
	case PROMPT_SEARCH:
		act_search(t, 1, true); /* it was found while it was typed: say so if not */
		break;
	case PROMPT_FILTER:
		if (!accept_filter(t))
			return;
		break;
	case PROMPT_DELAY:
		seconds = strtod(t->prompt.text, &end);
		if (end == t->prompt.text || *end || !(seconds >= 0.1 && seconds <= 3600)) {
			top_say(t, "a number from 0.1 to 3600 is wanted");
			return;
		}
		top_set_delay(t, seconds);
		break;
	}
	t->mode = MODE_LIST;
}

static void cancel(struct top *t)
{
	if (t->prompt.kind == PROMPT_SEARCH)
		snprintf(t->search, sizeof(t->search), "%s", t->prompt.before);
	t->mode = MODE_LIST;
}

/* Where the character before or after the cursor begins: a character has all of its bytes. */
static size_t step(const struct prompt *p, int by)
{
	size_t at = p->at;

	do {
		if (at == (by < 0 ? 0 : p->len))
			return at;
		at = by < 0 ? at - 1 : at + 1;
	} while (((unsigned char)p->text[at] & 0xc0) == 0x80);
	return at;
}

static void rub_out(struct prompt *p, size_t from, size_t to)
{
	memmove(p->text + from, p->text + to, p->len - to + 1);
	p->len -= to - from;
	p->at = from;
}

static void insert(struct prompt *p, int key)
{
	unsigned c = (unsigned)key;
	char s[5] = {0};

	if (c < 0x80) {
		s[0] = (char)c;
	} else if (c < 0x800) {
		s[0] = (char)(0xc0 | c >> 6);
		s[1] = (char)(0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		s[0] = (char)(0xe0 | c >> 12);
		s[1] = (char)(0x80 | (c >> 6 & 0x3f));
		s[2] = (char)(0x80 | (c & 0x3f));
	} else {
		s[0] = (char)(0xf0 | c >> 18);
		s[1] = (char)(0x80 | (c >> 12 & 0x3f));
		s[2] = (char)(0x80 | (c >> 6 & 0x3f));
		s[3] = (char)(0x80 | (c & 0x3f));
	}
	size_t len = strlen(s);

	if (p->len + len >= sizeof(p->text) || !text_utf8_valid(s, len))
		return;
	memmove(p->text + p->at + len, p->text + p->at, p->len - p->at + 1);
	memcpy(p->text + p->at, s, len);
	p->len += len;
	p->at += len;
}

/* Keys that edit. False: it was none. */
static bool edit(struct prompt *p, int key)
{
	switch (key) {
	case TOP_LEFT: p->at = step(p, -1); return true;
	case TOP_RIGHT: p->at = step(p, 1); return true;
	case TOP_HOME: case 1: p->at = 0; return true; /* Ctrl-A */
	case TOP_END: case 5: p->at = p->len; return true; /* Ctrl-E */
	case TOP_BACKSPACE: case 127: case 8: rub_out(p, step(p, -1), p->at); return true;
	case TOP_DELETE: rub_out(p, p->at, step(p, 1)); return true;
	case 21: set_text(p, ""); return true; /* Ctrl-U */
	default: break;
	}
	if (key < ' ' || key >= TOP_CODE_FIRST)
		return false;
	insert(p, key);
	return true;
}

void prompt_key(struct top *t, int key)
{
	struct prompt *p = &t->prompt;

	if (key == TOP_ESC)
		cancel(t);
	else if (key == TOP_ENTER || key == '\r')
		accept(t);
	else if (edit(p, key) && p->kind == PROMPT_SEARCH) {
		memcpy(t->search, p->text, sizeof(t->search));
		act_search(t, 1, true);
	}
}
