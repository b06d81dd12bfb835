/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "parse/dump_reader.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

/* What can only be checked when all is read. */

/* Tables of what processes have: their first members are the process and the numbers that tell its rows apart. */

static uint32_t proc_of(const struct dump_table *t, const void *row)
{
	return *(const uint32_t *)(const void *)((const char *)row + t->fields[0].offset);
}

/* Where the last of these numbers stands among the members. */
static size_t last_number(const struct dump_table *t)
{
	size_t i = 1;

	while (i + 1 < t->nfields && t->fields[i + 1].kind == DUMP_I32)
		i++;
	return i;
}

static int32_t number_of(const struct dump_table *t, size_t field, const void *row)
{
	return *(const int32_t *)(const void *)((const char *)row + t->fields[field].offset);
}

static int row_compare(const void *a, const void *b, void *table)
{
	uint32_t p = proc_of(table, a), q = proc_of(table, b);
	size_t last = last_number(table);

	if (p != q)
		return p < q ? -1 : 1;
	for (size_t i = 1; i <= last; i++) {
		int32_t m = number_of(table, i, a), n = number_of(table, i, b);

		if (m != n)
			return m < n ? -1 : 1;
	}
	return 0;
}

static int table_sort(struct dump_reader *r, enum dump_table_id id)
{
	const struct dump_table *t = dump_table(id);
	size_t n, last = last_number(t);
	char *rows = dump_rows(t, r->snap, &n);

	if (n < 2)
		return 0;
	qsort_r(rows, n, t->row_size, row_compare, (void *)t);
	for (size_t i = 1; i < n; i++) {
		const char *row = rows + i * t->row_size;

		if (row_compare(row - t->row_size, row, (void *)t))
			continue;
		r->place = (struct dump_place){.at = r->members[id], .table = t->name};
		return dump_fail(r, "%s %" PRId32 " of process %" PRId32 " is there twice", t->fields[last].name,
				 number_of(t, last, row), r->snap->procs[proc_of(t, row)].pid);
	}
	return 0;
}

/* Bring idmaps into the order of their namespaces; the lines of one keep theirs. */
static int idmaps_sort(struct snapshot *snap)
{
	size_t n = snap->nidmaps;
	size_t *next = calloc(snap->nnss + 1, sizeof(*next));
	struct snap_idmap *sorted = calloc(n + 1, sizeof(*sorted));

	if (!next || !sorted) {
		free(next);
		free(sorted);
		return -ENOMEM;
	}
	for (size_t i = 0; i < n; i++)
		next[snap->idmaps[i].ns + 1]++;
	for (size_t ns = 1; ns < snap->nnss; ns++)
		next[ns] += next[ns - 1];
	for (size_t i = 0; i < n; i++)
		sorted[next[snap->idmaps[i].ns]++] = snap->idmaps[i];
	free(next);
	free(snap->idmaps);
	snap->idmaps = sorted;
	snap->idmaps_cap = n + 1;
	return 0;
}

/* User and PID namespaces nest 33 deep at most (32 below the first, since Linux 3.7 and 4.9). */
enum { LEVELS_MAX = 64 };

/* Nobody who climbs from parent to parent, or from owner to owner, may do so for ever. */
static int hierarchy_check(struct dump_reader *r, bool by_owner)
{
	const struct snap_ns *nss = r->snap->nss;

	for (uint32_t start = 0; start < r->snap->nnss; start++) {
		int levels = 0;

		for (uint32_t ns = start; NS_REF_OK(ns) && levels <= LEVELS_MAX; levels++)
			ns = by_owner ? nss[ns].owner : nss[ns].parent;
		if (levels <= LEVELS_MAX)
			continue;
		r->place = (struct dump_place){
			.at = r->members[DUMP_NAMESPACES],
			.table = "namespaces",
			.in_row = true,
			.row = start,
			.member = by_owner ? "owner" : "parent",
		};
		return dump_fail(r, "nests deeper than any kernel allows, or in a circle");
	}
	return 0;
}

int dump_tables_finish(struct dump_reader *r)
{
	int err = hierarchy_check(r, false);

	if (err == 0)
		err = hierarchy_check(r, true);
	if (err == 0)
		err = table_sort(r, DUMP_THREADS);
	if (err == 0)
		err = table_sort(r, DUMP_FDS);
	if (err == 0)
		err = table_sort(r, DUMP_SOCKETS);
	if (err == 0)
		err = idmaps_sort(r->snap);
	return err;
}
