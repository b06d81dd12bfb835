/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/workers.h"

#include <sched.h>
#include <signal.h>
#include <stdatomic.h>

enum { WORTH_A_THREAD = 256 };

struct shared {
	size_t n, chunk;
	atomic_size_t next;
	atomic_int err;
	workers_fn *fn;
	void *ctx;
};

struct worker {
	struct shared *shared;
	unsigned number;
	pthread_t thread;
};

int workers_start(pthread_t *thread, void *fn(void *), void *arg)
{
	sigset_t all, old;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);

	int err = pthread_create(thread, NULL, fn, arg);

	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return -err;
}

unsigned workers_count(size_t n, unsigned asked)
{
	cpu_set_t cpus;
	unsigned count = asked;

	if (!count) {
		count = sched_getaffinity(0, sizeof(cpus), &cpus) == 0 ? (unsigned)CPU_COUNT(&cpus) : 1;
		if (count > n / WORTH_A_THREAD)
			count = (unsigned)(n / WORTH_A_THREAD);
	}
	if (count > WORKERS_MAX)
		count = WORKERS_MAX;
	return count ? count : 1;
}

static void *work(void *arg)
{
	const struct worker *w = arg;
	struct shared *s = w->shared;

	while (atomic_load(&s->err) == 0) {
		size_t first = atomic_fetch_add(&s->next, s->chunk);
		size_t last = first + s->chunk < s->n ? first + s->chunk : s->n;
		int none = 0;

		if (first >= s->n)
			break;

		int err = s->fn(s->ctx, w->number, first, last);

		if (err < 0)
			atomic_compare_exchange_strong(&s->err, &none, err);
	}
	return NULL;
}

int workers_run(size_t n, size_t chunk, unsigned count, workers_fn *fn, void *ctx)
{
	struct shared s = {.n = n, .chunk = chunk, .fn = fn, .ctx = ctx};
	struct worker workers[WORKERS_MAX];
	unsigned started = 1;

	workers[0] = (struct worker){.shared = &s};
	for (; started < count && started < WORKERS_MAX; started++) {
		workers[started] = (struct worker){.shared = &s, .number = started};
		if (workers_start(&workers[started].thread, work, &workers[started]) < 0)
			break;
	}

	work(&workers[0]);
	for (unsigned i = 1; i < started; i++)
		pthread_join(workers[i].thread, NULL);
	return atomic_load(&s.err);
}
