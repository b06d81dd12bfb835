/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/leaders.h"

#include "nsview/fd.h"

#include <stdlib.h>
#include <string.h>

/* Processes are in order of PID, so the first that is met in a namespace has the lowest. Mostly it is the oldest too. */
uint8_t *leaders_find(const struct snapshot *snap)
{
	AUTO_FREE uint32_t *oldest = malloc((snap->nnss + 1) * sizeof(*oldest));
	uint8_t *leads = calloc(snap->nprocs + 1, 1);

	if (!oldest || !leads) {
		free(leads);
		return NULL;
	}
	memset(oldest, 0xff, (snap->nnss + 1) * sizeof(*oldest)); /* SNAP_NONE */
	for (uint32_t i = 0; i < snap->nprocs; i++)
		for (int t = 0; t < NS_TYPE_COUNT; t++) {
			uint32_t ns = snap->procs[i].ns[t];

			if (!NS_REF_OK(ns))
				continue;
			leads[i] |= oldest[ns] == SNAP_NONE;
			if (oldest[ns] == SNAP_NONE || snap->procs[i].start < snap->procs[oldest[ns]].start)
				oldest[ns] = i;
		}
	for (size_t ns = 0; ns < snap->nnss; ns++)
		if (oldest[ns] != SNAP_NONE)
			leads[oldest[ns]] = 1;
	return leads;
}
