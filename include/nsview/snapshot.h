/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SNAPSHOT_H
#define NSVIEW_SNAPSHOT_H

#include "nsview/arena.h"
#include "nsview/coverage.h"
#include "nsview/map.h"
#include "nsview/nstype.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What one look at the machine saw, as plain data: tables that refer to each other by index.
 * A scan or a saved dump fills it; nothing changes it afterwards. It owns its arrays and, through
 * its arena, its strings.
 *
 * Unknown is a value. A reference to a namespace is an index below NS_REF_UNREAD, or says why
 * there is none.
 */
#define NS_REF_ABSENT UINT32_MAX	/* there is none: a zombie's link, the root's parent, a kernel without it */
#define NS_REF_DENIED (UINT32_MAX - 1)	/* there may be one; we may not look */
#define NS_REF_UNREAD (UINT32_MAX - 2)	/* nobody asked for it */

/** Whether a reference names an element. */
#define NS_REF_OK(ref) ((ref) < NS_REF_UNREAD)

/* A reference to an element of another table; this where there is none. */
#define SNAP_NONE UINT32_MAX

#define SNAP_UID_UNKNOWN UINT32_MAX /* -1, which the kernel never gives to a user */

#define SNAP_NETNSID_UNASSIGNED (-1) /* NETNSA_NSID_NOT_ASSIGNED */
#define SNAP_NETNSID_UNKNOWN (-2)

struct snap_ns {
	uint64_t id;        /* 64-bit, never used again (NS_GET_ID, Linux 6.18; mnt by NS_GET_MNTNS_ID, 6.11); 0 unknown */
	uint32_t ino;       /* inode number on nsfs */
	uint32_t parent;    /* ref: NS_GET_PARENT; ABSENT for types without a hierarchy */
	uint32_t owner;     /* ref: the user namespace that owns it (NS_GET_USERNS); for a user namespace the same as parent */
	uint32_t owner_uid; /* user namespaces: effective UID of the creator (NS_GET_OWNER_UID), in nsview's user namespace */
	int32_t netnsid;    /* net: id in nsview's network namespace */
	uint16_t seen_by;   /* mask of 1 << enum scan_source: what met it */
	uint8_t type;       /* enum ns_type */
	uint8_t pad_;
};

/* Flags of a process. */
#define SNAP_PROC_KTHREAD 1u /* a kernel thread */
#define SNAP_PROC_DENIED  2u /* its namespaces may not be read: it counts as unreadable */
#define SNAP_PROC_SELF    4u /* nsview itself */

struct snap_proc {
	uint64_t start;      /* clock ticks since boot, field 22 of /proc/PID/stat */
	uint64_t cpu;        /* clock ticks, user and system, of all its threads; set when it was asked for (WANT_CPU) */
	uint64_t rss;        /* bytes; set when it was asked for (WANT_RSS) */
	const char *comm;    /* never NULL */
	const char *cmdline; /* arguments joined by blanks, any bytes; comm where there are none; NULL when not asked for */
	int32_t pid;         /* in nsview's PID namespace */
	int32_t ppid;        /* 0 for none that is visible */
	uint32_t uid;        /* effective */
	int32_t nspid;       /* PID in its own PID namespace (NSpid of /proc/PID/status); 0 not read */
	uint32_t threads;
	uint32_t label;      /* index into labels, or SNAP_NONE */
	uint32_t flags;      /* SNAP_PROC_* */
	uint32_t ns[NS_SLOT_COUNT]; /* refs */
	char state;          /* as in /proc/PID/stat: R S D Z T t X I; 0 unknown */
};

/** A thread that is in another namespace than its process in at least one type. */
struct snap_thread {
	int32_t tid;
	uint32_t proc;  /* index into procs */
	const char *comm;
	uint32_t ns[NS_SLOT_COUNT]; /* refs */
};

/*
 * Descriptors stand in a table that a process's threads share, mostly. A thread may have one of its own (CLONE_FILES
 * of unshare(2)), and where the main thread has ended only others have one: tid is the lowest of those that share
 * it, and 0 for the table of the main thread.
 */

/** An open descriptor that is an nsfs file. */
struct snap_fd {
	uint32_t proc; /* index into procs */
	int32_t tid;   /* whose table, see above */
	int32_t fd;
	uint32_t ns;   /* ref, always OK */
};

/** A socket in another network namespace than its process's, or than that of the thread whose table it is in. */
struct snap_sock {
	uint32_t proc; /* index into procs */
	int32_t tid;   /* whose table, see above */
	int32_t fd;
	uint32_t ns;   /* ref, always OK */
	const char *protocol; /* "TCP", "UNIX-STREAM"… as ss(8) would; NULL unknown */
	const char *local;    /* local address as text; NULL unknown */
};

/** An nsfs file mounted somewhere: a bind mount of a namespace. */
struct snap_mount {
	uint32_t ns;      /* ref, always OK */
	uint32_t mntns;   /* ref: the mount namespace that it is in */
	const char *path; /* the mount point from the root of that namespace, or in nsview's own from nsview's; any bytes */
	uint8_t remote;   /* 1: behind a file system that may not answer; 0 also where that is unknown, and in a dump */
	bool covered;     /* at that path is another mount (cover.h) */
};

