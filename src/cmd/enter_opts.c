/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/enter.h"

#include "cmd/commands.h"
#include "cmd/msg.h"
#include "cmd/out.h"
#include "exec/environ.h"
#include "nsview/num.h"

#include <fcntl.h>
#include <getopt.h>
#include <string.h>

enum { OPT_PRESERVE = OPT_LONG, OPT_KEEP_CAPS, OPT_USER_PARENT, OPT_ENV, OPT_NO_PTY, OPT_BRING, OPT_STARTED_FD, OPT_DRY_RUN };

const struct opt enter_options[] = {
	{'a', "all", NULL, "join all namespaces that differ from ours"},
	{'t', "target", "TARGET", "whom to enter, as the operand does"},
	{'m', "mount", "[FILE]", "join the mount namespace, or the one of an nsfs file"},
	{'u', "uts", "[FILE]", "… the UTS namespace (host name)"},
	{'i', "ipc", "[FILE]", "… the IPC namespace"},
	{'n', "net", "[FILE]", "… the network namespace"},
	{'N', "net-socket", "FD", "join the network namespace of the target's socket FD"},
	{'p', "pid", "[FILE]", "join the PID namespace"},
	{'C', "cgroup", "[FILE]", "… the cgroup namespace"},
	{'U', "user", "[FILE]", "… the user namespace"},
	{OPT_USER_PARENT, "user-parent", NULL, "join the user namespace that owns what is joined"},
	{'T', "time", "[FILE]", "join the time namespace"},
	{'S', "setuid", "UID", "user inside; 'follow': the target's"},
	{'G', "setgid", "GID", "group inside; 'follow': the target's"},
	{OPT_PRESERVE, "preserve-credentials", NULL, "leave user, group and groups alone"},
	{OPT_KEEP_CAPS, "keep-caps", NULL, "let the command keep the capabilities"},
	{'r', "root", "[DIR]", "take the target's root directory, or DIR of ours"},
	{'w', "wd", "[DIR]", "take the target's working directory, or DIR of ours"},
	{'W', "wdns", "DIR", "working directory inside"},
	{'e', "target-env", NULL, "take the target's environment"},
	{OPT_ENV, "env", "NAME=VALUE", "set a variable in the command's environment"},
	{'F', "no-fork", NULL, "become the command, instead of waiting for it"},
	{'c', "join-cgroup", NULL, "make the command a member of the target's cgroups"},
	{OPT_NO_PTY, "no-pty", NULL, "no pseudo-terminal: the command gets ours"},
	{OPT_BRING, "bring", "FILE", "run this static program of ours inside"},
	{OPT_STARTED_FD, "started-fd", "FD", "write a line to descriptor FD when the command runs"},
	{OPT_DRY_RUN, "dry-run", NULL, "print what would be done, and whether it would work"},
	{'h', "help", NULL, "display this help"},
	{'V', "version", NULL, "display the version"},
	{0},
};

/* nsenter(1) takes -n=FILE for -nFILE as well. */
static const char *optional(const char *arg)
{
	return arg && *arg == '=' ? arg + 1 : arg;
}

static int name_type(struct enter_opts *o, int type, const char *file)
{
	o->wish.types |= 1u << type;
	o->files[type] = optional(file);
	if (!o->files[type] || *o->files[type])
		return 0;
	msg("--%s= takes the file of a namespace, not ''", type == NS_MNT ? "mount" : ns_info((enum ns_type)type)->name);
	return LAUNCH_TROUBLE;
}

static int parse_id(const char *s, const char *option, enum enter_id *how, uint32_t *id)
{
	if (!strcmp(s, "follow")) {
		*how = ENTER_ID_FOLLOW;
		return 0;
	}
	if (num_u32_parse(s, strlen(s), id) < 0 || *id == UINT32_MAX) {
		msg("%s takes a number or 'follow', not '%s'", option, s);
		return LAUNCH_TROUBLE;
	}
	*how = ENTER_ID_SET;
	return 0;
}

static int parse_socket(const char *s, struct enter_opts *o)
{
	uint32_t fd;

	if (num_u32_parse(s, strlen(s), &fd) < 0 || fd > INT32_MAX) {
		msg("--net-socket takes the number of a descriptor, not '%s'", s);
		return LAUNCH_TROUBLE;
	}
	o->net_socket = (int)fd;
	o->wish.types |= 1u << NS_NET;
	return 0;
}

static int parse_started(const char *s, struct enter_opts *o)
{
	uint32_t fd;

	if (num_u32_parse(s, strlen(s), &fd) < 0 || fd < 3 || fd > INT32_MAX || fcntl((int)fd, F_GETFD) < 0) {
		msg("--started-fd takes the number of an open descriptor above 2, not '%s'", s);
		return LAUNCH_TROUBLE;
	}
	o->started_fd = (int)fd;
	return 0;
}

static int parse_env(char *s, struct enter_opts *o)
{
	if (!environ_is_setting(s)) {
		msg("--env takes NAME=VALUE, not '%s'", s);
		return LAUNCH_TROUBLE;
	}
	o->set[o->nset++] = s;
	return 0;
}

static int take_target(const char *s, struct enter_opts *o)
{
	if (o->target) {
		msg("one TARGET at a time: '%s' or '%s'", o->target, s);
		return LAUNCH_TROUBLE;
	}
	o->target = s;
	return 0;
}

