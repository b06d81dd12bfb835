/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/fd.h"
#include "nsview/vec.h"
#include "scan/harvest.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * Tables of descriptors that are not the one in /proc/PID/fd: of threads that called unshare(2) with CLONE_FILES, and
 * of all threads where the main thread has ended. The kernel tells by kcmp(2) which are the same; it does so in an
 * order of its own making, so that many are sorted rather than compared each with each.
 */

/* 0: two threads have the same table. 1, 2: the one comes before the other, or after it. Or a negative errno. */
static int compare(struct harvest *h, int32_t a, int32_t b)
{
	int is = (int)syscall(SYS_kcmp, a, b, KCMP_FILES, 0UL, 0UL);

	if (is >= 0 || errno == ESRCH)
		return is >= 0 ? is : -ESRCH;
	h->missed |= 1u << SOURCE_FDS | 1u << SOURCE_SOCKETS;
	return -errno;
}

static int add(struct harvest *h, const struct thread_table *t)
{
	int err = vec_reserve(&h->tables, &h->tables_cap, h->ntables + 1);

	if (err == 0)
		h->tables[h->ntables++] = *t;
	return err;
}

/* Most threads have the table of the first, whose part the lowest TID is to have. */
static int note_leaderless(struct harvest *h, const struct thread_table *t)
{
	int is = h->ntables ? compare(h, h->tables[0].tid, t->tid) : -ESRCH;

	if (is > 0 || is == -ESRCH)
		return add(h, t);
	if (is == 0 && t->tid < h->tables[0].tid)
		h->tables[0] = *t;
	return 0;
}

int tables_note(struct harvest *h, const struct threads_query *q, int32_t tid, uint32_t net)
{
	struct thread_table t = {.tid = tid, .net = net};

	if (q->leaderless)
		return note_leaderless(h, &t);
	return compare(h, q->pid, tid) > 0 ? add(h, &t) : 0;
}

static int compare_tids(const void *a, const void *b)
{
	const struct thread_table *x = a, *y = b;

	return (x->tid > y->tid) - (x->tid < y->tid);
}

static void merge(struct harvest *h, const struct thread_table *from, size_t left, size_t right, struct thread_table *to)
{
	size_t i = 0, k = left;

	while (i < left || k < left + right)
		*to++ = k == left + right || (i < left && compare(h, from[i].tid, from[k].tid) <= 1) ? from[i++] : from[k++];
}

/*
 * Bring those that share a table next to each other, lowest TID first. As threads end meanwhile they are compared
 * otherwise than before, which qsort(3) need not bear.
 */
static int sort(struct harvest *h)
{
	size_t n = h->ntables;
	AUTO_FREE struct thread_table *room = calloc(n, sizeof(*room));

	if (!room)
		return -ENOMEM;
	qsort(h->tables, n, sizeof(*h->tables), compare_tids);
	for (size_t run = 1; run < n; run *= 2) {
		for (size_t at = 0; at < n; at += 2 * run) {
			size_t left = run < n - at ? run : n - at, right = run < n - at - left ? run : n - at - left;

			merge(h, &h->tables[at], left, right, &room[at]);
		}
		memcpy(h->tables, room, n * sizeof(*room));
	}
	return 0;
}

static int read_table(struct harvest *h, int dirfd, struct fds_query q, const struct thread_table *t)
{
	char path[32];

	snprintf(path, sizeof(path), "task/%d", t->tid);

	AUTO_CLOSE int taskfd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (taskfd < 0) /* it has ended */
		return errno == EMFILE || errno == ENFILE || errno == ENOMEM ? -errno : 0;
	q.tid = t->tid;
	q.net = t->net;
	return fds_read(h, taskfd, &q);
}

int tables_read(struct harvest *h, int dirfd, const struct fds_query *q)
{
	int err = h->ntables ? sort(h) : 0;

	for (size_t i = 0; i < h->ntables && err == 0; i++) {
		int is = i ? compare(h, h->tables[i - 1].tid, h->tables[i].tid) : 1;

		/* What cannot be compared would be told once for each thread that has it. */
		if (is > 0 || is == -ESRCH)
			err = read_table(h, dirfd, *q, &h->tables[i]);
	}
	return err;
}
