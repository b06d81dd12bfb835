/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_CMD_LOOK_OPTS_H
#define NSVIEW_CMD_LOOK_OPTS_H

#include "cmd/look.h"
#include "cmd/opts.h"
#include "cmd/out.h"

/*
 * The options that several looking commands take: a row each for their tables, where they stand in
 * the order of the command's help, and what they lead to.
 */

/* Keys of those without a letter; a command's own begin at OPT_OWN. */
enum { OPT_FROM = OPT_LONG, OPT_SOURCE, OPT_COLOR, OPT_STRICT, OPT_OWN };

/* clang-format off */
#define LOOK_OPT_JSON       {'J', "json", NULL, "write JSON, see nsview-json(5)"}
#define LOOK_OPT_NOHEADINGS {'n', "noheadings", NULL, "don't print headings"}
#define LOOK_OPT_OUTPUT     {'o', "output", "LIST", "which columns to print; +LIST adds to the default ones"}
#define LOOK_OPT_NOTRUNCATE {'u', "notruncate", NULL, "don't truncate text in columns"}
#define LOOK_OPT_NOWRAP     {'W', "nowrap", NULL, "don't use multi-line representation"}
#define LOOK_OPT_TYPE       {'t', "type", "TYPE", "only these types: cgroup, ipc, mnt, net, pid, time, user, uts"}
#define LOOK_OPT_FROM       {OPT_FROM, "from", "FILE", "read what nsview dump wrote; - reads standard input"}
#define LOOK_OPT_SOURCE     {OPT_SOURCE, "source", "SOURCE", "how to read this machine: auto, proc or bpf"}
#define LOOK_OPT_COLOR      {OPT_COLOR, "color", "[WHEN]", "auto, always or never"}
#define LOOK_OPT_STRICT     {OPT_STRICT, "strict", NULL, "exit with status 1 when something could not be read"}
#define LOOK_OPT_HELP       {'h', "help", NULL, "display this help"}
#define LOOK_OPT_VERSION    {'V', "version", NULL, "display the version"}
/* clang-format on */

/** What was asked for with them. Zeroed: nothing. */
struct look_opts {
	struct look_source source;
	const char *output; /* the argument of -o; NULL: the default columns */
	uint32_t types;
	enum out_color color;
	bool json, noheadings, notruncate, nowrap, strict;
};

/** Take one of them, but for help. 0, or an exit status after a message, or -1 when all is said and done. */
int look_opt_take(int key, const char *arg, struct look_opts *o);

#endif
