/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nsview shows every Linux namespace on a machine, says what keeps each one alive, and takes you inside.
 *
 * The tree, a folder a floor; calls go down only:
 *
 *   cmd     one file a command: argv in, exit status out. The only floor that prints messages
 *           opts, msg, out: option tables and help; messages; what standard output is; sealed: acting from a copy
 *   render  rows to bytes: table (libsmartcols), raw, json and dump (json-c)
 *   top     the live view: model (keys and graphs to a grid of cells, no curses) and screen (ncursesw)
 *   view    what to show: column (the table of columns), filter (the language of -Q), view (choose, sort, nest),
 *           report (all about one thing), compare (two targets, two snapshots)
 *   exec    acting. Entering: enter_plan (pure), enter_pin and enter_open (what is opened first), enter_walk (the steps);
 *           Running: run_plan (pure), run_start (a child and what it waits for), run_inside and outside (the steps),
 *           clone, mapping, rootfs, keep, init; forbid (why the kernel refused), trace;
 *           both ways of acting: launch, supervise, creds; pty, monitor, relay (a command at a terminal); seal
 *   graph   a snapshot linked: namespaces, holders, relations; groups and rates for the live view; names
 *   scan    the only floor that reads the system: scan (the order of things); tasks from procfs and facts, or from bpf;
 *           cmdline_pool (command lines meanwhile); holders (threads, their tables, fds, sockets), mounts, relations
 *           (through doors, and elsewhere: by mounts in other mount namespaces), idmaps (standin: a child for who has no members),
 *           labels (by cgroups; state: what runtimes keep on disk, where ways are local; monitors: the arguments of who
 *           watches a container); usage; peek (what is inside: inside_net and inside in a child, members, peers;
 *           who has messages in flight)
 *   parse   text to structs, pure: namespace links, targets, dumps
 *   model   plain data: namespace types, the snapshot, what is inside; propagation (which way mounts travel),
 *           cover (which mounts are hidden by others)
 *   base    no domain: arena, map, vec, num, text
 *
 * The contracts are in include/nsview, one header a module.
 */
#include "cmd/commands.h"
#include "cmd/msg.h"
#include "cmd/out.h"
#include "exec/launch.h"
#include "nsview/text.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct command *const commands[] = {
	&cmd_list,
	&cmd_run,
	&cmd_tree,
	&cmd_top,
	&cmd_show,
	&cmd_diff,
	&cmd_enter,
	&cmd_dump,
};
enum { NCOMMANDS = sizeof(commands) / sizeof(commands[0]) };

static void help(void)
{
	puts("Usage: nsview COMMAND [options] [TARGET...]\n\n"
	     "Shows every Linux namespace on this machine and what keeps each one alive.\n\n"
	     "Commands:");
	for (size_t i = 0; i < NCOMMANDS; i++)
		printf("  %-10s %s\n", commands[i]->name, commands[i]->summary);
	puts("\nOptions:\n"
	     "  -h, --help    display this help; 'nsview COMMAND --help' tells of one command\n"
	     "  -V, --version display the version\n\n"
	     "For more see nsview(1).");
}

static int unknown(const char *word)
{
	const char *names[NCOMMANDS];
	const char *near;

	for (size_t i = 0; i < NCOMMANDS; i++)
		names[i] = commands[i]->name;
	near = text_nearest(word, names, NCOMMANDS);
	if (near)
		msg("unknown command '%s'; did you mean '%s'?", word, near);
	else
		msg("unknown command '%s'; 'nsview --help' lists the commands", word);
	return EXIT_USAGE;
}

static const struct command *find(const char *word)
{
	for (size_t i = 0; i < NCOMMANDS; i++)
		if (!strcmp(word, commands[i]->name))
			return commands[i];
	return NULL;
}

static int dispatch(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";

	if (!strcmp(word, "-h") || !strcmp(word, "--help")) {
		help();
		return EXIT_SUCCESS;
	}
	if (!strcmp(word, "-V") || !strcmp(word, "--version")) {
		out_version();
		return EXIT_SUCCESS;
	}
	if (!*word) {
		msg("no command given; 'nsview --help' lists the commands");
		return EXIT_USAGE;
	}

	const struct command *c = find(word);

	if (!c)
		return unknown(word);
	msg_command(c->name);
	return c->run(c, argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
	const struct command *c = argc > 1 ? find(argv[1]) : NULL;

	setlocale(LC_ALL, "");
	/* What runs commands keeps its own failures apart from theirs. */
	return out_close(dispatch(argc, argv), c && c->runs ? LAUNCH_TROUBLE : EXIT_TROUBLE);
}
