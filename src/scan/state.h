/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_STATE_H
#define NSVIEW_SCAN_STATE_H

#include "nsview/arena.h"
#include "nsview/runtime.h"
#include "scan/local.h"

#include <stdbool.h>
#include <stddef.h>

/** What the container runtimes' state on disk says. Zeroed: empty. */
struct state {
	struct arena strings;
	struct runtime_record *records;
	size_t n, cap;
	struct local local; /* .passed: what was not read, as it may never answer */
};

/**
 * Read the records of runtimes that keep those of running containers together: runc, crun,
 * containerd, podman, systemd-machined, flatpak. Of users' own below /run/user, too.
 *
 * No daemon is asked, and no file is trusted: only regular ones are read, of a limited size, that
 * belong to root, to us or (for what this user runs) to the user below whose directory they are,
 * that others may not write, and no symbolic link is followed on the way below the directories
 * named in the code, nor a mount crossed. Those directories may be mounts, which the kernel must
 * serve by itself: FUSE or NFS may never answer. What is not as it should be is passed over.
 * 0 or -ENOMEM.
 */
int state_read(struct state *st);

/** Read what docker, podman and CRI-O keep of one container, by an id as cgroup_hex_id() accepts. 0 or -ENOMEM. */
int state_id_read(struct state *st, const char *id);

/** Add a record whose strings are in st->strings, or outlive it. 0 or -ENOMEM. */
int state_add(struct state *st, const struct runtime_record *r);

/** Whether LXC has a container of this name. */
bool state_lxc_has(struct state *st, const char *name);

/** Free what was read. */
void state_done(struct state *st);

#endif
