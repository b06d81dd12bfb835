/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/peers.h"

#include "nsview/fd.h"
#include "nsview/propagation.h"
#include "scan/mntns.h"
#include "scan/mounts.h"

#include <errno.h>
#include <libmount.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The mounts of ns itself, which are among the rows. */
static int add_own(const struct inside *in, uint32_t ns, struct propagation_table *t)
{
	int err = 0;

	for (size_t i = 0; i < in->n && err == 0; i++) {
		const char *fields = in->rows[i].fields[6];

		if (in->rows[i].kind == INSIDE_MOUNT)
			err = propagation_add(t, ns, propagation_parse(fields, strlen(fields)));
	}
	return err;
}

static int add_mountinfo(FILE *f, uint32_t ns, struct propagation_table *t)
{
	struct libmnt_table *table = mnt_new_table();
	struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs;
	int err = table && iter ? 0 : -ENOMEM;

	if (err == 0)
		err = mnt_table_parse_stream(table, f, "");
	while (err == 0 && mnt_table_next_fs(table, iter, &fs) == 0) {
		const char *fields = mnt_fs_get_optional_fields(fs);

		if (fields)
			err = propagation_add(t, ns, propagation_parse(fields, strlen(fields)));
	}
	mnt_free_iter(iter);
	mnt_unref_table(table);
	return err;
}

static int add_member(int procfd, const struct snapshot *snap, const struct snap_proc *p, struct propagation_table *t)
{
	char root[PATH_MAX];
	int fd = mounts_member_open(procfd, snap, p, root), err;
	FILE *f = fd < 0 || strcmp(root, "/") != 0 ? NULL : fdopen(fd, "r");

	if (!f) {
		err = fd < 0 ? fd : strcmp(root, "/") != 0 ? -EXDEV : -ENOMEM;
		if (fd >= 0)
			close(fd);
		return err;
	}
	err = add_mountinfo(f, p->ns[NS_MNT], t);
	fclose(f);
	return err;
}

/* Once a namespace, through the first member that can be read; -ENOMEM alone ends it. */
static int add_members(int procfd, const struct snapshot *snap, uint8_t *seen, struct propagation_table *t)
{
	for (size_t i = 0; i < snap->nprocs; i++) {
		uint32_t ns = snap->procs[i].ns[NS_MNT];
		int err;

		if (!NS_REF_OK(ns) || seen[ns])
			continue;
		err = add_member(procfd, snap, &snap->procs[i], t);
		if (err == -ENOMEM)
			return err;
		seen[ns] = err == 0;
	}
	return 0;
}

/* Namespaces without processes by their ids. How many could not be read, or -ENOMEM. */
static int add_empty(const struct snapshot *snap, const uint8_t *seen, struct propagation_table *t)
{
	int unread = 0;

	for (uint32_t ns = 0; ns < snap->nnss; ns++) {
		int err;

		if (snap->nss[ns].type != NS_MNT || seen[ns])
			continue;
		err = snap->nss[ns].id ? mntns_propagation(snap->nss[ns].id, ns, t) : -ENOSYS;
		if (err == -ENOMEM)
			return err;
		unread += err < 0;
	}
	return unread;
}

static int put_unread(struct inside *in, int unread)
{
	char why[80];

	if (!unread)
		return 0;
	snprintf(why, sizeof(why), "%d other mount namespace%s could not be read", unread, unread == 1 ? "" : "s");
	return inside_put(in, INSIDE_TROUBLE, "propagation", why);
}

static int put_count(struct inside *in, uint32_t ino, const struct propagation_count *c)
{
	char name[12], shares[12], receives[12], sends[12];

	if (!c->shares && !c->receives && !c->sends)
		return 0;
	snprintf(name, sizeof(name), "%u", ino);
	snprintf(shares, sizeof(shares), "%u", c->shares);
	snprintf(receives, sizeof(receives), "%u", c->receives);
	snprintf(sends, sizeof(sends), "%u", c->sends);
	return inside_put(in, INSIDE_PROPAGATION, name, shares, receives, sends);
}

static int put_counts(struct inside *in, const struct snapshot *snap, uint32_t ns, const struct propagation_table *t)
{
	AUTO_FREE struct propagation_count *counts = calloc(snap->nnss + 1, sizeof(*counts));
	int err = counts ? propagation_count(t, ns, counts, snap->nnss) : -ENOMEM;

	for (size_t i = 0; i < snap->nnss && err == 0; i++)
		err = put_count(in, snap->nss[i].ino, &counts[i]);
	return err;
}

int peers_read(int procfd, const struct snapshot *snap, uint32_t ns, struct inside *in)
{
	AUTO_FREE uint8_t *seen = calloc(snap->nnss + 1, 1);
	struct propagation_table t = {0};
	int err = seen ? add_own(in, ns, &t) : -ENOMEM, unread = 0;

	/* What is private to it goes nowhere, wherever it is mounted. */
	if (err == 0 && t.n) {
		seen[ns] = 1;
		err = add_members(procfd, snap, seen, &t);
		if (err == 0)
			err = unread = add_empty(snap, seen, &t);
		if (err >= 0)
			err = put_counts(in, snap, ns, &t);
		if (err == 0)
			err = put_unread(in, unread);
	}
	propagation_done(&t);
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

/* The hierarchies whose root is not told, by commas. */
struct untold {
	char names[512];
	size_t n;
};

static void note_untold(struct untold *u, const char *hierarchy)
{
	size_t len = strlen(u->names);

	if (len + strlen(hierarchy) + 3 < sizeof(u->names))
		snprintf(u->names + len, sizeof(u->names) - len, "%s%s", len ? ", " : "", *hierarchy ? hierarchy : "unified");
	u->n++;
}

static int add_line(struct inside *in, const char *line, const char *within, struct untold *untold)
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
	snprintf(hierarchy, sizeof(hierarchy), "%.*s", (int)(head > 128 ? 127 : head - 1), line);
	/* Above its root ("/..") nothing tells where that is. */
	if (inner_len > here_len || strncmp(path + here_len - inner_len, inner, inner_len) != 0 || !strncmp(inner, "/..", 3)) {
		note_untold(untold, strchr(hierarchy, ':') + 1);
		return 0;
	}
	snprintf(root, sizeof(root), "%.*s", (int)(here_len - inner_len), path);
	return inside_put(in, INSIDE_CGROUP, hierarchy, *root ? root : "/");
}

static int put_untold(struct inside *in, const struct untold *u)
{
	char what[sizeof(u->names) + 16];

	snprintf(what, sizeof(what), "root (%s)", u->names);
	return inside_put(in, INSIDE_TROUBLE, what, "it can be told by a process at it or below it, and nsview knows of none");
}

int cgroup_root_add(struct inside *in, const char *here, const char *within)
{
	struct untold untold = {0};
	int err = 0;

	for (const char *line = here; line && *line && err == 0; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
		err = add_line(in, line, within, &untold);
	if (err == 0 && untold.n)
		err = put_untold(in, &untold);
	return err;
}
