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

int registry_add(struct registry *reg, enum ns_type type, uint32_t ino, enum scan_source source, uint32_t *ref)
{
	struct snapshot *snap = reg->snap;
	uint32_t at = map_get(&reg->by_key, ns_key(type, ino));

	if (at == MAP_NONE) {
		int err = vec_reserve(&snap->nss, &snap->nss_cap, snap->nnss + 1);

		at = (uint32_t)snap->nnss;
		if (err < 0 || map_put(&reg->by_key, ns_key(type, ino), at) < 0)
			return -ENOMEM;
		snap->nss[snap->nnss++] = blank(type, ino);
	}
	snap->nss[at].seen_by |= (uint16_t)(1u << source);
	*ref = at;
	return 0;
}

uint32_t registry_find(const struct registry *reg, enum ns_type type, uint32_t ino)
{
	return map_get(&reg->by_key, ns_key(type, ino)); /* MAP_NONE is NS_REF_ABSENT */
}

int registry_links(struct registry *reg, uint32_t links[NS_SLOT_COUNT], enum scan_source source)
{
	for (int slot = 0; slot < NS_SLOT_COUNT; slot++) {
		if (!NS_REF_OK(links[slot]))
			continue;

		int err = registry_add(reg, ns_slot_type((enum ns_slot)slot), links[slot], source, &links[slot]);

		if (err < 0)
			return err;
	}
	return 0;
}

void registry_done(struct registry *reg)
{
	map_done(&reg->by_key);
}
