/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/idmaps.h"

#include "nsview/fd.h"
#include "nsview/idmap.h"
#include "nsview/vec.h"
#include "scan/procfs.h"

#include <errno.h>
#include <fcntl.h>

enum { MAP_TEXT_MAX = IDMAP_MAX * 33 + 1 }; /* three numbers right-aligned in ten, two blanks, a newline */

static int add(struct snapshot *snap, uint32_t ns, bool gid, const struct idmap_extent *e)
{
	int err = vec_reserve(&snap->idmaps, &snap->idmaps_cap, snap->nidmaps + 1);

	if (err < 0)
		return err;
	snap->idmaps[snap->nidmaps++] = (struct snap_idmap){
		.ns = ns,
		.inside = e->inside,
		.outside = e->outside,
		.count = e->count,
		.gid = gid,
	};
	return 0;
}

/* 0, or -ENOMEM; *failed is set when the map could not be read. */
static int read_map(struct snapshot *snap, int dirfd, uint32_t ns, bool gid, bool *failed)
{
	struct idmap_extent extents[IDMAP_MAX];
	char text[MAP_TEXT_MAX];
	ssize_t len = procfs_read(dirfd, gid ? "gid_map" : "uid_map", text, sizeof(text));
	int n = len < 0 ? (int)len : idmap_parse(text, (size_t)len, extents, IDMAP_MAX);

	*failed = n < 0;
	for (int i = 0; i < n; i++) {
		int err = add(snap, ns, gid, &extents[i]);

		if (err < 0)
			return err;
	}
	return 0;
}

static int compare_idmaps(const void *a, const void *b)
{
	const struct snap_idmap *x = a, *y = b;

	if (x->ns != y->ns)
		return x->ns < y->ns ? -1 : 1;
	if (x->gid != y->gid)
		return x->gid - y->gid;
	return (x->inside > y->inside) - (x->inside < y->inside);
}

int idmaps_read(int procfd, struct snapshot *snap, struct fail *why)
{
	AUTO_FREE uint8_t *seen = calloc(snap->nnss + 1, 1);
	uint32_t unread = 0;

	if (!seen)
		return fail_at(why, "read id maps", -ENOMEM);
	for (size_t i = 0; i < snap->nprocs; i++) {
		uint32_t ns = snap->procs[i].ns[NS_USER];
		bool uid_failed, gid_failed;

		if (!NS_REF_OK(ns) || seen[ns])
			continue;

		AUTO_CLOSE int dirfd = procfs_pid_open(procfd, (uint32_t)snap->procs[i].pid);
		AUTO_CLOSE int nsfd = dirfd < 0 ? -1 : openat(dirfd, "ns", O_PATH | O_DIRECTORY | O_CLOEXEC);
		uint32_t links[NS_SLOT_COUNT];

		/* The directory may be another process's by now. */
		if (nsfd < 0 || procfs_links(nsfd, 1u << NS_USER, links) < 0 || links[NS_USER] != snap->nss[ns].ino)
			continue;

		int err = read_map(snap, dirfd, ns, false, &uid_failed);

		if (err == 0)
			err = read_map(snap, dirfd, ns, true, &gid_failed);
		if (err < 0)
			return fail_at(why, "read id maps", err);
		seen[ns] = !uid_failed && !gid_failed;
	}
	if (snap->nidmaps)
		qsort(snap->idmaps, snap->nidmaps, sizeof(*snap->idmaps), compare_idmaps);
	for (size_t i = 0; i < snap->nnss; i++)
		unread += snap->nss[i].type == NS_USER && !seen[i];
	snap->coverage.sources[SOURCE_IDMAPS] = (struct source_report){.state = SOURCE_RAN, .unread = unread};
	return 0;
}
