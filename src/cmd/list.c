/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/commands.h"
#include "cmd/look_opts.h"
#include "cmd/msg.h"
#include "nsview/fd.h"
#include "nsview/num.h"
#include "nsview/render.h"
#include "nsview/want.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPT_OUTPUT_ALL = OPT_OWN, OPT_SORT, OPT_THREADS };

static const struct opt list_options[] = {
	LOOK_OPT_JSON,
	{'l', "list", NULL, "use list format output, no tree"},
	LOOK_OPT_NOHEADINGS,
	LOOK_OPT_OUTPUT,
	{OPT_OUTPUT_ALL, "output-all", NULL, "print all columns"},
	{'P', "persistent", NULL, "only namespaces without processes"},
	{'p', "task", "PID", "only the namespaces of this process"},
	{'Q', "filter", "EXPR", "only rows for which the expression is true"},
	{'r', "raw", NULL, "one word a value, one line a row, no padding"},
	LOOK_OPT_NOTRUNCATE,
	LOOK_OPT_NOWRAP,
	LOOK_OPT_TYPE,
	{'T', "tree", "[REL]", "use tree format: owner, parent or process"},
	{OPT_SORT, "sort", "COLUMN", "sort by a column; COLUMN:desc turns the order round"},
	LOOK_OPT_FROM,
	LOOK_OPT_SOURCE,
	{OPT_THREADS, "threads", NULL, "look into threads whose namespaces differ from their process's too"},
	LOOK_OPT_COLOR,
	LOOK_OPT_STRICT,
	{'H', "list-columns", NULL, "list the columns there are"},
	LOOK_OPT_HELP,
	LOOK_OPT_VERSION,
	{0},
};

struct list_opts {
	struct look_opts look;
	struct column_list columns;
	struct filter *filter;
	int sort;
	enum view_tree tree;
	bool list, output_all, persistent, raw, tree_asked, descending;
	struct target *targets;
	size_t ntargets;
	uint32_t want; /* besides what columns and filter want */
};

static int parse_tree(const char *s, enum view_tree *ret)
{
	if (s && *s == '=') /* -T=REL, as people write it after --tree=REL */
		s++;
	if (!s || !strcmp(s, "owner"))
		*ret = TREE_OWNER;
	else if (!strcmp(s, "parent"))
		*ret = TREE_PARENT;
	else if (!strcmp(s, "process"))
		*ret = TREE_PROCESS;
	else {
		msg("--tree takes owner, parent or process, not '%s'", s);
		return EXIT_USAGE;
	}
	return 0;
}

static int parse_task(const char *s, struct list_opts *o)
{
	struct target t;

	if (target_parse(s, &t) < 0 || t.kind != TARGET_PID) {
		msg("--task takes a PID from 1 to %d, not '%s'", TARGET_PID_MAX, s);
		return EXIT_USAGE;
	}
	o->targets[o->ntargets++] = t;
	return 0;
}

static int parse_filter(const char *s, struct list_opts *o)
{
	if (o->filter) {
		msg("only one --filter is possible; join expressions with '&&'");
		return EXIT_USAGE;
	}
	return look_filter_parse(s, &o->filter);
}

/* One option. 0, or an exit status, or -1 when all is said and done. */
static int take_option(int key, const char *arg, struct list_opts *o)
{
	switch (key) {
	case 'l': o->list = true; return 0;
	case OPT_OUTPUT_ALL: o->output_all = true; return 0;
	case 'P': o->persistent = true; return 0;
	case 'r': o->raw = true; return 0;
	case OPT_THREADS: o->want |= WANT_THREADS; return 0;
	case 'T': o->tree_asked = true; return parse_tree(arg, &o->tree);
	case 'p': return parse_task(arg, o);
	case 'Q': return parse_filter(arg, o);
	case OPT_SORT: return look_sort_parse(arg, &o->sort, &o->descending);
	case 'H': look_print_columns(); return -1;
	case 'h':
		opts_help(&cmd_list);
		puts("\nColumns:");
		look_print_columns();
		puts("\nFor more see nsview-list(1).");
		return -1;
	default: return look_opt_take(key, arg, &o->look);
	}
}

