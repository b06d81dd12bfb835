/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/relations.h"

#include "nsview/fd.h"
#include "nsview/vec.h"
#include "scan/door.h"
#include "scan/elsewhere.h"
#include "scan/kernel.h"
#include "scan/netnsid.h"
#include "scan/registry.h"
#include "scan/workers.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <stdatomic.h>
#include <sys/ioctl.h>

enum { CHUNK = 64, DOORS_TRIED = 3 };

/* What the kernel says of one namespace; owner and parent are inode numbers or NS_REF_* reasons. */
struct relation {
	uint64_t id;
	uint32_t owner, parent;
	uint32_t owner_uid;
	int32_t netnsid;
	bool known;
};

/* An ancestor or owner that no table had. */
struct found {
	enum ns_type type;
	uint32_t ino;
	struct relation rel;
};

/* What one worker keeps for itself. */
struct asker {
	struct found *found;
	size_t nfound, cap;
	struct map by_key; /* index into found */
	struct mnl_socket *nl;
};

struct relation_scan {
	int procfd;
	const struct snapshot *snap;
	const struct door *doors;
	struct relation *rels; /* beside snap->nss */
	uint32_t *tried;       /* doors of each namespace that led nowhere */
	struct asker *askers;
	bool netnsid;
	bool no_netnsids; /* our network namespace knows no other by an id */
	atomic_bool no_id; /* the kernel lacks NS_GET_ID */
};

/* Beyond the first namespace the kernel says EPERM, as it does where our view ends; only the first has a fixed inode. */
static uint32_t refusal(enum ns_type type, uint32_t ino, int err)
{
	if (err == EPERM && ino == ns_info(type)->init_ino)
		return NS_REF_ABSENT;
	return err == EINVAL || err == ENOTTY ? NS_REF_ABSENT : NS_REF_DENIED;
}

/* The namespace that an ioctl leads to, as an open descriptor for going on, and its inode or the reason why there is none. */
static int follow(int fd, unsigned long request, enum ns_type type, uint32_t ino, uint32_t *ret)
{
	AUTO_CLOSE int next = ioctl(fd, request);

	if (next < 0) {
		*ret = refusal(type, ino, errno);
		return errno == EMFILE || errno == ENFILE || errno == ENOMEM ? -errno : -1;
	}
	if (door_ino(next, ret) < 0) {
		*ret = NS_REF_DENIED;
		return -1;
	}
	return take_fd(&next);
}

static uint64_t id_read(struct relation_scan *s, int fd, enum ns_type type)
{
	uint64_t id = 0;

	if (!atomic_load(&s->no_id)) {
		if (ioctl(fd, NS_GET_ID, &id) == 0)
			return id;
		if (errno == ENOTTY || errno == EINVAL)
			atomic_store(&s->no_id, true);
	}
	if (type == NS_MNT && ioctl(fd, NS_GET_MNTNS_ID, &id) == 0)
		return id;
	return 0;
}

/* Everything of one open namespace but where its parent and owner are. */
static void own_facts(struct relation_scan *s, struct asker *a, int fd, enum ns_type type, struct relation *rel)
{
	uid_t uid;

	*rel = (struct relation){
		.id = id_read(s, fd, type),
		.owner = NS_REF_DENIED,
		.parent = NS_REF_ABSENT,
		.owner_uid = SNAP_UID_UNKNOWN,
		.netnsid = type == NS_NET && s->no_netnsids ? SNAP_NETNSID_UNASSIGNED : SNAP_NETNSID_UNKNOWN,
		.known = true,
	};
	if (type == NS_USER && ioctl(fd, NS_GET_OWNER_UID, &uid) == 0)
		rel->owner_uid = uid;
	if (type == NS_NET && s->netnsid && !s->no_netnsids) {
		if (!a->nl)
			a->nl = netnsid_open();
		if (a->nl)
			netnsid_read(a->nl, fd, &rel->netnsid);
	}
}

