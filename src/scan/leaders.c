/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/leaders.h"

#include "nsview/fd.h"

/* Processes are in order of PID, so the first that is met in a namespace leads it. */
uint8_t *leaders_find(const struct snapshot *snap)
{
	AUTO_FREE uint8_t *led = calloc(snap->nnss + 1, 1);
	uint8_t *leads = calloc(snap->nprocs + 1, 1);

	for (size_t i = 0; led && leads && i < snap->nprocs; i++)
		for (int t = 0; t < NS_TYPE_COUNT; t++) {
			uint32_t ns = snap->procs[i].ns[t];

			if (!NS_REF_OK(ns) || led[ns])
				continue;
			led[ns] = 1;
			leads[i] = 1;
		}
	if (led)
		return leads;
	free(leads);
	return NULL;
}
