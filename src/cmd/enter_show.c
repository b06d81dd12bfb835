/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/enter.h"

#include "cmd/msg.h"
#include "nsview/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *safe(const struct enter_story *s, const char *text)
{
	const char *t = text_safe(s->arena, text, false);

	return t ? t : "";
}

/* Why the user namespace stands where it stands. */
static const char *order_text(const struct enter_story *s, const struct enter_step *step)
{
	if (!(s->plan->joined & 1u << NS_USER))
		return "";
	if (!step->new_user)
		return step->types & ~(1u << NS_USER) && step == &s->plan->steps[0] && s->plan->n > 1 &&
				       s->plan->steps[1].new_user
			       ? " (before the user namespace, which does not own them)"
			       : "";
	return step->types & ~(1u << NS_USER) ? " (the user namespace first: it owns the others)" : "";
}

static void print_join(const struct enter_story *s, const struct enter_step *step)
{
	const char *many = step->types & (step->types - 1) ? "s" : "";

	printf("join the %s namespace%s: ", enter_types_text(s->arena, step->types), many);
	if (step->kind == ENTER_JOIN_PIDFD)
		printf("one setns(2) with the pidfd of %d%s\n", s->facts->pid, order_text(s, step));
	else
		printf("setns(2) with a descriptor%s\n", order_text(s, step));
	for (int t = 0; t < NS_TYPE_COUNT; t++)
		if (step->types & 1u << t)
			printf("      %s:[%u]\n", ns_info((enum ns_type)t)->name, s->facts->ns[t].ino);
}

static void print_wd(const struct enter_story *s)
{
	switch (s->opts->wish.wd) {
	case ENTER_DIR_PATH:
		printf("working directory: %s of ours, opened first\n", safe(s, s->opts->wd));
		break;
	case ENTER_DIR_INSIDE:
		printf("working directory: %s inside\n", safe(s, s->opts->wd));
		break;
	default:
		printf("working directory: the target's\n");
	}
}

static const char *id_text(const struct enter_story *s, enum enter_id how, uint32_t value)
{
	const char *text = how == ENTER_ID_FOLLOW ? "the target's" : arena_printf(s->arena, "%u", value);

	return text ? text : "";
}

static void print_creds(const struct enter_story *s)
{
	const struct enter_wish *w = &s->opts->wish;

	printf("credentials:");
	if (s->plan->sets_uid)
		printf(" user %s", id_text(s, w->uid, w->uid_value));
	if (s->plan->sets_gid)
		printf(" group %s", id_text(s, w->gid, w->gid_value));
	if (s->plan->drops_groups)
		printf(s->facts->setgroups_denied ? ", groups stay: setgroups(2) is forbidden there" : ", no other groups");
	if (w->keep_caps)
		printf(" capabilities kept");
	printf("\n");
}

static void print_exec(const struct enter_story *s)
{
	const struct enter_opts *o = s->opts;

	if (o->bring)
		printf("execute %s of ours, opened first, from sealed memory\n", safe(s, o->bring));
	else if (o->command)
		printf("execute %s, looked for inside\n", safe(s, enter_quote(s->arena, o->command)));
	else
		printf("execute a shell: $SHELL, bash or sh, looked for inside\n");
}

static void print_what(const struct enter_story *s, const struct enter_step *step)
{
	switch (step->kind) {
	case ENTER_JOIN_CGROUP:
		printf("join its cgroups: write to their cgroup.procs\n");
		break;
	case ENTER_JOIN_PIDFD:
	case ENTER_JOIN_FD:
		print_join(s, step);
		break;
	case ENTER_ROOT:
		printf("root directory: %s: chroot(2)\n", s->opts->root ? safe(s, s->opts->root) : "the target's");
		break;
	case ENTER_WD:
		print_wd(s);
		break;
	case ENTER_PTY:
		printf("pseudo-terminal: of the target's devpts, else of ours\n");
		break;
	case ENTER_FORK:
		printf("fork: a PID namespace takes children only\n");
		if (s->facts->ns[NS_PID].lifeless)
			printf("      a PID 1 that is alive: NO\n");
		break;
	case ENTER_CREDS:
		print_creds(s);
		break;
	case ENTER_EXEC:
		print_exec(s);
		break;
	}
}

