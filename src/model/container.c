/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/container.h"

uint32_t container_types(const struct snapshot *snap, const struct snap_proc *p)
{
	uint32_t types = 0;

	for (int t = 0; t < NS_TYPE_COUNT; t++) {
		uint32_t ns = p->ns[t], base = snap->host.base[t];

		if (NS_REF_OK(ns) && NS_REF_OK(base) && ns != base)
			types |= 1u << t;
	}
	return types;
}

bool container_label(enum label_kind kind)
{
	return kind != LABEL_SERVICE && kind != LABEL_SCOPE;
}
