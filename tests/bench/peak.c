/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * peak FILE COMMAND [ARGUMENT...]
 *
 * Runs COMMAND and writes its peak resident memory, in KiB, to FILE. Its status is that of COMMAND.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static int peak_write(const char *path, long kib)
{
	FILE *f = fopen(path, "we");

	if (!f)
		return -errno;
	fprintf(f, "%ld\n", kib);
	return fclose(f) == 0 ? 0 : -errno;
}

int main(int argc, char **argv)
{
	struct rusage usage;
	int status;

	if (argc < 3) {
		fprintf(stderr, "Usage: peak FILE COMMAND [ARGUMENT...]\n");
		return 2;
	}

	/* The child's memory before its exec counts too: peak is small enough never to be the peak. */
	pid_t pid = fork();
	if (pid == 0) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &usage) < 0) {
		fprintf(stderr, "peak: cannot run %s: %s\n", argv[2], strerror(errno));
		return 1;
	}
	int err = peak_write(argv[1], usage.ru_maxrss);
	if (err < 0) {
		fprintf(stderr, "peak: cannot write %s: %s\n", argv[1], strerror(-err));
		return 1;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
