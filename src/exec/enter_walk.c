/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/enter_walk.h"

#include "exec/creds.h"
#include "exec/enter_open.h"
#include "exec/monitor.h"
#include "exec/pty.h"
#include "exec/supervise.h"
#include "nsview/fd.h"

#include <errno.h>
#include <grp.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static const enum ns_type one_by_one[] = {NS_USER, NS_CGROUP, NS_IPC, NS_UTS, NS_NET, NS_PID, NS_TIME, NS_MNT};

/*
 * Nobody who meets us inside may look into us: exec(2) makes the command ordinary again. A change of
 * credentials sets this to fs.suid_dumpable, so it is repeated after each.
 */
static int hide(void)
{
	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ? -errno : 0;
}

static int walk_cgroup(struct enter_walker *w, const struct enter_step *s, int *part)
{
	(void)s;
	(void)part;
	return w->scout ? 0 : cgroup_join(w->job->cgroups);
}

static int join_each(const struct enter_walker *w, unsigned types, int *part)
{
	for (size_t i = 0; i < NS_TYPE_COUNT; i++) {
		enum ns_type t = one_by_one[i];

		if (!(types & 1u << t))
			continue;
		if (setns(w->job->handles->ns[t], (int)ns_info(t)->clone_flag) < 0) {
			*part = (int)t;
			return -errno;
		}
	}
	return hide();
}

static int flags_of(unsigned types)
{
	int flags = 0;

	for (int t = 0; t < NS_TYPE_COUNT; t++)
		if (types & 1u << t)
			flags |= (int)ns_info((enum ns_type)t)->clone_flag;
	return flags;
}

/*
 * All or nothing since Linux 5.8; before, a pidfd is EINVAL. When it is refused, nothing has been joined,
 * and going one by one tells which type it was.
 */
static int walk_join_pidfd(struct enter_walker *w, const struct enter_step *s, int *part)
{
	if (!setns(w->job->handles->pidfd, flags_of(s->types)))
		return hide();
	return join_each(w, s->types, part);
}

static int walk_join_fd(struct enter_walker *w, const struct enter_step *s, int *part)
{
	return join_each(w, s->types, part);
}

static int walk_root(struct enter_walker *w, const struct enter_step *s, int *part)
{
	(void)s;
	(void)part;
	return fchdir(w->job->handles->root) < 0 || chroot(".") < 0 ? -errno : 0;
}

/* A directory that the root does not lead to reads as "(unreachable)…": it is one of the host's. */
static bool is_reachable(void)
{
	char path[4096];

	return syscall(SYS_getcwd, path, sizeof(path)) > 0 && path[0] == '/';
}

static int change_dir(const struct enter_walker *w)
{
	const struct enter_job *job = w->job;
	int err = job->wish->wd == ENTER_DIR_INSIDE ? chdir(job->wd_inside) : fchdir(job->handles->wd);

	if (err < 0)
		return -errno;
	return is_reachable() ? 0 : -EXDEV;
}

static int walk_wd(struct enter_walker *w, const struct enter_step *s, int *part)
{
	int err = change_dir(w);

	(void)s;
	(void)part;
	if (err < 0 && w->job->wish->wd_lax)
		return chdir("/") < 0 ? -errno : 0;
	return err;
}

/* Where the target has no devpts, a terminal of ours has to do: it works, but has no name inside. */
static int walk_pty(struct enter_walker *w, const struct enter_step *s, int *part)
{
	struct pty inside = {.master = -1, .slave = -1};
	int err;

	(void)s;
	(void)part;
	if (!w->scout)
		return 0;
	if (pty_open(&inside) < 0)
		inside.master = -1;
	err = monitor_send(w->sock, (struct monitor_msg){.op = ENTER_SAYS_PTY}, inside.master);
	if (err < 0)
		return err;
	_exit(0);
}

/*
 * The child is a sibling: nobody of ours stays inside to wait for it. With CLONE_PARENT the exit signal is the parent's.
 * What led here is closed first: in the PID namespace we can be seen.
 */
static int walk_fork(struct enter_walker *w, const struct enter_step *s, int *part)
{
	long pid;

	(void)s;
	(void)part;
	enter_handles_done(w->job->handles);
	cgroup_close(w->job->cgroups);
#ifdef __s390x__
	pid = syscall(SYS_clone, 0UL, (unsigned long)CLONE_PARENT, 0UL, 0UL, 0UL);
#else
	pid = syscall(SYS_clone, (unsigned long)CLONE_PARENT, 0UL, 0UL, 0UL, 0UL);
#endif
	if (pid < 0)
		return -errno;
	if (pid == 0)
		return 0;
	if (monitor_send(w->sock, (struct monitor_msg){.op = ENTER_SAYS_CHILD, .arg = (int)pid}, -1) < 0)
		_exit(LAUNCH_TROUBLE);
	_exit(0);
}

