/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_REMOTE_H
#define NSVIEW_SCAN_REMOTE_H

#include "nsview/map.h"

#include <stdbool.h>

struct libmnt_table;

/*
 * File systems that somebody else than the kernel serves: FUSE, NFS, and whatever is not known here. One may not
 * answer any more, and who walks through it then does not come back.
 */

/** Whether the kernel serves file systems of a type by itself, from memory or from a device. */
bool remote_type_is_local(const char *fstype);

/** The mount points of such file systems, but for the root, which nsview itself came from. Zeroed: none. */
struct remote {
	struct map points;
};

/** Find them in a mountinfo(5). 0 or -ENOMEM; remote_done() in either case. */
int remote_find(struct remote *r, struct libmnt_table *table);

/** Whether the way to a path leads through one of them; rarely also where it does not. */
bool remote_leads(const struct remote *r, const char *path);

void remote_done(struct remote *r);

#endif
