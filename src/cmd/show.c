/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/commands.h"
#include "cmd/look_opts.h"
#include "cmd/msg.h"
#include "nsview/container.h"
#include "nsview/peek.h"
#include "nsview/render.h"
#include "nsview/report.h"
#include "nsview/want.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct opt show_options[] = {
	LOOK_OPT_JSON,
	LOOK_OPT_NOTRUNCATE,
	LOOK_OPT_FROM,
	LOOK_OPT_SOURCE,
	LOOK_OPT_COLOR,
	LOOK_OPT_STRICT,
	LOOK_OPT_HELP,
	LOOK_OPT_VERSION,
	{0},
};

struct show_opts {
	struct look_opts look;
	struct target target;
	uint32_t want;
};

/* One option. 0, or an exit status, or -1 when all is said and done. */
static int take_option(int key, const char *arg, struct show_opts *o)
{
	switch (key) {
	case 'h':
		opts_help(&cmd_show);
		puts("\nFor more see nsview-show(1).");
		return -1;
	default: return look_opt_take(key, arg, &o->look);
	}
}

static int parse(const struct command *self, int argc, char **argv, struct show_opts *o)
{
	struct opts_iter it;
	int key, status = 0;

	*o = (struct show_opts){.want = WANT_ALL & ~(WANT_CMDLINE_ALL | WANT_NETNSID | WANT_NSPIDS)};
	opts_begin(&it, self, argc, argv);
	while (status == 0 && (key = opts_next(&it)) != -1)
		status = take_option(key, it.arg, o);
	opts_end(&it);
	if (status != 0)
		return status;
	if (argc - optind != 1) {
		msg("takes one TARGET: a PID, an inode, TYPE:INODE, a path or a name");
		return EXIT_USAGE;
	}
	status = look_targets_parse(argv + optind, 1, &o->target, &o->want);
	if (status == 0 && (o->target.kind == TARGET_PID || o->target.kind == TARGET_NAME))
		o->want |= WANT_CMDLINE_ALL;
	return status;
}

/* A container is looked at through the first of its processes that has namespaces of its own. */
static uint32_t first_contained(const struct snapshot *s, const struct look_targets *t)
{
	for (size_t i = 0; i < t->nprocs; i++)
		if (container_types(s, &s->procs[t->procs[i]]))
			return t->procs[i];
	return t->procs[0];
}

static int draw(const struct show_opts *o, const struct look *l, const struct report_item *root)
{
	struct style style = out_style(o->look.color);
	int err;

	style.truncate = !o->look.notruncate;
	err = o->look.json ? render_report_json(stdout, root, "nsview.show/1", &l->snap->coverage)
		      : render_report(stdout, root, &style);
	if (err < 0)
		msg("cannot draw the report: %s", strerror(-err));
	return err < 0 ? EXIT_TROUBLE : 0;
}

/* A saved snapshot is of another moment, if not of another machine: there is nothing to look into. */
static int show_proc(const struct show_opts *o, const struct look *l, uint32_t proc, struct arena *a)
{
	struct inside in = {0};
	struct report_item *root = NULL;
	int status = EXIT_TROUBLE;

	if (o->look.source.from || peek_proc(l->snap, proc, &in) == 0)
		root = report_proc(l->graph, proc, o->look.source.from ? NULL : &in, a);
	if (root)
		status = draw(o, l, root);
	else
		msg("out of memory");
	inside_done(&in);
	return status;
}

/* What nothing is seen to hold may be in a message. */
static int look_into(const struct look *l, uint32_t ns, struct inside *in)
{
	size_t holders;
	int err = peek_ns(l->snap, ns, in);

	graph_holders(l->graph, ns, &holders);
	return err == 0 && !holders ? peek_flight(l->snap, in) : err;
}

static int show_ns(const struct show_opts *o, const struct look *l, uint32_t ns, struct arena *a)
{
	struct inside in = {0};
	struct report_item *root = NULL;
	int status = EXIT_TROUBLE;

	if (o->look.source.from || look_into(l, ns, &in) == 0)
		root = report_ns(l->graph, ns, o->look.source.from ? NULL : &in, a);
	if (root)
		status = draw(o, l, root);
	else
		msg("out of memory");
	inside_done(&in);
	return status;
}

static int show(const struct show_opts *o, const struct look *l)
{
	struct arena a = {0};
	struct look_targets found = {0};
	int status = look_targets_find(l, &o->target, 1, &a, &found);

	if (status == 0 && found.nprocs)
		status = show_proc(o, l, first_contained(l->snap, &found), &a);
	/* One name may be that of several namespaces, as nsview run --keep makes them. */
	for (size_t i = 0; status == 0 && i < found.nnss; i++) {
		if (i && !o->look.json)
			putchar('\n');
		status = show_ns(o, l, found.nss[i], &a);
	}
	arena_done(&a);
	return status;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct show_opts o;
	struct look l = {0};
	int status = parse(self, argc, argv, &o);

	if (status == 0)
		status = look_open(&l, &o.look.source, o.want, NS_TYPES_ALL, GRAPH_ALL);
	if (status == 0)
		status = show(&o, &l);
	if (status == 0)
		status = look_report(&l, o.look.strict);
	look_close(&l);
	return status < 0 ? EXIT_SUCCESS : status;
}

const struct command cmd_show = {
	.name = "show",
	.operands = "TARGET",
	.summary = "Tell all about one namespace, process or container",
	.opts = show_options,
	.run = run,
};
