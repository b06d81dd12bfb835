/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "parse/runtime_json.h"

#include <limits.h>
#include <string.h>

struct json_object *runtime_json_parse(const char *text, size_t len)
{
	struct json_tokener *tok = len <= INT_MAX ? json_tokener_new_ex(RUNTIME_DEPTH_MAX) : NULL;
	struct json_object *o;

	if (!tok)
		return NULL;
	o = json_tokener_parse_ex(tok, text, (int)len);
	json_tokener_free(tok);
	if (o && !json_object_is_type(o, json_type_object) && !json_object_is_type(o, json_type_array)) {
		json_object_put(o);
		o = NULL;
	}
	return o;
}

struct json_object *runtime_json_get(struct json_object *o, const char *key, enum json_type type)
{
	struct json_object *member;

	if (!o || !json_object_is_type(o, json_type_object) || !json_object_object_get_ex(o, key, &member))
		return NULL;
	return json_object_is_type(member, type) ? member : NULL;
}

bool runtime_json_string(struct json_object *o, const char *key, struct arena *a, const char **ret)
{
	struct json_object *member = runtime_json_get(o, key, json_type_string);
	const char *s = member ? json_object_get_string(member) : "";

	if (!*s)
		return true;
	s = arena_strdup(a, s);
	if (s)
		*ret = s;
	return s;
}

uint64_t runtime_json_number(struct json_object *o, const char *key, uint64_t max)
{
	struct json_object *member = runtime_json_get(o, key, json_type_int);
	int64_t n = member ? json_object_get_int64(member) : 0;

	return n > 0 && (uint64_t)n <= max ? (uint64_t)n : 0;
}

/* The annotations that tell; of those for the same thing the first that is met stays. */
static const struct {
	const char *key;
	size_t at;
} keys[] = {
	{"io.kubernetes.cri.container-name", offsetof(struct runtime_notes, container)},
	{"io.kubernetes.cri.container-type", offsetof(struct runtime_notes, type)},
	{"io.kubernetes.cri.sandbox-name", offsetof(struct runtime_notes, pod)},
	{"io.kubernetes.cri.sandbox-namespace", offsetof(struct runtime_notes, namespace)},
	{"io.kubernetes.cri-o.ContainerType", offsetof(struct runtime_notes, type)},
	{"io.kubernetes.cri-o.Namespace", offsetof(struct runtime_notes, namespace)},
	{"io.kubernetes.container.name", offsetof(struct runtime_notes, container)},
	{"io.kubernetes.pod.name", offsetof(struct runtime_notes, pod)},
	{"io.kubernetes.pod.namespace", offsetof(struct runtime_notes, namespace)},
	{"io.kubernetes.docker.type", offsetof(struct runtime_notes, type)},
	{"nerdctl/name", offsetof(struct runtime_notes, name)},
};

void runtime_notes_add(struct runtime_notes *notes, const char *key, size_t key_len, const char *value)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const char **to = (const char **)((char *)notes + keys[i].at);

		if (strlen(keys[i].key) == key_len && !memcmp(keys[i].key, key, key_len) && !*to && *value)
			*to = value;
	}
}

void runtime_notes_add_all(struct runtime_notes *notes, struct json_object *annotations)
{
	if (!annotations)
		return;

	struct json_object_iterator it = json_object_iter_begin(annotations), end = json_object_iter_end(annotations);

	for (; !json_object_iter_equal(&it, &end); json_object_iter_next(&it)) {
		const char *key = json_object_iter_peek_name(&it);
		struct json_object *value = json_object_iter_peek_value(&it);

		if (json_object_is_type(value, json_type_string))
			runtime_notes_add(notes, key, strlen(key), json_object_get_string(value));
	}
}

bool runtime_notes_apply(const struct runtime_notes *notes, struct arena *a, struct runtime_record *ret)
{
	/* The container that holds a pod's namespaces open stands for the pod. */
	bool sandbox = notes->type && (!strcmp(notes->type, "sandbox") || !strcmp(notes->type, "podsandbox"));
	const char *container = sandbox ? notes->pod : notes->container;
	const char *name = notes->name ? notes->name : container, *pod = NULL;

	if (name && !(name = arena_strdup(a, name)))
		return false;
	if (notes->pod && !(pod = arena_printf(a, "%s/%s", notes->namespace ? notes->namespace : "default", notes->pod)))
		return false;
	if (name)
		ret->name = name;
	if (pod)
		ret->pod = pod;
	return true;
}
