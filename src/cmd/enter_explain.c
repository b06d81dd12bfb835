/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/enter.h"

#include "cmd/msg.h"

#include <ctype.h>
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>

const char *enter_cap_text(int cap)
{
	switch (cap) {
	case CAP_SYS_ADMIN:
		return "CAP_SYS_ADMIN";
	case CAP_SYS_CHROOT:
		return "CAP_SYS_CHROOT";
	case CAP_SETUID:
		return "CAP_SETUID";
	case CAP_SETGID:
		return "CAP_SETGID";
	default:
		return "a capability";
	}
}

static const char *or_nothing(const char *s)
{
	return s ? s : "";
}

const char *enter_user_text(const struct enter_story *s, int user)
{
	const struct enter_user *u;

	if (user < 0)
		return "a user namespace above ours";
	u = &s->facts->users[user];
	if (user == 0)
		return or_nothing(arena_printf(s->arena, "user:[%u] (ours)", u->ino));
	return or_nothing(arena_printf(s->arena, "user:[%u] (made by user %u)", u->ino, u->owner_uid));
}

const char *enter_types_text(struct arena *a, unsigned types)
{
	const char *text = "";

	for (int t = 0; t < NS_TYPE_COUNT; t++)
		if (types & 1u << t)
			text = or_nothing(arena_printf(a, "%s%s%s", text, *text ? ", " : "", ns_info((enum ns_type)t)->name));
	return text;
}

static bool is_plain(const char *word)
{
	if (!*word)
		return false;
	for (; *word; word++)
		if (!isalnum((unsigned char)*word) && !strchr("_-+=/.,:@%", *word))
			return false;
	return true;
}

static bool has_controls(const char *word)
{
	for (; *word; word++)
		if ((unsigned char)*word < ' ' || *word == 0x7f)
			return true;
	return false;
}

/* As bash and the kernel's own tools understand it: what a terminal must not get is spelled out. */
static const char *quote_controls(struct arena *a, const char *word)
{
	const char *text = "$'";

	for (; *word; word++)
		text = or_nothing((unsigned char)*word < ' ' || *word == 0x7f
					  ? arena_printf(a, "%s\\x%02x", text, (unsigned char)*word)
					  : arena_printf(a, "%s%s%c", text, strchr("'\\", *word) ? "\\" : "", *word));
	return or_nothing(arena_printf(a, "%s'", text));
}

/* In single quotes nothing is special but the quote. */
static const char *quote_word(struct arena *a, const char *word)
{
	const char *text = "'";

	if (is_plain(word))
		return word;
	if (has_controls(word))
		return quote_controls(a, word);
	for (;;) {
		size_t len = strcspn(word, "'");

		text = or_nothing(arena_printf(a, "%s%.*s", text, (int)len, word));
		if (!word[len])
			return or_nothing(arena_printf(a, "%s'", text));
		text = or_nothing(arena_printf(a, "%s'\\''", text));
		word += len + 1;
	}
}

const char *enter_quote(struct arena *a, char *const *words)
{
	const char *text = "";

	for (; *words; words++)
		text = or_nothing(arena_printf(a, "%s%s%s", text, *text ? " " : "", quote_word(a, *words)));
	return text;
}

/* What was asked for, to be done instead of only looked at. */
static char *const *real_args(const struct enter_story *s)
{
	size_t n = 0, kept = 0;
	char **args;

	while (s->opts->args[n])
		n++;
	args = arena_alloc(s->arena, (n + 1) * sizeof(*args));
	if (!args)
		return s->opts->args;
	for (size_t i = 0; i < n; i++) {
		bool of_command = s->opts->command && &s->opts->args[i] >= s->opts->command;

		if (of_command || strcmp(s->opts->args[i], "--dry-run") != 0)
			args[kept++] = s->opts->args[i];
	}
	return args;
}

static void hint_as_root(const struct enter_story *s)
{
	if (s->facts->euid != 0)
		msg("hint: sudo nsview enter %s", enter_quote(s->arena, real_args(s)));
}

