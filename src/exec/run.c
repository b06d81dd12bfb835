/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/run.h"

#include "exec/clone.h"
#include "exec/inside.h"
#include "exec/outside.h"
#include "exec/supervise.h"
#include "nsview/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

/*
 * The processes of a run and how they wait for each other:
 *
 *   clone3:   parent ──── child (──── its command, when it is an init)
 *   unshare:  helper, nsview ──── child, only where a PID namespace asks for one
 *
 * A child says when it is ready (its clocks are set) and waits until the process outside has written the maps
 * and made the bind mounts. From then on it is on its own; the parent waits until it runs its command.
 */
struct run {
	const struct run_job *job;
	const struct run_plan *plan;
	struct trace trace;
	struct outside outside;
	struct supervise sup;
	struct launch_pipe fault;
	int gate[2]; /* parent's end, child's end */
	struct run_result *ret;
};

static const struct run_step *find(const struct run_plan *p, enum run_do what)
{
	for (size_t i = 0; i < p->nsteps; i++)
		if (p->steps[i].what == what)
			return &p->steps[i];
	return NULL;
}

static void failed(struct run *r, const struct run_step *step, int err)
{
	*r->ret = (struct run_result){.failed = step, .err = err, .status = LAUNCH_TROUBLE};
	if (step && step->what == RUN_EXEC)
		r->ret->status = launch_status(err);
}

/* The step that needs what was being prepared. */
static void failed_early(struct run *r, int err)
{
	failed(r, &r->plan->steps[0], err);
}

static int index_of(const struct run_plan *p, const struct run_step *s)
{
	return (int)(s - p->steps);
}

_Noreturn static void be_child(struct run *r, uint64_t left)
{
	struct inside in = {
		.job = r->job,
		.trace = {.fd = r->trace.fd, .side = "child"},
		.mask = r->sup.saved,
		.left = left,
		.gate = r->gate[1],
		.fault = r->fault.wr,
		.root = -1,
	};
	const struct run_step *step = NULL;
	char go = 0;
	int err;

	close(r->gate[0]);
	close(r->fault.rd);
	if (r->outside.fd >= 0)
		close(r->outside.fd);
	supervise_child(&r->sup);
	if (recv(in.gate, &go, 1, 0) != 1)
		_exit(LAUNCH_TROUBLE);
	trace_birth(&in.trace);
	err = r->plan->req.unshare ? 0 : inside_first(&in, &step);
	if (err == 0 && (send(in.gate, &go, 1, MSG_NOSIGNAL) != 1 || recv(in.gate, &go, 1, 0) != 1))
		_exit(LAUNCH_TROUBLE);
	if (err == 0)
		err = inside_become(&in, &step);
	launch_fail(r->fault.wr, index_of(r->plan, step), err);
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
		failed(r, step, err);
		return err;
	}
	return send(r->gate[0], &go, 1, MSG_NOSIGNAL) == 1 ? 0 : 1;
}

/*
 * Unless signals are passed on, nsview has its ordinary ones; but those that the terminal sends are for the
 * command, which gets them as well, and nsview waits for it. With an init, which cannot stop, it is nsview
 * that stops together with the command.
 */
static void choose_signals(const struct run *r)
{
	sigset_t mask = r->sup.saved, stop;

	if (!r->job->forward) {
		sigaddset(&mask, SIGINT);
		sigaddset(&mask, SIGQUIT);
		sigaddset(&mask, SIGCHLD);
		sigprocmask(SIG_SETMASK, &mask, NULL);
	}
	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	if (r->plan->req.init)
		sigprocmask(SIG_UNBLOCK, &stop, NULL);
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
		failed(r, &r->plan->steps[f.step], f.err);
	else if (rc != 0)
		failed_early(r, rc < 0 ? rc : -EPROTO);
	if (rc != 0) {
		outside_undo(&r->outside);
		reap(pid);
	}
}

static void end_with(struct run *r, pid_t pid)
{
	int status, err;

	choose_signals(r);
	err = supervise_wait(&r->sup, pid, &status);
	if (err < 0) {
		failed_early(r, err);
		return;
	}
	if (WIFSIGNALED(status))
		trace_note(&r->trace, "waitpid(%d) = %d, killed by signal %d", (int)pid, (int)pid, WTERMSIG(status));
	else
		trace_note(&r->trace, "waitpid(%d) = %d, exit status %d", (int)pid, (int)pid, WEXITSTATUS(status));
	*r->ret = (struct run_result){.status = supervise_exit_status(status)};
}

static void be_parent(struct run *r, pid_t pid)
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
		return;
	}
	/* A child that dies without a word has an exit status that tells. */
	child_failed(r, pid);
	if (r->ret->failed)
		return;
	outside_end(&r->outside);
	end_with(r, pid);
}

