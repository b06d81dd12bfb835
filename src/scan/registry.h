/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_REGISTRY_H
#define NSVIEW_SCAN_REGISTRY_H

#include "nsview/map.h"
#include "nsview/snapshot.h"

/** The namespaces of a snapshot by identity, while a scan adds to them. Zeroed but for snap: ready for use. */
struct registry {
	struct snapshot *snap; /* borrowed */
	struct map by_key;
};

/** The reference of a namespace, added when it is new; source is noted as one that met it. 0 or -ENOMEM. */
int registry_add(struct registry *reg, enum ns_type type, uint32_t ino, enum scan_source source, uint32_t *ref);

/** The reference of a namespace, or NS_REF_ABSENT. */
uint32_t registry_find(const struct registry *reg, enum ns_type type, uint32_t ino);

/** Turn the inodes that procfs_links() read into references, in place; reasons stay. 0 or -ENOMEM. */
int registry_links(struct registry *reg, uint32_t links[NS_SLOT_COUNT], enum scan_source source);

/** Free the index; the snapshot keeps the namespaces. */
void registry_done(struct registry *reg);

#endif
