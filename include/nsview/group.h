/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_GROUP_H
#define NSVIEW_GROUP_H

#include "nsview/graph.h"
#include "nsview/map.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Processes that are in the same eight namespaces: a container, a sandbox, a service with a name
 * space of its own; those that are in the machine's own namespaces alone are a group as well.
 */
struct group {
	uint64_t key;    /* the same in every snapshot: made of the namespaces that differ from the machine's */
	uint32_t ns[NS_TYPE_COUNT]; /* refs */
	uint32_t own;    /* mask of 1 << enum ns_type: differs from the machine's */
	uint32_t unread; /* mask: could not be read */
	uint32_t nprocs;
	uint32_t leader; /* its first process, which stands for it: the oldest member, index into procs */
	uint32_t label;  /* the leader's, else the first that a member has, or SNAP_NONE */
	uint64_t nthreads;
	uint64_t cpu;    /* clock ticks */
	uint64_t rss;    /* bytes; shared pages count more than once */
};

struct groups {
	struct group *v; /* in order of their members' lowest PIDs */
	size_t n;
	uint32_t *of_proc; /* the group of each process of the snapshot */
	struct map by_key;
};

/**
 * Sort the processes of a graph into groups. A zombie, which has lost its namespaces, counts where
 * its parent is. Linear. 0 or -ENOMEM; *ret is set on success only.
 */
int groups_build(const struct graph *g, struct groups **ret);

/** Free groups. NULL is fine. */
void groups_free(struct groups *gs);

/** The group with a key: its index, or SNAP_NONE. */
uint32_t groups_find(const struct groups *gs, uint64_t key);

/** The namespaces of its own as letters, always in the same place, '-' for one shared with the machine: "mnupiC--". buf has NS_TYPE_COUNT + 1 bytes. */
void group_mask(const struct group *grp, char *buf);

#endif
