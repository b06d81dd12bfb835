/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_GRAPH_H
#define NSVIEW_GRAPH_H

#include "nsview/nstype.h"
#include "nsview/snapshot.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Why a namespace is alive: one kind of holder each, in the order in which they are shown. */
enum hold_kind {
	HOLD_PROCESS,    /* index into snapshot procs */
	HOLD_THREAD,     /* threads: in it, or for the children that they may have */
	HOLD_CHILDREN,   /* procs: pid_for_children or time_for_children */
	HOLD_FD,         /* fds */
	HOLD_SOCKET,     /* socks */
	HOLD_MOUNT,      /* mounts */
	HOLD_DESCENDANT, /* nss: a child user or PID namespace */
	HOLD_OWNED,      /* nss: a namespace that this user namespace owns */
	HOLD_KIND_COUNT,
};

struct holder {
	uint32_t kind;  /* enum hold_kind */
	uint32_t index; /* into the snapshot's table of that kind */
};

/** A namespace with what the links between the tables say of it. Same index as in the snapshot. */
struct ns_node {
	const struct snap_ns *ns;
	uint32_t nprocs;   /* member processes */
	uint32_t leader;   /* member with the lowest PID: index into procs, or SNAP_NONE */
	uint32_t oldest;   /* member that started first, or SNAP_NONE */
	uint64_t nthreads; /* of the members, plus threads of others that are in it alone */
	uint64_t cpu;      /* clock ticks used by members */
	uint64_t rss;      /* bytes: the members' sum, so shared pages count more than once */
	uint32_t held[HOLD_KIND_COUNT]; /* number of holders of each kind */
	uint32_t strands;  /* of the threads among them: those that are not in it, but whose children would be */
};

/** Namespaces linked to their holders, parents and owners. Immutable once built. */
struct graph;

/** Which links can be followed. Most of them are members of namespaces, which tables of rows do not ask for. */
enum graph_depth {
	GRAPH_ROWS, /* from a namespace to its mounts, from a process to its parent */
	GRAPH_ALL,  /* … and to every other holder, and to the children */
};

/**
 * Link a snapshot into a graph. The graph borrows the snapshot, which must outlive it.
 * Linear in the snapshot's size. 0, or -ENOMEM. *ret is set on success only.
 */
int graph_build(const struct snapshot *snap, enum graph_depth depth, struct graph **ret);

/** Free a graph. NULL is fine. */
void graph_free(struct graph *g);

static inline void graph_free_scoped(struct graph **g)
{
	graph_free(*g);
}
#define AUTO_GRAPH __attribute__((cleanup(graph_free_scoped)))

struct groups;
struct rates;

/**
 * Hang on a graph what only a live view knows, so that columns can tell of it: groups and rates, both of
 * which may be NULL. Borrowed. Before the graph is shared with another thread.
 */
void graph_set_live(struct graph *g, const struct groups *groups, const struct rates *rates);

/** The groups of a live view, or NULL. */
const struct groups *graph_groups(const struct graph *g);

/** The rates of a live view, or NULL. */
const struct rates *graph_rates(const struct graph *g);

/**
 * Whether a thread holds the namespace of a link of its: where that differs from its process's, and of the children
 * that it may have, from the one that it is in itself.
 */
bool graph_thread_holds(const struct snapshot *s, const struct snap_thread *t, enum ns_slot slot);

/** The snapshot that the graph was built from. */
const struct snapshot *graph_snapshot(const struct graph *g);

/** All namespaces, as an array of *n nodes in the snapshot's order. */
const struct ns_node *graph_nodes(const struct graph *g, size_t *n);

/** Node number ref, or NULL when ref names none. */
const struct ns_node *graph_node(const struct graph *g, uint32_t ref);

/** Whether how many processes are in a namespace is not known: none was counted, and some other than PID 1 could not be read, or are hidden. */
bool graph_members_unknown(const struct graph *g, uint32_t ns);

/** The namespace with this identity: its index, or SNAP_NONE. */
uint32_t graph_find(const struct graph *g, enum ns_type type, uint32_t ino);

/** The namespace with this inode, whatever its type: its index, or SNAP_NONE. */
uint32_t graph_find_ino(const struct graph *g, uint32_t ino);

/** The process with this PID: index into procs, or SNAP_NONE. */
uint32_t graph_find_pid(const struct graph *g, int32_t pid);

/** The *n holders of a namespace, grouped by kind in the order of enum hold_kind, each kind in the snapshot's order. GRAPH_ALL. */
const struct holder *graph_holders(const struct graph *g, uint32_t ns, size_t *n);

/** The holders of one kind. GRAPH_ALL, but for mounts. */
const struct holder *graph_holders_of(const struct graph *g, uint32_t ns, enum hold_kind kind, size_t *n);

/** The name of a user, or NULL when it has none or nobody asked. */
const char *graph_user(const struct graph *g, uint32_t uid);

/** The *n lines of a user namespace's uid_map and gid_map; none when nobody asked or they could not be read. */
const struct snap_idmap *graph_idmaps(const struct graph *g, uint32_t ns, size_t *n);

/** The child processes of a process, as *n indices into procs in order of PID; proc SNAP_NONE: the roots. GRAPH_ALL. */
const uint32_t *graph_proc_children(const struct graph *g, uint32_t proc, size_t *n);

/** The parent of a process: index into procs, or SNAP_NONE. */
uint32_t graph_proc_parent(const struct graph *g, uint32_t proc);

#endif
