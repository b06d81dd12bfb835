/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_EXEC_ENTER_MAPS_H
#define NSVIEW_EXEC_ENTER_MAPS_H

#include "exec/enter_plan.h"

/**
 * What a user namespace makes of IDs: whether user and group 0 exist in it, and whether setgroups(2) is
 * forbidden there. procfd is the directory of a process in it; with -1 a short-lived child joins the
 * namespace by userfd and reads its own. Where neither can be, it is taken for one with a root user.
 */
void enter_maps_learn(int procfd, int userfd, struct enter_facts *f);

#endif
