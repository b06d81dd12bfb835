/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SIGNAME_H
#define NSVIEW_SIGNAME_H

/** The number of a signal: "TERM", "SIGTERM", "sigterm", "15". -EINVAL for what is none. */
int signame_parse(const char *s);

/** The name of a signal without SIG, such as "TERM"; NULL for a number that has none. */
const char *signame_of(int sig);

#endif
