/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/bpf_records.h"
#include "unit.h"

#include <errno.h>
#include <string.h>

/* Records as the kernel writes them, and where they go. */
struct stage {
	_Alignas(8) char buf[4096];
	size_t n;
	struct snapshot *snap;
	struct scan_opts opts;
	struct bpf_intake in;
};

static struct stage s;

static void begin(uint32_t want, uint32_t types)
{
	memset(&s, 0, sizeof(s));
	s.snap = snapshot_new();
	s.opts = (struct scan_opts){.want = want, .types = types};
	s.in = (struct bpf_intake){.snap = s.snap, .opts = &s.opts, .hz = 100, .page = 4096, .self = 77};
}

static void end(void)
{
	bpf_intake_done(&s.in);
	snapshot_free(s.snap);
}

static void *put(enum rec_kind kind, size_t len, int32_t pid)
{
	struct rec_head *head = (void *)(s.buf + s.n);

	ck_assert_uint_le(s.n + len, sizeof(s.buf));
	memset(head, 0, len);
	*head = (struct rec_head){.kind = (uint16_t)kind, .len = (uint16_t)len, .pid = pid};
	s.n += len;
	return head;
}

static struct rec_proc *put_proc(int32_t pid, const char *comm)
{
	struct rec_proc *r = put(REC_PROC, sizeof(*r), pid);

	for (uint32_t slot = 0; slot < REC_SLOTS; slot++)
		r->ns[slot] = 1000 + (uint32_t)ns_slot_type((enum ns_slot)slot);
	memcpy(r->comm, comm, strlen(comm));
	r->threads = 1;
	r->state = 1;
	return r;
}

static void put_ns(enum ns_type type, uint32_t ino, uint32_t owner, uint32_t parent, uint32_t flags)
{
	struct rec_ns *r = put(REC_NS, sizeof(*r), 0);

	r->type = type;
	r->ino = ino;
	r->owner = owner;
	r->parent = parent;
	r->flags = flags;
	r->id = ino + 5;
	r->owner_uid = 42;
}

static int take(void)
{
	int err = bpf_intake_take(&s.in, s.buf, s.n);

	if (err == 0)
		bpf_intake_sum(&s.in);
	return err == 0 ? bpf_intake_threads(&s.in) : err;
}

static const struct snap_ns *ns(enum ns_type type, uint32_t ino)
{
	uint32_t ref = snap_ns_find(s.snap, type, ino);

	ck_assert(NS_REF_OK(ref));
	return &s.snap->nss[ref];
}

START_TEST(a_process_keeps_all_that_is_said_of_it)
{
	begin(WANT_NSPIDS, NS_TYPES_ALL);
	struct rec_proc *r = put_proc(10, "fifteen letters");

	r->ppid = 9;
	r->nspid = 3;
	r->uid = 1000;
	r->threads = 4;
	r->start = 123456789012;
	r->rss = 3;
	ck_assert_int_eq(take(), 0);

	const struct snap_proc *p = &s.snap->procs[0];

	ck_assert_uint_eq(s.snap->nprocs, 1);
	ck_assert_int_eq(p->pid, 10);
	ck_assert_int_eq(p->ppid, 9);
	ck_assert_int_eq(p->nspid, 3);
	ck_assert_uint_eq(p->uid, 1000);
	ck_assert_uint_eq(p->threads, 4);
	ck_assert_uint_eq(p->start, 12345);
	ck_assert_uint_eq(p->rss, 3 * 4096);
	ck_assert_uint_eq(p->flags, 0);
	ck_assert_uint_eq(p->label, SNAP_NONE);
	ck_assert_int_eq(p->state, 'S');
	ck_assert_str_eq(p->comm, "fifteen letters");
	for (int slot = 0; slot < NS_SLOT_COUNT; slot++)
		ck_assert_uint_eq(s.snap->nss[p->ns[slot]].ino, 1000 + (uint32_t)ns_slot_type((enum ns_slot)slot));
	end();
}
END_TEST

START_TEST(a_zombie_lacks_namespaces_and_nobody_asked_for_others)
{
	begin(0, 1u << NS_PID | 1u << NS_NET);
	struct rec_proc *r = put_proc(10, "zombie");

	memset(r->ns, 0, sizeof(r->ns));
	r->ns[NS_PID] = 7;
	r->state = 0x80;
	r->exit_state = 0x20;
	ck_assert_int_eq(take(), 0);

	const struct snap_proc *p = &s.snap->procs[0];

	ck_assert_int_eq(p->state, 'Z');
	ck_assert(NS_REF_OK(p->ns[NS_PID]));
	ck_assert_uint_eq(p->ns[NS_SLOT_PID_CHILDREN], NS_REF_ABSENT);
	ck_assert_uint_eq(p->ns[NS_NET], NS_REF_ABSENT);
	ck_assert_uint_eq(p->ns[NS_UTS], NS_REF_UNREAD);
	end();
}
END_TEST

