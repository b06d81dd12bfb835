/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/dump.h"

#include "nsview/dump_table.h"
#include "nsview/text.h"
#include "render/coverage.h"
#include "render/json.h"

#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <string.h>

/* What the members of one document share. The first failure stays in err, and the rest does nothing. */
struct writer {
	FILE *out;
	const struct snapshot *snap;
	struct arena scratch; /* alive for one row */
	int err;
};

/* Hand value over to o; NULL means that there was no memory for it. key must outlive o. */
static void add(struct writer *w, struct json_object *o, const char *key, struct json_object *value)
{
	const unsigned how = JSON_C_OBJECT_ADD_KEY_IS_NEW | JSON_C_OBJECT_ADD_CONSTANT_KEY;

	if (value && json_object_object_add_ex(o, key, value, how) == 0)
		return;
	json_object_put(value);
	w->err = -ENOMEM;
}

static void add_null(struct writer *w, struct json_object *o, const char *key)
{
	if (json_object_object_add(o, key, NULL) < 0)
		w->err = -ENOMEM;
}

static void append(struct writer *w, struct json_object *list, struct json_object *value)
{
	if (value && json_object_array_add(list, value) == 0)
		return;
	json_object_put(value);
	w->err = -ENOMEM;
}

/* Text */

/* What a string becomes; NULL stays NULL. */
static struct json_object *text_to_json(struct writer *w, const char *s)
{
	const char *valid = text_utf8(&w->scratch, s);

	return valid ? json_object_new_string(valid) : NULL;
}

static struct json_object *hex_to_json(struct writer *w, const char *s)
{
	size_t n = strlen(s);
	char *hex = arena_alloc(&w->scratch, n * 2 + 1);

	if (!hex)
		return NULL;
	for (size_t i = 0; i < n; i++)
		sprintf(hex + i * 2, "%02x", (unsigned char)s[i]);
	return json_object_new_string(hex);
}

static void add_text(struct writer *w, struct json_object *o, const struct dump_field *f, const char *s)
{
	if (!s) {
		add_null(w, o, f->name);
		return;
	}
	add(w, o, f->name, text_to_json(w, s));
	if (text_utf8_valid(s, strlen(s)))
		return;

	char *key = arena_printf(&w->scratch, "%s_bytes", f->name);

	if (key)
		add(w, o, key, hex_to_json(w, s));
	else
		w->err = -ENOMEM;
}

/* References */

static struct json_object *ns_to_json(const struct snap_ns *ns)
{
	char s[32];

	snprintf(s, sizeof(s), "%s:%" PRIu32, ns_info(ns->type)->name, ns->ino);
	return json_object_new_string(s);
}

static void add_ref(struct writer *w, struct json_object *o, const char *key, uint32_t ref)
{
	switch (ref) {
	case NS_REF_ABSENT:
		add_null(w, o, key);
		break;
	case NS_REF_DENIED:
		add(w, o, key, json_object_new_string("denied"));
		break;
	case NS_REF_UNREAD:
		add(w, o, key, json_object_new_string("unread"));
		break;
	default:
		add(w, o, key, ns_to_json(&w->snap->nss[ref]));
	}
}

static struct json_object *slots_to_json(struct writer *w, const uint32_t *refs, enum ns_slot n)
{
	struct json_object *o = json_object_new_object();

	for (enum ns_slot slot = 0; o && slot < n; slot++)
		add_ref(w, o, ns_slot_name(slot), refs[slot]);
	return o;
}

/*
 * Labels have no identity, and two may look alike, so that only the number tells them apart. The rest of the
 * key is for people.
 */
static struct json_object *key_to_json(struct writer *w, uint32_t index)
{
	const struct snap_label *l = &w->snap->labels[index];
	const char *name = l->name ? l->name : l->id ? l->id : "";
	char *key = arena_printf(&w->scratch, "%s:%s#%" PRIu32, label_kind_name(l->kind), name, index);

	return key ? text_to_json(w, key) : NULL;
}

static void add_label(struct writer *w, struct json_object *o, const char *key, uint32_t label)
{
	if (label == SNAP_NONE)
		add_null(w, o, key);
	else
		add(w, o, key, key_to_json(w, label));
}

/* Numbers and names */

static void add_number(struct writer *w, struct json_object *o, const struct dump_field *f, uint64_t n)
{
	if (f->nullable && n == f->none)
		add_null(w, o, f->name);
	else
		add(w, o, f->name, json_object_new_uint64(n));
}

static void add_signed(struct writer *w, struct json_object *o, const struct dump_field *f, int32_t n)
{
	if (f->nullable && n == (int32_t)f->none)
		add_null(w, o, f->name);
	else
		add(w, o, f->name, json_object_new_int(n));
}

static void add_state(struct writer *w, struct json_object *o, const char *key, char state)
{
	if (state)
		add(w, o, key, json_object_new_string_len(&state, 1));
	else
		add_null(w, o, key);
}

