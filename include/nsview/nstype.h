/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_NSTYPE_H
#define NSVIEW_NSTYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The namespace types of namespaces(7), in the order in which they are shown. */
enum ns_type {
	NS_CGROUP,
	NS_IPC,
	NS_MNT,
	NS_NET,
	NS_PID,
	NS_TIME,
	NS_USER,
	NS_UTS,
	NS_TYPE_COUNT,
};

/**
 * The links in /proc/PID/ns: one for each type, under the type's number, then the two that name
 * the namespaces of children to be.
 */
enum ns_slot {
	NS_SLOT_PID_CHILDREN = NS_TYPE_COUNT,
	NS_SLOT_TIME_CHILDREN,
	NS_SLOT_COUNT,
};

/** All types, as a mask of 1 << type. */
#define NS_TYPES_ALL ((1u << NS_TYPE_COUNT) - 1)

struct ns_info {
	const char *name;     /* as in /proc/PID/ns, and before the colon of a link's target */
	const char *long_name; /* as people say it: "mount", "network" */
	uint64_t clone_flag;  /* CLONE_NEW*, which setns(2) takes as well */
	char letter;          /* of unshare(1) and nsenter(1) */
	bool hierarchical;    /* NS_GET_PARENT works */
	uint32_t init_ino;    /* PROC_*_INIT_INO: fixed since 3.8 (time 5.6, net and mnt 6.18), or what it is when that is known; 0 never */
};

/** What is fixed about a type. */
const struct ns_info *ns_info(enum ns_type type);

/** The name of a link in /proc/PID/ns. */
const char *ns_slot_name(enum ns_slot slot);

/** The type of namespace that a link names. */
enum ns_type ns_slot_type(enum ns_slot slot);

/** The type called name (len bytes; "mnt", and the long names "mount", "network"), or -EINVAL. */
int ns_type_find(const char *name, size_t len);

/** The type of a letter of unshare(1), or -EINVAL. */
int ns_type_of_letter(char letter);

/** The type of a single CLONE_NEW* flag, or -EINVAL. */
int ns_type_of_flag(uint64_t flag);

/** The key of a namespace in a map. Namespace inodes have 32 bits (ns_common.inum). */
static inline uint64_t ns_key(enum ns_type type, uint32_t ino)
{
	return (uint64_t)type << 32 | ino;
}

#endif
