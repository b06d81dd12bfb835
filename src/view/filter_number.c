/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/filter_internal.h"

#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Digits of a fraction behind which no long double tells a difference. */
enum { FRACTION_DIGITS = 40 };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Not strtold(3): that reads the decimal point of the user's locale. */
static size_t read_integer(const char *s, size_t n, struct filter_number *ret)
{
	size_t i = 0;

	for (; i < n && is_digit(s[i]); i++) {
		uint64_t digit = (uint64_t)(s[i] - '0'), mag;

		if (!ret->fraction &&
		    (__builtin_mul_overflow(ret->mag, 10, &mag) || __builtin_add_overflow(mag, digit, &mag))) {
			ret->fraction = true;
			ret->f = (long double)ret->mag;
		}
		if (ret->fraction)
			ret->f = ret->f * 10 + (long double)digit;
		else
			ret->mag = mag;
	}
	return i;
}

static size_t read_fraction(const char *s, size_t n, struct filter_number *ret)
{
	long double digits = 0, scale = 1;
	size_t i = 1;

	if (n < 2 || s[0] != '.' || !is_digit(s[1]))
		return 0;
	for (; i < n && is_digit(s[i]); i++) {
		if (i > FRACTION_DIGITS)
			continue;
		digits = digits * 10 + (long double)(s[i] - '0');
		scale *= 10;
	}
	if (!ret->fraction)
		ret->f = (long double)ret->mag;
	ret->fraction = true;
	/* One division of two exact numbers is rounded once. */
	if (!isinf(ret->f))
		ret->f = ret->f * scale + digits < 0x1p63L ? (ret->f * scale + digits) / scale : ret->f + digits / scale;
	return i;
}

static void multiply(struct filter_number *n, uint64_t by)
{
	uint64_t mag;

	if (!n->fraction && !__builtin_mul_overflow(n->mag, by, &mag)) {
		n->mag = mag;
		return;
	}
	if (!n->fraction)
		n->f = (long double)n->mag;
	n->fraction = true;
	n->f *= (long double)by;
}

/* K and KiB are 1024, KB is 1000, as in strtosize() of util-linux. */
static size_t read_suffix(const char *s, size_t n, struct filter_number *ret)
{
	static const char units[] = "KMGTPEZYkmgtpezy";
	const char *unit = n && *s ? strchr(units, *s) : NULL;
	bool binary = n >= 3 && s[1] == 'i' && s[2] == 'B';
	bool decimal = n >= 2 && s[1] == 'B';

	if (!unit)
		return 0;
	for (long power = (unit - units) % 8; power >= 0; power--)
		multiply(ret, decimal ? 1000 : 1024);
	return binary ? 3 : decimal ? 2 : 1;
}

size_t filter_number_read(const char *s, size_t n, struct filter_number *ret)
{
	struct filter_number number = {0};
	bool minus = n && *s == '-';
	size_t len = minus, digits = read_integer(s + len, n - len, &number);

	if (!digits)
		return 0;
	len += digits;
	len += read_fraction(s + len, n - len, &number);
	len += read_suffix(s + len, n - len, &number);
	number.minus = minus && !number.fraction && number.mag;
	if (minus)
		number.f = -number.f;
	*ret = number;
	return len;
}

static int order_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int order_fractions(long double a, long double b)
{
	return (a > b) - (a < b);
}

/* The integer is not converted: where long double is double, 2^64 - 1 would become 2^64. */
static int order_magnitude(uint64_t n, long double f)
{
	uint64_t whole;

	if (f < 0)
		return 1;
	if (f >= 0x1p64L)
		return -1;
	whole = (uint64_t)f;
	return n != whole ? order_u64(n, whole) : f > (long double)whole ? -1 : 0;
}

static int order_mixed(const struct filter_number *n, long double f)
{
	return n->minus ? -order_magnitude(n->mag, -f) : order_magnitude(n->mag, f);
}

int filter_number_order(const struct filter_number *a, const struct filter_number *b)
{
	if (a->fraction && b->fraction)
		return order_fractions(a->f, b->f);
	if (b->fraction)
		return order_mixed(a, b->f);
	if (a->fraction)
		return -order_mixed(b, a->f);
	if (a->minus != b->minus)
		return a->minus ? -1 : 1;
	return a->minus ? order_u64(b->mag, a->mag) : order_u64(a->mag, b->mag);
}

/* In the user's locale a fraction may have a comma, or several bytes, in place of its point. */
static void write_fraction(long double f, char text[static FILTER_NUMBER_TEXT])
{
	const char *point = localeconv()->decimal_point;
	char *at;

	snprintf(text, FILTER_NUMBER_TEXT, "%.18Lg", f);
	at = strstr(text, point);
	if (!at)
		return;
	memmove(at + 1, at + strlen(point), strlen(at + strlen(point)) + 1);
	*at = '.';
}

void filter_number_text(const struct filter_number *n, char text[static FILTER_NUMBER_TEXT])
{
	if (n->fraction)
		write_fraction(n->f, text);
	else
		snprintf(text, FILTER_NUMBER_TEXT, "%s%" PRIu64, n->minus ? "-" : "", n->mag);
}
