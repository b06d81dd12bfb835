/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_CMD_DIFF_KIND_H
#define NSVIEW_CMD_DIFF_KIND_H

enum diff_kind {
	DIFF_TARGETS, /* processes, containers, namespaces */
	DIFF_DUMPS,   /* files that nsview dump wrote */
	DIFF_NEITHER, /* one of each, or files with nothing in them: a message was printed */
};

/** What two operands of nsview diff are. */
enum diff_kind diff_kind(const char *a, const char *b);

#endif
