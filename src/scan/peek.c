/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/peek.h"

#include "nsview/capmask.h"
#include "nsview/fd.h"
#include "nsview/scan.h"
#include "nsview/vec.h"
#include "scan/child.h"
#include "scan/door.h"
#include "scan/elsewhere.h"
#include "scan/idmaps.h"
#include "scan/inside.h"
#include "scan/members.h"
#include "scan/peers.h"
#include "scan/procfs.h"
#include "scan/standin.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum {
	ANSWER_MAX = 16 * 1024 * 1024, /* a child may have been talked into writing for ever */
	PATIENCE_MS = 5000,
};

/* What is lost of a namespace that cannot be looked into. */
static const char *const parts[] = {
	[NS_CGROUP] = "root of each hierarchy",
	[NS_IPC] = "System V IPC and POSIX message queues",
	[NS_MNT] = "mounts",
	[NS_NET] = "interfaces, routes and listening sockets",
	[NS_PID] = "PIDs of members",
	[NS_TIME] = "clock offsets",
	[NS_USER] = "maps, capabilities and limits",
	[NS_UTS] = "host and domain name",
};
static_assert(sizeof(parts) / sizeof(parts[0]) == NS_TYPE_COUNT, "one part per type");

/* Of a user namespace its limits alone take going there. */
static const char *part_within(enum ns_type type)
{
	return type == NS_USER ? "limits" : parts[type];
}

static int trouble(struct inside *in, const char *part, int err)
{
	return inside_put(in, INSIDE_TROUBLE, part, scan_reason(err));
}

/* What a child that enters could not do for us. */
static int trouble_entering(struct inside *in, const char *part, int err)
{
	char why[120];

	switch (err) {
	case -EPERM:
		snprintf(why, sizeof(why), "entering it takes CAP_SYS_ADMIN in the user namespace that owns it: be root");
		break;
	case -ETIMEDOUT:
		snprintf(why, sizeof(why), "who looks in there for nsview had no answer after %d seconds", PATIENCE_MS / 1000);
		break;
	case -E2BIG:
		snprintf(why, sizeof(why), "there are more than %d MiB of it", ANSWER_MAX / (1024 * 1024));
		break;
	case -EPROTO:
		snprintf(why, sizeof(why), "who looks in there for nsview broke off");
		break;
	default:
		snprintf(why, sizeof(why), "entering it: %s", scan_reason(err));
	}
	return inside_put(in, INSIDE_TROUBLE, part, why);
}

/* Read all that a child writes until it ends or takes too long. 0 or a negative errno. */
static int collect(int fd, char **ret, size_t *len)
{
	AUTO_FREE char *buf = NULL;
	size_t n = 0, cap = 0;
	struct timespec start, now;

	clock_gettime(CLOCK_MONOTONIC, &start);
	for (;;) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		int err = vec_reserve(&buf, &cap, n + 4096);
		ssize_t got;

		clock_gettime(CLOCK_MONOTONIC, &now);
		long spent = (now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1000000;

		if (err < 0)
			return err;
		if (n > ANSWER_MAX)
			return -E2BIG;
		if (spent >= PATIENCE_MS || poll(&p, 1, (int)(PATIENCE_MS - spent)) == 0)
			return -ETIMEDOUT;
		got = read(fd, buf + n, cap - n);
		if (got < 0 && errno != EINTR && errno != EAGAIN)
			return -errno;
		if (got == 0)
			break;
		n += got > 0 ? (size_t)got : 0;
	}
	*ret = take_ptr(buf);
	*len = n;
	return 0;
}

static void send_rows(int fd, const struct inside *in)
{
	AUTO_FREE char *data = NULL;
	size_t len, sent = 0;

	if (inside_write(in, &data, &len) < 0)
		return;
	while (sent < len) {
		ssize_t n = write(fd, data + sent, len - sent);

		if (n < 0 && errno != EINTR)
			return;
		sent += n > 0 ? (size_t)n : 0;
	}
}

/*
 * What the child works with. member is the directory of the first process that is in the namespace, or
 * -1; home is nsview's own network namespace, which cannot be opened from within another user namespace.
 */
struct visit {
	const struct snapshot *snap;
	enum ns_type type;
	int procfd, owner, ns, member, home;
	bool ours; /* nsview is in it already */
};

/* The process whose cgroup tells the root: a member, or where there is none, the child that joins. */
static int cgroup_dir(const struct visit *v, int self)
{
	return v->member >= 0 ? v->member : self;
}

static void read_cgroup_root(struct inside *in, int member, const char *here)
{
	char within[8192];
	ssize_t len = procfs_read(member, "cgroup", within, sizeof(within));

	if (len < 0)
		trouble(in, parts[NS_CGROUP], (int)len);
	else
		cgroup_root_add(in, here, within);
}

