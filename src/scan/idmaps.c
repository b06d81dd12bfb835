/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/idmaps.h"

#include "nsview/fd.h"
#include "nsview/idmap.h"
#include "nsview/scan.h"
#include "nsview/vec.h"
#include "scan/door.h"
#include "scan/elsewhere.h"
#include "scan/kernel.h"
#include "scan/procfs.h"
#include "scan/standin.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>

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

/* Both maps of ns from the directory of whoever is in it. 0, or -ENOMEM; *seen is set when they could be read. */
static int read_maps(struct snapshot *snap, int dirfd, uint32_t ns, uint8_t *seen)
{
	bool uid_failed, gid_failed = true;
	int err = read_map(snap, dirfd, ns, false, &uid_failed);

	if (err == 0)
		err = read_map(snap, dirfd, ns, true, &gid_failed);
	*seen = err == 0 && !uid_failed && !gid_failed;
	return err;
}

static int read_members(int procfd, struct snapshot *snap, uint8_t *seen)
{
	for (size_t i = 0; i < snap->nprocs; i++) {
		uint32_t ns = snap->procs[i].ns[NS_USER];

		if (!NS_REF_OK(ns) || seen[ns])
			continue;

		AUTO_CLOSE int dirfd = procfs_pid_open(procfd, (uint32_t)snap->procs[i].pid);
		AUTO_CLOSE int nsfd = dirfd < 0 ? -1 : openat(dirfd, "ns", O_PATH | O_DIRECTORY | O_CLOEXEC);
		uint32_t links[NS_SLOT_COUNT];

		/* The directory may be another process's by now. */
		if (nsfd < 0 || procfs_links(nsfd, 1u << NS_USER, links) < 0 || links[NS_USER] != snap->nss[ns].ino)
			continue;

		int err = read_maps(snap, dirfd, ns, &seen[ns]);

		if (err < 0)
			return err;
	}
	return 0;
}

/* Its maps as a child that joined it has them. 0, or -ENOMEM. */
static int read_joined(int procfd, struct snapshot *snap, int fd, uint32_t ns, uint8_t *seen)
{
	struct standin s;
	int err = standin_start(procfd, -1, fd, &s);

	if (err < 0)
		return err == -ENOMEM ? err : 0;
	err = read_maps(snap, s.dirfd, ns, &seen[ns]);
	standin_end(&s);
	return err;
}

static uint32_t userns_above(const struct snapshot *snap, uint32_t ns)
{
	return snap->nss[ns].type == NS_USER ? snap->nss[ns].parent : snap->nss[ns].owner;
}

/* The user namespaces without members that one leads to: itself, and upwards those that nobody was asked for. */
static int read_upwards(int procfd, struct snapshot *snap, const struct door *doors, uint32_t from, uint8_t *seen, uint8_t *tried)
{
	bool own = snap->nss[from].type == NS_USER && !seen[from] && !tried[from];
	uint32_t at = from, up = userns_above(snap, from);

	if (doors[from].kind == DOOR_NONE || !(own || (NS_REF_OK(up) && !seen[up] && !tried[up])))
		return 0;

	AUTO_CLOSE int fd = door_open(procfd, snap, from, &doors[from]);
	int err = 0;

	if (fd >= 0 && own) {
		tried[from] = 1;
		err = read_joined(procfd, snap, fd, from, seen);
	}
	for (; fd >= 0 && err == 0 && NS_REF_OK(up) && !seen[up] && !tried[up]; at = up, up = userns_above(snap, at)) {
		int next = ioctl(fd, NS_GET_USERNS);
		uint32_t ino;

		close(fd);
		fd = next;
		if (fd < 0 || door_ino(fd, &ino) < 0 || ino != snap->nss[up].ino)
			break;
		tried[up] = 1;
		err = read_joined(procfd, snap, fd, up, seen);
	}
	return err;
}

/* Namespaces without members take a child each. */
static int read_memberless(int procfd, struct snapshot *snap, uint8_t *seen)
{
	AUTO_FREE struct door *doors = doors_find(snap, NULL);
	AUTO_FREE uint8_t *tried = calloc(snap->nnss + 1, 1);
	int err = doors && tried ? 0 : -ENOMEM;

	for (uint32_t i = 0; i < snap->nnss && err == 0; i++)
		err = read_upwards(procfd, snap, doors, i, seen, tried);
	return err;
}

int idmaps_read(int procfd, bool join, struct snapshot *snap, struct fail *why)
{
	AUTO_FREE uint8_t *seen = calloc(snap->nnss + 1, 1);
	uint32_t unread = 0;
	int err = seen ? read_members(procfd, snap, seen) : -ENOMEM;

	if (err == 0 && join)
		err = read_memberless(procfd, snap, seen);
	if (err < 0)
		return fail_at(why, "read id maps", err);
	if (snap->nidmaps)
		qsort(snap->idmaps, snap->nidmaps, sizeof(*snap->idmaps), compare_idmaps);
	for (size_t i = 0; i < snap->nnss; i++)
		unread += snap->nss[i].type == NS_USER && !seen[i];
	snap->coverage.sources[SOURCE_IDMAPS] = (struct source_report){.state = SOURCE_RAN, .unread = unread};
	return 0;
}

static bool has_maps(const struct snapshot *snap, uint32_t ns)
{
	for (size_t i = 0; i < snap->nidmaps; i++)
		if (snap->idmaps[i].ns == ns)
			return true;
	return false;
}

/* Who is in it had them to read. */
static bool has_members(const struct snapshot *snap, uint32_t ns)
{
	for (size_t i = 0; i < snap->nprocs; i++)
		if (snap->procs[i].ns[NS_USER] == ns)
			return true;
	return false;
}

/* Why the maps of one that has none in the snapshot are not there: 0 when none were written, or a negative errno. */
static int why_none(int procfd, const struct snapshot *snap, uint32_t ns)
{
	struct standin s;
	uint32_t mount;
	AUTO_CLOSE int fd = ns_open(procfd, snap, ns, &mount);
	int err = fd < 0 ? fd : standin_start(procfd, -1, fd, &s);

	if (err == 0)
		standin_end(&s);
	return err;
}

int idmaps_explain(int procfd, const struct snapshot *snap, uint32_t userns, struct inside *in)
{
	int err = 0;

	if (snap->coverage.sources[SOURCE_IDMAPS].state != SOURCE_RAN)
		return 0;
	for (uint32_t ns = userns; NS_REF_OK(ns) && ns != snap->host.own[NS_USER] && err == 0; ns = snap->nss[ns].parent) {
		char what[40];
		int reason = has_maps(snap, ns) || has_members(snap, ns) ? 0 : why_none(procfd, snap, ns);

		snprintf(what, sizeof(what), "maps of user:[%u]", snap->nss[ns].ino);
		if (reason < 0)
			err = inside_put(in, INSIDE_TROUBLE, what,
					 reason == -EPERM ? "takes CAP_SYS_ADMIN in it: be root" : scan_open_reason(reason));
	}
	return err;
}
