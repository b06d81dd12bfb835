/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/filter.h"

#include "nsview/text.h"
#include "unit.h"

#include <errno.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* A row whose columns hold one value of each kind. Column numbers are indices. */
static const char *const paths[] = {"/run/netns/blue", "/run/netns/green", "10"};

static const struct {
	const char *name;
	struct cell cell;
} row[] = {
	{"ABSENT", {.kind = CELL_ABSENT}},
	{"UNKNOWN", {.kind = CELL_UNKNOWN}},
	{"ZERO", {.kind = CELL_U64, .u64 = 0}},
	{"FIVE", {.kind = CELL_U64, .u64 = 5}},
	{"SIZE", {.kind = CELL_U64, .u64 = 1536}},
	{"MAX", {.kind = CELL_U64, .u64 = UINT64_MAX}},
	{"LESS", {.kind = CELL_U64, .u64 = UINT64_MAX - 1}},
	{"MINUS", {.kind = CELL_I64, .i64 = -1}},
	{"MIN", {.kind = CELL_I64, .i64 = INT64_MIN}},
	{"SHARE", {.kind = CELL_F64, .f64 = 12.3}},
	{"NONE", {.kind = CELL_F64, .f64 = 0}},
	{"TEXT", {.kind = CELL_STR, .str = "systemd"}},
	{"DIGITS", {.kind = CELL_STR, .str = "42"}},
	{"EMPTY", {.kind = CELL_STR, .str = ""}},
	{"LIST", {.kind = CELL_LIST, .list = {.v = paths, .n = 3}}},
	{"SHORT", {.kind = CELL_LIST, .list = {.v = paths, .n = 1}}},
	{"NOTHING", {.kind = CELL_LIST}},
	{"a.b_c%d:e/f-9", {.kind = CELL_U64, .u64 = 1}},
};

enum { COLUMNS = sizeof(row) / sizeof(row[0]) };

static int resolve(const char *name, void *ctx)
{
	(void)ctx;
	for (int i = 0; i < COLUMNS; i++)
		if (text_ieq(row[i].name, name))
			return i;
	return -ENOENT;
}

static struct cell fetch(int column, void *ctx)
{
	unsigned *fetched = ctx;

	if (fetched)
		*fetched |= 1u << column;
	return row[column].cell;
}

static struct cell fetch_cell(int column, void *ctx)
{
	(void)column;
	return *(struct cell *)ctx;
}

static struct filter *parsed(const char *expr)
{
	struct filter_error why = {0};
	struct filter *f = NULL;
	int err = filter_parse(expr, resolve, NULL, &f, &why);

	ck_assert_msg(err == 0, "'%s': %s at %zu, found '%s'", expr, why.expected, why.pos, why.word);
	return f;
}

static bool passes(const char *expr)
{
	struct filter *f = parsed(expr);
	bool pass = filter_match(f, fetch, NULL);

	filter_free(f);
	return pass;
}

static void all_pass(const char *const *exprs, size_t n, bool pass)
{
	for (size_t i = 0; i < n; i++)
		ck_assert_msg(passes(exprs[i]) == pass, "'%s' is not %s", exprs[i], pass ? "true" : "false");
}

#define COUNT(...) (sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))
#define TRUE(...)  all_pass((const char *const[]){__VA_ARGS__}, COUNT(__VA_ARGS__), true)
#define FALSE(...) all_pass((const char *const[]){__VA_ARGS__}, COUNT(__VA_ARGS__), false)

START_TEST(a_bare_value_is_true_when_it_is_not_empty_or_zero)
{
	TRUE("FIVE", "MINUS", "MAX", "TEXT", "LIST", "1", "0.5", "-0.5", "'x'", "\"0\"", "'false'", "true",
	     "TRUE");
	FALSE("ZERO", "EMPTY", "ABSENT", "UNKNOWN", "NOTHING", "0", "-0", "0.0", "-0.0", "''", "\"\"", "false",
	      "False");
}
END_TEST

