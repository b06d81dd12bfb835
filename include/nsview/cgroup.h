/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_CGROUP_H
#define NSVIEW_CGROUP_H

#include "nsview/snapshot.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CGROUP_NAME_MAX 255 /* one component of a path */
#define CGROUP_HEX_ID 64    /* container engines' ids: a SHA-256 in hexadecimal */
#define CGROUP_NOBODY (-1)

/**
 * What a cgroup's path says of the processes in it. Texts are empty where nothing is known and
 * may hold any byte but NUL, newline and slash (but for the slash between two units).
 */
struct cgroup_owner {
	int32_t kind; /* enum label_kind, or CGROUP_NOBODY */
	uint32_t uid; /* the user whose slice or service manager it is below; SNAP_UID_UNKNOWN for none */
	char name[CGROUP_NAME_MAX + 1]; /* of a machine, an application, a unit */
	char id[2 * CGROUP_NAME_MAX + 2]; /* the runtime's; of a user's unit "MANAGER/UNIT" */
	char unit[CGROUP_NAME_MAX + 1]; /* what was recognised as systemd names it, where it is a unit */
	char stray[CGROUP_HEX_ID + 1]; /* an engine's id further inside whose engine the path does not tell */
};

/**
 * Recognise what a cgroup belongs to. The innermost container of those that nest wins; a service
 * or scope (the innermost too) only where there is no container. The helpers that run outside of
 * a container in a cgroup that bears its name (monitors, supervisors) do not belong to it.
 */
void cgroup_path_parse(const char *path, size_t len, struct cgroup_owner *ret);

/**
 * The same for the text of /proc/PID/cgroup: version 1, 2 or both. Where hierarchies disagree a
 * container comes before a unit, then version 2 before systemd's own hierarchy before the controllers.
 * 0; -EINVAL when no line is one of a cgroup file.
 */
int cgroup_parse(const char *text, size_t len, struct cgroup_owner *ret);

/** Whether the len bytes at s are such an id as container engines give. */
bool cgroup_hex_id(const char *s, size_t len);

#endif
