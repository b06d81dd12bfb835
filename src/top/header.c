/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/text.h"
#include "top/model.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char *const tabs[TOP_VIEW_COUNT] = {"Groups", "Namespaces", "Processes", "User tree", "PID tree"};

static const char *span(uint64_t ticks, uint32_t hz, struct arena *a)
{
	static const struct column seconds = {.unit = UNIT_SECONDS};

	return cell_text(&seconds, (struct cell){.kind = CELL_U64, .u64 = hz ? ticks / hz : 0}, false, a);
}

static const char *bytes(uint64_t n, struct arena *a)
{
	static const struct column unit = {.unit = UNIT_BYTES};

	return cell_text(&unit, (struct cell){.kind = CELL_U64, .u64 = n}, false, a);
}

static const char *source(const struct top *t)
{
	const struct coverage *c = &t->now->snap->coverage;

	if (t->opts.saved)
		return "dump";
	return c->sources[SOURCE_BPF].state == SOURCE_RAN ? "bpf" : "proc";
}

static const char *safe(struct top *t, const char *s)
{
	s = s ? text_safe(&t->scratch, s, !t->opts.utf8) : NULL;
	return s ? s : "?";
}

static void draw_host(struct top *t, int y)
{
	const struct top_frame *f = t->now;
	int w = t->grid.width, x = grid_put(&t->grid, 0, y, w, TOP_TITLE, "nsview");

	if (!f) {
		grid_put(&t->grid, x + 1, y, w - x - 1, TOP_BANNER, "scanning");
		return;
	}
	const struct snap_host *h = &f->snap->host;

	x += grid_printf(&t->grid, x, y, w - x, TOP_PLAIN, "  %s  %s  up %s", safe(t, h->hostname), safe(t, h->kernel),
			 span(h->uptime, h->hz, &t->scratch));
	if (f->machine.known)
		x += grid_printf(&t->grid, x, y, w - x, TOP_PLAIN, "  load %.2f %.2f %.2f", f->machine.load[0],
				 f->machine.load[1], f->machine.load[2]);
	if (!t->opts.saved)
		grid_printf(&t->grid, x, y, w - x, TOP_DIM, "  %s %" PRIu32 " ms every %gs", source(t), f->scan_ms, t->delay);
}

/* "CPU ||||      23%", as wide as there is room. The number is there for who sees no bar. */
static void draw_bar(struct top *t, int x, int y, int width, const char *name, uint64_t permille, const char *text)
{
	int len = (int)strlen(text), at, inner;

	x += grid_printf(&t->grid, x, y, width, TOP_PLAIN, "%s[", name);
	inner = width - (int)strlen(name) - 2;
	if (inner < len)
		return;
	for (at = 0; permille != USAGE_UNKNOWN && at < inner - len && (uint64_t)at * 1000 < permille * (uint64_t)(inner - len);
	     at++)
		grid_put(&t->grid, x + at, y, 1, permille > 900 ? TOP_BAR_HIGH : TOP_BAR, "|");
	grid_put(&t->grid, x + inner - len, y, len, TOP_PLAIN, text);
	grid_put(&t->grid, x + inner, y, 1, TOP_PLAIN, "]");
}

static void draw_bars(struct top *t, int y)
{
	const struct usage_machine *m = &t->now->machine;
	uint64_t cpu = t->now->rates ? t->now->rates->machine_cpu : USAGE_UNKNOWN;
	int width = t->grid.width / 2 - 1;
	char text[64];

	if (cpu == USAGE_UNKNOWN)
		snprintf(text, sizeof(text), "-");
	else
		snprintf(text, sizeof(text), "%" PRIu64 ".%" PRIu64 "%%", cpu / 10, cpu % 10);
	draw_bar(t, 0, y, width, "CPU ", cpu, text);
	if (m->known)
		snprintf(text, sizeof(text), "%s/%s", bytes(m->mem_used, &t->scratch), bytes(m->mem_total, &t->scratch));
	else
		snprintf(text, sizeof(text), "-");
	draw_bar(t, width + 2, y, t->grid.width - width - 2, "Mem ",
		 m->mem_total ? m->mem_used * 1000 / m->mem_total : USAGE_UNKNOWN, text);
}

static int draw_count(struct top *t, int x, int y, size_t n, const char *one, const char *many, const struct change *c)
{
	int w = t->grid.width, from = x;

	x += grid_printf(&t->grid, x, y, w - x, TOP_PLAIN, "%zu %s", n, n == 1 ? one : many);
	if (c->born)
		x += grid_printf(&t->grid, x, y, w - x, TOP_FRESH, " +%" PRIu32, c->born);
	if (c->died)
		x += grid_printf(&t->grid, x, y, w - x, TOP_GONE, " -%" PRIu32, c->died);
	return x - from + grid_put(&t->grid, x, y, w - x, TOP_PLAIN, "  ");
}

