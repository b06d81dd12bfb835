/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/mapping.h"

#include "nsview/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const files[] = {[MAPPING_UID] = "uid_map", [MAPPING_GID] = "gid_map"};
static const char *const helpers[][3] = {
	[MAPPING_UID] = {"/usr/bin/newuidmap", "/bin/newuidmap", "/run/wrappers/bin/newuidmap"},
	[MAPPING_GID] = {"/usr/bin/newgidmap", "/bin/newgidmap", "/run/wrappers/bin/newgidmap"},
};

/* Not by PATH: it is a program with more rights than ours. */
const char *mapping_helper(enum mapping_kind kind)
{
	for (size_t i = 0; i < sizeof(helpers[kind]) / sizeof(helpers[kind][0]); i++)
		if (access(helpers[kind][i], X_OK) == 0)
			return helpers[kind][i];
	return NULL;
}

/* The kernel takes a map, like setgroups, in a single write. */
static int write_file(const struct trace *t, pid_t pid, const char *file, const char *text)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	AUTO_CLOSE int fd = open(path, O_WRONLY | O_CLOEXEC);
	int err = fd < 0 || write(fd, text, strlen(text)) < 0 ? -errno : 0;

	return (int)trace_call(t, err, "write(\"%s\", \"%.*s\")", path, (int)strcspn(text, "\n"), text);
}

int mapping_deny_setgroups(const struct trace *t, pid_t pid)
{
	return write_file(t, pid, "setgroups", "deny");
}

static int write_map(const struct trace *t, pid_t pid, enum mapping_kind kind, const struct run_extents *map)
{
	struct arena a = {0};
	char *text = arena_alloc(&a, map->n * 36 + 1), *p = text;
	int err = -ENOMEM;

	for (size_t i = 0; text && i < map->n; i++)
		p += sprintf(p, "%u %u %u\n", map->v[i].inside, map->v[i].outside, map->v[i].count);
	if (text)
		err = write_file(t, pid, files[kind], text);
	arena_done(&a);
	return err;
}

static int wait_helper(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return status == 0 ? 0 : -EPERM;
}

static const char **helper_argv(struct arena *a, const char *program, pid_t pid, const struct run_extents *map)
{
	const char **argv = arena_alloc(a, (3 + 3 * map->n) * sizeof(*argv));
	size_t n = 0;
	bool ok = argv;

	if (!ok)
		return NULL;
	argv[n++] = program;
	ok = (argv[n++] = arena_printf(a, "%d", (int)pid));
	for (size_t i = 0; ok && i < map->n; i++) {
		argv[n++] = arena_printf(a, "%u", map->v[i].inside);
		argv[n++] = arena_printf(a, "%u", map->v[i].outside);
		argv[n++] = arena_printf(a, "%u", map->v[i].count);
		ok = argv[n - 1] && argv[n - 2] && argv[n - 3];
	}
	return ok ? argv : NULL;
}

static int run_helper(const struct trace *t, pid_t pid, enum mapping_kind kind, const struct run_extents *map)
{
	const char *program = mapping_helper(kind);
	struct arena a = {0};
	const char **argv = program ? helper_argv(&a, program, pid, map) : NULL;
	pid_t child;
	int err;

	if (!argv) {
		arena_done(&a);
		return program ? -ENOMEM : -ENOENT;
	}
	child = fork();
	if (child == 0) {
		execv(program, (char **)argv);
		_exit(127);
	}
	err = child < 0 ? -errno : wait_helper(child);
	trace_call(t, err, "%s %d (%zu lines)", program, (int)pid, map->n);
	arena_done(&a);
	return err;
}

int mapping_write(const struct trace *t, pid_t pid, enum mapping_kind kind, const struct run_extents *map, bool helper)
{
	return helper ? run_helper(t, pid, kind, map) : write_map(t, pid, kind, map);
}
