/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_RENDER_JSON_H
#define NSVIEW_RENDER_JSON_H

#include <stdio.h>

struct json_object;

/** Write an object and forget it. obj NULL is -ENOMEM; a failed write is left to the stream's error flag. */
int json_write(FILE *out, struct json_object *obj);

#endif
