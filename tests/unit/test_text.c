/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/text.h"
#include "unit.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* The Unicode standard's definition, by computing: what text_utf8_len() must agree with. */
static size_t reference_len(const unsigned char *b, size_t n)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t len = b[0] < 0x80 ? 1 : b[0] >> 5 == 6 ? 2 : b[0] >> 4 == 14 ? 3 : b[0] >> 3 == 30 ? 4 : 0;
	uint32_t c = len == 1 ? b[0] : len ? b[0] & (0x7fu >> len) : 0;

	if (!len || len > n)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if (b[i] >> 6 != 2)
			return 0;
		c = c << 6 | (b[i] & 0x3f);
	}
	return c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff) ? 0 : len;
}

START_TEST(characters_that_json_leaves_and_terminals_obey_are_found)
{
	static const char *const found[] = {"\x7f",         "\xc2\x80",     "\xc2\x9b",     "\xd8\x9c",     "\xe2\x80\x8e",
					    "\xe2\x80\xa8", "\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x81\xa9", "\xef\xbb\xbf"};
	static const char *const passed[] = {"", "a\n", "\xc2\xa0", "\xe2\x80\x8d", "\xe2\x80\x9e", "\xf0\x9f\x90\x99", "\xc2", "\x80"};
	uint32_t c;
	size_t len;

	for (size_t i = 0; i < sizeof(found) / sizeof(found[0]); i++) {
		char s[16];

		snprintf(s, sizeof(s), "ab%s-", found[i]);
		ck_assert_uint_eq(text_unsafe_find(s, strlen(s), &c, &len), 2);
		ck_assert_uint_eq(len, strlen(found[i]));
	}
	ck_assert_uint_eq(text_unsafe_find("\xe2\x80\xae", 3, &c, &len), 0);
	ck_assert_uint_eq(c, 0x202e);
	for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++)
		ck_assert_uint_eq(text_unsafe_find(passed[i], strlen(passed[i]), &c, &len), strlen(passed[i]));
}
END_TEST

START_TEST(utf8_is_what_unicode_says_it_is)
{
	static const unsigned char third[] = {0, 0x20, 0x7f, 0x80, 0xa0, 0xbf, 0xc0, 0xff};
	const size_t n3 = sizeof(third);

	for (unsigned a = 0; a < 256; a++)
		for (unsigned b = 0; b < 256; b++)
			for (size_t c = 0; c < n3 * n3; c++) {
				unsigned char s[] = {(unsigned char)a, (unsigned char)b, third[c / n3], third[c % n3]};

				/* An assertion tells its parent that it was passed: too slow for all that are. */
				for (size_t n = 1; n <= 4; n++)
					if (text_utf8_len((char *)s, n) != reference_len(s, n))
						ck_abort_msg("%02x %02x %02x %02x, length %zu", s[0], s[1], s[2], s[3], n);
			}
}
END_TEST

START_TEST(a_text_is_valid_when_all_of_it_is)
{
	ck_assert(text_utf8_valid("", 0));
	ck_assert(text_utf8_valid(NULL, 0));
	ck_assert(text_utf8_valid("a\0b", 3));
	ck_assert(text_utf8_valid("\xf4\x8f\xbf\xbf", 4));
	ck_assert(!text_utf8_valid("ok\x80", 3));
	ck_assert(!text_utf8_valid("ok\xe2\x82", 4));
	ck_assert(!text_utf8_valid("\xed\xa0\x80", 3)); /* a surrogate */
	ck_assert(!text_utf8_valid("\xf4\x90\x80\x80", 4));
}
END_TEST

static void assert_safe(const char *s, const char *want)
{
	struct arena a = {0};

	ck_assert_str_eq(text_safe(&a, s, false), want);
	arena_done(&a);
}

