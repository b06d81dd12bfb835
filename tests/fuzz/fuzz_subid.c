/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/idmap.h"
#include "nsview/subid.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is found is a range that the kernel would take. */
static void ck_range(uint32_t first, uint32_t count)
{
	if (count == 0 || count > UINT32_MAX - first)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A copy of its own, so that a read behind the end is seen. */
	char *text = malloc(size + !size);
	struct idmap_extent e;

	if (!text)
		return 0;
	if (size)
		memcpy(text, data, size);
	if (subid_find(text, size, "ann", 1000, &e) == 0)
		ck_range(e.outside, e.count);
	if (idmap_extent_parse(text, size, &e) == 0) {
		ck_range(e.outside, e.count);
		ck_range(e.inside, e.count);
	}
	free(text);
	return 0;
}
