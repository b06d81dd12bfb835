/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_NSPID_H
#define NSVIEW_NSPID_H

#include <stddef.h>
#include <stdint.h>

/** PID namespaces nest this deep at most (MAX_PID_NS_LEVEL), the first one not counted. */
#define NSPID_LEVELS 33

/**
 * Find the NSpid line of a /proc/PID/status and parse its PIDs: outermost first, as seen from
 * the procfs's PID namespace inwards. How many, or -ENOENT without such a line, -EINVAL for a bad one.
 */
int nspid_parse(const char *status, size_t len, int32_t pids[NSPID_LEVELS]);

#endif
