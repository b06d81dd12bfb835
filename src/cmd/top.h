/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_CMD_TOP_H
#define NSVIEW_CMD_TOP_H

#include "cmd/look_opts.h"
#include "nsview/fail.h"
#include "nsview/scan.h"
#include "nsview/top.h"

#include <signal.h>
#include <stdbool.h>

/* What the files of nsview top have in common. */

struct top_cmd {
	struct look_opts look;
	bool batch, json, readonly;
	long count;   /* of refreshes; 0: until it is stopped */
	double delay; /* 0: not given */
	const char *filter, *sort, *view;
	int32_t pid;
};

/* top_frame.c */

/** What one who makes frames keeps from one to the next. Zeroed: nothing yet. */
struct frame_maker {
	struct look_source source;
	struct scan_keep keep;
	struct usage *before;
};

/** Look at the machine as top_want() asks. 0, or a negative errno with the step in *why. */
int frame_make(struct frame_maker *m, const struct top_want *want, struct top_frame **ret, struct fail *why);
/** A frame of a saved snapshot, which it owns from now on. 0 or -ENOMEM. */
int frame_saved(struct snapshot *snap, struct top_frame **ret);
void frame_maker_done(struct frame_maker *m);

/* top_worker.c */

/** A thread that makes frames. */
struct worker;

/** 0 or a negative errno: -EAGAIN where no thread can be made. */
int worker_start(const struct look_source *source, struct worker **ret);
/**
 * End it. Nobody waits for a scan: a thread that is in the middle of one is left alone, with its memory, to end with the
 * process.
 */
void worker_stop(struct worker *w);
/** Readable when a frame is there. */
int worker_fd(const struct worker *w);
/** Make a frame; nothing happens while one is being made. Takes want's list of PIDs. */
void worker_ask(struct worker *w, struct top_want *want);
bool worker_busy(struct worker *w);
/** What came of it: the frame, or NULL and *why. */
struct top_frame *worker_take(struct worker *w, struct fail *why);

/* top_batch.c, top_loop.c: the exit status */
int top_batch(const struct top_cmd *o, struct top *t);
int top_loop(const struct top_cmd *o, struct top *t);

/* top_signals.c: one at a time, since signals know no other */

/** Handle every signal that would end us, and those that tell something. From now on, until the process ends. 0 or a negative errno. */
int signals_take(void);
/** Block for a new thread or process what the handlers are for. */
void signals_block(sigset_t *before);
/** Readable when there is something for signals_next(): the number of a signal that came, or 0. */
int signals_fd(void);
int signals_next(void);
/**
 * The signal that ends us, or 0. Who doesn't end within a second of it, because a terminal takes no more output
 * for instance, is ended by the handler, the terminal given back as far as can be.
 */
int signals_ending(void);
/** More of that time. */
void signals_more_time(void);
/** While the terminal is lent, keys that make signals don't end us. */
void signals_lend(bool lent);
/** End as the signal would have ended us, so that whoever waits for us knows. */
void signals_die(int sig);

/* top_child.c: other commands of nsview as children */

/**
 * Run "nsview enter TARGET" in the terminal, which it has to itself meanwhile. A signal that ends us, or the loss of the
 * terminal, ends it as well: it gets the signal, a moment later SIGHUP, and SIGKILL at last.
 * Its exit status, or a negative errno when it could not be started. *entered: whether a command was executed inside.
 */
int child_enter(const char *target, bool *entered);

/** "nsview show TARGET", read bit by bit. */
struct child_show {
	int fd; /* -1: none runs */
	int pid;
	char target[32];
	char text[64 * 1024];
	size_t len;
};
void child_show_start(struct child_show *c, const char *target);
/** Read what is there. True when it has ended: text is complete then. */
bool child_show_read(struct child_show *c);
void child_show_stop(struct child_show *c);

/* top_rc.c */

/** Take the settings that were saved, if there are any. */
void toprc_load(struct top *t);
/**
 * Save them in one step, in the file that they are a symbolic link to if that link is our own. 0, or a negative errno and
 * *why for people; path (size bytes) says where.
 */
int toprc_save(const struct top *t, char *path, size_t size, const char **why);

#endif
