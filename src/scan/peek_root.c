/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/fd.h"
#include "nsview/peek.h"
#include "nsview/scan.h"
#include "scan/procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static int put_root(struct inside *in, const char *path, const struct statx *st)
{
	char device[24], inode[24], mount[24] = "";

	snprintf(device, sizeof(device), "%u:%u", st->stx_dev_major, st->stx_dev_minor);
	snprintf(inode, sizeof(inode), "%" PRIu64, (uint64_t)st->stx_ino);
	if (st->stx_mask & STATX_MNT_ID)
		snprintf(mount, sizeof(mount), "%" PRIu64, (uint64_t)st->stx_mnt_id);
	return inside_put(in, INSIDE_ROOT, path, device, inode, mount);
}

int peek_root(const struct snapshot *snap, uint32_t proc, struct inside *in)
{
	const struct snap_proc *p = &snap->procs[proc];
	AUTO_CLOSE int procfd = procfs_open(NULL);
	AUTO_CLOSE int dirfd = procfd < 0 ? -1 : procfs_pid_open(procfd, (uint32_t)p->pid);
	char path[PATH_MAX];
	struct statx st;
	ssize_t n;

	if (dirfd < 0 || !procfs_is_still(dirfd, p->start))
		return inside_put(in, INSIDE_TROUBLE, "root directory", scan_reason(-ESRCH));
	n = readlinkat(dirfd, "root", path, sizeof(path) - 1);
	if (n < 0 || statx(dirfd, "root", AT_STATX_DONT_SYNC, STATX_INO | STATX_MNT_ID, &st) < 0)
		return inside_put(in, INSIDE_TROUBLE, "root directory", scan_reason(-errno));
	path[n] = '\0';
	return put_root(in, path, &st);
}
