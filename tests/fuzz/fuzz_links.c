/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The small parsers of what the kernel and the user write: namespace links, targets, id maps, NSpid lines, sockets. */
#include "nsview/fdinfo.h"
#include "nsview/idmap.h"
#include "nsview/nslink.h"
#include "nsview/nspid.h"
#include "nsview/target.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct idmap_extent extents[8];
	int32_t pids[NSPID_LEVELS];
	char *text = malloc(size + 1);
	struct target target;
	enum ns_type type;
	uint32_t ino;
	uint64_t inode;

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (nslink_parse((const char *)data, size, &type, &ino) == 0 && type >= NS_TYPE_COUNT)
		abort();
	if (idmap_parse((const char *)data, size, extents, 8) > 8)
		abort();
	if (nspid_parse((const char *)data, size, pids) > NSPID_LEVELS)
		abort();
	fdinfo_socket_parse((const char *)data, size, &inode);
	fdinfo_in_flight_parse((const char *)data, size, &ino);
	if (target_parse(text, &target) == 0 && target.kind == TARGET_PID &&
	    (target.pid < 1 || target.pid > TARGET_PID_MAX))
		abort();
	free(text);
	return 0;
}
