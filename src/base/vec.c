/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/vec.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

int vec_reserve_(void **p, size_t *cap, size_t need, size_t size)
{
	size_t n = *cap ? *cap : 8;

	if (need <= *cap)
		return 0;
	while (n < need) {
		if (n > SIZE_MAX / 2 / size)
			return -ENOMEM;
		n *= 2;
	}

	void *grown = reallocarray(*p, n, size);

	if (!grown)
		return -ENOMEM;
	*p = grown;
	*cap = n;
	return 0;
}
