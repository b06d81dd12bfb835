/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/run_plan.h"

#include "nsview/signame.h"


const char *run_flags_text(uint64_t flags, struct arena *a)
{
	const char *text = NULL;

	for (int t = 0; t < NS_TYPE_COUNT; t++) {
		static const char *const spelled[] = {
			[NS_CGROUP] = "CLONE_NEWCGROUP", [NS_IPC] = "CLONE_NEWIPC",   [NS_MNT] = "CLONE_NEWNS",
			[NS_NET] = "CLONE_NEWNET",       [NS_PID] = "CLONE_NEWPID",   [NS_TIME] = "CLONE_NEWTIME",
			[NS_USER] = "CLONE_NEWUSER",     [NS_UTS] = "CLONE_NEWUTS",
		};

		if (!(flags & ns_info((enum ns_type)t)->clone_flag))
			continue;
		text = text ? arena_printf(a, "%s|%s", text, spelled[t]) : spelled[t];
		if (!text)
			return NULL;
	}
	return text ? text : "0";
}

const char *run_types_text(uint32_t types, struct arena *a)
{
	const char *text = NULL;

	for (int t = 0; t < NS_TYPE_COUNT; t++) {
		const char *name = ns_info((enum ns_type)t)->name;

		if (!(types & 1u << t))
			continue;
		text = text ? arena_printf(a, "%s, %s", text, name) : name;
		if (!text)
			return NULL;
	}
	return text ? text : "none";
}

const char *run_side_name(const struct run_plan *p, enum run_side side)
{
	switch (side) {
	case RUN_SELF:
		return p->req.unshare ? "nsview" : "parent";
	case RUN_OUTSIDE:
		return p->req.unshare ? "helper" : "parent";
	case RUN_INSIDE:
		return run_plan_waits(p) ? "child" : "nsview";
	}
	return "";
}

static const char *map_text(const struct run_plan *p, const char *file, const struct run_extents *e, struct arena *a)
{
	const char *text = p->map_by_helper ? arena_printf(a, "have new%.3smap(1) write %s:", file, file)
					    : arena_printf(a, "write %s:", file);

	for (size_t i = 0; text && i < e->n && i < 8; i++)
		text = arena_printf(a, "%s%s %u %u %u", text, i ? "," : "", e->v[i].inside, e->v[i].outside, e->v[i].count);
	return text && e->n > 8 ? arena_printf(a, "%s and %zu more", text, e->n - 8) : text;
}

static const char *clocks_text(const struct run_request *r, struct arena *a)
{
	const char *text = "make a time namespace";

	if (r->has_monotonic)
		text = arena_printf(a, "%s, monotonic %+lld s", text, (long long)r->monotonic);
	if (text && r->has_boottime)
		text = arena_printf(a, "%s, boottime %+lld s", text, (long long)r->boottime);
	return text ? arena_printf(a, "%s, and join it", text) : NULL;
}

static const char *ids_text(const struct run_request *r, struct arena *a)
{
	if (r->has_uid && r->has_gid)
		return arena_printf(a, "take UID %u and GID %u", r->uid, r->gid);
	return r->has_uid ? arena_printf(a, "take UID %u", r->uid) : arena_printf(a, "take GID %u", r->gid);
}

static const char *propagation_text(enum run_propagation how)
{
	switch (how) {
	case RUN_PROPAGATION_SLAVE:
		return "make every mount a slave: it receives mounts and sends none";
	case RUN_PROPAGATION_SHARED:
		return "make every mount shared";
	default:
		return "make every mount private";
	}
}

static const char *signal_text(int sig, struct arena *a)
{
	const char *name = signame_of(sig);

	return name ? arena_printf(a, "SIG%s", name) : arena_printf(a, "signal %d", sig);
}

const char *run_step_text(const struct run_plan *p, const struct run_step *s, struct arena *a)
{
	const struct run_request *r = &p->req;
	const char *wd = r->wd ? r->wd : "/";

	switch (s->what) {
	case RUN_OWNER: return arena_printf(a, "take UID %u and GID %u, for the user namespace belongs to its creator", r->owner_uid, r->owner_gid);
	case RUN_CLONE:
		if (!p->flags)
			return "clone3(2) a child without new namespaces";
		return arena_printf(a, "clone3(2) a child with %s", run_flags_text(p->flags, a));
	case RUN_UNSHARE: return arena_printf(a, "unshare(2) with %s", run_flags_text(p->flags, a));
	case RUN_TIME: return clocks_text(r, a);
	case RUN_FORK: return p->flags & ns_info(NS_PID)->clone_flag ? "fork: the child is PID 1 of the new PID namespace" : "fork";
	case RUN_SETGROUPS: return "write setgroups: deny";
	case RUN_UID_MAP: return map_text(p, "uid_map", &p->uids, a);
	case RUN_GID_MAP: return map_text(p, "gid_map", &p->gids, a);
	case RUN_BIND: return arena_printf(a, "bind-mount the %s namespace to %s", ns_info(s->type)->long_name, s->path);
	case RUN_BECOME: return arena_printf(a, "become UID %u and GID %u inside", p->become_uid, p->become_gid);
	case RUN_PROPAGATION: return propagation_text(r->propagation);
	case RUN_LOOPBACK: return "set lo up";
	case RUN_HOSTNAME: return arena_printf(a, "set the hostname %s", r->hostname);
	case RUN_DOMAIN: return arena_printf(a, "set the NIS domain name %s", r->domain);
	case RUN_ROOT: return arena_printf(a, "bind-mount %s to itself: a root has to be a mount point", r->root);
	case RUN_DEV: return "mount a minimal /dev";
	case RUN_PROC: return "mount proc on /proc";
	case RUN_SYS: return "mount sysfs on /sys, read-only";
	case RUN_PIVOT: return arena_printf(a, "pivot_root(2) to %s and unmount the old root", r->root);
	case RUN_CHROOT: return arena_printf(a, "chroot(2) to %s", r->root);
	case RUN_CHDIR: return arena_printf(a, "change directory to %s", wd);
	case RUN_INIT: return "fork: PID 1 stays, reaps and passes signals on";
	case RUN_KILL: return arena_printf(a, "ask for %s when the parent dies", signal_text(r->kill_child, a));
	case RUN_IDS: return ids_text(r, a);
	case RUN_CAPS: return "make the capabilities ambient: the command keeps them";
	case RUN_ENV: return "clear the environment";
	case RUN_EXEC: return "execute the command";
	case RUN_DO_COUNT: break;
	}
	return "";
}
