/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/top.h"

#include "cmd/commands.h"
#include "cmd/msg.h"
#include "nsview/num.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OPT_JSON = OPT_OWN, OPT_READONLY };

static const struct opt top_options[] = {
	{'b', "batch", NULL, "write tables to standard output instead of a screen"},
	{'C', "color", "[WHEN]", "auto, always or never"},
	{'d', "delay", "SECONDS", "time between two looks, from 0.1; 2 unless saved otherwise"},
	{OPT_FROM, "from", "FILE", "look at what nsview dump wrote; with -b - is standard input"},
	{OPT_JSON, "json", NULL, "with -b: one JSON object a look, see nsview-json(5)"},
	{'n', "iterations", "N", "with -b: end after N looks"},
	{'p', "pid", "PID", "the namespaces of this process"},
	{'Q', "filter", "EXPR", "only rows for which the expression is true, or that hold the text"},
	{OPT_READONLY, "readonly", NULL, "neither enter namespaces nor send signals"},
	{'s', "sort", "COLUMN", "sort by a column, amounts downwards; or COLUMN:asc, COLUMN:desc"},
	LOOK_OPT_SOURCE,
	LOOK_OPT_TYPE,
	{'v', "view", "VIEW", "groups, namespaces, processes, user-tree or pid-tree"},
	{'h', "help", NULL, "display this help and the keys"},
	LOOK_OPT_VERSION,
	{0},
};

static int parse_delay(const char *s, struct top_cmd *o)
{
	char *end;

	o->delay = strtod(s, &end);
	if (end != s && !*end && o->delay >= 0.1 && o->delay <= 3600)
		return 0;
	msg("--delay takes seconds from 0.1 to 3600, not '%s'", s);
	return EXIT_USAGE;
}

static int parse_number(const char *option, const char *s, uint32_t *ret)
{
	if (num_u32_parse(s, strlen(s), ret) == 0 && *ret > 0 && *ret <= INT32_MAX)
		return 0;
	msg("%s takes a number from 1, not '%s'", option, s);
	return EXIT_USAGE;
}

static int parse_view(const char *s, struct top_cmd *o)
{
	o->view = s;
	if (top_view_find(s) >= 0)
		return 0;
	msg("--view takes groups, namespaces, processes, user-tree or pid-tree, not '%s'", s);
	return EXIT_USAGE;
}

static void help(void)
{
	opts_help(&cmd_top);
	puts("\nKeys:");
	for (size_t i = 0; top_key_info(i); i++)
		printf("  %-18s %s\n", top_key_info(i)->keys, top_key_info(i)->help);
	puts("\nFor more see nsview-top(1).");
}

/* One option. 0, or an exit status, or -1 when all is said and done. */
static int take_option(int key, const char *arg, struct top_cmd *o)
{
	uint32_t n = 0;
	int status;

	switch (key) {
	case 'b': o->batch = true; return 0;
	case OPT_JSON: o->json = true; return 0;
	case OPT_READONLY: o->readonly = true; return 0;
	case 'C': return out_color_parse(arg, &o->look.color) < 0 ? EXIT_USAGE : 0;
	case 'd': return parse_delay(arg, o);
	case 'n':
		status = parse_number("--iterations", arg, &n);
		o->count = (long)n;
		return status;
	case 'p':
		status = parse_number("--pid", arg, &n);
		o->pid = (int32_t)n;
		return status;
	case 'Q': o->filter = arg; return 0;
	case 's': o->sort = arg; return 0;
	case 'v': return parse_view(arg, o);
	case 'h': help(); return -1;
	default: return look_opt_take(key, arg, &o->look);
	}
}

static int parse(const struct command *self, int argc, char **argv, struct top_cmd *o)
{
	struct opts_iter it;
	int key, status = 0;

	*o = (struct top_cmd){0};
	opts_begin(&it, self, argc, argv);
	while (status == 0 && (key = opts_next(&it)) != -1)
		status = take_option(key, it.arg, o);
	opts_end(&it);
	if (status != 0)
		return status;
	if (optind < argc) {
		msg("'%s': top takes no target; -p PID shows the namespaces of a process", argv[optind]);
		return EXIT_USAGE;
	}
	if (!o->batch && (o->json || o->count)) {
		msg("%s goes with --batch", o->json ? "--json" : "--iterations");
		return EXIT_USAGE;
	}
	return 0;
}

static int preset_sort(struct top *t, const char *s)
{
	size_t len = strcspn(s, ":");
	char name[64];
	int id;

	snprintf(name, sizeof(name), "%.*s", (int)(len < 63 ? len : 63), s);
	id = column_find_live(name);
	if (id < 0) {
		msg("unknown column '%s'; F6 in 'nsview top' shows those that there are", name);
		return EXIT_USAGE;
	}
	if (s[len] && strcmp(s + len, ":desc") != 0 && strcmp(s + len, ":asc") != 0) {
		msg("--sort takes COLUMN, COLUMN:asc or COLUMN:desc, not '%s'", s);
		return EXIT_USAGE;
	}
	top_set_sort(t, id, s[len] ? !strcmp(s + len, ":desc") : top_sort_descends(id));
	return 0;
}

static int preset(const struct top_cmd *o, struct top *t)
{
	char why[160];

	if (o->view)
		top_set_view(t, (enum top_view)top_view_find(o->view));
	if (o->look.types)
		top_set_types(t, o->look.types);
	if (o->delay > 0)
		top_set_delay(t, o->delay);
	if (o->pid)
		top_set_pid(t, o->pid);
	if (o->filter && top_set_filter(t, o->filter, why, sizeof(why)) < 0) {
		msg("filter: %s", why);
		return EXIT_USAGE;
	}
	return o->sort ? preset_sort(t, o->sort) : 0;
}

/* Why there can be no screen, or 0. */
static int check_terminal(const struct top_cmd *o)
{
	const char *term = getenv("TERM");

	if (!isatty(STDOUT_FILENO) || !isatty(STDIN_FILENO)) {
		msg("standard input and output are no terminal; 'nsview top -b' writes tables");
		return EXIT_TROUBLE;
	}
	if (!term || !*term || !strcmp(term, "dumb")) {
		msg("the terminal cannot show a screen (TERM=%s); 'nsview top -b' writes tables", term ? term : "");
		return EXIT_TROUBLE;
	}
	if (o->look.source.from && !strcmp(o->look.source.from, "-")) {
		msg("standard input is for the keys; name a file, or add -b");
		return EXIT_USAGE;
	}
	return 0;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct top_cmd o;
	struct top *t = NULL;
	int status = parse(self, argc, argv, &o);
	struct style style = out_style(o.look.color);
	const char *from = o.look.source.from;
	struct top_opts opts = {.utf8 = style.utf8, .readonly = o.readonly, .saved = from != NULL, .from = from};

	if (status == 0 && !o.batch)
		status = check_terminal(&o);
	if (status == 0 && top_new(&opts, &t) < 0) {
		msg("out of memory");
		status = EXIT_TROUBLE;
	}
	if (status == 0 && !o.batch)
		toprc_load(t); /* scripts get the same whoever runs them */
	if (status == 0)
		status = preset(&o, t);
	if (status == 0)
		status = o.batch ? top_batch(&o, t) : top_loop(&o, t);
	top_free(t);
	return status < 0 ? EXIT_SUCCESS : status;
}

const struct command cmd_top = {
	.name = "top",
	.operands = "",
	.summary = "Watch groups, namespaces and processes live",
	.opts = top_options,
	.run = run,
};
