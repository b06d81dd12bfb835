/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_EXEC_ENTER_USERS_H
#define NSVIEW_EXEC_ENTER_USERS_H

#include "exec/enter_plan.h"

/* The table of user namespaces in facts, filled by following parents up to our own. */

/** Note our own user namespace as number 0, our effective user and capabilities. 0 or a negative errno. */
int enter_users_begin(struct enter_facts *f);

/** The number of an open user namespace, noted with all its ancestors; -1 when the table is full. */
int enter_users_add(struct enter_facts *f, int fd);

/** The number of the user namespace that owns an open namespace; -1 when it is above our own. */
int enter_users_owner(struct enter_facts *f, int fd);

#endif
