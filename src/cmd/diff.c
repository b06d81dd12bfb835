/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/commands.h"
#include "cmd/diff_kind.h"
#include "cmd/look_opts.h"
#include "cmd/msg.h"
#include "nsview/compare.h"
#include "nsview/container.h"
#include "nsview/peek.h"
#include "nsview/render.h"
#include "nsview/want.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As diff(1) has them. */
enum { DIFF_SAME, DIFF_DIFFERENT, DIFF_TROUBLE };

static const struct opt diff_options[] = {
	{'a', "all", NULL, "of dumps: a line for every process and holder that came or went"},
	LOOK_OPT_JSON,
	LOOK_OPT_NOTRUNCATE,
	LOOK_OPT_FROM,
	LOOK_OPT_SOURCE,
	LOOK_OPT_COLOR,
	LOOK_OPT_HELP,
	LOOK_OPT_VERSION,
	{0},
};

struct diff_opts {
	struct look_opts look;
	bool all;
	char *const *operands;
};

/* One option. 0, or an exit status, or -1 when all is said and done. */
static int take_option(int key, const char *arg, struct diff_opts *o)
{
	switch (key) {
	case 'a': o->all = true; return 0;
	case 'h':
		opts_help(&cmd_diff);
		puts("\nFor more see nsview-diff(1).");
		return -1;
	default: return look_opt_take(key, arg, &o->look);
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
		msg("takes two: processes, containers, namespaces, or files that nsview dump wrote");
		status = EXIT_USAGE;
	}
	o->operands = argv + optind;
	return status;
}

static int draw(const struct diff_opts *o, const struct report_item *root, const struct coverage *c, bool same)
{
	struct style style = out_style(o->look.color);
	int err;

	if (!root) {
		msg("out of memory");
		return DIFF_TROUBLE;
	}
	style.truncate = !o->look.notruncate;
	err = o->look.json ? render_report_json(stdout, root, "nsview.diff/1", c) : render_report(stdout, root, &style);
	if (err < 0) {
		msg("cannot draw the comparison: %s", strerror(-err));
		return DIFF_TROUBLE;
	}
	/* What could not be written is trouble and no difference; the message comes when all is closed. */
	if (fflush(stdout) != 0)
		return DIFF_TROUBLE;
	return same ? DIFF_SAME : DIFF_DIFFERENT;
}

/* Where one dump could not see what the other could, less has changed than it seems. */
static void report_coverage(const struct look *a, const struct look *b)
{
	const struct coverage *x = &a->snap->coverage, *y = &b->snap->coverage;

	if (x->unreadable == y->unreadable && x->hidden == y->hidden)
		return;
	fflush(stdout);
	if (x->hidden != y->hidden)
		msg("the dumps saw differently much: /proc hid the processes of others (hidepid) from the %s one; what came or went may only have come to light or gone out of sight",
		    x->hidden ? "first" : "second");
	else
		msg("the dumps saw differently much: of %u and %u processes, %u and %u may not be read; what came or went may only have come to light or gone out of sight",
		    x->processes, y->processes, x->unreadable, y->unreadable);
}

