/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/launch.h"

#include "nsview/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Linux 5.11; the headers of glibc 2.33 and older lack it. */
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

static const char default_path[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

int launch_pipe_open(struct launch_pipe *ret)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	*ret = (struct launch_pipe){.rd = fds[0], .wr = fds[1]};
	return 0;
}

_Noreturn void launch_fail(int wr, int step, int err)
{
	struct launch_failure f = {.step = step, .err = err};

	/* Shorter than PIPE_BUF: one piece. Without a reader there is nobody to tell. */
	while (write(wr, &f, sizeof(f)) < 0 && errno == EINTR)
		;
	_exit(LAUNCH_TROUBLE);
}

int launch_wait(int rd, struct launch_failure *ret)
{
	struct launch_failure f;
	ssize_t n;

	do
		n = read(rd, &f, sizeof(f));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if (n != sizeof(f))
		return 0;
	*ret = f;
	return 1;
}

int launch_status(int err)
{
	return err == -ENOENT || err == -ENOTDIR || err == -ELIBACC ? LAUNCH_NOT_FOUND : LAUNCH_CANNOT;
}

static const char *env_find(char *const *envp, const char *name)
{
	size_t len = strlen(name);

	for (; *envp; envp++)
		if (!strncmp(*envp, name, len) && (*envp)[len] == '=')
			return *envp + len + 1;
	return NULL;
}

/* A list that grows by the files that a search may meet: counted first, so it is allocated once. */
struct files {
	struct arena *arena;
	char **list;
	size_t n;
};

static size_t path_parts(const char *path)
{
	size_t n = 1;

	for (; *path; path++)
		n += *path == ':';
	return n;
}

static int files_add(struct files *f, char *file)
{
	if (!file)
		return -ENOMEM;
	f->list[f->n++] = file;
	return 0;
}

/* An empty part of PATH is the working directory, as POSIX has it. */
static int files_search(struct files *f, const char *path, const char *name)
{
	for (;;) {
		size_t len = strcspn(path, ":");
		char *file = len ? arena_printf(f->arena, "%.*s/%s", (int)len, path, name)
				 : arena_printf(f->arena, "./%s", name);
		int err = files_add(f, file);

		if (err < 0)
			return err;
		if (!path[len])
			return 0;
		path += len + 1;
	}
}

static int cmd_room(struct arena *a, char *const *argv, size_t nfiles, struct launch_cmd *ret)
{
	size_t argc = 0;

	while (argv[argc])
		argc++;
	ret->files = arena_alloc(a, (nfiles + 1) * sizeof(*ret->files));
	ret->script = arena_alloc(a, (argc + 3) * sizeof(*ret->script));
	return ret->files && ret->script ? 0 : -ENOMEM;
}

int launch_cmd_build(struct arena *a, char *const *argv, char *const *envp, struct launch_cmd *ret)
{
	struct launch_cmd cmd = {.argv = argv, .envp = envp, .fd = -1};
	const char *path = env_find(envp, "PATH");
	int err;

	if (!path)
		path = default_path;
	err = cmd_room(a, argv, path_parts(path), &cmd);
	if (err < 0)
		return err;

	struct files f = {.arena = a, .list = cmd.files};

	if (strchr(argv[0], '/'))
		err = files_add(&f, arena_strdup(a, argv[0]));
	else if (*argv[0])
		err = files_search(&f, path, argv[0]);
	if (err < 0)
		return err;
	*ret = cmd;
	return 0;
}

int launch_shell_build(struct arena *a, char *const *envp, struct launch_cmd *ret)
{
	const char *shell = env_find(envp, "SHELL");
	const char *path = env_find(envp, "PATH");
	char **argv = arena_alloc(a, 2 * sizeof(*argv));
	struct launch_cmd cmd = {.argv = argv, .envp = envp, .fd = -1, .shell = true};
	int err;

	if (!path)
		path = default_path;
	if (!argv)
		return -ENOMEM;
	argv[0] = arena_strdup(a, "sh");
	if (!argv[0])
		return -ENOMEM;
	err = cmd_room(a, argv, 1 + 2 * path_parts(path), &cmd);
	if (err < 0)
		return err;

	struct files f = {.arena = a, .list = cmd.files};

	if (shell && *shell == '/')
		err = files_add(&f, arena_strdup(a, shell));
	if (!err)
		err = files_search(&f, path, "bash");
	if (!err)
		err = files_search(&f, path, "sh");
	if (err < 0)
		return err;
	*ret = cmd;
	return 0;
}

