/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/opts.h"

#include "cmd/msg.h"
#include "nsview/fd.h"
#include "nsview/text.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What getopt_long(3) wants to know, made from an option table. */
struct getopt_tables {
	char letters[256];
	struct option longs[];
};

static size_t count(const struct opt *opts)
{
	size_t n = 0;

	while (opts[n].name)
		n++;
	return n;
}

static int arg_of(const struct opt *o)
{
	if (!o->arg)
		return no_argument;
	return o->arg[0] == '[' ? optional_argument : required_argument;
}

/* "-mu" is two letters where "--mount=FILE" may have a file. */
static int letter_arg_of(const struct opt *o)
{
	return o->arg && o->arg[0] == '[' && o->arg[1] == '=' ? no_argument : arg_of(o);
}

static struct getopt_tables *tables_new(const struct command *cmd)
{
	const struct opt *opts = cmd->opts;
	size_t n = count(opts);
	struct getopt_tables *t = calloc(1, sizeof(*t) + (n + 1) * sizeof(t->longs[0]));
	char *letter;

	if (!t)
		return NULL;
	letter = t->letters;
	if (cmd->runs)
		*letter++ = '+'; /* stop at the first operand */
	*letter++ = ':'; /* report a missing argument as ':', and print nothing */
	for (size_t i = 0; i < n; i++) {
		int arg = arg_of(&opts[i]);

		t->longs[i] = (struct option){.name = opts[i].name, .has_arg = arg, .val = opts[i].key};
		if (opts[i].key < OPT_LONG) {
			*letter++ = (char)opts[i].key;
			for (int colons = letter_arg_of(&opts[i]); colons > 0; colons--)
				*letter++ = ':';
		}
	}
	return t;
}

void opts_begin(struct opts_iter *it, const struct command *cmd, int argc, char **argv)
{
	*it = (struct opts_iter){.cmd = cmd, .argc = argc, .argv = argv, .getopt_ = tables_new(cmd)};
	optind = 0; /* glibc: start anew */
	opterr = 0;
}

void opts_end(struct opts_iter *it)
{
	free(it->getopt_);
	it->getopt_ = NULL;
}

/* The long name that was meant by "--word=value", without its dashes and value. */
static void suggest(const struct opts_iter *it, const char *word)
{
	size_t n = count(it->cmd->opts);
	AUTO_FREE const char **names = calloc(n + 1, sizeof(*names));
	char name[64];
	const char *near = NULL;

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word + 2, "="), word + 2);
	for (size_t i = 0; names && i < n; i++)
		names[i] = it->cmd->opts[i].name;
	if (names)
		near = text_nearest(name, names, n);
	if (near)
		msg("unknown option --%s; did you mean --%s?", name, near);
	else
		msg("unknown option --%s; 'nsview %s --help' lists them", name, it->cmd->name);
}

/* optopt is set for a letter; for a long option the word is the one before optind. */
static void complain(const struct opts_iter *it, int why)
{
	const char *word = optind > 0 && optind <= it->argc ? it->argv[optind - 1] : "";
	bool is_long = !strncmp(word, "--", 2) && word[2];

	if (why == ':' && is_long)
		msg("option %s needs an argument", word);
	else if (why == ':')
		msg("option -%c needs an argument", optopt);
	else if (is_long && optopt)
		msg("option %.*s takes no argument", (int)strcspn(word, "="), word);
	else if (is_long)
		suggest(it, word);
	else
		msg("unknown option -%c; 'nsview %s --help' lists them", optopt, it->cmd->name);
}

/*
 * "-u=FILE" is written as "--uts=FILE" is, though "-mu" are two letters. The new word is of no one's but argv's, for
 * as long as the program runs.
 */
static void spell_out(const struct opts_iter *it)
{
	int at = optind ? optind : 1;
	char *word = at < it->argc ? it->argv[at] : NULL;

	if (!word || word[0] != '-' || !word[1] || word[2] != '=')
		return;
	for (const struct opt *o = it->cmd->opts; o->name; o++) {
		char *text;

		if (o->key != word[1] || !o->arg || strncmp(o->arg, "[=", 2) != 0)
			continue;
		if (asprintf(&text, "--%s%s", o->name, word + 2) > 0)
			it->argv[at] = text;
	}
}

int opts_next(struct opts_iter *it)
{
	const struct getopt_tables *t = it->getopt_;

	if (!t) {
		msg("out of memory");
		return '?';
	}

	spell_out(it);

	int key = getopt_long(it->argc, it->argv, t->letters, t->longs, NULL);

	it->arg = optarg;
	if (key == '?' || key == ':') {
		complain(it, key);
		key = '?';
	}
	if (key == '?' || key == -1)
		opts_end(it);
	return key;
}

void opts_help(const struct command *cmd)
{
	printf("Usage: nsview %s [options]%s%s\n\n%s.\n\nOptions:\n", cmd->name, *cmd->operands ? " " : "", cmd->operands,
	       cmd->summary);
	for (const struct opt *o = cmd->opts; o->name; o++) {
		char left[64], letter[8] = "    ";
		const char *arg = o->arg ? o->arg : "";
		const char *eq = !o->arg ? "" : o->arg[0] == '[' ? "[=" : " ";

		if (o->key < OPT_LONG)
			snprintf(letter, sizeof(letter), "-%c, ", o->key);
		snprintf(left, sizeof(left), "%s--%s%s%s", letter, o->name, eq, arg + strspn(arg, "[="));
		printf("  %-26s %s\n", left, o->help);
	}
}
