/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_MOUNTS_H
#define NSVIEW_SCAN_MOUNTS_H

#include "scan/registry.h"

/**
 * Add the nsfs mounts of one mountinfo file (a path; libmount reads it) to the snapshot, as
 * mounts in mount namespace mntns. Types outside the mask are passed over. 0 or a negative errno.
 */
int mounts_read(const char *mountinfo, uint32_t mntns, unsigned types, struct registry *reg, enum scan_source source);

#endif
