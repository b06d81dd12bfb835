/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/mounts.h"

#include "nsview/cover.h"
#include "nsview/fd.h"
#include "nsview/nslink.h"
#include "scan/mntns.h"
#include "scan/procfs.h"
#include "scan/remote.h"

#include <errno.h>
#include <fcntl.h>
#include <libmount.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

/* Where the mounts of one mountinfo go. */
struct taker {
	struct snapshot *snap;
	const char *root; /* of the process whose mountinfo it is; "/" is the namespace's own */
	uint32_t mntns;
	unsigned types;
	enum scan_source source;
	struct remote remote;
};

/* The mounts of a table in its order, to see which of them are covered; NULL without memory. */
static struct cover_mount *list_mounts(struct libmnt_table *table, struct libmnt_iter *iter, size_t *n)
{
	struct cover_mount *mounts = calloc((size_t)mnt_table_get_nents(table) + 1, sizeof(*mounts));
	struct libmnt_fs *fs;

	mnt_reset_iter(iter, MNT_ITER_FORWARD);
	for (*n = 0; mounts && mnt_table_next_fs(table, iter, &fs) == 0; ++*n) {
		const char *target = mnt_fs_get_target(fs);

		mounts[*n] = (struct cover_mount){
			.id = (uint64_t)mnt_fs_get_id(fs),
			.parent = (uint64_t)mnt_fs_get_parent_id(fs),
			.point = target ? target : "",
		};
	}
	mnt_reset_iter(iter, MNT_ITER_FORWARD);
	return mounts;
}

static int take_mount(const struct taker *t, struct libmnt_fs *fs, const struct cover_mount *m)
{
	const char *fstype = mnt_fs_get_fstype(fs), *root = mnt_fs_get_root(fs);
	struct snap_mount where = {.mntns = t->mntns, .path = m->point, .covered = m->covered};
	char path[2 * PATH_MAX];
	enum ns_type type;
	uint32_t ino;

	if (!fstype || strcmp(fstype, "nsfs") != 0 || !root || !*m->point ||
	    nslink_parse(root, strlen(root), &type, &ino) < 0 || !(t->types & 1u << type))
		return 0;
	where.remote = remote_leads(&t->remote, m->point);
	if (strcmp(t->root, "/") != 0) {
		snprintf(path, sizeof(path), "%s%s", t->root, strcmp(m->point, "/") != 0 ? m->point : "");
		where.path = path;
	}
	return mntns_add_mount(t->snap, type, ino, where, t->source);
}

static int take_mounts(struct taker *t, struct libmnt_table *table, struct libmnt_iter *iter)
{
	size_t n;
	AUTO_FREE struct cover_mount *mounts = list_mounts(table, iter, &n);
	struct libmnt_fs *fs;
	int err = mounts ? cover_find(mounts, n) : -ENOMEM;

	if (err == 0)
		err = remote_find(&t->remote, table);
	for (size_t i = 0; i < n && err == 0 && mnt_table_next_fs(table, iter, &fs) == 0; i++)
		err = take_mount(t, fs, &mounts[i]);
	remote_done(&t->remote);
	return err;
}

/* The stream is closed. */
static int parse(FILE *mountinfo, struct taker *t)
{
	struct libmnt_table *table = mnt_new_table();
	struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
	int err = table && iter ? 0 : -ENOMEM;

	if (err == 0)
		err = mnt_table_parse_stream(table, mountinfo, "");
	if (err == 0)
		err = take_mounts(t, table, iter);
	mnt_free_iter(iter);
	mnt_unref_table(table);
	fclose(mountinfo);
	return err;
}

int mounts_parse(FILE *mountinfo, uint32_t mntns, unsigned types, struct snapshot *snap, enum scan_source source)
{
	struct taker t = {.snap = snap, .root = "/", .mntns = mntns, .types = types, .source = source};

	return parse(mountinfo, &t);
}

/* Most mount namespaces hold no namespaces: the parser sees only those that may. */
static int read_mountinfo(int fd, struct taker *t)
{
	AUTO_FREE char *text = NULL;
	size_t len = 0;
	int err = procfs_read_all(fd, &text, &len);

	if (err < 0)
		return err;
	if (!strstr(text, " - nsfs "))
		return 0;

	FILE *stream = fmemopen(text, len, "r");

	return stream ? parse(stream, t) : -ENOMEM;
}