/* Yama has a say only in the access that a debugger needs. */
static void hint_attach(void)
{
	int scope = enter_yama_scope();

	if (scope > 0)
		msg("hint: Yama restricts it: kernel.yama.ptrace_scope is %d; CAP_SYS_PTRACE in the process's user namespace %s", scope,
		    scope < 3 ? "overrides that" : "does not help, only a reboot does");
	else
		msg("hint: it takes the same user, or CAP_SYS_PTRACE in the process's user namespace");
}

static void explain_socket(const struct enter_opts *o, const struct enter_target *t, const struct fail *why)
{
	switch (why->err) {
	case -EBADF:
		msg("%s has no descriptor %d", t->what, o->net_socket);
		break;
	case -ENOTSOCK:
		msg("descriptor %d of %s is no socket", o->net_socket, t->what);
		break;
	case -EPERM:
		msg("descriptor %d of %s cannot be taken: that needs the access that a debugger needs (PTRACE_MODE_ATTACH)",
		    o->net_socket, t->what);
		hint_attach();
		break;
	default:
		msg("%s: cannot %s: %s", t->what, why->step, strerror(-why->err));
	}
}

void enter_explain_pin(const struct enter_opts *o, const struct enter_target *t, const struct fail *why)
{
	if (why->err == -EXDEV)
		msg("/proc belongs to another PID namespace than ours, so its PIDs are not ours; mount our own: 'mount -t proc proc "
		    "/proc'");
	else if (strstr(why->step, "owning user namespace"))
		msg("the user namespace that owns it is above ours and cannot be opened");
	else if (strstr(why->step, "whose owner"))
		msg("--user-parent: there is no namespace whose owner could be meant");
	else if (why->err == -ESRCH && t->request.start)
		msg("%s has ended meanwhile", t->what);
	else if (why->err == -ESRCH)
		msg("there is no process %d", t->request.pid);
	else if (why->err == -EINVAL)
		msg("%d is a thread and no process: enter its process (Tgid in /proc/%d/status)", t->request.pid,
		    t->request.pid);
	else if (strstr(why->step, "socket"))
		explain_socket(o, t, why);
	else
		msg("%s: cannot %s: %s", t->what, why->step, strerror(-why->err));
}

static void explain_unreadable(const struct enter_story *s, const char *type)
{
	int err = s->facts->ns[s->plan->rule_type].err;

	if (err != -EACCES && err != -EPERM) {
		msg("the %s namespace of %s cannot be opened: %s", type, s->target->what, strerror(-err));
		return;
	}
	msg("the namespaces of %s may not be opened: that takes ptrace access (PTRACE_MODE_READ), which another user's "
	    "process, one with more capabilities and one that is not dumpable refuse",
	    s->target->what);
	if (s->facts->euid == 0)
		msg("hint: it takes CAP_SYS_PTRACE in the process's user namespace, and no security module against it");
	hint_as_root(s);
}

void enter_explain_rule(const struct enter_story *s)
{
	const struct enter_plan *p = s->plan;
	const char *type = p->rule_type < 0 ? "" : ns_info((enum ns_type)p->rule_type)->long_name;

	switch (p->rule) {
	case ENTER_ZOMBIE:
		msg("%s is a zombie: it has left its %s namespace and waits for its parent to take its status", s->target->what,
		    type);
		msg("hint: only its PID and user namespaces are left (-p -U); 'nsview tree --by process' shows its parent");
		break;
	case ENTER_UNREADABLE:
		explain_unreadable(s, type);
		break;
	case ENTER_MISSING:
		msg("this kernel has no %s namespaces", type);
		break;
	case ENTER_OWN_USER:
		if (s->opts->user_parent) {
			msg("the user namespace that owns what is to be joined is the one that we are in already: leave "
			    "--user-parent out");
			break;
		}
		msg("%s is the user namespace that we are in: setns(2) takes no process into its own", s->target->what);
		break;
	case ENTER_PID_ABOVE:
		msg("the PID namespace of %s is neither ours nor below it: setns(2) leads down only", s->target->what);
		msg("hint: nsenter(1) and nsview can go up only from outside, where both are seen");
		break;
	case ENTER_NO_TARGET:
		if (p->rule_type >= 0)
			msg("%s has no %s namespace of its own: it is no process", s->target->what, type);
		else
			msg("%s is no process: it has no root, working directory, cgroup or user of its own", s->target->what);
		break;
	case ENTER_FINE:
	case ENTER_LACKS_CAP:
		break;
	}
}

