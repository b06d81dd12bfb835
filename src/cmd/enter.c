/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/enter.h"

#include "cmd/commands.h"
#include "cmd/msg.h"
#include "cmd/sealed.h"
#include "exec/enter_open.h"
#include "exec/environ.h"
#include "exec/pty.h"
#include "nsview/fd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One nsview enter, from its command line to the command's end. */
struct enter_cmd {
	struct arena arena;
	struct enter_opts opts;
	struct enter_target target;
	struct enter_handles handles;
	struct enter_facts facts;
	struct enter_plan plan;
	struct cgroup_files cgroups;
	struct enter_story story;
	int brought; /* --bring's program, or -1 */
};

static int no_memory(void)
{
	msg("out of memory");
	return LAUNCH_TROUBLE;
}

/* What is meant when nothing is named: all of a process, or the namespaces that are the target. */
static void settle(struct enter_cmd *c)
{
	struct enter_wish *w = &c->opts.wish;
	struct term term;

	w->pty = !c->opts.no_pty && !w->no_fork && term_find(&term) == 0;
	if (!c->opts.everything)
		return;
	for (int t = 0; t < NS_TYPE_COUNT; t++)
		if (c->target.request.files[t] >= 0)
			w->types |= 1u << t;
	if (!c->target.request.pid) {
		w->types |= c->opts.user_parent ? 1u << NS_USER : 0;
		return;
	}
	w->all = true;
	w->root = ENTER_DIR_TARGET;
	if (w->wd == ENTER_DIR_KEEP) {
		w->wd = ENTER_DIR_TARGET;
		w->wd_lax = true;
	}
}

static int look_at_target(struct enter_cmd *c)
{
	struct fail why = {0};
	int status = enter_target_find(&c->opts, &c->arena, &c->target);

	if (status)
		return status;
	settle(c);
	c->target.request.types = c->opts.parent_of;
	if (enter_pin(&c->target.request, &c->handles, &c->facts, &why) < 0) {
		enter_explain_pin(&c->opts, &c->target, &why);
		return LAUNCH_TROUBLE;
	}
	enter_plan_build(&c->facts, &c->opts.wish, &c->plan);
	return 0;
}

/* What is lacking by our reckoning may be there by another: that is for the kernel to say. */
static int check_rule(const struct enter_cmd *c)
{
	if (c->plan.rule == ENTER_FINE || c->plan.rule == ENTER_LACKS_CAP)
		return 0;
	enter_explain_rule(&c->story);
	return LAUNCH_TROUBLE;
}

static int open_dirs(struct enter_cmd *c)
{
	struct fail why = {0};
	const char *path;

	if (enter_open_dirs(&c->handles, &c->opts.wish, c->opts.root, c->opts.wd, &why) == 0)
		return 0;
	path = strstr(why.step, "root") ? c->opts.root : c->opts.wd;
	if (path)
		msg("cannot %s %s%s: %s", why.step, path, c->opts.wish.wd == ENTER_DIR_INSIDE ? " inside" : "",
		    strerror(-why.err));
	else
		msg("cannot %s of %s: %s", why.step, c->target.what, strerror(-why.err));
	return LAUNCH_TROUBLE;
}

static int open_cgroups(struct enter_cmd *c)
{
	struct fail why = {0};

	if (!c->opts.wish.join_cgroup || cgroup_open(c->handles.procfd, &c->cgroups, &why) == 0)
		return 0;
	if (why.err == -EXDEV)
		msg("cannot %s", why.step);
	else
		msg("%s: cannot %s: %s", c->target.what, why.step, strerror(-why.err));
	return LAUNCH_TROUBLE;
}

static int bring(struct enter_cmd *c)
{
	if (!c->opts.bring)
		return 0;
	c->brought = enter_bring(c->opts.bring);
	if (c->brought == -ELIBACC)
		msg("%s is not static: its interpreter and libraries would be looked for inside; hint: busybox-static has a "
		    "shell",
		    c->opts.bring);
	else if (c->brought == -ENOEXEC)
		msg("%s is no program that can be brought: a static ELF file is needed", c->opts.bring);
	else if (c->brought < 0)
		msg("cannot bring %s: %s", c->opts.bring, strerror(-c->brought));
	return c->brought < 0 ? LAUNCH_TROUBLE : 0;
}

