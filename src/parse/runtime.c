/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/runtime.h"

#include "nsview/num.h"
#include "nsview/snapshot.h"
#include "nsview/target.h"
#include "parse/runtime_json.h"

#include <errno.h>
#include <string.h>

/* runc keeps a bundle's annotations as "KEY=VALUE" among its labels. */
static void note_labels(struct runtime_notes *notes, struct json_object *labels)
{
	size_t n = labels ? json_object_array_length(labels) : 0;

	for (size_t i = 0; i < n; i++) {
		struct json_object *o = json_object_array_get_idx(labels, i);
		const char *s = json_object_is_type(o, json_type_string) ? json_object_get_string(o) : "";
		const char *equals = strchr(s, '=');

		if (equals)
			runtime_notes_add(notes, s, (size_t)(equals - s), equals + 1);
	}
}

int runtime_runc_parse(const char *text, size_t len, struct arena *a, struct runtime_record *ret)
{
	AUTO_JSON struct json_object *o = runtime_json_parse(text, len);
	struct json_object *config = runtime_json_get(o, "config", json_type_object);
	struct runtime_record r = *ret;
	struct runtime_notes notes = {0};

	if (!runtime_json_get(o, "id", json_type_string) || !runtime_json_get(o, "init_process_pid", json_type_int))
		return -EINVAL;
	note_labels(&notes, runtime_json_get(config, "labels", json_type_array));
	if (!runtime_json_string(o, "id", a, &r.id) || !runtime_notes_apply(&notes, a, &r))
		return -ENOMEM;
	r.kind = LABEL_RUNC;
	r.pid = (int32_t)runtime_json_number(o, "init_process_pid", TARGET_PID_MAX);
	r.start = runtime_json_number(o, "init_process_start", INT64_MAX);
	*ret = r;
	return 0;
}

int runtime_crun_parse(const char *text, size_t len, struct arena *a, struct runtime_record *ret)
{
	AUTO_JSON struct json_object *o = runtime_json_parse(text, len);

	(void)a;
	if (!runtime_json_get(o, "pid", json_type_int) || !runtime_json_get(o, "bundle", json_type_string))
		return -EINVAL;
	ret->kind = LABEL_CRUN;
	ret->pid = (int32_t)runtime_json_number(o, "pid", TARGET_PID_MAX);
	ret->start = runtime_json_number(o, "process-start-time", INT64_MAX);
	return 0;
}

int runtime_bundle_parse(const char *text, size_t len, struct arena *a, struct runtime_record *ret)
{
	AUTO_JSON struct json_object *o = runtime_json_parse(text, len);
	struct runtime_notes notes = {0};

	if (!runtime_json_get(o, "ociVersion", json_type_string))
		return -EINVAL;
	runtime_notes_add_all(&notes, runtime_json_get(o, "annotations", json_type_object));
	return runtime_notes_apply(&notes, a, ret) ? 0 : -ENOMEM;
}

int runtime_pid_parse(const char *text, size_t len, struct arena *a, struct runtime_record *ret)
{
	uint32_t pid;

	(void)a;
	while (len && (text[len - 1] == '\n' || text[len - 1] == ' '))
		len--;
	if (num_u32_parse(text, len, &pid) < 0 || !pid || pid > TARGET_PID_MAX)
		return -EINVAL;
	ret->pid = (int32_t)pid;
	return 0;
}
