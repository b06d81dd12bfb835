/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_VIEW_FILTER_INTERNAL_H
#define NSVIEW_VIEW_FILTER_INTERNAL_H

#include "nsview/arena.h"
#include "nsview/cell.h"
#include "nsview/filter.h"

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the files of the filter share: lexer, parser, values, evaluation. */

enum {
	FILTER_LEN_MAX = 8192,
	FILTER_DEPTH_MAX = 64,
	FILTER_REGEX_WEIGHT_MAX = 512, /* of all regular expressions together */
};

enum filter_op { OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE };

/** A number without loss: an integer with 64 bits of magnitude, or else a fraction or something larger. */
struct filter_number {
	bool fraction;
	bool minus;    /* of an integer other than 0 */
	uint64_t mag;  /* of an integer */
	long double f; /* of a fraction; may be infinite, is never NaN */
};

enum filter_value_kind { VALUE_NONE, VALUE_BOOL, VALUE_NUMBER, VALUE_TEXT, VALUE_LIST };

struct filter_value {
	enum filter_value_kind kind;
	bool literal; /* a number that was written in the expression */
	union {
		bool yes;
		struct filter_number number;
		const char *text;
		struct {
			const char *const *v;
			size_t n;
		} list;
	};
};

/**
 * Read the number that s begins with, at most n bytes. Returns its length with its suffix, or 0 for none.
 * Whether what follows may stand there is for the caller to say.
 */
size_t filter_number_read(const char *s, size_t n, struct filter_number *ret);

/** -1, 0 or 1. */
int filter_number_order(const struct filter_number *a, const struct filter_number *b);

enum { FILTER_NUMBER_TEXT = 64 };

/** The decimal text of a number. */
void filter_number_text(const struct filter_number *n, char text[static FILTER_NUMBER_TEXT]);

/** The value in a cell; what is absent, unknown or an empty list has none. */
struct filter_value filter_value_of(struct cell cell);

/** Whether a value is something: not empty, not 0, not false. */
bool filter_value_true(const struct filter_value *v);

/** Whether a comparison holds. */
bool filter_value_compare(enum filter_op op, const struct filter_value *a, const struct filter_value *b);

/** Whether a value, or any element of it, matches. A value that is none does not. */
bool filter_value_match(const regex_t *re, const struct filter_value *v);

enum filter_token_kind {
	TOKEN_END,
	TOKEN_NAME,
	TOKEN_VALUE, /* number, string or boolean */
	TOKEN_AND,
	TOKEN_OR,
	TOKEN_NOT,
	TOKEN_COMPARE,
	TOKEN_MATCH,
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_BAD, /* nothing that the language knows */
};

struct filter_token {
	enum filter_token_kind kind;
	size_t pos, len;
	union {
		struct filter_value value; /* TOKEN_VALUE; a text is not terminated: it is at pos + 1, len - 2 bytes long */
		enum filter_op op;         /* TOKEN_COMPARE */
		bool negated;              /* TOKEN_MATCH */
		char quote;                /* TOKEN_BAD: the one that a string lacks at its end, or 0 */
	};
};

/** The token at or behind pos of an expression of len bytes. */
struct filter_token filter_lex(const char *expr, size_t len, size_t pos);

enum filter_node_kind { NODE_AND, NODE_OR, NODE_NOT, NODE_COMPARE, NODE_MATCH, NODE_COLUMN, NODE_VALUE };

struct filter_node {
	enum filter_node_kind kind;
	struct filter_node *next;  /* the parent's next child */
	struct filter_node *child; /* AND, OR: any number, so that a chain of them is flat; NOT, MATCH: one; COMPARE: two */
	union {
		enum filter_op op; /* COMPARE */
		struct {           /* MATCH */
			const regex_t *re;
			bool negated;
		} match;
		int column;
		struct filter_value value;
	};
};

struct filter_regex {
	regex_t re;
	struct filter_regex *next;
};

struct filter {
	struct arena arena; /* nodes, strings, regexes */
	struct filter_node *root;
	struct filter_regex *regexes;
	size_t weight; /* of the regexes */
};

/**
 * Compile a regular expression that lives as long as the filter.
 * 0; -EINVAL with what was expected instead in expected (size bytes); -ENOMEM.
 */
int filter_regex_add(struct filter *f, const char *pattern, const regex_t **ret, char *expected, size_t size);

/** Whether a text matches a regular expression of filter_regex_add(). Invalid UTF-8 in it is as many U+FFFD. */
bool filter_regex_match(const regex_t *re, const char *text);

#endif
