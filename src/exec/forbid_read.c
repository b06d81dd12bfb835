/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/forbid.h"

#include "exec/world.h"
#include "nsview/fd.h"
#include "nsview/num.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

static int64_t read_number(const char *path)
{
	char buf[32];
	uint64_t n;
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, buf, sizeof(buf));

	while (len > 0 && buf[len - 1] == '\n')
		len--;
	if (len <= 0 || num_u64_parse(buf, (size_t)len, &n) < 0 || n > INT64_MAX)
		return FORBID_UNKNOWN;
	return (int64_t)n;
}

/* With its user namespace first, when one is to be made: the others will be its own. */
_Noreturn static void try_type(enum ns_type type, bool user)
{
	if (user && type != NS_USER && unshare(CLONE_NEWUSER) < 0)
		_exit(0); /* that one's trouble, not this one's */
	_exit(unshare((int)ns_info(type)->clone_flag) < 0 ? errno & 0xff : 0);
}

static int probe(enum ns_type type, bool user)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		try_type(type, user);
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || !WIFEXITED(status))
		return 0;
	return -WEXITSTATUS(status);
}

/* The values after a key in /proc/self/status: how many, and the first. */
static unsigned status_values(const char *key, int64_t *first)
{
	FILE *f = fopen("/proc/self/status", "re");
	char line[512];
	unsigned n = 0;

	while (f && fgets(line, sizeof(line), f)) {
		char *rest = line + strlen(key), *save, *word;

		if (strncmp(line, key, strlen(key)) != 0)
			continue;
		for (word = strtok_r(rest, " \t\n", &save); word; word = strtok_r(NULL, " \t\n", &save)) {
			uint64_t value;

			if (n++ == 0 && first && num_u64_parse(word, strlen(word), &value) == 0)
				*first = (int64_t)value;
		}
		break;
	}
	if (f)
		fclose(f);
	return n;
}

static bool root_is(struct statx *ret)
{
	return statx(AT_FDCWD, "/", 0, STATX_INO | STATX_MNT_ID, ret) == 0;
}

/* Joining the mount namespace that one is in leads to its root, and takes privileges; so a child does it. */
static bool is_elsewhere(void)
{
	struct statx before, after;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		int fd = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);

		/* The mount tells them apart (Linux 5.8) where it is one directory twice. */
		_exit(root_is(&before) && fd >= 0 && setns(fd, CLONE_NEWNS) == 0 && root_is(&after) &&
		      (before.stx_mnt_id != after.stx_mnt_id || before.stx_ino != after.stx_ino));
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 1;
}

/* In a chroot no mount is at /, unless the chroot is a mount point itself. */
static bool has_no_root_mount(void)
{
	FILE *f = fopen("/proc/self/mountinfo", "re");
	char *line = NULL;
	size_t room = 0;
	bool found = !f;

	while (f && !found && getline(&line, &room, f) > 0) {
		char point[3] = "";

		found = sscanf(line, "%*s %*s %*s %*s %2s", point) == 1 && !strcmp(point, "/");
	}
	free(line);
	if (f)
		fclose(f);
	return !found;
}

static bool is_mapped(const struct run_extents *e, uint32_t id)
{
	for (size_t i = 0; i < e->n; i++)
		if (id >= e->v[i].inside && id - e->v[i].inside < e->v[i].count)
			return true;
	return false;
}

static void read_limits(const struct run_plan *p, bool away, struct forbid_facts *f)
{
	bool user = p->types & 1u << NS_USER;

	for (int t = 0; t < NS_TYPE_COUNT; t++) {
		const char *name = ns_info((enum ns_type)t)->name;
		char path[64];

		snprintf(path, sizeof(path), "/proc/sys/user/max_%s_namespaces", name);
		f->limits[t] = read_number(path);
		snprintf(path, sizeof(path), "/proc/self/ns/%s", name);
		if (access(path, F_OK) < 0 && errno == ENOENT)
			f->lacking |= 1u << t;
		if (!away && p->types & 1u << t)
			f->probe[t] = probe((enum ns_type)t, user);
	}
}

/* unshare(2) does all or nothing; what comes after it happens in the new namespaces. */
static bool is_away(const struct run_plan *p, const struct run_step *step)
{
	return p->req.unshare && step->what != RUN_OWNER && step->what != RUN_UNSHARE;
}

void forbid_read(const struct run_plan *p, const struct run_step *step, struct forbid_facts *ret)
{
	struct forbid_facts f = {.uid = geteuid()};
	struct run_world w;
	struct stat st;
	int64_t seccomp = 0;
	bool away = is_away(p, step);

	if (run_world_read(&w) == 0) {
		f.admin = w.sys_admin;
		/* Without /proc there is no map to be seen. */
		f.unmapped = !away && access("/proc/self/uid_map", F_OK) == 0 &&
			     (!is_mapped(&w.all_uids, geteuid()) || !is_mapped(&w.all_gids, getegid()));
	}
	f.initial_user = stat("/proc/self/ns/user", &st) == 0 && st.st_ino == ns_info(NS_USER)->init_ino;
	f.chrooted = !away && (has_no_root_mount() || is_elsewhere());
	status_values("Seccomp:", &seccomp);
	f.seccomp = seccomp == 2;
	f.pid_levels = status_values("NSpid:", NULL);
	f.unprivileged_clone = read_number("/proc/sys/kernel/unprivileged_userns_clone");
	f.apparmor = read_number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns");
	read_limits(p, away, &f);
	*ret = f;
}
