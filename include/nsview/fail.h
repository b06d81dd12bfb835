/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_FAIL_H
#define NSVIEW_FAIL_H

#include <stdbool.h>

/** Which of several steps failed, and why. The fields are set together; step is a static string. */
struct fail {
	const char *step;
	int err;     /* negative errno */
	bool no_bpf; /* BPF is not to be had here: step says the reason, too */
};

/** Note a failure and hand the error on: return fail_at(why, "open /proc", -errno). why may be NULL. */
static inline int fail_at(struct fail *why, const char *step, int err)
{
	if (why)
		*why = (struct fail){.step = step, .err = err};
	return err;
}

#endif
