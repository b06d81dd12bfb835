/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/enter.h"

#include "cmd/look.h"
#include "cmd/msg.h"
#include "exec/enter_open.h"
#include "nsview/fd.h"
#include "nsview/scan.h"
#include "nsview/target.h"
#include "nsview/want.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A chain of parents and owners is no longer than the kernel nests. */
enum { DEPTH_MAX = 33 };

/* The path by which a holder leads to its namespace, or NULL. */
static const char *holder_path(const struct look *l, const struct holder *h, uint32_t ref, struct arena *a)
{
	const struct snapshot *s = l->snap;
	const struct snap_ns *ns = &s->nss[ref];
	const char *type = ns_info((enum ns_type)ns->type)->name;
	char path[SNAP_FD_PATH];

	switch (h->kind) {
	case HOLD_PROCESS:
		return arena_printf(a, "/proc/%d/ns/%s", s->procs[h->index].pid, type);
	case HOLD_CHILDREN:
		return arena_printf(a, "/proc/%d/ns/%s_for_children", s->procs[h->index].pid, type);
	case HOLD_THREAD: /* in it, or for the children that the thread may have */
		return arena_printf(a, "/proc/%d/task/%d/ns/%s%s", s->procs[s->threads[h->index].proc].pid,
				    s->threads[h->index].tid, type,
				    s->threads[h->index].ns[ns->type] == ref ? "" : "_for_children");
	case HOLD_FD:
		return arena_strdup(a, snap_fd_path(&s->procs[s->fds[h->index].proc], s->fds[h->index].tid, s->fds[h->index].fd, path));
	case HOLD_MOUNT: /* the way to it may be by a file system that does not answer: scan_ns_open() has a limit of time */
		return s->mounts[h->index].mntns == s->host.own[NS_MNT] && !s->mounts[h->index].remote ? s->mounts[h->index].path
												       : NULL;
	default:
		return NULL;
	}
}

/* What a path leads to may have changed since the scan: only the namespace that is meant will do. */
static int open_path(const char *path, const struct snap_ns *ns)
{
	enum ns_type type;
	AUTO_CLOSE int fd = path ? enter_file_open(path, &type) : -ENOENT;

	return fd >= 0 && type == ns->type && enter_ino(fd) == ns->ino ? take_fd(&fd) : -ENOENT;
}

static int open_ns(const struct look *l, uint32_t ref, struct arena *a, int depth, const char **path);

/* What a descendant or an owned namespace leads to. */
static int open_above(const struct look *l, const struct holder *h, const struct snap_ns *ns, struct arena *a, int depth)
{
	const char *path;
	AUTO_CLOSE int below = open_ns(l, h->index, a, depth + 1, &path);
	AUTO_CLOSE int fd = -1;

	if (below < 0)
		return below;
	fd = enter_parent_open(below, h->kind == HOLD_OWNED);
	return fd >= 0 && enter_ino(fd) == ns->ino ? take_fd(&fd) : -ENOENT;
}

/* Open a namespace by any of its holders. *path is NULL when there is no path to it. */
static int open_ns(const struct look *l, uint32_t ref, struct arena *a, int depth, const char **path)
{
	const struct snap_ns *ns = &l->snap->nss[ref];
	const struct holder *h;
	int fd = -ENOENT;
	size_t n;

	h = graph_holders(l->graph, ref, &n);
	*path = NULL;
	for (size_t i = 0; i < n && fd < 0 && depth < DEPTH_MAX; i++) {
		if (h[i].kind == HOLD_DESCENDANT || h[i].kind == HOLD_OWNED) {
			fd = open_above(l, &h[i], ns, a, depth);
			continue;
		}
		*path = holder_path(l, &h[i], ref, a);
		fd = open_path(*path, ns);
	}
	if (fd < 0)
		*path = NULL;
	return fd;
}

