/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_LISTNS_H
#define NSVIEW_SCAN_LISTNS_H

#include "nsview/snapshot.h"

/**
 * Add the namespaces that only the kernel's own list knows: listns(2), Linux 6.19. Call it when
 * all else was read, ids included. The coverage says whether the kernel has it. 0 or a negative errno.
 */
int listns_read(unsigned types, struct snapshot *snap);

#endif
