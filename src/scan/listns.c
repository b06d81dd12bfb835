/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/listns.h"

#include "nsview/fd.h"
#include "scan/door.h"
#include "scan/kernel.h"
#include "scan/registry.h"

#include <errno.h>

enum { IDS_AT_ONCE = 512 };

/* The namespaces that were met already, by id. */
static int index_ids(const struct snapshot *snap, struct map *known)
{
	int err = map_reserve(known, snap->nnss);

	for (size_t i = 0; i < snap->nnss && err == 0; i++)
		if (snap->nss[i].id)
			err = map_put(known, snap->nss[i].id, (uint32_t)i);
	return err;
}

static int add(struct snapshot *snap, enum ns_type type, uint64_t id, uint32_t *unread)
{
	uint32_t ino, ref;

	/* A file handle with the id alone: the inode is what we want to learn. */
	AUTO_CLOSE int fd = door_handle_open(type, id, 0);
	if (fd < 0 || door_ino(fd, &ino) < 0) {
		(*unread)++;
		return 0;
	}

	int err = registry_add(snap, type, ino, SOURCE_LISTNS, &ref);

	if (err == 0)
		snap->nss[ref].id = id;
	return err;
}

/* 0, or the negative errno of the first call; what comes later ends the list. */
static int list_type(struct snapshot *snap, enum ns_type type, const struct map *known, uint32_t *unread)
{
	struct kernel_ns_id_req req = {.size = sizeof(req), .ns_type = (uint32_t)ns_info(type)->clone_flag};
	uint64_t ids[IDS_AT_ONCE];
	long n;

	do {
		n = syscall(__NR_listns, &req, ids, IDS_AT_ONCE, 0);
		if (n < 0)
			return -errno;
		for (long i = 0; i < n; i++) {
			uint32_t ref = map_get(known, ids[i]);
			int err = 0;

			if (ref == MAP_NONE)
				err = add(snap, type, ids[i], unread);
			else
				snap->nss[ref].seen_by |= 1u << SOURCE_LISTNS;
			if (err < 0)
				return err;
		}
		if (n > 0)
			req.ns_id = ids[n - 1];
	} while (n == IDS_AT_ONCE);
	return 0;
}

int listns_read(unsigned types, struct snapshot *snap)
{
	struct source_report *report = &snap->coverage.sources[SOURCE_LISTNS];
	struct map known = {0};
	int err = index_ids(snap, &known);

	report->state = SOURCE_RAN;
	for (int t = 0; t < NS_TYPE_COUNT && err == 0; t++)
		if (types & 1u << t)
			err = list_type(snap, (enum ns_type)t, &known, &report->unread);
	map_done(&known);
	if (err == -ENOSYS || err == -EINVAL || err == -EOPNOTSUPP)
		report->state = SOURCE_LACKING;
	else if (err == -EPERM || err == -EACCES)
		report->state = SOURCE_DENIED;
	else
		return err;
	return 0;
}