/* Whether a process sees its mount namespace from the namespace's root: after chroot(2) the link tells where it is. */
static bool is_at_root(const struct snap_proc *p)
{
	char path[32], root[2];

	snprintf(path, sizeof(path), "/proc/%d/root", p->pid);
	return readlink(path, root, sizeof(root)) == 1 && root[0] == '/';
}

/* Where a mount in another mount namespace is seen from ours: through a process there. NULL where there is none. */
static const char *path_elsewhere(const struct look *l, uint32_t ref, struct arena *a)
{
	const struct snapshot *s = l->snap;
	size_t n;
	const struct holder *h = graph_holders_of(l->graph, ref, HOLD_MOUNT, &n);

	for (size_t i = 0; i < n; i++) {
		const struct snap_mount *m = &s->mounts[h[i].index];

		for (size_t p = 0; p < s->nprocs && !m->covered; p++)
			if (s->procs[p].ns[NS_MNT] == m->mntns && is_at_root(&s->procs[p]))
				return arena_printf(a, "/proc/%d/root%s", s->procs[p].pid, m->path);
	}
	return NULL;
}

/* What no holder here leads to: by a mount elsewhere, or by its handle alone. An exit status after a message. */
static int open_elsewhere(const struct look *l, uint32_t ref, struct arena *a, int *fd, const char **path)
{
	const struct snap_ns *ns = &l->snap->nss[ref];
	const char *type = ns_info((enum ns_type)ns->type)->name;
	uint32_t mount;

	*fd = scan_ns_open(l->snap, ref, &mount);
	*path = path_elsewhere(l, ref, a);
	if (*fd >= 0)
		return 0;
	if (mount == SNAP_NONE)
		msg("%s:[%u] cannot be opened: nothing that leads to it may be read, or it is gone", type, ns->ino);
	else
		msg("%s:[%u] cannot be opened by its mount %s in mnt:[%u]: %s", type, ns->ino, l->snap->mounts[mount].path,
		    l->snap->nss[l->snap->mounts[mount].mntns].ino, scan_open_reason(*fd));
	return LAUNCH_TROUBLE;
}

static int take_ns(const struct look *l, uint32_t ref, struct arena *a, struct enter_target *t)
{
	const struct snap_ns *ns = &l->snap->nss[ref];
	const char *path;
	int fd;

	if (t->request.files[ns->type] >= 0) {
		if (enter_ino(t->request.files[ns->type]) == ns->ino)
			return 0;
		msg("%s names several %s namespaces; say which: 'nsview list' shows them", t->what,
		    ns_info((enum ns_type)ns->type)->long_name);
		return LAUNCH_TROUBLE;
	}
	fd = open_ns(l, ref, a, 0, &path);
	if (fd < 0 && open_elsewhere(l, ref, a, &fd, &path) != 0)
		return LAUNCH_TROUBLE;
	t->request.files[ns->type] = fd;
	t->path[ns->type] = path ? arena_strdup(a, path) : NULL; /* it may be the snapshot's, which ends before we do */
	return 0;
}

/* How far inside a process is: a runtime's helper may carry the container's label and be outside. */
static int depth_of(const struct snapshot *s, const struct snap_proc *p)
{
	bool own = false;

	for (int t = 0; t < NS_TYPE_COUNT; t++)
		own |= NS_REF_OK(p->ns[t]) && p->ns[t] != s->host.base[t];
	if (NS_REF_OK(p->ns[NS_PID]) && p->ns[NS_PID] != s->host.base[NS_PID])
		return 2;
	return own;
}

/* A container's first process. What it started may have gone on to namespaces of its own. */
static uint32_t main_process(const struct look *l, const struct look_targets *found)
{
	const struct snapshot *s = l->snap;
	uint32_t best = found->procs[0];

	for (size_t i = 1; i < found->nprocs; i++) {
		const struct snap_proc *p = &s->procs[found->procs[i]];
		int deeper = depth_of(s, p) - depth_of(s, &s->procs[best]);

		if (deeper > 0 || (deeper == 0 && p->start < s->procs[best].start))
			best = found->procs[i];
	}
	return best;
}

