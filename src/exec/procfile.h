/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_EXEC_PROCFILE_H
#define NSVIEW_EXEC_PROCFILE_H

#include <stddef.h>
#include <sys/types.h>

/** Read a small file below dirfd into buf and terminate it: its length, or a negative errno. What does not fit is cut off. */
ssize_t procfile_read(int dirfd, const char *name, char *buf, size_t size);

#endif
