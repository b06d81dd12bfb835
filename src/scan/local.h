/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_LOCAL_H
#define NSVIEW_SCAN_LOCAL_H

#include "nsview/map.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Ways to files on which nobody but the kernel is asked. A user who may mount FUSE can put a server that
 * never answers where root reads, and an NFS server may be gone: who walks in there does not come back.
 */

/** What is known of the mounts, and how often one was in the way. Zeroed: nothing yet. */
struct local {
	bool open;
	int mountinfo;	 /* kept open: it tells when it has changed */
	struct map ids;	 /* of the mounts that the kernel serves by itself */
	uint32_t passed; /* directories and files that were passed over, as somebody else serves them */
};

/**
 * Open a full path as O_PATH; symbolic links on the way are followed. The mount that the root
 * directory is in counts as local: nsview itself came from there. A descriptor that the caller
 * owns; -EREMOTE, which is counted, where another file system than the kernel's own is on the way
 * or at its end; else a negative errno. Before Linux 5.8, which does not tell what mount a
 * descriptor is in, all are taken as they are.
 */
int local_open(struct local *l, const char *path);

/** The same of a name in a directory that was opened so. A symbolic link is not followed but opened. */
int local_open_below(struct local *l, int dirfd, const char *name);

void local_done(struct local *l);

#endif
