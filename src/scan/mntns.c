/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/mntns.h"

#include "nsview/cover.h"
#include "nsview/fd.h"
#include "nsview/nslink.h"
#include "nsview/vec.h"
#include "scan/door.h"
#include "scan/kernel.h"
#include "scan/registry.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>

enum { IDS_AT_ONCE = 256, STATMOUNT_SIZE = 16384 };

int mntns_add_mount(struct snapshot *snap, enum ns_type type, uint32_t ino, struct snap_mount where, enum scan_source source)
{
	int err = registry_add(snap, type, ino, source, &where.ns);

	if (err == 0)
		err = vec_reserve(&snap->mounts, &snap->mounts_cap, snap->nmounts + 1);
	if (err < 0)
		return err;
	where.path = arena_strdup(&snap->strings, where.path);
	if (!where.path)
		return -ENOMEM;
	snap->mounts[snap->nmounts++] = where;
	return 0;
}

/* A mount of nsfs, and its place among all mounts of its namespace. */
struct nsfs_mount {
	size_t at;
	enum ns_type type;
	uint32_t ino;
};

struct mntns_walker {
	struct snapshot *snap;
	unsigned types;
	uint8_t *seen;
	size_t nseen;
	uint32_t unread; /* met, but their mounts are not told */
	union {
		struct kernel_statmount st;
		char room[STATMOUNT_SIZE];
	} *buf;
	/* Of the mount namespace that is read: */
	struct arena points;
	struct cover_mount *mounts;
	size_t n, cap;
	struct nsfs_mount *nsfs;
	size_t nnsfs, nsfs_cap;
};

static int keep_mount(struct mntns_walker *w, const struct kernel_statmount *st, const char *point)
{
	int err = vec_reserve(&w->mounts, &w->cap, w->n + 1);
	const char *copy = err < 0 ? NULL : arena_strdup(&w->points, point);

	if (!copy)
		return -ENOMEM;
	w->mounts[w->n++] = (struct cover_mount){.id = st->mnt_id, .parent = st->mnt_parent_id, .point = copy};
	return 0;
}

/* The mount that was kept last is one of nsfs. */
static int keep_nsfs(struct mntns_walker *w, enum ns_type type, uint32_t ino)
{
	int err = vec_reserve(&w->nsfs, &w->nsfs_cap, w->nnsfs + 1);

	if (err == 0)
		w->nsfs[w->nnsfs++] = (struct nsfs_mount){.at = w->n - 1, .type = type, .ino = ino};
	return err;
}

/* What the kernel tells of one mount, in one call. */
static int take_mount(struct mntns_walker *w, uint64_t mntns_id, uint64_t mount_id)
{
	struct kernel_mnt_id_req req = {
		.size = sizeof(req),
		.mnt_id = mount_id,
		.mnt_ns_id = mntns_id,
		.param = KERNEL_STATMOUNT_SB_BASIC | KERNEL_STATMOUNT_MNT_BASIC | KERNEL_STATMOUNT_MNT_ROOT |
			 KERNEL_STATMOUNT_MNT_POINT,
	};
	const struct kernel_statmount *st = &w->buf->st;
	enum ns_type type;
	uint32_t ino;

	memset(w->buf, 0, sizeof(*w->buf));
	/* A mount that went meanwhile says ENOENT; a path longer than any may be says EOVERFLOW. */
	if (syscall(__NR_statmount, &req, w->buf, sizeof(*w->buf), 0) < 0 || (st->mask & req.param) != req.param)
		return 0;
	w->buf->room[STATMOUNT_SIZE - 1] = '\0';

	const char *root = st->str + st->mnt_root, *point = st->str + st->mnt_point, *end = w->buf->room + STATMOUNT_SIZE;

	if (root >= end || point >= end)
		return 0;

	int err = keep_mount(w, st, point);

	if (err < 0 || st->sb_magic != NSFS_MAGIC || nslink_parse(root, strlen(root), &type, &ino) < 0 ||
	    !(w->types & 1u << type))
		return err;
	return keep_nsfs(w, type, ino);
}

/* All mounts of a namespace have been kept. */
static int add_nsfs(struct mntns_walker *w, uint32_t mntns)
{
	int err = w->nnsfs ? cover_find(w->mounts, w->n) : 0;

	for (size_t i = 0; i < w->nnsfs && err == 0; i++) {
		const struct nsfs_mount *m = &w->nsfs[i];
		const struct cover_mount *c = &w->mounts[m->at];

		err = mntns_add_mount(w->snap, m->type, m->ino,
				      (struct snap_mount){.mntns = mntns, .path = c->point, .covered = c->covered}, SOURCE_MNTNS_NEXT);
	}
	w->n = w->nnsfs = 0;
	arena_done(&w->points);
	return err;
}

