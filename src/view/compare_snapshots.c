/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/compare.h"

#include "view/compare_rows.h"

#include <time.h>

void compare_title(struct comparison *c, struct report_item *table, const char *title)
{
	size_t shown = 0;

	for (const struct report_item *row = table ? table->first : NULL; row; row = row->next)
		shown += row->label != NULL;
	if (table && shown == table->n)
		table->label = title;
	else if (shown)
		table->label = report_printf(&c->b[AFTER], "%s (%zu of %zu; --all shows the rest)", title, shown, table->n);
}

/* Which machine, and when: the order of two files is easily mistaken. */
static void add_host(struct comparison *c, struct report_item *root, enum match_when when)
{
	const struct snap_host *h = &c->m.side[when].snap->host;
	time_t at = (time_t)h->time;
	struct tm tm = {0};
	char text[32] = "?";
	struct report_item *o;

	if (gmtime_r(&at, &tm))
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &tm);
	report_text(&c->b[when], root, NULL, when == BEFORE ? "Before" : "After",
		    report_printf(&c->b[when], "%s, %s", h->hostname ? h->hostname : "?", text));
	o = report_add(&c->b[when], root, REPORT_OBJECT, when == BEFORE ? "a" : "b", NULL);
	if (!o)
		return;
	report_text(&c->b[when], o, "hostname", NULL, h->hostname);
	report_number(&c->b[when], o, "time", NULL, h->time);
}

static bool set_up(struct comparison *c, const struct graph *before, const struct graph *after, struct arena *a)
{
	if (match_build(before, after, a, &c->m) < 0)
		return false;
	c->b[BEFORE] = (struct report_builder){.g = before, .a = a};
	c->b[AFTER] = (struct report_builder){.g = after, .a = a};
	c->tallies = arena_alloc(a, (c->m.side[BEFORE].snap->nnss + c->m.side[AFTER].snap->nnss + 1) * sizeof(*c->tallies));
	return c->tallies;
}

struct report_item *compare_snapshots(const struct graph *before, const struct graph *after, bool all, struct arena *arena,
				      bool *same)
{
	struct comparison c = {.all = all};
	struct report_item *root, *namespaces, *processes, *holders;

	if (!set_up(&c, before, after, arena))
		return NULL;
	root = report_add(&c.b[AFTER], NULL, REPORT_OBJECT, "snapshots", NULL);
	if (!root)
		return NULL;
	add_host(&c, root, BEFORE);
	add_host(&c, root, AFTER);
	namespaces = report_add(&c.b[AFTER], root, REPORT_TABLE, "namespaces", NULL);
	processes = report_add(&c.b[AFTER], root, REPORT_TABLE, "processes", NULL);
	holders = report_add(&c.b[AFTER], root, REPORT_TABLE, "holders", NULL);
	if (!namespaces || !processes || !holders)
		return NULL;
	compare_processes(&c, processes);
	compare_holders(&c, holders);
	compare_namespaces(&c, namespaces);
	compare_title(&c, namespaces, "Namespaces that came, went or changed");
	compare_title(&c, processes, "Processes that came, went or moved");
	compare_title(&c, holders, "Other holders that came or went");
	*same = !namespaces->n && !processes->n && !holders->n;
	return c.b[BEFORE].failed || c.b[AFTER].failed ? NULL : root;
}
