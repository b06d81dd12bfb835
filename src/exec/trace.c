/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/trace.h"

#include "nsview/arena.h"
#include "nsview/text.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One write a line, so that lines of two processes never mix. What it holds may be anyone's file names. */
static void tell(const struct trace *t, struct arena *a, const char *text)
{
	const char *safe = text ? text_safe(a, text, false) : NULL;
	const char *line = arena_printf(a, "%-6s %5d  %s\n", t->side, (int)getpid(), safe ? safe : "(out of memory)");
	size_t len = line ? strlen(line) : 0;

	while (len > 0) {
		ssize_t n = write(t->fd, line, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		line += n;
		len -= (size_t)n;
	}
}

static const char *error_name(int err)
{
#ifdef __GLIBC__
	return strerrorname_np(err);
#else
	return strerror(err);
#endif
}

__attribute__((format(printf, 2, 0))) static const char *format(struct arena *a, const char *fmt, va_list ap)
{
	char *text = NULL;
	const char *copy;

	if (vasprintf(&text, fmt, ap) < 0)
		return NULL;
	copy = arena_strdup(a, text);
	free(text);
	return copy;
}

long trace_call(const struct trace *t, long result, const char *fmt, ...)
{
	struct arena a = {0};
	const char *call;
	va_list ap;

	if (t->fd < 0)
		return result;
	va_start(ap, fmt);
	call = format(&a, fmt, ap);
	va_end(ap);
	if (call && result < 0)
		call = arena_printf(&a, "%s = -1 %s (%s)", call, error_name((int)-result), strerror((int)-result));
	else if (call)
		call = arena_printf(&a, "%s = %ld", call, result);
	tell(t, &a, call);
	arena_done(&a);
	return result;
}

void trace_note(const struct trace *t, const char *fmt, ...)
{
	struct arena a = {0};
	va_list ap;

	if (t->fd < 0)
		return;
	va_start(ap, fmt);
	tell(t, &a, format(&a, fmt, ap));
	va_end(ap);
	arena_done(&a);
}

void trace_birth(const struct trace *t)
{
	trace_call(t, getpid(), "getpid()");
	trace_call(t, getppid(), "getppid()");
}

static int visible(const struct dirent *e)
{
	return strcmp(e->d_name, ".") && strcmp(e->d_name, "..");
}

void trace_root(const struct trace *t, const char *when)
{
	struct arena a = {0};
	struct dirent **names;
	const char *text = "";
	int n;

	if (t->fd < 0)
		return;
	n = scandir("/", &names, visible, alphasort);
	if (n < 0) {
		trace_note(t, "%s, / cannot be read: %s", when, strerror(errno));
		return;
	}
	for (int i = 0; i < n; i++) {
		if (text)
			text = arena_printf(&a, "%s %s", text, names[i]->d_name);
		free(names[i]);
	}
	free(names);
	trace_note(t, "%s, / holds:%s", when, text ? text : " (out of memory)");
	arena_done(&a);
}
