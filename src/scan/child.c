/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/child.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

pid_t child_fork(int type, int *channel)
{
	int ends[2];

	if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;

	pid_t pid = fork();
	int err = pid < 0 ? -errno : 0, ours = pid != 0;

	close(ends[!ours]);
	if (err < 0)
		close(ends[ours]);
	else
		*channel = ends[ours];
	return err < 0 ? err : pid;
}

/* Joining a user namespace takes both back. */
void child_settle(void)
{
	prctl(PR_SET_DUMPABLE, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

void child_end(pid_t pid)
{
	kill(pid, SIGKILL);
	for (int i = 0; i < 100 && waitpid(pid, NULL, WNOHANG) == 0; i++)
		poll(NULL, 0, 1);
}
