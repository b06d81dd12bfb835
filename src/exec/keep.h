/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_EXEC_KEEP_H
#define NSVIEW_EXEC_KEEP_H

#include "exec/trace.h"
#include "nsview/nstype.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Namespaces kept by bind mounts: files anywhere, or all of a run under one name,
 * /run/nsview/TYPE/NAME, and net also as /run/netns/NAME, where ip-netns(8) looks.
 */

/**
 * Bind-mount the namespace of a process to a file, which is made when it is not there.
 * With fresh it must not be there yet. 1 when it was made, 0 when it was there, or a negative errno: -EEXIST; -EBUSY when a namespace is bound there already;
 * -EINVAL for a mount namespace on a mount that is shared (or one that is its own ancestor).
 */
int keep_bind(const struct trace *t, pid_t pid, enum ns_type type, const char *path, bool fresh);

/** Undo keep_bind(): unmount the file, and delete it when drop says so. */
void keep_unbind(const struct trace *t, const char *path, bool drop);

/** Make ready the directories below which names are kept. 0 or a negative errno. */
int keep_prepare(const struct trace *t, uint32_t types);

/** The types that are kept under a name, as a mask; 0 for none. */
uint32_t keep_find(const char *name);

/**
 * Let go of all that is kept under a name.
 * 0; -ENOENT when nothing is; or another negative errno, with *failed the type that stays (may be NULL).
 */
int keep_release(const struct trace *t, const char *name, enum ns_type *failed);

/** Whether a string can be such a name: a single file name that no one takes for another kind of target. */
bool keep_name_ok(const char *name);

#endif
