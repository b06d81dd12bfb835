/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_PROCSTAT_H
#define NSVIEW_PROCSTAT_H

#include <stddef.h>
#include <stdint.h>

/** Field 22 of a /proc/PID/stat: when the process started, in clock ticks since boot. 0, or -EINVAL. */
int procstat_start_parse(const char *stat, size_t len, uint64_t *start);

/**
 * The arguments of a /proc/PID/cmdline joined by blanks, in place: text ends where the last one
 * does, and gets a NUL there, for which there must be room. The length; 0 for no arguments.
 */
size_t cmdline_join(char *text, size_t len);

#endif
