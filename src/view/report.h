/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_VIEW_REPORT_H
#define NSVIEW_VIEW_REPORT_H

#include "nsview/report.h"

/*
 * Building a report. Without memory an item is NULL; everything below NULL is NULL and nothing
 * happens to it, so only the root needs a look at the end, and the arena's failed flag beside it.
 */
struct report_builder {
	const struct graph *g;
	struct arena *a;
	bool failed;
};

struct report_item *report_add(struct report_builder *b, struct report_item *parent, enum report_kind kind, const char *key,
			       const char *label);
void report_text(struct report_builder *b, struct report_item *parent, const char *key, const char *label, const char *s);

/** A text that gives way where the terminal is narrow. */
void report_cut(struct report_builder *b, struct report_item *parent, const char *key, const char *label, const char *s);

/** A text that is never cut: a command to copy, of which another would be left, or what names a thing. */
void report_whole(struct report_builder *b, struct report_item *parent, const char *key, const char *label, const char *s);
void report_number(struct report_builder *b, struct report_item *parent, const char *key, const char *label, uint64_t n);
void report_missing(struct report_builder *b, struct report_item *parent, const char *key, const char *label, bool unknown);

/** A text made by a format; b->failed without memory. */
const char *report_printf(struct report_builder *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** "net:[4026531840]", or "-" and "?" where the reference names none. */
const char *report_ns_name(struct report_builder *b, uint32_t ref);

/** What a process belongs to, "docker web", or NULL. */
const char *report_label(struct report_builder *b, uint32_t proc);

/** What a namespace belongs to, by its first process; NULL for the machine's own, which belong to nobody. */
const char *report_ns_label(struct report_builder *b, uint32_t ns);

/** Add the sections of what is inside a namespace, or with SNAP_NONE of a process. */
void report_inside(struct report_builder *b, struct report_item *root, const struct inside *in, uint32_t ns);

/** The uid_map of a user namespace as "0:100000:65536,…" (inside, outside, count), with gid its gid_map; NULL for none. */
const char *report_idmap(struct report_builder *b, uint32_t userns, int gid);

/** Add the init of a PID namespace and what it has not reaped; in, where it was looked at, has its members' PIDs. */
void report_pid(struct report_builder *b, struct report_item *root, uint32_t ns, const struct inside *in);

/** Add the maps of a user namespace, translated to its parent and to the level of nsview. */
void report_maps(struct report_builder *b, struct report_item *root, uint32_t userns);

/** Add what holds a namespace, kind by kind. */
void report_holders(struct report_builder *b, struct report_item *root, uint32_t ns);

/** Add what a process holds besides the namespaces that it is in. */
void report_held_by(struct report_builder *b, struct report_item *root, uint32_t proc);

#endif
