/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/forbid.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>

/* Both nest this deep below the first one (MAX_PID_NS_LEVEL, and the same number in create_user_ns()). */
enum { NESTING = 32 };

static bool makes(const struct run_plan *p, enum ns_type type)
{
	return p->types & 1u << type;
}

/* The type that made the kernel say it, by what trying them one by one said. */
static int blamed(const struct run_plan *p, const struct forbid_facts *f, int err)
{
	if (makes(p, NS_USER) && f->probe[NS_USER] == err)
		return NS_USER; /* the others cannot even be tried */
	for (int t = 0; t < NS_TYPE_COUNT; t++)
		if (makes(p, (enum ns_type)t) && f->probe[t] == err)
			return t;
	return -1;
}

static const char *limit_here(enum ns_type type, int64_t limit, uint32_t uid, struct arena *a)
{
	const char *name = ns_info(type)->name;

	if (limit == 0)
		return arena_printf(a, "user.max_%s_namespaces is 0 in this user namespace: no new one of that type is allowed; "
				       "its root may raise it with sysctl -w user.max_%s_namespaces=N", name, name);
	return arena_printf(a, "user.max_%s_namespaces allows %lld to UID %u, and so many there are; 'nsview list -t %s' shows them",
			    name, (long long)limit, uid, name);
}

/*
 * Limits count at every level: in our user namespace and in each one above it, and only our own can be read.
 * A new user namespace begins without limits (INT_MAX), so then it is one above.
 */
static const char *no_space(const struct run_plan *p, const struct forbid_facts *f, struct arena *a)
{
	int t = blamed(p, f, -ENOSPC);
	enum ns_type type = (enum ns_type)t;
	bool nests = t == NS_USER || t == NS_PID;
	int64_t limit = t < 0 ? FORBID_UNKNOWN : f->limits[t];

	if (t < 0)
		return "a limit of user.max_*_namespaces was reached, in this user namespace or one above it";
	if (t == NS_PID && f->pid_levels > NESTING)
		return arena_printf(a, "this is the PID namespace at depth %d, and they nest no deeper", NESTING);
	if (limit == 0 || (f->initial_user && limit > 0 && t != NS_PID))
		return limit_here(type, limit, f->uid, a);
	if (limit >= INT_MAX)
		return arena_printf(a, "user.max_%s_namespaces sets no limit in this user namespace, so it is reached in one above it%s",
				    ns_info(type)->name, nests ? ", or the nesting is 32 deep already" : "");
	return arena_printf(a, "user.max_%s_namespaces is %lld in this user namespace: it is reached here or in one above%s",
			    ns_info(type)->name, (long long)limit, nests ? ", or the nesting is 32 deep already" : "");
}

static const char *apparmor_text(void)
{
	return "AppArmor takes the capabilities away in user namespaces that the unprivileged make: "
	       "kernel.apparmor_restrict_unprivileged_userns is 1; a profile for nsview that says 'userns,' or a 0 there helps";
}

static const char *no_user_ns(const struct forbid_facts *f, int err)
{
	if (f->chrooted)
		return "nsview is chrooted, and the kernel makes no user namespace for a process in a chroot";
	if (f->unmapped)
		return "our UID or GID is not mapped in this user namespace, and the kernel makes no further one for nobody";
	if (f->unprivileged_clone == 0 && !f->admin)
		return "kernel.unprivileged_userns_clone is 0: only root may make user namespaces here";
	if (f->apparmor == 1 && !f->admin)
		return apparmor_text();
	if (f->seccomp)
		return "a seccomp filter is at work, as container engines set one, and most of them refuse new namespaces";
	if (err == -EACCES)
		return "a security module (SELinux, AppArmor, BPF) refuses new user namespaces";
	return "a security module or a setting of this kernel refuses new user namespaces";
}

static const char *not_permitted(const struct run_plan *p, const struct forbid_facts *f, int err)
{
	if (makes(p, NS_USER) && f->probe[NS_USER] < 0)
		return no_user_ns(f, err);
	if (makes(p, NS_USER) && f->apparmor == 1)
		return apparmor_text();
	if (!makes(p, NS_USER) && !f->admin)
		return "it takes CAP_SYS_ADMIN in this user namespace, or a new one by --user";
	if (f->seccomp)
		return "a seccomp filter is at work, as container engines set one, and most of them refuse new namespaces";
	return "a security module (SELinux, AppArmor, BPF) refuses it";
}

static const char *not_made(const struct run_plan *p, const struct forbid_facts *f, int err, struct arena *a)
{
	switch (err) {
	case -ENOSPC:
	case -EUSERS:
		return no_space(p, f, a);
	case -EPERM:
	case -EACCES:
		return not_permitted(p, f, err);
	case -EINVAL:
		if (p->types & f->lacking)
			return arena_printf(a, "this kernel has no namespaces of the types %s", run_types_text(p->types & f->lacking, a));
		return NULL;
	case -ENOMEM:
		return "short of memory, or the init of our PID namespace has ended: it can have no more processes then";
	case -EAGAIN:
		return "no more processes are allowed: RLIMIT_NPROC, or pids.max of a cgroup";
	default:
		return NULL;
	}
}