/* A sandbox that we made: its namespaces belong to a user namespace of ours, and it went on to another one below. */
static bool is_nested(const struct enter_story *s)
{
	int user = s->facts->ns[NS_USER].owner, above = user > 0 ? s->facts->users[user].parent : -1;

	if (above <= 0 || s->opts->user_parent || s->facts->users[above].parent != 0 ||
	    s->facts->users[above].owner_uid != s->facts->euid)
		return false;
	for (int t = 0; t < NS_TYPE_COUNT; t++)
		if (t != NS_USER && s->plan->joined & 1u << t && s->facts->ns[t].owner == above)
			return true;
	return false;
}

/* What a step takes that we lack by our reckoning. */
static bool explain_lack(const struct enter_story *s, const struct enter_step *step, const char *doing)
{
	const struct enter_need *need = enter_step_lacks(step);
	const struct enter_user *u;

	if (!need)
		return false;
	msg("%s takes %s in %s, and we lack it", doing, enter_cap_text(need->cap), enter_user_text(s, need->user));
	if (need->user > 0) {
		u = &s->facts->users[need->user];
		if (u->owner_uid != s->facts->euid && u->parent == 0)
			msg("hint: user %u made it and has it there, as root has", u->owner_uid);
	}
	if (need->user == 0 && !(step->types & 1u << NS_USER) && s->facts->ns[NS_USER].source != ENTER_NONE &&
	    s->plan->skip[NS_USER] == ENTER_UNASKED)
		msg("hint: in the target's user namespace we could have it: join that as well (-U)");
	if (need->user == 0 && is_nested(s))
		msg("hint: in the user namespace above the target's, which is ours, we have it: --user-parent "
		    "--preserve-credentials joins that one");
	hint_as_root(s);
	return true;
}

static void explain_join(const struct enter_story *s, const struct enter_step *step, const struct enter_failure *f)
{
	unsigned types = f->part < 0 ? step->types : 1u << f->part;
	const char *doing = arena_printf(s->arena, "joining the %s namespace%s of %s",
					 enter_types_text(s->arena, types), types & (types - 1) ? "s" : "", s->target->what);

	if (!doing)
		doing = "joining";
	if (f->err == -EPERM && explain_lack(s, step, doing))
		return;
	if (f->err == -EPERM)
		msg("%s: the kernel refuses it though no capability seems to be missing: a seccomp filter or a security module",
		    doing);
	else if (f->err == -EINVAL && f->part == NS_USER)
		msg("%s: it is the one that we are in, or the process has several threads", doing);
	else if (f->err == -EINVAL && f->part == NS_PID)
		msg("%s: it is neither ours nor below it, and setns(2) leads down only", doing);
	else if (f->err == -EINVAL && f->part == NS_MNT)
		msg("%s: root and working directory are shared with another process (CLONE_FS)", doing);
	else if (f->err == -EUSERS)
		msg("%s: the process has several threads", doing);
	else if (f->err == -ESRCH)
		msg("%s: it has ended meanwhile", doing);
	else
		msg("%s: %s", doing, strerror(-f->err));
}

static void explain_root(const struct enter_story *s, const struct enter_step *step, const struct enter_failure *f)
{
	if (f->err == -EPERM && explain_lack(s, step, "chroot(2) to the root directory"))
		return;
	msg("cannot take the root directory of %s: %s", s->target->what, strerror(-f->err));
}