static int parse(const struct command *self, int argc, char **argv, struct list_opts *o)
{
	struct opts_iter it;
	int key, status = 0;

	*o = (struct list_opts){.sort = -1};
	o->targets = calloc((size_t)argc + 1, sizeof(*o->targets));
	if (!o->targets) {
		msg("out of memory");
		return EXIT_TROUBLE;
	}
	opts_begin(&it, self, argc, argv);
	while (status == 0 && (key = opts_next(&it)) != -1)
		status = take_option(key, it.arg, o);
	opts_end(&it);
	if (status != 0)
		return status;

	size_t operands = (size_t)(argc - optind);

	if (operands && o->ntargets) {
		msg("--task and TARGET exclude each other");
		return EXIT_USAGE;
	}
	if (operands)
		status = look_targets_parse(argv + optind, operands, o->targets, &o->want);
	o->ntargets += operands;
	if (status == 0 && o->look.json && o->raw) {
		msg("--json and --raw exclude each other");
		return EXIT_USAGE;
	}
	return status;
}

/* Targets that are namespaces show their processes, as an inode does in lsns; others the namespaces they are in. */
static bool shows_processes(const struct list_opts *o)
{
	return o->ntargets && (o->targets[0].kind != TARGET_PID && o->targets[0].kind != TARGET_NAME);
}

static void add_all(struct column_list *list, const enum column_id *ids, size_t n)
{
	for (size_t i = 0; i < n; i++)
		column_list_add(list, ids[i]);
}

#define ADD(list, ...) \
	add_all(list, (const enum column_id[]){__VA_ARGS__}, sizeof((const enum column_id[]){__VA_ARGS__}) / sizeof(enum column_id))

/* NAME joins when something has a name, which is only known after the scan. */
static void default_columns(struct column_list *list, const struct list_opts *o, bool processes, bool named)
{
	if (processes) {
		ADD(list, COL_PID, COL_PPID, COL_USER, COL_COMMAND);
		return;
	}
	ADD(list, COL_NS, COL_TYPE, COL_NPROCS, COL_PID, COL_USER);
	if (o->look.types & 1u << NS_NET)
		ADD(list, COL_NETNSID, COL_NSFS);
	if (named)
		ADD(list, COL_NAME);
	ADD(list, COL_COMMAND);
}

static int choose_columns(struct list_opts *o, bool processes, bool named)
{
	struct column_list list = {0};

	if (o->output_all || (o->look.json && !o->look.output)) {
		for (int id = 0; id < COL_COUNT; id++)
			column_list_add(&list, (enum column_id)id);
	} else {
		default_columns(&list, o, processes, named);
	}
	o->columns = list;
	return o->look.output && !o->output_all ? look_columns_parse(o->look.output, &o->columns) : 0;
}

static bool any_named(const struct view *v)
{
	struct arena scratch = {0};
	bool named = false;

	for (size_t i = 0; i < v->nrows && !named; i++)
		named = column_info(COL_NAME)->get(v->graph, v->rows[i], &scratch).kind == CELL_STR;
	arena_done(&scratch);
	return named;
}

/* As lsns: a tree by processes unless a list, raw words or an order of their own are asked for. */
static enum view_tree tree_of(const struct list_opts *o)
{
	if (o->tree_asked)
		return o->tree;
	return o->list || o->raw || o->look.json || o->sort >= 0 ? TREE_NONE : TREE_PROCESS;
}

static int draw(struct list_opts *o, const struct view *v, bool processes)
{
	struct style style = out_style(o->look.color);
	enum view_tree tree = tree_of(o);
	int status = choose_columns(o, processes, any_named(v)), err;

	if (status != 0)
		return status;
	style.raw = o->raw;
	style.headings = !o->look.noheadings;
	style.truncate = !o->look.notruncate;
	style.wrap = !o->look.nowrap && !o->raw;
	if (o->look.json)
		err = render_json(stdout, v, &o->columns, "nsview.list/1", processes ? "processes" : "namespaces",
				  tree != TREE_NONE);
	else
		err = render_table(stdout, v, &o->columns,
				   tree == TREE_PROCESS || processes ? COL_COMMAND : COL_NS, &style);
	if (err < 0) {
		msg("cannot draw the table: %s", strerror(-err));
		return EXIT_TROUBLE;
	}
	return 0;
}

