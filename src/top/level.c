/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "top/model.h"

#include <string.h>

const struct level *top_level(const struct top *t)
{
	return &t->levels[t->level];
}

struct level *top_level_mut(struct top *t)
{
	return &t->levels[t->level];
}

static void forget(struct level *l)
{
	filter_free(l->filter);
	*l = (struct level){0};
}

/* When one has gone too deep, the oldest way back is forgotten. */
void level_push(struct top *t, const struct level *next)
{
	if (t->level + 1 == LEVELS) {
		forget(&t->levels[0]);
		memmove(&t->levels[0], &t->levels[1], (LEVELS - 1) * sizeof(t->levels[0]));
	} else {
		t->level++;
	}
	t->levels[t->level] = *next;
}

void level_pop(struct top *t)
{
	if (t->level > 0)
		forget(&t->levels[t->level--]);
}

void level_restart(struct top *t, const struct level *next)
{
	struct level *base = &t->levels[0], was;

	while (t->level > 0)
		level_pop(t);
	was = *base;
	*base = *next;
	base->types = was.types;
	base->filter = was.filter;
	memcpy(base->filter_text, was.filter_text, sizeof(base->filter_text));
}

void level_done(struct top *t)
{
	while (t->level > 0)
		level_pop(t);
	forget(&t->levels[0]);
}
