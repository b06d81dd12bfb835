/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_VIEW_CELLS_H
#define NSVIEW_VIEW_CELLS_H

#include "nsview/cell.h"
#include "nsview/column.h"

/* One getter a column: what a namespace or a process has there. See struct column. */
typedef struct cell cells_fn(const struct graph *g, struct row row, struct arena *scratch);

cells_fn cells_ns, cells_type, cells_path, cells_nprocs, cells_pid, cells_ppid, cells_command, cells_uid, cells_user,
	cells_netnsid, cells_nsfs, cells_pns, cells_ons, cells_name, cells_threads, cells_ouid, cells_ouser, cells_id,
	cells_age, cells_cpu, cells_rss, cells_nspid, cells_unshared, cells_uidmap, cells_gidmap, cells_held;

/* Those of the live view: see cells_live.c. */
cells_fn cells_kind, cells_live_name, cells_unique, cells_userns, cells_state, cells_cpu_rate, cells_pss, cells_rx_rate, cells_tx_rate,
	cells_read_rate, cells_write_rate;

/** What the namespace's bind mount is called that nsview itself can reach, as ip netns does; or NULL. */
const char *cells_mount_name(const struct graph *g, uint32_t ns);

#endif
