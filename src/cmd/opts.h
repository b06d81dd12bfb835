/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_CMD_OPTS_H
#define NSVIEW_CMD_OPTS_H

#include <stdbool.h>
#include <stddef.h>

/* Keys of options without a letter start here; those with one use the letter. */
#define OPT_LONG 256

/** One option: the parser, --help and the check of completions and man pages all read this row. */
struct opt {
	int key;          /* letter, or OPT_LONG and up */
	const char *name; /* long name; NULL ends the table */
	const char *arg;  /* what its argument is called; "[…]" when it may be left out, "[=…]" when also the letter never has one; NULL: takes none */
	const char *help;
};

/** One command of nsview, as the dispatcher and nsview --help know it. */
struct command {
	const char *name;
	const char *operands; /* for the usage line; "" for none */
	const char *summary;  /* one line, no full stop */
	const struct opt *opts;
	bool runs; /* its operands are a command, whose options are not ours: ours end at the first operand */
	int (*run)(const struct command *self, int argc, char **argv); /* argv[0] is the command's name; the exit status */
};

/** Exit statuses of the looking commands. */
enum {
	EXIT_TROUBLE = 1, /* what was asked for is not there, may not be read, or could not be written */
	EXIT_USAGE = 2,   /* the command line is wrong */
};

struct opts_iter {
	const struct command *cmd;
	int argc;
	char **argv;
	const char *arg; /* of the option at hand, or NULL */
	void *getopt_;   /* private */
};

/** Start to read a command line. Operands may stand between options. */
void opts_begin(struct opts_iter *it, const struct command *cmd, int argc, char **argv);

/**
 * The next option's key, -1 at the end, or '?' after a message: exit with EXIT_USAGE.
 * After -1 the operands are argv[optind] to argv[argc - 1].
 */
int opts_next(struct opts_iter *it);

/** Release what opts_begin() took; opts_next() does it itself when it returns -1 or '?'. */
void opts_end(struct opts_iter *it);

/** Print a command's help to stdout. */
void opts_help(const struct command *cmd);

#endif
