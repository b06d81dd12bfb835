/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_WORKERS_H
#define NSVIEW_SCAN_WORKERS_H

#include <pthread.h>
#include <stddef.h>

/** More would only wait for each other. */
enum { WORKERS_MAX = 8 };

/** Do items first to last - 1. worker tells threads apart (0 to count - 1). 0, or a negative errno, which stops the rest. */
typedef int workers_fn(void *ctx, unsigned worker, size_t first, size_t last);

/** Start a thread that takes no signals: they belong to the thread that our caller knows. 0 or a negative errno. */
int workers_start(pthread_t *thread, void *fn(void *), void *arg);

/** How many workers pay for n items of some ten microseconds each, when asked for (0: choose). At least 1. */
unsigned workers_count(size_t n, unsigned asked);

/**
 * Share n items among count workers in portions of chunk. One worker runs in the calling thread;
 * more are threads that have all ended when this returns, since setns(2) refuses user and mount
 * namespaces to a process with several. Fewer threads than asked for will do.
 * 0, or the first error of fn.
 */
int workers_run(size_t n, size_t chunk, unsigned count, workers_fn *fn, void *ctx);

#endif
