/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_EXEC_ENTER_PLAN_H
#define NSVIEW_EXEC_ENTER_PLAN_H

#include "nsview/nstype.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * How to get inside: from what is known of the target and what is wished, the steps in their order,
 * each with what the kernel demands for it and whether we have it. Nothing here asks the kernel.
 */

/* The kernel nests user namespaces 32 deep, and there are 8 owners. */
#define ENTER_USERS_MAX 64

/** A user namespace: where it hangs and who made it. Number 0 is our own. */
struct enter_user {
	uint32_t ino;
	uint32_t owner_uid; /* as our user namespace sees it */
	int parent;         /* its number; -1: none, or above our own and so out of sight */
};

enum enter_source {
	ENTER_NONE,   /* there is none to be had: err says why */
	ENTER_TARGET, /* the target process's: by its pidfd, or a descriptor */
	ENTER_FILE,   /* by a descriptor of its own */
};

struct enter_ns {
	enum enter_source source;
	int err;       /* why it could not be opened: a negative errno */
	uint32_t ino;  /* 0 unknown */
	uint32_t ours; /* our own of that type; 0: the kernel has no such type */
	int owner;     /* number of the user namespace that owns it, -1: above our own. For a user namespace: itself */
	bool outside;  /* a PID namespace that is not ours or below it */
	bool lifeless; /* a PID namespace without a PID 1: it has ended, or there has been none yet */
};

/** All that is known before anything is joined. */
struct enter_facts {
	int32_t pid; /* 0: no process, only namespaces */
	bool zombie;
	uint32_t euid;
	uint64_t caps; /* our effective capabilities */
	struct enter_user users[ENTER_USERS_MAX];
	int nusers;
	struct enter_ns ns[NS_TYPE_COUNT];
	bool same_root;        /* the target's root directory is ours */
	bool uid0, gid0;       /* user and group 0 exist in the target's user namespace */
	bool setgroups_denied; /* … which forbids setgroups(2) */
};

enum enter_dir {
	ENTER_DIR_KEEP,
	ENTER_DIR_TARGET, /* the target's */
	ENTER_DIR_PATH,   /* a path of ours */
	ENTER_DIR_INSIDE, /* a path inside: working directory only */
};

enum enter_id {
	ENTER_ID_AUTO,   /* 0 when a user namespace is joined that has it, else unchanged */
	ENTER_ID_KEEP,
	ENTER_ID_SET,
	ENTER_ID_FOLLOW, /* the target's */
};

/** What the caller wants. */
struct enter_wish {
	unsigned types;   /* mask: these, also when they are ours */
	bool all;         /* every type that differs from ours */
	enum enter_dir root, wd;
	bool wd_lax;      /* a working directory that can't be had is / and no failure */
	enum enter_id uid, gid;
	uint32_t uid_value, gid_value;
	bool preserve;    /* leave user, group and groups alone */
	bool keep_caps;
	bool join_cgroup;
	bool no_fork;
	bool pty;
};

enum enter_step_kind {
	ENTER_JOIN_CGROUP, /* be a member of its cgroups */
	ENTER_JOIN_PIDFD,  /* one setns(2) for the types */
	ENTER_JOIN_FD,     /* setns(2) with a descriptor, one type */
	ENTER_ROOT,
	ENTER_WD,
	ENTER_PTY,
	ENTER_FORK,        /* so that a child is in the PID namespace */
	ENTER_CREDS,
	ENTER_EXEC,
};

/** A capability that a step takes, in a user namespace. */
struct enter_need {
	int cap;
	int user; /* its number; -1: above our own */
	bool have;
};

enum { ENTER_NEEDS_MAX = 16, ENTER_STEPS_MAX = 24 };

struct enter_step {
	enum enter_step_kind kind;
	unsigned types; /* of a join */
	bool new_user;  /* a join after which we are in the target's user namespace */
	struct enter_need needs[ENTER_NEEDS_MAX];
	size_t nneeds;
};

/** Why a type is not joined. */
enum enter_skip {
	ENTER_NOT_SKIPPED,
	ENTER_SHARED,     /* it is ours already */
	ENTER_UNASKED,
	ENTER_UNSUPPORTED, /* the kernel has no such type */
};

/** Why a plan can't work whatever we try. */
enum enter_rule {
	ENTER_FINE,
	ENTER_ZOMBIE,      /* a zombie has left its namespaces */
	ENTER_UNREADABLE,  /* ptrace access is denied */
	ENTER_MISSING,     /* the type was asked for and the kernel or the target has none */
	ENTER_OWN_USER,    /* setns(2) refuses the user namespace that we are in */
	ENTER_PID_ABOVE,   /* a PID namespace that is not below ours */
	ENTER_NO_TARGET,   /* the wish needs a process and there is none */
	ENTER_LACKS_CAP,   /* a step lacks a capability */
};

struct enter_plan {
	struct enter_step steps[ENTER_STEPS_MAX];
	size_t n;
	unsigned joined; /* mask of all types that are joined */
	enum enter_skip skip[NS_TYPE_COUNT];
	bool sets_uid, sets_gid, drops_groups; /* by the ENTER_CREDS step */
	enum enter_rule rule; /* the first reason found why this fails */
	int rule_type;        /* the type that it concerns, or -1 */
	size_t rule_step;     /* ENTER_LACKS_CAP: the step */
};

/** Make the plan. What is found to be impossible is still planned as far as possible, with plan->rule set. */
void enter_plan_build(const struct enter_facts *f, const struct enter_wish *w, struct enter_plan *ret);

/** The step that lacks a capability: what, or NULL when it has all that it needs. */
const struct enter_need *enter_step_lacks(const struct enter_step *s);

/** Whether user namespace number ns is anc or below it. */
bool enter_user_below(const struct enter_facts *f, int ns, int anc);

#endif
