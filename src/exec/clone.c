/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/clone.h"

#include "exec/run_plan.h"
#include "nsview/arena.h"
#include "nsview/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

/* linux/sched.h has it since 5.6, sched.h of glibc since 2.36. */
#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

/* The child tells of itself: a line between these two calls would be out of order. */
static void told(const struct trace *t, long result, const char *call, uint64_t flags)
{
	struct arena a = {0};
	const char *text = run_flags_text(flags, &a);

	if (result != 0)
		trace_call(t, result, "%s({flags=%s, exit_signal=SIGCHLD})", call, text ? text : "?");
	arena_done(&a);
}

pid_t clone_child(const struct trace *t, uint64_t flags, uint64_t *left)
{
	struct clone_args args = {.flags = flags, .exit_signal = SIGCHLD};
	long pid = syscall(SYS_clone3, &args, sizeof(args));

	if (pid < 0)
		pid = -errno;
	told(t, pid, "clone3", flags);
	*left = 0;
	if (pid != -ENOSYS)
		return (pid_t)pid;
	*left = flags & CLONE_NEWTIME;
	flags &= ~(uint64_t)CLONE_NEWTIME;
	/* With no stack and no pointers, the order of arguments, which depends on the machine, does not matter. */
	pid = syscall(SYS_clone, (unsigned long)flags | SIGCHLD, NULL, NULL, NULL, NULL);
	if (pid < 0)
		pid = -errno;
	told(t, pid, "clone", flags);
	return (pid_t)pid;
}

int clone_unshare(const struct trace *t, uint64_t flags)
{
	struct arena a = {0};
	const char *text = run_flags_text(flags, &a);
	int err = unshare((int)flags) < 0 ? -errno : 0;

	trace_call(t, err, "unshare(%s)", text ? text : "?");
	arena_done(&a);
	return err;
}

static int set_clock(const struct trace *t, const char *clock, int64_t offset)
{
	static const char file[] = "/proc/self/timens_offsets";
	AUTO_CLOSE int fd = open(file, O_WRONLY | O_CLOEXEC);
	char line[64];
	int n = snprintf(line, sizeof(line), "%s %lld 0", clock, (long long)offset);
	int err = fd < 0 || write(fd, line, (size_t)n) < 0 ? -errno : 0;

	return (int)trace_call(t, err, "write(\"%s\", \"%s\")", file, line);
}

static int join_time(const struct trace *t)
{
	static const char file[] = "/proc/self/ns/time_for_children";
	AUTO_CLOSE int fd = open(file, O_RDONLY | O_CLOEXEC);
	int err = fd < 0 || setns(fd, CLONE_NEWTIME) < 0 ? -errno : 0;

	return (int)trace_call(t, err, "setns(\"%s\", CLONE_NEWTIME)", file);
}

int clone_time(const struct trace *t, const int64_t *monotonic, const int64_t *boottime)
{
	int err = clone_unshare(t, CLONE_NEWTIME);

	if (err == 0 && monotonic)
		err = set_clock(t, "monotonic", *monotonic);
	if (err == 0 && boottime)
		err = set_clock(t, "boottime", *boottime);
	return err == 0 ? join_time(t) : err;
}
