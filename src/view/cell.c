/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/arena.h"
#include "nsview/column.h"

#include <inttypes.h>
#include <string.h>

/* The two largest units tell enough of a span: 3d04h, 2h07m, 5m09s, 12s. */
static const char *seconds_text(uint64_t s, struct arena *scratch)
{
	if (s >= 86400)
		return arena_printf(scratch, "%" PRIu64 "d%02uh", s / 86400, (unsigned)(s % 86400 / 3600));
	if (s >= 3600)
		return arena_printf(scratch, "%uh%02um", (unsigned)(s / 3600), (unsigned)(s % 3600 / 60));
	if (s >= 60)
		return arena_printf(scratch, "%um%02us", (unsigned)(s / 60), (unsigned)(s % 60));
	return arena_printf(scratch, "%us", (unsigned)s);
}

static const char *bytes_text(uint64_t n, struct arena *scratch)
{
	static const char units[] = "BKMGTPE";
	size_t unit = 0;
	uint64_t tenths = 0; /* of the unit */

	while (n >= 1024) {
		tenths = (n % 1024) * 10 / 1024;
		n /= 1024;
		unit++;
	}
	if (unit == 0 || n >= 10)
		return arena_printf(scratch, "%" PRIu64 "%c", n, units[unit]);
	return arena_printf(scratch, "%" PRIu64 ".%u%c", n, (unsigned)tenths, units[unit]);
}

static const char *number_text(const struct column *col, uint64_t n, bool raw, struct arena *scratch)
{
	if (!raw && col->unit == UNIT_SECONDS)
		return seconds_text(n, scratch);
	if (!raw && col->unit == UNIT_BYTES)
		return bytes_text(n, scratch);
	return arena_u64(scratch, n);
}

/* As wide as it is when it matters: 0.4, 99.9, 250. */
static const char *decimal_text(double d, bool raw, struct arena *scratch)
{
	return arena_printf(scratch, d >= 99.95 && !raw ? "%.0f" : "%.1f", d);
}

static const char *join(const char *const *v, size_t n, struct arena *scratch)
{
	size_t len = 1;
	char *s, *end;

	for (size_t i = 0; i < n; i++)
		len += strlen(v[i]) + 1;
	s = end = arena_alloc(scratch, len);
	for (size_t i = 0; s && i < n; i++) {
		if (i)
			*end++ = ',';
		end = stpcpy(end, v[i]);
	}
	return s;
}

const char *cell_text(const struct column *col, struct cell cell, bool raw, struct arena *scratch)
{
	switch (cell.kind) {
	case CELL_ABSENT:
		return "-";
	case CELL_UNKNOWN:
		return "?";
	case CELL_PENDING:
		return "";
	case CELL_STR:
		return cell.str;
	case CELL_U64:
		return number_text(col, cell.u64, raw, scratch);
	case CELL_I64:
		if (col->unit == UNIT_NETNSID && cell.i64 < 0)
			return "unassigned";
		return arena_printf(scratch, "%" PRId64, cell.i64);
	case CELL_LIST:
		return join(cell.list.v, cell.list.n, scratch);
	case CELL_F64:
		return decimal_text(cell.f64, raw, scratch);
	case CELL_BOOL:
		return cell.yes ? "yes" : "no";
	}
	return "";
}

static int rank(struct cell c)
{
	return c.kind == CELL_ABSENT ? 3 : c.kind == CELL_UNKNOWN ? 2 : c.kind == CELL_PENDING ? 1 : 0;
}

static int compare_lists(struct cell a, struct cell b)
{
	for (size_t i = 0; i < a.list.n && i < b.list.n; i++) {
		int order = strcmp(a.list.v[i], b.list.v[i]);

		if (order)
			return order;
	}
	return (a.list.n > b.list.n) - (a.list.n < b.list.n);
}

int cell_compare(struct cell a, struct cell b)
{
	if (rank(a) || rank(b))
		return rank(a) - rank(b);
	if (a.kind != b.kind)
		return (int)a.kind - (int)b.kind;
	switch (a.kind) {
	case CELL_U64:
		return (a.u64 > b.u64) - (a.u64 < b.u64);
	case CELL_I64:
		return (a.i64 > b.i64) - (a.i64 < b.i64);
	case CELL_STR:
		return strcmp(a.str, b.str);
	case CELL_LIST:
		return compare_lists(a, b);
	case CELL_F64:
		return (a.f64 > b.f64) - (a.f64 < b.f64);
	default:
		return 0;
	}
}