static bool is_known(const struct relation_scan *s, const struct asker *a, enum ns_type type, uint32_t ino)
{
	return NS_REF_OK(snap_ns_find(s->snap, type, ino)) || map_get(&a->by_key, ns_key(type, ino)) != MAP_NONE;
}

static int ask(struct relation_scan *s, struct asker *a, int fd, enum ns_type type, uint32_t ino, struct relation *rel);

/* One step up. A namespace that nobody knew is asked in turn; the kernel nests at most 32 deep. */
static int step(struct relation_scan *s, struct asker *a, int fd, unsigned long request, enum ns_type type, uint32_t ino,
		enum ns_type next_type, uint32_t *ret)
{
	struct found f = {.type = next_type};
	AUTO_CLOSE int next = follow(fd, request, type, ino, ret);

	if (next < 0)
		return next == -1 ? 0 : next;
	if (is_known(s, a, next_type, *ret))
		return 0;

	f.ino = *ret;
	int err = ask(s, a, next, next_type, f.ino, &f.rel);
	if (err == 0)
		err = vec_reserve(&a->found, &a->cap, a->nfound + 1);
	if (err == 0)
		err = map_put(&a->by_key, ns_key(next_type, f.ino), (uint32_t)a->nfound);
	if (err == 0)
		a->found[a->nfound++] = f;
	return err;
}

static int ask(struct relation_scan *s, struct asker *a, int fd, enum ns_type type, uint32_t ino, struct relation *rel)
{
	int err;

	own_facts(s, a, fd, type, rel);
	err = step(s, a, fd, NS_GET_USERNS, type, ino, NS_USER, &rel->owner);
	if (err < 0)
		return err;
	if (type == NS_USER) /* whoever made it was in its parent: the kernel answers both with the same */
		rel->parent = rel->owner;
	else if (ns_info(type)->hierarchical)
		err = step(s, a, fd, NS_GET_PARENT, type, ino, type, &rel->parent);
	return err;
}

/* Whether another source told all that is to be asked. */
static bool is_settled(const struct relation_scan *s, const struct snap_ns *ns)
{
	return ns->owner != NS_REF_UNREAD && (ns->type != NS_NET || !s->netnsid || s->no_netnsids);
}

static bool is_missing(const struct relation_scan *s, uint32_t ns)
{
	return !s->rels[ns].known && !is_settled(s, &s->snap->nss[ns]);
}

static int ask_portion(void *ctx, unsigned worker, size_t first, size_t last)
{
	struct relation_scan *s = ctx;
	const struct snapshot *snap = s->snap;

	for (size_t i = first; i < last; i++) {
		const struct snap_ns *ns = &snap->nss[i];

		if (s->doors[i].kind == DOOR_NONE || !is_missing(s, (uint32_t)i))
			continue;

		AUTO_CLOSE int fd = door_open(s->procfd, snap, (uint32_t)i, &s->doors[i]);
		if (fd == -EMFILE || fd == -ENFILE || fd == -ENOMEM)
			return fd;
		if (fd < 0) {
			s->tried[i]++;
			continue;
		}

		int err = ask(s, &s->askers[worker], fd, (enum ns_type)ns->type, ns->ino, &s->rels[i]);

		if (err < 0)
			return err;
	}
	return 0;
}

static bool anything_to_ask(const struct relation_scan *s)
{
	for (size_t i = 0; i < s->snap->nnss; i++)
		if (!is_settled(s, &s->snap->nss[i]))
			return true;
	return false;
}

