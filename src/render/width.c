/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/width.h"

#include <limits.h>
#include <stdlib.h>
#include <wchar.h>

size_t width_of(const char *s)
{
	mbstate_t state = {0};
	size_t width = 0;

	while (*s) {
		wchar_t wc;
		size_t len = 1;
		int cells = 1;

		if (*s < ' ' || *s == 0x7f) {
			len = mbrtowc(&wc, s, MB_CUR_MAX, &state);
			if (len == 0 || len > MB_LEN_MAX)
				return width;
			cells = wcwidth(wc);
		}
		width += cells > 0 ? (size_t)cells : 0;
		s += len;
	}
	return width;
}