static void print_needs(const struct enter_story *s, const struct enter_step *step)
{
	for (size_t i = 0; i < step->nneeds; i++) {
		const struct enter_need *n = &step->needs[i];

		printf("      %s in %s: %s\n", enter_cap_text(n->cap), enter_user_text(s, n->user), n->have ? "yes" : "NO");
	}
}

static void print_skipped(const struct enter_story *s)
{
	for (int t = 0; t < NS_TYPE_COUNT; t++) {
		const char *name = ns_info((enum ns_type)t)->name;

		switch (s->plan->skip[t]) {
		case ENTER_SHARED:
			printf("  -  skip %s:[%u]: it is ours already\n", name, s->facts->ns[t].ino);
			break;
		case ENTER_UNSUPPORTED:
			printf("  -  skip %s: this kernel has none\n", name);
			break;
		case ENTER_UNASKED:
		case ENTER_NOT_SKIPPED:
			break;
		}
	}
}

/* The words of an nsenter(1) command, as many as there can be. */
struct words {
	char *list[64];
	size_t n;
	bool recent; /* some are of util-linux 2.40 */
};

static void add(struct words *w, char *word)
{
	if (word && w->n < sizeof(w->list) / sizeof(w->list[0]) - 1)
		w->list[w->n++] = word;
}

static void add_recent(struct words *w, char *word)
{
	add(w, word);
	w->recent = true;
}

static const char *path_of(const struct enter_story *s, int t)
{
	return s->opts->files[t] ? s->opts->files[t] : s->target->path[t];
}

static void add_types(const struct enter_story *s, struct words *w)
{
	for (int t = 0; t < NS_TYPE_COUNT; t++) {
		const struct ns_info *info = ns_info((enum ns_type)t);
		const char *name = t == NS_MNT ? "mount" : info->name;
		const char *path = path_of(s, t);

		if (!(s->plan->joined & 1u << t))
			continue;
		if (t == NS_NET && s->opts->net_socket >= 0)
			add_recent(w, arena_printf(s->arena, "--net-socket=%d", s->opts->net_socket));
		else if (t == NS_USER && s->opts->user_parent)
			add_recent(w, arena_printf(s->arena, "--user-parent"));
		else if (path)
			add(w, arena_printf(s->arena, "--%s=%s", name, path));
		else
			add(w, arena_printf(s->arena, "--%s", name));
	}
}

static bool has_step(const struct enter_story *s, enum enter_step_kind kind)
{
	for (size_t i = 0; i < s->plan->n; i++)
		if (s->plan->steps[i].kind == kind)
			return true;
	return false;
}

/* nsenter(1) changes the root even to what it is already, which takes a capability. */
static void add_dirs(const struct enter_story *s, struct words *w)
{
	const struct enter_wish *wish = &s->opts->wish;

	if (wish->root == ENTER_DIR_TARGET && has_step(s, ENTER_ROOT))
		add(w, arena_printf(s->arena, "--root"));
	if (wish->root == ENTER_DIR_PATH)
		add(w, arena_printf(s->arena, "--root=%s", s->opts->root));
	if (wish->wd == ENTER_DIR_TARGET)
		add(w, arena_printf(s->arena, "--wd"));
	if (wish->wd == ENTER_DIR_PATH)
		add(w, arena_printf(s->arena, "--wd=%s", s->opts->wd));
	if (wish->wd == ENTER_DIR_INSIDE)
		add(w, arena_printf(s->arena, "--wdns=%s", s->opts->wd));
}

static void add_id(const struct enter_story *s, struct words *w, const char *option, enum enter_id how, uint32_t value)
{
	if (how == ENTER_ID_SET)
		add(w, arena_printf(s->arena, "--%s=%u", option, value));
	if (how == ENTER_ID_FOLLOW)
		add_recent(w, arena_printf(s->arena, "--%s=follow", option));
}

