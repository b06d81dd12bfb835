/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/dump.h"

#include "cmd/commands.h"
#include "cmd/look_opts.h"
#include "cmd/msg.h"
#include "nsview/fd.h"
#include "nsview/want.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

static const struct opt dump_options[] = {
	{'o', "output", "FILE", "write to this file, which is replaced when all is written"},
	LOOK_OPT_SOURCE,
	LOOK_OPT_HELP,
	LOOK_OPT_VERSION,
	{0},
};

/* Write to a descriptor of the caller's, all of it. 0 or a negative errno. */
static int fd_write(int fd, const struct snapshot *snap)
{
	AUTO_CLOSE int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	FILE *out = own < 0 ? NULL : fdopen(own, "w");

	if (!out)
		return -errno;
	take_fd(&own);

	int err = dump_write(out, snap);
	if (fclose(out) != 0 && err == 0)
		err = -errno;
	return err;
}

/* As the shell's > would have made the file, or as the one was that is replaced. */
static mode_t mode_of(const struct stat *old)
{
	mode_t mask = umask(077);

	umask(mask);
	return old ? old->st_mode & 07777 : 0666 & ~mask;
}

/* Write beside path and rename, so that path never holds a part. */
static int write_beside(const char *path, const struct stat *old, const struct snapshot *snap)
{
	AUTO_FREE char *beside = NULL;

	if (asprintf(&beside, "%s.XXXXXX", path) < 0) {
		beside = NULL;
		return -ENOMEM;
	}

	AUTO_CLOSE int fd = mkostemp(beside, O_CLOEXEC);
	if (fd < 0)
		return -errno;

	int err = fd_write(fd, snap);
	if (err == 0 && (fchmod(fd, mode_of(old)) < 0 || fsync(fd) < 0 || rename(beside, path) < 0))
		err = -errno;
	if (err < 0)
		unlink(beside);
	return err;
}

/* A signal that would end nsview waits until the file has its name or is gone, so that it leaves none beside it. */
static int replace(const char *path, const struct stat *old, const struct snapshot *snap)
{
	static const int ending[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGALRM, SIGUSR1, SIGUSR2, SIGXCPU, SIGXFSZ};
	sigset_t wait, before;
	int err;

	sigemptyset(&wait);
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		sigaddset(&wait, ending[i]);
	sigprocmask(SIG_BLOCK, &wait, &before);
	err = write_beside(path, old, snap);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return err;
}

/*
 * Save under path. A link to a file is followed. What is no file is opened as it is and never renamed over: the target of
 * /dev/stdout may be a pipe, which has no path that realpath(3) could find. 0 or a negative errno.
 */
static int save(const char *path, const struct snapshot *snap)
{
	AUTO_FREE char *real = NULL;
	struct stat old;

	if (lstat(path, &old) < 0)
		return errno == ENOENT ? replace(path, NULL, snap) : -errno;
	if (stat(path, &old) < 0)
		return -errno;
	if (S_ISREG(old.st_mode)) {
		real = realpath(path, NULL);
		return real ? replace(real, &old, snap) : -errno;
	}

	AUTO_CLOSE int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	return fd < 0 ? -errno : fd_write(fd, snap);
}

/* Where standard output is concerned, a failed write is noticed and told when it is closed. */
static int dump(const char *path, const struct snapshot *snap)
{
	int err = path ? save(path, snap) : dump_write(stdout, snap);

	if (err == 0)
		return 0;
	if (path)
		msg("cannot write %s: %s", path, strerror(-err));
	else if (err == -ENOMEM)
		msg("out of memory");
	return EXIT_TROUBLE;
}

/* One option. 0, or an exit status, or -1 when all is said and done. */
static int take_option(int key, const char *arg, struct look_opts *o)
{
	if (key != 'h')
		return look_opt_take(key, arg, o);
	opts_help(&cmd_dump);
	puts("\nFor more see nsview-dump(1).");
	return -1;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct opts_iter it;
	struct look_opts o = {0};
	struct look look = {0};
	int key, status = 0;

	opts_begin(&it, self, argc, argv);
	while (status == 0 && (key = opts_next(&it)) != -1)
		status = take_option(key, it.arg, &o);
	opts_end(&it);
	if (status != 0)
		return status < 0 ? EXIT_SUCCESS : status;
	if (optind < argc) {
		msg("takes no operands, but got '%s'; '-o FILE' names the file to write", argv[optind]);
		return EXIT_USAGE;
	}

	const char *path = o.output && strcmp(o.output, "-") ? o.output : NULL;

	look.want = WANT_ALL;
	status = look_snapshot(&o.source, look.want, NS_TYPES_ALL, &look.snap);
	if (status != 0)
		return status;
	status = dump(path, look.snap);
	if (status == 0)
		status = look_report(&look, false);
	look_close(&look);
	return status;
}

const struct command cmd_dump = {
	.name = "dump",
	.operands = "",
	.summary = "Save all that there is to see as JSON, which --from reads",
	.opts = dump_options,
	.run = run,
};