/* Where the file system is not the caller's, his variables mean nothing, or tell too much. */
static int build_environ(struct enter_cmd *c, char ***ret)
{
	const struct enter_wish *w = &c->opts.wish;
	bool root_inside = w->uid == ENTER_ID_SET ? w->uid_value == 0 : c->plan.sets_uid ? w->uid == ENTER_ID_AUTO
										    : geteuid() == 0;
	struct environ_recipe r = {
		.base = environ,
		.clean = !c->opts.target_env && (c->plan.joined & 1u << NS_MNT || w->root != ENTER_DIR_KEEP),
		.home = root_inside ? "/root" : "/",
		.set = c->opts.set,
		.nset = c->opts.nset,
	};
	struct fail why = {0};
	char **base;

	if (c->opts.target_env) {
		if (c->handles.procfd < 0) {
			msg("--target-env needs a process, and %s is none", c->target.what);
			return LAUNCH_TROUBLE;
		}
		if (enter_read_environ(&c->handles, &c->arena, &base, &why) < 0) {
			msg("cannot %s: %s", why.step, strerror(-why.err));
			return LAUNCH_TROUBLE;
		}
		r.base = base;
		r.keep = environ;
	}
	return environ_build(&c->arena, &r, ret) < 0 ? no_memory() : 0;
}

/* What is brought goes by its own name, and what follows are its arguments. */
static int brought_argv(struct enter_cmd *c, char ***ret)
{
	const char *slash = strrchr(c->opts.bring, '/');
	size_t n = 0;
	char **argv;

	while (c->opts.command && c->opts.command[n])
		n++;
	argv = arena_alloc(&c->arena, (n + 2) * sizeof(*argv));
	if (!argv)
		return no_memory();
	argv[0] = arena_strdup(&c->arena, slash ? slash + 1 : c->opts.bring);
	if (!argv[0])
		return no_memory();
	if (n)
		memcpy(argv + 1, c->opts.command, n * sizeof(*argv));
	*ret = argv;
	return 0;
}

static int build_command(struct enter_cmd *c, struct launch_cmd *ret)
{
	char **env, **argv = NULL;
	int status = build_environ(c, &env);

	if (status)
		return status;
	if (c->opts.bring) {
		status = brought_argv(c, &argv);
		*ret = (struct launch_cmd){.argv = argv, .envp = env, .fd = c->brought};
		return status;
	}
	if (c->opts.command)
		return launch_cmd_build(&c->arena, c->opts.command, env, ret) < 0 ? no_memory() : 0;
	return launch_shell_build(&c->arena, env, ret) < 0 ? no_memory() : 0;
}

static int go(struct enter_cmd *c)
{
	struct enter_job job = {
		.plan = &c->plan,
		.wish = &c->opts.wish,
		.facts = &c->facts,
		.handles = &c->handles,
		.cgroups = &c->cgroups,
		.wd_inside = c->opts.wd,
		.started_fd = c->opts.started_fd,
	};
	struct enter_failure why = {0};
	int exit_status = LAUNCH_TROUBLE;
	int err = build_command(c, &job.cmd);

	if (err)
		return err;
	enter_target_done(&c->target);
	if (c->opts.wish.no_fork) {
		/* Half inside, there is no way back: nothing that runs at exit (a sanitizer's, say) may run there. */
		enter_become(&job, &why);
		_exit(enter_explain_failure(&c->story, &why));
	}
	err = enter_run(&job, &exit_status, &why);
	if (err == 1)
		return enter_explain_failure(&c->story, &why);
	if (err < 0) {
		msg("cannot start the command: %s", strerror(-err));
		return LAUNCH_TROUBLE;
	}
	return exit_status;
}

static int act(struct enter_cmd *c)
{
	int status = c->opts.dry_run ? 0 : sealed_run("enter", c->opts.args);

	if (!status)
		status = look_at_target(c);
	if (status)
		return status;
	c->story = (struct enter_story){
		.opts = &c->opts, .target = &c->target, .facts = &c->facts, .plan = &c->plan, .arena = &c->arena};
	status = c->opts.dry_run ? enter_show(&c->story) : check_rule(c);
	if (!status)
		status = open_dirs(c);
	if (!status)
		status = open_cgroups(c);
	if (!status)
		status = bring(c);
	return status || c->opts.dry_run ? status : go(c);
}

static int run(const struct command *self, int argc, char **argv)
{
	struct enter_cmd c = {.brought = -1};
	int status;

	enter_handles_init(&c.handles);
	for (int t = 0; t < NS_TYPE_COUNT; t++)
		c.target.request.files[t] = -1;
	status = enter_opts_parse(self, argc, argv, &c.arena, &c.opts);
	if (!status)
		status = act(&c);
	else if (status < 0)
		status = EXIT_SUCCESS;
	enter_target_done(&c.target);
	enter_handles_done(&c.handles);
	cgroup_close(&c.cgroups);
	if (c.brought >= 0)
		close(c.brought);
	arena_done(&c.arena);
	return status;
}

const struct command cmd_enter = {
	.name = "enter",
	.operands = "TARGET [-- COMMAND [ARG...]]",
	.summary = "Join the namespaces of a process or container and run a shell or a command there",
	.opts = enter_options,
	.runs = true,
	.run = run,
};
