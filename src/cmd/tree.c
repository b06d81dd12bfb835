/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/commands.h"
#include "cmd/look_opts.h"
#include "cmd/msg.h"
#include "nsview/render.h"
#include "nsview/want.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPT_BY = OPT_OWN };

static const struct opt tree_options[] = {
	{OPT_BY, "by", "WHAT", "what nests: user (default), pid or process"},
	{'J', "json", NULL, "write JSON, nested under \"children\", see nsview-json(5)"},
	LOOK_OPT_NOHEADINGS,
	LOOK_OPT_OUTPUT,
	{'Q', "filter", "EXPR", "only rows for which the expression is true, and those above them"},
	LOOK_OPT_NOTRUNCATE,
	LOOK_OPT_NOWRAP,
	{'t', "type", "TYPE", "only these types, and what is above them"},
	LOOK_OPT_FROM,
	LOOK_OPT_SOURCE,
	LOOK_OPT_COLOR,
	LOOK_OPT_STRICT,
	LOOK_OPT_HELP,
	LOOK_OPT_VERSION,
	{0},
};

/* One way to nest: which relation, which rows, which columns. */
struct tree_kind {
	const char *name;
	enum view_tree tree;
	bool processes;
	uint32_t types; /* rows; 0: all */
	enum column_id drawn_in;
	const char *columns;
};

static const struct tree_kind kinds[] = {
	{"user", TREE_OWNER, false, 0, COL_TYPE, "TYPE,NS,NPROCS,PID,USER,UIDMAP,NAME,COMMAND"},
	{"pid", TREE_PARENT, false, 1u << NS_PID, COL_NS, "NS,NPROCS,PID,NSPID,USER,NAME,COMMAND"},
	{"process", TREE_PROCESS, true, 0, COL_COMMAND, "PID,NSPID,USER,UNSHARED,NAME,COMMAND"},
};
enum { NKINDS = sizeof(kinds) / sizeof(kinds[0]) };

struct tree_opts {
	struct look_opts look;
	const struct tree_kind *kind;
	struct column_list columns;
	struct filter *filter;
};

static int parse_by(const char *s, struct tree_opts *o)
{
	for (size_t i = 0; i < NKINDS; i++)
		if (!strcmp(s, kinds[i].name)) {
			o->kind = &kinds[i];
			return 0;
		}
	msg("--by takes user, pid or process, not '%s'", s);
	return EXIT_USAGE;
}

/* One option. 0, or an exit status, or -1 when all is said and done. */
static int take_option(int key, const char *arg, struct tree_opts *o)
{
	switch (key) {
	case OPT_BY: return parse_by(arg, o);
	case 'Q':
		filter_free(o->filter);
		o->filter = NULL;
		return look_filter_parse(arg, &o->filter);
	case 'h':
		opts_help(&cmd_tree);
		puts("\nColumns:");
		look_print_columns();
		puts("\nFor more see nsview-tree(1).");
		return -1;
	default: return look_opt_take(key, arg, &o->look);
	}
}

static int choose_columns(struct tree_opts *o)
{
	if (o->look.json && !o->look.output) {
		for (int id = 0; id < COL_COUNT; id++)
			column_list_add(&o->columns, (enum column_id)id);
		return 0;
	}
	int status = look_columns_parse(o->kind->columns, &o->columns);

	return status == 0 && o->look.output ? look_columns_parse(o->look.output, &o->columns) : status;
}

static int parse(const struct command *self, int argc, char **argv, struct tree_opts *o)
{
	struct opts_iter it;
	int key, status = 0;

	*o = (struct tree_opts){.kind = &kinds[0]};
	opts_begin(&it, self, argc, argv);
	while (status == 0 && (key = opts_next(&it)) != -1)
		status = take_option(key, it.arg, o);
	opts_end(&it);
	if (status != 0)
		return status;
	if (optind < argc) {
		msg("'%s': tree takes no target; 'nsview show %s' tells of one", argv[optind], argv[optind]);
		return EXIT_USAGE;
	}
	if (o->kind->types && o->look.types & ~o->kind->types) {
		msg("--by %s shows PID namespaces only", o->kind->name);
		return EXIT_USAGE;
	}
	return choose_columns(o);
}

static int draw(const struct tree_opts *o, const struct view *v)
{
	struct style style = out_style(o->look.color);
	/* A tree whose column is not shown is drawn in the first that is. */
	enum column_id in = column_list_has(&o->columns, o->kind->drawn_in) ? o->kind->drawn_in : o->columns.ids[0];
	int err;

	style.headings = !o->look.noheadings;
	style.truncate = !o->look.notruncate;
	style.wrap = !o->look.nowrap;
	if (o->look.json)
		err = render_json(stdout, v, &o->columns, "nsview.tree/1",
				  o->kind->processes ? "processes" : "namespaces", true);
	else
		err = render_table(stdout, v, &o->columns, in, &style);
	if (err < 0) {
		msg("cannot draw the tree: %s", strerror(-err));
		return EXIT_TROUBLE;
	}
	return 0;
}

static int show(const struct tree_opts *o, uint32_t want, struct look *l)
{
	struct arena a = {0};
	struct view_query q = {
		.processes = o->kind->processes,
		.types = o->look.types ? o->look.types : o->kind->types,
		.ancestors = true,
		.filter = o->filter,
		.tree = o->kind->tree,
		.sort = -1,
	};
	uint32_t *nss = NULL;
	struct view *v = NULL;
	int status = o->kind->processes ? 0 : look_narrow(l, want, &a, &nss, &q.nnss);

	q.nss = nss;
	if (status == 0 && view_build(l->graph, &q, &v) < 0) {
		msg("out of memory");
		status = EXIT_TROUBLE;
	}
	if (status == 0)
		status = draw(o, v);
	view_free(v);
	arena_done(&a);
	return status;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct tree_opts o;
	struct look l = {0};
	int status = parse(self, argc, argv, &o);
	uint32_t want;

	if (status == 0) {
		want = column_list_want(&o.columns) | look_filter_want(o.filter) | WANT_RELATIONS | WANT_MOUNTS;
		if (o.kind->processes && want & WANT_CMDLINE_LEADERS)
			want |= WANT_CMDLINE_ALL;
		if (o.kind->processes && want & WANT_LABELS_LEADERS)
			want |= WANT_LABELS;
		status = look_open(&l, &o.look.source, want, NS_TYPES_ALL, GRAPH_ROWS);
	}
	if (status == 0)
		status = show(&o, want, &l);
	if (status == 0)
		status = look_report(&l, o.look.strict);
	look_close(&l);
	filter_free(o.filter);
	return status < 0 ? EXIT_SUCCESS : status;
}

const struct command cmd_tree = {
	.name = "tree",
	.operands = "",
	.summary = "Show how namespaces, or processes, nest",
	.opts = tree_options,
	.run = run,
};
