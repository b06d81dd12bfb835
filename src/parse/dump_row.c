/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/num.h"
#include "parse/dump_reader.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* Members of rows. Each function reads the value v, which may be NULL (null), for the place at hand. */

static bool is_string(struct json_object *v)
{
	return json_object_is_type(v, json_type_string);
}

/* Numbers */

static int fail_range(struct dump_reader *r, int64_t min, uint64_t max, struct json_object *v)
{
	char expected[80];

	snprintf(expected, sizeof(expected), "a number from %" PRId64 " to %" PRIu64, min, max);
	return dump_fail_kind(r, expected, v);
}

int dump_u64_read(struct dump_reader *r, struct json_object *v, uint64_t min, uint64_t max, uint64_t *ret)
{
	/* json-c makes 0 of a negative number when asked for an unsigned one. */
	if (!json_object_is_type(v, json_type_int) || json_object_get_int64(v) < 0 ||
	    json_object_get_uint64(v) < min || json_object_get_uint64(v) > max)
		return fail_range(r, (int64_t)min, max, v);
	*ret = json_object_get_uint64(v);
	return 0;
}

static int number_read(struct dump_reader *r, const struct dump_field *f, struct json_object *v, uint64_t *ret)
{
	if (!v && f->nullable)
		*ret = f->none;
	else if (f->min >= 0)
		return dump_u64_read(r, v, (uint64_t)f->min, f->max, ret);
	else if (!json_object_is_type(v, json_type_int) || json_object_get_int64(v) < f->min ||
		 (json_object_get_int64(v) >= 0 && json_object_get_uint64(v) > f->max))
		return fail_range(r, f->min, f->max, v);
	else
		*ret = (uint64_t)json_object_get_int64(v);
	return 0;
}

static void number_store(enum dump_kind kind, void *at, uint64_t n)
{
	switch (kind) {
	case DUMP_U64:
		*(uint64_t *)at = n;
		break;
	case DUMP_I32:
		*(int32_t *)at = (int32_t)n;
		break;
	default:
		*(uint32_t *)at = (uint32_t)n;
	}
}

static int bool_read(struct dump_reader *r, struct json_object *v, bool *ret)
{
	if (!json_object_is_type(v, json_type_boolean))
		return dump_fail_kind(r, "true or false", v);
	*ret = json_object_get_boolean(v);
	return 0;
}

/* Text */

/* The exact bytes of a text that is no valid UTF-8. */
static int hex_read(struct dump_reader *r, struct json_object *v, const char **ret)
{
	static const char expected[] = "pairs of hexadecimal digits, none of them 00";
	const char *hex = json_object_get_string(v);
	size_t n = is_string(v) ? (size_t)json_object_get_string_len(v) : 1;
	char *bytes;

	if (n % 2 || strlen(hex) != n)
		return dump_fail_kind(r, expected, v);
	bytes = arena_alloc(&r->snap->strings, n / 2 + 1);
	if (!bytes)
		return -ENOMEM;
	for (size_t i = 0; i < n; i += 2) {
		char pair[3] = {hex[i], hex[i + 1]};

		if (!isxdigit((unsigned char)pair[0]) || !isxdigit((unsigned char)pair[1]) || !strcmp(pair, "00"))
			return dump_fail_kind(r, expected, v);
		bytes[i / 2] = (char)strtoul(pair, NULL, 16);
	}
	*ret = bytes;
	return 0;
}

static int text_read(struct dump_reader *r, const struct dump_field *f, struct json_object *v, const char **ret)
{
	bool null = !f->required && !f->empty;
	const char *expected = null ? "a string or null" : "a string";

	if (!v && null) {
		*ret = NULL;
		return 0;
	}
	if (!is_string(v))
		return dump_fail_kind(r, expected, v);

	size_t n = (size_t)json_object_get_string_len(v);
	if (strlen(json_object_get_string(v)) != n)
		return dump_fail(r, "a NUL character, which no text of the system can hold");
	*ret = arena_strndup(&r->snap->strings, json_object_get_string(v), n);
	return *ret ? 0 : -ENOMEM;
}

static struct json_object *bytes_of(struct json_object *o, const struct dump_field *f)
{
	struct json_object *v = NULL;
	char name[32];

	snprintf(name, sizeof(name), "%s_bytes", f->name);
	json_object_object_get_ex(o, name, &v);
	return v;
}

/* References */

/* Parse "net:4026531840". */
static bool identity_parse(struct json_object *v, enum ns_type *type, uint32_t *ino)
{
	const char *s = is_string(v) ? json_object_get_string(v) : "";
	const char *colon = strchr(s, ':');
	int t = colon ? ns_type_find(s, (size_t)(colon - s)) : -EINVAL;

	if (t < 0 || num_u32_parse(colon + 1, strlen(colon + 1), ino) < 0 || *ino == 0)
		return false;
	*type = (enum ns_type)t;
	return true;
}

