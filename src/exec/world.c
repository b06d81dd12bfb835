/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/world.h"

#include "exec/mapping.h"

#include "nsview/fd.h"
#include "nsview/subid.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <sys/capability.h>
#include <unistd.h>

enum { FILE_MAX = 1 << 20 }; /* /etc/subuid of a machine with very many users */

/* The beginning of a small file; nothing when it can't be read. */
static size_t read_text(const char *path, char *buf, size_t size)
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;

	while (fd >= 0 && len < size) {
		ssize_t n = read(fd, buf + len, size - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	return len;
}

static bool has_cap(cap_t caps, cap_value_t cap)
{
	cap_flag_value_t on = CAP_CLEAR;

	return caps && cap_get_flag(caps, cap, CAP_EFFECTIVE, &on) == 0 && on == CAP_SET;
}

static void read_caps(struct run_world *w)
{
	cap_t caps = cap_get_proc();

	w->sys_admin = has_cap(caps, CAP_SYS_ADMIN);
	w->sys_chroot = has_cap(caps, CAP_SYS_CHROOT);
	w->setuid = has_cap(caps, CAP_SETUID);
	w->setgid = has_cap(caps, CAP_SETGID);
	cap_free(caps);
}

/* All IDs that there are here, each of which stays what it is. */
static void read_all(const char *path, char *buf, struct run_extents *ret)
{
	int n = idmap_parse(buf, read_text(path, buf, FILE_MAX), ret->v, IDMAP_MAX);

	ret->n = n > 0 ? (size_t)n : 0;
	for (size_t i = 0; i < ret->n; i++)
		ret->v[i].outside = ret->v[i].inside;
}

static void read_subids(const char *path, char *buf, const char *name, uint32_t uid, struct idmap_extent *ret)
{
	subid_find(buf, read_text(path, buf, FILE_MAX), name, uid, ret);
}

int run_world_read(struct run_world *ret)
{
	AUTO_FREE char *buf = malloc(FILE_MAX);
	const struct passwd *pw = getpwuid(getuid());
	struct run_world w = {.uid = geteuid(), .gid = getegid()};

	if (!buf)
		return -ENOMEM;
	read_caps(&w);
	read_all("/proc/self/uid_map", buf, &w.all_uids);
	read_all("/proc/self/gid_map", buf, &w.all_gids);
	w.helpers = mapping_helper(MAPPING_UID) && mapping_helper(MAPPING_GID);
	read_subids("/etc/subuid", buf, pw ? pw->pw_name : NULL, getuid(), &w.subuid);
	read_subids("/etc/subgid", buf, pw ? pw->pw_name : NULL, getuid(), &w.subgid);
	*ret = w;
	return 0;
}