START_TEST(all_spellings_of_the_operators_mean_the_same)
{
	TRUE("FIVE == 5", "FIVE eq 5", "FIVE EQ 5", "FIVE != 6", "FIVE ne 6", "FIVE Ne 6");
	TRUE("FIVE < 6", "FIVE lt 6", "FIVE <= 5", "FIVE LE 5", "FIVE > 4", "FIVE gt 4", "FIVE >= 5",
	     "FIVE GE 5");
	FALSE("FIVE == 6", "FIVE != 5", "FIVE < 5", "FIVE <= 4", "FIVE > 5", "FIVE >= 6");
	TRUE("1 && 1", "1 and 1", "1 AND 1", "0 || 1", "0 or 1", "0 oR 1", "!0", "not 0", "NOT 0", "! 0");
	TRUE("FIVE==5", "FIVE>4&&FIVE<6", "\t FIVE\n==\r5 ", "(FIVE)==(5)", "not(0)");
}
END_TEST

START_TEST(or_binds_less_than_and_less_than_not_less_than_a_comparison)
{
	TRUE("1 || 0 && 0", "0 && 0 || 1", "1 or 1 and 0");
	FALSE("(1 || 0) && 0", "0 && (0 || 1)");
	TRUE("not FIVE == 6", "!FIVE == 0", "! ZERO == 5 && 1");
	FALSE("not FIVE == 5", "! 1 || 0", "! 0 && 0");
	TRUE("(! FIVE) == false", "!!FIVE", "(!!FIVE) == true", "not not not ZERO");
	FALSE("!!ZERO", "!!!FIVE");
	TRUE("(FIVE > 4) == (ZERO < 1)", "(FIVE > 6) < true", "((((FIVE))))");
}
END_TEST

START_TEST(numbers_take_binary_suffixes_and_decimal_ones_with_a_B)
{
	TRUE("1K == 1024", "1KiB == 1024", "1k == 1024", "1KB == 1000", "1M == 1048576", "1MB == 1000000");
	TRUE("1G == 1073741824", "1T == 1024G", "1P == 1024TiB", "1E == 1152921504606846976", "15E < 16E",
	     "1Z == 1024E", "1Y > 1Z");
	TRUE("1.5K == 1536", "SIZE == 1.5K", "SIZE == 1.5KiB", "SIZE > 1.4K", "SIZE > 1.5KB", "0.5 < 1",
	     "-1K == -1024");
	TRUE("SIZE == '1.5K'", "'1K' == 1024");
}
END_TEST

START_TEST(sixty_four_bits_compare_without_rounding)
{
	TRUE("MAX == 18446744073709551615", "MAX > 18446744073709551614", "LESS < MAX", "LESS != MAX",
	     "LESS == 18446744073709551614");
	TRUE("MAX < 16E", "MAX < 18446744073709551616", "MAX < 18446744073709551615.5",
	     "LESS < 18446744073709551615.0");
	TRUE("MAX == '18446744073709551615'", "MAX != '18446744073709551614'",
	     "MAX < 99999999999999999999999999");
	TRUE("MIN == -9223372036854775808", "MIN < -9223372036854775807", "MIN > -9223372036854775809",
	     "MIN < MINUS", "MIN < MAX");
	TRUE("MINUS == -1", "MINUS < 0", "MINUS < MAX", "MINUS > -1.5", "MINUS < -0.5", "MINUS == -1.0",
	     "ZERO == -0", "0 > -1E");
	TRUE("9007199254740993 > 9007199254740992.0", "9007199254740993 != 9007199254740992");
}
END_TEST

START_TEST(fractions_are_numbers)
{
	TRUE("0.1 < 0.2", "1.5 > 1", "1.5 < 2", "1.50 == 1.5", "FIVE == 5.0", "FIVE < 5.000001",
	     "FIVE > 4.999999", "12.34 == '12.34'");
	TRUE("1.00000000000000000000000000000000000000000000000000000000000001 > 0");
	TRUE("1.5 == '1.5'", "1.5 > 1.25", "1.5 =~ '^1'");
}
END_TEST

START_TEST(a_cell_with_a_decimal_place_equals_the_number_that_it_shows)
{
	TRUE("SHARE == 12.3", "SHARE == '12.3'", "SHARE > 12", "SHARE < 12.31", "SHARE > 12.29", "SHARE =~ '^12[.]3$'");
	TRUE("SHARE", "!NONE", "NONE == 0", "NONE == 0.0", "SHARE > NONE", "MAX > SHARE", "SHARE > MINUS", "SHARE != TEXT");
	FALSE("SHARE != 12.3", "SHARE == 12", "SHARE < FIVE");
}
END_TEST

