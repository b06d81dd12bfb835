/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/run_start.h"

#include "exec/clone.h"
#include "exec/run_inside.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

const struct run_step *run_find(const struct run_plan *p, enum run_do what)
{
	for (size_t i = 0; i < p->nsteps; i++)
		if (p->steps[i].what == what)
			return &p->steps[i];
	return NULL;
}

void run_failed(struct run *r, const struct run_step *step, int err)
{
	*r->ret = (struct run_result){.failed = step, .err = err, .status = LAUNCH_TROUBLE};
	if (step && step->what == RUN_EXEC)
		r->ret->status = launch_status(err);
}

/* The step that needs what was being prepared. */
void run_failed_early(struct run *r, int err)
{
	run_failed(r, &r->plan->steps[0], err);
	r->ret->early = true;
}

int run_index(const struct run_plan *p, const struct run_step *s)
{
	return (int)(s - p->steps);
}

/* SIGTTOU is blocked still, so this works from the background. */
static int take_terminal(const struct run *r)
{
	if (setpgid(0, 0) < 0 || (r->foreground && tcsetpgrp(r->slave, getpgrp()) < 0))
		return -errno;
	for (int fd = 0; fd < 3; fd++)
		if (isatty(fd) && dup2(r->slave, fd) < 0)
			return -errno;
	return 0;
}

_Noreturn static void be_child(struct run *r, uint64_t left)
{
	struct run_inside in = {
		.job = r->job,
		.trace = {.fd = r->trace.fd, .side = "child"},
		.mask = r->sup.saved,
		.left = left,
		.gate = r->gate[1],
		.fault = r->fault.wr,
		.root = -1,
		.helper = -1,
		.on_pty = r->slave >= 0,
	};
	const struct run_step *step = NULL;
	char go = 0;
	int err;

	close(r->gate[0]);
	close(r->fault.rd);
	if (r->outside.fd >= 0)
		close(r->outside.fd);
	if (r->slave >= 0 && take_terminal(r) < 0)
		_exit(LAUNCH_TROUBLE);
	supervise_child(&r->sup);
	if (recv(in.gate, &go, 1, 0) != 1)
		_exit(LAUNCH_TROUBLE);
	trace_birth(&in.trace);
	err = r->plan->req.unshare ? 0 : run_inside_first(&in, &step);
	if (err == 0 && (send(in.gate, &go, 1, MSG_NOSIGNAL) != 1 || recv(in.gate, &go, 1, 0) != 1))
		_exit(LAUNCH_TROUBLE);
	if (err == 0)
		err = run_inside_become(&in, &step);
	launch_fail(r->fault.wr, run_index(r->plan, step), err);
}

/* Which namespaces a process is in, beside our own. */
static void tell_namespaces(const struct run *r, pid_t pid)
{
	if (r->trace.fd < 0 || r->plan->req.unshare)
		return;
	for (int t = 0; t < NS_TYPE_COUNT; t++) {
		const char *name = ns_info((enum ns_type)t)->name;
		char path[64], theirs[64] = "", ours[64] = "";

		snprintf(path, sizeof(path), "/proc/%d/ns/%s", (int)pid, name);
		if (readlink(path, theirs, sizeof(theirs) - 1) < 0)
			continue;
		snprintf(path, sizeof(path), "/proc/self/ns/%s", name);
		if (readlink(path, ours, sizeof(ours) - 1) < 0)
			continue;
		trace_note(&r->trace, "%-7s %s, the child's %s %s", name, ours, theirs,
			   strcmp(ours, theirs) ? "(new)" : "(the same)");
	}
}

/* Let the child begin, wait until it is ready, do what is to be done outside, let it go on. 0, 1 when the child failed. */
static int open_gate(struct run *r, pid_t pid)
{
	const struct run_step *step = r->plan->steps;
	char go = 1;
	int err;

	if (send(r->gate[0], &go, 1, MSG_NOSIGNAL) != 1 || recv(r->gate[0], &go, 1, 0) != 1)
		return 1;
	tell_namespaces(r, pid);
	err = outside_do(&r->outside, pid, &step);
	if (err < 0) {
		run_failed(r, step, err);
		return err;
	}
	return send(r->gate[0], &go, 1, MSG_NOSIGNAL) == 1 ? 0 : 1;
}

