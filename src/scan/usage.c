/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/counters.h"
#include "nsview/fd.h"
#include "nsview/usage_read.h"
#include "scan/door.h"
#include "scan/procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <libproc2/meminfo.h>
#include <libproc2/misc.h>
#include <libproc2/stat.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { NET_TEXT = 64 * 1024, PROC_TEXT = 4096 };

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static void read_machine(struct usage_machine *m)
{
	struct meminfo_info *mem = NULL;
	struct stat_info *stat = NULL;
	bool loaded = procps_loadavg(&m->load[0], &m->load[1], &m->load[2]) >= 0;

	m->cpus = (uint32_t)procps_cpu_count();
	if (procps_meminfo_new(&mem) >= 0 && procps_stat_new(&stat) >= 0) {
		m->mem_total = MEMINFO_GET(mem, MEMINFO_MEM_TOTAL, ul_int) * 1024;
		m->mem_used = MEMINFO_GET(mem, MEMINFO_MEM_USED, ul_int) * 1024;
		m->swap_total = MEMINFO_GET(mem, MEMINFO_SWAP_TOTAL, ul_int) * 1024;
		m->swap_used = MEMINFO_GET(mem, MEMINFO_SWAP_USED, ul_int) * 1024;
		m->cpu_busy = STAT_GET(stat, STAT_TIC_SUM_BUSY, ull_int);
		m->cpu_total = STAT_GET(stat, STAT_TIC_SUM_TOTAL, ull_int);
		m->known = loaded;
	}
	if (mem)
		procps_meminfo_unref(&mem);
	if (stat)
		procps_stat_unref(&stat);
}

static ssize_t read_proc(int procfd, int32_t pid, const char *name, char *buf, size_t size)
{
	char path[64];

	snprintf(path, sizeof(path), "%d/%s", pid, name);
	return procfs_read(procfd, path, buf, size);
}

static int compare_pids(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return (x > y) - (x < y);
}

static bool wanted(const struct usage_opts *o, int32_t pid)
{
	return !o->pids || bsearch(&pid, o->pids, o->npids, sizeof(pid), compare_pids);
}

/* Why nothing came of reading a file. */
static uint64_t refused(ssize_t n)
{
	return n == -EACCES || n == -EPERM ? USAGE_DENIED : USAGE_ABSENT;
}

/* Between snapshot and sample a PID may have been used again; its counters then go back, which rates notice. */
static void read_io(int procfd, struct usage_proc *p)
{
	char text[PROC_TEXT];
	ssize_t n = read_proc(procfd, p->pid, "io", text, sizeof(text));

	p->io_when = now();
	p->read = p->written = refused(n);
	if (n > 0 && counters_value_parse(text, (size_t)n, "read_bytes", &p->read) == 0)
		counters_value_parse(text, (size_t)n, "write_bytes", &p->written);
}

/* A kernel thread has no memory of its own. */
static void read_pss(int procfd, struct usage_proc *p)
{
	char text[PROC_TEXT];
	ssize_t n = read_proc(procfd, p->pid, "smaps_rollup", text, sizeof(text));
	uint64_t kib;

	p->pss = refused(n);
	if (n > 0 && counters_value_parse(text, (size_t)n, "Pss", &kib) == 0)
		p->pss = kib * 1024;
}

/* Processes were read one after the other in order of PID, which is as near as one comes to when each was. */
static uint64_t when_read(const struct snapshot *s, size_t i)
{
	return s->tasks_from + (uint64_t)((double)(s->tasks_to - s->tasks_from) * (double)i / (double)s->nprocs);
}

static int read_procs(int procfd, const struct snapshot *s, const struct usage_opts *o, struct usage *u)
{
	u->procs = malloc((s->nprocs + 1) * sizeof(*u->procs));
	if (!u->procs)
		return -ENOMEM;
	for (size_t i = 0; i < s->nprocs; i++) {
		const struct snap_proc *p = &s->procs[i];

		u->procs[i] = (struct usage_proc){.pid = p->pid, .start = p->start, .cpu = p->cpu, .when = when_read(s, i),
						  .read = USAGE_UNKNOWN, .written = USAGE_UNKNOWN, .pss = USAGE_UNKNOWN};
		if (o->flags & USAGE_IO && wanted(o, p->pid))
			read_io(procfd, &u->procs[i]);
		if (o->flags & USAGE_PSS && wanted(o, p->pid))
			read_pss(procfd, &u->procs[i]);
	}
	u->nprocs = s->nprocs;
	return 0;
}

static int compare_nets(const void *a, const void *b)
{
	const struct usage_net *x = a, *y = b;

	return (x->ino > y->ino) - (x->ino < y->ino);
}

enum { MEMBERS_TRIED = 4 }; /* members are alike: where some may not be read, the others may not either */