START_TEST(a_number_of_thousands_of_digits_is_large)
{
	char expr[6000] = "MAX < ";

	memset(expr + 6, '9', sizeof(expr) - 7);
	TRUE(expr);
	memcpy(expr, "MAX > -", 7);
	TRUE(expr);
	memcpy(expr + sizeof(expr) - 8, "9.9YiB", 6);
	expr[sizeof(expr) - 2] = '\0';
	TRUE(expr);
}
END_TEST

START_TEST(text_is_compared_byte_by_byte)
{
	TRUE("TEXT == 'systemd'", "TEXT == \"systemd\"", "TEXT != 'Systemd'", "TEXT > 'bash'",
	     "TEXT < 'systemd-networkd'", "EMPTY == ''");
	TRUE("'b' > 'a'", "'a' eq 'a'", "'10' < '9'", "DIGITS == '42'", "DIGITS != '42.0'",
	     "\"it's\" == \"it's\"");
	FALSE("TEXT == 'system'", "TEXT == ''", "TEXT < 'a'");
}
END_TEST

START_TEST(a_text_that_is_a_number_is_compared_with_numbers_as_one)
{
	TRUE("FIVE == '5'", "FIVE == '5.0'", "FIVE < '10'", "'10' > FIVE", "DIGITS == 42", "DIGITS > 5",
	     "42.0 == DIGITS", "DIGITS > FIVE");
	FALSE("FIVE == '6'", "DIGITS < 5", "DIGITS != 42");
}
END_TEST

START_TEST(a_text_that_is_no_number_differs_from_every_number)
{
	TRUE("TEXT != 5", "5 != TEXT", "FIVE != 'five'", "'5 ' != FIVE", "FIVE != '5x'", "EMPTY != 0",
	     "ZERO != ''");
	FALSE("TEXT == 5", "FIVE == 'five'", "EMPTY == 0", "'5x' == FIVE", "' 5' == FIVE", "'0x5' == FIVE");
	FALSE("TEXT < 5", "TEXT > 5", "TEXT <= 5", "TEXT >= 5", "5 < TEXT", "5 > TEXT");
	TRUE("FIVE < 'five'", "FIVE < '5x'", "FIVE > ''", "'five' > FIVE", "FIVE < TEXT",
	     "MINUS < 'unassigned'");
}
END_TEST

START_TEST(a_boolean_is_compared_with_whether_the_other_is_true)
{
	TRUE("FIVE == true", "ZERO == false", "true == FIVE", "TEXT == TRUE", "EMPTY == false", "LIST == true",
	     "true > false", "ZERO < true");
	FALSE("FIVE == false", "ZERO == true", "true != FIVE", "false > true");
	FALSE("ABSENT == false", "UNKNOWN == false", "ABSENT != true");
	TRUE("(FIVE == 5) =~ '^true$'", "(FIVE == 6) =~ '^false$'");
}
END_TEST

START_TEST(a_list_matches_when_any_element_does)
{
	TRUE("LIST == '/run/netns/blue'", "LIST == '/run/netns/green'", "'/run/netns/green' == LIST",
	     "LIST == 10", "LIST < 11", "11 > LIST");
	TRUE("LIST != '/run/netns/red'", "LIST =~ 'green$'", "LIST !~ 'red'", "LIST > '/run/netns/c'",
	     "'/run/netns/c' < LIST", "TEXT > LIST");
	FALSE("LIST == '/run/netns/red'", "LIST != '/run/netns/green'", "'/run/netns/blue' != LIST",
	      "LIST =~ 'red'", "LIST !~ 'green'");
	FALSE("LIST > 11", "11 < LIST", "'!' > LIST");
}
END_TEST

START_TEST(two_lists_are_compared_as_wholes)
{
	TRUE("LIST == LIST", "SHORT != LIST", "SHORT < LIST", "LIST >= SHORT");
	FALSE("LIST == SHORT", "LIST != LIST", "LIST < LIST");
}
END_TEST

