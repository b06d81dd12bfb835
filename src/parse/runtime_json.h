/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_PARSE_RUNTIME_JSON_H
#define NSVIEW_PARSE_RUNTIME_JSON_H

#include "nsview/arena.h"
#include "nsview/runtime.h"

#include <json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline void json_put_scoped(struct json_object **o)
{
	json_object_put(*o);
}
#define AUTO_JSON __attribute__((cleanup(json_put_scoped)))

/** The document in len bytes of JSON, or NULL when it is none, is no object or list, or nests too deep. */
struct json_object *runtime_json_parse(const char *text, size_t len);

/** A member of an object that has that type, or NULL. o may be NULL or no object. */
struct json_object *runtime_json_get(struct json_object *o, const char *key, enum json_type type);

/** Set *ret to a copy of a string member; left alone when that is absent or empty. false without memory. */
bool runtime_json_string(struct json_object *o, const char *key, struct arena *a, const char **ret);

/** A member that is a number from 1 to max, or 0. */
uint64_t runtime_json_number(struct json_object *o, const char *key, uint64_t max);

/** What the annotations of a container say of its name and pod, collected one by one. */
struct runtime_notes {
	const char *container; /* borrowed, as the rest */
	const char *type;
	const char *pod;
	const char *namespace;
	const char *name;
};

/** Take note of an annotation, if it is one that tells. Both strings are borrowed. */
void runtime_notes_add(struct runtime_notes *notes, const char *key, size_t key_len, const char *value);

/** Take note of an object whose members are annotations. It may be NULL. */
void runtime_notes_add_all(struct runtime_notes *notes, struct json_object *annotations);

/** Put name and pod into a record. false without memory. */
bool runtime_notes_apply(const struct runtime_notes *notes, struct arena *a, struct runtime_record *ret);

#endif
