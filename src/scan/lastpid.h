/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_LASTPID_H
#define NSVIEW_SCAN_LASTPID_H

#include <stdbool.h>
#include <stdint.h>

/*
 * PIDs are given out in ascending order and then from the start again. Between two looks at the
 * last one given out in our PID namespace lie all those that may name another process now than
 * they did before. Only who may choose PIDs (clone3(2) with set_tid, CAP_CHECKPOINT_RESTORE here)
 * can undo that.
 */

/** The PID given out last, from /proc/sys/kernel/ns_last_pid; 0 where the kernel does not tell (CONFIG_CHECKPOINT_RESTORE). */
int32_t lastpid_read(int procfd);

/** Whether a PID may have been given out between two looks. Yes when one of them is 0. */
bool lastpid_given(int32_t before, int32_t after, int32_t pid);

#endif
