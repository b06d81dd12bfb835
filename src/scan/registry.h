/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_REGISTRY_H
#define NSVIEW_SCAN_REGISTRY_H

#include "nsview/snapshot.h"

/* How the namespaces that a scan meets come into its snapshot: each once, whoever meets it. */

/** The reference of a namespace, added when it is new; source is noted as one that met it. 0 or -ENOMEM. */
int registry_add(struct snapshot *snap, enum ns_type type, uint32_t ino, enum scan_source source, uint32_t *ref);

/** Turn the inodes that procfs_links() read into references, in place; reasons stay. 0 or -ENOMEM. */
int registry_links(struct snapshot *snap, uint32_t links[NS_SLOT_COUNT], enum scan_source source);

#endif
