/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_ELSEWHERE_H
#define NSVIEW_SCAN_ELSEWHERE_H

#include "nsview/snapshot.h"

#include <stddef.h>
#include <stdint.h>

struct door;

/*
 * Namespaces by their bind mounts that are no doors: in other mount namespaces, and behind a file system that may not
 * answer any more. A child walks there, which has a limit of time and gets killed; what it opens it sends to us.
 */

/** How long a child has for all that it is asked for. */
enum { ELSEWHERE_MS = 1000 };

/**
 * Told of one mount (an index into snap->mounts): the open namespace, which is closed afterwards, or a
 * negative errno, see scan_ns_open(). 0, or a negative errno, which ends it.
 */
typedef int elsewhere_fn(void *ctx, uint32_t mount, int fd);

/**
 * Open n mounts that are all in one mount namespace, by one child; doors are those of doors_find(). 0; what take()
 * answered; -ETIMEDOUT, and nothing was told of those that were left; another negative errno for trouble of our own.
 */
int elsewhere_read(int procfd, const struct snapshot *snap, const struct door *doors, const uint32_t *mounts, size_t n,
		   elsewhere_fn *take, void *ctx);

/**
 * Open an nsfs file by a path that the user gave, which a child walks: see door_path_open(). -ETIMEDOUT where a file
 * system does not answer.
 */
int path_open(int procfd, const char *path);

/** Open a namespace by its doors, or else by its mounts that are none: see scan_ns_open(). */
int ns_open(int procfd, const struct snapshot *snap, uint32_t ns, uint32_t *mount);

#endif
