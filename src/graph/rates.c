/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/rates.h"

#include <errno.h>
#include <stdlib.h>

static const struct rate unknown = {USAGE_UNKNOWN, USAGE_UNKNOWN, USAGE_UNKNOWN, USAGE_UNKNOWN};
static const struct rate none = {USAGE_ABSENT, USAGE_ABSENT, USAGE_ABSENT, USAGE_ABSENT};
static const struct rate_net unknown_net = {USAGE_UNKNOWN, USAGE_UNKNOWN};
static const struct rate_net no_net = {USAGE_ABSENT, USAGE_ABSENT};

void usage_free(struct usage *u)
{
	if (!u)
		return;
	free(u->procs);
	free(u->nets);
	free(u);
}

void rates_free(struct rates *r)
{
	if (!r)
		return;
	free(r->procs);
	free(r->nss);
	free(r->groups);
	free(r->nets);
	free(r);
}

/*
 * Per second. What may not be read now has no rate for that reason, whatever it was before. A counter that went back,
 * as that of a network whose interface left does, says nothing.
 */
static uint64_t per_second(uint64_t before, uint64_t now, uint64_t ns)
{
	if (!USAGE_OK(now))
		return now;
	if (!USAGE_OK(before) || now < before || !ns)
		return USAGE_UNKNOWN;
	return (uint64_t)((double)(now - before) * 1e9 / (double)ns);
}

static uint64_t permille(uint64_t ticks, uint32_t hz, uint64_t ns)
{
	return (uint64_t)((double)ticks * 1000 / hz * 1e9 / (double)ns + 0.5);
}

/* From one reading to the next: samples take their time, more on a busy machine, so each reading has a time of its own. */
static uint64_t between(uint64_t before, uint64_t now, uint64_t samples)
{
	return !before || !now ? samples : now > before ? now - before : 0;
}

/* ns: from the one sample to the other, during which a process that was not there before used all it has. */
static struct rate rate_of(const struct usage_proc *before, const struct usage_proc *now, uint32_t hz, uint64_t ns)
{
	uint64_t cpu = before ? before->cpu : 0, cpu_ns = before ? between(before->when, now->when, ns) : ns;
	uint64_t io_ns = before ? between(before->io_when, now->io_when, ns) : ns;

	return (struct rate){
		.cpu = !cpu_ns ? USAGE_UNKNOWN : now->cpu >= cpu ? permille(now->cpu - cpu, hz, cpu_ns) : 0,
		.read = per_second(before ? before->read : USAGE_UNKNOWN, now->read, io_ns),
		.write = per_second(before ? before->written : USAGE_UNKNOWN, now->written, io_ns),
	};
}

/* Both are sorted by PID: one walk over the two. */
static void rate_procs(const struct usage *before, const struct usage *now, struct rate *ret)
{
	uint64_t ns = before && now->when > before->when ? now->when - before->when : 0;
	size_t j = 0;

	for (size_t i = 0; i < now->nprocs; i++) {
		const struct usage_proc *p = &now->procs[i], *old = NULL;

		ret[i] = unknown;
		if (ns) {
			while (j < before->nprocs && before->procs[j].pid < p->pid)
				j++;
			if (j < before->nprocs && before->procs[j].pid == p->pid && before->procs[j].start == p->start)
				old = &before->procs[j];
			ret[i] = rate_of(old, p, now->hz, ns);
		}
		ret[i].pss = p->pss;
	}
}

/* Of what is known. Where nothing is, that it is denied tells more than that it comes yet, and that more than nothing. */
static void add(uint64_t *sum, uint64_t n)
{
	if (USAGE_OK(n))
		*sum = USAGE_OK(*sum) ? *sum + n : n;
	else if (!USAGE_OK(*sum) && (*sum == USAGE_ABSENT || n == USAGE_DENIED))
		*sum = n;
}

static void add_rate(struct rate *sum, const struct rate *r)
{
	add(&sum->cpu, r->cpu);
	add(&sum->read, r->read);
	add(&sum->write, r->write);
	add(&sum->pss, r->pss);
}

static void sum_up(const struct snapshot *s, const struct groups *gs, struct rates *r)
{
	for (size_t i = 0; i < s->nnss; i++) {
		r->nss[i] = none;
		r->nets[i] = s->nss[i].type == NS_NET ? unknown_net : no_net;
	}
	for (size_t i = 0; i < gs->n; i++)
		r->groups[i] = none;
	for (size_t i = 0; i < s->nprocs; i++) {
		add_rate(&r->groups[gs->of_proc[i]], &r->procs[i]);
		for (int t = 0; t < NS_TYPE_COUNT; t++)
			if (NS_REF_OK(s->procs[i].ns[t]))
				add_rate(&r->nss[s->procs[i].ns[t]], &r->procs[i]);
	}
}

static void rate_nets(const struct usage *before, const struct usage *now, const struct graph *g, struct rate_net *ret)
{
	uint64_t ns = before && now->when > before->when ? now->when - before->when : 0;
	size_t j = 0;

	if (before)
		ns = between(before->nets_when, now->nets_when, ns);
	for (size_t i = 0; i < now->nnets; i++) {
		const struct usage_net *n = &now->nets[i];
		uint32_t ref = graph_find(g, NS_NET, n->ino);
		struct usage_net old = {.rx = USAGE_UNKNOWN, .tx = USAGE_UNKNOWN};

		while (before && j < before->nnets && before->nets[j].ino < n->ino)
			j++;
		if (before && j < before->nnets && before->nets[j].ino == n->ino)
			old = before->nets[j];
		if (ref != SNAP_NONE)
			ret[ref] = (struct rate_net){
				.rx = per_second(old.rx, n->rx, ns),
				.tx = per_second(old.tx, n->tx, ns),
			};
	}
}

static uint64_t rate_machine(const struct usage *before, const struct usage *now)
{
	uint64_t busy, total;

	if (!before || !before->machine.known || !now->machine.known)
		return USAGE_UNKNOWN;
	busy = now->machine.cpu_busy - before->machine.cpu_busy;
	total = now->machine.cpu_total - before->machine.cpu_total;
	return total && busy <= total ? busy * 1000 / total : USAGE_UNKNOWN;
}

int rates_build(const struct usage *before, const struct usage *now, const struct graph *g, const struct groups *gs,
		struct rates **ret)
{
	const struct snapshot *s = graph_snapshot(g);
	struct rates *r = calloc(1, sizeof(*r));

	if (!r)
		return -ENOMEM;
	r->procs = malloc((s->nprocs + 1) * sizeof(*r->procs));
	r->nss = malloc((s->nnss + 1) * sizeof(*r->nss));
	r->groups = malloc((gs->n + 1) * sizeof(*r->groups));
	r->nets = malloc((s->nnss + 1) * sizeof(*r->nets));
	if (!r->procs || !r->nss || !r->groups || !r->nets) {
		rates_free(r);
		return -ENOMEM;
	}
	rate_procs(before, now, r->procs);
	sum_up(s, gs, r);
	rate_nets(before, now, g, r->nets);
	r->machine_cpu = rate_machine(before, now);
	*ret = r;
	return 0;
}