static int identity_read(struct dump_reader *r, struct json_object *v, struct snap_ns *ns)
{
	enum ns_type type;

	if (!identity_parse(v, &type, &ns->ino))
		return dump_fail_kind(r, "a namespace as \"net:4026531840\"", v);
	ns->type = (uint8_t)type;
	return 0;
}

/* A reference to a namespace of one type, or of any. */
static int ref_read(struct dump_reader *r, struct json_object *v, int want, bool required, uint32_t *ret)
{
	enum ns_type type;
	char expected[80];
	uint32_t ino;

	snprintf(expected, sizeof(expected), "a namespace as \"%s:4026531840\"%s",
		 ns_info(want >= 0 ? (enum ns_type)want : NS_NET)->name, required ? "" : ", null, \"denied\" or \"unread\"");
	if (!v && !required)
		*ret = NS_REF_ABSENT;
	else if (!required && is_string(v) && !strcmp(json_object_get_string(v), "denied"))
		*ret = NS_REF_DENIED;
	else if (!required && is_string(v) && !strcmp(json_object_get_string(v), "unread"))
		*ret = NS_REF_UNREAD;
	else if (!identity_parse(v, &type, &ino) || (want >= 0 && type != (enum ns_type)want))
		return dump_fail_kind(r, expected, v);
	else if ((*ret = snap_ns_find(r->snap, type, ino)) == NS_REF_ABSENT)
		return dump_fail(r, "%s:%" PRIu32 " is not among the namespaces", ns_info(type)->name, ino);
	return 0;
}

/* References by the name of a link or type; missing ones were not asked for. */
static int slots_read(struct dump_reader *r, struct json_object *v, enum ns_slot n, uint32_t *refs)
{
	int err = 0;

	if (!json_object_is_type(v, json_type_object))
		return dump_fail_kind(r, "an object", v);
	for (enum ns_slot slot = 0; slot < n && err == 0; slot++) {
		struct json_object *ref;

		refs[slot] = NS_REF_UNREAD;
		r->place.part = ns_slot_name(slot);
		if (json_object_object_get_ex(v, r->place.part, &ref))
			err = ref_read(r, ref, (int)ns_slot_type(slot), false, &refs[slot]);
	}
	if (err == 0)
		r->place.part = NULL;
	return err;
}

static int proc_read(struct dump_reader *r, struct json_object *v, uint32_t *ret)
{
	uint64_t pid;
	int err = dump_u64_read(r, v, 1, INT32_MAX, &pid);

	if (err < 0)
		return err;

	uint32_t proc = map_get(&r->pids, pid);
	if (proc == MAP_NONE)
		return dump_fail(r, "%" PRIu64 " is not among the processes", pid);
	*ret = proc;
	return 0;
}

static int key_compare(const void *key, const void *label)
{
	return strcmp(key, ((const struct dump_label_key *)label)->key);
}

static int label_read(struct dump_reader *r, struct json_object *v, uint32_t *ret)
{
	const struct dump_label_key *found;

	if (!v) {
		*ret = SNAP_NONE;
		return 0;
	}
	if (!is_string(v))
		return dump_fail_kind(r, "the key of a label or null", v);
	found = r->nlabels ? bsearch(json_object_get_string(v), r->labels, r->nlabels, sizeof(*r->labels), key_compare) :
			     NULL;
	if (!found)
		return dump_fail(r, "\"%.100s\" is not the key of a label", json_object_get_string(v));
	*ret = found->index;
	return 0;
}

/* Names */

static int label_kind_read(struct dump_reader *r, struct json_object *v, uint8_t *ret)
{
	int kind = is_string(v) ? label_kind_find(json_object_get_string(v)) : -EINVAL;

	if (kind < 0)
		return dump_fail_kind(r, "the kind of a label", v);
	*ret = (uint8_t)kind;
	return 0;
}

static int map_read(struct dump_reader *r, struct json_object *v, uint8_t *ret)
{
	const char *s = is_string(v) ? json_object_get_string(v) : "";

	if (strcmp(s, "uid") && strcmp(s, "gid"))
		return dump_fail_kind(r, "\"uid\" or \"gid\"", v);
	*ret = *s == 'g';
	return 0;
}

static int state_read(struct dump_reader *r, struct json_object *v, char *ret)
{
	const char *s = is_string(v) ? json_object_get_string(v) : "";

	if (v && (json_object_get_string_len(v) != 1 || !isalpha((unsigned char)*s)))
		return dump_fail_kind(r, "one letter or null", v);
	*ret = *s;
	return 0;
}

