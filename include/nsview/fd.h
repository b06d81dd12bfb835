/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_FD_H
#define NSVIEW_FD_H

#include <stdlib.h>
#include <unistd.h>

/*
 * Scoped ownership of what one function opens or allocates: the variable is released when it
 * leaves scope, unless take_fd() or take_ptr() moved it out first.
 */

static inline void fd_close_scoped(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void ptr_free_scoped(void *p)
{
	free(*(void **)p);
}

#define AUTO_CLOSE __attribute__((cleanup(fd_close_scoped)))
#define AUTO_FREE  __attribute__((cleanup(ptr_free_scoped)))

/** Move a descriptor out of its scope: the caller owns the result. */
static inline int take_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

/** Move an allocation out of its scope: the caller owns the result. */
#define take_ptr(p)                     \
	({                              \
		typeof(p) *at_ = &(p);  \
		typeof(p) taken_ = *at_; \
		*at_ = NULL;            \
		taken_;                 \
	})

#endif
