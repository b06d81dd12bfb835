/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/nspids.h"

#include "nsview/fd.h"
#include "nsview/nspid.h"
#include "scan/procfs.h"

void nspids_read(int procfd, struct snapshot *snap)
{
	for (size_t i = 0; i < snap->nprocs; i++) {
		struct snap_proc *p = &snap->procs[i];
		int32_t pids[NSPID_LEVELS];
		char status[4096];

		if (p->nspid || !NS_REF_OK(p->ns[NS_PID]) || p->ns[NS_PID] == snap->host.own[NS_PID])
			continue;

		AUTO_CLOSE int dirfd = procfs_pid_open(procfd, (uint32_t)p->pid);
		ssize_t len = dirfd < 0 ? dirfd : procfs_read(dirfd, "status", status, sizeof(status));
		int n = len < 0 ? (int)len : nspid_parse(status, (size_t)len, pids);

		/* The first is the PID that we know: another one is another process's file. */
		if (n > 0 && pids[0] == p->pid)
			p->nspid = pids[n - 1];
	}
}
