/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/run_inside.h"

#include "exec/clone.h"
#include "exec/creds.h"
#include "exec/init.h"
#include "exec/mnt.h"
#include "exec/rootfs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int set_loopback(const struct trace *t)
{
	struct ifreq ifr = {.ifr_name = "lo"};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int err = fd < 0 || ioctl(fd, SIOCGIFFLAGS, &ifr) < 0 ? -errno : 0;

	if (err == 0) {
		ifr.ifr_flags = (short)(ifr.ifr_flags | IFF_UP);
		err = ioctl(fd, SIOCSIFFLAGS, &ifr) < 0 ? -errno : 0;
		trace_call(t, err, "ioctl(%d, SIOCSIFFLAGS, {\"lo\", IFF_UP})", fd);
	}
	if (fd >= 0)
		close(fd);
	return err;
}

static int set_hostname(const struct trace *t, const char *name)
{
	int err = sethostname(name, strlen(name)) < 0 ? -errno : 0;

	return (int)trace_call(t, err, "sethostname(\"%s\")", name);
}

static int set_domain(const struct trace *t, const char *name)
{
	int err = setdomainname(name, strlen(name)) < 0 ? -errno : 0;

	return (int)trace_call(t, err, "setdomainname(\"%s\")", name);
}

static int set_propagation(const struct trace *t, enum run_propagation how)
{
	switch (how) {
	case RUN_PROPAGATION_SLAVE:
		return mnt_propagation(t, MS_SLAVE);
	case RUN_PROPAGATION_SHARED:
		return mnt_propagation(t, MS_SHARED);
	default:
		return mnt_propagation(t, MS_PRIVATE);
	}
}

/* In the order that works: groups, then the group, then the user, who may not change groups any more. */
static int take_ids(const struct trace *t, const uint32_t *uid, const uint32_t *gid, bool keep_caps)
{
	struct creds groups = {.groups = uid && gid ? GROUPS_FREE : GROUPS_KEEP};
	struct creds g = {.set_gid = true}, u = {.set_uid = true, .keep_caps = keep_caps};
	struct fail why = {0};
	int err = creds_apply(&groups, &why);

	if (groups.groups == GROUPS_FREE)
		trace_call(t, err, "setgroups(0, NULL)");
	if (err == 0 && gid) {
		g.gid = *gid;
		err = creds_apply(&g, &why);
		trace_call(t, err, "setresgid(%u, %u, %u)", *gid, *gid, *gid);
	}
	if (err == 0 && uid) {
		u.uid = *uid;
		err = creds_apply(&u, &why);
		trace_call(t, err, "setresuid(%u, %u, %u)", *uid, *uid, *uid);
	}
	return err;
}

int run_inside_own(const struct trace *t, uint32_t uid, uint32_t gid)
{
	int err = setresgid((gid_t)-1, gid, (gid_t)-1) < 0 ? -errno : 0;

	if (trace_call(t, err, "setresgid(-1, %u, -1)", gid) < 0)
		return err;
	err = setresuid((uid_t)-1, uid, (uid_t)-1) < 0 ? -errno : 0;
	return (int)trace_call(t, err, "setresuid(-1, %u, -1)", uid);
}

/* The working directory is the directory that shall be the root: so we were started. */
static int open_root(struct run_inside *in)
{
	const char *dir = in->job->plan->req.root ? "." : "/";

	if (in->root >= 0)
		return 0;
	in->root = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	trace_call(&in->trace, in->root < 0 ? -errno : in->root, "open(\"%s\", O_PATH|O_DIRECTORY)", dir);
	return in->root < 0 ? -errno : 0;
}

static int with_root(struct run_inside *in, int (*act)(const struct trace *t, int root))
{
	int err = open_root(in);

	return err < 0 ? err : act(&in->trace, in->root);
}

/* Whatever leads out of the new root, such as a directory that the caller had open. */
static void leave_behind(struct run_inside *in)
{
	const int keep[] = {in->gate, in->fault, in->helper, in->trace.fd};

	launch_close_but(keep, sizeof(keep) / sizeof(keep[0]));
	in->root = -1;
}

static int change_root(struct run_inside *in, int (*act)(const struct trace *t, int root))
{
	int err;

	trace_root(&in->trace, "before");
	err = with_root(in, act);
	if (err < 0)
		return err;
	err = chdir("/") < 0 ? -errno : 0;
	trace_call(&in->trace, err, "chdir(\"/\")");
	leave_behind(in);
	trace_root(&in->trace, "after");
	return err;
}

/*
 * A link inside may lead through /proc to what a descriptor of ours has open: what the root does not lead to reads
 * as "(unreachable)…".
 */
