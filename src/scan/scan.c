/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/scan.h"

#include "nsview/fd.h"
#include "scan/bpf.h"
#include "scan/cmdline_pool.h"
#include "scan/door.h"
#include "scan/elsewhere.h"
#include "scan/holders.h"
#include "scan/host.h"
#include "scan/idmaps.h"
#include "scan/kernel.h"
#include "scan/labels.h"
#include "scan/lastpid.h"
#include "scan/listns.h"
#include "scan/mounts.h"
#include "scan/nspids.h"
#include "scan/procfs.h"
#include "scan/relations.h"
#include "scan/tasks.h"
#include "scan/users.h"
#include "scan/workers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>

/*
 * How many processes take as long to read from /proc as the BPF programs to load: some ten
 * milliseconds, at half a tenth of one for each process and what comes with it. Who scans again
 * and again loads once.
 */
enum { BPF_PAYS = 200, BPF_PAYS_KEPT = 50 };

/* One look at the machine on its way. */
struct scan_pass {
	int procfd;
	const struct scan_opts *opts;
	struct snapshot *snap;
	struct fail *why;
	size_t processes;          /* about */
	struct bpf_source *bpf;    /* NULL: /proc tells */
	struct cmdline_pool *pool; /* reads while BPF tells; NULL: nobody asks, or /proc tells all at once */
	int32_t last_pid;          /* see lastpid.h: before the first process was read */
};

static int failed(const struct scan_pass *p, const char *step, int err)
{
	return fail_at(p->why, step, err);
}

static int read_mounts(const struct scan_pass *p)
{
	struct snapshot *snap = p->snap;
	int err = mounts_read(p->procfd, p->opts, p->snap);

	if (err == -ENOMEM)
		return failed(p, "read mounts", err);
	snap->coverage.sources[SOURCE_MOUNTS].state = err < 0 ? SOURCE_DENIED : SOURCE_RAN;
	return p->opts->want & WANT_MNTNS ? mounts_read_all(p->procfd, p->opts, p->snap, p->why) : 0;
}

static bool in_first_pidns(int procfd)
{
	struct stat st;

	return fstatat(procfd, "self/ns/pid", &st, 0) == 0 && st.st_ino == ns_info(NS_PID)->init_ino;
}

/*
 * About how many processes there are. The number of links of /proc tells it for the whole machine, and
 * two more; in a PID namespace of its own nsview sees fewer of them, so there they are counted.
 */
static size_t count_processes(int procfd)
{
	AUTO_FREE uint32_t *pids = NULL;
	struct stat st;
	size_t n = fstat(procfd, &st) == 0 ? st.st_nlink : 0;

	return in_first_pidns(procfd) || procfs_pids(procfd, &pids, &n) == 0 ? n : 0;
}

/* The BPF source where it is asked for or pays, else NULL. */
static int source_open(struct scan_pass *p)
{
	const struct scan_opts *opts = p->opts;
	struct source_report *report = &p->snap->coverage.sources[SOURCE_BPF];
	struct scan_keep *keep = opts->keep;
	struct fail refused = {0};

	p->processes = count_processes(p->procfd);
	if (opts->source != SCAN_PROC && keep && keep->bpf) {
		p->bpf = keep->bpf;
		return 0;
	}
	if (opts->source == SCAN_PROC || (opts->source == SCAN_AUTO && keep && keep->no_bpf))
		return 0;
	if (opts->source == SCAN_AUTO && p->processes <= (keep ? BPF_PAYS_KEPT : BPF_PAYS))
		return 0;

	int err = bpf_source_open(&p->bpf, &refused);

	if (keep)
		*keep = (struct scan_keep){.bpf = p->bpf, .no_bpf = err < 0};
	if (err < 0 && opts->source == SCAN_BPF) {
		if (p->why)
			*p->why = refused;
		return err;
	}
	if (err < 0)
		report->state = err == -EPERM ? SOURCE_DENIED : SOURCE_LACKING;
	return 0;
}

/* Where nobody insisted on BPF, its failing is no reason to fail. */
static bool may_fall_back(const struct scan_pass *p, int err)
{
	return p->opts->source == SCAN_AUTO && err < 0 && err != -ENOMEM && err != -EMFILE && err != -ENFILE;
}

static int read_tasks_by_bpf(struct scan_pass *p)
{
	unsigned workers = workers_count(p->processes, p->opts->workers);

	if (p->opts->want & WANT_CMDLINES && cmdline_pool_open(p->procfd, workers, &p->pool) < 0)
		return failed(p, "read command lines", -ENOMEM);
	return bpf_tasks_read(p->bpf, p->procfd, p->opts, p->pool, p->snap, p->why);
}

static int read_tasks(struct scan_pass *p)
{
	struct snapshot *snap = p->snap;
	int err = p->bpf ? read_tasks_by_bpf(p) : -EAGAIN;

	if (p->bpf && !may_fall_back(p, err))
		return err;
	if (p->bpf)
		snap->coverage.sources[SOURCE_BPF].state = SOURCE_LACKING;
	cmdline_pool_close(p->pool, NULL);
	p->pool = NULL;
	snap->nprocs = snap->nthreads = 0;
	return tasks_read(p->procfd, p->opts, p->snap, p->why);
}

