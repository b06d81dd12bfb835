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
	int ends[2], err = -ECHILD;
	ssize_t n;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;

	AUTO_CLOSE int ours = ends[0];
	AUTO_CLOSE int theirs = ends[1];
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (pid == 0) {
		close(ours);
		child(owner, ns, theirs);
	}
	close(take_fd(&theirs));
	do
		n = read(ours, &err, sizeof(err));
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof(err))
		err = -ECHILD;

	int dirfd = err < 0 ? err : procfs_pid_open(procfd, (uint32_t)pid);

	if (dirfd < 0) {
		child_end(pid);
		return dirfd;
	}
	*ret = (struct standin){.pid = pid, .dirfd = dirfd, .sock = take_fd(&ours)};
	return 0;
}

void standin_end(struct standin *s)
{
	close(s->dirfd);
	close(s->sock);
	child_end(s->pid);
}