START_TEST(what_is_not_there_compares_with_nothing)
{
	static const char *const operators[] = {"==", "!=", "<", "<=", ">", ">="};
	static const char *const columns[] = {"ABSENT", "UNKNOWN", "NOTHING"};
	static const char *const others[] = {"0", "''", "'x'", "false", "FIVE", "TEXT", "LIST", "ABSENT"};
	char expr[64];

	for (size_t c = 0; c < 3; c++) {
		for (size_t o = 0; o < 6; o++) {
			for (size_t i = 0; i < 8; i++) {
				snprintf(expr, sizeof(expr), "%s %s %s", columns[c], operators[o], others[i]);
				FALSE(expr);
				snprintf(expr, sizeof(expr), "%s %s %s", others[i], operators[o], columns[c]);
				FALSE(expr);
			}
		}
	}
	FALSE("ABSENT =~ '.*'", "ABSENT !~ 'x'", "UNKNOWN =~ ''", "UNKNOWN !~ 'x'", "NOTHING !~ 'x'");
	TRUE("!ABSENT", "!UNKNOWN", "!NOTHING", "!(ABSENT == 1)", "not ABSENT != 1", "not ABSENT !~ 'x'");
}
END_TEST

START_TEST(regular_expressions_are_posix_extended)
{
	TRUE("TEXT =~ '^sys'", "TEXT =~ 'd$'", "TEXT =~ 'tem'", "TEXT !~ '^d'", "TEXT =~ '^(sys|ini)t'",
	     "TEXT =~ '^[a-z]{7}$'", "TEXT =~ ''");
	TRUE("TEXT =~ 's(ys)?t+e.*'", "'a.b' =~ 'a\\.b'", "'a]b' =~ '[]]'", "'(' =~ '[(]'", "'x{' =~ 'x[{]'",
	     "FIVE =~ '^5$'", "MINUS =~ '^-1$'");
	TRUE("'4f1c2d3e-0000-4000-8000-123456789abc' =~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'",
	     "'a' =~ \"[[:alpha:]]\"");
	TRUE("'a-b-' =~ '^([a-z]+-)*$'", "'' =~ '^(x|y*)$'", "'aab' =~ '^(a{1,2})+b'", "'x' =~ '^(|a)x'",
	     "'1.2.3.4' =~ '^([0-9]{1,3}[.]?){4}$'");
	FALSE("TEXT =~ 'SYS'", "TEXT !~ 'sys'", "TEXT =~ '^$'", "'axb' =~ 'a\\.b'", "FIVE =~ '6'");
}
END_TEST

START_TEST(the_ends_of_a_text_are_not_those_of_a_line)
{
	TRUE("'a\nb' =~ 'b$'", "'a\nb' =~ '^a.b$'", "'a\nb' =~ 'a\nb'", "'a\nb' =~ '(^a|x)'", "'a\nb' !~ '^b'",
	     "'a\nb' !~ 'a$'", "'a\n' !~ '^$'");
	FALSE("'a\nb' =~ '(^|x)b'", "'a\nb' =~ 'x?^b'", "'a\nb' =~ 'a($|x)'");
}
END_TEST

/* Both would take minutes if the search started again at each byte. */
START_TEST(a_long_text_is_searched_in_one_pass)
{
	static char text[1 << 20];
	struct cell cell = {.kind = CELL_STR, .str = text};
	struct filter *f = parsed("TEXT =~ '.*b' || TEXT =~ 'a+b' || TEXT =~ '^a+b' || TEXT =~ '(a|aa)+c'");

	memset(text, 'a', sizeof(text) - 1);
	ck_assert(!filter_match(f, fetch_cell, &cell));
	text[sizeof(text) - 2] = 'b';
	ck_assert(filter_match(f, fetch_cell, &cell));
	filter_free(f);
}
END_TEST

START_TEST(characters_count_in_regular_expressions_and_invalid_bytes_as_one_each)
{
	ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
	TRUE("'\xc3\xa4\xc3\xb6' =~ '^..$'", "'\xc3\xa4x' =~ '^[\xc3\xa4\xc3\xb6]x$'", "'\xff\xfe sh' =~ 'sh$'",
	     "'\xff\xfe' =~ '^..$'");
	FALSE("'\xc3\xa4' =~ '^..$'");
}
END_TEST

