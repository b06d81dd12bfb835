/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/inside.h"

#include "nsview/vec.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const unsigned char field_counts[] = {
	[INSIDE_FLIGHT] = 3,
	[INSIDE_INTERFACE] = 8, [INSIDE_LISTENER] = 3, [INSIDE_ROUTE] = 4, [INSIDE_MOUNT] = 7, [INSIDE_UTS] = 2,
	[INSIDE_SHM] = 5,       [INSIDE_SEM] = 4,      [INSIDE_MSG] = 5,   [INSIDE_MQUEUE] = 1, [INSIDE_OFFSET] = 3,
	[INSIDE_CGROUP] = 2,    [INSIDE_LIMIT] = 2,    [INSIDE_PIDS] = 1,  [INSIDE_CAPS] = 2,  [INSIDE_PATH] = 2,
	[INSIDE_TROUBLE] = 2,   [INSIDE_PROPAGATION] = 4, [INSIDE_ROOT] = 4, [INSIDE_MEMBER_CAPS] = 3,
};
static_assert(sizeof(field_counts) == INSIDE_KIND_COUNT, "one number per kind");

size_t inside_field_count(enum inside_kind kind)
{
	return field_counts[kind];
}

int inside_add(struct inside *in, enum inside_kind kind, const char *const *fields, size_t n)
{
	struct inside_row row = {.kind = kind, .n = n};
	int err = vec_reserve(&in->rows, &in->cap, in->n + 1);

	if (err < 0)
		return err;
	for (size_t i = 0; i < INSIDE_FIELDS; i++) {
		row.fields[i] = i < n && fields[i] ? arena_strdup(&in->strings, fields[i]) : "";
		if (!row.fields[i])
			return -ENOMEM;
	}
	in->rows[in->n++] = row;
	return 0;
}

void inside_done(struct inside *in)
{
	free(in->rows);
	arena_done(&in->strings);
	*in = (struct inside){0};
}

int inside_parse(struct inside *in, const char *data, size_t len)
{
	const char *end = data + len;

	while (data < end) {
		unsigned kind = (unsigned char)*data++;
		const char *fields[INSIDE_FIELDS];
		size_t n;
		int err;

		if (kind >= INSIDE_KIND_COUNT)
			return -EINVAL;
		n = field_counts[kind];
		for (size_t i = 0; i < n; i++) {
			const char *nul = memchr(data, '\0', (size_t)(end - data));

			if (!nul)
				return -EINVAL;
			fields[i] = data;
			data = nul + 1;
		}
		err = inside_add(in, (enum inside_kind)kind, fields, n);
		if (err < 0)
			return err;
	}
	return 0;
}

int inside_write(const struct inside *in, char **ret, size_t *len)
{
	size_t size = 0;
	char *data, *p;

	for (size_t i = 0; i < in->n; i++) {
		size++;
		for (size_t f = 0; f < field_counts[in->rows[i].kind]; f++)
			size += strlen(in->rows[i].fields[f]) + 1;
	}
	data = p = malloc(size + 1);
	if (!data)
		return -ENOMEM;
	for (size_t i = 0; i < in->n; i++) {
		*p++ = (char)in->rows[i].kind;
		for (size_t f = 0; f < field_counts[in->rows[i].kind]; f++)
			p = stpcpy(p, in->rows[i].fields[f]) + 1;
	}
	*ret = data;
	*len = size;
	return 0;
}