/* In the child, which does nothing but read and leave. here is the cgroup of the member, or its own, as it was outside. */
static void read_within(const struct visit *v, int self, const char *here, struct inside *in)
{
	switch (v->type) {
	case NS_NET: inside_net_read(in, v->snap, v->procfd, v->home); break;
	case NS_IPC: inside_ipc_read(in, v->procfd); break;
	case NS_UTS: inside_uts_read(in); break;
	case NS_USER: inside_limits_read(in, v->procfd); break;
	case NS_MNT: inside_mounts_read(in, self); break;
	case NS_CGROUP: read_cgroup_root(in, cgroup_dir(v, self), here); break;
	default: break;
	}
}

static void child(const struct visit *v, int out)
{
	struct inside in = {0};
	char here[8192] = "";
	/* Opened before, since inside there may be no /proc, or one of somebody's making. */
	int self = openat(v->procfd, "self", O_PATH | O_DIRECTORY | O_CLOEXEC), err;

	child_settle();
	if (v->type == NS_CGROUP)
		procfs_read(cgroup_dir(v, self), "cgroup", here, sizeof(here));
	/* Whoever is in its own user namespace cannot join it again. */
	err = self < 0 ? -errno : v->ours ? 0 : ns_join(v->owner, v->ns);
	child_settle();

	if (err < 0)
		trouble_entering(&in, part_within(v->type), err);
	else
		read_within(v, self, here, &in);
	send_rows(out, &in);
	_exit(0);
}

/* Run the child and take what it says. 0 or a negative errno. */
static int ask_child(const struct visit *v, struct inside *in)
{
	AUTO_FREE char *data = NULL;
	size_t len = 0;
	AUTO_CLOSE int channel = -1;
	pid_t pid = child_fork(SOCK_STREAM, &channel);
	int err;

	if (pid < 0)
		return (int)pid;
	if (pid == 0)
		child(v, channel);
	err = collect(channel, &data, &len);
	child_end(pid);
	if (err == 0)
		err = inside_parse(in, data, len);
	return err == -EINVAL ? -EPROTO : err;
}

/* Open a namespace by whatever leads to it; a negative value when that is noted in *in, or -ENOMEM. */
static int open_ns(int procfd, const struct snapshot *snap, uint32_t ns, struct inside *in)
{
	char why[PATH_MAX + 200] = "";
	uint32_t mount;
	int fd = ns_open(procfd, snap, ns, &mount), err;

	if (fd >= 0)
		return fd;
	if (mount != SNAP_NONE)
		snprintf(why, sizeof(why), "%s in mnt:[%u]: ", snap->mounts[mount].path, snap->nss[snap->mounts[mount].mntns].ino);
	snprintf(why + strlen(why), sizeof(why) - strlen(why), "%s", scan_open_reason(fd));
	err = inside_put(in, INSIDE_TROUBLE, part_within((enum ns_type)snap->nss[ns].type), why);
	return err < 0 ? err : fd;
}

/* The directory in /proc of a process whose link of that slot is the namespace, for what needs no entering; or -ESRCH. */
static int holder_dir(int procfd, const struct snapshot *snap, uint32_t ns, int slot)
{
	for (size_t i = 0; i < snap->nprocs; i++) {
		uint32_t links[NS_SLOT_COUNT];

		if (snap->procs[i].ns[slot] != ns)
			continue;

		AUTO_CLOSE int dirfd = procfs_pid_open(procfd, (uint32_t)snap->procs[i].pid);
		AUTO_CLOSE int nsfd = dirfd < 0 ? -1 : openat(dirfd, "ns", O_PATH | O_DIRECTORY | O_CLOEXEC);

		if (nsfd >= 0 && procfs_links(nsfd, 1u << slot, links) == 0 && links[slot] == snap->nss[ns].ino)
			return take_fd(&dirfd);
	}
	return -ESRCH;
}

static int peek_by_child(int procfd, const struct snapshot *snap, uint32_t ns, struct inside *in)
{
	enum ns_type type = (enum ns_type)snap->nss[ns].type;
	uint32_t owner_ref = snap->nss[ns].owner;

	AUTO_CLOSE int fd = open_ns(procfd, snap, ns, in);
	if (fd < 0)
		return fd == -ENOMEM ? fd : 0;
	AUTO_CLOSE int owner = NS_REF_OK(owner_ref) && type != NS_USER ? doors_open(procfd, snap, owner_ref) : -1;
	AUTO_CLOSE int member = type == NS_CGROUP ? holder_dir(procfd, snap, ns, NS_CGROUP) : -1;
	AUTO_CLOSE int home = type == NS_NET ? openat(procfd, "self/ns/net", O_RDONLY | O_CLOEXEC) : -1;
	struct visit v = {.snap = snap, .type = type, .procfd = procfd, .owner = owner, .ns = fd, .member = member, .home = home,
			  .ours = snap->host.own[type] == ns};
	int err = ask_child(&v, in);

	if (err == 0 && type == NS_MNT)
		err = peers_read(procfd, snap, ns, in);
	return err == -ENOMEM ? err : err < 0 ? trouble_entering(in, part_within(type), err) : 0;
}

