/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/cmdline_pool.h"

#include "nsview/fd.h"
#include "nsview/procstat.h"
#include "nsview/vec.h"
#include "scan/procfs.h"
#include "scan/workers.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>

enum {
	CMDLINE_MAX = 128 * 1024, /* the rest is cut off: what processes say of themselves must not take all memory */
	BATCH = 64,               /* jobs for one lock, and for one wake-up */
};

struct pool_worker {
	struct cmdline_pool *pool;
	pthread_t thread;
	struct arena strings;
	char *text; /* room for one command line and a NUL */
};

struct cmdline_pool {
	int procfd; /* borrowed */
	pthread_mutex_t lock; /* over all that follows but the workers */
	pthread_cond_t more;
	struct cmdline_job *jobs;
	size_t n, cap, taken;
	bool closed; /* nobody asks any more */
	int err;
	unsigned nworkers; /* threads; the asker's is one more */
	struct pool_worker workers[WORKERS_MAX];
};

/* The command line of whoever has a PID now. 0 or a negative errno. */
static int read_text(struct pool_worker *w, struct cmdline_job *job)
{
	char name[24];

	snprintf(name, sizeof(name), "%d/%s", job->pid, job->kthread ? "comm" : "cmdline");

	AUTO_CLOSE int fd = openat(w->pool->procfd, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return procfs_classify(-errno) == MISS_FATAL ? -errno : 0;

	/* Nothing but the end of the arguments makes the kernel give less than there is room for. */
	ssize_t n = TEMP_FAILURE_RETRY(read(fd, w->text, CMDLINE_MAX));
	size_t len = n <= 0 ? 0 : job->kthread ? (size_t)n - 1 : cmdline_join(w->text, (size_t)n); /* a name ends in a newline */

	if (len)
		job->text = arena_strndup(&w->strings, w->text, len);
	return len && !job->text ? -ENOMEM : 0;
}

/* Wait for jobs and take some: how many, 0 for the end. */
static size_t take(struct cmdline_pool *pool, struct cmdline_job batch[BATCH], size_t *first)
{
	size_t n;

	pthread_mutex_lock(&pool->lock);
	while (pool->taken == pool->n && !pool->closed && pool->err == 0)
		pthread_cond_wait(&pool->more, &pool->lock);
	n = pool->err < 0 ? 0 : pool->n - pool->taken;
	if (n > BATCH)
		n = BATCH;
	*first = pool->taken;
	for (size_t i = 0; i < n; i++)
		batch[i] = pool->jobs[pool->taken++];
	pthread_mutex_unlock(&pool->lock);
	return n;
}

static void give(struct cmdline_pool *pool, const struct cmdline_job *batch, size_t first, size_t n, int err)
{
	pthread_mutex_lock(&pool->lock);
	for (size_t i = 0; i < n; i++)
		pool->jobs[first + i].text = batch[i].text;
	if (err < 0 && pool->err == 0)
		pool->err = err;
	pthread_mutex_unlock(&pool->lock);
}

static void *work(void *arg)
{
	struct pool_worker *w = arg;
	struct cmdline_job batch[BATCH];
	size_t first, n;
	int err;

	if (!w->text)
		w->text = malloc(CMDLINE_MAX + 1);
	while ((n = take(w->pool, batch, &first))) {
		err = w->text ? 0 : -ENOMEM;
		for (size_t i = 0; i < n && err == 0; i++)
			err = read_text(w, &batch[i]);
		give(w->pool, batch, first, n, err);
	}
	return NULL;
}

int cmdline_pool_open(int procfd, unsigned workers, struct cmdline_pool **ret)
{
	struct cmdline_pool *pool = calloc(1, sizeof(*pool));

	if (!pool)
		return -ENOMEM;
	pool->procfd = procfd;
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->more, NULL);
	for (; pool->nworkers + 1 < workers && pool->nworkers + 1 < WORKERS_MAX; pool->nworkers++) {
		struct pool_worker *w = &pool->workers[pool->nworkers];

		w->pool = pool;
		/* Fewer will do: whoever finishes reads what is left. */
		if (workers_start(&w->thread, work, w) < 0)
			break;
	}
	*ret = pool;
	return 0;
}

int cmdline_pool_ask(struct cmdline_pool *pool, int32_t pid, bool kthread)
{
	pthread_mutex_lock(&pool->lock);

	int err = vec_reserve(&pool->jobs, &pool->cap, pool->n + 1);

	if (err == 0)
		pool->jobs[pool->n++] = (struct cmdline_job){.pid = pid, .kthread = kthread};
	/* Each batch wakes one: none is woken for less than it is worth. */
	if (pool->n % BATCH == 0)
		pthread_cond_signal(&pool->more);
	pthread_mutex_unlock(&pool->lock);
	return err;
}

/* Only the asker changes what workers do not: the list itself and its PIDs. */
const struct cmdline_job *cmdline_pool_jobs(const struct cmdline_pool *pool, size_t *n)
{
	*n = pool->n;
	return pool->jobs;
}

/* Nobody waits for more from now on. */
static void end(struct cmdline_pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	pool->closed = true;
	pthread_cond_broadcast(&pool->more);
	pthread_mutex_unlock(&pool->lock);
}

static void join(struct cmdline_pool *pool)
{
	for (; pool->nworkers; pool->nworkers--)
		pthread_join(pool->workers[pool->nworkers - 1].thread, NULL);
}

int cmdline_pool_finish(struct cmdline_pool *pool, const struct cmdline_job **ret, size_t *n)
{
	struct pool_worker *self = &pool->workers[WORKERS_MAX - 1];

	end(pool);
	self->pool = pool;
	work(self);
	join(pool);
	*ret = pool->jobs;
	*n = pool->n;
	return pool->err;
}

void cmdline_pool_close(struct cmdline_pool *pool, struct arena *strings)
{
	if (!pool)
		return;
	pthread_mutex_lock(&pool->lock);
	pool->taken = pool->n; /* what nobody began is no longer wanted */
	pthread_mutex_unlock(&pool->lock);
	end(pool);
	join(pool);
	for (int i = 0; i < WORKERS_MAX; i++) {
		if (strings)
			arena_adopt(strings, &pool->workers[i].strings);
		arena_done(&pool->workers[i].strings);
		free(pool->workers[i].text);
	}
	pthread_cond_destroy(&pool->more);
	pthread_mutex_destroy(&pool->lock);
	free(pool->jobs);
	free(pool);
}
