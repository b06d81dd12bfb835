/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/commands.h"
#include "cmd/look.h"
#include "cmd/msg.h"
#include "cmd/out.h"
#include "nsview/compare.h"
#include "nsview/container.h"
#include "nsview/peek.h"
#include "nsview/render.h"
#include "nsview/want.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { OPT_COLOR = OPT_LONG, OPT_FROM, OPT_SOURCE };

/* As diff(1) has them. */
enum { DIFF_SAME, DIFF_DIFFERENT, DIFF_TROUBLE };

static const struct opt diff_options[] = {
	{'a', "all", NULL, "of dumps: a line for every process and holder that came or went"},
	{'J', "json", NULL, "write JSON, see nsview-json(5)"},
	{'u', "notruncate", NULL, "don't truncate text in columns"},
	{OPT_FROM, "from", "FILE", "read what nsview dump wrote; - reads standard input"},
	{OPT_SOURCE, "source", "SOURCE", "how to read this machine: auto, proc or bpf"},
	{OPT_COLOR, "color", "[WHEN]", "auto, always or never"},
	{'h', "help", NULL, "display this help"},
	{'V', "version", NULL, "display the version"},
	{0},
};

struct diff_opts {
	struct look_source source;
	enum out_color color;
	bool json, notruncate, all;
	char *const *operands;
};

/* One option. 0, or an exit status, or -1 when all is said and done. */
static int take_option(int key, const char *arg, struct diff_opts *o)
{
	switch (key) {
	case 'a': o->all = true; return 0;
	case 'J': o->json = true; return 0;
	case 'u': o->notruncate = true; return 0;
	case OPT_FROM: o->source.from = arg; return 0;
	case OPT_SOURCE: return look_source_parse(arg, &o->source);
	case OPT_COLOR: return out_color_parse(arg, &o->color) < 0 ? EXIT_USAGE : 0;
	case 'h':
		opts_help(&cmd_diff);
		puts("\nFor more see nsview-diff(1).");
		return -1;
	case 'V': out_version(); return -1;
	default: return EXIT_USAGE;
	}
}

static int parse(const struct command *self, int argc, char **argv, struct diff_opts *o)
{
	struct opts_iter it;
	int key, status = 0;

	*o = (struct diff_opts){0};
	opts_begin(&it, self, argc, argv);
	while (status == 0 && (key = opts_next(&it)) != -1)
		status = take_option(key, it.arg, o);
	opts_end(&it);
	if (status == 0 && argc - optind != 2) {
		msg("takes two: processes, containers, or files that nsview dump wrote");
		status = EXIT_USAGE;
	}
	o->operands = argv + optind;
	return status;
}

static int draw(const struct diff_opts *o, const struct report_item *root, const struct coverage *c, bool same)
{
	struct style style = out_style(o->color);
	int err;

	if (!root) {
		msg("out of memory");
		return DIFF_TROUBLE;
	}
	style.truncate = !o->notruncate;
	err = o->json ? render_report_json(stdout, root, "nsview.diff/1", c) : render_report(stdout, root, &style);
	if (err < 0) {
		msg("cannot draw the comparison: %s", strerror(-err));
		return DIFF_TROUBLE;
	}
	/* What could not be written is trouble and no difference; the message comes when all is closed. */
	if (fflush(stdout) != 0)
		return DIFF_TROUBLE;
	return same ? DIFF_SAME : DIFF_DIFFERENT;
}

/* A file with something in it is a dump; an nsfs file is regular, too, and has no size. */
static bool is_dump(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0;
}

/* Where one dump could not see what the other could, less has changed than it seems. */
static void report_coverage(const struct look *a, const struct look *b)
{
	const struct coverage *x = &a->snap->coverage, *y = &b->snap->coverage;

	if (x->unreadable == y->unreadable)
		return;
	fflush(stdout);
	msg("the dumps saw differently much: of %u and %u processes, %u and %u may not be read; what came or went may only have come to light or gone out of sight",
	    x->processes, y->processes, x->unreadable, y->unreadable);
}

