/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/narrow.h"

#include "nsview/fd.h"
#include "nsview/want.h"

#include <errno.h>
#include <stdlib.h>

/* What is looked at only when it is asked for, and meets namespaces. */
static const struct {
	uint32_t want;
	enum scan_source source;
} optional[] = {
	{WANT_MOUNTS, SOURCE_MOUNTS},   {WANT_MNTNS, SOURCE_MNTNS}, {WANT_MNTNS, SOURCE_MNTNS_NEXT},
	{WANT_THREADS, SOURCE_THREADS}, {WANT_FDS, SOURCE_FDS},     {WANT_SOCKETS, SOURCE_SOCKETS},
	{WANT_LISTNS, SOURCE_LISTNS},
};
enum { NOPTIONAL = sizeof(optional) / sizeof(optional[0]) };

/* Owners and ancestors are met by asking those that are met. */
static void meet(const struct snapshot *snap, uint32_t ns, uint8_t *met)
{
	while (NS_REF_OK(ns) && !met[ns]) {
		const struct snap_ns *n = &snap->nss[ns];

		met[ns] = 1;
		if (n->owner != n->parent)
			meet(snap, n->owner, met); /* a user namespace, whose owner is its parent: no deeper than once */
		ns = n->parent;
	}
}

int snapshot_narrow(struct snapshot *snap, uint32_t want, uint8_t **ret)
{
	AUTO_FREE uint8_t *met = calloc(snap->nnss + 1, 1);
	unsigned by = ~(1u << SOURCE_RELATIONS);

	if (!met)
		return -ENOMEM;
	for (int i = 0; i < NOPTIONAL; i++)
		if (!(want & optional[i].want)) {
			by &= ~(1u << optional[i].source);
			snap->coverage.sources[optional[i].source] = (struct source_report){0};
		}
	for (uint32_t i = 0; i < snap->nnss; i++)
		if (snap->nss[i].seen_by & by || !snap->nss[i].seen_by)
			meet(snap, i, met);
	*ret = take_ptr(met);
	return 0;
}
