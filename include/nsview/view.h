/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_VIEW_H
#define NSVIEW_VIEW_H

#include "nsview/column.h"
#include "nsview/graph.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct filter;

/** How rows hang below each other. */
enum view_tree {
	TREE_NONE,
	TREE_PROCESS, /* namespaces below the one that their leader's nearest shown ancestor leads; processes below their parent;
			 groups below the one that their leader's parent is in */
	TREE_PARENT,  /* namespaces below their parent (user, PID) */
	TREE_OWNER,   /* namespaces below the user namespace that owns them */
};

/** Which rows, and in which order. Zeroed but for sort = -1: every namespace, by inode. */
struct view_query {
	bool processes;              /* rows are processes instead of namespaces */
	bool groups;                 /* rows are groups; the graph must have them. Only filter, ancestors, tree and sort count */
	const uint32_t *group;       /* only processes of this group; NULL: all */
	uint32_t types;              /* mask of namespace types; 0: all. Of processes: those that differ from their parent in one of these */
	const uint32_t *nss;         /* only these namespaces (rows of processes: members of these); NULL: all */
	size_t nnss;
	const uint32_t *procs;       /* only namespaces of these processes; NULL: all */
	size_t nprocs;
	bool empty;                  /* only namespaces that no process holds */
	bool ancestors;              /* rows that pass keep the rows above them, whatever the filter says; not for namespaces in TREE_PROCESS */
	const struct filter *filter; /* NULL: none. Resolved to enum column_id */
	bool (*match)(const struct graph *g, struct row row, void *ctx); /* another filter, of the caller's; NULL: none */
	void *match_ctx;
	enum view_tree tree;
	int sort;                    /* enum column_id, or -1: namespaces by inode, processes by PID */
	bool descending;
};

#define VIEW_NO_PARENT UINT32_MAX

/** Rows, ready to be drawn. A row's parent always comes before it. */
struct view {
	const struct graph *graph; /* borrowed */
	struct row *rows;
	uint32_t *parents; /* row numbers, or VIEW_NO_PARENT; NULL unless it is a tree */
	size_t nrows;
};

/** Choose, sort and nest rows. Linear but for the sort. 0, or -ENOMEM. */
int view_build(const struct graph *g, const struct view_query *q, struct view **ret);

/** Free a view. NULL is fine. */
void view_free(struct view *v);

/** Resolve a column's name for filter_parse(); ctx is not used. */
int view_resolve_column(const char *name, void *ctx);

/** The same with the columns of the live view. */
int view_resolve_live_column(const char *name, void *ctx);

#endif
