/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/diff_kind.h"

#include "cmd/msg.h"
#include "nsview/fd.h"
#include "nsview/scan.h"
#include "nsview/target.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

enum operand {
	OPERAND_TARGET,
	OPERAND_FILE,  /* some other file, unless a target has its name */
	OPERAND_EMPTY, /* a file with nothing in it */
	OPERAND_DUMP,
};

/* Whether a file begins as JSON does; of one that may not be read, who reads it will tell. */
static bool begins_as_dump(const char *path)
{
	char head[256];
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t n = fd < 0 ? -1 : TEMP_FAILURE_RETRY(read(fd, head, sizeof(head) - 1));

	if (n < 0)
		return true;
	head[n] = '\0';
	return head[strspn(head, " \t\r\n")] == '{';
}

/* A number is a target whatever files there are; a file called so is "./17". */
static enum operand operand_kind(const char *text)
{
	struct target t;
	struct stat st;
	enum ns_type type;
	uint32_t ino;
	int err;

	if (target_parse(text, &t) == 0 && t.kind != TARGET_NAME && t.kind != TARGET_PATH)
		return OPERAND_TARGET;
	/* An nsfs file is regular as well, and has no size; and where this does not come back, nothing else would. */
	err = scan_path_ns(text, &type, &ino);
	if (err == 0 || err == -ETIMEDOUT || stat(text, &st) < 0)
		return OPERAND_TARGET;
	/* A shell's <(command) is a pipe, which can be read but once. */
	if (S_ISFIFO(st.st_mode))
		return OPERAND_DUMP;
	if (!S_ISREG(st.st_mode))
		return OPERAND_TARGET;
	if (!st.st_size)
		return OPERAND_EMPTY;
	return begins_as_dump(text) ? OPERAND_DUMP : OPERAND_FILE;
}

static void refuse_mix(const char *dump, const char *other)
{
	struct target t;
	struct stat st;

	if (stat(other, &st) < 0 && errno == ENOENT && target_parse(other, &t) == 0 &&
	    (t.kind == TARGET_NAME || t.kind == TARGET_PATH))
		msg("there is no file %s, and a dump such as %s can only be compared with another dump", other, dump);
	else
		msg("'%s' is no dump, and a dump such as %s can only be compared with another; '--from %s' finds targets in it",
		    other, dump, dump);
}

enum diff_kind diff_kind(const char *a, const char *b)
{
	enum operand x = operand_kind(a), y = operand_kind(b);

	/* A container may be called as some file here is. */
	if (x == OPERAND_TARGET || y == OPERAND_TARGET) {
		if (x != OPERAND_DUMP && y != OPERAND_DUMP)
			return DIFF_TARGETS;
		refuse_mix(x == OPERAND_DUMP ? a : b, x == OPERAND_DUMP ? b : a);
		return DIFF_NEITHER;
	}
	if (x == OPERAND_EMPTY)
		msg("%s is empty: no dump", a);
	if (y == OPERAND_EMPTY && strcmp(a, b) != 0)
		msg("%s is empty: no dump", b);
	return x == OPERAND_EMPTY || y == OPERAND_EMPTY ? DIFF_NEITHER : DIFF_DUMPS;
}
