/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/fd.h"
#include "nsview/num.h"
#include "nsview/vec.h"
#include "scan/harvest.h"
#include "scan/procfs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The name of a thread, without the newline; what cannot be read is "". */
static const char *read_comm(struct harvest *h, int taskfd, uint32_t tid)
{
	char path[32], comm[64];

	snprintf(path, sizeof(path), "%u/comm", tid);

	ssize_t n = procfs_read(taskfd, path, comm, sizeof(comm));

	if (n > 0 && comm[n - 1] == '\n')
		comm[--n] = '\0';
	return n > 0 ? arena_strndup(&h->strings, comm, (size_t)n) : "";
}

static int take_thread(struct harvest *h, int taskfd, uint32_t tid, const struct threads_query *q)
{
	struct snap_thread t = {.proc = q->proc, .tid = (int32_t)tid};
	const uint32_t *own = q->own;
	char path[32];

	snprintf(path, sizeof(path), "%u/ns", tid);

	AUTO_CLOSE int nsfd = openat(taskfd, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int err = nsfd < 0 ? -errno : procfs_links(nsfd, (1u << NS_SLOT_COUNT) - 1, t.ns);

	if (err == -EMFILE || err == -ENFILE || err == -ENOMEM)
		return err;
	if (err < 0)
		return 0;

	/* A PID namespace for children that has no init, not yet or no longer, is named to nobody. */
	bool unnamed = t.ns[NS_SLOT_PID_CHILDREN] == NS_REF_ABSENT && NS_REF_OK(t.ns[NS_MNT]) &&
		       NS_REF_OK(own[NS_SLOT_PID_CHILDREN]);

	/* A thread on its way out has lost links: that is no difference of its own. */
	for (int slot = 0; slot < NS_SLOT_COUNT; slot++)
		if (!NS_REF_OK(t.ns[slot]))
			t.ns[slot] = own[slot];
	if (unnamed) {
		t.ns[NS_SLOT_PID_CHILDREN] = NS_REF_DENIED;
		h->missed |= 1u << SOURCE_THREADS;
	}
	err = q->tables ? tables_note(h, q, t.tid, t.ns[NS_NET]) : 0;
	if (err < 0 || !memcmp(t.ns, own, sizeof(t.ns)))
		return err;

	err = vec_reserve(&h->threads, &h->threads_cap, h->nthreads + 1);
	if (err < 0)
		return err;
	t.comm = read_comm(h, taskfd, tid);
	if (!t.comm)
		return -ENOMEM;
	h->threads[h->nthreads++] = t;
	return 0;
}

int threads_read(struct harvest *h, int dirfd, const struct threads_query *q)
{
	struct dirent *e;
	uint32_t tid;
	int err = 0;

	int taskfd = openat(dirfd, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (taskfd < 0)
		return procfs_classify(-errno) == MISS_FATAL ? -errno : 0;
	DIR *dir = fdopendir(taskfd);
	if (!dir) {
		close(taskfd);
		return -ENOMEM;
	}
	while (err == 0 && (e = readdir(dir)))
		if (num_u32_parse(e->d_name, strlen(e->d_name), &tid) == 0 && tid != (uint32_t)q->pid)
			err = take_thread(h, taskfd, tid, q);
	closedir(dir);
	return err;
}