START_TEST(kernel_threads_and_nsview_are_marked)
{
	begin(0, NS_TYPES_ALL);
	put_proc(2, "kthreadd")->kthread = 1;
	put_proc(77, "nsview");
	ck_assert_int_eq(take(), 0);
	ck_assert_uint_eq(s.snap->procs[0].flags, SNAP_PROC_KTHREAD);
	ck_assert_uint_eq(s.snap->procs[1].flags, SNAP_PROC_SELF);
	end();
}
END_TEST

static void put_cpu(int32_t pid, uint64_t ms)
{
	struct rec_cpu *r = put(REC_CPU, sizeof(*r), pid);

	r->time = (struct rec_time){.utime = ms * 1000000, .runtime = ms * 1000000};
}

START_TEST(threads_add_to_their_process_in_any_order)
{
	begin(WANT_CPU, NS_TYPES_ALL);
	put_cpu(30, 1000);
	put_proc(10, "a")->time = (struct rec_time){.utime = 20000000, .runtime = 20000000};
	put_proc(20, "b");
	put_cpu(10, 30);
	put_cpu(20, 70);
	put_proc(30, "c");
	put_cpu(10, 50);
	put_cpu(99, 50); /* its process is out of sight */
	ck_assert_int_eq(take(), 0);
	ck_assert_uint_eq(s.snap->procs[0].cpu, 10);
	ck_assert_uint_eq(s.snap->procs[1].cpu, 7);
	ck_assert_uint_eq(s.snap->procs[2].cpu, 100);
	end();
}
END_TEST

static struct rec_thread *put_thread(int32_t pid, int32_t tid)
{
	struct rec_thread *r = put(REC_THREAD, sizeof(*r), pid);

	for (uint32_t slot = 0; slot < REC_SLOTS; slot++)
		r->ns[slot] = 1000 + (uint32_t)ns_slot_type((enum ns_slot)slot);
	r->tid = tid;
	memcpy(r->comm, "thread", 6);
	return r;
}

START_TEST(threads_that_differ_are_kept_in_order)
{
	begin(WANT_THREADS, NS_TYPES_ALL);
	put_thread(20, 5)->ns[NS_NET] = 55;
	put_proc(10, "a");
	put_proc(20, "b");
	put_thread(20, 22)->ns[NS_UTS] = 56;
	put_thread(20, 21);                /* the same after all */
	put_thread(20, 23)->ns[NS_MNT] = 0; /* on its way out */
	put_thread(10, 11)->ns[NS_NET] = 57;
	put_thread(77, 78)->ns[NS_NET] = 58; /* its process is out of sight */
	ck_assert_int_eq(take(), 0);
	ck_assert_uint_eq(s.snap->nthreads, 3);
	ck_assert_int_eq(s.snap->threads[0].tid, 11);
	ck_assert_uint_eq(s.snap->threads[0].proc, 0);
	ck_assert_int_eq(s.snap->threads[1].tid, 5);
	ck_assert_int_eq(s.snap->threads[2].tid, 22);
	ck_assert_uint_eq(s.snap->nss[s.snap->threads[2].ns[NS_UTS]].ino, 56);
	ck_assert_str_eq(s.snap->threads[2].comm, "thread");
	end();
}
END_TEST

START_TEST(nobody_asked_for_threads)
{
	begin(0, NS_TYPES_ALL);
	put_proc(20, "b");
	put_thread(20, 22)->ns[NS_UTS] = 56;
	ck_assert_int_eq(take(), 0);
	ck_assert_uint_eq(s.snap->nthreads, 0);
	end();
}
END_TEST

