/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/runtime.h"

#include "nsview/snapshot.h"
#include "nsview/target.h"
#include "parse/runtime_json.h"
#include "parse/runtime_lines.h"

#include <errno.h>

enum section { SECTION_OTHER, SECTION_APPLICATION, SECTION_RUNTIME, SECTION_INSTANCE };

static enum section section_of(const struct text_line *line)
{
	if (line_key_is(line, "[Application]"))
		return SECTION_APPLICATION;
	/* A runtime that runs by itself has this instead. */
	if (line_key_is(line, "[Runtime]"))
		return SECTION_RUNTIME;
	return line_key_is(line, "[Instance]") ? SECTION_INSTANCE : SECTION_OTHER;
}

int runtime_flatpak_parse(const char *text, size_t len, struct arena *a, struct runtime_record *ret)
{
	enum section section = SECTION_OTHER;
	struct runtime_record r = *ret;
	struct text_line line;
	const char *name = NULL;

	for (size_t pos = 0; line_next(text, len, &pos, &line);) {
		const char **to = NULL;

		if (line.key[0] == '[')
			section = section_of(&line);
		else if ((section == SECTION_APPLICATION || section == SECTION_RUNTIME) && line_key_is(&line, "name"))
			to = &name;
		else if (section == SECTION_INSTANCE && line_key_is(&line, "instance-id"))
			to = &r.id;
		if (!to || !line.value_len || memchr(line.value, '\0', line.value_len))
			continue;
		*to = arena_strndup(a, line.value, line.value_len);
		if (!*to)
			return -ENOMEM;
	}
	if (!name)
		return -EINVAL;
	r.name = name;
	r.kind = LABEL_FLATPAK;
	*ret = r;
	return 0;
}

int runtime_bwrap_parse(const char *text, size_t len, struct arena *a, struct runtime_record *ret)
{
	AUTO_JSON struct json_object *o = runtime_json_parse(text, len);
	uint64_t pid = runtime_json_number(o, "child-pid", TARGET_PID_MAX);

	(void)a;
	if (!pid)
		return -EINVAL;
	ret->pid = (int32_t)pid;
	return 0;
}