static int read_holders(const struct scan_pass *p)
{
	if (!p->bpf)
		return holders_read(p->procfd, p->opts, p->snap, p->why);
	/* Threads came with the processes. */
	if (!(p->opts->want & (WANT_FDS | WANT_SOCKETS)))
		return 0;

	int err = bpf_files_read(p->bpf, p->opts, p->snap, p->why);

	if (!may_fall_back(p, err))
		return err;
	/* Threads once more, since they tell of the tables of descriptors. */
	p->snap->nfds = p->snap->nsocks = p->snap->nthreads = 0;
	return holders_read(p->procfd, p->opts, p->snap, p->why);
}

static int read_relations(const struct scan_pass *p)
{
	if (p->bpf && p->opts->want & WANT_RELATIONS && bpf_relations_read(p->bpf, p->snap) < 0)
		return failed(p, "note relations", -ENOMEM);
	return relations_read(p->procfd, p->opts, p->snap, p->why);
}

/* What is told of processes for people: labels and command lines. */
static int read_more(const struct scan_pass *p)
{
	struct snapshot *snap = p->snap;
	AUTO_FREE uint64_t *cgroups = NULL;
	int err = p->bpf ? bpf_cgroups_read(p->bpf, snap, &cgroups) : 0;

	if (err < 0)
		return failed(p, "read more of processes", err);
	if (p->opts->want & (WANT_LABELS | WANT_LABELS_LEADERS))
		err = labels_read(p->opts, p->procfd, cgroups, snap, p->why);
	if (err == 0 && p->opts->want & WANT_CMDLINES)
		err = tasks_cmdlines_read(p->procfd, p->opts, p->pool, p->last_pid, snap, p->why);
	return err;
}

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

/* Every PID namespace has its init, which sorts first: where it is not listed, /proc hides the processes of others. */
static bool others_hidden(const struct snapshot *snap)
{
	return !snap->nprocs || snap->procs[0].pid != 1;
}

/* First what holds namespaces, then what the namespaces say of each other, last what is said of them. */
static int fill(struct scan_pass *p)
{
	struct snapshot *snap = p->snap;
	uint32_t want = p->opts->want;
	int err;

	snap->tasks_from = now();
	err = read_tasks(p);
	snap->tasks_to = now();
	if (err < 0)
		return err;
	snap->coverage.hidden = others_hidden(snap);
	err = host_namespaces_read(p->procfd, p->snap);
	if (err < 0)
		return failed(p, "read own namespaces", err);
	/* By the paths of mounts, descriptors that were opened there are known. */
	if (want & (WANT_MOUNTS | WANT_MNTNS) && (err = read_mounts(p)) < 0)
		return err;
	if (want & (WANT_THREADS | WANT_FDS | WANT_SOCKETS) && (err = read_holders(p)) < 0)
		return err;
	if (want & (WANT_RELATIONS | WANT_NETNSID) && (err = read_relations(p)) < 0)
		return err;
	if (want & WANT_LISTNS && (err = listns_read(p->opts->types, p->snap)) < 0)
		return failed(p, "list namespaces", err);
	if (want & WANT_IDMAPS && (err = idmaps_read(p->procfd, !p->opts->keep, p->snap, p->why)) < 0)
		return err;
	if (want & WANT_NSPIDS)
		nspids_read(p->procfd, p->snap);
	if ((err = read_more(p)) < 0)
		return err;
	if (want & WANT_USERS && (err = users_read(p->snap)) < 0)
		return failed(p, "look up users", err);
	return 0;
}

int scan_run(const struct scan_opts *opts, struct snapshot **ret, struct fail *why)
{
	AUTO_SNAPSHOT struct snapshot *snap = snapshot_new();
	AUTO_CLOSE int procfd = procfs_open(why);
	struct scan_pass p = {.procfd = procfd, .opts = opts, .snap = snap, .why = why};

	if (procfd < 0)
		return procfd;
	if (!snap)
		return failed(&p, "begin", -ENOMEM);

	int err = host_read(snap);

	if (err < 0)
		return failed(&p, "read the host's name and time", err);
	p.last_pid = lastpid_read(procfd);
	err = source_open(&p);
	if (err < 0)
		return err;
	err = fill(&p);
	cmdline_pool_close(p.pool, &snap->strings);
	if (!opts->keep)
		bpf_source_close(p.bpf);
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
	AUTO_CLOSE int procfd = procfs_open(NULL);
	if (procfd < 0)
		return procfd;
	AUTO_CLOSE int fd = path_open(procfd, path);
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

int scan_ns_open(const struct snapshot *snap, uint32_t ns, uint32_t *mount)
{
	AUTO_CLOSE int procfd = procfs_open(NULL);

	*mount = SNAP_NONE;
	return procfd < 0 ? procfd : ns_open(procfd, snap, ns, mount);
}

const char *scan_reason(int err)
{
	return err == -ENOSYS ? "a system call that it takes is not available (kernel too old, or forbidden by seccomp)"
			      : strerror(-err);
}

const char *scan_open_reason(int err)
{
	switch (err) {
	case -ENOENT: return "nothing that leads to it can be opened";
	case -ESRCH: return "nothing that leads to where it is can be opened";
	case -ESTALE: return "it is not there any more, or something is mounted over it";
	case -ETIMEDOUT: return "no answer within a second: a file system on the way there does not answer, or the machine is very busy";
	default: return scan_reason(err);
	}
}
