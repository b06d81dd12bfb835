/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/dump.h"

#include "nsview/num.h"
#include "nsview/vec.h"
#include "parse/dump_reader.h"

#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* Tables */

/* What is done with each row of a table: o is an object. */
typedef int row_fn(struct dump_reader *r, enum dump_table_id id, struct json_object *o, uint32_t index);

/* Room for one more row, zeroed; NULL without memory. */
static void *row_add(struct snapshot *snap, const struct dump_table *t)
{
	void **rows = (void **)(void *)((char *)snap + t->rows);
	size_t *n = (size_t *)(void *)((char *)snap + t->nrows);
	size_t *cap = (size_t *)(void *)((char *)snap + t->cap);

	if (vec_reserve_(rows, cap, *n + 1, t->row_size) < 0)
		return NULL;
	return memset((char *)*rows + (*n)++ * t->row_size, 0, t->row_size);
}

static int plain_row(struct dump_reader *r, enum dump_table_id id, struct json_object *o, uint32_t index)
{
	void *row = row_add(r->snap, dump_table(id));

	(void)index;
	return row ? dump_row_read(r, dump_table(id), o, row) : -ENOMEM;
}

/* Namespaces refer to each other: who they are is read before the rest. */
static int identity_row(struct dump_reader *r, enum dump_table_id id, struct json_object *o, uint32_t index)
{
	const struct dump_table *t = dump_table(id);
	struct snap_ns *ns = row_add(r->snap, t);

	if (!ns)
		return -ENOMEM;

	int err = dump_field_read(r, &t->fields[0], o, ns);
	if (err < 0)
		return err;
	err = map_add(&r->snap->ns_by_key, ns_key(ns->type, ns->ino), &index);
	if (err == 0)
		return dump_fail(r, "%s:%" PRIu32 " is there twice", ns_info(ns->type)->name, ns->ino);
	return err < 0 ? err : 0;
}

static int ns_row(struct dump_reader *r, enum dump_table_id id, struct json_object *o, uint32_t index)
{
	struct snap_ns *ns = &r->snap->nss[index];
	int err = dump_row_read(r, dump_table(id), o, ns);

	if (err < 0)
		return err;
	r->place.member = "parent";
	if (NS_REF_OK(ns->parent) && !ns_info(ns->type)->hierarchical)
		return dump_fail(r, "namespaces of type %s have no parent", ns_info(ns->type)->name);
	r->place.member = "owner";
	if (ns->type == NS_USER && NS_REF_OK(ns->owner) && NS_REF_OK(ns->parent) && ns->owner != ns->parent)
		return dump_fail(r, "the owner of a user namespace is its parent");
	return 0;
}

static int proc_row(struct dump_reader *r, enum dump_table_id id, struct json_object *o, uint32_t index)
{
	int err = plain_row(r, id, o, index);

	if (err < 0)
		return err;

	uint64_t pid = (uint64_t)r->snap->procs[index].pid;
	r->place.member = "pid";
	err = map_add(&r->pids, pid, &index);
	if (err == 0)
		return dump_fail(r, "%" PRIu64 " is there twice", pid);
	return err < 0 ? err : 0;
}

static int label_row(struct dump_reader *r, enum dump_table_id id, struct json_object *o, uint32_t index)
{
	struct json_object *key = json_object_object_get(o, "key");
	int err = plain_row(r, id, o, index);

	if (err < 0)
		return err;
	r->place.member = "key";
	if (!json_object_is_type(key, json_type_string))
		return dump_fail_kind(r, "a string", key);
	if (vec_reserve(&r->labels, &r->labels_cap, r->nlabels + 1) < 0)
		return -ENOMEM;

	struct dump_label_key *k = &r->labels[r->nlabels];
	*k = (struct dump_label_key){.key = arena_strdup(&r->scratch, json_object_get_string(key)), .index = index};
	if (!k->key)
		return -ENOMEM;
	r->nlabels++;
	return 0;
}

static int idmap_row(struct dump_reader *r, enum dump_table_id id, struct json_object *o, uint32_t index)
{
	int err = plain_row(r, id, o, index);

	if (err < 0)
		return err;

	const struct snap_idmap *m = &r->snap->idmaps[index];
	r->place.member = "count";
	if (m->count > UINT32_MAX - m->inside)
		return dump_fail(r, "%" PRIu32 " ids from %" PRIu32 " on are more than there are", m->count, m->inside);
	return 0;
}

static int row_parse(struct dump_reader *r, size_t *pos, enum dump_table_id id, row_fn *fn, uint32_t index)
{
	struct json_object *o;

	r->place = (struct dump_place){.at = *pos, .table = dump_table(id)->name, .in_row = true, .row = index};

	int err = dump_value_read(r, pos, &o);
	if (err < 0)
		return err;
	err = json_object_is_type(o, json_type_object) ? fn(r, id, o, index) : dump_fail_kind(r, "an object", o);
	json_object_put(o);
	return err;
}