static int part_of(const char *step)
{
	static const struct {
		const char *name;
		int part;
	} parts[] = {
		{"setgroups", ENTER_CREDS_GROUPS},
		{"setgid", ENTER_CREDS_GID},
		{"setuid", ENTER_CREDS_UID},
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (!strcmp(step, parts[i].name))
			return parts[i].part;
	return ENTER_CREDS_CAPS;
}

/* A user namespace may forbid setgroups(2) for good, so the groups go while they still can. */
static void drop_groups_early(struct enter_walker *w)
{
	w->groupless = w->job->plan->drops_groups && !setgroups(0, NULL);
}

/* Where setgroups(2) is forbidden and they could not go before, they are the caller's own there as well. */
static enum creds_groups groups_of(const struct enter_walker *w)
{
	if (!w->job->plan->drops_groups)
		return GROUPS_KEEP;
	return w->groupless || w->job->facts->setgroups_denied ? GROUPS_FREE : GROUPS_DROP;
}

static int walk_creds(struct enter_walker *w, const struct enter_step *s, int *part)
{
	const struct enter_plan *p = w->job->plan;
	struct creds c = {
		.set_uid = p->sets_uid,
		.set_gid = p->sets_gid,
		.uid = w->uid,
		.gid = w->gid,
		.groups = groups_of(w),
		.keep_caps = w->job->wish->keep_caps,
	};
	struct fail why = {0};
	int err;

	(void)s;
	/* So that programs like mesg(1) and tmux find it theirs; without it things work as well. */
	if (w->slave >= 0 && c.set_uid && fchown(w->slave, c.uid, (gid_t)-1) < 0)
		errno = 0;
	err = creds_apply(&c, &why);
	if (err < 0) {
		*part = part_of(why.step);
		return err;
	}
	return hide();
}

static int own_terminal(struct enter_walker *w)
{
	if (setpgid(0, 0) < 0)
		return -errno;
	/* SIGTTOU is blocked here. */
	if (w->foreground && tcsetpgrp(w->slave, getpgrp()) < 0)
		return -errno;
	for (int fd = 0; fd < 3; fd++)
		if (isatty(fd) && dup2(w->slave, fd) < 0)
			return -errno;
	return 0;
}

static int walk_exec(struct enter_walker *w, const struct enter_step *s, int *part)
{
	int err = 0;

	(void)s;
	(void)part;
	if (w->slave >= 0)
		err = own_terminal(w);
	if (!err)
		err = launch_close_on_exec();
	if (err < 0)
		return err;
	if (w->sup)
		supervise_child(w->sup);
	return launch_exec(&w->job->cmd);
}

typedef int walk_step(struct enter_walker *w, const struct enter_step *s, int *part);

static walk_step *const walks[] = {
	[ENTER_JOIN_CGROUP] = walk_cgroup,
	[ENTER_JOIN_PIDFD] = walk_join_pidfd,
	[ENTER_JOIN_FD] = walk_join_fd,
	[ENTER_ROOT] = walk_root,
	[ENTER_WD] = walk_wd,
	[ENTER_PTY] = walk_pty,
	[ENTER_FORK] = walk_fork,
	[ENTER_CREDS] = walk_creds,
	[ENTER_EXEC] = walk_exec,
};

/* Once the user namespace is joined the target's ids read as they are there; afterwards /proc/PID is closed. */
static int learn_ids(struct enter_walker *w)
{
	const struct enter_wish *wish = w->job->wish;
	uid_t uid = 0;
	gid_t gid = 0;
	int err = 0;

	if (wish->uid == ENTER_ID_FOLLOW || wish->gid == ENTER_ID_FOLLOW)
		err = enter_read_ids(w->job->handles, &uid, &gid);
	if (err < 0)
		return err;
	w->uid = wish->uid == ENTER_ID_SET ? wish->uid_value : uid;
	w->gid = wish->gid == ENTER_ID_SET ? wish->gid_value : gid;
	return 0;
}

static bool is_join(const struct enter_step *s)
{
	return s->kind == ENTER_JOIN_CGROUP || s->kind == ENTER_JOIN_PIDFD || s->kind == ENTER_JOIN_FD;
}

void enter_walk(struct enter_walker *w, struct enter_failure *why)
{
	const struct enter_plan *p = w->job->plan;
	bool know_ids = false;
	int err = hide();

	drop_groups_early(w);
	for (size_t i = 0; i < p->n; i++) {
		int part = -1;

		if (!err && !know_ids && !is_join(&p->steps[i])) {
			know_ids = true;
			err = learn_ids(w);
			if (err < 0)
				part = ENTER_CREDS_IDS;
		}
		if (!err)
			err = walks[p->steps[i].kind](w, &p->steps[i], &part);
		if (err < 0) {
			*why = (struct enter_failure){.step = i, .part = part, .err = err};
			return;
		}
	}
}