static int take_dir(const char *option, const char *arg, enum enter_dir *how, const char **path)
{
	*path = optional(arg);
	*how = *path ? ENTER_DIR_PATH : ENTER_DIR_TARGET;
	if (!*path || **path)
		return 0;
	msg("--%s= takes a directory, not ''", option);
	return LAUNCH_TROUBLE;
}

/* 0, -1 when all is answered, or an exit status. */
static int take(const struct command *self, int key, const char *arg, struct enter_opts *o)
{
	int type = key < OPT_LONG ? ns_type_of_letter((char)key) : -1;

	if (type >= 0)
		return name_type(o, type, arg);
	switch (key) {
	case 'a':
		o->wish.all = true;
		break;
	case 't':
		return take_target(arg, o);
	case 'N':
		return parse_socket(arg, o);
	case 'S':
		return parse_id(arg, "--setuid", &o->wish.uid, &o->wish.uid_value);
	case 'G':
		return parse_id(arg, "--setgid", &o->wish.gid, &o->wish.gid_value);
	case 'r':
		return take_dir("root", arg, &o->wish.root, &o->root);
	case 'w':
		return take_dir("wd", arg, &o->wish.wd, &o->wd);
	case 'W':
		o->wish.wd = ENTER_DIR_INSIDE;
		o->wd = arg;
		break;
	case 'e':
		o->target_env = true;
		break;
	case 'F':
		o->wish.no_fork = true;
		break;
	case 'c':
		o->wish.join_cgroup = true;
		break;
	case OPT_PRESERVE:
		o->wish.preserve = true;
		break;
	case OPT_KEEP_CAPS:
		o->wish.keep_caps = true;
		break;
	case OPT_USER_PARENT:
		o->user_parent = true;
		break;
	case OPT_ENV:
		return parse_env((char *)(uintptr_t)arg, o);
	case OPT_NO_PTY:
		o->no_pty = true;
		break;
	case OPT_BRING:
		o->bring = arg;
		break;
	case OPT_STARTED_FD:
		return parse_started(arg, o);
	case OPT_DRY_RUN:
		o->dry_run = true;
		break;
	case 'h':
		opts_help(self);
		return -1;
	case 'V':
		out_version();
		return -1;
	default:
		return LAUNCH_TROUBLE;
	}
	return 0;
}

/* Read options up to the first operand or "--"; *stopped tells which. optind is where it stopped. */
static int take_options(const struct command *self, int argc, char **argv, struct enter_opts *o, bool *stopped)
{
	struct opts_iter it;
	int key, status = 0, before = 1;

	opts_begin(&it, self, argc, argv);
	while ((key = opts_next(&it)) != -1) {
		status = take(self, key, it.arg, o);
		if (status) {
			opts_end(&it);
			return status;
		}
		before = optind;
	}
	*stopped = before < argc && optind == before + 1 && !strcmp(argv[before], "--");
	return 0;
}

/* What a namespace option says nothing about is joined when there is none at all. */
static void settle(struct enter_opts *o)
{
	struct enter_wish *w = &o->wish;

	o->everything = !w->types && !w->all && w->root == ENTER_DIR_KEEP;
	if (o->user_parent) {
		o->parent_of = w->types ? w->types : NS_TYPES_ALL;
		if (!o->everything)
			w->types |= 1u << NS_USER;
	}
}

/* nsenter --net=FILE ip link: with a file for all that is to be joined, the first operand is the command. */
static bool wants_target(const struct enter_opts *o)
{
	const struct enter_wish *w = &o->wish;

	if (o->target)
		return false;
	for (int t = 0; t < NS_TYPE_COUNT; t++)
		if (w->types & 1u << t && !o->files[t])
			return true;
	return !w->types || w->all || w->root == ENTER_DIR_TARGET || w->wd == ENTER_DIR_TARGET || w->join_cgroup ||
	       w->uid == ENTER_ID_FOLLOW || w->gid == ENTER_ID_FOLLOW || o->target_env;
}

static int parse_operands(const struct command *self, int argc, char **argv, struct enter_opts *o)
{
	int status;
	bool stopped;

	for (;;) {
		status = take_options(self, argc, argv, o, &stopped);
		if (status)
			return status;
		argv += optind;
		argc -= optind;
		if (argc == 0 || !wants_target(o))
			break;
		o->target = argv[0];
		if (stopped) {
			argv++;
			argc--;
			break;
		}
		/* Options may follow the target; its word stands where a program's name would. */
	}
	o->command = argc > 0 ? argv : NULL;
	return 0;
}

int enter_opts_parse(const struct command *self, int argc, char **argv, struct arena *a, struct enter_opts *ret)
{
	struct enter_opts o = {.net_socket = -1, .started_fd = -1, .args = argv + 1};
	int status;

	o.set = arena_alloc(a, (size_t)argc * sizeof(*o.set));
	if (!o.set) {
		msg("out of memory");
		return LAUNCH_TROUBLE;
	}
	status = parse_operands(self, argc, argv, &o);
	if (status)
		return status;
	settle(&o);
	if (!o.target && !o.wish.types) {
		msg("enter what? Give a PID, a namespace, a path or a name; 'nsview list' shows what there is");
		return LAUNCH_TROUBLE;
	}
	if (o.started_fd >= 0 && o.wish.no_fork) {
		msg("--started-fd does not go with --no-fork: nobody is left to write there");
		return LAUNCH_TROUBLE;
	}
	*ret = o;
	return 0;
}