START_TEST(what_is_harmless_is_not_copied)
{
	static const char *const fine[] = {"", " ", "~", "bash -c 'x'", "\xc2\xa0", "\xc3\xa4", "\xe2\x82\xac",
					   "\xf0\x9f\x90\xa7", "back\\slash", "\xe2\x80\xa7", "\xe2\x80\xaf"};
	struct arena a = {0};

	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++) {
		ck_assert_ptr_eq(text_safe(&a, fine[i], false), fine[i]);
		ck_assert_ptr_eq(text_utf8(&a, fine[i]), fine[i]);
	}
	ck_assert_ptr_null(a.head);
}
END_TEST

START_TEST(controls_are_escaped_byte_by_byte)
{
	assert_safe("\x1b[31mred\x1b]0;title\x07", "\\x1b[31mred\\x1b]0;title\\x07");
	assert_safe("a\nb\tc\rd\x08", "a\\x0ab\\x09c\\x0dd\\x08");
	assert_safe("\x7f", "\\x7f");
	assert_safe("\xc2\x9b" "31m", "\\xc2\\x9b31m"); /* CSI as one C1 character */
	assert_safe("\xc2\x80\xc2\x9f\xc2\xa0", "\\xc2\\x80\\xc2\\x9f\xc2\xa0");
}
END_TEST

START_TEST(broken_utf8_is_escaped_and_what_follows_is_not)
{
	assert_safe("\x9b" "31m", "\\x9b31m");
	assert_safe("\xc3(", "\\xc3(");
	assert_safe("\xe2\x82", "\\xe2\\x82");
	assert_safe("\xe2\x82\x1b", "\\xe2\\x82\\x1b");
	assert_safe("\xf0\x9f\xc3\xa4", "\\xf0\\x9f\xc3\xa4");
	assert_safe("\xff\xfe", "\\xff\\xfe");
	assert_safe("\xc0\x9b", "\\xc0\\x9b"); /* overlong ESC */
}
END_TEST

START_TEST(characters_that_turn_or_break_the_line_are_escaped)
{
	assert_safe("a\xe2\x80\xae" "b", "a\\xe2\\x80\\xaeb"); /* right-to-left override */
	assert_safe("\xe2\x80\xa8", "\\xe2\\x80\\xa8");        /* line separator */
	assert_safe("\xe2\x81\xa6", "\\xe2\\x81\\xa6");        /* left-to-right isolate */
	assert_safe("\xd8\x9c", "\\xd8\\x9c");                 /* Arabic letter mark */
	assert_safe("\xef\xbb\xbf", "\\xef\\xbb\\xbf");        /* byte order mark */
}
END_TEST

START_TEST(ascii_terminals_get_ascii)
{
	struct arena a = {0};

	ck_assert_str_eq(text_safe(&a, "\xc3\xa4~\x1f", true), "\\xc3\\xa4~\\x1f");
	ck_assert_str_eq(text_safe(&a, "plain", true), "plain");
	arena_done(&a);
}
END_TEST

