/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_RENDER_JSON_H
#define NSVIEW_RENDER_JSON_H

#include <stdio.h>

#include "nsview/arena.h"
#include "nsview/column.h"

struct json_object;

/** A cell as a value; NULL for what is null, be it unknown or absent: coverage tells which. */
struct json_object *json_cell(const struct column *col, struct cell cell, struct arena *scratch);

/**
 * Write what json-c made of an object, with all characters escaped that could act on a terminal: JSON asks for that
 * of C0 controls alone. 0 or a negative errno.
 */
int json_put(FILE *out, const char *s, size_t n);

/** Write an object and forget it. obj NULL is -ENOMEM; a failed write is left to the stream's error flag. */
int json_write(FILE *out, struct json_object *obj);

#endif
