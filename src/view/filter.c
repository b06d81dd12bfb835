/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/filter.h"

#include "view/filter_internal.h"

#include <stdlib.h>

struct row_access {
	filter_fetch_fn *fetch;
	void *ctx;
};

/* Recursion is as deep as parentheses may nest. */
static bool node_true(const struct filter_node *n, const struct row_access *row);

static struct filter_value node_value(const struct filter_node *n, const struct row_access *row)
{
	if (n->kind == NODE_VALUE)
		return n->value;
	if (n->kind == NODE_COLUMN)
		return filter_value_of(row->fetch(n->column, row->ctx));
	return (struct filter_value){.kind = VALUE_BOOL, .yes = node_true(n, row)};
}

static bool all_true(const struct filter_node *n, const struct row_access *row)
{
	for (; n; n = n->next)
		if (!node_true(n, row))
			return false;
	return true;
}

static bool any_true(const struct filter_node *n, const struct row_access *row)
{
	for (; n; n = n->next)
		if (node_true(n, row))
			return true;
	return false;
}

static bool comparison_true(const struct filter_node *n, const struct row_access *row)
{
	struct filter_value a = node_value(n->child, row), b = node_value(n->child->next, row);

	return filter_value_compare(n->op, &a, &b);
}

static bool match_true(const struct filter_node *n, const struct row_access *row)
{
	struct filter_value v = node_value(n->child, row);

	return v.kind != VALUE_NONE && filter_value_match(n->match.re, &v) != n->match.negated;
}

static bool value_true(const struct filter_node *n, const struct row_access *row)
{
	struct filter_value v = node_value(n, row);

	return filter_value_true(&v);
}

static bool node_true(const struct filter_node *n, const struct row_access *row)
{
	switch (n->kind) {
	case NODE_AND:
		return all_true(n->child, row);
	case NODE_OR:
		return any_true(n->child, row);
	case NODE_NOT:
		return !node_true(n->child, row);
	case NODE_COMPARE:
		return comparison_true(n, row);
	case NODE_MATCH:
		return match_true(n, row);
	case NODE_COLUMN:
	case NODE_VALUE:
		return value_true(n, row);
	}
	return false;
}

bool filter_match(const struct filter *f, filter_fetch_fn *fetch, void *ctx)
{
	return node_true(f->root, &(struct row_access){.fetch = fetch, .ctx = ctx});
}

static bool node_uses(const struct filter_node *n, int column)
{
	if (n->kind == NODE_COLUMN)
		return n->column == column;
	if (n->kind == NODE_VALUE)
		return false;
	for (n = n->child; n; n = n->next)
		if (node_uses(n, column))
			return true;
	return false;
}

bool filter_uses(const struct filter *f, int column)
{
	return node_uses(f->root, column);
}

void filter_free(struct filter *f)
{
	if (!f)
		return;
	for (struct filter_regex *r = f->regexes; r; r = r->next)
		regfree(&r->re);
	arena_done(&f->arena);
	free(f);
}
