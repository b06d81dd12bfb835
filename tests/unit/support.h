/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_TESTS_SUPPORT_H
#define NSVIEW_TESTS_SUPPORT_H

#include "nsview/dump.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Fixtures are snapshots saved by nsview dump, in tests/fixtures. Tests run from the top of the
 * tree, or say where the fixtures are by NSVIEW_FIXTURES.
 */

/* All of a file, terminated; the caller frees it. */
static inline char *file_text(const char *path, size_t *len)
{
	FILE *f = fopen(path, "re");
	char *text = NULL;
	size_t room = 0;

	ck_assert_msg(f, "%s: cannot be opened (run from the top of the tree, or set NSVIEW_FIXTURES)", path);
	*len = 0;
	ck_assert_msg(getdelim(&text, &room, '\0', f) >= 0 && feof(f), "%s: empty, or holds a NUL", path);
	*len = strlen(text);
	fclose(f);
	return text;
}

/* The text of fixture NAME; the caller frees it. */
static inline char *fixture_text(const char *name, size_t *len)
{
	const char *dir = getenv("NSVIEW_FIXTURES");
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s.json", dir ? dir : "tests/fixtures", name);
	return file_text(path, len);
}

/* A snapshot from a dump's text; the test fails with the place when it is none. */
static inline struct snapshot *snapshot_from(const char *text)
{
	struct snapshot *snap = NULL;
	struct dump_error err = {0};
	int rc = dump_parse(text, strlen(text), &snap, &err);

	ck_assert_msg(rc == 0, "%zu:%zu: %s: %s (%s)", err.line, err.column, err.path, err.what, strerror(-rc));
	return snap;
}

/* The snapshot saved as fixture NAME; the caller frees it with snapshot_free(). */
static inline struct snapshot *fixture_snapshot(const char *name)
{
	size_t len;
	char *text = fixture_text(name, &len);
	struct snapshot *snap = snapshot_from(text);

	free(text);
	return snap;
}

/* What dump_write() makes of a snapshot; the caller frees it. */
static inline char *snapshot_text(const struct snapshot *snap)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(dump_write(f, snap), 0);
	ck_assert_int_eq(fclose(f), 0);
	return text;
}

#endif