/* A file without a format that the kernel knows goes to sh, as execvp(3) does it. */
static int exec_script(const struct launch_cmd *cmd, char *file)
{
	size_t i = 0;

	cmd->script[i++] = (char *)(uintptr_t)"sh";
	cmd->script[i++] = file;
	for (char *const *arg = cmd->argv + 1; cmd->argv[0] && *arg; arg++)
		cmd->script[i++] = *arg;
	cmd->script[i] = NULL;
	execve("/bin/sh", cmd->script, cmd->envp);
	return -ENOEXEC;
}

/* A shell goes by its own name: bash that is called sh does as POSIX says, and reads no ~/.bashrc. */
static int exec_shell(const struct launch_cmd *cmd, char *file)
{
	char *slash = strrchr(file, '/');
	char *const argv[] = {slash ? slash + 1 : file, NULL};

	execve(file, argv, cmd->envp);
	return -errno;
}

static int exec_file(const struct launch_cmd *cmd, char *file)
{
	bool there = faccessat(AT_FDCWD, file, F_OK, 0) == 0;
	int err;

	if (cmd->tell && there)
		cmd->tell(cmd->tell_ctx, file, 0);
	if (cmd->shell)
		err = exec_shell(cmd, file);
	else
		err = execve(file, cmd->argv, cmd->envp) < 0 ? -errno : 0;
	/* The file is there: what is not is its interpreter or dynamic loader. */
	if (err == -ENOENT && there)
		err = -ELIBACC;
	if (cmd->tell)
		cmd->tell(cmd->tell_ctx, file, err);
	return err == -ENOEXEC ? exec_script(cmd, file) : err;
}

int launch_exec(const struct launch_cmd *cmd)
{
	int best = -ENOENT;

	if (cmd->fd >= 0) {
		syscall(SYS_execveat, cmd->fd, "", cmd->argv, cmd->envp, AT_EMPTY_PATH);
		return -errno;
	}
	/* A search goes on past what is not there or may not be run, and then tells of the latter. */
	for (char **file = cmd->files; *file; file++) {
		int err = exec_file(cmd, *file);

		if (err == -EACCES || err == -ELIBACC)
			best = err;
		else if (err != -ENOENT && err != -ENOTDIR)
			return err;
	}
	return best;
}

/* One more than the highest number that the limit allows, for where close_range(2) is missing. */
static int highest_fd(void)
{
	long max = sysconf(_SC_OPEN_MAX);

	return max < 0 || max > INT_MAX ? 65536 : (int)max;
}

/* Before Linux 5.11: one by one. */
static int close_on_exec_slowly(void)
{
	for (int fd = 3; fd < highest_fd(); fd++) {
		int flags = fcntl(fd, F_GETFD);

		if (flags >= 0 && fcntl(fd, F_SETFD, flags | FD_CLOEXEC) < 0)
			return -errno;
	}
	return 0;
}

int launch_close_on_exec(void)
{
	if (!syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC))
		return 0;
	if (errno == ENOSYS || errno == EINVAL || errno == EPERM) /* 5.8 and older, 5.10, a seccomp filter */
		return close_on_exec_slowly();
	return -errno;
}

static void close_range_slowly(int first, int last)
{
	int end = highest_fd();

	for (int fd = first; fd < end && fd <= last; fd++)
		close(fd);
}

/* From first up to the next descriptor that is kept; where to go on. */
static int close_up_to_kept(int first, const int *keep, size_t n)
{
	int last = INT_MAX;

	for (size_t i = 0; i < n; i++)
		if (keep[i] >= first && keep[i] <= last)
			last = keep[i] - 1;
	if (last >= first && syscall(SYS_close_range, (unsigned)first, (unsigned)last, 0) < 0)
		close_range_slowly(first, last);
	return last == INT_MAX ? INT_MAX : last + 2;
}

void launch_close_but(const int *keep, size_t n)
{
	for (int first = 3; first < INT_MAX;)
		first = close_up_to_kept(first, keep, n);
}
