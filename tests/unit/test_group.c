/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/group.h"
#include "nsview/rates.h"
#include "support.h"
#include "unit.h"

#include <string.h>

static struct snapshot *snap;
static struct graph *graph;
static struct groups *groups;

static void look(const char *fixture)
{
	snap = fixture_snapshot(fixture);
	ck_assert_int_eq(graph_build(snap, GRAPH_ALL, &graph), 0);
	ck_assert_int_eq(groups_build(graph, &groups), 0);
}

static void done(void)
{
	groups_free(groups);
	graph_free(graph);
	snapshot_free(snap);
}

static const struct group *group_of(int32_t pid)
{
	return &groups->v[groups->of_proc[graph_find_pid(graph, pid)]];
}

static const char *mask_of(int32_t pid)
{
	static char mask[NS_TYPE_COUNT + 1];

	group_mask(group_of(pid), mask);
	return mask;
}

START_TEST(processes_in_the_same_namespaces_are_a_group)
{
	look("containers");
	ck_assert_ptr_eq(group_of(1220), group_of(1251));
	ck_assert_uint_eq(group_of(1220)->nprocs, 3);
	ck_assert_uint_eq(group_of(1220)->leader, graph_find_pid(graph, 1220));
	ck_assert_ptr_ne(group_of(3020), group_of(3080)); /* a pod's containers share some namespaces only */
	ck_assert_ptr_eq(group_of(1), group_of(640));
	done();
}
END_TEST

/* A PID says nothing of age: they begin again from the bottom. */
START_TEST(a_group_is_led_by_its_oldest_member)
{
	look("containers");
	done();
	snap = fixture_snapshot("containers");
	for (size_t i = 0; i < snap->nprocs; i++) {
		if (snap->procs[i].pid == 1220)
			snap->procs[i].start = 60020; /* its children came in the same tick */
		if (snap->procs[i].pid == 3080)
			snap->procs[i].start = 7;
	}
	ck_assert_int_eq(graph_build(snap, GRAPH_ALL, &graph), 0);
	ck_assert_int_eq(groups_build(graph, &groups), 0);
	ck_assert_uint_eq(group_of(1251)->leader, graph_find_pid(graph, 1220));
	snap->procs[graph_find_pid(graph, 1220)].start = 60021;
	groups_free(groups);
	ck_assert_int_eq(groups_build(graph, &groups), 0);
	ck_assert_uint_eq(group_of(1220)->leader, graph_find_pid(graph, 1251));
	done();
}
END_TEST

START_TEST(every_process_is_in_one_group)
{
	size_t sum = 0;

	look("hostile");
	for (size_t i = 0; i < groups->n; i++)
		sum += groups->v[i].nprocs;
	ck_assert_uint_eq(sum, snap->nprocs);
	done();
}
END_TEST

START_TEST(a_mask_says_what_is_not_the_machines)
{
	look("containers");
	ck_assert_str_eq(mask_of(1), "--------");
	ck_assert_str_eq(mask_of(1220), "mnupiC--");
	ck_assert_str_eq(mask_of(2100), "m-----U-");
	done();
}
END_TEST

START_TEST(what_may_not_be_read_is_a_question_mark)
{
	look("host");
	ck_assert_str_eq(mask_of(1), "????????");
	done();
}
END_TEST

START_TEST(a_key_finds_the_group_in_another_snapshot)
{
	uint64_t key;

	look("containers");
	key = group_of(1220)->key;
	done();
	look("containers");
	ck_assert_uint_eq(groups_find(groups, key), groups->of_proc[graph_find_pid(graph, 1220)]);
	ck_assert_uint_eq(groups_find(groups, key + 1), SNAP_NONE);
	done();
}
END_TEST

/* A sample of all processes of the snapshot. */
static struct usage *sample(uint64_t seconds)
{
	struct usage *u = calloc(1, sizeof(*u));

	u->when = seconds * 1000000000;
	u->hz = 100;
	u->procs = calloc(snap->nprocs, sizeof(*u->procs));
	u->nprocs = snap->nprocs;
	for (size_t i = 0; i < snap->nprocs; i++)
		u->procs[i] = (struct usage_proc){.pid = snap->procs[i].pid, .start = snap->procs[i].start,
						  .read = USAGE_UNKNOWN, .written = USAGE_UNKNOWN, .pss = USAGE_UNKNOWN};
	u->nets = calloc(1, sizeof(*u->nets));
	u->nets[0].ino = 4026532406;
	u->nnets = 1;
	return u;
}

