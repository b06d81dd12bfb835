/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_STATE_FILE_H
#define NSVIEW_SCAN_STATE_FILE_H

#include "scan/local.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/** A directory of state, and who besides root and ourselves may own what is in it. */
struct state_dir {
	int fd;             /* owned; negative: there is none */
	uint32_t only_uid;  /* RUNTIME_UID_ANY: nobody else */
	struct local *local; /* borrowed: whom a way may lead to, and what was passed over */
};

/**
 * Open a directory by its full path; symbolic links on the way are the administrator's. fd is
 * negative when it is not there, or when the way leads through a file system that may never answer.
 */
struct state_dir state_dir_open(struct local *local, const char *path);

/** Open a directory in another that may be a mount of its own, if the kernel serves that by itself. */
struct state_dir state_dir_mounted(const struct state_dir *dir, const char *name);

/**
 * Open a directory below another. No symbolic link is followed and no mount crossed: that could be
 * a file system of a user's making, which may never answer.
 */
struct state_dir state_dir_below(const struct state_dir *dir, const char *path);

/** Close it. */
void state_dir_close(struct state_dir *dir);

/**
 * Read a file below a directory: regular, at most max bytes, not for others to write, owned by
 * root, by us or by the directory's user. *text is malloc()ed. Its length; -EACCES when it is not
 * to be trusted, -EFBIG, -ENOMEM or another negative errno. *only_uid tells whose processes it can tell of.
 */
ssize_t state_file_read(const struct state_dir *dir, const char *path, size_t max, char **text, uint32_t *only_uid);

/** Called with the name of an entry; a negative result ends the walk and is its result. */
typedef int state_entry_fn(void *ctx, const struct state_dir *dir, const char *name);

/** Call fn for the entries of a directory but dot files, up to a limit. 0 or what fn said. */
int state_dir_walk(const struct state_dir *dir, state_entry_fn *fn, void *ctx);

#endif
