/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/counters.h"
#include "nsview/fd.h"
#include "nsview/usage_read.h"
#include "scan/procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <libproc2/meminfo.h>
#include <libproc2/misc.h>
#include <libproc2/stat.h>
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

/* Between snapshot and sample a PID may have been used again; its counters then go back, which rates notice. */
static void read_one(int procfd, const struct usage_opts *o, struct usage_proc *p)
{
	char text[PROC_TEXT];
	ssize_t n;
	uint64_t value;

	if (o->flags & USAGE_IO && (n = read_proc(procfd, p->pid, "io", text, sizeof(text))) > 0) {
		if (counters_value_parse(text, (size_t)n, "read_bytes", &value) == 0)
			p->read = value;
		if (counters_value_parse(text, (size_t)n, "write_bytes", &value) == 0)
			p->written = value;
	}
	if (o->flags & USAGE_PSS && (n = read_proc(procfd, p->pid, "smaps_rollup", text, sizeof(text))) > 0 &&
	    counters_value_parse(text, (size_t)n, "Pss", &value) == 0)
		p->pss = value * 1024;
}

static int read_procs(int procfd, const struct snapshot *s, const struct usage_opts *o, struct usage *u)
{
	u->procs = malloc((s->nprocs + 1) * sizeof(*u->procs));
	if (!u->procs)
		return -ENOMEM;
	for (size_t i = 0; i < s->nprocs; i++) {
		const struct snap_proc *p = &s->procs[i];

		u->procs[i] = (struct usage_proc){.pid = p->pid, .start = p->start, .cpu = p->cpu, .read = USAGE_UNKNOWN,
						  .written = USAGE_UNKNOWN, .pss = USAGE_UNKNOWN};
		if (o->flags & (USAGE_IO | USAGE_PSS) && wanted(o, p->pid))
			read_one(procfd, o, &u->procs[i]);
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

/* Any member tells of its namespace. Each namespace is read once, through the first process that may be. */
static int read_nets(int procfd, const struct snapshot *s, struct usage *u)
{
	AUTO_FREE char *text = malloc(NET_TEXT);
	AUTO_FREE uint8_t *tried = calloc(s->nnss + 1, 1);

	u->nets = malloc((s->nnss + 1) * sizeof(*u->nets));
	if (!u->nets || !text || !tried)
		return -ENOMEM;
	for (size_t i = 0; i < s->nprocs; i++) {
		uint32_t ns = s->procs[i].ns[NS_NET];
		struct usage_net *net = &u->nets[u->nnets];
		ssize_t len;

		if (!NS_REF_OK(ns) || tried[ns] == MEMBERS_TRIED)
			continue;
		tried[ns]++;
		len = read_proc(procfd, s->procs[i].pid, "net/dev", text, NET_TEXT);
		if (len <= 0 || counters_net_parse(text, (size_t)len, &net->rx, &net->tx) < 0)
			continue;
		net->ino = s->nss[ns].ino;
		u->nnets++;
		tried[ns] = MEMBERS_TRIED;
	}
	qsort(u->nets, u->nnets, sizeof(*u->nets), compare_nets);
	return 0;
}

int usage_read(const struct snapshot *snap, const struct usage_opts *opts, struct usage **ret)
{
	AUTO_CLOSE int procfd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct usage *u = calloc(1, sizeof(*u));
	int err;

	if (!u)
		return -ENOMEM;
	u->when = now();
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