START_TEST(columns_may_be_compared_with_columns)
{
	TRUE("FIVE > ZERO", "FIVE == FIVE", "TEXT == TEXT", "five == Five", "a.b_c%d:e/f-9 == 1",
	     "MAX > MINUS");
}
END_TEST

static const struct {
	const char *expr;
	size_t pos;
	const char *expected, *word;
} bads[] = {
	{"", 0, "a column, number or string", ""},
	{"  ", 2, "a column, number or string", ""},
	{"FIVE >", 6, "a column, number or string", ""},
	{"FIVE > ", 7, "a column, number or string", ""},
	{"FIVE > )", 7, "a column, number or string", ")"},
	{"FIVE > > 1", 7, "a column, number or string", ">"},
	{"FIVE == !1", 8, "a column, number or string", "!"},
	{"FIVE &&", 7, "a column, number or string", ""},
	{"&& FIVE", 0, "a column, number or string", "&&"},
	{"not", 3, "a column, number or string", ""},
	{"()", 1, "a column, number or string", ")"},
	{"12abc", 0, "a column, number or string", "12abc"},
	{"FIVE == 1.", 8, "a column, number or string", "1."},
	{"FIVE == 1.2.3", 8, "a column, number or string", "1.2.3"},
	{"FIVE == 1KiBs", 8, "a column, number or string", "1KiBs"},
	{"FIVE == 0x10", 8, "a column, number or string", "0x10"},
	{"FIVE == - 1", 8, "a column, number or string", "-"},
	{"_x", 0, "a column, number or string", "_"},
	{"FIVE = 5", 5, "an operator or the end", "="},
	{"FIVE & 5", 5, "an operator or the end", "&"},
	{"FIVE ZERO", 5, "an operator or the end", "ZERO"},
	{"FIVE 'x'", 5, "an operator or the end", "'x'"},
	{"FIVE)", 4, "an operator or the end", ")"},
	{"(FIVE) 5", 7, "an operator or the end", "5"},
	{"FIVE not 5", 5, "an operator or the end", "not"},
	{"FIVE \xc3\xa4", 5, "an operator or the end", "\xc3\xa4"},
	{"FIVE == 5 == 1", 10, "'&&', '||' or the end", "=="},
	{"1 < FIVE < 9", 9, "'&&', '||' or the end", "<"},
	{"FIVE == 5 6", 10, "'&&', '||' or the end", "6"},
	{"FIVE =~ '5' =~ 'x'", 12, "'&&', '||' or the end", "=~"},
	{"(FIVE", 5, "an operator or ')'", ""},
	{"((FIVE == 5) 5)", 13, "an operator or ')'", "5"},
	{"(FIVE == 5", 10, "'&&', '||' or ')'", ""},
	{"(FIVE == 5 7)", 11, "'&&', '||' or ')'", "7"},
	{"TEXT == 'x", 10, "a closing \"'\"", ""},
	{"TEXT == \"x", 10, "a closing '\"'", ""},
	{"TEXT =~ \"x'", 11, "a closing '\"'", ""},
	{"TEXT =~", 7, "a regular expression in quotes", ""},
	{"TEXT =~ sys", 8, "a regular expression in quotes", "sys"},
	{"TEXT =~ 5", 8, "a regular expression in quotes", "5"},
	{"TEXT !~ ('x')", 8, "a regular expression in quotes", "("},
	{"TEXT =~ '(a)\\1'", 8, "a regular expression without back references", "'(a)\\1'"},
	{"TEXT =~ '(a*)*'", 8, "a regular expression that repeats nothing that may be empty", "'(a*)*'"},
	{"TEXT =~ '(x|^$)+'", 8, "a regular expression that repeats nothing that may be empty", "'(x|^$)+'"},
	{"TEXT =~ 'a{0,3}{2}'", 8, "a regular expression that repeats nothing that may be empty", "'a{0,3}{2}'"},
	{"TEXT =~ '(()x?)?'", 8, "a regular expression that repeats nothing that may be empty", "'(()x?)?'"},
	{"TEXT =~ '*a'", 8, "a regular expression that repeats nothing that may be empty", "'*a'"},
	{"TEXT =~ 'a)'", 8, "a regular expression (with a '(' for each ')')", "'a)'"},
	{"TEXT =~ 'a{1000}{1000}'", 8, "a smaller regular expression", "'a{1000}{1000}'"},
	{"TEXT =~ '((a{255}){255}){255}'", 8, "a smaller regular expression", "'((a{255}){255}){255}'"},
	{"TEXT =~ '(ab*){9999}'", 8, "a smaller regular expression", "'(ab*){9999}'"},
	{"TEXT =~ '((((((((((((a+)+)+)+)+)+)+)+)+)+)+)+)+'", 8, "a smaller regular expression",
	 "'((((((((((((a+)+)+)+)+)+)+)+)+)+)+)+)+'"},
	{"COLOUR", 0, "the name of a column", "COLOUR"},
	{"FIVE == 5 && Colour > 1", 13, "the name of a column", "Colour"},
};

