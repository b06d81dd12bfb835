/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/scan.h"

#include "nsview/fd.h"
#include "scan/bpf.h"
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
#include <sys/stat.h>

/*
 * How many processes take as long to read from /proc as the BPF programs to load: some ten
 * milliseconds, at half a tenth of one for each process and what comes with it. Who scans again
 * and again loads once.
 */
enum { BPF_PAYS = 200, BPF_PAYS_KEPT = 50 };

static int read_mounts(int procfd, const struct scan_opts *opts, struct registry *reg, struct fail *why)
{
	struct snapshot *snap = reg->snap;
	int err = mounts_read(procfd, opts, reg);

	if (err == -ENOMEM)
		return fail_at(why, "read mounts", err);
	snap->coverage.sources[SOURCE_MOUNTS].state = err < 0 ? SOURCE_DENIED : SOURCE_RAN;
	return opts->want & WANT_MNTNS ? mounts_read_all(procfd, opts, reg, why) : 0;
}

/* The number of links of /proc is that of all processes, and two more for directories that are no process. */
static bool bpf_pays(int procfd, const struct scan_opts *opts)
{
	struct stat st;

	return fstat(procfd, &st) == 0 && st.st_nlink > (opts->keep ? BPF_PAYS_KEPT : BPF_PAYS);
}

/* The BPF source where it is asked for or pays, else NULL. */
static int source_open(int procfd, const struct scan_opts *opts, struct snapshot *snap, struct bpf_source **ret,
		       struct fail *why)
{
	struct source_report *report = &snap->coverage.sources[SOURCE_BPF];
	struct scan_keep *keep = opts->keep;
	struct fail refused = {0};

	if (opts->source != SCAN_PROC && keep && keep->bpf) {
		*ret = keep->bpf;
		return 0;
	}
	if (opts->source == SCAN_PROC || (opts->source == SCAN_AUTO && ((keep && keep->no_bpf) || !bpf_pays(procfd, opts))))
		return 0;

	int err = bpf_source_open(ret, &refused);

	if (keep)
		*keep = (struct scan_keep){.bpf = err == 0 ? *ret : NULL, .no_bpf = err < 0};
	if (err < 0 && opts->source == SCAN_BPF)
		return fail_at(why, refused.step, refused.err);
	if (err < 0)
		report->state = err == -EPERM ? SOURCE_DENIED : SOURCE_LACKING;
	return 0;
}

/* Where nobody insisted on BPF, its failing is no reason to fail. */
static bool may_fall_back(const struct scan_opts *opts, int err)
{
	return opts->source == SCAN_AUTO && err < 0 && err != -ENOMEM && err != -EMFILE && err != -ENFILE;
}

static int read_tasks(int procfd, const struct scan_opts *opts, struct bpf_source *bpf, struct registry *reg,
		      struct fail *why)
{
	struct snapshot *snap = reg->snap;
	int err = bpf ? bpf_tasks_read(bpf, procfd, opts, reg, why) : -EAGAIN;

	if (bpf && !may_fall_back(opts, err))
		return err;
	if (bpf)
		snap->coverage.sources[SOURCE_BPF].state = SOURCE_LACKING;
	snap->nprocs = snap->nthreads = 0;
	return tasks_read(procfd, opts, reg, why);
}

static int read_holders(int procfd, const struct scan_opts *opts, struct bpf_source *bpf, struct registry *reg,
			struct fail *why)
{
	struct scan_opts rest = *opts;

	if (!bpf)
		return holders_read(procfd, opts, reg, why);
	/* Threads came with the processes. */
	rest.want &= ~WANT_THREADS;
	if (!(opts->want & (WANT_FDS | WANT_SOCKETS)))
		return 0;

	int err = bpf_files_read(bpf, opts, reg, why);

	if (!may_fall_back(opts, err))
		return err;
	reg->snap->nfds = reg->snap->nsocks = 0;
	return holders_read(procfd, &rest, reg, why);
}

static int read_relations(int procfd, const struct scan_opts *opts, struct bpf_source *bpf, struct registry *reg,
			  struct fail *why)
{
	if (bpf && opts->want & WANT_RELATIONS && bpf_relations_read(bpf, reg) < 0)
		return fail_at(why, "note relations", -ENOMEM);
	return relations_read(procfd, opts, reg, why);
}

/* What is told of processes for people: labels and command lines. */
static int read_more(int procfd, const struct scan_opts *opts, const struct bpf_source *bpf, struct snapshot *snap,
		     struct fail *why)
{
	struct scan_keys keys = {0};
	int err = bpf ? bpf_keys_read(bpf, snap, &keys) : 0;

	if (err < 0)
		return fail_at(why, "read more of processes", err);
	if (opts->want & (WANT_LABELS | WANT_LABELS_LEADERS))
		err = labels_read(opts, procfd, keys.cgroups, snap, why);
	if (err == 0 && opts->want & (WANT_CMDLINE_LEADERS | WANT_CMDLINE_ALL))
		err = tasks_cmdlines_read(procfd, opts, keys.pidfs, snap, why);
	scan_keys_done(&keys);
	return err;
}

/* First what holds namespaces, then what the namespaces say of each other, last what is said of them. */
static int fill(int procfd, const struct scan_opts *opts, struct bpf_source *bpf, struct registry *reg, struct fail *why)
{
	struct snapshot *snap = reg->snap;
	int err = read_tasks(procfd, opts, bpf, reg, why);

	if (err < 0)
		return err;
	err = host_namespaces_read(procfd, reg);
	if (err < 0)
		return fail_at(why, "read own namespaces", err);
	if (opts->want & (WANT_THREADS | WANT_FDS | WANT_SOCKETS) && (err = read_holders(procfd, opts, bpf, reg, why)) < 0)
		return err;
	if (opts->want & (WANT_MOUNTS | WANT_MNTNS) && (err = read_mounts(procfd, opts, reg, why)) < 0)
		return err;
	if (opts->want & (WANT_RELATIONS | WANT_NETNSID) && (err = read_relations(procfd, opts, bpf, reg, why)) < 0)
		return err;
	if (opts->want & WANT_LISTNS && (err = listns_read(opts->types, reg)) < 0)
		return fail_at(why, "list namespaces", err);
	if (opts->want & WANT_IDMAPS && (err = idmaps_read(procfd, snap, why)) < 0)
		return err;
	if (opts->want & WANT_NSPIDS)
		nspids_read(procfd, snap);
	if ((err = read_more(procfd, opts, bpf, snap, why)) < 0)
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
	struct bpf_source *bpf = NULL;

	if (procfd < 0)
		return procfd;
	if (!snap)
		return fail_at(why, "begin", -ENOMEM);

	int err = host_read(snap);

	if (err < 0)
		return fail_at(why, "read the host's name and time", err);
	err = source_open(procfd, opts, snap, &bpf, why);
	if (err < 0)
		return err;
	err = fill(procfd, opts, bpf, &reg, why);
	registry_done(&reg);
	if (!opts->keep)
		bpf_source_close(bpf);
	if (err == 0)
		*ret = take_ptr(snap);
	return err;
}

void scan_keep_done(struct scan_keep *keep)
{
	bpf_source_close(keep->bpf);
	*keep = (struct scan_keep){0};
}

const char *const *scan_features(void)
{
	static const char *const with[] = {"bpf", NULL}, *const without[] = {NULL};

	return bpf_built_in() ? with : without;
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
