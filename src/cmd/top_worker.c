/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/top.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

/*
 * One thread that looks at the machine while the other one draws. Whole frames change hands under
 * the lock; what a frame is made with belongs to the thread alone.
 */
struct worker {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t asked;
	int eventfd;
	bool busy, stop;
	struct top_want want;
	struct top_frame *done;
	struct fail why;
	struct frame_maker maker;
};

/* Left in the middle of a scan: still pointed to, so that no leak checker takes what it has for lost. */
static struct worker *volatile left_behind;

static void make_one(struct worker *w)
{
	struct top_want want = w->want;
	struct top_frame *f = NULL;
	struct fail why = {0};

	pthread_mutex_unlock(&w->lock);
	frame_make(&w->maker, &want, &f, &why);
	free(want.pids);
	pthread_mutex_lock(&w->lock);
	w->done = f;
	w->why = why;
	w->busy = false;
	eventfd_write(w->eventfd, 1);
}

static void *work(void *ctx)
{
	struct worker *w = ctx;

	pthread_mutex_lock(&w->lock);
	while (!w->stop) {
		if (w->busy)
			make_one(w);
		else
			pthread_cond_wait(&w->asked, &w->lock);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

/* A thread without signals: they are for the one that has the terminal. */
static int start_thread(struct worker *w)
{
	sigset_t before;
	int err;

	signals_block(&before);
	err = -pthread_create(&w->thread, NULL, work, w);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return err;
}

int worker_start(const struct look_source *source, struct worker **ret)
{
	struct worker *w = calloc(1, sizeof(*w));
	int err;

	if (!w)
		return -ENOMEM;
	w->maker.source = *source;
	w->eventfd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (w->eventfd < 0) {
		err = -errno;
		free(w);
		return err;
	}
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->asked, NULL);
	err = start_thread(w);
	if (err < 0) {
		close(w->eventfd);
		free(w);
		return err;
	}
	*ret = w;
	return 0;
}

void worker_stop(struct worker *w)
{
	bool busy;

	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->stop = true;
	busy = w->busy;
	pthread_cond_signal(&w->asked);
	pthread_mutex_unlock(&w->lock);
	if (busy) {
		left_behind = w;
		pthread_detach(w->thread);
		return;
	}
	pthread_join(w->thread, NULL);
	top_frame_free(w->done);
	frame_maker_done(&w->maker);
	close(w->eventfd);
	pthread_cond_destroy(&w->asked);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

int worker_fd(const struct worker *w)
{
	return w->eventfd;
}

void worker_ask(struct worker *w, struct top_want *want)
{
	pthread_mutex_lock(&w->lock);
	if (w->busy || w->done) {
		free(want->pids);
	} else {
		w->want = *want;
		w->busy = true;
		pthread_cond_signal(&w->asked);
	}
	want->pids = NULL;
	pthread_mutex_unlock(&w->lock);
}

bool worker_busy(struct worker *w)
{
	bool busy;

	pthread_mutex_lock(&w->lock);
	busy = w->busy || w->done;
	pthread_mutex_unlock(&w->lock);
	return busy;
}

struct top_frame *worker_take(struct worker *w, struct fail *why)
{
	struct top_frame *f;
	eventfd_t ignored;

	pthread_mutex_lock(&w->lock);
	eventfd_read(w->eventfd, &ignored);
	f = w->done;
	*why = w->why;
	w->done = NULL;
	pthread_mutex_unlock(&w->lock);
	return f;
}
