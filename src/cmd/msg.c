/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/msg.h"

#include "nsview/arena.h"
#include "nsview/fd.h"
#include "nsview/text.h"

#include <stdarg.h>
#include <stdio.h>

static const char *command;

void msg_command(const char *name)
{
	command = name;
}

void msg(const char *fmt, ...)
{
	AUTO_FREE char *line = NULL;
	struct arena a = {0};
	va_list ap;

	va_start(ap, fmt);
	int n = vasprintf(&line, fmt, ap);
	va_end(ap);
	if (n < 0)
		line = NULL; /* no memory */

	const char *safe = line ? text_safe(&a, line, false) : NULL;

	fprintf(stderr, "nsview%s%s: %s\n", command ? " " : "", command ? command : "", safe ? safe : "out of memory");
	arena_done(&a);
}
