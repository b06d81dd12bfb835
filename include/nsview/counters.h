/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_COUNTERS_H
#define NSVIEW_COUNTERS_H

#include <stddef.h>
#include <stdint.h>

/* Counters in texts of the kernel. */

/** Bytes received and sent in /proc/PID/net/dev, over all interfaces but lo. 0, or -EINVAL and nothing set. */
int counters_net_parse(const char *text, size_t len, uint64_t *rx, uint64_t *tx);

/** The number after "key:" at the beginning of a line, as in /proc/PID/io and smaps_rollup. 0; -ENOENT; -EINVAL. */
int counters_value_parse(const char *text, size_t len, const char *key, uint64_t *ret);

/** Field 22 of /proc/PID/stat: when the process started. The name in it may hold anything. 0 or -EINVAL. */
int counters_start_parse(const char *text, size_t len, uint64_t *ret);

#endif
