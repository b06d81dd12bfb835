/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/from.h"

#include "cmd/msg.h"
#include "cmd/opts.h"
#include "nsview/dump.h"
#include "nsview/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

/* What is read at first where the size is not known: a pipe. */
enum { FIRST = 64 * 1024 };

/* Room for what a file holds, and for a byte more, so that its end is met without growing. */
static size_t room_for(int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size < FIRST)
		return FIRST;
	return (uint64_t)st.st_size > DUMP_SIZE_MAX ? DUMP_SIZE_MAX + 1 : (size_t)st.st_size + 1;
}

/* Read to the end, or to the first byte that is too much. 0 or a negative errno. The caller frees *ret. */
static int text_read(int fd, char **ret, size_t *len)
{
	AUTO_FREE char *text = NULL;
	size_t room = room_for(fd), n = 0;

	for (ssize_t got = 1; got > 0 && n <= DUMP_SIZE_MAX;) {
		if (!text || n == room) {
			char *grown;

			room = text ? room * 2 : room;
			grown = realloc(text, room);
			if (!grown)
				return -ENOMEM;
			text = grown;
		}
		got = TEMP_FAILURE_RETRY(read(fd, text + n, room - n));
		if (got < 0)
			return -errno;
		n += (size_t)got;
	}
	*ret = take_ptr(text);
	*len = n;
	return 0;
}

/* NAME:LINE:COLUMN: /processes/17/pid: what is wrong */
static void refuse(const char *name, int rc, const struct dump_error *err)
{
	if (rc == -ENOMEM)
		msg("%s: out of memory", name);
	else if (err->line)
		msg("%s:%zu:%zu: %s%s%s", name, err->line, err->column, err->path, *err->path ? ": " : "", err->what);
	else
		msg("%s: %s", name, err->what);
}

int from_read(const char *path, struct snapshot **ret)
{
	const char *name = !strcmp(path, "-") ? "standard input" : path;
	AUTO_CLOSE int opened = path != name ? -1 : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	AUTO_FREE char *text = NULL;
	struct dump_error why;
	size_t len = 0;

	if (path == name && opened < 0) {
		msg("cannot open %s: %s", name, strerror(errno));
		return EXIT_TROUBLE;
	}

	int err = text_read(opened < 0 ? STDIN_FILENO : opened, &text, &len);
	if (err < 0) {
		msg("cannot read %s: %s", name, strerror(-err));
		return EXIT_TROUBLE;
	}
	err = dump_parse(text, len, ret, &why);
	if (err < 0) {
		refuse(name, err, &why);
		return EXIT_TROUBLE;
	}
	return 0;
}