/* Members may end while we ask: what is still unknown gets the next door, a few times. */
static int ask_all(struct relation_scan *s, unsigned workers)
{
	const struct snapshot *snap = s->snap;
	size_t missing = 1;
	int err = 0;

	for (int try = 0; try < DOORS_TRIED && missing && err == 0; try++) {
		AUTO_FREE struct door *doors = doors_find(snap, try ? s->tried : NULL);

		if (!doors)
			return -ENOMEM;
		s->doors = doors;
		err = workers_run(snap->nnss, CHUNK, workers, ask_portion, s);
		missing = 0;
		for (size_t i = 0; i < snap->nnss; i++)
			missing += doors[i].kind != DOOR_NONE && is_missing(s, (uint32_t)i);
	}
	return err;
}

/* A namespace that came from a child. */
static int ask_mounted(void *ctx, uint32_t mount, int fd)
{
	struct relation_scan *s = ctx;
	uint32_t ref = s->snap->mounts[mount].ns;
	const struct snap_ns *ns = &s->snap->nss[ref];

	if (fd == -EMFILE || fd == -ENFILE || fd == -ENOMEM)
		return fd;
	return fd < 0 || !is_missing(s, ref) ? 0 : ask(s, &s->askers[0], fd, (enum ns_type)ns->type, ns->ino, &s->rels[ref]);
}

static int compare_mntns(const void *a, const void *b, void *ctx)
{
	const struct snap_mount *mounts = ctx;
	uint32_t x = mounts[*(const uint32_t *)a].mntns, y = mounts[*(const uint32_t *)b].mntns;

	return (x > y) - (x < y);
}

/* The mounts that take a child, of what is still unknown, as indices in order of mount namespaces. */
static size_t mounts_elsewhere(const struct relation_scan *s, uint32_t *mounts)
{
	const struct snapshot *snap = s->snap;
	size_t n = 0;

	for (uint32_t i = 0; i < snap->nmounts; i++)
		if (door_mount_is_far(snap, &snap->mounts[i]) && NS_REF_OK(snap->mounts[i].mntns) &&
		    is_missing(s, snap->mounts[i].ns))
			mounts[n++] = i;
	if (n)
		qsort_r(mounts, n, sizeof(*mounts), compare_mntns, snap->mounts);
	return n;
}

/*
 * What only a mount leads to that is no door takes a child for each mount namespace. One that does not
 * come back in time is enough: others may be behind the same file system.
 */
static int ask_elsewhere(struct relation_scan *s)
{
	const struct snapshot *snap = s->snap;
	AUTO_FREE uint32_t *mounts = calloc(snap->nmounts + 1, sizeof(*mounts));
	size_t n = mounts ? mounts_elsewhere(s, mounts) : 0;
	AUTO_FREE struct door *doors = n ? doors_find(snap, NULL) : NULL;
	int err = mounts && (doors || !n) ? 0 : -ENOMEM;

	for (size_t first = 0, last; first < n && err == 0; first = last) {
		for (last = first + 1; last < n && snap->mounts[mounts[last]].mntns == snap->mounts[mounts[first]].mntns;)
			last++;
		err = elsewhere_read(s->procfd, snap, doors, &mounts[first], last - first, ask_mounted, s);
	}
	return err == -ENOMEM || err == -EMFILE || err == -ENFILE ? err : 0;
}

static uint32_t to_ref(const struct snapshot *snap, enum ns_type type, uint32_t ino)
{
	uint32_t ref = NS_REF_OK(ino) ? snap_ns_find(snap, type, ino) : ino;

	/* Our own lists are complete, so a miss could only be a namespace that we may not see. */
	return NS_REF_OK(ino) && ref == NS_REF_ABSENT ? NS_REF_DENIED : ref;
}

static void apply(struct snapshot *snap, uint32_t ref, const struct relation *rel)
{
	struct snap_ns *ns = &snap->nss[ref];

	ns->id = rel->id;
	ns->owner = to_ref(snap, NS_USER, rel->owner);
	ns->parent = ns_info((enum ns_type)ns->type)->hierarchical ? to_ref(snap, (enum ns_type)ns->type, rel->parent)
								  : NS_REF_ABSENT;
	ns->owner_uid = rel->owner_uid;
	ns->netnsid = rel->netnsid;
	ns->seen_by |= 1u << SOURCE_RELATIONS;
}