/* The next mounts of a namespace behind the one that req->param names: how many, 0 at the end, or a negative errno. */
static long next_mounts(struct kernel_mnt_id_req *req, uint64_t ids[IDS_AT_ONCE])
{
	long n = syscall(__NR_listmount, req, ids, IDS_AT_ONCE, 0);

	if (n > 0)
		req->param = ids[n - 1];
	return n < 0 ? -errno : n;
}

/* 1; 0 where the kernel does not tell; or -ENOMEM. */
static int read_mounts(struct mntns_walker *w, uint64_t mntns_id, uint32_t mntns)
{
	uint64_t ids[IDS_AT_ONCE];
	struct kernel_mnt_id_req req = {.size = sizeof(req), .mnt_id = KERNEL_LSMT_ROOT, .mnt_ns_id = mntns_id};
	int err = 0;
	long n = 0;

	while (err == 0 && (n = next_mounts(&req, ids)) > 0)
		for (long i = 0; i < n && err == 0; i++)
			err = take_mount(w, mntns_id, ids[i]);
	if (err == 0)
		err = add_nsfs(w, mntns);
	return err < 0 ? err : n == 0;
}

static int take_propagation(uint64_t mntns_id, uint64_t mount_id, uint32_t ns, struct propagation_table *t)
{
	struct kernel_statmount st = {0};
	struct kernel_mnt_id_req req = {
		.size = sizeof(req),
		.mnt_id = mount_id,
		.mnt_ns_id = mntns_id,
		.param = KERNEL_STATMOUNT_MNT_BASIC | KERNEL_STATMOUNT_PROPAGATE_FROM,
	};

	if (syscall(__NR_statmount, &req, &st, sizeof(st), 0) < 0 || !(st.mask & KERNEL_STATMOUNT_MNT_BASIC))
		return 0; /* it went meanwhile */
	return propagation_add(t, ns,
			       (struct propagation){.shared = (uint32_t)st.mnt_peer_group,
						    .master = (uint32_t)st.mnt_master,
						    .from = (uint32_t)st.propagate_from});
}

int mntns_propagation(uint64_t id, uint32_t ns, struct propagation_table *t)
{
	uint64_t ids[IDS_AT_ONCE];
	struct kernel_mnt_id_req req = {.size = sizeof(req), .mnt_id = KERNEL_LSMT_ROOT, .mnt_ns_id = id};
	long n;

	while ((n = next_mounts(&req, ids)) > 0)
		for (long i = 0; i < n; i++) {
			int err = take_propagation(id, ids[i], ns, t);

			if (err < 0)
				return err;
		}
	return (int)n;
}

static int meet(struct mntns_walker *w, int fd, uint64_t id)
{
	uint32_t ino, ref;
	int err = door_ino(fd, &ino);

	if (err == 0)
		err = registry_add(w->snap, NS_MNT, ino, SOURCE_MNTNS_NEXT, &ref);
	if (err < 0)
		return err;
	w->snap->nss[ref].id = id;
	if (ref < w->nseen && w->seen[ref])
		return 0;
	err = read_mounts(w, id, ref);
	w->unread += err == 0;
	if (err == 1 && ref < w->nseen)
		w->seen[ref] = 1;
	return err < 0 ? err : 0;
}

/* From ours to the last one in one direction. -ENOENT is the end; what else stops it is the result. */
static int walk(struct mntns_walker *w, int from, unsigned long request)
{
	AUTO_CLOSE int at = fcntl(from, F_DUPFD_CLOEXEC, 0);
	int err = at < 0 ? -errno : 0;

	while (err == 0) {
		struct kernel_mnt_ns_info info = {.size = sizeof(info)};
		int next = ioctl(at, request, &info);

		if (next < 0)
			return -errno;
		close(at);
		at = next;
		err = meet(w, at, info.mnt_ns_id);
	}
	return err;
}

int mntns_walk(int procfd, unsigned types, uint8_t *seen, size_t n, struct snapshot *snap)
{
	struct source_report *report = &snap->coverage.sources[SOURCE_MNTNS_NEXT];
	AUTO_FREE void *buf = malloc(STATMOUNT_SIZE);
	struct mntns_walker w = {.snap = snap, .types = types, .seen = seen, .nseen = n, .buf = buf};
	AUTO_CLOSE int own = openat(procfd, "self/ns/mnt", O_RDONLY | O_CLOEXEC);

	if (!buf)
		return -ENOMEM;
	if (own < 0)
		return -errno;

	int err = walk(&w, own, KERNEL_NS_MNT_GET_NEXT);

	if (err == -ENOENT)
		err = walk(&w, own, KERNEL_NS_MNT_GET_PREV);
	free(w.mounts);
	free(w.nsfs);
	arena_done(&w.points);
	switch (err) {
	case -ENOENT:
		*report = (struct source_report){.state = SOURCE_RAN, .unread = w.unread};
		return 0;
	case -ENOTTY:
	case -EINVAL:
		report->state = SOURCE_LACKING;
		return 0;
	case -EPERM:
	case -EACCES:
		report->state = SOURCE_DENIED;
		return 0;
	default:
		return err;
	}
}
