/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_EXEC_PTY_H
#define NSVIEW_EXEC_PTY_H

#include <stdbool.h>
#include <termios.h>

/** A pseudo-terminal: the command's side is the slave. Both owned by whoever holds the struct. */
struct pty {
	int master;
	int slave;
};

/**
 * Open a pseudo-terminal of the devpts mounted at /dev/pts in the caller's root. Nothing is opened
 * unless it is in a devpts, whatever lies at that path. The master does not block.
 * 0; -ENODEV when there is none; another negative errno of open(2).
 */
int pty_open(struct pty *ret);

/** Close what is open. */
void pty_close(struct pty *p);

/** The terminal that nsview was started on. */
struct term {
	int in, out; /* borrowed descriptors of it, or -1 when nsview was given none to read from or to write to */
	struct termios saved;
	bool raw;
};

/** The terminal among descriptors 0, 1 and 2. 0, or -ENOTTY when none of them is one. */
int term_find(struct term *ret);

/** Whether nsview is in the foreground of its terminal. */
bool term_foreground(const struct term *t);

/** Hand every key through. Remembers the settings, which may have changed since the last time. 0 or a negative errno. */
int term_raw(struct term *t);

/** Settings as they were before term_raw(); nothing when it is not raw. Also from the background. */
void term_restore(struct term *t);

/** Give a pseudo-terminal the size of the terminal; its foreground processes get SIGWINCH when it changes. */
void term_size_to(const struct term *t, int pty);

/** Give a pseudo-terminal the settings of the terminal (echo, erase character…). */
void term_settings_to(const struct term *t, int pty);

#endif
