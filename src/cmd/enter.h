/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_CMD_ENTER_H
#define NSVIEW_CMD_ENTER_H

#include "cmd/opts.h"
#include "exec/enter.h"
#include "nsview/arena.h"
#include "nsview/fail.h"

#include <stdbool.h>
#include <stddef.h>

/* nsview enter, in parts: its command line, whom it means, what it would do, and why it did not work. */

/** The command line. Strings are argv's. */
struct enter_opts {
	const char *target; /* NULL: files alone */
	struct enter_wish wish;
	bool everything; /* no namespace was named: all that differs, with root and working directory */
	const char *files[NS_TYPE_COUNT];
	const char *root, *wd; /* paths of ENTER_DIR_PATH and ENTER_DIR_INSIDE */
	int net_socket;        /* or -1 */
	int started_fd;        /* or -1 */
	unsigned parent_of; /* --user-parent: the types of which one has the owner that is meant */
	bool user_parent, target_env, no_pty, dry_run;
	const char *bring;
	char **set; /* NAME=VALUE, in the arena */
	size_t nset;
	char **command; /* NULL: a shell */
	char **args;    /* the whole command line after "enter" */
};

extern const struct opt enter_options[];

/** Read a command line. 0; -1 when it was answered (help, version); or an exit status after a message. */
int enter_opts_parse(const struct command *self, int argc, char **argv, struct arena *a, struct enter_opts *ret);

/** What a target came to. */
struct enter_target {
	struct enter_request request;
	const char *what; /* for people, in the arena */
	const char *path[NS_TYPE_COUNT]; /* of request.files, NULL when they have none */
};

/** Find the target and open the files. 0, or an exit status after a message. */
int enter_target_find(const struct enter_opts *o, struct arena *a, struct enter_target *ret);

void enter_target_done(struct enter_target *t);

/** All that messages are made from. */
struct enter_story {
	const struct enter_opts *opts;
	const struct enter_target *target;
	const struct enter_facts *facts;
	const struct enter_plan *plan;
	struct arena *arena;
};

/** Say why the target could not be pinned. */
void enter_explain_pin(const struct enter_opts *o, const struct enter_target *t, const struct fail *why);

/** Say why the plan can't work. */
void enter_explain_rule(const struct enter_story *s);

/** Say why a step failed. The exit status. */
int enter_explain_failure(const struct enter_story *s, const struct enter_failure *f);

/** Print the plan with a verdict for each step, and the nsenter(1) command that does the same. The exit status. */
int enter_show(const struct enter_story *s);

/** "user:[4026531837]" with what else is known of it, in the arena; "" without memory. */
const char *enter_user_text(const struct enter_story *s, int user);

/** "CAP_SYS_ADMIN" */
const char *enter_cap_text(int cap);

/** "mnt, net", in the arena; "" without memory. */
const char *enter_types_text(struct arena *a, unsigned types);

/** Words as a shell would read them again, in the arena; "" without memory. */
const char *enter_quote(struct arena *a, char *const *words);

#endif
