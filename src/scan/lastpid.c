/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/lastpid.h"

#include "nsview/num.h"
#include "scan/procfs.h"

#include <string.h>

int32_t lastpid_read(int procfd)
{
	char text[24];
	ssize_t n = procfs_read(procfd, "sys/kernel/ns_last_pid", text, sizeof(text));
	uint32_t pid;

	if (n <= 0 || num_u32_parse(text, strcspn(text, "\n"), &pid) < 0 || pid > INT32_MAX)
		return 0;
	return (int32_t)pid;
}

bool lastpid_given(int32_t before, int32_t after, int32_t pid)
{
	if (!before || !after)
		return true;
	return before <= after ? before < pid && pid <= after : pid > before || pid <= after;
}