static int take_found(const struct look *l, const struct look_targets *found, struct arena *a, struct enter_target *t)
{
	int status = 0;

	if (found->nprocs) {
		const struct snap_proc *p = &l->snap->procs[main_process(l, found)];

		t->request.pid = p->pid;
		t->request.start = p->start;
		t->what = arena_printf(a, "%s, process %d (%s)", t->what, p->pid, p->comm);
		return 0;
	}
	for (size_t i = 0; i < found->nnss && !status; i++)
		status = take_ns(l, found->nss[i], a, t);
	return status;
}

/* A namespace or a name: a look at the machine tells what leads there. */
static int find_by_scan(const char *text, struct arena *a, struct enter_target *t)
{
	struct look_targets found = {0};
	struct target target;
	struct look l;
	uint32_t want = WANT_RELATIONS | WANT_MOUNTS | WANT_THREADS | WANT_FDS;
	int status = look_targets_parse((char *const[]){(char *)(uintptr_t)text}, 1, &target, &want);

	if (status)
		return LAUNCH_TROUBLE;
	if (look_open(&l, &(struct look_source){0}, want, NS_TYPES_ALL, GRAPH_ALL))
		return LAUNCH_TROUBLE;
	status = look_targets_find(&l, &target, 1, a, &found) ? LAUNCH_TROUBLE : take_found(&l, &found, a, t);
	look_close(&l);
	return status;
}

static int open_file(const char *path, int want, struct enter_target *t)
{
	enum ns_type type;
	int fd = enter_file_open(path, &type);

	if (fd == -EINVAL)
		msg("%s is no namespace: expected an nsfs file, as in /proc/PID/ns or /run/netns", path);
	else if (fd < 0)
		msg("%s: %s", path, strerror(-fd));
	if (fd < 0)
		return LAUNCH_TROUBLE;
	if (want >= 0 && (int)type != want) {
		msg("%s is a %s namespace, not a %s namespace", path, ns_info(type)->long_name,
		    ns_info((enum ns_type)want)->long_name);
		close(fd);
		return LAUNCH_TROUBLE;
	}
	if (t->request.files[type] >= 0)
		close(t->request.files[type]);
	t->request.files[type] = fd;
	t->path[type] = path;
	return 0;
}

static int find(const char *text, struct arena *a, struct enter_target *t)
{
	struct target target;

	if (target_parse(text, &target) < 0) {
		msg("'%s' is no target: expected a PID, an inode, TYPE:INODE, a path or a name", text);
		return LAUNCH_TROUBLE;
	}
	switch (target.kind) {
	case TARGET_PID:
		t->request.pid = target.pid;
		t->what = arena_printf(a, "process %d", target.pid);
		return 0;
	case TARGET_PATH:
		t->what = text;
		return open_file(text, -1, t);
	default:
		t->what = text;
		return find_by_scan(text, a, t);
	}
}

void enter_target_done(struct enter_target *t)
{
	for (int i = 0; i < NS_TYPE_COUNT; i++) {
		if (t->request.files[i] >= 0)
			close(t->request.files[i]);
		t->request.files[i] = -1;
	}
}

int enter_target_find(const struct enter_opts *o, struct arena *a, struct enter_target *ret)
{
	struct enter_target t = {.what = "these files", .request = {.net_socket = o->net_socket}};
	int status = 0;

	for (int i = 0; i < NS_TYPE_COUNT; i++)
		t.request.files[i] = -1;
	t.request.user_parent = o->user_parent;
	if (o->target)
		status = find(o->target, a, &t);
	for (int i = 0; i < NS_TYPE_COUNT && !status; i++)
		if (o->files[i])
			status = open_file(o->files[i], i, &t);
	if (!status && !t.what) {
		msg("out of memory");
		status = LAUNCH_TROUBLE;
	}
	if (status)
		enter_target_done(&t);
	else
		*ret = t;
	return status;
}