static void draw_counts(struct top *t, int y)
{
	static const struct change none;
	const struct top_frame *f = t->now;
	int x = draw_count(t, 0, y, f->snap->nnss, "namespace", "namespaces", &t->nss);

	x += draw_count(t, x, y, f->groups->n, "group", "groups", &none);
	x += draw_count(t, x, y, f->snap->nprocs, "process", "processes", &t->procs);
	if (f->snap->coverage.hidden)
		grid_put(&t->grid, x, y, t->grid.width - x, TOP_ALARM, "others hidden by /proc");
	else if (f->snap->coverage.unreadable)
		grid_printf(&t->grid, x, y, t->grid.width - x, TOP_ALARM, "%" PRIu32 " unreadable",
			    f->snap->coverage.unreadable);
}

/* One piece of the state; what does not fit ends with a sign of that. */
static int put_state(struct top *t, int x, int y, enum top_style style, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
static int put_state(struct top *t, int x, int y, enum top_style style, const char *fmt, ...)
{
	int room = t->grid.width - x;
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (room < 1)
		return 0;
	if (text_width(text) <= room)
		return grid_put(&t->grid, x, y, room, style, text) + 1;
	grid_put(&t->grid, x, y, room - 1, style, text);
	grid_put(&t->grid, t->grid.width - 1, y, 1, style, t->opts.utf8 ? "…" : "~");
	return room + 2; /* further than what fits can come */
}

static const char *type_list(uint32_t types, struct arena *scratch)
{
	const char *s = "";

	for (int type = 0; s && type < NS_TYPE_COUNT; type++)
		if (types & 1u << type)
			s = arena_printf(scratch, "%s%s%s", s, *s ? "," : "", ns_info((enum ns_type)type)->name);
	return s ? s : "";
}

/* When a dump was taken, and its file: "2026-11-24 10:07 host.json". */
static const char *when_saved(struct top *t)
{
	time_t when = t->now ? (time_t)t->now->snap->host.time : 0;
	char text[32] = "";
	struct tm tm;
	const char *s;

	if (when && localtime_r(&when, &tm))
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M", &tm);
	s = t->opts.from ? arena_printf(&t->scratch, "%s %s", text, t->opts.from) : arena_strdup(&t->scratch, text);
	return safe(t, s);
}

/* What limits or stops the list is said where one looks for it. Returns where it ends. */
static int draw_state(struct top *t, int x, int y)
{
	const struct level *l = top_level(t);

	if (t->frozen)
		x += put_state(t, x, y, TOP_BANNER, " FROZEN: Space goes on ");
	if (t->opts.saved)
		x += put_state(t, x, y, TOP_BANNER, " SAVED %s ", when_saved(t));
	if (t->opts.readonly)
		x += put_state(t, x, y, TOP_BANNER, " READ-ONLY ");
	if (!thing_none(l->scope))
		x += put_state(t, x, y, TOP_KEY, "of %s", safe(t, l->scope_text));
	if (*l->filter_text)
		x += put_state(t, x, y, TOP_KEY, "filter: %s", safe(t, l->filter_text));
	if (*t->search)
		x += put_state(t, x, y, TOP_KEY, "search: %s", safe(t, t->search));
	if (l->types)
		x += put_state(t, x, y, TOP_KEY, "types: %s", type_list(l->types, &t->scratch));
	return x;
}

static int draw_names(struct top *t, int y, bool brief)
{
	int w = t->grid.width, x = 0;

	for (int v = 0; v < TOP_VIEW_COUNT; v++) {
		bool here = v == (int)top_level(t)->view;

		if (brief && !here)
			continue;
		x += grid_printf(&t->grid, x, y, w - x, TOP_KEY, "%d", v + 1);
		x += grid_printf(&t->grid, x, y, w - x, here ? TOP_TITLE : TOP_PLAIN, here ? "[%s]" : " %s ", tabs[v]);
	}
	return x;
}

/* The other views' names give way to what limits the list. */
static void draw_tabs(struct top *t, int y)
{
	bool brief = t->grid.width < 60;
	int x = draw_names(t, y, brief);

	if (draw_state(t, x + 1, y) <= t->grid.width + 1 || brief)
		return;
	grid_fill(&t->grid, 0, y, t->grid.width, TOP_PLAIN);
	draw_state(t, draw_names(t, y, true) + 1, y);
}

int header_draw(struct top *t)
{
	draw_host(t, 0);
	if (t->grid.width < 40 || t->grid.height < 8) {
		if (t->frozen)
			grid_put(&t->grid, 0, 0, t->grid.width, TOP_BANNER, "FROZEN");
		arena_reset(&t->scratch);
		return 1;
	}
	if (t->now) {
		draw_bars(t, 1);
		draw_counts(t, 2);
	}
	draw_tabs(t, 3);
	arena_reset(&t->scratch);
	return HEAD_LINES;
}

void header_draw_one_line(struct top *t)
{
	if (!t->now) {
		grid_put(&t->grid, 0, 0, t->grid.width, TOP_BANNER, "scanning");
		return;
	}
	grid_printf(&t->grid, 0, 0, t->grid.width, TOP_PLAIN, "%zu ns %zu groups %zu procs", t->now->snap->nnss,
		    t->now->groups->n, t->now->snap->nprocs);
}