START_TEST(json_text_keeps_controls_and_replaces_broken_bytes)
{
	struct arena a = {0};

	ck_assert_str_eq(text_utf8(&a, "\x1b\n\x7f"), "\x1b\n\x7f");
	ck_assert_str_eq(text_utf8(&a, "a\xff\xc3\xa4\xe2\x82"), "a\xef\xbf\xbd\xc3\xa4\xef\xbf\xbd\xef\xbf\xbd");
	ck_assert_str_eq(text_utf8(&a, "\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	arena_done(&a);
}
END_TEST

START_TEST(every_byte_comes_out_harmless)
{
	struct arena a = {0};
	char s[256 + 1];

	for (int i = 0; i < 255; i++)
		s[i] = (char)(i + 1);
	s[255] = '\0';
	for (const char *p = text_safe(&a, s, true); *p; p++)
		ck_assert(*p >= ' ' && *p <= '~');
	const char *utf8 = text_utf8(&a, s);
	ck_assert(text_utf8_valid(utf8, strlen(utf8)));
	arena_done(&a);
}
END_TEST

START_TEST(case_matters_not_for_ascii_alone)
{
	ck_assert(text_ieq("", ""));
	ck_assert(text_ieq("NetNsID", "netnsid"));
	ck_assert(!text_ieq("a", ""));
	ck_assert(!text_ieq("", "a"));
	ck_assert(!text_ieq("ab", "abc"));
	ck_assert(!text_ieq("@", "`")); /* 32 apart like letters, but none */
	ck_assert(!text_ieq("[", "{"));
	ck_assert(!text_ieq("\xc3\x84", "\xc3\xa4"));
	ck_assert(text_ieqn("MOUNTS", "mount", 5));
	ck_assert(!text_ieqn("MOUNTS", "mount", 6));
	ck_assert(text_ieqn("a", "b", 0));
	ck_assert(text_ieqn("a", "a\0b", 3));
}
END_TEST

static const char *const commands[] = {"list", "tree", "show", "find", "diff", "enter", "run", "top", "watch", "doctor"};

static const char *nearest_command(const char *word)
{
	return text_nearest(word, commands, sizeof(commands) / sizeof(commands[0]));
}

START_TEST(a_slip_of_the_finger_is_recognised)
{
	ck_assert_str_eq(nearest_command("lsit"), "list");
	ck_assert_str_eq(nearest_command("lis"), "list");
	ck_assert_str_eq(nearest_command("LIST"), "list");
	ck_assert_str_eq(nearest_command("docter"), "doctor");
	ck_assert_str_eq(nearest_command("shwo"), "show");
	ck_assert_str_eq(nearest_command("rn"), "run");
	ck_assert_str_eq(nearest_command("ru"), "run");
	ck_assert_str_eq(nearest_command("do"), "doctor");
}
END_TEST

START_TEST(what_resembles_nothing_finds_nothing)
{
	ck_assert_ptr_null(nearest_command(""));
	ck_assert_ptr_null(nearest_command("xyzzy"));
	ck_assert_ptr_null(nearest_command("q"));
	ck_assert_ptr_null(nearest_command("rest")); /* half of it is not near */
	ck_assert_ptr_null(nearest_command("a-word-that-is-much-too-long-to-be-a-slip"));
	ck_assert_ptr_null(text_nearest("list", commands, 0));
}
END_TEST

START_TEST(the_nearest_of_several_wins)
{
	static const char *const users[] = {"OUID", "OUSER", "UID", "USER"};
	static const char *const nets[] = {"netnsid-of-a-peer", "nets", "netnsids"};

	ck_assert_str_eq(text_nearest("USE", users, 4), "USER");
	ck_assert_str_eq(text_nearest("OUSR", users, 4), "OUSER");
	/* A beginning counts, but never more than a nearer word, and the first of several does. */
	ck_assert_str_eq(text_nearest("net", nets, 3), "nets");
	ck_assert_str_eq(text_nearest("OU", users, 4), "OUID");
}
END_TEST

START_TEST(a_long_candidate_is_found_by_its_beginning)
{
	static const char *const long_ones[] = {"exactly-thirty-two-letters-long1", "more-than-thirty-two-letters-long"};

	ck_assert_str_eq(text_nearest("exactly-thirty-two-letters-long2", long_ones, 2), long_ones[0]);
	ck_assert_str_eq(text_nearest("exactly", long_ones, 2), long_ones[0]);
	ck_assert_str_eq(text_nearest("more-than", long_ones, 2), long_ones[1]);
}
END_TEST

int main(void)
{
	return unit_run("text", utf8_is_what_unicode_says_it_is, a_text_is_valid_when_all_of_it_is,
			what_is_harmless_is_not_copied, controls_are_escaped_byte_by_byte,
			broken_utf8_is_escaped_and_what_follows_is_not, characters_that_turn_or_break_the_line_are_escaped,
			ascii_terminals_get_ascii, json_text_keeps_controls_and_replaces_broken_bytes,
			characters_that_json_leaves_and_terminals_obey_are_found,
			every_byte_comes_out_harmless, case_matters_not_for_ascii_alone,
			a_slip_of_the_finger_is_recognised, what_resembles_nothing_finds_nothing,
			the_nearest_of_several_wins, a_long_candidate_is_found_by_its_beginning);
}