int mounts_read(int procfd, const struct scan_opts *opts, struct snapshot *snap)
{
	AUTO_CLOSE int fd = openat(procfd, "self/mountinfo", O_RDONLY | O_CLOEXEC);

	struct taker t = {
		.snap = snap,
		.root = "/", /* what nsview calls so: its user takes the paths from there, too */
		.mntns = snap->host.own[NS_MNT],
		.types = opts->types,
		.source = SOURCE_MOUNTS,
	};

	return fd < 0 ? -errno : read_mountinfo(fd, &t);
}

/*
 * mountinfo stays with the mount namespace that the process was in when it was opened, so the
 * link is read afterwards: when it still names the namespace, so does the open file.
 */
int mounts_member_open(int procfd, const struct snapshot *snap, const struct snap_proc *p, char root[PATH_MAX])
{
	uint32_t links[NS_SLOT_COUNT];
	AUTO_CLOSE int dirfd = procfs_pid_open(procfd, (uint32_t)p->pid);
	if (dirfd < 0)
		return dirfd;
	AUTO_CLOSE int fd = openat(dirfd, "mountinfo", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	AUTO_CLOSE int nsfd = openat(dirfd, "ns", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (nsfd < 0)
		return -errno;

	ssize_t len = readlinkat(dirfd, "root", root, PATH_MAX - 1);
	int err = len < 0 ? -errno : procfs_links(nsfd, 1u << NS_MNT, links);

	if (err < 0)
		return err;
	root[len] = '\0';
	return links[NS_MNT] == snap->nss[p->ns[NS_MNT]].ino ? take_fd(&fd) : -ESTALE;
}

static int read_member(int procfd, const struct scan_opts *opts, struct snapshot *snap, const struct snap_proc *p,
		       bool chrooted)
{
	char root[PATH_MAX];
	struct taker t = {
		.snap = snap,
		.root = root,
		.mntns = p->ns[NS_MNT],
		.types = opts->types,
		.source = SOURCE_MNTNS,
	};
	AUTO_CLOSE int fd = mounts_member_open(procfd, snap, p, root);

	if (fd < 0)
		return fd;
	return strcmp(root, "/") != 0 && !chrooted ? -EXDEV : read_mountinfo(fd, &t);
}

/*
 * The first n mount namespaces by members, each once; a member that is gone is followed by the next. One in a chroot(2)
 * sees a part of the mounts, and is asked only where nothing else led there.
 */
static int read_members(int procfd, const struct scan_opts *opts, struct snapshot *snap, uint8_t *seen, size_t n,
			bool chrooted)
{
	AUTO_FREE uint8_t *part = calloc(n + 1, 1);

	if (!part)
		return -ENOMEM;
	for (size_t i = 0; i < snap->nprocs; i++) {
		uint32_t ns = snap->procs[i].ns[NS_MNT];
		int err;

		if (!NS_REF_OK(ns) || ns >= n || seen[ns] || part[ns])
			continue;
		err = read_member(procfd, opts, snap, &snap->procs[i], chrooted);
		if (err == -ENOMEM || err == -EMFILE || err == -ENFILE)
			return err;
		/* What is seen from a chroot is no reason to call the namespace read. */
		*(chrooted ? &part[ns] : &seen[ns]) = err == 0;
	}
	return 0;
}

int mounts_read_all(int procfd, const struct scan_opts *opts, struct snapshot *snap, struct fail *why)
{
	size_t n = snap->nnss; /* mounts add to the table while it is read */
	AUTO_FREE uint8_t *seen = calloc(n + 1, 1);
	struct source_report report = {.state = SOURCE_RAN};
	int err;

	if (!seen)
		return fail_at(why, "read mount namespaces", -ENOMEM);
	seen[snap->host.own[NS_MNT]] = 1; /* mounts_read() did it */
	err = read_members(procfd, opts, snap, seen, n, false);
	if (err == 0)
		err = mntns_walk(procfd, opts->types, seen, n, snap);
	if (err == 0)
		err = read_members(procfd, opts, snap, seen, n, true);
	for (size_t i = 0; i < n; i++)
		report.unread += snap->nss[i].type == NS_MNT && !seen[i];
	snap->coverage.sources[SOURCE_MNTNS] = report;
	return err < 0 ? fail_at(why, "read mount namespaces", err) : 0;
}
