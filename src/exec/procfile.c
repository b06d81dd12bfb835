/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/procfile.h"

#include "nsview/fd.h"

#include <errno.h>
#include <fcntl.h>

ssize_t procfile_read(int dirfd, const char *name, char *buf, size_t size)
{
	AUTO_CLOSE int fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, buf, size - 1);
	if (n < 0)
		return -errno;
	buf[n] = '\0';
	return n;
}