/* Become the owner for as long as it takes to make the namespaces. */
static int own(struct run *r)
{
	const struct run_request *q = &r->plan->req;
	int err = q->has_owner ? inside_own(&r->trace, q->owner_uid, q->owner_gid) : 0;

	/*
	 * Taking another UID makes a process undumpable, and then what /proc has of it belongs to root: it could
	 * not set its clocks. The owner can not attach to it, since our real UID is another.
	 */
	if (err == 0 && q->has_owner && find(r->plan, RUN_TIME))
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
	int err = r->plan->req.unshare ? 0 : own(r);
	pid_t pid;

	if (err < 0) {
		failed(r, find(r->plan, RUN_OWNER), err);
		return err;
	}
	pid = clone_child(&r->trace, r->plan->req.unshare ? 0 : r->plan->flags, left);
	if (pid != 0)
		disown(r, uid, gid);
	if (pid < 0)
		failed(r, find(r->plan, r->plan->req.unshare ? RUN_FORK : RUN_CLONE), pid);
	return pid;
}

/* A child, and what binds it to us. */
static void run_child(struct run *r)
{
	uint64_t left = 0;
	pid_t pid;
	int err = socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, r->gate) < 0 ? -errno : 0;

	if (err == 0)
		err = launch_pipe_open(&r->fault);
	if (err == 0)
		err = supervise_begin(&r->sup);
	if (err < 0) {
		failed_early(r, err);
		return;
	}
	pid = begin_child(r, &left);
	if (pid == 0)
		be_child(r, left);
	if (pid > 0)
		be_parent(r, pid);
	supervise_end(&r->sup);
}

static void clone_way(struct run *r)
{
	int err = outside_begin(r->plan, &r->trace, false, &r->outside);

	if (err < 0)
		failed_early(r, err);
	else
		run_child(r);
}

/* Without a child it is us who become the command. */
static void run_in_place(struct run *r)
{
	struct inside in = {.job = r->job, .trace = r->trace, .gate = -1, .fault = -1, .root = -1};
	const struct run_step *step = r->plan->steps;
	int err = outside_do(&r->outside, getpid(), &step);

	if (err == 0) {
		sigprocmask(SIG_BLOCK, NULL, &in.mask);
		err = inside_become(&in, &step);
		outside_undo(&r->outside);
	}
	failed(r, step, err);
}

static int move(struct run *r, const struct run_step **step)
{
	struct inside in = {.job = r->job, .trace = r->trace};
	int err = own(r);

	*step = find(r->plan, RUN_OWNER);
	if (err < 0)
		return err;
	*step = find(r->plan, RUN_UNSHARE);
	err = r->plan->flags ? clone_unshare(&r->trace, r->plan->flags) : 0;
	return err < 0 ? err : inside_first(&in, step);
}

static void unshare_way(struct run *r)
{
	const struct run_step *step = r->plan->steps;
	int err = outside_begin(r->plan, &r->trace, true, &r->outside);

	if (err < 0) {
		failed_early(r, err);
		return;
	}
	trace_birth(&r->trace);
	err = move(r, &step);
	if (err < 0)
		failed(r, step, err);
	else if (find(r->plan, RUN_FORK))
		run_child(r);
	else
		run_in_place(r);
	outside_end(&r->outside);
}

/*
 * The working directory follows a process into a copy of its mount namespace, which a descriptor or a path that
 * only we may walk does not: so the new root is handed over as the working directory.
 */
static int go_to_root(struct run *r)
{
	const char *root = r->plan->req.root;

	if (!root)
		return 0;
	return (int)trace_call(&r->trace, chdir(root) < 0 ? -errno : 0, "chdir(\"%s\")", root);
}

static void close_all(struct run *r)
{
	int fds[] = {r->gate[0], r->gate[1], r->fault.rd, r->fault.wr};

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

void run_go(const struct run_job *job, struct run_result *ret)
{
	struct run r = {
		.job = job,
		.plan = job->plan,
		.trace = {.fd = job->trace_fd, .side = run_side_name(job->plan, RUN_SELF)},
		.fault = {.rd = -1, .wr = -1},
		.gate = {-1, -1},
		.ret = ret,
	};
	AUTO_CLOSE int here = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	const struct run_step *root = find(job->plan, RUN_ROOT);
	int err;

	*ret = (struct run_result){0};
	err = go_to_root(&r);
	if (err < 0)
		failed(&r, root ? root : find(job->plan, RUN_CHROOT), err);
	else if (job->plan->req.unshare)
		unshare_way(&r);
	else
		clone_way(&r);
	close_all(&r);
	if (here >= 0 && fchdir(here) < 0)
		return; /* it was removed meanwhile, and nothing more depends on it */
}
