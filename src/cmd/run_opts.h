/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_CMD_RUN_OPTS_H
#define NSVIEW_CMD_RUN_OPTS_H

#include "cmd/opts.h"
#include "exec/run_plan.h"

/** The command line of nsview run. */
struct run_opts {
	struct arena strings;
	struct run_request req;
	const char *release;     /* a name to let go of; NULL: run */
	bool trace, dry_run, forward, no_pty;
	char **args;             /* all after "run" */
	char *const *argv;       /* of these the command; an empty list for a shell */
};

extern const struct opt run_options[];

/** Read the command line. 0; an exit status after a message; -1 when all is said and done. */
int run_opts_parse(const struct command *self, int argc, char **argv, struct run_opts *ret);

#endif
