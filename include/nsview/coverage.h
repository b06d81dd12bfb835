/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_COVERAGE_H
#define NSVIEW_COVERAGE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What a scan looked at and what it could not see. Nothing is left out silently: an empty
 * answer and an answer that was refused differ here.
 */

/** Where a scan looks. */
enum scan_source {
	SOURCE_PROC,      /* /proc/PID: processes and their namespaces */
	SOURCE_BPF,       /* task iterator instead of /proc/PID */
	SOURCE_RELATIONS, /* ioctl_ns(2): parents, owners, ids */
	SOURCE_NETNSID,   /* rtnetlink: RTM_GETNSID */
	SOURCE_MOUNTS,    /* nsfs mounts in nsview's mount namespace */
	SOURCE_MNTNS,     /* nsfs mounts in every other mount namespace */
	SOURCE_MNTNS_NEXT,/* NS_MNT_GET_NEXT: mount namespaces without processes */
	SOURCE_THREADS,   /* /proc/PID/task */
	SOURCE_FDS,       /* /proc/PID/fd */
	SOURCE_SOCKETS,   /* pidfd_getfd(2), SIOCGSKNS */
	SOURCE_LISTNS,    /* listns(2) */
	SOURCE_IDMAPS,    /* /proc/PID/uid_map, gid_map */
	SOURCE_LABELS,    /* /proc/PID/cgroup, state of container runtimes */
	SOURCE_COUNT,
};

enum source_state {
	SOURCE_UNASKED, /* the question did not need it */
	SOURCE_RAN,
	SOURCE_LACKING, /* the kernel, or this build, has no such thing */
	SOURCE_DENIED,  /* refused as a whole */
};

struct source_report {
	uint8_t state;   /* enum source_state */
	/* Of a source that ran: how many processes it could not read (relations: namespaces; labels: also state of runtimes). */
	uint32_t unread;
};

struct coverage {
	struct source_report sources[SOURCE_COUNT];
	uint32_t processes;  /* met */
	uint32_t unreadable; /* of them: no namespace could be read for lack of permission */
	int32_t unreadable_pid; /* one of those, to name; 0 for none */
	bool hidden; /* /proc does not even list the processes of others (hidepid): they are not among those met */
	uint32_t vanished;   /* ended while they were read: no error, left out */
};

/** A source's name in JSON. */
const char *source_name(enum scan_source source);

/** The source called name, or -EINVAL. */
int source_find(const char *name);

/** A state's name in JSON. */
const char *source_state_name(enum source_state state);

/** The state called name, or -EINVAL. */
int source_state_find(const char *name);

#endif
