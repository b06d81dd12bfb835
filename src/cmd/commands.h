/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_CMD_COMMANDS_H
#define NSVIEW_CMD_COMMANDS_H

#include "cmd/opts.h"

/* One file a command, named after it. */
extern const struct command cmd_diff;
extern const struct command cmd_dump;
extern const struct command cmd_enter;
extern const struct command cmd_list;
extern const struct command cmd_run;
extern const struct command cmd_show;
extern const struct command cmd_top;
extern const struct command cmd_tree;

#endif
