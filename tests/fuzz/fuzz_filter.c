/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/filter.h"
#include "nsview/text.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * The input is an expression; what follows a NUL in it is the text of a cell. The laws that hold for
 * every expression are checked: its negation is its opposite, and parentheses change nothing.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const columns[] = {"NS", "TYPE", "PID", "NETNSID", "COMMAND", "NSFS", "USER", "CPU", "PPID"};

struct row {
	const struct filter *filter;
	const char *text;
};

static int resolve(const char *name, void *ctx)
{
	(void)ctx;
	for (int i = 0; i < 9; i++)
		if (text_ieq(columns[i], name))
			return i;
	return -ENOENT;
}

static struct cell fetch(int column, void *ctx)
{
	static const char *list[] = {"/run/netns/blue", "17", NULL};
	const struct row *row = ctx;

	if (!filter_uses(row->filter, column))
		abort();
	list[2] = row->text;
	switch (column) {
	case 0: return (struct cell){.kind = CELL_U64, .u64 = UINT64_MAX};
	case 1: return (struct cell){.kind = CELL_STR, .str = "net"};
	case 2: return (struct cell){.kind = CELL_U64, .u64 = 1};
	case 3: return (struct cell){.kind = CELL_I64, .i64 = INT64_MIN};
	case 4: return (struct cell){.kind = CELL_STR, .str = row->text};
	case 5: return (struct cell){.kind = CELL_LIST, .list = {.v = list, .n = 3}};
	case 6: return (struct cell){.kind = CELL_UNKNOWN};
	case 7: return (struct cell){.kind = CELL_F64, .f64 = 12.3};
	default: return (struct cell){.kind = CELL_ABSENT};
	}
}

static bool answer(const struct filter *f, const char *text)
{
	return filter_match(f, fetch, &(struct row){.filter = f, .text = text});
}

static void check_error(const char *expr, const struct filter_error *err)
{
	size_t word = strlen(err->word);

	if (err->pos > strlen(expr) || strncmp(expr + err->pos, err->word, word) || !*err->expected)
		abort();
	if (!word != (err->pos == strlen(expr)))
		abort();
}

/* The same expression inside of another one, which may be too long or too deep then. */
static void check_law(const char *before, const char *expr, const char *after, const char *text, bool expected)
{
	struct filter *f = NULL;
	struct filter_error err;
	char *whole = NULL;
	int rc;

	if (asprintf(&whole, "%s%s%s", before, expr, after) < 0)
		abort();
	rc = filter_parse(whole, resolve, NULL, &f, &err);
	if (rc < 0 ? rc != -E2BIG : answer(f, text) != expected)
		abort();
	filter_free(f);
	free(whole);
}

static void run(const char *expr, const char *text)
{
	struct filter *f = NULL;
	struct filter_error err;
	int rc = filter_parse(expr, resolve, NULL, &f, &err);
	bool yes;

	if (rc == -EINVAL)
		check_error(expr, &err);
	if (rc < 0)
		return;
	yes = answer(f, text);
	check_law("!(", expr, ")", text, !yes);
	check_law("(", expr, ") == true", text, yes);
	check_law("0 || ", expr, "", text, yes);
	check_law("", expr, " or (false)", text, yes);
	filter_free(f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *expr = malloc(size + 1);
	size_t len;

	if (!expr)
		return 0;
	if (size)
		memcpy(expr, data, size);
	expr[size] = '\0';
	len = strlen(expr);
	run(expr, len < size ? expr + len + 1 : "systemd");
	free(expr);
	return 0;
}
