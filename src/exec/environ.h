/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_EXEC_ENVIRON_H
#define NSVIEW_EXEC_ENVIRON_H

#include "nsview/arena.h"

#include <stdbool.h>
#include <stddef.h>

/** What a command's environment is made of. */
struct environ_recipe {
	char *const *base; /* ends with NULL */
	bool clean;        /* of base only what concerns the terminal and the language; PATH and HOME anew */
	const char *home;  /* HOME of a clean one */
	char *const *keep; /* environment from which TERM is taken when base has none; NULL: none */
	char *const *set;  /* NAME=VALUE, nset of them, which win */
	size_t nset;
};

/** Make an environment; its strings are borrowed from the recipe or in the arena. 0 or -ENOMEM. */
int environ_build(struct arena *a, const struct environ_recipe *r, char ***ret);

/** The strings of /proc/PID/environ: len bytes at block, which must be terminated. 0 or -ENOMEM. */
int environ_split(struct arena *a, char *block, size_t len, char ***ret);

/** Whether s is NAME=VALUE with a name. */
bool environ_is_setting(const char *s);

#endif
