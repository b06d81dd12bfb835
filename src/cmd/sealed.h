/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_CMD_SEALED_H
#define NSVIEW_CMD_SEALED_H

/**
 * Go on from a sealed copy of nsview in memory, unless this is one: what lies in another root may make the
 * kernel run nsview's own file, and write to it. command and args (NULL ends them) are the command line.
 * 0 when it is the copy that runs, or an exit status after a message.
 */
int sealed_run(const char *command, char *const *args);

#endif
