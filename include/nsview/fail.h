/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_FAIL_H
#define NSVIEW_FAIL_H

/** Which of several steps failed, and why. Both fields are set together; step is a static string. */
struct fail {
	const char *step;
	int err; /* negative errno */
};

/** Note a failure and hand the error on: return fail_at(why, "open /proc", -errno). why may be NULL. */
static inline int fail_at(struct fail *why, const char *step, int err)
{
	if (why)
		*why = (struct fail){.step = step, .err = err};
	return err;
}

#endif
