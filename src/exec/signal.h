/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_EXEC_SIGNAL_H
#define NSVIEW_EXEC_SIGNAL_H

#include <stdint.h>

/**
 * Send a signal to a process, if it still is the one that started at start (field 22 of /proc/PID/stat):
 * a PID that was used again gets nothing.
 * 0; -ESRCH when that process is gone; -ENOSYS without pidfds; another errno of pidfd_send_signal(2).
 */
int signal_send(int32_t pid, uint64_t start, int sig);

#endif