/* "monotonic 3600 0" and "boottime 0 0" */
static int read_offsets(int dirfd, struct inside *in)
{
	char text[256], clock[16], seconds[24], nanoseconds[24];
	ssize_t len = procfs_read(dirfd, "timens_offsets", text, sizeof(text));
	int err = len < 0 ? trouble(in, parts[NS_TIME], (int)len) : 0;

	for (char *line = len > 0 ? strtok(text, "\n") : NULL; line && err == 0; line = strtok(NULL, "\n"))
		if (sscanf(line, "%15s %23s %23s", clock, seconds, nanoseconds) == 3)
			err = inside_put(in, INSIDE_OFFSET, clock, seconds, nanoseconds);
	return err;
}

/* Of a time namespace that no process's children will be in. */
static int join_for_offsets(int procfd, const struct snapshot *snap, uint32_t ns, struct inside *in)
{
	uint32_t owner_ref = snap->nss[ns].owner;
	struct standin s;

	AUTO_CLOSE int fd = open_ns(procfd, snap, ns, in);
	if (fd < 0)
		return fd == -ENOMEM ? fd : 0;
	AUTO_CLOSE int owner = NS_REF_OK(owner_ref) ? doors_open(procfd, snap, owner_ref) : -1;
	int err = standin_start(procfd, owner, fd, &s);

	if (err < 0)
		return trouble_entering(in, parts[NS_TIME], err);
	err = read_offsets(s.dirfd, in);
	standin_end(&s);
	return err;
}

/* What /proc tells of a process are the offsets of the namespace that its children will be in, which may be another than its own. */
static int peek_offsets(int procfd, const struct snapshot *snap, uint32_t ns, struct inside *in)
{
	AUTO_CLOSE int dirfd = holder_dir(procfd, snap, ns, NS_SLOT_TIME_CHILDREN);

	return dirfd < 0 ? join_for_offsets(procfd, snap, ns, in) : read_offsets(dirfd, in);
}

int peek_ns(const struct snapshot *snap, uint32_t ns, struct inside *in)
{
	AUTO_CLOSE int procfd = procfs_open(NULL);
	int err;

	if (procfd < 0)
		return trouble(in, parts[snap->nss[ns].type], procfd);
	switch ((enum ns_type)snap->nss[ns].type) {
	case NS_NET:
	case NS_IPC:
	case NS_UTS:
	case NS_MNT:
	case NS_CGROUP:
		return peek_by_child(procfd, snap, ns, in);
	case NS_USER:
		err = members_caps_read(procfd, snap, ns, in);
		if (err == 0)
			err = idmaps_explain(procfd, snap, ns, in);
		return err < 0 ? err : peek_by_child(procfd, snap, ns, in);
	case NS_PID:
		return members_pids_read(procfd, snap, ns, in);
	case NS_TIME:
		return peek_offsets(procfd, snap, ns, in);
	case NS_TYPE_COUNT:
		break;
	}
	return 0;
}

static int read_path(int dirfd, const char *name, const char *part, struct inside *in)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(dirfd, name, target, sizeof(target) - 1);

	if (n < 0)
		return trouble(in, part, -errno);
	target[n] = '\0';
	return inside_put(in, INSIDE_PATH, name, target);
}

static int read_caps(int dirfd, struct inside *in)
{
	static const char *const sets[] = {"CapEff", "CapPrm", "CapInh", "CapBnd", "CapAmb"};
	char status[STATUS_SIZE], hex[24];
	ssize_t len = procfs_read(dirfd, "status", status, sizeof(status));
	uint64_t mask;
	int err = 0;

	if (len < 0)
		return trouble(in, "capabilities", (int)len);
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]) && err == 0; i++) {
		if (capmask_parse(status, (size_t)len, sets[i], &mask) < 0)
			continue;
		snprintf(hex, sizeof(hex), "%016llx", (unsigned long long)mask);
		err = inside_put(in, INSIDE_CAPS, sets[i] + 3, hex);
	}
	return err;
}

int peek_proc(const struct snapshot *snap, uint32_t proc, struct inside *in)
{
	int32_t pid = snap->procs[proc].pid;
	AUTO_CLOSE int procfd = procfs_open(NULL);
	AUTO_CLOSE int dirfd = procfd < 0 ? -1 : procfs_pid_open(procfd, (uint32_t)pid);
	int err;

	if (dirfd < 0)
		return trouble(in, "PIDs, root and working directory, capabilities", procfd < 0 ? procfd : dirfd);
	err = member_pids_read(dirfd, pid, in);
	if (err < 0 && err != -ENOMEM)
		err = trouble(in, "PIDs at every level", err);
	if (err < 0 || (err = read_path(dirfd, "root", "root directory", in)) < 0 ||
	    (err = read_path(dirfd, "cwd", "working directory", in)) < 0 ||
	    (err = idmaps_explain(procfd, snap, snap->procs[proc].ns[NS_USER], in)) < 0)
		return err;
	return read_caps(dirfd, in);
}
