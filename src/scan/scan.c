/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/scan.h"

#include "nsview/fd.h"
#include "scan/door.h"
#include "scan/holders.h"
#include "scan/host.h"
#include "scan/idmaps.h"
#include "scan/kernel.h"
#include "scan/labels.h"
#include "scan/listns.h"
#include "scan/mounts.h"
#include "scan/nspids.h"
#include "scan/procfs.h"
#include "scan/registry.h"
#include "scan/relations.h"
#include "scan/tasks.h"
#include "scan/users.h"

#include <errno.h>
#include <sys/ioctl.h>

static int read_mounts(int procfd, const struct scan_opts *opts, struct registry *reg, struct fail *why)
{
	struct snapshot *snap = reg->snap;
	int err = mounts_read(procfd, opts, reg);

	if (err == -ENOMEM)
		return fail_at(why, "read mounts", err);
	snap->coverage.sources[SOURCE_MOUNTS].state = err < 0 ? SOURCE_DENIED : SOURCE_RAN;
	return opts->want & WANT_MNTNS ? mounts_read_all(procfd, opts, reg, why) : 0;
}

/* First what holds namespaces, then what the namespaces say of each other, last what is said of them. */
static int fill(int procfd, const struct scan_opts *opts, struct registry *reg, struct fail *why)
{
	struct snapshot *snap = reg->snap;
	int err = tasks_read(procfd, opts, reg, why);

	if (err < 0)
		return err;
	err = host_namespaces_read(procfd, reg);
	if (err < 0)
		return fail_at(why, "read own namespaces", err);
	if (opts->want & (WANT_THREADS | WANT_FDS | WANT_SOCKETS) && (err = holders_read(procfd, opts, reg, why)) < 0)
		return err;
	if (opts->want & (WANT_MOUNTS | WANT_MNTNS) && (err = read_mounts(procfd, opts, reg, why)) < 0)
		return err;
	if (opts->want & (WANT_RELATIONS | WANT_NETNSID) && (err = relations_read(procfd, opts, reg, why)) < 0)
		return err;
	if (opts->want & WANT_LISTNS && (err = listns_read(opts->types, reg)) < 0)
		return fail_at(why, "list namespaces", err);
	if (opts->want & WANT_IDMAPS && (err = idmaps_read(procfd, snap, why)) < 0)
		return err;
	if (opts->want & WANT_NSPIDS)
		nspids_read(procfd, snap);
	if (opts->want & WANT_LABELS && (err = labels_read(opts, procfd, snap, why)) < 0)
		return err;
	if (opts->want & (WANT_CMDLINE_LEADERS | WANT_CMDLINE_ALL) && (err = tasks_cmdlines_read(opts, snap, why)) < 0)
		return err;
	if (opts->want & WANT_USERS && (err = users_read(snap)) < 0)
		return fail_at(why, "look up users", err);
	return 0;
}

int scan_run(const struct scan_opts *opts, struct snapshot **ret, struct fail *why)
{
	AUTO_SNAPSHOT struct snapshot *snap = snapshot_new();
	AUTO_CLOSE int procfd = procfs_open(why);
	struct registry reg = {.snap = snap};

	if (procfd < 0)
		return procfd;
	if (!snap)
		return fail_at(why, "begin", -ENOMEM);

	int err = host_read(snap);

	if (err < 0)
		return fail_at(why, "read the host's name and time", err);
	err = fill(procfd, opts, &reg, why);
	registry_done(&reg);
	if (err == 0)
		*ret = take_ptr(snap);
	return err;
}

int scan_path_ns(const char *path, enum ns_type *type, uint32_t *ino)
{
	AUTO_CLOSE int fd = door_path_open(path);
	if (fd < 0)
		return fd;

	int flag = ioctl(fd, NS_GET_NSTYPE);

	if (flag < 0)
		return -EINVAL;

	int t = ns_type_of_flag((uint64_t)(unsigned)flag), err;

	if (t < 0)
		return -EINVAL;
	err = door_ino(fd, ino);
	if (err == 0)
		*type = (enum ns_type)t;
	return err;
}
