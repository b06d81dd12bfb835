/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_LEADERS_H
#define NSVIEW_SCAN_LEADERS_H

#include "nsview/snapshot.h"

/**
 * Which processes lead a namespace, being the lowest PID or the oldest in it: a byte for each process in
 * malloc()ed memory, or NULL without memory. What is shown of a namespace is theirs, so what is
 * costly is read for them alone.
 */
uint8_t *leaders_find(const struct snapshot *snap);

#endif
