/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_EXEC_ENTER_WALK_H
#define NSVIEW_EXEC_ENTER_WALK_H

#include "exec/enter.h"

#include <stdbool.h>
#include <sys/types.h>

struct supervise;

/* The steps of a plan as a process takes them that is to become the command. */

/** What a walker says to its parent over a SOCK_SEQPACKET pair, as struct monitor_msg. */
enum enter_word {
	ENTER_SAYS_PTY,   /* from a scout: carries the master of the target's pseudo-terminal, if it has one */
	ENTER_SAYS_CHILD, /* arg: PID of the command, a child of the same parent; the walker ends */
};

/** A process on its way in. */
struct enter_walker {
	const struct enter_job *job;
	const struct supervise *sup; /* NULL: the process was not forked for this */
	int sock;                    /* to the parent, or -1 */
	/*
	 * A scout opens the pseudo-terminal inside and ends: a process gets its controlling terminal by being
	 * forked from one that has it, so the parent needs it before there is a walker.
	 */
	bool scout;
	int slave;       /* of the session's pseudo-terminal, or -1 */
	bool groupless;  /* the groups went before anything was joined */
	bool foreground; /* the command owns the pseudo-terminal from the beginning */
	uid_t uid;       /* who to be; from enter_read_ids() for ENTER_ID_FOLLOW */
	gid_t gid;
};

/** Take all steps; the last one is exec(2), so this returns only when one failed: see *why. */
void enter_walk(struct enter_walker *w, struct enter_failure *why);

#endif