static bool mixed(const struct look_targets *t)
{
	return t->nnss && t->nprocs;
}

static int show(struct list_opts *o, uint32_t want, struct look *l)
{
	struct arena a = {0};
	struct look_targets found = {0};
	bool processes = shows_processes(o), narrowed = l->saved && !o->ntargets;
	struct view *v = NULL;
	int status = look_targets_find(l, o->targets, o->ntargets, &a, &found);

	if (status == 0 && narrowed)
		status = look_narrow(l, want, &a, &found.nss, &found.nnss);
	if (status == 0 && mixed(&found) && processes) {
		msg("namespaces show their processes and processes their namespaces: ask for one kind at a time");
		status = EXIT_USAGE;
	}
	if (status == 0) {
		struct view_query q = {
			.processes = processes,
			.types = processes ? 0 : o->look.types,
			.nss = found.nnss || narrowed ? found.nss : NULL,
			.nnss = found.nnss,
			.procs = found.nprocs ? found.procs : NULL,
			.nprocs = found.nprocs,
			.empty = o->persistent,
			.filter = o->filter,
			.tree = tree_of(o),
			.sort = o->sort,
			.descending = o->descending,
		};

		if (view_build(l->graph, &q, &v) < 0) {
			msg("out of memory");
			status = EXIT_TROUBLE;
		}
	}
	if (status == 0)
		status = draw(o, v, processes);
	if (status == 0 && processes && !v->nrows && !o->filter) {
		fflush(stdout);
		msg("no process is in %s; 'nsview show %s' tells what holds it", o->targets[0].text, o->targets[0].text);
		status = EXIT_TROUBLE;
	}
	view_free(v);
	arena_done(&a);
	return status;
}

/* The columns decide what is read, and -o may be wrong: both before the scan. */
static int want_of(struct list_opts *o, uint32_t *want)
{
	int status = choose_columns(o, shows_processes(o), true);

	/* JSON has every column unless they are chosen, but only who chooses HELD pays for all that may hold. */
	*want = column_list_want(&o->columns);
	if (o->look.json && !o->look.output && !o->output_all)
		*want &= ~(uint32_t)(WANT_HOLDERS & ~(WANT_RELATIONS | WANT_MOUNTS));
	if (o->persistent)
		*want |= WANT_HOLDERS;
	*want |= look_filter_want(o->filter) | o->want | WANT_RELATIONS | WANT_MOUNTS;
	if (o->sort >= 0)
		*want |= column_info((enum column_id)o->sort)->want;
	if (shows_processes(o) && *want & WANT_CMDLINE_LEADERS)
		*want |= WANT_CMDLINE_ALL;
	if (shows_processes(o) && *want & WANT_LABELS_LEADERS)
		*want |= WANT_LABELS;
	return status;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct list_opts o;
	struct look l = {0};
	uint32_t want;
	int status = parse(self, argc, argv, &o);

	if (status == 0)
		status = want_of(&o, &want);
	if (status == 0)
		status = look_open(&l, &o.look.source, want, o.ntargets ? NS_TYPES_ALL : o.look.types, GRAPH_ROWS);
	if (status == 0)
		status = show(&o, want, &l);
	if (status == 0)
		status = look_report(&l, o.look.strict);
	look_close(&l);
	filter_free(o.filter);
	free(o.targets);
	return status < 0 ? EXIT_SUCCESS : status;
}

const struct command cmd_list = {
	.name = "list",
	.operands = "[TARGET...]",
	.summary = "List the namespaces of this machine",
	.opts = list_options,
	.run = run,
};
