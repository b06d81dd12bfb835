/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_FDINFO_H
#define NSVIEW_FDINFO_H

#include <stddef.h>
#include <stdint.h>

/*
 * What /proc tells of a descriptor that is a socket.
 */

/** The inode of a socket, from the target of a /proc/PID/fd link, "socket:[12345]". 0 or a negative errno, *ret untouched. */
int fdinfo_socket_parse(const char *s, size_t len, uint64_t *ret);

/**
 * How many descriptors wait in messages that a Unix socket has not received, from its /proc/PID/fdinfo file.
 * 0; -ENOENT without such a line, as of sockets of other families; -EINVAL for a bad one. *ret is set on success only.
 */
int fdinfo_in_flight_parse(const char *text, size_t len, uint32_t *ret);

#endif
