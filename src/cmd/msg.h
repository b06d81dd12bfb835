/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_CMD_MSG_H
#define NSVIEW_CMD_MSG_H

/**
 * One line on stderr, "nsview COMMAND: …", made safe for a terminal whatever the arguments hold.
 * Say the thing, the cause and what would help.
 */
void msg(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/** The command that messages name from now on; a static string. */
void msg_command(const char *name);

#endif