static void explain_wd(const struct enter_story *s, const struct enter_failure *f)
{
	const char *path = s->opts->wd ? s->opts->wd : "its working directory";

	if (f->err == -EXDEV)
		msg("%s is outside of the root inside: the command could leave through it; hint: -W DIR takes one inside", path);
	else
		msg("cannot change to %s inside: %s", path, strerror(-f->err));
}

static void explain_fork(const struct enter_failure *f)
{
	if (f->err == -ENOMEM)
		msg("no process can be started in this PID namespace any more: its init (PID 1) has ended");
	else if (f->err == -EAGAIN)
		msg("no process can be started there: a limit of processes is reached (pids.max of the cgroup, ulimit -u)");
	else
		msg("cannot start a process: %s", strerror(-f->err));
}

static void explain_creds(const struct enter_story *s, const struct enter_step *step, const struct enter_failure *f)
{
	bool uid = f->part == ENTER_CREDS_UID;
	const struct enter_wish *w = &s->opts->wish;

	if ((uid || f->part == ENTER_CREDS_GID) && f->err == -EINVAL) {
		msg("%s %u does not exist in the user namespace: its %s_map has no such number", uid ? "user" : "group",
		    uid ? w->uid_value : w->gid_value, uid ? "uid" : "gid");
		msg("hint: %s follow takes the target's; --preserve-credentials keeps ours", uid ? "-S" : "-G");
		return;
	}
	if (f->part == ENTER_CREDS_GROUPS && f->err == -EPERM) {
		msg("supplementary groups cannot be dropped: the user namespace forbids setgroups(2), or CAP_SETGID is missing");
		msg("hint: --preserve-credentials keeps user, group and groups");
		return;
	}
	if (f->err == -EPERM && explain_lack(s, step, uid ? "changing the user" : "changing the group"))
		return;
	msg("cannot become another user or group: %s", strerror(-f->err));
}

static int explain_exec(const struct enter_story *s, const struct enter_failure *f)
{
	const char *name = s->opts->bring ? s->opts->bring : s->opts->command ? s->opts->command[0] : NULL;
	int status = launch_status(f->err);

	if (!name && f->err != -ELIBACC && status == LAUNCH_NOT_FOUND) {
		msg("there is no shell inside: neither $SHELL nor bash nor sh");
		msg("hint: --bring FILE runs a static program of ours, such as busybox: nsview enter %s --bring /bin/busybox -- sh",
		    s->opts->target ? s->opts->target : "TARGET");
	} else if (f->err == -ELIBACC) {
		msg("%s: it is there inside, but not the interpreter or dynamic loader that it names", name ? name : "the shell");
	} else if (status == LAUNCH_NOT_FOUND) {
		msg("%s: not found inside", name);
	} else {
		msg("%s: %s", name ? name : "the shell inside", strerror(-f->err));
	}
	return status;
}

static void explain_pty(const struct enter_failure *f)
{
	msg("there is no pseudo-terminal to be had, neither inside nor here: %s; hint: --no-pty does without",
	    strerror(-f->err));
}

int enter_explain_failure(const struct enter_story *s, const struct enter_failure *f)
{
	const struct enter_step *step = &s->plan->steps[f->step];

	switch (step->kind) {
	case ENTER_JOIN_CGROUP:
		msg("cannot join the cgroups of %s: %s", s->target->what, strerror(-f->err));
		break;
	case ENTER_JOIN_PIDFD:
	case ENTER_JOIN_FD:
		explain_join(s, step, f);
		break;
	case ENTER_ROOT:
		explain_root(s, step, f);
		break;
	case ENTER_WD:
		explain_wd(s, f);
		break;
	case ENTER_PTY:
		explain_pty(f);
		break;
	case ENTER_FORK:
		explain_fork(f);
		break;
	case ENTER_CREDS:
		explain_creds(s, step, f);
		break;
	case ENTER_EXEC:
		return explain_exec(s, f);
	}
	return LAUNCH_TROUBLE;
}
