/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/fd.h"
#include "nsview/fdinfo.h"
#include "nsview/map.h"
#include "nsview/num.h"
#include "nsview/peek.h"
#include "nsview/scan.h"
#include "scan/procfs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/*
 * The kernel tells of the socket that is to receive messages how many descriptors are in them, and of a listening one how
 * many are in connections that nobody has accepted: never of what they are.
 */

enum { INFO_SIZE = 4096 }; /* a few lines, and one for each lock on the file */

struct flight_walk {
	struct inside *in;
	struct map met;  /* inodes of sockets that were asked: processes share them */
	unsigned unread; /* processes that could not be asked about all of theirs */
};

/* A process whose descriptors are read. */
struct flight_proc {
	const struct snap_proc *p;
	int dirfd, fds; /* /proc/PID, and fd in there */
	bool unread;
};

static int put_socket(struct inside *in, const struct flight_proc *f, uint32_t fd, uint32_t waiting)
{
	char pid[16], number[16], count[16];

	if (!procfs_is_still(f->dirfd, f->p->start))
		return -ESRCH;
	snprintf(pid, sizeof(pid), "%" PRId32, f->p->pid);
	snprintf(number, sizeof(number), "%" PRIu32, fd);
	snprintf(count, sizeof(count), "%" PRIu32, waiting);
	return inside_put(in, INSIDE_FLIGHT, pid, number, count);
}

static int ask_socket(struct flight_walk *w, const struct flight_proc *f, uint32_t fd, uint64_t inode)
{
	char path[32], text[INFO_SIZE];
	uint32_t waiting = 0;
	ssize_t len;
	int err;

	snprintf(path, sizeof(path), "fdinfo/%" PRIu32, fd);
	len = procfs_read(f->dirfd, path, text, sizeof(text));
	if (len < 0)
		return len == -E2BIG ? -EACCES : (int)len;
	fdinfo_in_flight_parse(text, (size_t)len, &waiting);
	err = map_put(&w->met, inode, 0);
	return err == 0 && waiting ? put_socket(w->in, f, fd, waiting) : err;
}

static int take_link(struct flight_walk *w, const struct flight_proc *f, const char *name)
{
	char target[64];
	uint64_t inode;
	uint32_t fd;
	ssize_t n;

	if (num_u32_parse(name, strlen(name), &fd) < 0)
		return 0;
	n = readlinkat(f->fds, name, target, sizeof(target));
	if (n < 0)
		return -errno;
	if (fdinfo_socket_parse(target, (size_t)n, &inode) < 0 || map_get(&w->met, inode) != MAP_NONE)
		return 0;
	return ask_socket(w, f, fd, inode);
}

/* What is gone is no error, nor is a path that is too long for a link; what may not be read is no reason to stop. */
static int bear(struct flight_proc *f, int err)
{
	switch (err) {
	case -EMFILE:
	case -ENFILE:
	case -ENOMEM:
		return err;
	case -EACCES:
	case -EPERM:
		f->unread = true;
		return 0;
	default:
		return 0;
	}
}

static int walk_links(struct flight_walk *w, struct flight_proc *f)
{
	struct dirent *e;
	int err = 0;
	int fd = openat(f->dirfd, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return bear(f, -errno);

	DIR *dir = fdopendir(fd);

	if (!dir) {
		close(fd);
		return -ENOMEM;
	}
	f->fds = fd;
	while (err == 0 && (e = readdir(dir)))
		err = bear(f, take_link(w, f, e->d_name));
	closedir(dir);
	return err;
}

static int walk_process(struct flight_walk *w, int procfd, const struct snap_proc *p)
{
	AUTO_CLOSE int dirfd = procfs_pid_open(procfd, (uint32_t)p->pid);
	struct flight_proc f = {.p = p, .dirfd = dirfd, .fds = -1};
	int err = dirfd < 0 ? bear(&f, dirfd) : walk_links(w, &f);

	w->unread += f.unread;
	return err;
}

static int put_trouble(struct inside *in, unsigned unread, int err)
{
	char why[80];

	if (err == 0 && !unread)
		return 0;
	if (err < 0)
		snprintf(why, sizeof(why), "%s", scan_reason(err));
	else
		snprintf(why, sizeof(why), "sockets of %u process%s may not be read", unread, unread == 1 ? "" : "es");
	return inside_put(in, INSIDE_TROUBLE, "messages in flight", why);
}

int peek_flight(const struct snapshot *snap, struct inside *in)
{
	AUTO_CLOSE int procfd = procfs_open(NULL);
	struct flight_walk w = {.in = in};
	int err = procfd < 0 ? procfd : 0;

	for (size_t i = 0; i < snap->nprocs && err == 0; i++)
		if (!(snap->procs[i].flags & (SNAP_PROC_SELF | SNAP_PROC_KTHREAD)))
			err = walk_process(&w, procfd, &snap->procs[i]);
	map_done(&w.met);
	return err == -ENOMEM ? err : put_trouble(in, w.unread, err);
}
