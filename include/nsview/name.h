/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_NAME_H
#define NSVIEW_NAME_H

#include "nsview/arena.h"
#include "nsview/graph.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Things by the names that people give them: a bind mount by the last part of its path
 * (ip netns, nsview run --keep), a container by its name, its id or the beginning of its id.
 */

enum name_kind {
	NAME_MOUNT, /* all namespaces that are mounted under a name */
	NAME_MOUNT_ELSEWHERE, /* … in other mount namespaces, where nothing else has the name */
	NAME_LABEL, /* a container: index into labels */
};

struct name_match {
	enum name_kind kind;
	const char *name; /* what matched, in full; borrowed from the graph's snapshot */
	uint32_t label;   /* NAME_LABEL */
};

/**
 * What a name could mean: exact matches, or else the containers whose ids begin so. *ret is in the
 * arena; more than one is ambiguous, none unknown. 0 or -ENOMEM.
 */
int name_find(const struct graph *g, const char *name, struct arena *a, struct name_match **ret, size_t *n);

/**
 * All names of bind mounts and containers, each once, in order: what could have been meant by a name
 * that nothing has. *ret is in the arena, the names are the snapshot's. 0 or -ENOMEM.
 */
int name_all(const struct graph *g, struct arena *a, const char ***ret, size_t *n);

/** The last part of a mount's path: what a bind mount is called. */
const char *name_of_path(const char *path);

#endif