static int table_read(struct dump_reader *r, enum dump_table_id id, row_fn *fn)
{
	size_t pos = r->members[id];

	if (!pos)
		return 0;
	r->place = (struct dump_place){.at = pos, .table = dump_table(id)->name};
	if (r->text[pos++] != '[')
		return dump_fail(r, "expected a list");
	if (dump_peek(r, &pos) == ']')
		return 0;
	for (uint32_t index = 0;; index++) {
		int err = row_parse(r, &pos, id, fn, index);

		if (err < 0)
			return err;

		char c = dump_peek(r, &pos);
		if (c == ']')
			return 0;
		if (c != ',')
			return dump_fail_at(r, pos, "expected ',' or ']'");
		pos++;
		dump_peek(r, &pos);
	}
}

static int key_compare(const void *a, const void *b)
{
	return strcmp(((const struct dump_label_key *)a)->key, ((const struct dump_label_key *)b)->key);
}

static int labels_read(struct dump_reader *r)
{
	int err = table_read(r, DUMP_LABELS, label_row);

	if (err < 0 || r->nlabels == 0)
		return err;
	qsort(r->labels, r->nlabels, sizeof(*r->labels), key_compare);
	for (size_t i = 1; i < r->nlabels; i++)
		if (!strcmp(r->labels[i - 1].key, r->labels[i].key)) {
			r->place = (struct dump_place){.at = r->members[DUMP_LABELS], .table = "labels"};
			return dump_fail(r, "the key \"%.100s\" is there twice", r->labels[i].key);
		}
	return 0;
}

/* Processes, in the order of their PIDs before anything refers to them. */
static int procs_read(struct dump_reader *r)
{
	struct snapshot *snap = r->snap;
	int err = table_read(r, DUMP_PROCESSES, proc_row);

	if (err < 0 || snap->nprocs == 0)
		return err;
	qsort(snap->procs, snap->nprocs, sizeof(*snap->procs), snap_proc_compare);
	for (size_t i = 0; i < snap->nprocs && err == 0; i++)
		err = map_put(&r->pids, (uint64_t)snap->procs[i].pid, (uint32_t)i);
	return err;
}

static int tables_read(struct dump_reader *r)
{
	static row_fn *const rest[DUMP_TABLE_COUNT] = {
		[DUMP_NAMESPACES] = ns_row, [DUMP_THREADS] = plain_row, [DUMP_FDS] = plain_row,
		[DUMP_SOCKETS] = plain_row, [DUMP_MOUNTS] = plain_row,  [DUMP_IDMAPS] = idmap_row,
		[DUMP_USERS] = plain_row,
	};
	int err = table_read(r, DUMP_NAMESPACES, identity_row);

	if (err == 0)
		err = labels_read(r);
	if (err == 0)
		err = procs_read(r);
	for (enum dump_table_id t = 0; t < DUMP_TABLE_COUNT && err == 0; t++)
		if (rest[t])
			err = table_read(r, t, rest[t]);
	return err;
}

/* The members that are no tables */

/* Read the object under a member; *ret is NULL when it is missing. */
static int object_read(struct dump_reader *r, enum dump_member member, const char *name, struct json_object **ret)
{
	size_t pos = r->members[member];
	struct json_object *o;

	*ret = NULL;
	if (!pos)
		return 0;
	r->place = (struct dump_place){.at = pos, .table = name};

	int err = dump_value_read(r, &pos, &o);
	if (err < 0)
		return err;
	if (!json_object_is_type(o, json_type_object)) {
		err = dump_fail_kind(r, "an object", o);
		json_object_put(o);
		return err;
	}
	*ret = o;
	return 0;
}

static int host_read(struct dump_reader *r)
{
	struct json_object *o;
	int err = object_read(r, DUMP_MEMBER_HOST, "host", &o);

	if (err < 0)
		return err;
	if (!o) {
		o = json_object_new_object(); /* all of it is missing */
		if (!o)
			return -ENOMEM;
	}
	err = dump_row_read(r, dump_host_table(), o, &r->snap->host);
	json_object_put(o);
	return err;
}

/* A number that is 0 when it is missing. */
static int count_read(struct dump_reader *r, struct json_object *o, const char *name, uint64_t max, uint32_t *ret)
{
	struct json_object *v;
	uint64_t n = 0;

	if (!json_object_object_get_ex(o, name, &v))
		return 0;

	int err = dump_u64_read(r, v, 0, max, &n);
	if (err == 0)
		*ret = (uint32_t)n;
	return err;
}

static int report_read(struct dump_reader *r, struct json_object *o, struct source_report *report)
{
	struct json_object *state;
	int found = SOURCE_UNASKED;

	if (!json_object_is_type(o, json_type_object))
		return dump_fail_kind(r, "an object", o);
	if (json_object_object_get_ex(o, "state", &state)) {
		found = json_object_is_type(state, json_type_string) ? source_state_find(json_object_get_string(state)) :
								       -EINVAL;
		if (found < 0)
			return dump_fail_kind(r, "the state of a source", state);
	}
	report->state = (uint8_t)found;
	return count_read(r, o, "unread", UINT32_MAX, &report->unread);
}

