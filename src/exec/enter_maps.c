/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/enter_maps.h"

#include "exec/procfile.h"
#include "nsview/fd.h"
#include "nsview/idmap.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* An exit status of the child; the first says that it read something. */
enum { READ = 1, UID0 = 2, GID0 = 4, NO_SETGROUPS = 8 };

static bool maps_zero(int procfd, const char *map)
{
	struct idmap_extent e[IDMAP_MAX];
	char buf[16384];
	ssize_t len = procfile_read(procfd, map, buf, sizeof(buf));
	int n = len < 0 ? 0 : idmap_parse(buf, (size_t)len, e, sizeof(e) / sizeof(e[0]));

	for (int i = 0; i < n; i++)
		if (e[i].inside == 0)
			return true;
	return false;
}

static int read_dir(int procfd)
{
	char buf[16];
	int bits = READ;

	bits |= maps_zero(procfd, "uid_map") ? UID0 : 0;
	bits |= maps_zero(procfd, "gid_map") ? GID0 : 0;
	if (procfile_read(procfd, "setgroups", buf, sizeof(buf)) > 0 && !strncmp(buf, "deny", 4))
		bits |= NO_SETGROUPS;
	return bits;
}

/* Who has joined it is in it: there its own files say what they say for everyone there. */
static int ask_child(int userfd)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		int self = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);

		_exit(self >= 0 && setns(userfd, CLONE_NEWUSER) == 0 ? read_dir(self) : 0);
	}
	if (pid < 0)
		return 0;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 0;
}

void enter_maps_learn(int procfd, int userfd, struct enter_facts *f)
{
	int bits = procfd >= 0 ? read_dir(procfd) : userfd >= 0 ? ask_child(userfd) : 0;

	if (!(bits & READ))
		bits = UID0 | GID0;
	f->uid0 = bits & UID0;
	f->gid0 = bits & GID0;
	f->setgroups_denied = bits & NO_SETGROUPS;
}
