/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_MONITORS_H
#define NSVIEW_SCAN_MONITORS_H

#include "nsview/labelling.h"
#include "scan/state.h"

/**
 * Add a record for each container whose monitor tells of it: a process of the machine that is called as a
 * runtime's monitor is, by its arguments, of a child that has other namespaces than it and the machine. Of
 * what a cgroup calls another container, no monitor tells. Of in only the cgroups are looked at.
 * What may not be read is passed over. 0 or -ENOMEM.
 */
int monitors_read(int procfd, const struct snapshot *snap, const struct labelling *in, struct state *st);

#endif
