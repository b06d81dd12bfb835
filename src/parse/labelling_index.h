/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_PARSE_LABELLING_INDEX_H
#define NSVIEW_PARSE_LABELLING_INDEX_H

#include "nsview/map.h"
#include "nsview/runtime.h"
#include "nsview/snapshot.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum record_key { RECORD_ID, RECORD_UNIT };

/** Records by id and by unit: what several files say of one id is one record. Zeroed: empty. */
struct record_index {
	struct runtime_record *v; /* owned; their strings are borrowed */
	size_t n, cap;
	struct map by_key;
};

/** Index n records. 0 or -ENOMEM. */
int record_index_build(struct record_index *index, const struct runtime_record *records, size_t n);

/** The record with this id or unit that may tell of a process below user uid's slice (or below none's), or NULL. */
const struct runtime_record *record_find(const struct record_index *index, enum record_key key, const char *s, uint32_t uid);

/** Free the index. */
void record_index_done(struct record_index *index);

/** A snapshot's labels by content. Zeroed: ready for a snapshot without labels. */
struct label_index {
	struct map by_hash;
};

/** The index of a label in snap->labels, added with copies of its strings when it is new. 0 or -ENOMEM. */
int label_add(struct label_index *index, struct snapshot *snap, const struct snap_label *label, uint32_t *ret);

/** Whether two labels say the same. */
bool label_same(const struct snap_label *a, const struct snap_label *b);

/** Free the index. */
void label_index_done(struct label_index *index);

/** Whether a kind is an engine's, whose word counts for more than that of a low-level runtime that it uses. */
bool label_is_engine(int32_t kind);

#endif
