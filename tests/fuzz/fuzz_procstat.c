/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/procstat.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t start = 42;
	char *text = malloc(size + 1);

	if (!text)
		return 0;
	memcpy(text, data, size);
	if (procstat_start_parse(text, size, &start) < 0 && start != 42)
		abort();

	size_t len = cmdline_join(text, size);

	if (len > size || strlen(text) != len)
		abort();
	free(text);
	return 0;
}