START_TEST(rates_are_what_came_between_two_samples)
{
	struct usage *a, *b;
	struct rates *r;
	uint32_t p, other;

	look("containers");
	a = sample(10);
	b = sample(12);
	p = graph_find_pid(graph, 1251);
	other = graph_find_pid(graph, 1252);
	b->procs[p].cpu = 100; /* a second of CPU in two */
	a->procs[p].read = 1000;
	b->procs[p].read = 5000;
	b->procs[other].cpu = 50;
	b->procs[other].start++; /* the PID was used again */
	b->nets[0].rx = 2048;
	ck_assert_int_eq(rates_build(a, b, graph, groups, &r), 0);
	ck_assert_uint_eq(r->procs[p].cpu, 500);
	ck_assert_uint_eq(r->procs[p].read, 2000);
	ck_assert_uint_eq(r->procs[p].write, USAGE_UNKNOWN);
	ck_assert_uint_eq(r->procs[other].cpu, 250);
	ck_assert_uint_eq(r->groups[groups->of_proc[p]].cpu, 750);
	ck_assert_uint_eq(r->groups[groups->of_proc[p]].read, 2000);
	ck_assert_uint_eq(r->nss[graph_find(graph, NS_NET, 4026532406)].cpu, 750);
	ck_assert_uint_eq(r->nets[graph_find(graph, NS_NET, 4026532406)].rx, 1024);
	ck_assert_uint_eq(r->nets[graph_find(graph, NS_NET, 4026531833)].rx, USAGE_UNKNOWN);
	rates_free(r);
	usage_free(a);
	usage_free(b);
	done();
}
END_TEST

/* On a busy machine samples take long, and not always as long. */
START_TEST(a_rate_is_of_the_time_between_two_readings_of_a_process)
{
	struct usage *a, *b;
	struct rates *r;
	uint32_t p, other;

	look("containers");
	a = sample(10);
	b = sample(12);
	p = graph_find_pid(graph, 1251);
	other = graph_find_pid(graph, 1252);
	a->procs[p].when = UINT64_C(10000000000);
	b->procs[p].when = UINT64_C(14000000000);
	b->procs[p].cpu = 400;
	a->procs[p].io_when = UINT64_C(11000000000);
	b->procs[p].io_when = UINT64_C(15000000000);
	a->procs[p].read = 0;
	b->procs[p].read = 4000;
	b->procs[other].read = USAGE_DENIED;
	b->nets_when = UINT64_C(13000000000);
	a->nets_when = UINT64_C(12000000000);
	b->nets[0].rx = 1000;
	b->nets[0].tx = USAGE_DENIED;
	ck_assert_int_eq(rates_build(a, b, graph, groups, &r), 0);
	ck_assert_uint_eq(r->procs[p].cpu, 1000);
	ck_assert_uint_eq(r->procs[p].read, 1000);
	ck_assert_uint_eq(r->procs[other].read, USAGE_DENIED);
	ck_assert_uint_eq(r->groups[groups->of_proc[p]].read, 1000); /* what is known of the members */
	ck_assert_uint_eq(r->nets[graph_find(graph, NS_NET, 4026532406)].rx, 1000);
	ck_assert_uint_eq(r->nets[graph_find(graph, NS_NET, 4026532406)].tx, USAGE_DENIED);
	ck_assert_uint_eq(r->nets[graph_find(graph, NS_MNT, 4026531832)].rx, USAGE_ABSENT);
	ck_assert_uint_eq(r->nss[graph_find(graph, NS_NET, 4026532700)].cpu, USAGE_ABSENT); /* nobody is in it */
	rates_free(r);
	usage_free(a);
	usage_free(b);
	done();
}
END_TEST

START_TEST(a_first_sample_gives_no_rates)
{
	struct usage *a;
	struct rates *r;

	look("containers");
	a = sample(10);
	ck_assert_int_eq(rates_build(NULL, a, graph, groups, &r), 0);
	ck_assert_uint_eq(r->procs[0].cpu, USAGE_UNKNOWN);
	ck_assert_uint_eq(r->machine_cpu, USAGE_UNKNOWN);
	rates_free(r);
	usage_free(a);
	done();
}
END_TEST

int main(void)
{
	return unit_run("group", processes_in_the_same_namespaces_are_a_group, a_group_is_led_by_its_oldest_member,
			every_process_is_in_one_group, a_mask_says_what_is_not_the_machines, what_may_not_be_read_is_a_question_mark,
			a_key_finds_the_group_in_another_snapshot, rates_are_what_came_between_two_samples,
			a_rate_is_of_the_time_between_two_readings_of_a_process,
			a_first_sample_gives_no_rates);
}
