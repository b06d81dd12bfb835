/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_EXEC_RUN_PLAN_H
#define NSVIEW_EXEC_RUN_PLAN_H

#include "nsview/arena.h"
#include "nsview/fail.h"
#include "nsview/idmap.h"
#include "nsview/nstype.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What nsview run does, worked out before anything is done: from what was asked for and what the
 * caller is to an ordered list of steps. Pure: it asks the system nothing.
 */

/** How the IDs of a new user namespace are mapped. */
enum run_map {
	RUN_MAP_UNSAID,  /* none, unless something else that was asked for needs one */
	RUN_MAP_ROOT,    /* UID 0 inside is the caller */
	RUN_MAP_CURRENT, /* the caller is the same inside */
	RUN_MAP_AUTO,    /* as many IDs as the caller may map */
	RUN_MAP_LISTED,  /* as given */
};

enum run_setgroups { RUN_SETGROUPS_UNSAID, RUN_SETGROUPS_ALLOW, RUN_SETGROUPS_DENY };

enum run_propagation {
	RUN_PROPAGATION_UNSAID, /* private */
	RUN_PROPAGATION_PRIVATE,
	RUN_PROPAGATION_SLAVE,
	RUN_PROPAGATION_SHARED,
	RUN_PROPAGATION_UNCHANGED,
};

/** Extents of one map. */
struct run_extents {
	struct idmap_extent v[IDMAP_MAX];
	size_t n;
};

/** What was asked for. Zeroed: a command in no new namespace. Strings are borrowed. */
struct run_request {
	uint32_t types;                   /* mask of 1 << enum ns_type */
	const char *files[NS_TYPE_COUNT]; /* absolute: bind-mount the namespace there; NULL: don't */
	const char *keep;                 /* the name under which all are kept, or NULL */
	const char *root;                 /* NULL: stay */
	const char *wd;                   /* NULL: where we are, or the new root */
	const char *hostname, *domain;    /* NULL: as they are */
	enum run_map map;
	struct run_extents uids, gids;    /* of RUN_MAP_LISTED */
	enum run_setgroups setgroups;
	enum run_propagation propagation;
	bool has_owner, has_uid, has_gid, has_monotonic, has_boottime;
	uint32_t owner_uid, owner_gid;
	uint32_t uid, gid;                /* -S, -G */
	int64_t monotonic, boottime;      /* seconds that are added to the clock */
	bool unshare;                     /* unshare(2) in place instead of clone3(2) */
	bool fork;                        /* unshare: a child runs the command */
	bool container;                   /* --container: the whole road */
	bool proc, dev, sys, loopback, init, keep_caps, clear_env;
	int kill_child;                   /* the signal for the child when nsview dies; 0: none */
};

/** What the caller is and may. */
struct run_world {
	uint32_t uid, gid;   /* effective */
	bool sys_admin;      /* CAP_SYS_ADMIN in the caller's user namespace; the others likewise */
	bool sys_chroot;
	bool setuid, setgid; /* any map may be written */
	bool helpers;        /* newuidmap(1) and newgidmap(1) are there */
	struct idmap_extent subuid, subgid; /* outside and count: the caller's ranges in /etc/subuid, /etc/subgid; count 0: none */
	struct run_extents all_uids, all_gids; /* all that the caller's user namespace has, mapped to themselves */
};

/** What a step does. */
enum run_do {
	RUN_OWNER,       /* take the effective IDs that shall own the user namespace */
	RUN_CLONE,       /* a child begins in the new namespaces */
	RUN_UNSHARE,     /* nsview itself moves to the new namespaces */
	RUN_TIME,        /* make a time namespace, set its clocks, join it */
	RUN_FORK,        /* a child, for the PID namespace begins with one */
	RUN_SETGROUPS,   /* write /proc/PID/setgroups */
	RUN_UID_MAP,     /* write /proc/PID/uid_map */
	RUN_GID_MAP,     /* write /proc/PID/gid_map */
	RUN_BIND,        /* bind-mount the namespace of a type to a file */
	RUN_BECOME,      /* be root inside, when the map leaves the caller out */
	RUN_PROPAGATION,
	RUN_LOOPBACK,    /* set lo up */
	RUN_HOSTNAME,
	RUN_DOMAIN,
	RUN_ROOT,        /* make the new root a mount point */
	RUN_DEV,         /* mount a minimal /dev */
	RUN_PROC,        /* mount proc */
	RUN_SYS,         /* mount sysfs, read-only */
	RUN_PIVOT,       /* pivot_root(2), and let go of the old root */
	RUN_CHROOT,
	RUN_CHDIR,
	RUN_INIT,        /* stay as the PID namespace's init; a child goes on */
	RUN_KILL,        /* die when nsview does */
	RUN_IDS,         /* take the UID and GID of -S and -G */
	RUN_CAPS,        /* hand the capabilities on to the command */
	RUN_ENV,         /* a clean environment */
	RUN_EXEC,
	RUN_DO_COUNT,
};

/** Who does it. */
enum run_side {
	RUN_SELF,    /* nsview, before there is a child */
	RUN_OUTSIDE, /* a process that stays in the old namespaces: the parent, or with unshare a helper */
	RUN_INSIDE,  /* the one that becomes the command, or its init */
};

struct run_step {
	enum run_do what;
	enum run_side side;
	enum ns_type type; /* of RUN_BIND */
	const char *path;  /* of RUN_BIND; lives as long as the plan */
};

enum { RUN_STEPS_MAX = 2 * RUN_DO_COUNT + 2 * NS_TYPE_COUNT };

struct run_plan {
	struct arena strings;
	struct run_request req;    /* with all that it implies */
	uint32_t types;            /* every new namespace */
	uint64_t flags;            /* CLONE_NEW* of RUN_CLONE or RUN_UNSHARE */
	bool user_added;           /* the user namespace was not asked for: it makes the rest possible */
	bool map_by_helper;        /* newuidmap(1) and newgidmap(1) write the maps */
	bool deny_setgroups;
	uint32_t become_uid, become_gid; /* of RUN_BECOME */
	struct run_extents uids, gids;
	struct run_step steps[RUN_STEPS_MAX];
	size_t nsteps;
};

/** Directories below which kept namespaces are bind-mounted: TYPE/NAME here, and net also in the other one, as ip-netns(8) has it. */
#define RUN_KEEP_DIR "/run/nsview"
#define RUN_NETNS_DIR "/run/netns"

/**
 * Work out the steps.
 *
 * 0 and *ret, which the caller empties with run_plan_done() and which borrows the request's strings;
 * -EINVAL with a sentence in *why when what was asked for contradicts itself, -EPERM when the caller
 * may not have it; -ENOMEM.
 */
int run_plan_build(const struct run_request *req, const struct run_world *world, struct run_plan *ret, struct fail *why);

/** Empty a plan. */
void run_plan_done(struct run_plan *p);

/** What a step does in words, such as "write uid_map: 0 1000 1"; in the arena. NULL without memory. */
const char *run_step_text(const struct run_plan *p, const struct run_step *step, struct arena *a);

/** Who does a step: "parent", "child", "helper" or "nsview". */
const char *run_side_name(const struct run_plan *p, enum run_side side);

/** Flags as clone3(2) spells them, such as "CLONE_NEWPID|CLONE_NEWNET"; "0" for none. NULL without memory. */
const char *run_flags_text(uint64_t flags, struct arena *a);

/** The names of types, such as "mnt, pid". NULL without memory. */
const char *run_types_text(uint32_t types, struct arena *a);

/** Whether a process other than the command stays behind to wait for it. */
bool run_plan_waits(const struct run_plan *p);

#endif
