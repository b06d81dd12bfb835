/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_EXEC_SUPERVISE_H
#define NSVIEW_EXEC_SUPERVISE_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/*
 * A child stands for nsview: signals sent to nsview reach it, nsview stops when it stops,
 * and ends as it ends.
 *
 *   supervise_begin(&s)           before the fork, so that no signal is lost
 *   fork: in the child            supervise_child(&s), then anything up to exec
 *   supervise_wait(&s, pid, &st)  until the child ends
 *   supervise_end(&s)
 */
struct supervise {
	int sigfd;      /* owned */
	sigset_t saved; /* the caller's mask, which the child gets back */
	bool deaf;      /* pass no signals on: they are kept back until the child ends */
	bool apart;     /* the child's process group is not nsview's: pass on what the terminal sends, too */
};

/** Block the signals that matter and take them by a descriptor from now on. */
int supervise_begin(struct supervise *ret);

/** In the child: the mask and the actions that nsview was started with. Safe between fork and exec. */
void supervise_child(const struct supervise *s);

/** The caller's mask again. */
void supervise_end(struct supervise *s);

/**
 * Wait for a direct child to end, passing signals on and stopping along with it.
 * 0 and its wait status, or a negative errno (the child may then still run).
 */
int supervise_wait(const struct supervise *s, pid_t pid, int *ret_status);

/** A signal that came in. */
struct supervise_signal {
	int signo;
	bool from_kernel; /* the terminal's doing: its whole foreground process group got it */
};

/** The next signal that has come in at sigfd; false when there is none at the moment. */
bool supervise_next(const struct supervise *s, struct supervise_signal *ret);

/** Stop nsview itself as a child of its was stopped by sig; returns when it is continued. */
void supervise_stop_self(int sig);

/** The exit status that stands for a wait status: the command's own, or 128 + N for a signal. */
int supervise_exit_status(int wait_status);

#endif
