/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_LABELLING_H
#define NSVIEW_LABELLING_H

#include "nsview/cgroup.h"
#include "nsview/runtime.h"
#include "nsview/snapshot.h"

#include <stddef.h>
#include <stdint.h>

/** What was read about who processes belong to. Everything is borrowed. */
struct labelling {
	const struct cgroup_owner *owners; /* distinct cgroups */
	size_t nowners;
	const uint32_t *proc_owners; /* beside snap->procs: index into owners, or SNAP_NONE */
	const struct runtime_record *records;
	size_t nrecords;
};

/**
 * Fill snap->labels, each distinct one once, and every process's label:
 *
 * - the container that its cgroup names, with what the runtimes' records say of that id or unit;
 * - without such a cgroup, or where the container's init is in the same: the container whose init
 *   it is, whose init's PID namespace it shares (when that is one container's and not the
 *   machine's), or whose init is its nearest ancestor among inits;
 * - a service or scope by its cgroup;
 * - "sandbox", when in a scope or nowhere and some of its namespaces are not the machine's: a service's
 *   may be systemd's doing, a scope's never are.
 *
 * A record tells of no process that started at another time than it says; without a time it tells
 * of none that has all namespaces of the machine. A record of one user's tells of no other user's
 * processes, unless it is of a monitor's child: that monitor may run for a user what has other UIDs inside.
 * Kernel threads have no label. Linear. 0, or -ENOMEM.
 */
int labelling_assign(struct snapshot *snap, const struct labelling *in);

#endif
