/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_RENDER_COVERAGE_H
#define NSVIEW_RENDER_COVERAGE_H

#include "nsview/coverage.h"

struct json_object;

/**
 * What a scan saw, as every JSON document of nsview carries it under "coverage".
 * The caller puts the object; NULL without memory.
 */
struct json_object *coverage_to_json(const struct coverage *c);

#endif
