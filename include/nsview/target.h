/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_TARGET_H
#define NSVIEW_TARGET_H

#include "nsview/nstype.h"

#include <stddef.h>
#include <stdint.h>

/** The kernel's largest PID (PID_MAX_LIMIT on 64-bit machines): numbers above are inodes. */
#define TARGET_PID_MAX 4194304

enum target_kind {
	TARGET_PID,
	TARGET_INO,  /* a namespace's inode number */
	TARGET_NS,   /* type and inode */
	TARGET_PATH, /* it holds a slash: a path to an nsfs file */
	TARGET_NAME, /* anything else: a container, a machine, a name from ip netns */
};

/** What a user wrote to name a process or namespace. */
struct target {
	enum target_kind kind;
	int32_t pid;
	enum ns_type type;
	uint32_t ino;
	const char *text; /* as written; borrowed */
};

/**
 * Parse a target: "1234", "4026531840", "net:4026531840", "net:[4026531840]", a path, a name.
 * 0, or -EINVAL (empty, PID 0, an inode above 32 bits, a known type before the colon without a number behind).
 */
int target_parse(const char *s, struct target *ret);

#endif
