/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_EXEC_WORLD_H
#define NSVIEW_EXEC_WORLD_H

#include "exec/run_plan.h"

/** Look up what the caller may do and map. 0, or -ENOMEM. */
int run_world_read(struct run_world *ret);

#endif
