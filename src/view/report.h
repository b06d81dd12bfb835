/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_VIEW_REPORT_H
#define NSVIEW_VIEW_REPORT_H

#include "nsview/column.h"
#include "nsview/report.h"
#include "nsview/view.h"

/* Of many, text for people names the first ones; JSON has them all. */
enum { SHOWN_MAX = 25 };

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
void report_cell(struct report_builder *b, struct report_item *parent, const char *key, const char *label, struct cell cell);
void report_text(struct report_builder *b, struct report_item *parent, const char *key, const char *label, const char *s);

/** A list or a sentence, which goes on below itself where the terminal is narrow; what names a thing or is to be copied stays whole. */
void report_wrap(struct report_builder *b, struct report_item *parent, const char *key, const char *label, const char *s);
void report_number(struct report_builder *b, struct report_item *parent, const char *key, const char *label, uint64_t n);

/** In JSON alone a number; a negative one is none. */
void report_id(struct report_builder *b, struct report_item *parent, const char *key, int64_t id);
void report_bool(struct report_builder *b, struct report_item *parent, const char *key, const char *label, bool yes);
void report_missing(struct report_builder *b, struct report_item *parent, const char *key, const char *label, bool unknown);

/** How many processes are in a namespace. */
void report_members(struct report_builder *b, struct report_item *parent, const char *key, const char *label, uint32_t ns);

/** What is in a column of list for a row; for people only where it is there. */
void report_column(struct report_builder *b, struct report_item *parent, const char *key, const char *label, struct row row,
		   enum column_id id);

/** A namespace: in JSON its inode under key, for people its name under label. */
void report_ref(struct report_builder *b, struct report_item *parent, const char *key, const char *label, uint32_t ref);

/** A namespace of any type: in JSON type and ns, for people its name under label. */
void report_typed_ref(struct report_builder *b, struct report_item *parent, const char *label, uint32_t ref);

/** What a process (SNAP_NONE: nobody) belongs to: in JSON the object container or null, for people its label. */
void report_container(struct report_builder *b, struct report_item *parent, const char *label, uint32_t proc);

/** In JSON alone a process as an object, with its PID, command and container; null for SNAP_NONE. */
void report_who(struct report_builder *b, struct report_item *parent, const char *key, uint32_t proc);

/** In JSON alone a list, to which values without keys are added. */
struct report_item *report_list(struct report_builder *b, struct report_item *parent, const char *key);

/** Field i of what is inside that is more than a text or a number. */
void report_field(struct report_builder *b, struct report_item *row, const struct inside_row *in, size_t i, const char *label);

/** A letter of /proc/PID/stat in a word for JSON, NULL for none that is known; and in words for people. */
const char *report_state(char letter);
const char *report_state_words(char letter);

/** A text made by a format; b->failed without memory. */
const char *report_printf(struct report_builder *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** So many holders of a kind: "1 bind mount", "2 open descriptors". */
const char *report_counted(struct report_builder *b, enum hold_kind kind, uint32_t n);

/** "net:[4026531840]", or "-" and "?" where the reference names none. */
const char *report_ns_name(struct report_builder *b, uint32_t ref);

/** What a process belongs to, "docker web", or NULL. */
const char *report_label(struct report_builder *b, uint32_t proc);

/** The process with the PID that a text begins with, which a blank may end; SNAP_NONE for none. */
uint32_t report_proc_named(const struct report_builder *b, const char *pid);

/** The process by which a namespace belongs to something; SNAP_NONE for the machine's own, which belong to nobody. */
uint32_t report_ns_proc(const struct graph *g, uint32_t ns);

/** Add the sections of what is inside a namespace, or with SNAP_NONE of a process. */
void report_inside(struct report_builder *b, struct report_item *root, const struct inside *in, uint32_t ns);

/** Say what of a namespace, or with SNAP_NONE of a process, a saved snapshot does not tell. */
void report_not_inside(struct report_builder *b, struct report_item *root, uint32_t ns);

/** The uid_map of a user namespace as "0:100000:65536,…" (inside, outside, count), with gid its gid_map; NULL for none. */
const char *report_idmap(struct report_builder *b, uint32_t userns, int gid);

/** Add the init of a PID namespace and what it has not reaped; in, where it was looked at, has its members' PIDs. */
void report_pid(struct report_builder *b, struct report_item *root, uint32_t ns, const struct inside *in);

/** Add the maps of a user namespace, translated to its parent and to the level of nsview; in (NULL: not looked) knows of trouble with them. */
void report_maps(struct report_builder *b, struct report_item *root, uint32_t userns, const struct inside *in);

/** Add what holds a namespace, kind by kind. */
void report_holders(struct report_builder *b, struct report_item *root, uint32_t ns);

/** Whether a thread holds a namespace for the children that it may have, as a process does, and not by being in it. */
bool report_is_for_children(const struct report_builder *b, const struct snap_thread *t, uint32_t ns);

/** Add what a process holds besides the namespaces that it is in. */
void report_held_by(struct report_builder *b, struct report_item *root, uint32_t proc);

#endif
