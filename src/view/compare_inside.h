/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_VIEW_COMPARE_INSIDE_H
#define NSVIEW_VIEW_COMPARE_INSIDE_H

#include "nsview/compare.h"
#include "view/report.h"

/**
 * What differs inside two namespaces of a type, a row for each fact of both; where no fact differs,
 * the first one, so that it shows that they were looked at.
 */
void compare_inside(struct report_builder *b, struct report_item *table, enum ns_type type, const struct compare_side *x,
		    const struct compare_side *y);

#endif
