/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_SCAN_NETNSID_H
#define NSVIEW_SCAN_NETNSID_H

#include <stdint.h>

struct mnl_socket;

/** A route netlink socket, or NULL with errno. Close with mnl_socket_close(). */
struct mnl_socket *netnsid_open(void);

/**
 * The id that an open network namespace has in ours (RTM_GETNSID): SNAP_NETNSID_UNASSIGNED for
 * none. 0 or a negative errno.
 */
int netnsid_read(struct mnl_socket *nl, int fd, int32_t *ret);

/** Whether our network namespace has an id for any: 1, 0, or a negative errno. */
int netnsid_any(struct mnl_socket *nl);

#endif
