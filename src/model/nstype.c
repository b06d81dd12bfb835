/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/nstype.h"

#include "nsview/text.h"

#include <assert.h>
#include <errno.h>
#include <sched.h>
#include <string.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

static const struct ns_info infos[] = {
	[NS_CGROUP] = {"cgroup", "cgroup",  CLONE_NEWCGROUP, 'C', false, 0xeffffffbu},
	[NS_IPC]    = {"ipc",    "IPC",     CLONE_NEWIPC,    'i', false, 0xefffffffu},
	[NS_MNT]    = {"mnt",    "mount",   CLONE_NEWNS,     'm', false, 0xeffffff8u}, /* the first namespace, hence no name of its own */
	[NS_NET]    = {"net",    "network", CLONE_NEWNET,    'n', false, 0xeffffff9u},
	[NS_PID]    = {"pid",    "PID",     CLONE_NEWPID,    'p', true,  0xeffffffcu},
	[NS_TIME]   = {"time",   "time",    CLONE_NEWTIME,   'T', false, 0xeffffffau},
	[NS_USER]   = {"user",   "user",    CLONE_NEWUSER,   'U', true,  0xeffffffdu},
	[NS_UTS]    = {"uts",    "UTS",     CLONE_NEWUTS,    'u', false, 0xeffffffeu},
};
static_assert(sizeof(infos) / sizeof(infos[0]) == NS_TYPE_COUNT, "one row per namespace type");

const struct ns_info *ns_info(enum ns_type type)
{
	return &infos[type];
}

const char *ns_slot_name(enum ns_slot slot)
{
	switch (slot) {
	case NS_SLOT_PID_CHILDREN:
		return "pid_for_children";
	case NS_SLOT_TIME_CHILDREN:
		return "time_for_children";
	default:
		return infos[slot].name;
	}
}

enum ns_type ns_slot_type(enum ns_slot slot)
{
	switch (slot) {
	case NS_SLOT_PID_CHILDREN:
		return NS_PID;
	case NS_SLOT_TIME_CHILDREN:
		return NS_TIME;
	default:
		return (enum ns_type)slot;
	}
}

int ns_type_find(const char *name, size_t len)
{
	for (int t = 0; t < NS_TYPE_COUNT; t++) {
		const char *is = infos[t].name, *also = infos[t].long_name;

		if ((strlen(is) == len && !memcmp(is, name, len)) || (strlen(also) == len && text_ieqn(also, name, len)))
			return t;
	}
	return -EINVAL;
}

int ns_type_of_letter(char letter)
{
	for (int t = 0; t < NS_TYPE_COUNT; t++)
		if (infos[t].letter == letter)
			return t;
	return -EINVAL;
}

int ns_type_of_flag(uint64_t flag)
{
	for (int t = 0; t < NS_TYPE_COUNT; t++)
		if (infos[t].clone_flag == flag)
			return t;
	return -EINVAL;
}
