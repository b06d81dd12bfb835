/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/run_opts.h"

#include "cmd/commands.h"
#include "cmd/msg.h"
#include "cmd/out.h"
#include "exec/keep.h"
#include "nsview/fd.h"
#include "nsview/num.h"
#include "nsview/signame.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	OPT_KEEP = OPT_LONG,
	OPT_RELEASE,
	OPT_UNSHARE,
	OPT_MOUNT_PROC,
	OPT_DEV,
	OPT_HOSTNAME,
	OPT_DOMAIN,
	OPT_LOOPBACK,
	OPT_USER_MAP,
	OPT_OWNER,
	OPT_SETGROUPS,
	OPT_PROPAGATION,
	OPT_KILL_CHILD,
	OPT_FORWARD,
	OPT_INIT,
	OPT_NO_PTY,
	OPT_KEEP_CAPS,
	OPT_CLEAR_ENV,
	OPT_MONOTONIC,
	OPT_BOOTTIME,
	OPT_CONTAINER,
	OPT_TRACE,
	OPT_DRY_RUN,
};

const struct opt run_options[] = {
	{'m', "mount", "[=FILE]", "a new mount namespace; bind-mount it to FILE, which keeps it"},
	{'u', "uts", "[=FILE]", "a new UTS namespace: host and domain name"},
	{'i', "ipc", "[=FILE]", "a new IPC namespace"},
	{'n', "net", "[=FILE]", "a new network namespace"},
	{'p', "pid", "[=FILE]", "a new PID namespace: the command is its PID 1"},
	{'U', "user", "[=FILE]", "a new user namespace"},
	{'C', "cgroup", "[=FILE]", "a new cgroup namespace"},
	{'T', "time", "[=FILE]", "a new time namespace"},
	{'a', "all", NULL, "a new namespace of every type"},
	{OPT_KEEP, "keep", "NAME", "keep all of them under a name that list shows and enter takes"},
	{OPT_RELEASE, "release", "NAME", "let go of what was kept under a name, and run nothing"},
	{OPT_UNSHARE, "unshare", NULL, "unshare(2) in place instead of clone3(2)"},
	{'f', "fork", NULL, "with --unshare, run the command in a child"},
	{'R', "root", "DIR", "make DIR the root: pivot_root(2) in a new mount namespace, else chroot(2)"},
	{OPT_CONTAINER, "container", "DIR", "all of it: a container whose root is DIR"},
	{OPT_MOUNT_PROC, "mount-proc", NULL, "mount proc on /proc"},
	{OPT_DEV, "dev", NULL, "mount a minimal /dev"},
	{OPT_HOSTNAME, "hostname", "NAME", "set the host name"},
	{OPT_DOMAIN, "domain", "NAME", "set the NIS domain name"},
	{OPT_LOOPBACK, "loopback", NULL, "set the loopback interface up"},
	{OPT_USER_MAP, "user-map", "MAP", "auto, root, current, or IN:OUT:N (u: or g: before it: only UIDs or GIDs)"},
	{'r', "map-root-user", NULL, "the same as --user-map root"},
	{'c', "map-current-user", NULL, "the same as --user-map current"},
	{OPT_OWNER, "owner", "UID:GID", "whose the user namespace is to be"},
	{OPT_SETGROUPS, "setgroups", "WHICH", "allow or deny setgroups(2) in the user namespace"},
	{OPT_PROPAGATION, "propagation", "HOW", "of mounts: private (the default), slave, shared or unchanged"},
	{OPT_INIT, "init", NULL, "PID 1 is an init that reaps, and the command its child"},
	{OPT_KILL_CHILD, "kill-child", "[SIGNAL]", "send the child a signal (KILL) when nsview dies"},
	{OPT_FORWARD, "forward-signals", NULL, "pass signals that nsview gets on to the child"},
	{OPT_NO_PTY, "no-pty", NULL, "give a container's command nsview's terminal, not one of its own"},
	{'w', "wd", "DIR", "change the working directory, in the new root"},
	{'S', "setuid", "UID", "run the command as this UID of the new user namespace"},
	{'G', "setgid", "GID", "run the command as this GID"},
	{OPT_KEEP_CAPS, "keep-caps", NULL, "the command keeps the capabilities that a new user namespace gives"},
	{OPT_CLEAR_ENV, "clear-env", NULL, "an environment of PATH, HOME and TERM alone"},
	{OPT_MONOTONIC, "monotonic", "SECONDS", "move the monotonic clock of a new time namespace"},
	{OPT_BOOTTIME, "boottime", "SECONDS", "move the boot time clock of a new time namespace"},
	{OPT_TRACE, "trace", NULL, "tell on stderr what happens, each system call, from every side"},
	{OPT_DRY_RUN, "dry-run", NULL, "print the steps and do nothing"},
	{'h', "help", NULL, "display this help"},
	{'V', "version", NULL, "display the version"},
	{0},
};

