/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_CAPMASK_H
#define NSVIEW_CAPMASK_H

#include <stddef.h>
#include <stdint.h>

/**
 * Find a set of capabilities in a /proc/PID/status, "CapEff" and the like, and parse its mask.
 * 0; -ENOENT without such a line; -EINVAL for a bad one. *ret is set on success only.
 */
int capmask_parse(const char *status, size_t len, const char *set, uint64_t *ret);

#endif