static const char *map_refused(const struct run_plan *p, const struct forbid_facts *f, int err)
{
	if (p->map_by_helper)
		return "newuidmap(1) or newgidmap(1) refused: the ranges have to be ours in /etc/subuid and /etc/subgid";
	if (err == -EINVAL)
		return "the ranges overlap, or are more than the kernel takes";
	if (err == -EPERM && f->apparmor == 1)
		return apparmor_text();
	if (err == -EPERM)
		return "each ID outside has to be one that our own user namespace has, and its root only maps UID 0 with CAP_SETFCAP";
	return NULL;
}

static const char *not_kept(const struct run_step *s, int err)
{
	if (err == -EEXIST && s->path && !strncmp(s->path, RUN_NETNS_DIR "/", sizeof(RUN_NETNS_DIR)))
		return "ip-netns(8) has one of that name, which 'ip netns delete' removes";
	if (err == -EEXIST)
		return "something of that name is kept already; 'nsview run --release' lets go of it";
	if (err == -EBUSY)
		return "a namespace is bound there already";
	if (err == -EINVAL && s->type == NS_MNT)
		return "a mount namespace can only be bound where mounts do not propagate, for it would come to hold itself: "
		       "bind-mount the directory to itself and make that private. Linux 6.18 also takes it for an older one "
		       "when nsview's own mount namespace was made on another CPU";
	return NULL;
}

static const char *not_mounted(const struct run_plan *p, const struct run_step *s, const struct forbid_facts *f, int err)
{
	bool owned = makes(p, NS_USER);

	if (err == -ELOOP)
		return "it is a symbolic link there, which might lead out of the root";
	if (err == -ENOTDIR)
		return "there is something else than a directory at that place";
	if (err == -EOVERFLOW && owned)
		return "nobody has files in a user namespace without a map; --user-map gives it one";
	if (err == -EINVAL && s->what == RUN_PROPAGATION)
		return "nsview is chrooted, and its root is no mount point: mounts of a new mount namespace cannot be kept apart "
		       "there; --propagation unchanged leaves them as they are";
	if (err == -EROFS || (err == -EACCES && f->apparmor != 1))
		return "there is no such directory in the root and it cannot be made, or it may not be entered";
	if (err != -EPERM && err != -EACCES)
		return NULL;
	if (!owned && !f->admin)
		return "it takes CAP_SYS_ADMIN";
	if (owned && f->apparmor == 1)
		return apparmor_text();
	if (s->what == RUN_PROC && owned && !makes(p, NS_PID))
		return "proc shows a PID namespace, which has to belong to the new user namespace as well: add --pid";
	if (s->what == RUN_SYS && owned && !makes(p, NS_NET))
		return "sysfs shows a network namespace, which has to belong to the new user namespace as well: add --net";
	if (owned && (s->what == RUN_PROC || s->what == RUN_SYS))
		return "a user namespace may only mount what it sees whole already, and parts of it are covered here, as "
		       "container engines do it";
	return NULL;
}

static const char *root_refused(const struct run_step *s, int err)
{
	if (err == -EINVAL && s->what == RUN_PIVOT)
		return "the machine's root is an initramfs, which cannot be left by pivot_root(2); --root without a mount "
		       "namespace uses chroot(2)";
	if (err == -EPERM && s->what == RUN_CHROOT)
		return "chroot(2) takes CAP_SYS_CHROOT";
	return NULL;
}

static const char *ids_refused(const struct run_plan *p, int err)
{
	if (err == -EINVAL && makes(p, NS_USER))
		return "the ID is not mapped in the new user namespace; --user-map maps it";
	if (err == -EPERM)
		return "it takes CAP_SETUID and CAP_SETGID, or a new user namespace with a map";
	return NULL;
}

static const char *clock_refused(const struct run_plan *p, const struct forbid_facts *f, int err, struct arena *a)
{
	if (err == -ERANGE)
		return "the clock would be before its beginning, or beyond 146 years";
	return not_made(p, f, err, a);
}

const char *forbid_explain(const struct run_plan *p, const struct run_step *step, int err, const struct forbid_facts *f,
			   struct arena *a)
{
	switch (step->what) {
	case RUN_CLONE:
	case RUN_UNSHARE:
	case RUN_FORK:
		return not_made(p, f, err, a);
	case RUN_TIME:
		return clock_refused(p, f, err, a);
	case RUN_SETGROUPS:
	case RUN_UID_MAP:
	case RUN_GID_MAP:
		return map_refused(p, f, err);
	case RUN_BIND:
		return not_kept(step, err);
	case RUN_PROPAGATION:
	case RUN_ROOT:
	case RUN_PROC:
	case RUN_SYS:
	case RUN_DEV:
		return not_mounted(p, step, f, err);
	case RUN_PIVOT:
	case RUN_CHROOT:
		return root_refused(step, err);
	case RUN_LOOPBACK:
		return err == -EPERM ? "it takes CAP_NET_ADMIN in the user namespace that owns the network namespace; a new one "
				       "by --user has it" : NULL;
	case RUN_CHDIR:
		return err == -EXDEV ? "it leads out of the root: the command could leave through it" : NULL;
	case RUN_OWNER:
	case RUN_BECOME:
	case RUN_IDS:
		return ids_refused(p, err);
	case RUN_EXEC:
		if (err == -ELIBACC)
			return "the file is there, but not the interpreter or dynamic loader that it names";
		return err == -ENOENT && p->req.root ? "it is looked for in the new root" : NULL;
	default:
		return NULL;
	}
}
