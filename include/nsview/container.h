/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_CONTAINER_H
#define NSVIEW_CONTAINER_H

#include "nsview/snapshot.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * What is a container is decided by namespaces, never by a name: a cgroup, a command line or a
 * runtime's record may call anything anything. A label names what was found here.
 */

/**
 * The types in which a process's namespaces differ from the machine's own (snap->host.base), as a
 * mask of 1 << enum ns_type. Types that were not read, denied or absent on either side do not count.
 */
uint32_t container_types(const struct snapshot *snap, const struct snap_proc *p);

/**
 * Whether a label of this kind names a container, a machine or a sandboxed application: services
 * and scopes are only where the process was started.
 */
bool container_label(enum label_kind kind);

#endif