START_TEST(an_error_names_its_place_and_what_was_expected)
{
	struct filter *f = (struct filter *)0x1;
	struct filter_error why;

	memset(&why, 0x5a, sizeof(why));
	ck_assert_int_eq(filter_parse(bads[_i].expr, resolve, NULL, &f, &why), -EINVAL);
	ck_assert_str_eq(why.expected, bads[_i].expected);
	ck_assert_uint_eq(why.pos, bads[_i].pos);
	ck_assert_str_eq(why.word, bads[_i].word);
	ck_assert_int_eq(why.unknown_column, !strcmp(why.expected, "the name of a column"));
	ck_assert_ptr_eq(f, (struct filter *)0x1);
}
END_TEST

START_TEST(a_bad_regular_expression_says_what_is_wrong_with_it)
{
	static const char *const patterns[] = {
		"TEXT =~ '('", "TEXT =~ '[a'", "TEXT !~ 'a{2,1}'", "TEXT =~ '[[:nix:]]'", "TEXT =~ 'x\\'",
	};
	struct filter_error why;
	struct filter *f;

	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		ck_assert_int_eq(filter_parse(patterns[i], resolve, NULL, &f, &why), -EINVAL);
		ck_assert_msg(strstr(why.expected, "a regular expression (") == why.expected, "%s", why.expected);
		ck_assert_uint_eq(why.pos, 8);
		ck_assert_int_eq(why.word[0], '\'');
	}
}
END_TEST

START_TEST(a_long_word_is_cut_in_the_error)
{
	char expr[500] = "FIVE == 5 && ";
	struct filter_error why;
	struct filter *f;

	memset(expr + 13, 'x', sizeof(expr) - 14);
	ck_assert_int_eq(filter_parse(expr, resolve, NULL, &f, &why), -EINVAL);
	ck_assert_uint_eq(strlen(why.word), sizeof(why.word) - 1);
	ck_assert(why.unknown_column);
	ck_assert_uint_eq(why.pos, 13);
}
END_TEST

static int parse_only(const char *expr)
{
	struct filter_error why;
	struct filter *f = NULL;
	int err = filter_parse(expr, resolve, NULL, &f, &why);

	filter_free(f);
	return err;
}

START_TEST(nesting_and_length_have_limits)
{
	char expr[9000];
	int depth = 0;

	for (;; depth++) {
		memset(expr, '(', (size_t)depth);
		expr[depth] = '1';
		memset(expr + depth + 1, ')', (size_t)depth);
		expr[2 * depth + 1] = '\0';
		if (parse_only(expr) < 0)
			break;
	}
	ck_assert_int_eq(parse_only(expr), -E2BIG);
	ck_assert_int_eq(depth, 65);

	memset(expr, '(', 8192);
	expr[8192] = '\0';
	ck_assert_int_eq(parse_only(expr), -E2BIG);
	memset(expr, ' ', 8192);
	expr[0] = '1';
	ck_assert_int_eq(parse_only(expr), 0);
	memset(expr, ' ', 8193);
	expr[8193] = '\0';
	ck_assert_int_eq(parse_only(expr), -E2BIG);
}
END_TEST

/* Chains are flat: as many links as fit. */
START_TEST(chains_and_negations_do_not_nest)
{
	char expr[8192];

	for (size_t i = 0; i + 3 < sizeof(expr); i += 3)
		memcpy(expr + i, i + 6 < sizeof(expr) ? "1&&" : "0  ", 4);
	FALSE(expr);
	for (size_t i = 0; i + 3 < sizeof(expr); i += 3)
		memcpy(expr + i, i + 6 < sizeof(expr) ? "0||" : "1  ", 4);
	TRUE(expr);
	memset(expr, '!', 8190);
	memcpy(expr + 8190, "1", 2);
	TRUE(expr);
	memcpy(expr, "  !", 3);
	TRUE(expr);
	memcpy(expr, " !!", 3);
	FALSE(expr);
}
END_TEST

