/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/coverage.h"

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

/* Hand value, which may be NULL for want of memory, over to o. */
static bool add(struct json_object *o, const char *key, struct json_object *value)
{
	if (value && json_object_object_add(o, key, value) == 0)
		return true;
	json_object_put(value);
	return false;
}

static bool add_number(struct json_object *o, const char *key, uint64_t n)
{
	return add(o, key, json_object_new_uint64(n));
}

/* A PID, or null where there is none. */
static bool add_pid(struct json_object *o, const char *key, int32_t pid)
{
	if (pid <= 0)
		return json_object_object_add(o, key, NULL) == 0;
	return add(o, key, json_object_new_int(pid));
}

static struct json_object *report_to_json(const struct source_report *r)
{
	struct json_object *o = json_object_new_object();

	if (o && add(o, "state", json_object_new_string(source_state_name(r->state))) &&
	    add_number(o, "unread", r->unread))
		return o;
	json_object_put(o);
	return NULL;
}

static struct json_object *sources_to_json(const struct coverage *c)
{
	struct json_object *o = json_object_new_object();
	bool ok = o;

	for (enum scan_source s = 0; ok && s < SOURCE_COUNT; s++)
		ok = add(o, source_name(s), report_to_json(&c->sources[s]));
	if (ok)
		return o;
	json_object_put(o);
	return NULL;
}

struct json_object *coverage_to_json(const struct coverage *c)
{
	struct json_object *o = json_object_new_object();

	if (o && add_number(o, "processes", c->processes) && add_number(o, "unreadable", c->unreadable) &&
	    add_pid(o, "unreadable_pid", c->unreadable_pid) && add(o, "hidden", json_object_new_boolean(c->hidden)) &&
	    add_number(o, "vanished", c->vanished) && add(o, "sources", sources_to_json(c)))
		return o;
	json_object_put(o);
	return NULL;
}
