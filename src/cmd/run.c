/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/commands.h"
#include "cmd/msg.h"
#include "cmd/run_opts.h"
#include "cmd/sealed.h"
#include "exec/forbid.h"
#include "exec/keep.h"
#include "exec/run.h"
#include "exec/world.h"
#include "nsview/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int no_memory(void)
{
	msg("out of memory");
	return LAUNCH_TROUBLE;
}

static int release(const char *name, const struct trace *t)
{
	enum ns_type type = NS_TYPE_COUNT;
	int err = keep_release(t, name, &type);

	if (err == -ENOENT) {
		msg("nothing is kept as '%s'; 'nsview list -o +NAME' shows what is", name);
		return LAUNCH_TROUBLE;
	}
	if (err < 0) {
		msg("cannot let go of the %s namespace kept as '%s': %s%s", ns_info(type)->long_name, name, strerror(-err),
		    err == -EPERM ? "; unmounting takes CAP_SYS_ADMIN" : "");
		return LAUNCH_TROUBLE;
	}
	return 0;
}

static int print_plan(const struct run_plan *p)
{
	struct arena a = {0};

	for (size_t i = 0; i < p->nsteps; i++) {
		const char *text = run_step_text(p, &p->steps[i], &a);

		text = text ? text_safe(&a, text, false) : NULL;
		printf("%2zu  %-6s  %s\n", i + 1, run_side_name(p, p->steps[i].side), text ? text : "?");
	}
	arena_done(&a);
	return 0;
}

/* An environment that says nothing of the machine. */
static char **clean_env(struct arena *a)
{
	const char *term = getenv("TERM");
	char **envp = arena_alloc(a, 5 * sizeof(*envp));

	if (!envp)
		return NULL;
	envp[0] = arena_strdup(a, "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
	envp[1] = arena_strdup(a, "HOME=/root");
	envp[2] = arena_strdup(a, "container=nsview");
	envp[3] = term ? arena_printf(a, "TERM=%s", term) : NULL;
	return envp[0] && envp[1] && envp[2] ? envp : NULL;
}

static int build_command(const struct run_opts *o, const struct run_plan *p, struct arena *a, struct launch_cmd *ret)
{
	char **envp = p->req.clear_env ? clean_env(a) : environ;

	if (!envp)
		return -ENOMEM;
	return *o->argv ? launch_cmd_build(a, o->argv, envp, ret) : launch_shell_build(a, envp, ret);
}

static void say_added(const struct run_plan *p)
{
	if (!p->user_added)
		return;
	if (p->uids.n && p->uids.v[0].inside == 0)
		msg("without privileges here: a user namespace is added, in which UID %u is root", p->uids.v[0].outside);
	else
		msg("without privileges here: a user namespace is added");
}

static void say_failed(const struct run_plan *p, const struct run_result *r, const char *command)
{
	struct arena a = {0};
	struct forbid_facts facts;
	const char *text, *why;

	if (r->early) {
		msg("cannot prepare the processes of a run: %s", strerror(-r->err));
		return;
	}
	forbid_read(p, r->failed, &facts);
	why = forbid_explain(p, r->failed, r->err, &facts, &a);
	text = r->failed->what == RUN_EXEC && command ? arena_printf(&a, "execute %s", command)
						      : run_step_text(p, r->failed, &a);
	msg("cannot %s: %s%s%s", text ? text : "go on", strerror(-r->err), why ? "; " : "", why ? why : "");
	arena_done(&a);
}

/* What is kept of a PID namespace whose init has ended is of little use, and that should be no surprise. */
static void say_kept(const struct run_plan *p)
{
	if (p->req.keep && p->types & 1u << NS_PID)
		msg("the PID namespace kept as '%s' has ended with its first process: nothing can be started in it any more",
		    p->req.keep);
}

static int start(const struct run_opts *o, const struct run_plan *p)
{
	struct arena a = {0};
	struct launch_cmd cmd;
	struct run_job job = {
		.plan = p,
		.cmd = &cmd,
		.trace_fd = o->trace ? STDERR_FILENO : -1,
		.forward = o->forward,
		/* What is traced would be lost among what the command draws. */
		.pty = p->req.container && !p->req.unshare && !o->no_pty && !o->trace,
	};
	struct trace t = {.fd = job.trace_fd, .side = "nsview"};
	struct run_result r;
	int err = build_command(o, p, &a, &cmd);

	say_added(p);
	if (err == 0 && p->req.keep)
		err = keep_prepare(&t, p->types);
	if (err < 0) {
		msg("cannot prepare %s: %s", p->req.keep ? RUN_KEEP_DIR : "the command", strerror(-err));
		arena_done(&a);
		return LAUNCH_TROUBLE;
	}
	fflush(NULL);
	run_go(&job, &r);
	if (r.failed)
		say_failed(p, &r, *o->argv);
	else
		say_kept(p);
	arena_done(&a);
	return r.status;
}

static int go(const struct run_opts *o)
{
	struct run_world world;
	struct run_plan plan;
	struct fail why = {0};
	int status = o->req.root && !o->dry_run ? sealed_run("run", o->args) : 0, err;

	if (status != 0)
		return status;
	err = run_world_read(&world);
	if (err == 0)
		err = run_plan_build(&o->req, &world, &plan, &why);
	if (err < 0 && why.step) {
		msg("%s", why.step);
		return LAUNCH_TROUBLE;
	}
	if (err < 0)
		return no_memory();
	status = o->dry_run ? print_plan(&plan) : start(o, &plan);
	run_plan_done(&plan);
	return status;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct run_opts o;
	struct trace t = {.side = "nsview"};
	int status = run_opts_parse(self, argc, argv, &o);

	t.fd = o.trace ? STDERR_FILENO : -1;
	/* Whatever is wrong here must not be mistaken for what the command says. */
	if (status != 0)
		status = status < 0 ? EXIT_SUCCESS : LAUNCH_TROUBLE;
	else
		status = o.release ? release(o.release, &t) : go(&o);
	arena_done(&o.strings);
	return status;
}

const struct command cmd_run = {
	.name = "run",
	.operands = "[-- COMMAND [ARG...]]",
	.summary = "Start a command in new namespaces",
	.opts = run_options,
	.runs = true,
	.run = run,
};