static const char *seen_name(unsigned bit)
{
	return bit < SOURCE_COUNT ? source_name(bit) : NULL;
}

static struct json_object *mask_to_json(struct writer *w, uint32_t mask, const char *(*bit_name)(unsigned bit))
{
	struct json_object *list = json_object_new_array();
	const char *name;

	for (unsigned bit = 0; list && (name = bit_name(bit)); bit++)
		if (mask & 1u << bit)
			append(w, list, json_object_new_string(name));
	return list;
}

/* Rows */

static void add_field(struct writer *w, struct json_object *o, const struct dump_field *f, const void *row,
		      uint32_t index)
{
	const void *at = (const char *)row + f->offset;

	switch (f->kind) {
	case DUMP_IDENTITY:
		add(w, o, f->name, ns_to_json(row));
		break;
	case DUMP_REF:
		add_ref(w, o, f->name, *(const uint32_t *)at);
		break;
	case DUMP_SLOTS:
		add(w, o, f->name, slots_to_json(w, at, NS_SLOT_COUNT));
		break;
	case DUMP_TYPES:
		add(w, o, f->name, slots_to_json(w, at, (enum ns_slot)NS_TYPE_COUNT));
		break;
	case DUMP_PROC:
		add(w, o, f->name, json_object_new_int(w->snap->procs[*(const uint32_t *)at].pid));
		break;
	case DUMP_LABEL:
		add_label(w, o, f->name, *(const uint32_t *)at);
		break;
	case DUMP_LABEL_KEY:
		add(w, o, f->name, key_to_json(w, index));
		break;
	case DUMP_LABEL_KIND:
		add(w, o, f->name, json_object_new_string(label_kind_name(*(const uint8_t *)at)));
		break;
	case DUMP_U32:
		add_number(w, o, f, *(const uint32_t *)at);
		break;
	case DUMP_I32:
		add_signed(w, o, f, *(const int32_t *)at);
		break;
	case DUMP_U64:
		add_number(w, o, f, *(const uint64_t *)at);
		break;
	case DUMP_BOOL:
		add(w, o, f->name, json_object_new_boolean(*(const bool *)at));
		break;
	case DUMP_TEXT:
		add_text(w, o, f, *(const char *const *)at);
		break;
	case DUMP_STATE:
		add_state(w, o, f->name, *(const char *)at);
		break;
	case DUMP_FLAGS:
		add(w, o, f->name, mask_to_json(w, *(const uint32_t *)at, dump_flag_name));
		break;
	case DUMP_SEEN:
		add(w, o, f->name, mask_to_json(w, *(const uint16_t *)at, seen_name));
		break;
	case DUMP_MAP:
		add(w, o, f->name, json_object_new_string(*(const uint8_t *)at ? "gid" : "uid"));
		break;
	}
}

static void put_bytes(struct writer *w, const char *s, size_t n)
{
	if (w->err == 0 && fwrite(s, 1, n, w->out) != n)
		w->err = -errno;
}

static void put_text(struct writer *w, const char *s)
{
	put_bytes(w, s, strlen(s));
}

/* Write an object and free it. */
static void put_object(struct writer *w, struct json_object *o)
{
	size_t n = 0;
	const char *s = NULL;

	if (o && w->err == 0)
		s = json_object_to_json_string_length(o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &n);
	if (s)
		w->err = json_put(w->out, s, n);
	else if (w->err == 0)
		w->err = -ENOMEM;
	json_object_put(o);
}

static void put_row(struct writer *w, const struct dump_table *t, const void *row, uint32_t index)
{
	struct json_object *o = json_object_new_object();

	for (size_t i = 0; o && i < t->nfields; i++)
		add_field(w, o, &t->fields[i], row, index);
	put_object(w, o);
	arena_done(&w->scratch);
}

static void put_table(struct writer *w, const struct dump_table *t)
{
	size_t n;
	const char *rows = dump_rows(t, w->snap, &n);

	put_text(w, ",\n\"");
	put_text(w, t->name);
	put_text(w, "\":[");
	for (size_t i = 0; i < n && w->err == 0; i++) {
		put_text(w, i ? ",\n" : "\n");
		put_row(w, t, rows + i * t->row_size, (uint32_t)i);
	}
	put_text(w, n ? "\n]" : "]");
}

int dump_write(FILE *out, const struct snapshot *snap)
{
	struct writer w = {.out = out, .snap = snap};

	put_text(&w, "{\"schema\":\"" DUMP_SCHEMA "\",\n\"host\":");
	put_row(&w, dump_host_table(), &snap->host, 0);
	put_text(&w, ",\n\"coverage\":");
	put_object(&w, coverage_to_json(&snap->coverage));
	for (enum dump_table_id t = 0; t < DUMP_TABLE_COUNT; t++)
		put_table(&w, dump_table(t));
	put_text(&w, "\n}\n");
	return w.err;
}