static int change_dir(const struct trace *t, const char *dir)
{
	char path[PATH_MAX];
	int err = chdir(dir) < 0 ? -errno : 0;

	trace_call(t, err, "chdir(\"%s\")", dir);
	if (err == 0 && (syscall(SYS_getcwd, path, sizeof(path)) < 0 || path[0] != '/'))
		err = -EXDEV;
	return err;
}

/* A parent that died before the request will send no signal. */
static int die_with_parent(struct run_inside *in, int sig)
{
	char c;
	int err = prctl(PR_SET_PDEATHSIG, sig) < 0 ? -errno : 0;

	trace_call(&in->trace, err, "prctl(PR_SET_PDEATHSIG, %d)", sig);
	if (err == 0 && in->gate >= 0 && recv(in->gate, &c, 1, MSG_DONTWAIT | MSG_PEEK) == 0)
		_exit(LAUNCH_TROUBLE);
	return err;
}

static int keep_caps(const struct trace *t)
{
	return (int)trace_call(t, creds_keep_caps(), "prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, each capability)");
}

static void tell_exec(void *ctx, const char *file, int err)
{
	const struct trace *t = ctx;

	if (err == 0)
		trace_note(t, "execve(\"%s\", …)", file);
	else if (err != -ENOENT && err != -ENOTDIR) /* where a search only passes by */
		trace_call(t, err, "execve(\"%s\", …)", file);
}

static int become_command(struct run_inside *in)
{
	struct launch_cmd cmd = *in->job->cmd;
	int err = launch_close_on_exec();

	if (err < 0)
		return err;
	cmd.tell = tell_exec;
	cmd.tell_ctx = &in->trace;
	err = launch_exec(&cmd);
	if (err == -ENOENT)
		trace_call(&in->trace, err, "execve(\"%s\", …)", cmd.argv[0]);
	return err;
}

static int take_asked_ids(struct run_inside *in)
{
	const struct run_request *r = &in->job->plan->req;

	return take_ids(&in->trace, r->has_uid ? &r->uid : NULL, r->has_gid ? &r->gid : NULL, r->keep_caps);
}

static int do_step(struct run_inside *in, const struct run_step *s)
{
	const struct run_plan *p = in->job->plan;
	const struct run_request *r = &p->req;
	const struct trace *t = &in->trace;

	switch (s->what) {
	case RUN_BECOME: return take_ids(t, &p->become_uid, &p->become_gid, false);
	case RUN_PROPAGATION: return set_propagation(t, r->propagation);
	case RUN_LOOPBACK: return set_loopback(t);
	case RUN_HOSTNAME: return set_hostname(t, r->hostname);
	case RUN_DOMAIN: return set_domain(t, r->domain);
	case RUN_ROOT: return rootfs_bind(t, &in->root);
	case RUN_PROC: return with_root(in, rootfs_proc);
	case RUN_SYS: return with_root(in, rootfs_sys);
	case RUN_DEV: return with_root(in, rootfs_dev);
	case RUN_PIVOT: return change_root(in, rootfs_pivot);
	case RUN_CHROOT: return change_root(in, rootfs_chroot);
	case RUN_CHDIR: return r->wd ? change_dir(t, r->wd) : 0;
	case RUN_KILL: return die_with_parent(in, r->kill_child);
	case RUN_INIT: return init_begin(&in->trace, &in->mask, in->on_pty);
	case RUN_IDS: return take_asked_ids(in);
	case RUN_CAPS: return keep_caps(t);
	case RUN_EXEC: return become_command(in);
	default: return 0;
	}
}

int run_inside_first(struct run_inside *in, const struct run_step **failed)
{
	const struct run_plan *p = in->job->plan;
	const struct run_request *r = &p->req;

	for (size_t i = 0; i < p->nsteps; i++) {
		int err = 0;

		if (p->steps[i].what == RUN_CLONE && in->left)
			err = clone_time(&in->trace, NULL, NULL);
		else if (p->steps[i].what == RUN_TIME)
			err = clone_time(&in->trace, r->has_monotonic ? &r->monotonic : NULL,
					 r->has_boottime ? &r->boottime : NULL);
		if (err < 0) {
			*failed = &p->steps[i];
			return err;
		}
	}
	return 0;
}

int run_inside_become(struct run_inside *in, const struct run_step **failed)
{
	const struct run_plan *p = in->job->plan;

	for (size_t i = 0; i < p->nsteps; i++) {
		const struct run_step *s = &p->steps[i];
		int err = s->side == RUN_INSIDE && s->what != RUN_TIME ? do_step(in, s) : 0;

		if (err < 0) {
			*failed = s;
			return err;
		}
	}
	return -ENOEXEC;
}
