/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_PROPAGATION_H
#define NSVIEW_PROPAGATION_H

#include <stddef.h>
#include <stdint.h>

/*
 * Which way mounts travel between mount namespaces (mount_namespaces(7), "shared subtrees"): members
 * of a peer group send to and receive from each other; a slave receives from its master's group,
 * which may be the slave of another one in turn.
 */

/** One mount's part in it: ids of peer groups, 0 for none. */
struct propagation {
	uint32_t shared; /* "shared:N": the group that it is in */
	uint32_t master; /* "master:N": the group that it receives from */
	uint32_t from;   /* "propagate_from:N": a group of its own mount namespace further up, past masters out of sight */
};

/** The optional fields of a mount in mountinfo, "shared:1 master:2"; other tags are passed over. */
struct propagation propagation_parse(const char *fields, size_t len);

struct propagation_mount {
	uint32_t ns; /* any number below that of namespaces */
	struct propagation how;
};

/** Mounts of several namespaces. A zeroed one is empty and ready for use. */
struct propagation_table {
	struct propagation_mount *mounts;
	size_t n, cap;
};

/** Add a mount; one that is private to its namespace is not kept. 0 or -ENOMEM. */
int propagation_add(struct propagation_table *t, uint32_t ns, struct propagation how);

void propagation_done(struct propagation_table *t);

/** What a namespace has to do with the one that was asked about, as numbers of its mounts. */
struct propagation_count {
	uint32_t shares;   /* in a peer group with one of that: both ways */
	uint32_t receives; /* not that, but what is mounted there arrives here, if by way of a third */
	uint32_t sends;    /* not that, but what is mounted here arrives there */
};

/**
 * Count for each of n namespaces, in counts[], what its mounts have to do with those of ns.
 * Linear in the number of mounts. 0 or -ENOMEM.
 */
int propagation_count(const struct propagation_table *t, uint32_t ns, struct propagation_count *counts, size_t n);

#endif
