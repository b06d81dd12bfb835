/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/host.h"

#include "nsview/fd.h"
#include "scan/procfs.h"
#include "scan/registry.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

int host_read(struct snapshot *snap)
{
	struct utsname uts;
	struct timespec now, boot;
	long hz = sysconf(_SC_CLK_TCK);

	if (uname(&uts) < 0 || clock_gettime(CLOCK_REALTIME, &now) < 0 || clock_gettime(CLOCK_BOOTTIME, &boot) < 0)
		return -errno;

	struct snap_host *h = &snap->host;

	h->hostname = arena_strdup(&snap->strings, uts.nodename);
	h->kernel = arena_strdup(&snap->strings, uts.release);
	h->version = NSVIEW_VERSION;
	if (!h->hostname || !h->kernel)
		return -ENOMEM;
	h->self = getpid();
	h->hz = hz > 0 ? (uint32_t)hz : 100;
	h->time = (uint64_t)now.tv_sec;
	h->uptime = (uint64_t)boot.tv_sec * h->hz + (uint64_t)boot.tv_nsec * h->hz / 1000000000;
	return 0;
}

/* What may not be read of PID 1 by /proc another source may have told. */
static void base_from_init(const struct snapshot *snap, uint32_t base[NS_TYPE_COUNT])
{
	const struct snap_proc *init = snap->nprocs ? &snap->procs[0] : NULL;

	for (int t = 0; t < NS_TYPE_COUNT && init && init->pid == 1; t++)
		if (NS_REF_OK(init->ns[t]))
			base[t] = init->ns[t];
}

/* In a PID namespace of its own PID 2 is anybody. */
static bool second_is_kthread(const struct snapshot *snap)
{
	for (size_t i = 0; i < snap->nprocs && snap->procs[i].pid <= 2; i++)
		if (snap->procs[i].pid == 2)
			return snap->procs[i].flags & SNAP_PROC_KTHREAD;
	return false;
}

int host_namespaces_read(int procfd, struct snapshot *snap)
{
	struct snap_host *h = &snap->host;
	uint32_t own[NS_SLOT_COUNT], first[NS_SLOT_COUNT];

	AUTO_CLOSE int self = procfs_ns_open(procfd, (uint32_t)getpid());
	AUTO_CLOSE int init = procfs_ns_open(procfd, 1);
	AUTO_CLOSE int kthreadd = procfs_ns_open(procfd, 2);
	if (self < 0)
		return self;

	int err = procfs_links(self, NS_TYPES_ALL, own);

	if (err < 0)
		return err;
	/* Even root may not read every PID 1; the first kernel thread is where the machine began, too. */
	if ((init < 0 || procfs_links(init, NS_TYPES_ALL, first) < 0 || !NS_REF_OK(first[NS_USER])) &&
	    (!second_is_kthread(snap) || kthreadd < 0 || procfs_links(kthreadd, NS_TYPES_ALL, first) < 0))
		memcpy(first, own, sizeof(first));
	for (int t = 0; t < NS_TYPE_COUNT; t++)
		if (!NS_REF_OK(first[t]))
			first[t] = own[t];
	if ((err = registry_links(snap, own, SOURCE_PROC)) < 0 || (err = registry_links(snap, first, SOURCE_PROC)) < 0)
		return err;
	memcpy(h->own, own, sizeof(h->own));
	memcpy(h->base, first, sizeof(h->base));
	base_from_init(snap, h->base);
	return 0;
}
