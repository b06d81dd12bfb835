/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_HARVEST_H
#define NSVIEW_SCAN_HARVEST_H

#include "nsview/map.h"
#include "nsview/snapshot.h"

#include <stdbool.h>

/*
 * What one worker has found of the holders inside processes. Namespaces are inode numbers until
 * everything is merged into the snapshot.
 */
struct harvest_fd {
	struct snap_fd fd; /* ns: the inode */
	enum ns_type type;
};

/* A thread that has another table of descriptors than its process shows. */
struct thread_table {
	int32_t tid;
	uint32_t net; /* inode of the thread's network namespace, or an NS_REF_* reason */
};

struct harvest {
	struct snap_thread *threads; /* ns[]: inodes or NS_REF_* reasons */
	size_t nthreads, threads_cap;
	struct harvest_fd *fds;
	size_t nfds, fds_cap;
	struct snap_sock *socks; /* ns: the inode of a network namespace */
	size_t nsocks, socks_cap;
	struct arena strings;
	struct map sock_nets; /* a socket's inode to that of its network namespace: descriptors share sockets */
	struct thread_table *tables; /* of the process that is being read */
	size_t ntables, tables_cap;
	uint32_t missed; /* mask of 1 << enum scan_source: what could not be read of that process */
	uint32_t unread[SOURCE_COUNT]; /* processes that a source could not read */
	bool no_sockets;               /* the kernel lacks pidfd_getfd(2) or SIOCGSKNS */
};

/** What threads_read() looks for. */
struct threads_query {
	uint32_t proc;
	int32_t pid;
	const uint32_t *own; /* the process's links */
	bool leaderless;     /* its main thread has ended, others have not */
	bool tables;         /* note tables of descriptors, too */
};

/**
 * Read the threads of a process that differ from it.
 * 0 or a negative errno for trouble of our own; threads and processes that end are passed over.
 */
int threads_read(struct harvest *h, int dirfd, const struct threads_query *q);

/** Note a thread, whose network namespace is known, for tables_read() unless it has the table of its main thread. 0 or -ENOMEM. */
int tables_note(struct harvest *h, const struct threads_query *q, int32_t tid, uint32_t net);

/**
 * How descriptors that were opened by a bind mount of a namespace look: their links read as the path of the mount, or "/"
 * when it is gone.
 */
struct mounted_marks {
	struct map paths; /* by map_hash() */
	int procfd;       /* borrowed */
};

/** What fds_read() looks for. */
struct fds_query {
	uint32_t proc;
	int32_t pid;
	int32_t tid;  /* whose table it is; 0: the one of the main thread */
	uint32_t net; /* inode of the process's or that thread's network namespace, or an NS_REF_* reason */
	bool fds, sockets;
	const struct mounted_marks *marks;
};

/**
 * Read the descriptors of a process or thread that are nsfs files, and its sockets of other network
 * namespaces; dirfd is its directory. Links are read, and nothing but what is known to be of nsfs, a socket or a tun device
 * is opened or borrowed, so no file system is waited for.
 */
int fds_read(struct harvest *h, int dirfd, const struct fds_query *q);

/**
 * Read each table of descriptors that was noted once, by the lowest of the threads that have it; dirfd is the process's
 * directory. 0 or a negative errno.
 */
int tables_read(struct harvest *h, int dirfd, const struct fds_query *q);

/** The inode of a socket's network namespace (SIOCGSKNS), or of a tun descriptor's. 0 or a negative errno. */
int socket_net(int fd, uint32_t *ino);

/**
 * Whether a descriptor in our own table, which may be of O_PATH, is of /dev/net/tun, which holds a network namespace as a
 * socket does. Nobody who serves a file is asked.
 */
bool socket_is_tun(int fd);

/**
 * A socket's protocol and local address by its descriptor in our own table, as far as they can be told; of a tun
 * descriptor TUN or TAP and the interface's name.
 */
void socket_describe(int fd, struct arena *strings, struct snap_sock *ret);

#endif
