/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/bpf_records.h"

/* What the kernel's sched.h calls them; the numbers have not changed since 4.14. */
enum {
	EXIT_ZOMBIE_BIT = 0x20,
	TASK_UNINTERRUPTIBLE_BIT = 0x2,
	TASK_NOLOAD_BIT = 0x400,
	TASK_RTLOCK_WAIT_BIT = 0x1000,
	TASK_FROZEN_BIT = 0x8000,
	TASK_REPORT_BITS = 0x7f,
};

char bpf_state(uint32_t state, uint32_t exit_state)
{
	static const char letters[] = "RSDTtXZP"; /* running, then by the highest bit */
	uint32_t idle = TASK_UNINTERRUPTIBLE_BIT | TASK_NOLOAD_BIT;
	uint32_t shown = (state | exit_state) & TASK_REPORT_BITS;
	int highest = 0;

	if (state & (TASK_RTLOCK_WAIT_BIT | TASK_FROZEN_BIT))
		return 'D';
	if ((state & idle) == idle)
		return 'I';
	while (shown >> highest)
		highest++;
	return letters[highest];
}

static uint64_t max(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/*
 * The scheduler knows exactly how long a process ran; ticks sample whether that was in user or
 * kernel mode. /proc divides the exact sum in the sampled proportion and lets neither part run
 * backwards, and each part is cut to whole ticks (cputime_adjust() of the kernel).
 */
uint64_t bpf_ticks(const struct rec_time *used, const struct rec_time *shown, uint32_t hz)
{
	uint64_t tick = 1000000000 / hz, sum = used->runtime;
	uint64_t system = used->stime, user = used->utime;

	if (sum == 0)
		return user / tick + system / tick;
	if (shown->utime + shown->stime >= sum)
		return shown->utime / tick + shown->stime / tick;
	if (system && !user)
		system = sum;
	else if (system)
		system = (uint64_t)((unsigned __int128)system * sum / (system + user));
	system = max(system, shown->stime);
	user = max(sum - system, shown->utime);
	system = sum - user;
	return user / tick + system / tick;
}
