/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/top.h"
#include "unit.h"

#include <errno.h>
#include <poll.h>
#include <semaphore.h>
#include <stdlib.h>
#include <time.h>

/* A look that takes as long as the test says, in the place of the real one. */
static sem_t looking, enough;

int frame_make(struct frame_maker *m, const struct top_want *want, struct top_frame **ret, struct fail *why)
{
	(void)m;
	(void)want;
	sem_post(&looking);
	while (sem_wait(&enough) < 0)
		;
	*ret = calloc(1, sizeof(**ret));
	return *ret ? 0 : fail_at(why, "make a frame", -ENOMEM);
}

int frame_saved(struct snapshot *snap, struct top_frame **ret)
{
	(void)snap;
	(void)ret;
	return -ENOMEM;
}

void frame_maker_done(struct frame_maker *m)
{
	(void)m;
}

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

static struct worker *busy_worker(void)
{
	struct look_source source = {0};
	struct top_want want = {0};
	struct worker *w;

	sem_init(&looking, 0, 0);
	sem_init(&enough, 0, 0);
	ck_assert_int_eq(worker_start(&source, &w), 0);
	worker_ask(w, &want);
	while (sem_wait(&looking) < 0)
		;
	return w;
}

START_TEST(a_frame_is_taken_when_it_is_there)
{
	struct worker *w = busy_worker();
	struct pollfd fd = {.fd = worker_fd(w), .events = POLLIN};
	struct fail why;

	ck_assert(worker_busy(w));
	ck_assert_int_eq(poll(&fd, 1, 0), 0);
	sem_post(&enough);
	ck_assert_int_eq(poll(&fd, 1, 10000), 1);
	top_frame_free(worker_take(w, &why));
	ck_assert(!worker_busy(w));
	worker_stop(w);
}
END_TEST

START_TEST(leaving_does_not_wait_for_a_look)
{
	struct worker *w = busy_worker();
	uint64_t before = now_ms();

	worker_stop(w);
	ck_assert_uint_lt(now_ms() - before, 250);
	sem_post(&enough);
}
END_TEST

int main(void)
{
	return unit_run("top_worker", a_frame_is_taken_when_it_is_there, leaving_does_not_wait_for_a_look);
}