START_TEST(all_regular_expressions_together_have_a_limit)
{
	char expr[8000] = "1";

	for (size_t n = 1; n + 32 < sizeof(expr); n += strlen(expr + n))
		strcpy(expr + n, "||TEXT=~'(ab?){90}'");
	ck_assert_int_eq(parse_only(expr), -EINVAL);
}
END_TEST

START_TEST(the_columns_that_are_used_are_known)
{
	struct filter *f = parsed("FIVE > 1 && (TEXT =~ 'x' || !(ZERO == LIST))");
	static const char *const used[] = {"FIVE", "TEXT", "ZERO", "LIST"};
	unsigned expected = 0;

	for (size_t i = 0; i < 4; i++)
		expected |= 1u << resolve(used[i], NULL);
	for (int i = 0; i < COLUMNS; i++)
		ck_assert_int_eq(filter_uses(f, i), expected >> i & 1);
	filter_free(f);
	f = parsed("'FIVE' == 1");
	ck_assert(!filter_uses(f, resolve("FIVE", NULL)));
	filter_free(f);
}
END_TEST

START_TEST(what_the_left_decides_the_right_is_not_asked_for)
{
	struct filter *f = parsed("ZERO && TEXT || FIVE || LIST");
	unsigned fetched = 0;

	ck_assert(filter_match(f, fetch, &fetched));
	ck_assert_uint_eq(fetched, 1u << resolve("ZERO", NULL) | 1u << resolve("FIVE", NULL));
	filter_free(f);
	filter_free(NULL);
}
END_TEST

static TCase *errors(void)
{
	TCase *t = tcase_create("errors");

	tcase_add_loop_test(t, an_error_names_its_place_and_what_was_expected, 0, sizeof(bads) / sizeof(bads[0]));
	tcase_add_test(t, a_bad_regular_expression_says_what_is_wrong_with_it);
	tcase_add_test(t, a_long_word_is_cut_in_the_error);
	tcase_add_test(t, nesting_and_length_have_limits);
	tcase_add_test(t, chains_and_negations_do_not_nest);
	tcase_add_test(t, all_regular_expressions_together_have_a_limit);
	tcase_set_timeout(t, 60);
	return t;
}

static TCase *meaning(void)
{
	const TTest *const tests[] = {
		a_bare_value_is_true_when_it_is_not_empty_or_zero,
		all_spellings_of_the_operators_mean_the_same,
		or_binds_less_than_and_less_than_not_less_than_a_comparison,
		numbers_take_binary_suffixes_and_decimal_ones_with_a_B,
		sixty_four_bits_compare_without_rounding,
		fractions_are_numbers,
		a_cell_with_a_decimal_place_equals_the_number_that_it_shows,
		a_number_of_thousands_of_digits_is_large,
		text_is_compared_byte_by_byte,
		a_text_that_is_a_number_is_compared_with_numbers_as_one,
		a_text_that_is_no_number_differs_from_every_number,
		a_boolean_is_compared_with_whether_the_other_is_true,
		a_list_matches_when_any_element_does,
		two_lists_are_compared_as_wholes,
		what_is_not_there_compares_with_nothing,
		regular_expressions_are_posix_extended,
		the_ends_of_a_text_are_not_those_of_a_line,
		a_long_text_is_searched_in_one_pass,
		characters_count_in_regular_expressions_and_invalid_bytes_as_one_each,
		columns_may_be_compared_with_columns,
		the_columns_that_are_used_are_known,
		what_the_left_decides_the_right_is_not_asked_for,
	};
	TCase *t = tcase_create("meaning");

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		tcase_add_test(t, tests[i]);
	tcase_set_timeout(t, 60);
	return t;
}

int main(void)
{
	Suite *suite = suite_create("filter");
	int failed;

	suite_add_tcase(suite, meaning());
	suite_add_tcase(suite, errors());

	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