static int sources_read(struct dump_reader *r, struct json_object *o, struct coverage *c)
{
	struct json_object *sources, *report;
	int err = 0;

	if (!json_object_object_get_ex(o, "sources", &sources))
		return 0;
	r->place.member = "sources";
	if (!json_object_is_type(sources, json_type_object))
		return dump_fail_kind(r, "an object", sources);
	for (enum scan_source s = 0; s < SOURCE_COUNT && err == 0; s++) {
		r->place.part = source_name(s);
		if (json_object_object_get_ex(sources, r->place.part, &report))
			err = report_read(r, report, &c->sources[s]);
	}
	return err;
}

static int hidden_read(struct dump_reader *r, struct json_object *o, struct coverage *c)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, "hidden", &v))
		return 0;
	r->place.member = "hidden";
	if (!json_object_is_type(v, json_type_boolean))
		return dump_fail_kind(r, "true or false", v);
	c->hidden = json_object_get_boolean(v);
	return 0;
}

static int coverage_members_read(struct dump_reader *r, struct json_object *o, struct coverage *c)
{
	struct {
		const char *name;
		uint64_t max;
		uint32_t *ret;
	} counts[] = {
		{"processes", UINT32_MAX, &c->processes},
		{"unreadable", UINT32_MAX, &c->unreadable},
		{"vanished", UINT32_MAX, &c->vanished},
		{"unreadable_pid", INT32_MAX, (uint32_t *)&c->unreadable_pid},
	};
	size_t n = sizeof(counts) / sizeof(counts[0]);

	/* null means that there is none, as a missing member does. */
	if (!json_object_object_get(o, "unreadable_pid"))
		n--;
	for (size_t i = 0; i < n; i++) {
		r->place.member = counts[i].name;

		int err = count_read(r, o, counts[i].name, counts[i].max, counts[i].ret);
		if (err < 0)
			return err;
	}

	int err = hidden_read(r, o, c);

	return err < 0 ? err : sources_read(r, o, c);
}

static int coverage_read(struct dump_reader *r)
{
	struct json_object *o;
	int err = object_read(r, DUMP_MEMBER_COVERAGE, "coverage", &o);

	if (err < 0 || !o)
		return err;
	err = coverage_members_read(r, o, &r->snap->coverage);
	json_object_put(o);
	return err;
}

/* Whether this is a dump, and of a version that is known here. */
static int schema_check(struct dump_reader *r, struct json_object *schema)
{
	static const char known[] = DUMP_SCHEMA;
	const char *s = json_object_is_type(schema, json_type_string) ? json_object_get_string(schema) : "";
	size_t stem = strlen(known) - 1;
	uint64_t version;

	if (!strcmp(s, known))
		return 0;
	r->place.table = "schema";
	if (!strncmp(s, known, stem) && num_u64_parse(s + stem, strlen(s + stem), &version) == 0 && version > 1) {
		dump_fail(r, "%.40s was written by a newer nsview; this one reads %s", s, known);
		return -EPROTONOSUPPORT;
	}
	return dump_fail_kind(r, "\"" DUMP_SCHEMA "\"", schema);
}

static int schema_read(struct dump_reader *r)
{
	size_t pos = r->members[DUMP_MEMBER_SCHEMA];
	struct json_object *schema;

	r->place = (struct dump_place){.at = pos};
	if (!pos)
		return dump_fail(r, "no \"schema\" in it: this is no dump of nsview");

	int err = dump_value_read(r, &pos, &schema);
	if (err < 0)
		return err;
	err = schema_check(r, schema);
	json_object_put(schema);
	return err;
}

static int document_read(struct dump_reader *r)
{
	int err = dump_members_find(r);

	if (err == 0)
		err = schema_read(r);
	if (err == 0)
		err = tables_read(r);
	if (err == 0)
		err = host_read(r);
	if (err == 0)
		err = coverage_read(r);
	if (err == 0)
		err = dump_tables_finish(r);
	return err;
}

int dump_parse(const char *text, size_t len, struct snapshot **ret, struct dump_error *err)
{
	struct dump_reader r = {.text = text, .len = len, .err = err};
	int rc = -ENOMEM;

	if (len > DUMP_SIZE_MAX) {
		*err = (struct dump_error){0};
		snprintf(err->what, sizeof(err->what), "larger than %zu MiB", DUMP_SIZE_MAX >> 20);
		return -E2BIG;
	}
	r.snap = snapshot_new();
	r.tok = json_tokener_new_ex(DUMP_DEPTH_MAX);
	if (r.snap && r.tok) {
		json_tokener_set_flags(r.tok, JSON_TOKENER_STRICT | JSON_TOKENER_ALLOW_TRAILING_CHARS |
						      JSON_TOKENER_VALIDATE_UTF8);
		rc = document_read(&r);
	}
	if (rc == 0) {
		*ret = r.snap;
		r.snap = NULL;
	}
	if (r.tok)
		json_tokener_free(r.tok);
	snapshot_free(r.snap);
	map_done(&r.pids);
	free(r.labels);
	arena_done(&r.scratch);
	return rc;
}
