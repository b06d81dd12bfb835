/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "parse/runtime_engine.h"

#include "nsview/cgroup.h"
#include "nsview/snapshot.h"
#include "nsview/target.h"
#include "nsview/vec.h"
#include "parse/runtime_json.h"

#include <errno.h>
#include <string.h>

int runtime_docker_parse(const char *text, size_t len, struct arena *a, struct runtime_record *ret)
{
	AUTO_JSON struct json_object *o = runtime_json_parse(text, len);
	struct json_object *state = runtime_json_get(o, "State", json_type_object);
	struct json_object *config = runtime_json_get(o, "Config", json_type_object);
	struct runtime_record r = *ret;
	struct runtime_notes notes = {0};

	if (!runtime_json_get(o, "ID", json_type_string) || !state)
		return -EINVAL;
	runtime_notes_add_all(&notes, runtime_json_get(config, "Labels", json_type_object));
	if (!runtime_json_string(o, "ID", a, &r.id) || !runtime_json_string(o, "Name", a, &r.name))
		return -ENOMEM;
	if (r.name && r.name[0] == '/' && r.name[1])
		r.name++;
	/* Kubernetes' containers have a name of their own below docker's k8s_CONTAINER_POD_… */
	if (!runtime_notes_apply(&notes, a, &r))
		return -ENOMEM;
	r.kind = LABEL_DOCKER;
	r.pid = (int32_t)runtime_json_number(state, "Pid", TARGET_PID_MAX);
	*ret = r;
	return 0;
}

/* CRI-O names a container k8s_CONTAINER_POD_NAMESPACE_UID_ATTEMPT; the parts hold no underscore. 0, 1 when it is one, or -ENOMEM. */
static int crio_name(const char *name, struct arena *a, struct runtime_record *ret)
{
	const char *part[5];
	size_t n = 0;

	if (strncmp(name, "k8s_", 4))
		return 0;
	for (const char *s = name + 3; s && n < 5; s = strchr(s + 1, '_'))
		part[n++] = s + 1;
	if (n < 5)
		return 0;

	size_t box_len = (size_t)(part[1] - part[0] - 1), pod_len = (size_t)(part[2] - part[1] - 1);
	size_t ns_len = (size_t)(part[3] - part[2] - 1);

	if (!box_len || !pod_len || !ns_len)
		return 0;

	bool sandbox = box_len == 3 && !memcmp(part[0], "POD", 3);
	char *pod = arena_alloc(a, ns_len + pod_len + 2);
	char *box = sandbox ? arena_strndup(a, part[1], pod_len) : arena_strndup(a, part[0], box_len);

	if (!pod || !box)
		return -ENOMEM;
	memcpy(pod, part[2], ns_len);
	pod[ns_len] = '/';
	memcpy(pod + ns_len + 1, part[1], pod_len);
	ret->kind = LABEL_CRIO;
	ret->name = box;
	ret->pod = pod;
	return 1;
}

int runtime_engine_name(const char *name, struct arena *a, struct runtime_record *ret)
{
	int err = crio_name(name, a, ret);

	if (err == 0 && !(ret->name = arena_strdup(a, name)))
		return -ENOMEM;
	return err < 0 ? err : 0;
}

static int storage_row(struct json_object *row, struct arena *a, struct runtime_record *ret)
{
	struct json_object *names = runtime_json_get(row, "names", json_type_array);
	struct json_object *first = names ? json_object_array_get_idx(names, 0) : NULL;
	const char *name = json_object_is_type(first, json_type_string) ? json_object_get_string(first) : "";

	*ret = (struct runtime_record){.kind = LABEL_PODMAN, .only_uid = RUNTIME_UID_ANY};
	if (!runtime_json_get(row, "id", json_type_string))
		return -EINVAL;
	if (!runtime_json_string(row, "id", a, &ret->id))
		return -ENOMEM;
	return ret->id && *name ? runtime_engine_name(name, a, ret) : 0;
}

int runtime_storage_parse(const char *text, size_t len, struct arena *a, struct runtime_record **v, size_t *n, size_t *cap)
{
	AUTO_JSON struct json_object *o = runtime_json_parse(text, len);
	size_t rows, count = *n;

	if (!o || !json_object_is_type(o, json_type_array))
		return -EINVAL;
	rows = json_object_array_length(o);
	if (rows > RUNTIME_ROWS_MAX || vec_reserve(v, cap, count + rows) < 0)
		return rows > RUNTIME_ROWS_MAX ? -EINVAL : -ENOMEM;
	for (size_t i = 0; i < rows; i++) {
		int err = storage_row(json_object_array_get_idx(o, i), a, &(*v)[count]);

		if (err == -ENOMEM)
			return err;
		if (err == 0 && (*v)[count].id)
			count++;
	}
	*n = count;
	return 0;
}
