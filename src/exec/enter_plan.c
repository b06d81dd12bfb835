/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/enter_plan.h"

#include <linux/capability.h>
#include <string.h>

/* The types in the order in which descriptors are joined: user is placed apart, and what depends on paths goes last. */
static const enum ns_type join_order[] = {NS_CGROUP, NS_IPC, NS_UTS, NS_NET, NS_PID, NS_TIME, NS_MNT};

/* Who we are at a point of the plan. */
struct planner {
	const struct enter_facts *f;
	const struct enter_wish *w;
	struct enter_plan *p;
	int user;      /* the user namespace that we are in by then */
	uint64_t caps; /* effective in it */
};

static unsigned bit(enum ns_type t)
{
	return 1u << t;
}

static void refuse(struct enter_plan *p, enum enter_rule rule, int type)
{
	if (p->rule == ENTER_FINE) {
		p->rule = rule;
		p->rule_type = type;
	}
}

bool enter_user_below(const struct enter_facts *f, int ns, int anc)
{
	while (ns >= 0 && ns != anc)
		ns = f->users[ns].parent;
	return ns >= 0;
}

/* As the kernel decides it (cap_capable): who has it there, made it, or has it in an ancestor. */
static bool capable(const struct planner *pl, int cap, int ns)
{
	for (; ns >= 0; ns = pl->f->users[ns].parent) {
		const struct enter_user *u = &pl->f->users[ns];

		if (ns == pl->user)
			return pl->caps >> cap & 1;
		if (u->parent == pl->user && u->owner_uid == pl->f->euid)
			return true;
	}
	return false;
}

static void need(const struct planner *pl, struct enter_step *s, int cap, int user)
{
	for (size_t i = 0; i < s->nneeds; i++)
		if (s->needs[i].cap == cap && s->needs[i].user == user)
			return;
	if (s->nneeds < ENTER_NEEDS_MAX)
		s->needs[s->nneeds++] = (struct enter_need){.cap = cap, .user = user, .have = capable(pl, cap, user)};
}

static struct enter_step *add(struct planner *pl, enum enter_step_kind kind, unsigned types)
{
	struct enter_step *s = &pl->p->steps[pl->p->n++];

	*s = (struct enter_step){.kind = kind, .types = types};
	return s;
}

/* What setns(2) asks for a type; a user namespace comes first and is what the others are asked in. */
static void join_needs(struct planner *pl, struct enter_step *s)
{
	if (s->types & bit(NS_USER)) {
		need(pl, s, CAP_SYS_ADMIN, pl->f->ns[NS_USER].owner);
		pl->user = pl->f->ns[NS_USER].owner;
		pl->caps = ~UINT64_C(0);
		s->new_user = true;
	}
	for (size_t i = 0; i < sizeof(join_order) / sizeof(join_order[0]); i++) {
		if (!(s->types & bit(join_order[i])))
			continue;
		need(pl, s, CAP_SYS_ADMIN, pl->f->ns[join_order[i]].owner);
		need(pl, s, CAP_SYS_ADMIN, pl->user);
		if (join_order[i] == NS_MNT)
			need(pl, s, CAP_SYS_CHROOT, pl->user);
	}
}

/* Join these types: what is the target's by one call, the rest one by one; the user namespace before all others. */
static void join(struct planner *pl, unsigned types)
{
	unsigned by_pidfd = 0;

	for (int t = 0; t < NS_TYPE_COUNT; t++)
		if (types & bit((enum ns_type)t) && pl->f->ns[t].source == ENTER_TARGET)
			by_pidfd |= bit((enum ns_type)t);
	if (types & ~by_pidfd & bit(NS_USER))
		join_needs(pl, add(pl, ENTER_JOIN_FD, bit(NS_USER)));
	if (by_pidfd)
		join_needs(pl, add(pl, ENTER_JOIN_PIDFD, by_pidfd));
	for (size_t i = 0; i < sizeof(join_order) / sizeof(join_order[0]); i++)
		if (types & ~by_pidfd & bit(join_order[i]))
			join_needs(pl, add(pl, ENTER_JOIN_FD, bit(join_order[i])));
}

/*
 * The user namespace goes first for what it owns: there it gives every capability. It goes last for what
 * belongs to others: those take the capabilities that we have now, and lose with it.
 */
static unsigned before_user(const struct planner *pl)
{
	unsigned types = 0;

	if (!(pl->p->joined & bit(NS_USER)))
		return 0;
	for (int t = 0; t < NS_TYPE_COUNT; t++)
		if (t != NS_USER && pl->p->joined & bit((enum ns_type)t) &&
		    !enter_user_below(pl->f, pl->f->ns[t].owner, pl->f->ns[NS_USER].owner))
			types |= bit((enum ns_type)t);
	return types;
}

static bool is_shared(const struct enter_ns *ns)
{
	return ns->ino && ns->ino == ns->ours;
}

/*
 * Why a type is left out. A mount namespace that was asked for is joined even when it is ours: that
 * resets root and working directory. Another one would change nothing.
 */
static enum enter_skip skip_reason(const struct planner *pl, enum ns_type t)
{
	const struct enter_ns *ns = &pl->f->ns[t];
	bool named = pl->w->types & bit(t);

