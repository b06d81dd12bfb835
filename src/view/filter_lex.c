/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/filter_internal.h"

#include <string.h>
#include <strings.h>

/* Not ctype.h: the language is the same in every locale. */
static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_name(char c)
{
	return is_letter(c) || is_digit(c) || (c && strchr("_.%:/-", c));
}

struct spelling {
	const char *text;
	enum filter_token_kind kind;
	int detail; /* the operator; negated; yes */
};

/* A longer one stands before those that it begins with. */
static const struct spelling signs[] = {
	{"&&", TOKEN_AND, 0},
	{"||", TOKEN_OR, 0},
	{"==", TOKEN_COMPARE, OP_EQ},
	{"!=", TOKEN_COMPARE, OP_NE},
	{"<=", TOKEN_COMPARE, OP_LE},
	{"<", TOKEN_COMPARE, OP_LT},
	{">=", TOKEN_COMPARE, OP_GE},
	{">", TOKEN_COMPARE, OP_GT},
	{"=~", TOKEN_MATCH, false},
	{"!~", TOKEN_MATCH, true},
	{"!", TOKEN_NOT, 0},
	{"(", TOKEN_OPEN, 0},
	{")", TOKEN_CLOSE, 0},
};

static const struct spelling words[] = {
	{"and", TOKEN_AND, 0},
	{"or", TOKEN_OR, 0},
	{"not", TOKEN_NOT, 0},
	{"eq", TOKEN_COMPARE, OP_EQ},
	{"ne", TOKEN_COMPARE, OP_NE},
	{"lt", TOKEN_COMPARE, OP_LT},
	{"le", TOKEN_COMPARE, OP_LE},
	{"gt", TOKEN_COMPARE, OP_GT},
	{"ge", TOKEN_COMPARE, OP_GE},
	{"true", TOKEN_VALUE, true},
	{"false", TOKEN_VALUE, false},
};

static struct filter_token spelled(const struct spelling *s, size_t pos)
{
	struct filter_token t = {.kind = s->kind, .pos = pos, .len = strlen(s->text)};

	if (t.kind == TOKEN_COMPARE)
		t.op = (enum filter_op)s->detail;
	else if (t.kind == TOKEN_MATCH)
		t.negated = s->detail;
	else if (t.kind == TOKEN_VALUE)
		t.value = (struct filter_value){.kind = VALUE_BOOL, .yes = s->detail};
	return t;
}

static size_t name_len(const char *s, size_t n)
{
	size_t len = 0;

	while (len < n && is_name(s[len]))
		len++;
	return len;
}

static struct filter_token lex_word(const char *expr, size_t len, size_t pos)
{
	size_t n = name_len(expr + pos, len - pos);

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i].text) == n && !strncasecmp(words[i].text, expr + pos, n))
			return spelled(&words[i], pos);
	return (struct filter_token){.kind = TOKEN_NAME, .pos = pos, .len = n};
}

static struct filter_token lex_string(const char *expr, size_t len, size_t pos)
{
	const char *end = memchr(expr + pos + 1, expr[pos], len - pos - 1);

	if (!end)
		return (struct filter_token){.kind = TOKEN_BAD, .pos = pos, .len = len - pos, .quote = expr[pos]};
	return (struct filter_token){
		.kind = TOKEN_VALUE,
		.pos = pos,
		.len = (size_t)(end - (expr + pos)) + 1,
		.value = {.kind = VALUE_TEXT, .text = expr + pos + 1},
	};
}

static struct filter_token lex_number(const char *expr, size_t len, size_t pos)
{
	struct filter_token t = {.kind = TOKEN_VALUE, .pos = pos, .value = {.kind = VALUE_NUMBER, .literal = true}};
	size_t rest;

	t.len = filter_number_read(expr + pos, len - pos, &t.value.number);
	rest = name_len(expr + pos + t.len, len - pos - t.len);
	if (rest)
		return (struct filter_token){.kind = TOKEN_BAD, .pos = pos, .len = t.len + rest};
	return t;
}

static struct filter_token lex_sign(const char *expr, size_t len, size_t pos)
{
	size_t end = pos + 1;

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (!strncmp(signs[i].text, expr + pos, strlen(signs[i].text)))
			return spelled(&signs[i], pos);
	while (end < len && !is_space(expr[end]) && !is_name(expr[end]) && !strchr("()\"'", expr[end]))
		end++;
	return (struct filter_token){.kind = TOKEN_BAD, .pos = pos, .len = end - pos};
}

struct filter_token filter_lex(const char *expr, size_t len, size_t pos)
{
	while (pos < len && is_space(expr[pos]))
		pos++;
	if (pos == len)
		return (struct filter_token){.kind = TOKEN_END, .pos = pos};
	if (is_letter(expr[pos]))
		return lex_word(expr, len, pos);
	if (expr[pos] == '"' || expr[pos] == '\'')
		return lex_string(expr, len, pos);
	if (is_digit(expr[pos]) || (expr[pos] == '-' && pos + 1 < len && is_digit(expr[pos + 1])))
		return lex_number(expr, len, pos);
	return lex_sign(expr, len, pos);
}
