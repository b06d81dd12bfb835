/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/creds.h"

#include <errno.h>
#include <grp.h>
#include <stddef.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <unistd.h>

static int drop_groups(enum creds_groups how)
{
	if (how == GROUPS_KEEP || !setgroups(0, NULL))
		return 0;
	return how == GROUPS_FREE && errno == EPERM ? 0 : -errno;
}

/* Each in turn: kernels know more capabilities than a library, and fewer. */
static int raise_all(cap_t caps)
{
	for (cap_value_t cap = 0; cap < cap_max_bits(); cap++) {
		cap_flag_value_t on;

		if (cap_get_flag(caps, cap, CAP_PERMITTED, &on) < 0)
			return -errno;
		if (on == CAP_SET && (cap_set_flag(caps, CAP_EFFECTIVE, 1, &cap, CAP_SET) < 0 ||
				      cap_set_flag(caps, CAP_INHERITABLE, 1, &cap, CAP_SET) < 0))
			return -errno;
	}
	return cap_set_proc(caps) < 0 ? -errno : 0;
}

static int raise_ambient(cap_t caps)
{
	for (cap_value_t cap = 0; cap < cap_max_bits(); cap++) {
		cap_flag_value_t on;

		if (cap_get_flag(caps, cap, CAP_PERMITTED, &on) < 0)
			return -errno;
		if (on == CAP_SET && cap_set_ambient(cap, CAP_SET) < 0)
			return -errno;
	}
	return 0;
}

int creds_keep_caps(void)
{
	cap_t caps = cap_get_proc();
	int err;

	if (!caps)
		return -errno;
	err = raise_all(caps);
	if (!err)
		err = raise_ambient(caps);
	cap_free(caps);
	return err;
}

int creds_apply(const struct creds *c, struct fail *why)
{
	int err = drop_groups(c->groups);

	if (err < 0)
		return fail_at(why, "setgroups", err);
	if (c->set_gid && setresgid(c->gid, c->gid, c->gid) < 0)
		return fail_at(why, "setgid", -errno);
	/* Without this a change from user 0 to another clears the permitted set. */
	if (c->keep_caps && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
		return fail_at(why, "PR_SET_KEEPCAPS", -errno);
	if (c->set_uid && setresuid(c->uid, c->uid, c->uid) < 0)
		return fail_at(why, "setuid", -errno);
	if (!c->keep_caps)
		return 0;
	err = creds_keep_caps();
	return err < 0 ? fail_at(why, "keep capabilities", err) : 0;
}