	if (!named && !pl->w->all)
		return ENTER_UNASKED;
	if (!ns->ours && !ns->ino)
		return named ? ENTER_NOT_SKIPPED : ENTER_UNSUPPORTED;
	if (is_shared(ns) && !(named && t == NS_MNT))
		return ENTER_SHARED;
	return ENTER_NOT_SKIPPED;
}

static void refuse_unopened(struct planner *pl, enum ns_type t)
{
	const struct enter_ns *ns = &pl->f->ns[t];

	if (!ns->ours)
		refuse(pl->p, ENTER_MISSING, (int)t);
	else if (pl->f->zombie)
		refuse(pl->p, ENTER_ZOMBIE, (int)t);
	else if (ns->err)
		refuse(pl->p, ENTER_UNREADABLE, (int)t);
	else
		refuse(pl->p, ENTER_NO_TARGET, (int)t);
}

static void choose(struct planner *pl)
{
	for (int t = 0; t < NS_TYPE_COUNT; t++) {
		enum enter_skip why = skip_reason(pl, (enum ns_type)t);

		pl->p->skip[t] = why;
		if (why == ENTER_SHARED && t == NS_USER && pl->w->types & bit(NS_USER) && !pl->f->pid)
			refuse(pl->p, ENTER_OWN_USER, t);
		if (why != ENTER_NOT_SKIPPED)
			continue;
		if (pl->f->ns[t].source == ENTER_NONE) {
			refuse_unopened(pl, (enum ns_type)t);
			continue;
		}
		if (t == NS_PID && pl->f->ns[t].outside)
			refuse(pl->p, ENTER_PID_ABOVE, t);
		pl->p->joined |= bit((enum ns_type)t);
	}
}

static bool changes_id(const struct planner *pl, enum enter_id how, bool zero_exists)
{
	if (how == ENTER_ID_AUTO)
		return !pl->w->preserve && pl->p->joined & bit(NS_USER) && zero_exists;
	return how != ENTER_ID_KEEP;
}

static void plan_creds(struct planner *pl)
{
	struct enter_plan *p = pl->p;
	struct enter_step *s;

	p->sets_uid = changes_id(pl, pl->w->uid, pl->f->uid0);
	p->sets_gid = changes_id(pl, pl->w->gid, pl->f->gid0);
	/* Groups of the caller mean others inside, or more than the new user should have. */
	p->drops_groups = (p->sets_uid || p->sets_gid) && !pl->w->preserve;
	if (!p->sets_uid && !p->sets_gid && !pl->w->keep_caps)
		return;
	s = add(pl, ENTER_CREDS, 0);
	if (p->sets_gid || (p->drops_groups && !pl->f->setgroups_denied))
		need(pl, s, CAP_SETGID, pl->user);
	if (p->sets_uid)
		need(pl, s, CAP_SETUID, pl->user);
}

static bool needs_target(const struct enter_wish *w)
{
	return w->all || w->root == ENTER_DIR_TARGET || w->wd == ENTER_DIR_TARGET || w->join_cgroup ||
	       w->uid == ENTER_ID_FOLLOW || w->gid == ENTER_ID_FOLLOW;
}

/* chroot(2) to the directory that is our root anyway would take a capability and change nothing. */
static bool changes_root(const struct planner *pl)
{
	if (pl->w->root == ENTER_DIR_KEEP)
		return false;
	return pl->w->root == ENTER_DIR_PATH || !pl->f->same_root || pl->p->joined & bit(NS_MNT);
}

static void find_lacking(struct enter_plan *p)
{
	for (size_t i = 0; i < p->n && p->rule == ENTER_FINE; i++)
		if (enter_step_lacks(&p->steps[i])) {
			refuse(p, ENTER_LACKS_CAP, -1);
			p->rule_step = i;
		}
}

const struct enter_need *enter_step_lacks(const struct enter_step *s)
{
	for (size_t i = 0; i < s->nneeds; i++)
		if (!s->needs[i].have)
			return &s->needs[i];
	return NULL;
}

void enter_plan_build(const struct enter_facts *f, const struct enter_wish *w, struct enter_plan *ret)
{
	struct planner pl = {.f = f, .w = w, .p = ret, .user = 0, .caps = f->caps};
	unsigned first;

	memset(ret, 0, sizeof(*ret));
	ret->rule_type = -1;
	if (!f->pid && needs_target(w))
		refuse(ret, ENTER_NO_TARGET, -1);
	choose(&pl);
	if (w->join_cgroup)
		add(&pl, ENTER_JOIN_CGROUP, 0);
	first = before_user(&pl);
	join(&pl, first);
	join(&pl, ret->joined & ~first);
	if (changes_root(&pl))
		need(&pl, add(&pl, ENTER_ROOT, 0), CAP_SYS_CHROOT, pl.user);
	if (w->wd != ENTER_DIR_KEEP)
		add(&pl, ENTER_WD, 0);
	if (w->pty)
		add(&pl, ENTER_PTY, 0);
	if (ret->joined & bit(NS_PID) && !w->no_fork)
		add(&pl, ENTER_FORK, 0);
	plan_creds(&pl);
	add(&pl, ENTER_EXEC, 0);
	find_lacking(ret);
}