static int wrong(const char *option, const char *expected, const char *arg)
{
	msg("--%s takes %s, not '%s'", option, expected, arg);
	return EXIT_USAGE;
}

static int no_memory(void)
{
	msg("out of memory");
	return EXIT_TROUBLE;
}

/* A path that stays the same when the working directory does not. 0, or an exit status after a message. */
static int absolute(struct arena *a, const char *path, const char **ret)
{
	char here[PATH_MAX];

	*ret = path;
	if (path[0] == '/')
		return 0;
	if (!getcwd(here, sizeof(here))) {
		msg("cannot tell where %s is: the working directory: %s", path, strerror(errno));
		return EXIT_TROUBLE;
	}
	*ret = arena_printf(a, "%s/%s", here, path);
	return *ret ? 0 : no_memory();
}

static int take_type(struct run_opts *o, enum ns_type type, const char *arg)
{
	o->req.types |= 1u << type;
	if (!arg)
		return 0;
	if (!*arg)
		return wrong(ns_info(type)->name, "a file to keep the namespace by", arg);
	return absolute(&o->strings, arg, &o->req.files[type]);
}

static int take_keep(const char *option, const char *arg, const char **name)
{
	if (!keep_name_ok(arg))
		return wrong(option, "a name of at most 128 bytes without '/', control characters and a '-' at the beginning, that "
			     "is no number and no TYPE:INODE", arg);
	if (*name) {
		msg("one --%s at a time: '%s' or '%s'", option, *name, arg);
		return EXIT_USAGE;
	}
	*name = arg;
	return 0;
}

static int take_listed(struct run_request *r, const char *arg)
{
	bool uids = strncmp(arg, "g:", 2), gids = strncmp(arg, "u:", 2);
	const char *spec = uids && gids ? arg : arg + 2;
	struct idmap_extent e;

	if (idmap_extent_parse(spec, strlen(spec), &e) < 0)
		return wrong("user-map", "auto, root, current or INSIDE:OUTSIDE:COUNT", arg);
	if ((uids && r->uids.n == IDMAP_MAX) || (gids && r->gids.n == IDMAP_MAX)) {
		msg("the kernel takes no more than %d --user-map", IDMAP_MAX);
		return EXIT_USAGE;
	}
	if (uids)
		r->uids.v[r->uids.n++] = e;
	if (gids)
		r->gids.v[r->gids.n++] = e;
	return 0;
}

static int take_map(struct run_request *r, const char *arg)
{
	enum run_map map = !strcmp(arg, "auto")      ? RUN_MAP_AUTO
			   : !strcmp(arg, "root")    ? RUN_MAP_ROOT
			   : !strcmp(arg, "current") ? RUN_MAP_CURRENT
						     : RUN_MAP_LISTED;

	if (r->map != RUN_MAP_UNSAID && r->map != map) {
		msg("--user-map auto, root, current and IN:OUT:N exclude each other");
		return EXIT_USAGE;
	}
	r->map = map;
	return map == RUN_MAP_LISTED ? take_listed(r, arg) : 0;
}

static int take_owner(struct run_request *r, const char *arg)
{
	const char *colon = strchr(arg, ':');

	if (!colon || num_u32_parse(arg, (size_t)(colon - arg), &r->owner_uid) < 0 ||
	    num_u32_parse(colon + 1, strlen(colon + 1), &r->owner_gid) < 0 || r->owner_uid == UINT32_MAX ||
	    r->owner_gid == UINT32_MAX)
		return wrong("owner", "UID:GID", arg);
	r->has_owner = true;
	return 0;
}

static int take_setgroups(struct run_request *r, const char *arg)
{
	if (!strcmp(arg, "allow"))
		r->setgroups = RUN_SETGROUPS_ALLOW;
	else if (!strcmp(arg, "deny"))
		r->setgroups = RUN_SETGROUPS_DENY;
	else
		return wrong("setgroups", "allow or deny", arg);
	return 0;
}

static int take_propagation(struct run_request *r, const char *arg)
{
	static const char *const names[] = {
		[RUN_PROPAGATION_PRIVATE] = "private",
		[RUN_PROPAGATION_SLAVE] = "slave",
		[RUN_PROPAGATION_SHARED] = "shared",
		[RUN_PROPAGATION_UNCHANGED] = "unchanged",
	};

	for (size_t i = RUN_PROPAGATION_PRIVATE; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(arg, names[i])) {
			r->propagation = (enum run_propagation)i;
			return 0;
		}
	return wrong("propagation", "private, slave, shared or unchanged", arg);
}

