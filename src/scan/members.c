/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/members.h"

#include "nsview/capmask.h"
#include "nsview/fd.h"
#include "nsview/map.h"
#include "nsview/nspid.h"
#include "nsview/vec.h"
#include "scan/procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

enum { MEMBERS_MAX = 1000, PIDS_SHOWN = 5 };

/* Members that nothing is said of, by the reason. */
struct left_out {
	unsigned denied, gone, beyond;
};

/* Ask one member through its directory. 0, -ENOMEM, or the errno with which it could not be read. */
typedef int (*ask_member)(int dirfd, const struct snap_proc *p, void *ctx);

static void note(struct left_out *left, int err)
{
	switch (procfs_classify(err)) {
	case MISS_DENIED: left->denied++; break;
	default: left->gone++; break;
	}
}

static int each_member(int procfd, const struct snapshot *snap, uint32_t ns, ask_member ask, void *ctx, struct left_out *left)
{
	enum ns_type type = (enum ns_type)snap->nss[ns].type;
	size_t asked = 0;

	for (size_t i = 0; i < snap->nprocs; i++) {
		const struct snap_proc *p = &snap->procs[i];

		if (p->ns[type] != ns)
			continue;
		if (asked++ >= MEMBERS_MAX) {
			left->beyond++;
			continue;
		}

		AUTO_CLOSE int dirfd = procfs_pid_open(procfd, (uint32_t)p->pid);
		int err = dirfd < 0 ? dirfd : ask(dirfd, p, ctx);

		if (err == -ENOMEM)
			return err;
		if (err < 0)
			note(left, err);
	}
	return 0;
}

static int put_left_out(struct inside *in, const char *what, const struct left_out *left)
{
	char why[160], *end = why;

	*why = '\0';
	if (left->denied)
		end += sprintf(end, "%u may not be read", left->denied);
	if (left->gone)
		end += sprintf(end, "%s%u went meanwhile", *why ? ", " : "", left->gone);
	if (left->beyond)
		sprintf(end, "%s%u more than the first %d were left out", *why ? ", " : "", left->beyond, MEMBERS_MAX);
	return *why ? inside_put(in, INSIDE_TROUBLE, what, why) : 0;
}

static int put_pids(struct inside *in, const int32_t *pids, int n)
{
	char text[NSPID_LEVELS * 12] = "", *end = text;

	for (int i = 0; i < n; i++)
		end += sprintf(end, "%s%d", i ? " " : "", pids[i]);
	return inside_put(in, INSIDE_PIDS, text);
}

int member_pids_read(int dirfd, int32_t pid, struct inside *in)
{
	int32_t pids[NSPID_LEVELS];
	char status[STATUS_SIZE];
	ssize_t len = procfs_read(dirfd, "status", status, sizeof(status));
	int n = len < 0 ? (int)len : nspid_parse(status, (size_t)len, pids);

	if (n < 0)
		return n;
	return n > 0 && pids[0] == pid ? put_pids(in, pids, n) : 0;
}

static int ask_pids(int dirfd, const struct snap_proc *p, void *ctx)
{
	return member_pids_read(dirfd, p->pid, ctx);
}

int members_pids_read(int procfd, const struct snapshot *snap, uint32_t ns, struct inside *in)
{
	struct left_out left = {0};
	int err = each_member(procfd, snap, ns, ask_pids, in, &left);

	return err == 0 ? put_left_out(in, "PIDs of members", &left) : err;
}

/* Members that may do the same. */
struct cap_group {
	uint64_t mask;
	unsigned n;
	int32_t pids[PIDS_SHOWN];
};

struct cap_groups {
	struct cap_group *groups;
	size_t n, cap;
	struct map index; /* by mask */
	uint32_t ino;     /* of the user namespace */
};

/* Another user namespace than before means other capabilities by the same names. */
static int still_in(int dirfd, uint32_t ino)
{
	uint32_t links[NS_SLOT_COUNT];
	AUTO_CLOSE int nsfd = openat(dirfd, "ns", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int err = nsfd < 0 ? -errno : procfs_links(nsfd, 1u << NS_USER, links);

	if (err < 0)
		return err;
	if (links[NS_USER] == NS_REF_DENIED)
		return -EACCES;
	return links[NS_USER] == ino ? 0 : -ESRCH;
}

/* The group of a set, made when it is the first; NULL without memory. */
static struct cap_group *group_of(struct cap_groups *g, uint64_t mask)
{
	uint32_t at = g->groups ? map_get(&g->index, mask) : MAP_NONE;

	if (at != MAP_NONE)
		return &g->groups[at];
	if (vec_reserve(&g->groups, &g->cap, g->n + 1) < 0 || map_put(&g->index, mask, (uint32_t)g->n) < 0)
		return NULL;
	g->groups[g->n] = (struct cap_group){.mask = mask};
	return &g->groups[g->n++];
}

static int add_member(struct cap_groups *g, uint64_t mask, int32_t pid)
{
	struct cap_group *group = group_of(g, mask);

	if (!group)
		return -ENOMEM;
	if (group->n < PIDS_SHOWN)
		group->pids[group->n] = pid;
	group->n++;
	return 0;
}

static int ask_caps(int dirfd, const struct snap_proc *p, void *ctx)
{
	struct cap_groups *g = ctx;
	char status[STATUS_SIZE];
	uint64_t mask;
	ssize_t len = procfs_read(dirfd, "status", status, sizeof(status));
	int err = len < 0 ? (int)len : capmask_parse(status, (size_t)len, "CapEff", &mask);

	if (err == 0)
		err = still_in(dirfd, g->ino);
	return err == 0 ? add_member(g, mask, p->pid) : err;
}

/* What most have comes first, else what the first process has. */
static int compare_groups(const void *a, const void *b)
{
	const struct cap_group *x = a, *y = b;

	if (x->n != y->n)
		return x->n < y->n ? 1 : -1;
	return x->pids[0] < y->pids[0] ? -1 : x->pids[0] > y->pids[0];
}

static int put_group(struct inside *in, const struct cap_group *g)
{
	char number[12], mask[24], pids[PIDS_SHOWN * 12] = "", *end = pids;

	for (unsigned i = 0; i < g->n && i < PIDS_SHOWN; i++)
		end += sprintf(end, "%s%d", i ? " " : "", g->pids[i]);
	snprintf(number, sizeof(number), "%u", g->n);
	snprintf(mask, sizeof(mask), "%016llx", (unsigned long long)g->mask);
	return inside_put(in, INSIDE_MEMBER_CAPS, number, pids, mask);
}

int members_caps_read(int procfd, const struct snapshot *snap, uint32_t ns, struct inside *in)
{
	struct cap_groups g = {.ino = snap->nss[ns].ino};
	struct left_out left = {0};
	int err = each_member(procfd, snap, ns, ask_caps, &g, &left);

	if (err == 0 && g.n)
		qsort(g.groups, g.n, sizeof(*g.groups), compare_groups);
	for (size_t i = 0; i < g.n && err == 0; i++)
		err = put_group(in, &g.groups[i]);
	if (err == 0)
		err = put_left_out(in, "capabilities of members", &left);
	free(g.groups);
	map_done(&g.index);
	return err;
}
