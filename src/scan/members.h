/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_MEMBERS_H
#define NSVIEW_SCAN_MEMBERS_H

#include "nsview/inside.h"
#include "nsview/snapshot.h"

/*
 * What each process in a namespace tells of it. Many thousands of them would take long to ask: the
 * first ones are, and how many were left out, for this or another reason, is noted as INSIDE_TROUBLE.
 */

/** Room for a /proc/PID/status: the supplementary groups in it may be thousands. */
enum { STATUS_SIZE = 65536 };

/** The PIDs of one process, of which dirfd is the directory, at every level (INSIDE_PIDS). 0 or -ENOMEM, or a negative errno of reading. */
int member_pids_read(int dirfd, int32_t pid, struct inside *in);

/** The PIDs of each member of a PID namespace. 0 or -ENOMEM. */
int members_pids_read(int procfd, const struct snapshot *snap, uint32_t ns, struct inside *in);

/** What members of a user namespace may do in it: their effective sets, with those that have each (INSIDE_MEMBER_CAPS). 0 or -ENOMEM. */
int members_caps_read(int procfd, const struct snapshot *snap, uint32_t ns, struct inside *in);

#endif