static void reap(pid_t pid)
{
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* The child's own word on what failed, if it has one to say. */
static void child_failed(struct run *r, pid_t pid)
{
	struct launch_failure f;
	int rc = launch_wait(r->fault.rd, &f);

	if (rc == 1 && f.step >= 0 && (size_t)f.step < r->plan->nsteps)
		run_failed(r, &r->plan->steps[f.step], f.err);
	else if (rc != 0)
		run_failed_early(r, rc < 0 ? rc : -EPROTO);
	if (rc != 0) {
		outside_undo(&r->outside);
		reap(pid);
	}
}

/* 0 when the child runs its command. */
static int be_parent(struct run *r, pid_t pid)
{
	int rc;

	close(r->fault.wr);
	r->fault.wr = -1;
	close(r->gate[1]);
	r->gate[1] = -1;
	rc = open_gate(r, pid);
	if (rc < 0) {
		close(r->gate[0]); /* it ends */
		r->gate[0] = -1;
		reap(pid);
		return rc;
	}
	/* A child that dies without a word has an exit status that tells. */
	child_failed(r, pid);
	if (!r->ret->failed)
		outside_end(&r->outside);
	return r->ret->failed ? r->ret->err : 0;
}

/* Become the owner for as long as it takes to make the namespaces. */
int run_own(struct run *r)
{
	const struct run_request *q = &r->plan->req;
	int err = q->has_owner ? run_inside_own(&r->trace, q->owner_uid, q->owner_gid) : 0;

	/*
	 * Taking another UID makes a process undumpable, and then what /proc has of it belongs to root: it could
	 * not set its clocks. The owner can not attach to it, since our real UID is another.
	 */
	if (err == 0 && q->has_owner && run_find(r->plan, RUN_TIME))
		prctl(PR_SET_DUMPABLE, 1);
	return err;
}

static void disown(struct run *r, uid_t uid, gid_t gid)
{
	if (!r->plan->req.has_owner || r->plan->req.unshare)
		return;
	/* As the owner we may not change the group: the user comes first. */
	trace_call(&r->trace, setresuid((uid_t)-1, uid, (uid_t)-1) < 0 ? -errno : 0, "setresuid(-1, %u, -1)", uid);
	trace_call(&r->trace, setresgid((gid_t)-1, gid, (gid_t)-1) < 0 ? -errno : 0, "setresgid(-1, %u, -1)", gid);
}

static pid_t begin_child(struct run *r, uint64_t *left)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	int err = r->plan->req.unshare ? 0 : run_own(r);
	pid_t pid;

	if (err < 0) {
		run_failed(r, run_find(r->plan, RUN_OWNER), err);
		return err;
	}
	pid = clone_child(&r->trace, r->plan->req.unshare ? 0 : r->plan->flags, left);
	if (pid != 0)
		disown(r, uid, gid);
	if (pid < 0)
		run_failed(r, run_find(r->plan, r->plan->req.unshare ? RUN_FORK : RUN_CLONE), pid);
	return pid;
}

/* A child, and what binds it to us. Its PID when it runs its command; else a negative errno, and the result is set. */
pid_t run_start(struct run *r)
{
	uint64_t left = 0;
	pid_t pid;
	int err = socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, r->gate) < 0 ? -errno : 0;

	if (err == 0)
		err = launch_pipe_open(&r->fault);
	if (err < 0) {
		run_failed_early(r, err);
		return err;
	}
	pid = begin_child(r, &left);
	if (pid == 0)
		be_child(r, left);
	if (pid < 0)
		return pid;
	err = be_parent(r, pid);
	return err < 0 ? err : pid;
}
