/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/signal.h"

#include "nsview/counters.h"
#include "nsview/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>

static int start_read(int32_t pid, uint64_t *ret)
{
	char path[32], text[1024];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	n = read(fd, text, sizeof(text));
	if (n < 0)
		return -errno;
	return counters_start_parse(text, (size_t)n, ret) < 0 ? -ESRCH : 0;
}

/* The descriptor comes first: what is then read of the PID is of that process, or it differs. */
int signal_send(int32_t pid, uint64_t start, int sig)
{
	AUTO_CLOSE int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	uint64_t found;
	int err;

	if (fd < 0)
		return -errno;
	err = start_read(pid, &found);
	if (err < 0)
		return err;
	if (found != start)
		return -ESRCH;
	return syscall(SYS_pidfd_send_signal, fd, sig, NULL, 0) < 0 ? -errno : 0;
}