/* nsenter(1) becomes 0 in any user namespace, even in one without it. */
static void add_creds(const struct enter_story *s, struct words *w)
{
	const struct enter_wish *wish = &s->opts->wish;
	bool joins_user = s->plan->joined & 1u << NS_USER;

	add_id(s, w, "setuid", wish->uid, wish->uid_value);
	add_id(s, w, "setgid", wish->gid, wish->gid_value);
	if (wish->preserve || (joins_user && (!s->plan->sets_uid || s->facts->setgroups_denied)))
		add(w, arena_printf(s->arena, "--preserve-credentials"));
	if (wish->keep_caps)
		add(w, arena_printf(s->arena, "--keep-caps"));
}

static bool needs_pid(const struct enter_story *s)
{
	return s->facts->pid != 0;
}

/* Opened through a parent, an owner, or a mount where no process leads: nsenter(1) takes a process or a path. */
static bool is_out_of_reach(const struct enter_story *s)
{
	bool out = false;

	for (int t = 0; t < NS_TYPE_COUNT; t++)
		out |= s->plan->joined & 1u << t && !path_of(s, t) && !(t == NS_USER && s->opts->user_parent);
	return out && !needs_pid(s);
}

/* It drops groups or changes nobody: where groups have to stay, the user stays as well. */
static const char *differs(const struct enter_story *s)
{
	bool stays = s->plan->joined & 1u << NS_USER && s->plan->sets_uid && s->facts->setgroups_denied &&
		     s->opts->wish.uid == ENTER_ID_AUTO && !s->opts->wish.preserve;

	if (s->opts->bring)
		return ", but for --bring,";
	return stays ? ", but for the user, who stays the caller's," : "";
}

static void print_nsenter(const struct enter_story *s)
{
	struct words w = {.n = 0};

	if (is_out_of_reach(s)) {
		printf("\nnsenter(1) cannot do the same: no path leads there\n");
		return;
	}
	add(&w, arena_printf(s->arena, "nsenter"));
	if (needs_pid(s))
		add(&w, arena_printf(s->arena, "--target=%d", s->facts->pid));
	add_types(s, &w);
	add_dirs(s, &w);
	add_creds(s, &w);
	if (s->opts->target_env)
		add_recent(&w, arena_printf(s->arena, "--env"));
	if (s->opts->wish.no_fork)
		add(&w, arena_printf(s->arena, "--no-fork"));
	if (s->opts->wish.join_cgroup)
		add_recent(&w, arena_printf(s->arena, "--join-cgroup"));
	if (s->opts->command) {
		add(&w, arena_printf(s->arena, "--"));
		for (char **word = s->opts->command; *word; word++)
			add(&w, *word);
	}
	w.list[w.n] = NULL;
	printf("\nnsenter(1)%s would do the same%s with:\n  %s\n", w.recent ? " of util-linux 2.40" : "", differs(s),
	       safe(s, enter_quote(s->arena, w.list)));
}

int enter_show(const struct enter_story *s)
{
	const struct enter_plan *p = s->plan;

	if (p->rule != ENTER_FINE && p->rule != ENTER_LACKS_CAP) {
		enter_explain_rule(s);
		return LAUNCH_TROUBLE;
	}
	printf("%s%s\n", safe(s, s->target->what), s->facts->pid ? ", pinned by a pidfd" : "");
	for (size_t i = 0; i < p->n; i++) {
		printf(" %2zu  ", i + 1);
		print_what(s, &p->steps[i]);
		print_needs(s, &p->steps[i]);
	}
	print_skipped(s);
	print_nsenter(s);
	fflush(stdout);
	if (p->rule == ENTER_FINE && has_step(s, ENTER_FORK) && s->facts->ns[NS_PID].lifeless) {
		msg("the PID namespace has no init (PID 1): where that has ended, no process can be started any more");
		return LAUNCH_TROUBLE;
	}
	if (p->rule == ENTER_FINE)
		return EXIT_SUCCESS;
	return enter_explain_failure(s, &(struct enter_failure){.step = p->rule_step, .part = -1, .err = -EPERM});
}