static int take_signal(struct run_request *r, const char *arg)
{
	r->kill_child = arg ? signame_parse(arg) : SIGKILL;
	return r->kill_child < 0 ? wrong("kill-child", "the name or number of a signal", arg) : 0;
}

static int take_id(const char *option, const char *arg, bool *has, uint32_t *id)
{
	if (num_u32_parse(arg, strlen(arg), id) < 0 || *id == UINT32_MAX)
		return wrong(option, "a number", arg);
	*has = true;
	return 0;
}

static int take_clock(const char *option, const char *arg, bool *has, int64_t *offset)
{
	if (num_i64_parse(arg, strlen(arg), offset) < 0)
		return wrong(option, "a number of seconds", arg);
	*has = true;
	return 0;
}

/* By its own name, which a container gets as host name; what is not there is an error later. */
static int take_root(struct run_opts *o, const char *option, const char *arg)
{
	AUTO_FREE char *path = *arg ? realpath(arg, NULL) : NULL;

	if (!*arg)
		return wrong(option, "a directory", arg);
	if (!path)
		return absolute(&o->strings, arg, &o->req.root);
	o->req.root = arena_strdup(&o->strings, path);
	return o->req.root ? 0 : no_memory();
}

/* One option. 0, or an exit status, or -1 when all is said and done. */
static int take_option(int key, const char *arg, struct run_opts *o)
{
	struct run_request *r = &o->req;
	int type = key < OPT_LONG ? ns_type_of_letter((char)key) : -1;

	if (type >= 0)
		return take_type(o, (enum ns_type)type, arg);
	switch (key) {
	case 'a': r->types = NS_TYPES_ALL; return 0;
	case OPT_KEEP: return take_keep("keep", arg, &r->keep);
	case OPT_RELEASE: return take_keep("release", arg, &o->release);
	case OPT_UNSHARE: r->unshare = true; return 0;
	case 'f': r->fork = true; return 0;
	case 'R': return take_root(o, "root", arg);
	case OPT_CONTAINER: r->container = true; return take_root(o, "container", arg);
	case OPT_MOUNT_PROC: r->proc = true; return 0;
	case OPT_DEV: r->dev = true; return 0;
	case OPT_HOSTNAME: r->hostname = arg; return 0;
	case OPT_DOMAIN: r->domain = arg; return 0;
	case OPT_LOOPBACK: r->loopback = true; return 0;
	case OPT_USER_MAP: return take_map(r, arg);
	case 'r': return take_map(r, "root");
	case 'c': return take_map(r, "current");
	case OPT_OWNER: return take_owner(r, arg);
	case OPT_SETGROUPS: return take_setgroups(r, arg);
	case OPT_PROPAGATION: return take_propagation(r, arg);
	case OPT_NO_PTY: o->no_pty = true; return 0;
	case OPT_INIT: r->init = true; return 0;
	case OPT_KILL_CHILD: return take_signal(r, arg);
	case OPT_FORWARD: o->forward = true; return 0;
	case 'w': r->wd = arg; return 0;
	case 'S': return take_id("setuid", arg, &r->has_uid, &r->uid);
	case 'G': return take_id("setgid", arg, &r->has_gid, &r->gid);
	case OPT_KEEP_CAPS: r->keep_caps = true; return 0;
	case OPT_CLEAR_ENV: r->clear_env = true; return 0;
	case OPT_MONOTONIC: return take_clock("monotonic", arg, &r->has_monotonic, &r->monotonic);
	case OPT_BOOTTIME: return take_clock("boottime", arg, &r->has_boottime, &r->boottime);
	case OPT_TRACE: o->trace = true; return 0;
	case OPT_DRY_RUN: o->dry_run = true; return 0;
	case 'h':
		opts_help(&cmd_run);
		puts("\nFor more see nsview-run(1).");
		return -1;
	case 'V': out_version(); return -1;
	default: return EXIT_USAGE;
	}
}

int run_opts_parse(const struct command *self, int argc, char **argv, struct run_opts *ret)
{
	struct opts_iter it;
	int key, status = 0;

	*ret = (struct run_opts){0};
	opts_begin(&it, self, argc, argv);
	while (status == 0 && (key = opts_next(&it)) != -1)
		status = take_option(key, it.arg, ret);
	opts_end(&it);
	ret->args = argv + 1;
	ret->argv = argv + optind;
	return status;
}