static int diff_dumps(const struct diff_opts *o)
{
	struct look a = {0}, b = {0};
	struct arena arena = {0};
	bool same = true;
	int status = look_open(&a, &(struct look_source){.from = o->operands[0]}, 0, 0, GRAPH_ALL);

	if (status == 0)
		status = look_open(&b, &(struct look_source){.from = o->operands[1]}, 0, 0, GRAPH_ALL);
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

/* A container is looked at through the first of its processes that has namespaces of its own. */
static void take_process(const struct look *l, const struct look_targets *found, struct compare_side *side)
{
	side->proc = found->procs[0];
	for (size_t i = found->nprocs; i > 0; i--)
		if (container_types(l->snap, &l->snap->procs[found->procs[i - 1]]))
			side->proc = found->procs[i - 1];
	memcpy(side->ns, l->snap->procs[side->proc].ns, sizeof(side->ns));
}

/* One name may be that of several namespaces, as nsview run --keep makes them, but of one only of each type. */
static int take_namespaces(const struct look *l, const char *text, const struct look_targets *found, struct compare_side *side)
{
	side->proc = SNAP_NONE;
	for (int t = 0; t < NS_TYPE_COUNT; t++)
		side->ns[t] = NS_REF_UNREAD;
	for (size_t i = 0; i < found->nnss; i++) {
		uint32_t *at = &side->ns[l->snap->nss[found->nss[i]].type];

		if (NS_REF_OK(*at) && *at != found->nss[i]) {
			msg("'%s' is the name of several %s namespaces; use one of their paths", text,
			    ns_info((enum ns_type)l->snap->nss[*at].type)->name);
			return DIFF_TROUBLE;
		}
		*at = found->nss[i];
	}
	return 0;
}

static int find_side(const struct look *l, const struct target *t, struct arena *arena, struct compare_side *side)
{
	struct look_targets found = {0};
	int status = look_targets_find(l, t, 1, arena, &found);

	if (status != 0)
		return status;
	if (!found.nprocs)
		return take_namespaces(l, t->text, &found, side);
	take_process(l, &found, side);
	return 0;
}

/* "net, uts", of the types of a side. */
static const char *type_names(const struct compare_side *side, char *buf, size_t size)
{
	size_t n = 0;

	*buf = '\0';
	for (int t = 0; t < NS_TYPE_COUNT && n < size; t++)
		if (NS_REF_OK(side->ns[t]))
			n += (size_t)snprintf(buf + n, size - n, "%s%s", n ? ", " : "", ns_info((enum ns_type)t)->name);
	return buf;
}

/* The types to compare: all of two processes, else those of which a namespace was named. 0, or an exit status after a message. */
static int find_types(const struct diff_opts *o, const struct compare_side sides[2], uint32_t *types)
{
	char first[64], second[64];

	*types = NS_TYPES_ALL;
	for (int i = 0; i < 2; i++)
		for (int t = 0; t < NS_TYPE_COUNT; t++)
			if (sides[i].proc == SNAP_NONE && !NS_REF_OK(sides[i].ns[t]))
				*types &= ~(1u << t);
	if (*types)
		return 0;
	msg("'%s' and '%s' are namespaces of different types, %s and %s: there is nothing to compare", o->operands[0],
	    o->operands[1], type_names(&sides[0], first, sizeof(first)), type_names(&sides[1], second, sizeof(second)));
	return DIFF_TROUBLE;
}

/* What is looked at besides the snapshot. */
struct rooms {
	struct inside ns[2][NS_TYPE_COUNT];
	struct inside root[2];
};

static void rooms_done(struct rooms *r)
{
	for (int i = 0; i < 2; i++) {
		inside_done(&r->root[i]);
		for (int t = 0; t < NS_TYPE_COUNT; t++)
			inside_done(&r->ns[i][t]);
	}
}

/* Where the two differ, look at what is inside each. */
static int peek_sides(const struct look *l, uint32_t types, struct compare_side sides[2], struct rooms *rooms)
{
	int err = 0;

	for (int i = 0; i < 2 && err == 0; i++) {
		if (sides[i].proc != SNAP_NONE) {
			err = peek_root(l->snap, sides[i].proc, &rooms->root[i]);
			sides[i].root = &rooms->root[i];
		}
		for (int t = 0; t < NS_TYPE_COUNT && err == 0; t++) {
			if (!(types & 1u << t) || !NS_REF_OK(sides[0].ns[t]) || !NS_REF_OK(sides[1].ns[t]) ||
			    sides[0].ns[t] == sides[1].ns[t])
				continue;
			err = peek_ns(l->snap, sides[i].ns[t], &rooms->ns[i][t]);
			sides[i].inside[t] = &rooms->ns[i][t];
		}
	}
	return err;
}

static int compare(const struct diff_opts *o, const struct look *l, const struct target targets[2], struct arena *arena)
{
	struct compare_side sides[2] = {0};
	struct rooms rooms = {0};
	const struct report_item *root = NULL;
	uint32_t types;
	bool same = true, known = true;
	int status = find_side(l, &targets[0], arena, &sides[0]);

	if (status == 0)
		status = find_side(l, &targets[1], arena, &sides[1]);
	if (status == 0)
		status = find_types(o, sides, &types);
	if (status != 0)
		return DIFF_TROUBLE;
	/* A saved snapshot is of another moment, if not of another machine: there is nothing to look into. */
	if (l->saved || peek_sides(l, types, sides, &rooms) == 0)
		root = compare_targets(l->graph, &sides[0], &sides[1], types, arena, &same, &known);
	status = draw(o, root, &l->snap->coverage, same);
	if (status == DIFF_SAME && !known) {
		msg("what could be read is shared, but not all could be: run nsview as root, or see 'nsview show' for why not");
		status = DIFF_TROUBLE;
	}
	rooms_done(&rooms);
	return status;
}

static int diff_targets(const struct diff_opts *o)
{
	struct look l = {0};
	struct arena arena = {0};
	struct target targets[2];
	uint32_t want = WANT_RELATIONS | WANT_MOUNTS | WANT_LABELS | WANT_IDMAPS;
	int status = look_targets_parse(o->operands, 2, targets, &want);

	if (status == 0)
		status = look_open(&l, &o->look.source, want, NS_TYPES_ALL, GRAPH_ALL);
	status = status == 0 ? compare(o, &l, targets, &arena) : DIFF_TROUBLE;
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
	switch (o.look.source.from ? DIFF_TARGETS : diff_kind(o.operands[0], o.operands[1])) {
	case DIFF_TARGETS: return diff_targets(&o);
	case DIFF_DUMPS: return diff_dumps(&o);
	case DIFF_NEITHER: break;
	}
	return DIFF_TROUBLE;
}

const struct command cmd_diff = {
	.name = "diff",
	.operands = "A B",
	.summary = "Compare two processes, containers, namespaces or dumps",
	.opts = diff_options,
	.run = run,
};
