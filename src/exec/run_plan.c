/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/run_plan.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

static bool has(uint32_t types, enum ns_type type)
{
	return types & 1u << type;
}

/* A name that a machine may have, from the last part of a path. */
static const char *hostname_of(const char *path, struct arena *a)
{
	size_t len = strlen(path), start;
	char *name;

	while (len > 1 && path[len - 1] == '/')
		len--;
	for (start = len; start > 0 && path[start - 1] != '/'; start--)
		;
	name = arena_strndup(a, path + start, len - start < 63 ? len - start : 63);
	for (char *c = name; c && *c; c++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.", *c))
			*c = '-';
	return name && *name ? name : "container";
}

static int imply_container(struct run_plan *p)
{
	struct run_request *r = &p->req;

	r->types |= NS_TYPES_ALL & ~(1u << NS_USER);
	r->proc = r->dev = r->sys = r->loopback = r->init = r->clear_env = true;
	if (!r->kill_child)
		r->kill_child = SIGKILL;
	if (!r->hostname)
		r->hostname = hostname_of(r->root, &p->strings);
	return r->hostname ? 0 : -ENOMEM;
}

/* Doing these to the machine itself is not what anyone means. */
static void imply_types(struct run_request *r)
{
	if (r->proc || r->dev || r->sys || r->propagation != RUN_PROPAGATION_UNSAID)
		r->types |= 1u << NS_MNT;
	if (r->hostname || r->domain)
		r->types |= 1u << NS_UTS;
	if (r->loopback)
		r->types |= 1u << NS_NET;
	if (r->has_monotonic || r->has_boottime)
		r->types |= 1u << NS_TIME;
	if (r->init)
		r->types |= 1u << NS_PID;
	if (r->map != RUN_MAP_UNSAID || r->setgroups != RUN_SETGROUPS_UNSAID || r->has_owner)
		r->types |= 1u << NS_USER;
}

/* All other types take CAP_SYS_ADMIN in the user namespace that is to own them; one's own new one grants it. */
static void add_user(struct run_plan *p, const struct run_world *w)
{
	bool chroots = p->req.root && !has(p->req.types, NS_MNT);
	bool lacks = (p->req.types && !w->sys_admin) || (chroots && !w->sys_chroot);

	if (has(p->req.types, NS_USER) || !lacks)
		return;
	p->req.types |= 1u << NS_USER;
	p->user_added = true;
}

static int refuse(const struct run_request *r, const struct run_world *w, struct fail *why)
{
	bool binds = r->keep;

	for (int t = 0; t < NS_TYPE_COUNT; t++)
		binds = binds || r->files[t];
	if (r->keep && !r->types)
		return fail_at(why, "--keep needs a namespace to keep, such as --net or --all", -EINVAL);
	if (binds && !w->sys_admin)
		return fail_at(why, "a namespace is kept by a bind mount, and that takes CAP_SYS_ADMIN here", -EPERM);
	if (r->root && has(r->types, NS_MNT) &&
	    (r->propagation == RUN_PROPAGATION_SHARED || r->propagation == RUN_PROPAGATION_UNCHANGED))
		return fail_at(why, "pivot_root(2) refuses shared mounts: --root needs --propagation private or slave", -EINVAL);
	if (r->has_owner && (!w->setuid || !w->setgid))
		return fail_at(why, "--owner takes CAP_SETUID and CAP_SETGID", -EPERM);
	if (r->setgroups == RUN_SETGROUPS_ALLOW && !w->setgid && !w->helpers)
		return fail_at(why, "--setgroups allow takes CAP_SETGID, or newgidmap(1) and a range in /etc/subgid", -EPERM);
	return 0;
}

static void extents_add(struct run_extents *e, uint32_t inside, uint32_t outside, uint32_t count)
{
	if (e->n < IDMAP_MAX)
		e->v[e->n++] = (struct idmap_extent){inside, outside, count};
}

/* The ID that an outside one has inside: whether it has one. */
static bool inside_of(const struct run_extents *e, uint32_t outside, uint32_t *ret)
{
	for (size_t i = 0; i < e->n; i++)
		if (outside >= e->v[i].outside && outside - e->v[i].outside < e->v[i].count) {
			*ret = e->v[i].inside + (outside - e->v[i].outside);
			return true;
		}
	return false;
}

static bool holds_root(const struct run_extents *e)
{
	for (size_t i = 0; i < e->n; i++)
		if (e->v[i].inside == 0)
			return true;
	return false;
}

static void map_auto(struct run_plan *p, const struct run_world *w, uint32_t uid, uint32_t gid)
{
	if (w->setuid && w->setgid) {
		p->uids = w->all_uids;
		p->gids = w->all_gids;
		return;
	}
	extents_add(&p->uids, 0, uid, 1);
	extents_add(&p->gids, 0, gid, 1);
	if (w->helpers && w->subuid.count && w->subgid.count) {
		extents_add(&p->uids, 1, w->subuid.outside, w->subuid.count);
		extents_add(&p->gids, 1, w->subgid.outside, w->subgid.count);
	}
}

/* Without privileges the kernel takes one line that maps the writer's own ID. */
static bool own_only(const struct run_extents *e, uint32_t id)
{
	return e->n == 0 || (e->n == 1 && e->v[0].outside == id && e->v[0].count == 1);
}

static int choose_maps(struct run_plan *p, const struct run_world *w, struct fail *why)
{
	const struct run_request *r = &p->req;
	uint32_t uid = r->has_owner ? r->owner_uid : w->uid, gid = r->has_owner ? r->owner_gid : w->gid;
	enum run_map map = r->map;

	if (map == RUN_MAP_UNSAID && r->container)
		map = RUN_MAP_AUTO;
	else if (map == RUN_MAP_UNSAID && p->user_added)
		map = RUN_MAP_ROOT;
	if (map == RUN_MAP_AUTO)
		map_auto(p, w, uid, gid);
	if (map == RUN_MAP_ROOT || map == RUN_MAP_CURRENT) {
		extents_add(&p->uids, map == RUN_MAP_ROOT ? 0 : uid, uid, 1);
		extents_add(&p->gids, map == RUN_MAP_ROOT ? 0 : gid, gid, 1);
	}
	if (map == RUN_MAP_LISTED) {
		p->uids = r->uids;
		p->gids = r->gids;
	}
	if ((!w->setuid && !own_only(&p->uids, uid)) || (!w->setgid && !own_only(&p->gids, gid))) {
		if (!w->helpers)
			return fail_at(why, "mapping other IDs than one's own takes CAP_SETUID and CAP_SETGID, or newuidmap(1) "
				       "and ranges in /etc/subuid and /etc/subgid", -EPERM);
		p->map_by_helper = true;
	}
	/* Since Linux 3.19 a caller without CAP_SETGID has to give setgroups(2) up before it may map its GID. */
	p->deny_setgroups = r->setgroups == RUN_SETGROUPS_DENY || (p->gids.n && !w->setgid && !p->map_by_helper);
	if (p->deny_setgroups && r->setgroups == RUN_SETGROUPS_ALLOW)
		return fail_at(why, "--setgroups allow takes CAP_SETGID, or a map that newgidmap(1) writes", -EPERM);
	return 0;
}

static struct run_step *add(struct run_plan *p, enum run_do what, enum run_side side)
{
	p->steps[p->nsteps] = (struct run_step){.what = what, .side = side};
	return &p->steps[p->nsteps++];
}

static void add_if(struct run_plan *p, bool wanted, enum run_do what)
{
	if (wanted)
		add(p, what, RUN_INSIDE);
}

static int add_bind(struct run_plan *p, enum ns_type type, const char *path)
{
	struct run_step *s = add(p, RUN_BIND, RUN_OUTSIDE);

	s->type = type;
	s->path = path;
	return path ? 0 : -ENOMEM;
}

static int add_binds(struct run_plan *p)
{
	const struct run_request *r = &p->req;
	int err = 0;

	for (int t = 0; t < NS_TYPE_COUNT && err == 0; t++) {
		if (r->files[t])
			err = add_bind(p, (enum ns_type)t, r->files[t]);
		if (err == 0 && r->keep && has(p->types, (enum ns_type)t))
			err = add_bind(p, (enum ns_type)t,
				       arena_printf(&p->strings, RUN_KEEP_DIR "/%s/%s", ns_info((enum ns_type)t)->name, r->keep));
		if (err == 0 && r->keep && t == NS_NET && has(p->types, NS_NET))
			err = add_bind(p, NS_NET, arena_printf(&p->strings, RUN_NETNS_DIR "/%s", r->keep));
	}
	return err;
}

/*
 * The clocks of a time namespace can be set until the first process is in it, and a child of
 * clone3(2) is in it at once; unshare(2) puts only later children in. So a process makes it,
 * sets its clocks and then joins it, unless clone3 alone does.
 */
static bool time_apart(const struct run_plan *p)
{
	return has(p->types, NS_TIME) && (p->req.unshare || p->req.has_monotonic || p->req.has_boottime);
}

static void add_beginning(struct run_plan *p)
{
	const struct run_request *r = &p->req;
	bool apart = time_apart(p);

	for (int t = 0; t < NS_TYPE_COUNT; t++)
		if (has(p->types, (enum ns_type)t) && !(t == NS_TIME && apart))
			p->flags |= ns_info((enum ns_type)t)->clone_flag;
	if (r->has_owner)
		add(p, RUN_OWNER, RUN_SELF);
	if (!r->unshare)
		add(p, RUN_CLONE, RUN_SELF);
	else if (p->flags)
		add(p, RUN_UNSHARE, RUN_SELF);
	if (apart)
		add(p, RUN_TIME, r->unshare ? RUN_SELF : RUN_INSIDE);
	if (r->unshare && (r->fork || r->kill_child || has(p->types, NS_PID)))
		add(p, RUN_FORK, RUN_SELF);
}

static int add_outside(struct run_plan *p)
{
	if (p->deny_setgroups)
		add(p, RUN_SETGROUPS, RUN_OUTSIDE);
	if (p->uids.n)
		add(p, RUN_UID_MAP, RUN_OUTSIDE);
	if (p->gids.n)
		add(p, RUN_GID_MAP, RUN_OUTSIDE);
	return add_binds(p);
}

/* The IDs to take when the map has no place for those that the process came with. */
static void add_become(struct run_plan *p, const struct run_world *w)
{
	bool owned = p->req.has_owner;
	uint32_t uid = owned ? p->req.owner_uid : w->uid, gid = owned ? p->req.owner_gid : w->gid;
	bool has_uid = inside_of(&p->uids, uid, &p->become_uid), has_gid = inside_of(&p->gids, gid, &p->become_gid);

	if (!has(p->types, NS_USER) || (has_uid && has_gid && !owned))
		return;
	if ((has_uid || holds_root(&p->uids)) && (has_gid || holds_root(&p->gids)))
		add(p, RUN_BECOME, RUN_INSIDE);
}

static void add_inside(struct run_plan *p, const struct run_world *w)
{
	const struct run_request *r = &p->req;
	bool mnt = has(p->types, NS_MNT);

	add_become(p, w);
	add_if(p, mnt && r->propagation != RUN_PROPAGATION_UNCHANGED, RUN_PROPAGATION);
	add_if(p, r->loopback, RUN_LOOPBACK);
	add_if(p, r->hostname, RUN_HOSTNAME);
	add_if(p, r->domain, RUN_DOMAIN);
	add_if(p, r->root && mnt, RUN_ROOT);
	/* While the old root is there: a user namespace may mount proc and sysfs only where it sees them whole already. */
	add_if(p, r->proc, RUN_PROC);
	add_if(p, r->sys, RUN_SYS);
	add_if(p, r->dev, RUN_DEV);
	add_if(p, r->root, mnt ? RUN_PIVOT : RUN_CHROOT);
	add_if(p, r->root || r->wd, RUN_CHDIR);
	/* Changing IDs forgets the signal at the parent's death, so it comes after; but an init changes none. */
	add_if(p, r->kill_child && r->init, RUN_KILL);
	add_if(p, r->init, RUN_INIT);
	add_if(p, r->has_uid || r->has_gid, RUN_IDS);
	add_if(p, r->keep_caps, RUN_CAPS);
	add_if(p, r->kill_child && !r->init, RUN_KILL);
	add_if(p, r->clear_env, RUN_ENV);
	add(p, RUN_EXEC, RUN_INSIDE);
}

static int build(struct run_plan *p, const struct run_world *w, struct fail *why)
{
	int err = p->req.container ? imply_container(p) : 0;

	if (err < 0)
		return err;
	imply_types(&p->req);
	add_user(p, w);
	p->types = p->req.types;
	err = refuse(&p->req, w, why);
	if (err == 0 && has(p->types, NS_USER))
		err = choose_maps(p, w, why);
	if (err < 0)
		return err;
	add_beginning(p);
	err = add_outside(p);
	if (err == 0)
		add_inside(p, w);
	return err;
}

int run_plan_build(const struct run_request *req, const struct run_world *world, struct run_plan *ret, struct fail *why)
{
	struct run_plan p = {.req = *req};
	int err = build(&p, world, why);

	if (err < 0) {
		arena_done(&p.strings);
		return err;
	}
	*ret = p;
	return 0;
}

void run_plan_done(struct run_plan *p)
{
	arena_done(&p->strings);
}

bool run_plan_waits(const struct run_plan *p)
{
	for (size_t i = 0; i < p->nsteps; i++)
		if (p->steps[i].what == RUN_CLONE || p->steps[i].what == RUN_FORK)
			return true;
	return false;
}
