/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/out.h"

#include "cmd/msg.h"
#include "cmd/opts.h"
#include "nsview/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

int out_color_parse(const char *s, enum out_color *ret)
{
	if (!s || !*s || !strcmp(s, "always"))
		*ret = OUT_COLOR_ALWAYS;
	else if (!strcmp(s, "never"))
		*ret = OUT_COLOR_NEVER;
	else if (!strcmp(s, "auto"))
		*ret = OUT_COLOR_AUTO;
	else {
		msg("--color takes auto, always or never, not '%s'", s);
		return -EINVAL;
	}
	return 0;
}

/* COLUMNS wins over the terminal, as in the tools of util-linux. */
static size_t width(bool tty)
{
	const char *columns = getenv("COLUMNS");
	struct winsize ws;

	if (columns && *columns) {
		long n = strtol(columns, NULL, 10);

		if (n > 0 && n < 100000)
			return (size_t)n;
	}
	if (!tty)
		return 0;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_col > 0)
		return ws.ws_col;
	return 80;
}

static bool color_wanted(enum out_color color, bool tty)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	if (color != OUT_COLOR_AUTO)
		return color == OUT_COLOR_ALWAYS;
	return tty && !(no_color && *no_color) && term && *term && strcmp(term, "dumb") != 0;
}

struct style out_style(enum out_color color)
{
	bool tty = isatty(STDOUT_FILENO);

	return (struct style){
		.width = width(tty),
		.tty = tty,
		.color = color_wanted(color, tty),
		.utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8"),
		.headings = true,
		.truncate = true,
		.wrap = true,
	};
}

void out_version(void)
{
	const char *const *features = scan_features();

	fputs("nsview " NSVIEW_VERSION "\nfeatures:", stdout);
	for (size_t i = 0; features[i]; i++)
		printf(" %s", features[i]);
	puts(*features ? "" : " none");
}

int out_close(int status, int trouble)
{
	bool failed = ferror(stdout);
	int err = errno;

	/* A standard output that nsview was started without is a failure only for who wrote to it. */
	if (!failed && !__fpending(stdout) && fcntl(STDOUT_FILENO, F_GETFD) < 0)
		return status;
	if (fclose(stdout) != 0 && !(failed && errno == EBADF)) {
		failed = true;
		err = errno;
	}
	if (!failed || err == EPIPE)
		return status;
	msg("cannot write to standard output: %s", strerror(err));
	return status ? status : trouble;
}
