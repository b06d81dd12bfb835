/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/filter_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct parser {
	const char *expr;
	size_t len;
	filter_resolve_fn *resolve;
	void *ctx;
	struct filter *filter;
	struct filter_error *err;
	struct filter_token token; /* the next one */
	unsigned depth;            /* of parentheses */
	bool compared;             /* what was read last is a comparison, which no other may follow */
};

static const char an_operand[] = "a column, number or string";

static int parse_chain(struct parser *p, enum filter_node_kind kind, struct filter_node **ret);

static void advance(struct parser *p)
{
	p->token = filter_lex(p->expr, p->len, p->token.pos + p->token.len);
}

/* Tell where the parse ends: at pos, where word_len bytes stand that should not. */
static int refuse(struct parser *p, size_t pos, size_t word_len, const char *expected)
{
	struct filter_error *e = p->err;

	memset(e, 0, sizeof(*e));
	e->pos = pos;
	snprintf(e->expected, sizeof(e->expected), "%s", expected);
	if (word_len >= sizeof(e->word))
		word_len = sizeof(e->word) - 1;
	memcpy(e->word, p->expr + pos, word_len);
	return -EINVAL;
}

static int refuse_token(struct parser *p, const char *expected)
{
	return refuse(p, p->token.pos, p->token.len, expected);
}

/* A string without its end, where a value should stand, is told by what it lacks. */
static int refuse_operand(struct parser *p, const char *expected)
{
	const struct filter_token *t = &p->token;

	if (t->kind == TOKEN_BAD && t->quote)
		return refuse(p, p->len, 0, t->quote == '"' ? "a closing '\"'" : "a closing \"'\"");
	return refuse_token(p, expected);
}

static int node_new(struct parser *p, struct filter_node node, struct filter_node **ret)
{
	struct filter_node *n = arena_alloc(&p->filter->arena, sizeof(*n));

	if (!n)
		return -ENOMEM;
	*n = node;
	*ret = n;
	return 0;
}

static int parse_column(struct parser *p, struct filter_node **ret)
{
	struct filter_node node = {.kind = NODE_COLUMN};
	char *name = arena_strndup(&p->filter->arena, p->expr + p->token.pos, p->token.len);

	if (!name)
		return -ENOMEM;
	node.column = p->resolve(name, p->ctx);
	if (node.column < 0) {
		refuse_token(p, "the name of a column");
		p->err->unknown_column = true;
		return -EINVAL;
	}
	advance(p);
	return node_new(p, node, ret);
}

static int parse_text(struct parser *p, const char **ret)
{
	char *text = arena_strndup(&p->filter->arena, p->expr + p->token.pos + 1, p->token.len - 2);

	*ret = text;
	return text ? 0 : -ENOMEM;
}

static int parse_value(struct parser *p, struct filter_node **ret)
{
	struct filter_node node = {.kind = NODE_VALUE, .value = p->token.value};

	if (node.value.kind == VALUE_TEXT && parse_text(p, &node.value.text) < 0)
		return -ENOMEM;
	advance(p);
	return node_new(p, node, ret);
}

static int parse_group(struct parser *p, struct filter_node **ret)
{
	int err;

	if (p->depth == FILTER_DEPTH_MAX)
		return -E2BIG;
	p->depth++;
	advance(p);
	err = parse_chain(p, NODE_OR, ret);
	if (err < 0)
		return err;
	if (p->token.kind != TOKEN_CLOSE)
		return refuse_token(p, p->compared ? "'&&', '||' or ')'" : "an operator or ')'");
	p->depth--;
	advance(p);
	return 0;
}

static int parse_operand(struct parser *p, struct filter_node **ret)
{
	switch (p->token.kind) {
	case TOKEN_NAME:
		return parse_column(p, ret);
	case TOKEN_VALUE:
		return parse_value(p, ret);
	case TOKEN_OPEN:
		return parse_group(p, ret);
	default:
		return refuse_operand(p, an_operand);
	}
}

