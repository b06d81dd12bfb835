/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/look.h"

#include "cmd/msg.h"
#include "cmd/opts.h"
#include "nsview/fd.h"
#include "nsview/name.h"
#include "nsview/scan.h"
#include "nsview/text.h"
#include "nsview/want.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* "namespace/pod" has a slash, as a relative path has; a file by that name comes first. */
static bool maybe_pod(const struct target *t)
{
	return t->kind == TARGET_PATH && *t->text != '/' && *t->text != '.' && access(t->text, F_OK) < 0;
}

int look_targets_parse(char *const *texts, size_t n, struct target *ret, uint32_t *want)
{
	for (size_t i = 0; i < n; i++) {
		if (target_parse(texts[i], &ret[i]) < 0) {
			msg("'%s' is no target: expected a PID, an inode, TYPE:INODE, a path or a name", texts[i]);
			return EXIT_USAGE;
		}
		/* A namespace may be known by its mount or its children alone. */
		*want |= WANT_RELATIONS | WANT_MOUNTS;
		if (ret[i].kind == TARGET_NAME || maybe_pod(&ret[i]))
			*want |= WANT_LABELS | WANT_MNTNS;
		/* What is named by number or path may be held in any way. */
		if (ret[i].kind == TARGET_INO || ret[i].kind == TARGET_NS || ret[i].kind == TARGET_PATH)
			*want |= WANT_HOLDERS;
	}
	return 0;
}

/* The room for all that targets could come to. */
static int make_room(const struct look *l, struct arena *a, size_t n, struct look_targets *ret)
{
	ret->nss = arena_alloc(a, (n + l->snap->nnss) * sizeof(*ret->nss));
	ret->procs = arena_alloc(a, (n + l->snap->nprocs) * sizeof(*ret->procs));
	return ret->nss && ret->procs ? 0 : -ENOMEM;
}

int look_pid_find(const struct graph *g, int32_t pid, uint32_t *ret)
{
	uint32_t proc = graph_find_pid(g, pid);

	if (proc == SNAP_NONE)
		return -ESRCH;
	if (graph_snapshot(g)->procs[proc].flags & SNAP_PROC_DENIED)
		return -EACCES;
	*ret = proc;
	return 0;
}

void look_pid_explain(int err, int32_t pid, bool saved)
{
	if (err == -ESRCH)
		msg("there is no process %d", pid);
	else
		msg("the namespaces of process %d may not be read: %s", pid,
		    saved || geteuid() == 0 ? "it has capabilities that nsview lacks, or a security module forbids it"
					    : "run nsview as root to see them");
}

static int find_pid(const struct look *l, int32_t pid, struct look_targets *ret)
{
	int err = look_pid_find(l->graph, pid, &ret->procs[ret->nprocs]);

	if (err < 0) {
		look_pid_explain(err, pid, l->saved);
		return EXIT_TROUBLE;
	}
	ret->nprocs++;
	return 0;
}

static int add_ns(uint32_t ns, const char *text, struct look_targets *ret)
{
	if (ns == SNAP_NONE) {
		msg("there is no namespace %s, or nothing that nsview may read holds it", text);
		return EXIT_TROUBLE;
	}
	ret->nss[ret->nnss++] = ns;
	return 0;
}

/* The namespace that mountinfo has at a path; of several mounts the last, which is over the others. Or SNAP_NONE. */
static uint32_t mounted_at(const struct snapshot *s, const char *path, bool remote)
{
	for (size_t i = s->nmounts; i-- > 0;)
		if (s->mounts[i].mntns == s->host.own[NS_MNT] && s->mounts[i].remote == remote && !strcmp(s->mounts[i].path, path))
			return s->mounts[i].ns;
	return SNAP_NONE;
}

/* A dump knows paths of bind mounts; what is under them on this machine is another thing. */
static int find_saved_path(const struct look *l, const char *path, struct look_targets *ret)
{
	uint32_t ns = mounted_at(l->snap, path, false);

	if (ns != SNAP_NONE)
		return add_ns(ns, path, ret);
	msg("%s: no namespace was mounted there when the dump was taken, and a dump knows no other paths", path);
	return EXIT_TROUBLE;
}

static int find_path(const struct look *l, const char *path, struct look_targets *ret)
{
	uint32_t ns = mounted_at(l->snap, path, true);
	enum ns_type type;
	uint32_t ino;
	int err;

	if (ns != SNAP_NONE) /* who walks there may not come back */
		return add_ns(ns, path, ret);
	err = scan_path_ns(path, &type, &ino);
	if (err == -EINVAL)
		msg("%s is no namespace: expected an nsfs file, as in /proc/PID/ns or /run/netns", path);
	else if (err < 0)
		msg("%s: %s", path, err == -ETIMEDOUT ? scan_open_reason(err) : strerror(-err));
	return err < 0 ? EXIT_TROUBLE : add_ns(graph_find(l->graph, type, ino), path, ret);
}

