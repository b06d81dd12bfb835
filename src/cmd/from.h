/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_CMD_FROM_H
#define NSVIEW_CMD_FROM_H

struct snapshot;

/** Read a dump from a file, or from standard input when path is "-". 0, or an exit status after a message. */
int from_read(const char *path, struct snapshot **ret);

#endif