/**
 * One line of a user namespace's uid_map or gid_map, as the kernel tells it to nsview: what is outside is counted as in
 * nsview's user namespace, but of that one itself as in its parent.
 */
struct snap_idmap {
	uint32_t ns; /* ref, always OK */
	uint32_t inside;
	uint32_t outside; /* SNAP_UID_UNKNOWN: it has no number there */
	uint32_t count;
	uint8_t gid; /* 1: gid_map */
};

/** The name of a user, as the machine that was looked at knows it. */
struct snap_user {
	uint32_t uid;
	const char *name;
};

enum label_kind {
	LABEL_DOCKER,
	LABEL_CONTAINERD,
	LABEL_CRIO,
	LABEL_PODMAN,
	LABEL_RUNC,
	LABEL_CRUN,
	LABEL_LXC,
	LABEL_NSPAWN,
	LABEL_MACHINE,
	LABEL_FLATPAK,
	LABEL_SNAP,
	LABEL_SERVICE,
	LABEL_SCOPE,
	LABEL_SANDBOX,
	LABEL_KIND_COUNT,
};

/** What a process belongs to by its cgroup and its runtime's records. A label, never an identity. */
struct snap_label {
	uint8_t kind;        /* enum label_kind */
	const char *name;    /* as people call it; NULL unknown */
	const char *id;      /* the runtime's; NULL none */
	const char *pod;     /* "namespace/pod" of CRI; NULL none */
};

struct snap_host {
	const char *hostname;  /* NULL unknown */
	const char *kernel;    /* release: uname -r */
	const char *version;   /* of nsview that took it */
	uint64_t time;         /* seconds since the Epoch, when the scan began */
	uint64_t uptime;       /* clock ticks since boot (CLOCK_BOOTTIME), when the scan began */
	uint32_t hz;           /* clock ticks a second */
	int32_t self;          /* PID of nsview */
	uint32_t base[NS_TYPE_COUNT]; /* refs: the machine's own namespaces: PID 1's, or else nsview's */
	uint32_t own[NS_TYPE_COUNT];  /* refs: nsview's own */
};

struct snapshot {
	struct arena strings;
	uint64_t tasks_from, tasks_to; /* while processes were read, in order of PID: ns of CLOCK_MONOTONIC; 0 of a dump */
	struct snap_host host;
	struct coverage coverage;

	struct snap_ns *nss;
	size_t nnss, nss_cap;
	struct map ns_by_key; /* ns_key() to the index in nss */
	struct snap_proc *procs; /* sorted by pid */
	size_t nprocs, procs_cap;
	struct snap_thread *threads; /* sorted by process, then tid */
	size_t nthreads, threads_cap;
	struct snap_fd *fds; /* sorted by process, then tid, then fd */
	size_t nfds, fds_cap;
	struct snap_sock *socks; /* sorted by process, then tid, then fd */
	size_t nsocks, socks_cap;
	struct snap_mount *mounts;
	size_t nmounts, mounts_cap;
	struct snap_idmap *idmaps; /* sorted by namespace */
	size_t nidmaps, idmaps_cap;
	struct snap_label *labels;
	size_t nlabels, labels_cap;
	struct snap_user *users;
	size_t nusers, users_cap;
};

/** An empty snapshot, or NULL without memory. */
struct snapshot *snapshot_new(void);

/** Free a snapshot and everything in it. NULL is fine. */
void snapshot_free(struct snapshot *snap);

/** Forget the scoped snapshot. */
static inline void snapshot_free_scoped(struct snapshot **snap)
{
	snapshot_free(*snap);
}
#define AUTO_SNAPSHOT __attribute__((cleanup(snapshot_free_scoped)))

/** The namespace with this identity, as a reference: OK, or NS_REF_ABSENT. */
uint32_t snap_ns_find(const struct snapshot *snap, enum ns_type type, uint32_t ino);

/** What is known of something: from inside a container not all can be told. */
enum snap_answer { SNAP_NO, SNAP_YES, SNAP_UNKNOWN };

/**
 * Whether a namespace is the machine's own: host.base of its type, unless its number or its owner says that it is not
 * the first one. From inside a container all that is seen may be that container's.
 */
enum snap_answer snap_is_machines(const struct snapshot *snap, uint32_t ns);

/** Processes by PID, for qsort(3). */
int snap_proc_compare(const void *a, const void *b);

/** The process with a PID, as its index; SNAP_NONE when there is none. */
uint32_t snap_proc_find(const struct snapshot *snap, int32_t pid);

/** The same for who asks in order of PID, mostly: *near, at first 0, is where to begin, and is moved on. */
uint32_t snap_proc_find_near(const struct snapshot *snap, int32_t pid, uint32_t *near);

/** Descriptors and sockets in their order, for qsort(3). */
int snap_fd_compare(const void *a, const void *b);
int snap_sock_compare(const void *a, const void *b);

#define SNAP_FD_PATH 64 /* bytes that the path of a descriptor takes at most */

/** Write the path below /proc of a descriptor of a process, in the table of thread tid unless that is 0. Returns it. */
const char *snap_fd_path(const struct snap_proc *proc, int32_t tid, int32_t fd, char path[SNAP_FD_PATH]);

/** The name of a kind of label, as the KIND column shows it. */
const char *label_kind_name(enum label_kind kind);

/** The kind called name, or -EINVAL. */
int label_kind_find(const char *name);

#endif