/* Once each: a mount that is passed on to other mount namespaces is there as well. 0 or -ENOMEM. */
static int add_mounted(const struct look *l, const struct name_match *m, struct look_targets *ret)
{
	const struct snapshot *s = l->snap;
	AUTO_FREE uint8_t *seen = calloc(s->nnss + 1, 1);

	for (size_t i = 0; seen && i < s->nmounts; i++) {
		const struct snap_mount *mount = &s->mounts[i];

		if ((mount->mntns == s->host.own[NS_MNT]) != (m->kind == NAME_MOUNT) || seen[mount->ns] ||
		    strcmp(name_of_path(mount->path), m->name) != 0)
			continue;
		seen[mount->ns] = 1;
		ret->nss[ret->nnss++] = mount->ns;
	}
	return seen ? 0 : -ENOMEM;
}

static void add_labelled(const struct look *l, uint32_t label, struct look_targets *ret)
{
	for (size_t i = 0; i < l->snap->nprocs; i++)
		if (l->snap->procs[i].label == label && ret->nprocs < l->snap->nprocs)
			ret->procs[ret->nprocs++] = (uint32_t)i;
}

static void ambiguous(const struct look *l, const char *name, const struct name_match *m, size_t n)
{
	AUTO_FREE char *list = NULL;
	size_t size;
	FILE *out = open_memstream(&list, &size);

	if (!out)
		return;
	for (size_t i = 0; i < n; i++) {
		const struct snap_label *label = m[i].kind == NAME_LABEL ? &l->snap->labels[m[i].label] : NULL;

		fprintf(out, "%s%s %s", i ? ", " : "", label ? label_kind_name((enum label_kind)label->kind) : "mount", m[i].name);
		/* A label goes by its id here, of which people know the name. */
		if (label && label->id && label->name)
			fprintf(out, " (%s)", label->name);
	}
	fclose(out);
	msg("'%s' is ambiguous: %s", name, list);
}

/* What could have been meant: the one that is nearly so, or the first ones that there are. */
static void unknown(const struct look *l, const char *name, struct arena *a)
{
	enum { LISTED = 10 };
	const struct coverage *c = &l->snap->coverage;
	const char **names, *near, *list = NULL;
	size_t n;

	if (name_all(l->graph, a, &names, &n) < 0)
		n = 0;
	near = n ? text_nearest(name, names, n) : NULL;
	for (size_t i = 0; i < n && i < LISTED; i++)
		list = arena_printf(a, "%s%s%s", list ? list : "", list ? ", " : "", names[i]);
	if (near)
		msg("nothing is called '%s'; did you mean '%s'?", name, near);
	else if (list)
		msg("nothing is called '%s'; there %s %s%s", name, n == 1 ? "is" : "are", list, n > LISTED ? " and more" : "");
	else
		msg("nothing is called '%s': no container, machine or bind mount of a namespace", name);
	if (l->saved || geteuid() == 0)
		return;
	if (c->hidden)
		msg("/proc hides the processes of others (hidepid); one of them may be meant: run nsview as root to see them");
	else if (c->unreadable > 1)
		msg("%u of %u processes may not be read; one of them may be meant: run nsview as root to see them", c->unreadable,
		    c->processes);
}

static int find_name(const struct look *l, const char *name, struct arena *a, struct look_targets *ret)
{
	struct name_match *m;
	size_t n;

	int err = name_find(l->graph, name, a, &m, &n);

	if (err == 0 && n == 1 && m->kind != NAME_LABEL)
		err = add_mounted(l, m, ret);
	else if (err == 0 && n == 1)
		add_labelled(l, m->label, ret);
	else if (err == 0 && n == 0)
		unknown(l, name, a);
	else if (err == 0)
		ambiguous(l, name, m, n);
	if (err < 0)
		msg("out of memory");
	return err < 0 || n != 1 ? EXIT_TROUBLE : 0;
}

static int find_one(const struct look *l, const struct target *t, struct arena *a, struct look_targets *ret)
{
	switch (t->kind) {
	case TARGET_PID:
		return find_pid(l, t->pid, ret);
	case TARGET_INO:
		return add_ns(graph_find_ino(l->graph, t->ino), t->text, ret);
	case TARGET_NS:
		return add_ns(graph_find(l->graph, t->type, t->ino), t->text, ret);
	case TARGET_PATH:
		if (maybe_pod(t))
			return find_name(l, t->text, a, ret);
		return l->saved ? find_saved_path(l, t->text, ret) : find_path(l, t->text, ret);
	case TARGET_NAME:
		return find_name(l, t->text, a, ret);
	}
	return EXIT_TROUBLE;
}

int look_targets_find(const struct look *l, const struct target *targets, size_t n, struct arena *a,
		      struct look_targets *ret)
{
	struct look_targets found = {0};
	int status = 0;

	if (make_room(l, a, n, &found) < 0) {
		msg("out of memory");
		return EXIT_TROUBLE;
	}
	for (size_t i = 0; i < n && status == 0; i++)
		status = find_one(l, &targets[i], a, &found);
	if (status == 0)
		*ret = found;
	return status;
}