static bool net_read(int dirfd, const char *path, char *text, struct usage_net *net)
{
	ssize_t len = procfs_read(dirfd, path, text, NET_TEXT);

	return len > 0 && counters_net_parse(text, (size_t)len, &net->rx, &net->tx) == 0;
}

/* Any member tells of its namespace. Each namespace is read once, through the first process that may be. */
static void read_by_members(int procfd, const struct snapshot *s, uint8_t *tried, struct usage_net *by_ns, char *text)
{
	for (size_t i = 0; i < s->nprocs; i++) {
		uint32_t ns = s->procs[i].ns[NS_NET];
		char path[64];

		if (!NS_REF_OK(ns) || tried[ns] == MEMBERS_TRIED)
			continue;
		tried[ns]++;
		snprintf(path, sizeof(path), "%d/net/dev", s->procs[i].pid);
		if (net_read(procfd, path, text, &by_ns[ns]))
			tried[ns] = MEMBERS_TRIED;
	}
}

/* What a thread needs that goes into network namespaces. */
struct visits {
	int procfd;
	const struct snapshot *snap;
	const struct door *doors;
	struct usage_net *by_ns;
	char *text;
};

static void visit(const struct visits *v, uint32_t ns)
{
	AUTO_CLOSE int fd = door_open(v->procfd, v->snap, ns, &v->doors[ns]);

	if (fd >= 0 && setns(fd, CLONE_NEWNET) == 0)
		net_read(v->procfd, "thread-self/net/dev", v->text, &v->by_ns[ns]);
}

static void *visit_all(void *ctx)
{
	const struct visits *v = ctx;

	for (uint32_t ns = 0; ns < v->snap->nnss; ns++)
		if (v->snap->nss[ns].type == NS_NET && !USAGE_OK(v->by_ns[ns].rx) && v->doors[ns].kind != DOOR_NONE)
			visit(v, ns);
	return NULL;
}

/*
 * A namespace that no process tells of is entered. A thread can be in another network than its process, so that one
 * which ends afterwards goes in: nobody has to find the way back, and nothing is forked.
 */
static int read_by_doors(int procfd, const struct snapshot *s, struct usage_net *by_ns, char *text)
{
	AUTO_FREE struct door *doors = doors_find(s, NULL);
	struct visits v = {.procfd = procfd, .snap = s, .doors = doors, .by_ns = by_ns, .text = text};
	pthread_t thread;

	if (!doors)
		return -ENOMEM;
	if (pthread_create(&thread, NULL, visit_all, &v) == 0)
		pthread_join(thread, NULL);
	return 0;
}

/* Those that could be read nowhere stay as they are: denied. */
static int keep_nets(const struct snapshot *s, const struct usage_net *by_ns, struct usage *u)
{
	u->nets = malloc((s->nnss + 1) * sizeof(*u->nets));
	if (!u->nets)
		return -ENOMEM;
	for (size_t i = 0; i < s->nnss; i++)
		if (s->nss[i].type == NS_NET)
			u->nets[u->nnets++] = by_ns[i];
	qsort(u->nets, u->nnets, sizeof(*u->nets), compare_nets);
	return 0;
}

static int read_nets(int procfd, const struct snapshot *s, struct usage *u)
{
	AUTO_FREE char *text = malloc(NET_TEXT);
	AUTO_FREE uint8_t *tried = calloc(s->nnss + 1, 1);
	AUTO_FREE struct usage_net *by_ns = malloc((s->nnss + 1) * sizeof(*by_ns));
	size_t unread = 0;
	int err = 0;

	if (!text || !tried || !by_ns)
		return -ENOMEM;
	for (size_t i = 0; i < s->nnss; i++)
		by_ns[i] = (struct usage_net){.ino = s->nss[i].ino, .rx = USAGE_DENIED, .tx = USAGE_DENIED};
	u->nets_when = now();
	read_by_members(procfd, s, tried, by_ns, text);
	for (size_t i = 0; i < s->nnss; i++)
		unread += s->nss[i].type == NS_NET && !USAGE_OK(by_ns[i].rx);
	if (unread)
		err = read_by_doors(procfd, s, by_ns, text);
	return err < 0 ? err : keep_nets(s, by_ns, u);
}

int usage_read(const struct snapshot *snap, const struct usage_opts *opts, struct usage **ret)
{
	AUTO_CLOSE int procfd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct usage *u = calloc(1, sizeof(*u));
	int err;

	if (!u)
		return -ENOMEM;
	u->when = snap->tasks_from;
	u->hz = snap->host.hz;
	read_machine(&u->machine);
	err = read_procs(procfd, snap, opts, u);
	if (err == 0 && opts->flags & USAGE_NET)
		err = read_nets(procfd, snap, u);
	if (err < 0) {
		usage_free(u);
		return err;
	}
	*ret = u;
	return 0;
}
