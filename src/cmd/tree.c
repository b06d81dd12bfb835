/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/commands.h"
#include "cmd/look.h"
#include "cmd/msg.h"
#include "cmd/out.h"
#include "nsview/render.h"
#include "nsview/want.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPT_BY = OPT_LONG, OPT_STRICT, OPT_COLOR, OPT_FROM, OPT_SOURCE };

static const struct opt tree_options[] = {
	{OPT_BY, "by", "WHAT", "what nests: user (default), pid or process"},
	{'J', "json", NULL, "write JSON, nested under \"children\", see nsview-json(5)"},
	{'n', "noheadings", NULL, "don't print headings"},
	{'o', "output", "LIST", "which columns to print; +LIST adds to the default ones"},
	{'Q', "filter", "EXPR", "only rows for which the expression is true, and those above them"},
	{'u', "notruncate", NULL, "don't truncate text in columns"},
	{'W', "nowrap", NULL, "don't use multi-line representation"},
	{'t', "type", "TYPE", "only these types, and what is above them"},
	{OPT_FROM, "from", "FILE", "read what nsview dump wrote; - reads standard input"},
	{OPT_SOURCE, "source", "SOURCE", "how to read this machine: auto, proc or bpf"},
	{OPT_COLOR, "color", "[WHEN]", "auto, always or never"},
	{OPT_STRICT, "strict", NULL, "exit with status 1 when something could not be read"},
	{'h', "help", NULL, "display this help"},
	{'V', "version", NULL, "display the version"},
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
	const struct tree_kind *kind;
	const char *output;
	struct look_source source;
	struct column_list columns;
	struct filter *filter;
	uint32_t types;
	enum out_color color;
	bool json, noheadings, notruncate, nowrap, strict;
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
	case 'J': o->json = true; return 0;
	case 'n': o->noheadings = true; return 0;
	case 'o': o->output = arg; return 0;
	case OPT_FROM: o->source.from = arg; return 0;
	case OPT_SOURCE: return look_source_parse(arg, &o->source);
	case 'u': o->notruncate = true; return 0;
	case 'W': o->nowrap = true; return 0;
	case OPT_STRICT: o->strict = true; return 0;
	case 't': return look_types_parse(arg, &o->types);
	case 'Q':
		filter_free(o->filter);
		o->filter = NULL;
		return look_filter_parse(arg, &o->filter);
	case OPT_COLOR: return out_color_parse(arg, &o->color) < 0 ? EXIT_USAGE : 0;
	case 'h':
		opts_help(&cmd_tree);
		puts("\nColumns:");
		look_print_columns();
		puts("\nFor more see nsview-tree(1).");
		return -1;
	case 'V': out_version(); return -1;
	default: return EXIT_USAGE;
	}
}

static int choose_columns(struct tree_opts *o)
{
	if (o->json && !o->output) {
		for (int id = 0; id < COL_COUNT; id++)
			column_list_add(&o->columns, (enum column_id)id);
		return 0;
	}
	int status = look_columns_parse(o->kind->columns, &o->columns);

	return status == 0 && o->output ? look_columns_parse(o->output, &o->columns) : status;
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
	if (o->kind->types && o->types & ~o->kind->types) {
		msg("--by %s shows PID namespaces only", o->kind->name);
		return EXIT_USAGE;
	}
	return choose_columns(o);
}

static int draw(const struct tree_opts *o, const struct view *v)
{
	struct style style = out_style(o->color);
	/* A tree whose column is not shown is drawn in the first that is. */
	enum column_id in = column_list_has(&o->columns, o->kind->drawn_in) ? o->kind->drawn_in : o->columns.ids[0];
	int err;

	style.headings = !o->noheadings;
	style.truncate = !o->notruncate;
	style.wrap = !o->nowrap;
	if (o->json)
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

static int show(const struct tree_opts *o, const struct look *l)
{
	struct view_query q = {
		.processes = o->kind->processes,
		.types = o->types ? o->types : o->kind->types,
		.ancestors = true,
		.filter = o->filter,
		.tree = o->kind->tree,
		.sort = -1,
	};
	struct view *v = NULL;
	int status;

	if (view_build(l->graph, &q, &v) < 0) {
		msg("out of memory");
		return EXIT_TROUBLE;
	}
	status = draw(o, v);
	view_free(v);
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
		status = look_open(&l, &o.source, want, NS_TYPES_ALL, GRAPH_ROWS);
	}
	if (status == 0)
		status = show(&o, &l);
	if (status == 0)
		status = look_report(&l, o.strict);
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