START_TEST(relations_lead_to_owners_and_ancestors)
{
	begin(0, 1u << NS_UTS | 1u << NS_PID);
	put_ns(NS_USER, 1006, 0, 0, 0);
	put_ns(NS_USER, 70, 1006, 1006, 0);
	put_ns(NS_USER, 71, 70, 70, 0);
	put_ns(NS_UTS, 1007, 71, 0, 0);
	put_ns(NS_NET, 1003, 71, 0, 0); /* nobody asked for it */
	put_ns(NS_PID, 1004, 70, 80, 0);
	put_ns(NS_PID, 80, 1006, 0, REC_NS_ABOVE);
	put_ns(NS_UTS, 1007, 71, 0, 0); /* said twice */
	put_proc(10, "a");
	ck_assert_int_eq(take(), 0);
	ck_assert_int_eq(bpf_intake_relate(&s.in, s.snap), 0);

	ck_assert_uint_eq(s.snap->nnss, 6);
	ck_assert_uint_eq(snap_ns_find(s.snap, NS_NET, 1003), NS_REF_ABSENT);
	ck_assert_uint_eq(ns(NS_UTS, 1007)->owner, snap_ns_find(s.snap, NS_USER, 71));
	ck_assert_uint_eq(ns(NS_UTS, 1007)->parent, NS_REF_ABSENT);
	ck_assert_uint_eq(ns(NS_UTS, 1007)->owner_uid, SNAP_UID_UNKNOWN);
	ck_assert_uint_eq(ns(NS_UTS, 1007)->id, 1012);
	ck_assert_uint_eq(ns(NS_USER, 71)->parent, snap_ns_find(s.snap, NS_USER, 70));
	ck_assert_uint_eq(ns(NS_USER, 71)->owner_uid, 42);
	ck_assert_uint_eq(ns(NS_USER, 1006)->parent, NS_REF_ABSENT);
	ck_assert_uint_eq(ns(NS_USER, 1006)->owner, NS_REF_ABSENT);
	ck_assert_uint_eq(ns(NS_PID, 1004)->parent, snap_ns_find(s.snap, NS_PID, 80));
	ck_assert_uint_eq(ns(NS_PID, 80)->parent, NS_REF_DENIED);
	end();
}
END_TEST

START_TEST(what_is_not_known_of_a_namespace_stays_open)
{
	begin(0, 1u << NS_UTS);
	put_proc(10, "a");
	ck_assert_int_eq(take(), 0);
	ck_assert_int_eq(bpf_intake_relate(&s.in, s.snap), 0);
	ck_assert_uint_eq(ns(NS_UTS, 1007)->owner, NS_REF_UNREAD);
	end();
}
END_TEST

START_TEST(a_process_is_found_by_pid_and_start)
{
	begin(0, NS_TYPES_ALL);
	put_proc(10, "a")->start = 5000000000;
	put_proc(20, "b")->start = 6000000000;
	ck_assert_int_eq(take(), 0);
	ck_assert_uint_eq(bpf_intake_find(&s.in, 20, 6000000000), 1);
	ck_assert_uint_eq(bpf_intake_find(&s.in, 20, 7000000000), SNAP_NONE);
	ck_assert_uint_eq(bpf_intake_find(&s.in, 15, 6000000000), SNAP_NONE);
	end();
}
END_TEST

START_TEST(processes_share_keys_of_cgroups_but_for_zombies)
{
	uint64_t *cgroups;

	begin(0, NS_TYPES_ALL);
	put_proc(10, "a")->cgroups = 5;
	put_proc(20, "b")->cgroups = 5;
	put_proc(30, "c")->cgroups = 6;
	put_proc(40, "d")->cgroups = 6;
	((struct rec_proc *)(void *)(s.buf + s.n) - 1)->exit_state = 0x20;
	ck_assert_int_eq(take(), 0);
	ck_assert_int_eq(bpf_intake_cgroups(&s.in, s.snap, &cgroups), 0);
	ck_assert_uint_eq(cgroups[0], 5);
	ck_assert_uint_eq(cgroups[1], 5);
	ck_assert_uint_eq(cgroups[2], 6);
	ck_assert_uint_eq(cgroups[3], 0);
	free(cgroups);
	end();
}
END_TEST

START_TEST(what_is_no_record_is_refused)
{
	begin(0, NS_TYPES_ALL);
	put_proc(10, "a");
	ck_assert_int_eq(bpf_intake_take(&s.in, s.buf, s.n - 1), -EBADMSG);
	ck_assert_int_eq(bpf_intake_take(&s.in, s.buf, 3), -EBADMSG);
	((struct rec_head *)(void *)s.buf)->len = 0;
	ck_assert_int_eq(bpf_intake_take(&s.in, s.buf, s.n), -EBADMSG);
	((struct rec_head *)(void *)s.buf)->len = 16;
	ck_assert_int_eq(bpf_intake_take(&s.in, s.buf, s.n), -EBADMSG);
	s.n = 0;
	put((enum rec_kind)100, 8, 1);
	ck_assert_int_eq(bpf_intake_take(&s.in, s.buf, s.n), -EBADMSG);
	s.n = 0;
	put((enum rec_kind)0, 8, 1);
	ck_assert_int_eq(bpf_intake_take(&s.in, s.buf, s.n), -EBADMSG);
	s.n = 0;
	put_ns(NS_TYPE_COUNT, 1, 0, 0, 0);
	ck_assert_int_eq(bpf_intake_take(&s.in, s.buf, s.n), -EBADMSG);
	ck_assert_uint_eq(s.snap->nprocs, 0);
	end();
}
END_TEST

