/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_PARSE_DUMP_READER_H
#define NSVIEW_PARSE_DUMP_READER_H

#include "nsview/dump.h"
#include "nsview/dump_table.h"
#include "nsview/map.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;
struct json_tokener;

/* One row, or the host, is read as a whole: no larger than this, so that memory stays flat. */
#define DUMP_VALUE_MAX ((size_t)16 << 20)

/* How deep values may nest: the deepest that is known is 4. */
#define DUMP_DEPTH_MAX 32

/* The members of a document: the tables, under their numbers, then the others. */
enum dump_member {
	DUMP_MEMBER_SCHEMA = DUMP_TABLE_COUNT,
	DUMP_MEMBER_HOST,
	DUMP_MEMBER_COVERAGE,
	DUMP_MEMBER_COUNT,
};

struct dump_label_key {
	const char *key;
	uint32_t index;
};

/* What is being read, for messages: /table/row/member/part or /table/row/member_bytes. */
struct dump_place {
	size_t at;          /* offset of the row in the text */
	const char *table;  /* or host, coverage; NULL: at is a place in the text and no more */
	bool in_row;
	uint32_t row;
	const char *member; /* NULL: the row itself */
	bool bytes;         /* the member with its exact bytes instead */
	const char *part;   /* NULL: the member itself */
};

struct dump_reader {
	const char *text;
	size_t len;
	size_t members[DUMP_MEMBER_COUNT]; /* offsets of their values; 0 of those that are missing */
	struct json_tokener *tok;
	struct snapshot *snap;
	struct arena scratch;
	struct map pids;       /* to the index in procs */
	struct dump_label_key *labels; /* sorted by key once all are read */
	size_t nlabels, labels_cap;
	struct dump_place place;
	struct dump_error *err;
};

/* Fill in the error for the place at hand. Always -EINVAL. */
int dump_fail(struct dump_reader *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The same for broken JSON at an offset. */
int dump_fail_at(struct dump_reader *r, size_t at, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* The same where a value is of the wrong kind: "expected a, b or c, found a list". */
int dump_fail_kind(struct dump_reader *r, const char *expected, struct json_object *found);

/* Note where the members of the document are. Of those that are not known only strings and brackets are checked. */
int dump_members_find(struct dump_reader *r);

/* Move *pos behind blanks; the byte there, or 0 at the end. */
char dump_peek(const struct dump_reader *r, size_t *pos);

/* Read one JSON value at *pos and move behind it. The caller puts *ret, which is NULL for null. */
int dump_value_read(struct dump_reader *r, size_t *pos, struct json_object **ret);

/* Fill a row from an object, by the table of its members. */
int dump_row_read(struct dump_reader *r, const struct dump_table *t, struct json_object *o, void *row);

/* Read one member of a row. */
int dump_field_read(struct dump_reader *r, const struct dump_field *f, struct json_object *o, void *row);

/* A number from min to max. */
int dump_u64_read(struct dump_reader *r, struct json_object *v, uint64_t min, uint64_t max, uint64_t *ret);

/* Put the tables into the order that snapshot.h demands, and refuse what can't be. */
int dump_tables_finish(struct dump_reader *r);

#endif
