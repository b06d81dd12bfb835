/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_EXEC_LAUNCH_H
#define NSVIEW_EXEC_LAUNCH_H

#include "nsview/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * The last steps of a child before its command, and how its parent learns that they failed.
 * The parent reads from a close-on-exec pipe: end of file says that exec(2) succeeded.
 */

/** Exit statuses of commands that act; others are the command's own, or 128 + a signal's number. */
enum {
	LAUNCH_TROUBLE = 125,   /* nsview itself failed */
	LAUNCH_CANNOT = 126,    /* the command was found and could not be run */
	LAUNCH_NOT_FOUND = 127, /* there is no such command */
};

/** What a child could not do: a step, whose numbers are the caller's, and a negative errno. */
struct launch_failure {
	int step;
	int err;
};

struct launch_pipe {
	int rd, wr; /* owned */
};

int launch_pipe_open(struct launch_pipe *ret);

/** In a child: report a failure and end. Safe between fork and exec. */
_Noreturn void launch_fail(int wr, int step, int err);

/**
 * In the parent, when it has closed its own writing end: wait until the child runs its command or failed.
 * 0: it runs, or it died without a word; 1: *ret says what failed; or a negative errno.
 */
int launch_wait(int rd, struct launch_failure *ret);

/** The exit status for a command that exec(2) refused with this negative errno. */
int launch_status(int err);

/**
 * A command ready to be executed: everything is allocated before the fork.
 * fd >= 0 is a program to be started by descriptor (borrowed); else files are tried in turn.
 */
struct launch_cmd {
	char *const *argv;
	char *const *envp;
	char **files; /* paths, ends with NULL */
	char **script; /* room for argv with a shell before it: what has no known format is a script, as for execvp(3) */
	int fd;
	bool shell; /* its argv[0] is the name of the file that was found */
	/* Told of each file that is there before it is tried (err 0), and of every one that failed; NULL: nobody wants to know. */
	void (*tell)(void *ctx, const char *file, int err);
	void *tell_ctx;
};

/**
 * Prepare a command. Its file is argv[0] when that holds a slash, else it is looked for in envp's PATH,
 * when the command is launched, in the root that is then the root. Memory is the arena's; argv and envp are borrowed.
 */
int launch_cmd_build(struct arena *a, char *const *argv, char *const *envp, struct launch_cmd *ret);

/**
 * Prepare a shell: envp's SHELL if it is there at launch, else bash, else sh from envp's PATH.
 */
int launch_shell_build(struct arena *a, char *const *envp, struct launch_cmd *ret);

/**
 * Execute a command. Returns only on failure: a negative errno, -ENOENT when no file was there, -ELIBACC when one
 * was, but not its interpreter.
 * Safe between fork and exec.
 */
int launch_exec(const struct launch_cmd *cmd);

/** Mark all descriptors from 3 up close-on-exec. Safe between fork and exec. */
int launch_close_on_exec(void);

/** Close all descriptors from 3 up but these. Safe between fork and exec. */
void launch_close_but(const int *keep, size_t n);

#endif
