/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_INSIDE_H
#define NSVIEW_INSIDE_H

#include "nsview/arena.h"

#include <stddef.h>

/*
 * What is inside a namespace or a process, as it was read for one question: rows of text by kind.
 * Plain data, so that a child that entered a namespace can hand it over a pipe.
 */

enum inside_kind {
	INSIDE_FLIGHT,    /* PID and descriptor of a socket, how many descriptors are in messages that it has not received */
	INSIDE_INTERFACE, /* index, name, state, mtu, addresses, peer's name, index, and inode of its network namespace if another (0: unknown) */
	INSIDE_LISTENER,  /* protocol, local address, port */
	INSIDE_ROUTE,     /* destination, gateway, interface */
	INSIDE_MOUNT,     /* id, parent, mount point, type, source, root, propagation */
	INSIDE_UTS,       /* host name, domain name */
	INSIDE_SHM,       /* id, key, owner's UID, bytes, attached */
	INSIDE_SEM,       /* id, key, owner's UID, semaphores */
	INSIDE_MSG,       /* id, key, owner's UID, bytes, messages */
	INSIDE_MQUEUE,    /* name */
	INSIDE_OFFSET,    /* clock, seconds, nanoseconds */
	INSIDE_CGROUP,    /* hierarchy, root as we see it */
	INSIDE_LIMIT,     /* type, number allowed */
	INSIDE_MEMBER_CAPS, /* number of members with the same effective set, PIDs of the first by blanks, mask in hexadecimal */
	INSIDE_PROPAGATION, /* inode of another mount namespace; how many of its mounts share, receive, send (propagation.h) */
	INSIDE_PIDS,      /* PIDs of one process at every level, outermost first, by blanks */
	INSIDE_CAPS,      /* set, mask in hexadecimal, of the first process */
	INSIDE_PATH,      /* "root" or "cwd", where it leads */
	INSIDE_ROOT,      /* path as we see it, device, inode, mount's id or "" where the kernel tells none */
	INSIDE_TROUBLE,   /* what could not be looked at, why */
	INSIDE_KIND_COUNT,
};

/** More fields than any kind has. */
enum { INSIDE_FIELDS = 8 };

struct inside_row {
	enum inside_kind kind;
	size_t n; /* fields that are set; the rest is "" */
	const char *fields[INSIDE_FIELDS];
};

struct inside {
	struct arena strings;
	struct inside_row *rows; /* in the order in which they were read */
	size_t n, cap;
};

/** How many fields a kind has. */
size_t inside_field_count(enum inside_kind kind);

/** Add a row; NULL fields are "". The texts are copied. 0 or -ENOMEM. */
int inside_add(struct inside *in, enum inside_kind kind, const char *const *fields, size_t n);

/** inside_put(in, INSIDE_UTS, "host", "domain") */
#define inside_put(in, kind, ...) \
	inside_add((in), (kind), (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/** Empty it and free its memory. */
void inside_done(struct inside *in);

/**
 * Append rows that inside_write() made, as they arrive from a child that may have been talked
 * into anything. 0; -EINVAL when they are not well formed; -ENOMEM.
 */
int inside_parse(struct inside *in, const char *data, size_t len);

/** Rows as bytes in malloc()ed memory: a kind and its fields, each ended by a NUL. 0 or -ENOMEM. */
int inside_write(const struct inside *in, char **ret, size_t *len);

#endif