static int flag_find(const char *name)
{
	const char *is;

	for (unsigned bit = 0; (is = dump_flag_name(bit)); bit++)
		if (!strcmp(name, is))
			return (int)bit;
	return -EINVAL;
}

static int mask_read(struct dump_reader *r, struct json_object *v, int (*bit_find)(const char *name), uint32_t *ret)
{
	uint32_t mask = 0;

	if (!json_object_is_type(v, json_type_array))
		return dump_fail_kind(r, "a list", v);
	for (size_t i = 0; i < json_object_array_length(v); i++) {
		struct json_object *name = json_object_array_get_idx(v, i);
		int bit = is_string(name) ? bit_find(json_object_get_string(name)) : -EINVAL;

		if (bit < 0)
			return dump_fail_kind(r, "a name that is known here", name);
		mask |= 1u << bit;
	}
	*ret = mask;
	return 0;
}

/* Rows */

static int wanted_type(const struct dump_field *f, const void *row)
{
	return f->type == DUMP_SAME_TYPE ? ((const struct snap_ns *)row)->type : f->type;
}

static int value_store(struct dump_reader *r, const struct dump_field *f, struct json_object *v, void *row)
{
	void *at = (char *)row + f->offset;
	uint64_t n = 0;
	uint32_t mask = 0;
	int err;

	switch (f->kind) {
	case DUMP_IDENTITY:
		return identity_read(r, v, row);
	case DUMP_REF:
		return ref_read(r, v, wanted_type(f, row), f->required, at);
	case DUMP_SLOTS:
		return slots_read(r, v, NS_SLOT_COUNT, at);
	case DUMP_TYPES:
		return slots_read(r, v, (enum ns_slot)NS_TYPE_COUNT, at);
	case DUMP_PROC:
		return proc_read(r, v, at);
	case DUMP_LABEL:
		return label_read(r, v, at);
	case DUMP_LABEL_KEY:
		return 0; /* nothing of the row: the document's own */
	case DUMP_LABEL_KIND:
		return label_kind_read(r, v, at);
	case DUMP_BOOL:
		return bool_read(r, v, at);
	case DUMP_TEXT:
		return text_read(r, f, v, at);
	case DUMP_STATE:
		return state_read(r, v, at);
	case DUMP_MAP:
		return map_read(r, v, at);
	case DUMP_FLAGS:
		return mask_read(r, v, flag_find, at);
	case DUMP_SEEN:
		err = mask_read(r, v, source_find, &mask);
		*(uint16_t *)at = (uint16_t)mask;
		return err;
	default:
		err = number_read(r, f, v, &n);
		number_store(f->kind, at, n);
		return err;
	}
}

/* A member that may be missing, and is. */
static void none_store(const struct dump_field *f, void *row)
{
	void *at = (char *)row + f->offset;
	uint32_t *refs = at;

	switch (f->kind) {
	case DUMP_SLOTS:
	case DUMP_TYPES:
		for (int i = 0; i < (f->kind == DUMP_SLOTS ? (int)NS_SLOT_COUNT : (int)NS_TYPE_COUNT); i++)
			refs[i] = (uint32_t)f->none;
		break;
	case DUMP_REF:
		*refs = (uint32_t)f->none;
		if (f->type == DUMP_SAME_TYPE && !ns_info(((struct snap_ns *)row)->type)->hierarchical)
			*refs = NS_REF_ABSENT;
		break;
	case DUMP_BOOL:
		*(bool *)at = f->none;
		break;
	case DUMP_TEXT:
		*(const char **)at = f->empty ? "" : NULL;
		break;
	case DUMP_STATE:
		*(char *)at = '\0';
		break;
	case DUMP_SEEN:
		*(uint16_t *)at = 0;
		break;
	default:
		number_store(f->kind, at, f->none);
	}
}

int dump_field_read(struct dump_reader *r, const struct dump_field *f, struct json_object *o, void *row)
{
	struct json_object *v, *bytes = f->kind == DUMP_TEXT ? bytes_of(o, f) : NULL;
	bool there = json_object_object_get_ex(o, f->name, &v);

	r->place.member = f->name;
	r->place.bytes = bytes;
	if (bytes)
		return hex_read(r, bytes, (const char **)(void *)((char *)row + f->offset));
	if (there)
		return value_store(r, f, v, row);
	if (f->required)
		return dump_fail(r, "is missing");
	none_store(f, row);
	return 0;
}

int dump_row_read(struct dump_reader *r, const struct dump_table *t, struct json_object *o, void *row)
{
	for (size_t i = 0; i < t->nfields; i++) {
		int err = dump_field_read(r, &t->fields[i], o, row);

		if (err < 0)
			return err;
	}
	r->place.member = NULL;
	r->place.bytes = false;
	return 0;
}
