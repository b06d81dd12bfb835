/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/monitors.h"

#include "nsview/container.h"
#include "nsview/fd.h"
#include "scan/procfs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CMDLINE_MAX = 1 << 16 };

/* The monitor that was read last: a monitor's children, if there are several, mostly follow each other. */
struct last {
	uint32_t proc;
	int found; /* what it says is in record */
	struct runtime_record record;
};

static bool any_monitor(const struct snapshot *snap)
{
	for (size_t i = 0; i < snap->nprocs; i++)
		if (runtime_is_monitor(snap->procs[i].comm))
			return true;
	return false;
}

static bool differs(const struct snap_proc *a, const struct snap_proc *b)
{
	for (int t = 0; t < NS_TYPE_COUNT; t++)
		if (NS_REF_OK(a->ns[t]) && NS_REF_OK(b->ns[t]) && a->ns[t] != b->ns[t])
			return true;
	return false;
}

/*
 * What is in a container could call itself a monitor, too, so that its children seem to be in another
 * one. A user's own monitor has the user namespace and the mounts in which podman works for that user.
 * Nor are root's processes of a user's making, though a user may be the parent of one that is set-uid.
 */
static bool watches(const struct snapshot *snap, const struct snap_proc *monitor, const struct snap_proc *p)
{
	if (container_types(snap, monitor) & ~(1u << NS_USER | 1u << NS_MNT))
		return false;
	return (p->uid != 0 || monitor->uid == 0) && container_types(snap, p) && differs(monitor, p);
}

/* Whether a cgroup names a container that is not the one of the record. */
static bool named_otherwise(const struct labelling *in, uint32_t proc, const struct runtime_record *r)
{
	uint32_t owner = in->proc_owners[proc];
	const struct cgroup_owner *o = owner == SNAP_NONE ? NULL : &in->owners[owner];

	if (!o || o->kind == CGROUP_NOBODY || !container_label((enum label_kind)o->kind))
		return false;
	return !r->id || strcmp(r->id, o->id) != 0;
}

/* Read a monitor's arguments. 0 or -ENOMEM. */
static int read_monitor(int procfd, const struct snap_proc *monitor, struct state *st, struct last *last)
{
	AUTO_FREE char *text = malloc(CMDLINE_MAX);
	char name[32];
	ssize_t len;
	int err;

	if (!text)
		return -ENOMEM;
	snprintf(name, sizeof(name), "%d/cmdline", monitor->pid);
	len = procfs_read(procfd, name, text, CMDLINE_MAX);
	last->record =
		(struct runtime_record){.only_uid = monitor->uid ? monitor->uid : RUNTIME_UID_ANY, .watched = true};
	err = len < 0 ? -EINVAL : runtime_monitor_parse(text, (size_t)len, &st->strings, &last->record);
	last->found = err == 0;
	return err == -ENOMEM ? err : 0;
}

int monitors_read(int procfd, const struct snapshot *snap, const struct labelling *in, struct state *st)
{
	struct last last = {.proc = SNAP_NONE};
	int err = 0;

	if (!any_monitor(snap))
		return 0;
	for (uint32_t i = 0; i < snap->nprocs && err == 0; i++) {
		const struct snap_proc *p = &snap->procs[i];
		uint32_t parent = p->ppid > 0 ? snap_proc_find(snap, p->ppid) : SNAP_NONE;

		if (parent == SNAP_NONE || !runtime_is_monitor(snap->procs[parent].comm) ||
		    !watches(snap, &snap->procs[parent], p))
			continue;
		if (parent != last.proc)
			err = read_monitor(procfd, &snap->procs[parent], st, &last);
		last.proc = parent;
		if (err < 0 || !last.found || named_otherwise(in, i, &last.record))
			continue;
		last.record.pid = p->pid;
		last.record.start = p->start;
		err = state_add(st, &last.record);
	}
	return err;
}