/* The rest of a comparison, from its operator on. */
static int parse_compare(struct parser *p, struct filter_node *left, struct filter_node **ret)
{
	struct filter_node node = {.kind = NODE_COMPARE, .child = left, .op = p->token.op};
	int err;

	advance(p);
	err = parse_operand(p, &left->next);
	if (err < 0)
		return err;
	return node_new(p, node, ret);
}

static int parse_match(struct parser *p, struct filter_node *left, struct filter_node **ret)
{
	struct filter_node node = {.kind = NODE_MATCH, .child = left, .match.negated = p->token.negated};
	char expected[sizeof(p->err->expected)];
	const char *pattern;
	int err;

	advance(p);
	if (p->token.kind != TOKEN_VALUE || p->token.value.kind != VALUE_TEXT)
		return refuse_operand(p, "a regular expression in quotes");
	if (parse_text(p, &pattern) < 0)
		return -ENOMEM;
	err = filter_regex_add(p->filter, pattern, &node.match.re, expected, sizeof(expected));
	if (err == -EINVAL)
		return refuse_token(p, expected);
	if (err < 0)
		return err;
	advance(p);
	return node_new(p, node, ret);
}

static int parse_comparison(struct parser *p, struct filter_node **ret)
{
	struct filter_node *left = NULL;
	int err = parse_operand(p, &left);

	if (err)
		return err;
	p->compared = p->token.kind == TOKEN_COMPARE || p->token.kind == TOKEN_MATCH;
	if (!p->compared) {
		*ret = left;
		return 0;
	}
	err = p->token.kind == TOKEN_COMPARE ? parse_compare(p, left, ret) : parse_match(p, left, ret);
	p->compared = true;
	return err;
}

/* Any number of negations, of which at most two are kept: "not not X" is a boolean where X may be something else. */
static int parse_not(struct parser *p, struct filter_node **ret)
{
	size_t n = 0;
	int err;

	for (; p->token.kind == TOKEN_NOT; n++)
		advance(p);
	err = parse_comparison(p, ret);
	for (n = n ? 2 - n % 2 : 0; err == 0 && n; n--)
		err = node_new(p, (struct filter_node){.kind = NODE_NOT, .child = *ret}, ret);
	return err;
}

static int parse_link(struct parser *p, enum filter_node_kind kind, struct filter_node **ret)
{
	return kind == NODE_OR ? parse_chain(p, NODE_AND, ret) : parse_not(p, ret);
}

/* Operands joined by "or", each of which is operands joined by "and". */
static int parse_chain(struct parser *p, enum filter_node_kind kind, struct filter_node **ret)
{
	enum filter_token_kind joint = kind == NODE_OR ? TOKEN_OR : TOKEN_AND;
	struct filter_node *first = NULL, *last;
	int err = parse_link(p, kind, &first);

	if (err)
		return err;
	if (p->token.kind != joint) {
		*ret = first;
		return 0;
	}
	for (last = first; p->token.kind == joint; last = last->next) {
		advance(p);
		err = parse_link(p, kind, &last->next);
		if (err)
			return err;
	}
	return node_new(p, (struct filter_node){.kind = kind, .child = first}, ret);
}

static int parse_all(struct parser *p)
{
	int err;

	p->token = filter_lex(p->expr, p->len, 0);
	err = parse_chain(p, NODE_OR, &p->filter->root);
	if (err < 0)
		return err;
	if (p->token.kind != TOKEN_END)
		return refuse_token(p, p->compared ? "'&&', '||' or the end" : "an operator or the end");
	return 0;
}

int filter_parse(const char *expr, filter_resolve_fn *resolve, void *ctx, struct filter **ret, struct filter_error *err)
{
	struct parser p = {.expr = expr, .resolve = resolve, .ctx = ctx, .err = err};
	int rc;

	p.len = strnlen(expr, FILTER_LEN_MAX + 1);
	if (p.len > FILTER_LEN_MAX)
		return -E2BIG;
	p.filter = calloc(1, sizeof(*p.filter));
	if (!p.filter)
		return -ENOMEM;
	rc = parse_all(&p);
	if (rc < 0)
		filter_free(p.filter);
	else
		*ret = p.filter;
	return rc;
}
