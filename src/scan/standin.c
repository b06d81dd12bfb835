/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/standin.h"

#include "nsview/fd.h"
#include "scan/child.h"
#include "scan/door.h"
#include "scan/procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

/* Whoever is in the namespace may not look into us, before and after our credentials change. */
static void child(int owner, int ns, int sock)
{
	int err;
	char c;

	child_settle();
	err = ns_join(owner, ns);
	child_settle();
	if (send(sock, &err, sizeof(err), MSG_NOSIGNAL) == (ssize_t)sizeof(err) && err == 0)
		while (read(sock, &c, 1) < 0 && errno == EINTR)
			;
	_exit(0);
}

int standin_start(int procfd, int owner, int ns, struct standin *ret)
{
	AUTO_CLOSE int channel = -1;
	pid_t pid = child_fork(SOCK_STREAM, &channel);
	int err = -ECHILD;
	ssize_t n;

	if (pid < 0)
		return (int)pid;
	if (pid == 0)
		child(owner, ns, channel);
	do
		n = read(channel, &err, sizeof(err));
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof(err))
		err = -ECHILD;

	int dirfd = err < 0 ? err : procfs_pid_open(procfd, (uint32_t)pid);

	if (dirfd < 0) {
		child_end(pid);
		return dirfd;
	}
	*ret = (struct standin){.pid = pid, .dirfd = dirfd, .sock = take_fd(&channel)};
	return 0;
}

void standin_end(struct standin *s)
{
	close(s->dirfd);
	close(s->sock);
	child_end(s->pid);
}
