/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/registry.h"

#include "nsview/vec.h"

#include <errno.h>

/* What is not known of a namespace until somebody asks. */
static struct snap_ns blank(enum ns_type type, uint32_t ino)
{
	return (struct snap_ns){
		.ino = ino,
		.type = (uint8_t)type,
		.parent = ns_info(type)->hierarchical ? NS_REF_UNREAD : NS_REF_ABSENT,
		.owner = NS_REF_UNREAD,
		.owner_uid = SNAP_UID_UNKNOWN,
		.netnsid = SNAP_NETNSID_UNKNOWN,
	};
}

int registry_add(struct snapshot *snap, enum ns_type type, uint32_t ino, enum scan_source source, uint32_t *ref)
{
	uint32_t at = (uint32_t)snap->nnss;
	int err = vec_reserve(&snap->nss, &snap->nss_cap, snap->nnss + 1);

	if (err == 0)
		err = map_add(&snap->ns_by_key, ns_key(type, ino), &at);
	if (err < 0)
		return err;
	if (err > 0)
		snap->nss[snap->nnss++] = blank(type, ino);
	snap->nss[at].seen_by |= (uint16_t)(1u << source);
	*ref = at;
	return 0;
}

int registry_links(struct snapshot *snap, uint32_t links[NS_SLOT_COUNT], enum scan_source source)
{
	for (int slot = 0; slot < NS_SLOT_COUNT; slot++) {
		if (!NS_REF_OK(links[slot]))
			continue;

		int err = registry_add(snap, ns_slot_type((enum ns_slot)slot), links[slot], source, &links[slot]);

		if (err < 0)
			return err;
	}
	return 0;
}
