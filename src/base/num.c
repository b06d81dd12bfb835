/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/num.h"

#include <errno.h>
#include <stdbool.h>

int num_u64_parse(const char *s, size_t len, uint64_t *ret)
{
	uint64_t n = 0;
	bool fits = true;

	if (len == 0)
		return -EINVAL;
	for (size_t i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -EINVAL;
		if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, (uint64_t)(s[i] - '0'), &n))
			fits = false;
	}
	if (!fits)
		return -ERANGE;
	*ret = n;
	return 0;
}

int num_u32_parse(const char *s, size_t len, uint32_t *ret)
{
	uint64_t n;
	int err = num_u64_parse(s, len, &n);

	if (err < 0)
		return err;
	if (n > UINT32_MAX)
		return -ERANGE;
	*ret = (uint32_t)n;
	return 0;
}

int num_i64_parse(const char *s, size_t len, int64_t *ret)
{
	bool minus = len > 0 && s[0] == '-';
	uint64_t n;
	int err = num_u64_parse(s + minus, len - minus, &n);

	if (err < 0)
		return err;
	if (n > (uint64_t)INT64_MAX + minus)
		return -ERANGE;
	*ret = minus ? (int64_t)(0 - n) : (int64_t)n;
	return 0;
}

uint64_t num_u64_add(uint64_t a, uint64_t b)
{
	return b > UINT64_MAX - a ? UINT64_MAX : a + b;
}
