/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/peers.h"

#include "nsview/fd.h"
#include "nsview/map.h"
#include "scan/inside.h"
#include "scan/procfs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The number behind "shared:" or "master:" in a mount's optional fields, or 0. */
static uint32_t group_of(const char *fields, const char *tag)
{
	const char *at = strstr(fields, tag);

	return at ? (uint32_t)strtoul(at + strlen(tag), NULL, 10) : 0;
}

/* How many mounts of a process's mount namespace are in one of the groups. */
static int count_shared(int procfd, const struct snap_proc *p, const struct map *groups, unsigned *count)
{
	struct inside mounts = {0};
	AUTO_CLOSE int dirfd = procfs_pid_open(procfd, (uint32_t)p->pid);
	int err = dirfd < 0 ? 0 : inside_mounts_read(&mounts, dirfd);

	*count = 0;
	for (size_t i = 0; i < mounts.n && err == 0; i++) {
		const char *fields = mounts.rows[i].kind == INSIDE_MOUNT ? mounts.rows[i].fields[6] : "";

		*count += map_get(groups, group_of(fields, "shared:")) != MAP_NONE ||
			  map_get(groups, group_of(fields, "master:")) != MAP_NONE;
	}
	inside_done(&mounts);
	return err;
}

static int index_groups(const struct inside *in, struct map *groups)
{
	int err = 0;

	for (size_t i = 0; i < in->n && err == 0; i++) {
		uint32_t group = in->rows[i].kind == INSIDE_MOUNT ? group_of(in->rows[i].fields[6], "shared:") : 0;

		if (group)
			err = map_put(groups, group, 1);
	}
	return err;
}

static int put_receiver(struct inside *in, uint32_t ino, unsigned count)
{
	char name[24], number[12];

	snprintf(name, sizeof(name), "mnt:[%u]", ino);
	snprintf(number, sizeof(number), "%u", count);
	return inside_put(in, INSIDE_RECEIVER, name, number);
}

int peers_read(int procfd, const struct snapshot *snap, uint32_t ns, struct inside *in)
{
	AUTO_FREE uint8_t *seen = calloc(snap->nnss + 1, 1);
	struct map groups = {0};
	int err = seen ? index_groups(in, &groups) : -ENOMEM;

	if (err == 0)
		seen[ns] = 1;
	for (size_t i = 0; groups.count && i < snap->nprocs && err == 0; i++) {
		uint32_t other = snap->procs[i].ns[NS_MNT];
		unsigned count;

		if (!NS_REF_OK(other) || seen[other])
			continue;
		seen[other] = 1;
		err = count_shared(procfd, &snap->procs[i], &groups, &count);
		if (err == 0 && count)
			err = put_receiver(in, snap->nss[other].ino, count);
	}
	map_done(&groups);
	return err;
}

/* The line of a /proc/PID/cgroup for the hierarchy that begins another line ("0:", "4:memory:"). */
static const char *same_hierarchy(const char *text, const char *line, size_t len)
{
	for (const char *s = text; s && *s; s = strchr(s, '\n') ? strchr(s, '\n') + 1 : NULL)
		if (!strncmp(s, line, len))
			return s;
	return NULL;
}

static int add_line(struct inside *in, const char *line, const char *within)
{
	const char *path = strchr(line, ':') ? strchr(strchr(line, ':') + 1, ':') : NULL, *other, *inner;
	char root[4096], hierarchy[128];
	size_t here_len, inner_len, head;

	if (!path)
		return 0;
	path++;
	head = (size_t)(path - line);
	other = same_hierarchy(within, line, head);
	if (!other)
		return 0;
	inner = other + head;
	here_len = strcspn(path, "\n");
	inner_len = strcspn(inner, "\n");
	if (inner_len == 1) /* "/": it sits at the root itself */
		inner_len = 0;
	/* Above its root ("/..") nothing tells where that is. */
	if (inner_len > here_len || strncmp(path + here_len - inner_len, inner, inner_len) != 0 || !strncmp(inner, "/..", 3))
		return 0;
	snprintf(hierarchy, sizeof(hierarchy), "%.*s", (int)(head > 128 ? 127 : head - 1), line);
	snprintf(root, sizeof(root), "%.*s", (int)(here_len - inner_len), path);
	return inside_put(in, INSIDE_CGROUP, hierarchy, *root ? root : "/");
}

int cgroup_root_add(struct inside *in, const char *here, const char *within)
{
	int err = 0;

	for (const char *line = here; line && *line && err == 0; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
		err = add_line(in, line, within);
	return err;
}
