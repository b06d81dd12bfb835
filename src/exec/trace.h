/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_EXEC_TRACE_H
#define NSVIEW_EXEC_TRACE_H

/*
 * What happens, told in the order in which it happens, from every process that takes part: one line
 * for each system call, with its arguments, its result and the PID that the process has in its own eyes.
 * All of them write whole lines to one descriptor, and they wait for each other, so the order is that of events.
 */
struct trace {
	int fd;           /* borrowed; -1: tell nothing */
	const char *side; /* who speaks: "parent", "child" */
};

/**
 * Tell of a call. result is a negative errno or what the call returned; it is returned as it is:
 *   err = trace_call(t, chdir(dir) < 0 ? -errno : 0, "chdir(\"%s\")", dir);
 */
long trace_call(const struct trace *t, long result, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/** Tell something that is no call. */
void trace_note(const struct trace *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** Tell the own PID and the parent's, as this process sees them. */
void trace_birth(const struct trace *t);

/** Tell what / holds. */
void trace_root(const struct trace *t, const char *when);

#endif