START_TEST(states_are_the_letters_of_proc)
{
	ck_assert_int_eq(bpf_state(0, 0), 'R');
	ck_assert_int_eq(bpf_state(0x1, 0), 'S');
	ck_assert_int_eq(bpf_state(0x2001, 0), 'S'); /* freezable */
	ck_assert_int_eq(bpf_state(0x2, 0), 'D');
	ck_assert_int_eq(bpf_state(0x102, 0), 'D'); /* killable */
	ck_assert_int_eq(bpf_state(0x402, 0), 'I');
	ck_assert_int_eq(bpf_state(0x104, 0), 'T');
	ck_assert_int_eq(bpf_state(0x8, 0), 't');
	ck_assert_int_eq(bpf_state(0x80, 0x10), 'X');
	ck_assert_int_eq(bpf_state(0x80, 0x20), 'Z');
	ck_assert_int_eq(bpf_state(0x40, 0), 'P');
	ck_assert_int_eq(bpf_state(0x1000, 0), 'D'); /* PREEMPT_RT's lock */
	ck_assert_int_eq(bpf_state(0x8000, 0), 'D'); /* frozen */
}
END_TEST

#define MS(n) ((uint64_t)(n) * 1000000)

static uint64_t ticks(struct rec_time used, struct rec_time shown)
{
	return bpf_ticks(&used, &shown, 100);
}

START_TEST(time_is_divided_as_proc_divides_it)
{
	const struct rec_time none = {0};

	ck_assert_uint_eq(ticks(none, none), 0);
	/* All in one mode: whole ticks of the exact sum. */
	ck_assert_uint_eq(ticks((struct rec_time){.utime = MS(4), .runtime = MS(39)}, none), 3);
	ck_assert_uint_eq(ticks((struct rec_time){.stime = MS(4), .runtime = MS(39)}, none), 3);
	ck_assert_uint_eq(ticks((struct rec_time){.runtime = MS(39)}, none), 3);
	/* Half and half: 15 ms each, one tick each. */
	ck_assert_uint_eq(ticks((struct rec_time){.utime = MS(4), .stime = MS(4), .runtime = MS(30)}, none), 2);
	/* What was shown does not run backwards: 25 + 5 ms, so two ticks and none. */
	ck_assert_uint_eq(ticks((struct rec_time){.utime = MS(4), .stime = MS(4), .runtime = MS(30)},
				(struct rec_time){.utime = MS(25)}),
			  2);
	/* The sum has not passed what was shown: that is shown again. */
	ck_assert_uint_eq(ticks((struct rec_time){.utime = MS(40), .runtime = MS(30)},
				(struct rec_time){.utime = MS(19), .stime = MS(19)}),
			  2);
	/* A machine that measures both exactly. */
	ck_assert_uint_eq(ticks((struct rec_time){.utime = MS(19), .stime = MS(29)}, none), 3);
	/* Years of many processors do not overflow. */
	ck_assert_uint_eq(ticks((struct rec_time){.utime = MS(1) << 40, .stime = MS(1) << 40, .runtime = MS(1) << 41}, none),
			  (MS(1) << 40) / MS(10) * 2);
}
END_TEST

int main(void)
{
	return unit_run("bpf", a_process_keeps_all_that_is_said_of_it, a_zombie_lacks_namespaces_and_nobody_asked_for_others,
			kernel_threads_and_nsview_are_marked,
			threads_add_to_their_process_in_any_order, threads_that_differ_are_kept_in_order,
			nobody_asked_for_threads, relations_lead_to_owners_and_ancestors,
			what_is_not_known_of_a_namespace_stays_open, a_process_is_found_by_pid_and_start,
			processes_share_keys_of_cgroups_but_for_zombies, what_is_no_record_is_refused,
			states_are_the_letters_of_proc, time_is_divided_as_proc_divides_it);
}
