/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/filter_internal.h"

#include <math.h>
#include <string.h>

enum { UNORDERED = 2 };

static struct filter_value value_text(const char *s)
{
	return (struct filter_value){.kind = VALUE_TEXT, .text = s};
}

static struct filter_value value_i64(int64_t n)
{
	struct filter_number number = {.minus = n < 0, .mag = n < 0 ? 0 - (uint64_t)n : (uint64_t)n};

	return (struct filter_value){.kind = VALUE_NUMBER, .number = number};
}

/* Such cells have one decimal place: the double next to 12.3 is the 12.3 of an expression. */
static struct filter_value value_f64(double f)
{
	struct filter_number number = {.fraction = true, .f = f};
	long double tenths = (long double)f * 10 + (f < 0 ? -0.5L : 0.5L);

	if (tenths > -0x1p63L && tenths < 0x1p63L)
		number.f = (long double)(int64_t)tenths / 10;
	return (struct filter_value){.kind = isnan(f) ? VALUE_NONE : VALUE_NUMBER, .number = number};
}

struct filter_value filter_value_of(struct cell cell)
{
	struct filter_value none = {.kind = VALUE_NONE};

	switch (cell.kind) {
	case CELL_ABSENT:
	case CELL_UNKNOWN:
	case CELL_BOOL: /* no column has it */
	case CELL_PENDING:
		return none;
	case CELL_U64:
		return (struct filter_value){.kind = VALUE_NUMBER, .number = {.mag = cell.u64}};
	case CELL_I64:
		return value_i64(cell.i64);
	case CELL_F64:
		return value_f64(cell.f64);
	case CELL_STR:
		return value_text(cell.str);
	case CELL_LIST:
		if (cell.list.n)
			return (struct filter_value){.kind = VALUE_LIST, .list = {.v = cell.list.v, .n = cell.list.n}};
		return none;
	}
	return none;
}

bool filter_value_true(const struct filter_value *v)
{
	switch (v->kind) {
	case VALUE_NONE:
		return false;
	case VALUE_BOOL:
		return v->yes;
	case VALUE_NUMBER:
		return v->number.fraction ? v->number.f < 0 || v->number.f > 0 : v->number.mag != 0;
	case VALUE_TEXT:
		return *v->text != '\0';
	case VALUE_LIST:
		return true;
	}
	return false;
}

/* The order of a number and a text. */
static int order_number_text(const struct filter_value *n, const char *text)
{
	char digits[FILTER_NUMBER_TEXT];
	struct filter_number number;
	size_t len = strlen(text);

	if (len && filter_number_read(text, len, &number) == len)
		return filter_number_order(&n->number, &number);
	if (n->literal)
		return UNORDERED;
	filter_number_text(&n->number, digits);
	return strcmp(digits, text);
}

static int reversed(int order)
{
	return order == UNORDERED ? order : order < 0 ? 1 : order > 0 ? -1 : 0;
}

static int order_lists(const struct filter_value *a, const struct filter_value *b)
{
	for (size_t i = 0; i < a->list.n && i < b->list.n; i++) {
		int order = strcmp(a->list.v[i], b->list.v[i]);

		if (order)
			return order;
	}
	return (a->list.n > b->list.n) - (a->list.n < b->list.n);
}

/* Of two numbers or texts, or two lists. */
static int order_alike(const struct filter_value *a, const struct filter_value *b)
{
	if (a->kind == VALUE_LIST)
		return order_lists(a, b);
	if (a->kind == VALUE_NUMBER && b->kind == VALUE_NUMBER)
		return filter_number_order(&a->number, &b->number);
	if (a->kind == VALUE_NUMBER)
		return order_number_text(a, b->text);
	if (b->kind == VALUE_NUMBER)
		return reversed(order_number_text(b, a->text));
	return strcmp(a->text, b->text);
}

static bool holds(enum filter_op op, int order)
{
	if (order == UNORDERED)
		return op == OP_NE;
	switch (op) {
	case OP_EQ: return order == 0;
	case OP_NE: return order != 0;
	case OP_LT: return order < 0;
	case OP_LE: return order <= 0;
	case OP_GT: return order > 0;
	case OP_GE: return order >= 0;
	}
	return false;
}

static enum filter_op turned(enum filter_op op)
{
	switch (op) {
	case OP_LT: return OP_GT;
	case OP_LE: return OP_GE;
	case OP_GT: return OP_LT;
	case OP_GE: return OP_LE;
	default: return op;
	}
}

static bool any_holds(enum filter_op op, const struct filter_value *list, const struct filter_value *b)
{
	for (size_t i = 0; i < list->list.n; i++) {
		struct filter_value a = value_text(list->list.v[i]);

		if (holds(op, order_alike(&a, b)))
			return true;
	}
	return false;
}

static bool compare_list(enum filter_op op, const struct filter_value *list, const struct filter_value *b)
{
	return op == OP_NE ? !any_holds(OP_EQ, list, b) : any_holds(op, list, b);
}

bool filter_value_compare(enum filter_op op, const struct filter_value *a, const struct filter_value *b)
{
	if (a->kind == VALUE_NONE || b->kind == VALUE_NONE)
		return false;
	if (a->kind == VALUE_BOOL || b->kind == VALUE_BOOL)
		return holds(op, filter_value_true(a) - filter_value_true(b));
	if (a->kind == VALUE_LIST && b->kind != VALUE_LIST)
		return compare_list(op, a, b);
	if (b->kind == VALUE_LIST && a->kind != VALUE_LIST)
		return compare_list(turned(op), b, a);
	return holds(op, order_alike(a, b));
}

bool filter_value_match(const regex_t *re, const struct filter_value *v)
{
	char digits[FILTER_NUMBER_TEXT];

	switch (v->kind) {
	case VALUE_NONE:
		return false;
	case VALUE_BOOL:
		return filter_regex_match(re, v->yes ? "true" : "false");
	case VALUE_NUMBER:
		filter_number_text(&v->number, digits);
		return filter_regex_match(re, digits);
	case VALUE_TEXT:
		return filter_regex_match(re, v->text);
	case VALUE_LIST:
		for (size_t i = 0; i < v->list.n; i++)
			if (filter_regex_match(re, v->list.v[i]))
				return true;
		return false;
	}
	return false;
}