/* First all namespaces, then what they say of each other. */
static int merge(const struct relation_scan *s, struct snapshot *snap, unsigned workers, size_t before, unsigned types)
{
	uint32_t *unread = &snap->coverage.sources[SOURCE_RELATIONS].unread, ref;

	for (unsigned w = 0; w < workers; w++)
		for (size_t i = 0; i < s->askers[w].nfound; i++) {
			const struct found *f = &s->askers[w].found[i];
			int err = registry_add(snap, f->type, f->ino, SOURCE_RELATIONS, &ref);

			if (err < 0)
				return err;
		}
	for (unsigned w = 0; w < workers; w++)
		for (size_t i = 0; i < s->askers[w].nfound; i++) {
			const struct found *f = &s->askers[w].found[i];

			apply(snap, snap_ns_find(snap, f->type, f->ino), &f->rel);
		}
	for (size_t i = 0; i < before; i++) {
		if (s->rels[i].known) {
			apply(snap, (uint32_t)i, &s->rels[i]);
			continue;
		}
		if (snap->nss[i].owner != NS_REF_UNREAD)
			continue;
		*unread += (types & 1u << snap->nss[i].type) != 0;
		snap->nss[i].owner = NS_REF_DENIED;
		if (ns_info((enum ns_type)snap->nss[i].type)->hierarchical)
			snap->nss[i].parent = NS_REF_DENIED;
	}
	return 0;
}

static void askers_free(struct asker *askers, unsigned n)
{
	for (unsigned i = 0; askers && i < n; i++) {
		free(askers[i].found);
		map_done(&askers[i].by_key);
		if (askers[i].nl)
			mnl_socket_close(askers[i].nl);
	}
	free(askers);
}

/* Most machines assign no ids, and then one question answers for all. */
static void note_netnsids(struct relation_scan *s, struct snapshot *snap)
{
	struct mnl_socket *nl = s->netnsid ? netnsid_open() : NULL;

	if (!nl)
		return;
	s->no_netnsids = netnsid_any(nl) == 0;
	mnl_socket_close(nl);
	for (size_t i = 0; s->no_netnsids && i < snap->nnss; i++)
		if (snap->nss[i].type == NS_NET)
			snap->nss[i].netnsid = SNAP_NETNSID_UNASSIGNED;
}

static int ask_and_merge(struct relation_scan *s, const struct scan_opts *opts, struct snapshot *snap)
{
	size_t n = snap->nnss;
	unsigned workers = workers_count(n, opts->workers);
	AUTO_FREE struct relation *rels = calloc(n + 1, sizeof(*rels));
	AUTO_FREE uint32_t *tried = calloc(n + 1, sizeof(*tried));
	int err = -ENOMEM;

	s->rels = rels;
	s->tried = tried;
	s->askers = calloc(workers, sizeof(*s->askers));
	if (rels && tried && s->askers)
		err = ask_all(s, workers);
	if (err == 0 && !opts->keep)
		err = ask_elsewhere(s);
	if (err == 0)
		err = merge(s, snap, workers, n, opts->types);
	askers_free(s->askers, workers);
	return err;
}

int relations_read(int procfd, const struct scan_opts *opts, struct snapshot *snap, struct fail *why)
{
	struct relation_scan s = {.procfd = procfd, .snap = snap, .netnsid = opts->want & WANT_NETNSID};
	int err;

	note_netnsids(&s, snap);
	err = anything_to_ask(&s) ? ask_and_merge(&s, opts, snap) : 0;
	snap->coverage.sources[SOURCE_RELATIONS].state = SOURCE_RAN;
	if (s.netnsid)
		snap->coverage.sources[SOURCE_NETNSID].state = SOURCE_RAN;
	return err < 0 ? fail_at(why, "ask for relations", err) : 0;
}
