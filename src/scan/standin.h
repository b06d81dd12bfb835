/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_STANDIN_H
#define NSVIEW_SCAN_STANDIN_H

#include <sys/types.h>

/*
 * A child that joins a namespace without members and stands still there, so that its files in /proc tell
 * of the namespace. They are read from here: a map reads as the user namespace of who opened it has it.
 */
struct standin {
	pid_t pid;
	int dirfd; /* its directory in /proc */
	int sock;  /* it goes when this is closed, also by our own end */
};

/** Let a child join ns, after owner where it takes that (or -1). 0, or a negative errno, and then there is nothing to end. */
int standin_start(int procfd, int owner, int ns, struct standin *ret);

void standin_end(struct standin *s);

#endif