static int diff_dumps(const struct diff_opts *o)
{
	struct look a = {0}, b = {0};
	struct arena arena = {0};
	bool same = true;
	int status = look_open(&a, &(struct look_source){.from = o->operands[0]}, 0, 0);

	if (status == 0)
		status = look_open(&b, &(struct look_source){.from = o->operands[1]}, 0, 0);
	if (status != 0)
		status = DIFF_TROUBLE;
	else {
		const struct report_item *root = compare_snapshots(a.graph, b.graph, o->all, &arena, &same);

		status = draw(o, root, &b.snap->coverage, same);
		report_coverage(&a, &b);
	}
	arena_done(&arena);
	look_close(&a);
	look_close(&b);
	return status;
}

/* One process for a target: of a container the first that has namespaces of its own. */
static int find_side(const struct look *l, const char *text, struct arena *arena, uint32_t *proc)
{
	struct look_targets found = {0};
	struct target t;
	uint32_t want = 0;
	int status = look_targets_parse((char *const *)&text, 1, &t, &want);

	if (status == 0)
		status = look_targets_find(l, &t, 1, arena, &found);
	if (status != 0)
		return status;
	if (!found.nprocs) {
		msg("'%s' is a namespace: diff compares processes and containers", text);
		return EXIT_USAGE;
	}
	*proc = found.procs[0];
	for (size_t i = found.nprocs; i > 0; i--)
		if (container_types(l->snap, &l->snap->procs[found.procs[i - 1]]))
			*proc = found.procs[i - 1];
	return 0;
}

/* Where the two differ, look at what is inside each. */
static int peek_sides(const struct look *l, struct compare_side sides[2], struct inside rooms[2][NS_TYPE_COUNT],
		      struct inside facts[2])
{
	const struct snap_proc *p[2] = {&l->snap->procs[sides[0].proc], &l->snap->procs[sides[1].proc]};
	int err = 0;

	for (int i = 0; i < 2 && err == 0; i++) {
		err = peek_proc(l->snap, sides[i].proc, &facts[i]);
		sides[i].facts = &facts[i];
		for (int t = 0; t < NS_TYPE_COUNT && err == 0; t++) {
			if (!NS_REF_OK(p[0]->ns[t]) || !NS_REF_OK(p[1]->ns[t]) || p[0]->ns[t] == p[1]->ns[t])
				continue;
			err = peek_ns(l->snap, p[i]->ns[t], &rooms[i][t]);
			sides[i].inside[t] = &rooms[i][t];
		}
	}
	return err;
}

static int compare(const struct diff_opts *o, const struct look *l, struct arena *arena)
{
	struct compare_side sides[2] = {0};
	struct inside rooms[2][NS_TYPE_COUNT] = {0}, facts[2] = {0};
	const struct report_item *root = NULL;
	bool same = true;
	int status = find_side(l, o->operands[0], arena, &sides[0].proc);

	if (status == 0)
		status = find_side(l, o->operands[1], arena, &sides[1].proc);
	if (status != 0)
		return DIFF_TROUBLE;
	if (l->saved || peek_sides(l, sides, rooms, facts) == 0)
		root = compare_procs(l->graph, &sides[0], &sides[1], arena, &same);
	status = draw(o, root, &l->snap->coverage, same);
	for (int i = 0; i < 2; i++) {
		inside_done(&facts[i]);
		for (int t = 0; t < NS_TYPE_COUNT; t++)
			inside_done(&rooms[i][t]);
	}
	return status;
}

static int diff_procs(const struct diff_opts *o)
{
	struct look l = {0};
	struct arena arena = {0};
	int status = look_open(&l, &o->source, WANT_RELATIONS | WANT_MOUNTS | WANT_LABELS | WANT_IDMAPS, NS_TYPES_ALL);

	if (status == 0)
		status = compare(o, &l, &arena);
	else
		status = DIFF_TROUBLE;
	arena_done(&arena);
	look_close(&l);
	return status;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct diff_opts o;
	int status = parse(self, argc, argv, &o);

	if (status != 0)
		return status < 0 ? EXIT_SUCCESS : status;
	return is_dump(o.operands[0]) && is_dump(o.operands[1]) ? diff_dumps(&o) : diff_procs(&o);
}

const struct command cmd_diff = {
	.name = "diff",
	.operands = "A B",
	.summary = "Compare two processes, containers or dumps",
	.opts = diff_options,
	.run = run,
};
