/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_USERS_H
#define NSVIEW_SCAN_USERS_H

#include "nsview/snapshot.h"

/** Look up the names of all users that the snapshot mentions, each once. Those without a name are left out. 0 or -ENOMEM. */
int users_read(struct snapshot *snap);

#endif
