/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/state.h"

#include "nsview/cgroup.h"
#include "nsview/fd.h"
#include "nsview/num.h"
#include "nsview/snapshot.h"
#include "nsview/vec.h"
#include "scan/state_file.h"

#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

enum {
	SMALL_MAX = 1 << 20,   /* one container's state; what is there in practice has some 10 KiB */
	STORAGE_MAX = 8 << 20, /* a list of containers */
};

typedef int parse_fn(const char *text, size_t len, struct arena *a, struct runtime_record *ret);

/* Add what a file says to a record. 0, also when there is nothing to add; 1 when there was; -ENOMEM. */
static int add_file(struct state *st, const struct state_dir *dir, const char *path, parse_fn *parse, struct runtime_record *r)
{
	AUTO_FREE char *text = NULL;
	uint32_t uid;
	ssize_t len = state_file_read(dir, path, SMALL_MAX, &text, &uid);
	int err = len < 0 ? (int)len : parse(text, (size_t)len, &st->strings, r);

	if (err < 0)
		return err == -ENOMEM ? err : 0;
	if (uid != RUNTIME_UID_ANY)
		r->only_uid = uid;
	return 1;
}

int state_add(struct state *st, const struct runtime_record *r)
{
	int err = vec_reserve(&st->records, &st->cap, st->n + 1);

	if (err == 0)
		st->records[st->n++] = *r;
	return err;
}

static struct runtime_record empty_record(enum label_kind kind)
{
	return (struct runtime_record){.kind = (int32_t)kind, .only_uid = RUNTIME_UID_ANY};
}

/* Entries of a directory that are containers, each a directory of files that is called by the container's id. */
struct layout {
	enum label_kind kind;
	struct {
		const char *name;
		parse_fn *parse;
	} files[2]; /* the first is what makes it a container */
};

static const struct layout runc_layout = {LABEL_RUNC, {{"state.json", runtime_runc_parse}}};
static const struct layout crun_layout = {
	LABEL_CRUN, {{"status", runtime_crun_parse}, {"config.json", runtime_bundle_parse}}};
static const struct layout containerd_layout = {
	LABEL_CONTAINERD, {{"config.json", runtime_bundle_parse}, {"init.pid", runtime_pid_parse}}};
static const struct layout flatpak_layout = {
	LABEL_FLATPAK, {{"info", runtime_flatpak_parse}, {"bwrapinfo.json", runtime_bwrap_parse}}};

struct walk {
	struct state *st;
	const struct layout *layout;
};

static int read_container(void *ctx, const struct state_dir *parent, const char *name)
{
	const struct walk *w = ctx;
	const struct layout *l = w->layout;
	struct runtime_record r = empty_record(l->kind);
	struct state_dir dir = state_dir_below(parent, name);
	int err = dir.fd < 0 ? 0 : 1;

	r.id = arena_strdup(&w->st->strings, name);
	if (!r.id)
		err = -ENOMEM;
	if (err == 1)
		err = add_file(w->st, &dir, l->files[0].name, l->files[0].parse, &r);
	if (err == 1 && l->files[1].name && add_file(w->st, &dir, l->files[1].name, l->files[1].parse, &r) < 0)
		err = -ENOMEM;
	state_dir_close(&dir);
	return err == 1 ? state_add(w->st, &r) : err;
}

static int read_containers(struct state *st, struct state_dir dir, const struct layout *layout)
{
	struct walk w = {.st = st, .layout = layout};
	int err = state_dir_walk(&dir, read_container, &w);

	state_dir_close(&dir);
	return err;
}

/* containerd keeps the containers of each of its namespaces in a directory of its own. Those of moby are docker's, which tells more. */
static int read_task_namespace(void *ctx, const struct state_dir *parent, const char *name)
{
	if (!strcmp(name, "moby"))
		return 0;
	return read_containers(ctx, state_dir_below(parent, name), &containerd_layout);
}

static int read_tasks(struct state *st, const char *path)
{
	struct state_dir dir = state_dir_open(&st->local, path);
	int err = state_dir_walk(&dir, read_task_namespace, st);

	state_dir_close(&dir);
	return err;
}

static int read_machine(void *ctx, const struct state_dir *dir, const char *name)
{
	struct state *st = ctx;
	struct runtime_record r = empty_record(LABEL_MACHINE);
	int err = add_file(st, dir, name, runtime_machine_parse, &r);

	return err == 1 ? state_add(st, &r) : err;
}

static int read_machines(struct state *st)
{
	struct state_dir dir = state_dir_open(&st->local, "/run/systemd/machines");
	int err = state_dir_walk(&dir, read_machine, st);

	state_dir_close(&dir);
	return err;
}

/* The lists of containers that containers/storage keeps for each of its drivers. */
static int read_storage(struct state *st, const char *root)
{
	static const char *const lists[] = {
		"overlay-containers/containers.json", "overlay-containers/volatile-containers.json",
		"vfs-containers/containers.json",     "vfs-containers/volatile-containers.json",
		"btrfs-containers/containers.json",   "btrfs-containers/volatile-containers.json",
	};
	struct state_dir dir = state_dir_open(&st->local, root);
	int err = 0;

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]) && dir.fd >= 0 && err != -ENOMEM; i++) {
		AUTO_FREE char *text = NULL;
		uint32_t uid;
		ssize_t len = state_file_read(&dir, lists[i], STORAGE_MAX, &text, &uid);

		err = len < 0 ? (int)len
			      : runtime_storage_parse(text, (size_t)len, &st->strings, &st->records, &st->n, &st->cap);
	}
	state_dir_close(&dir);
	return err == -ENOMEM ? err : 0;
}

/* Our own containers' names are in our home; in others' homes, which may be on a dead server, we have no business. */
static int read_own_storage(struct state *st)
{
	struct passwd pw, *found;
	char buf[4096], path[PATH_MAX];

	if (geteuid() == 0 || getpwuid_r(geteuid(), &pw, buf, sizeof(buf), &found) != 0 || !found)
		return 0;
	snprintf(path, sizeof(path), "%s/.local/share/containers/storage", found->pw_dir);
	return read_storage(st, path);
}

/* Below /run/user there is a directory for each user who is logged in. */
static int read_user(void *ctx, const struct state_dir *users, const char *name)
{
	static const struct {
		const char *path;
		const struct layout *layout;
	} places[] = {{"runc", &runc_layout}, {"crun", &crun_layout}, {".flatpak", &flatpak_layout}};
	struct state_dir dir;
	uint32_t uid;
	int err = 0;

	if (num_u32_parse(name, strlen(name), &uid) < 0)
		return 0;
	/* A tmpfs for each, mostly; but what is mounted there may be the user's. */
	dir = state_dir_mounted(users, name);
	dir.only_uid = uid;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && err == 0; i++)
		err = read_containers(ctx, state_dir_below(&dir, places[i].path), places[i].layout);
	state_dir_close(&dir);
	return err;
}

static int read_users(struct state *st)
{
	struct state_dir dir = state_dir_open(&st->local, "/run/user");
	int err = state_dir_walk(&dir, read_user, st);

	state_dir_close(&dir);
	return err;
}

int state_read(struct state *st)
{
	static const char *const tasks[] = {
		"/run/containerd/io.containerd.runtime.v2.task",
		"/run/k3s/containerd/io.containerd.runtime.v2.task",
	};
	int err = read_storage(st, "/var/lib/containers/storage");

	if (err == 0)
		err = read_own_storage(st);
	for (size_t i = 0; i < sizeof(tasks) / sizeof(tasks[0]) && err == 0; i++)
		err = read_tasks(st, tasks[i]);
	if (err == 0)
		err = read_containers(st, state_dir_open(&st->local, "/run/runc"), &runc_layout);
	if (err == 0)
		err = read_containers(st, state_dir_open(&st->local, "/run/crun"), &crun_layout);
	if (err == 0)
		err = read_machines(st);
	return err == 0 ? read_users(st) : err;
}

static int read_id(struct state *st, const char *root, const char *id, const char *file, parse_fn *parse, enum label_kind kind)
{
	char path[CGROUP_HEX_ID + 64];
	struct state_dir dir = state_dir_open(&st->local, root);
	struct runtime_record r = empty_record(kind);
	int err;

	snprintf(path, sizeof(path), "%s/%s", id, file);
	err = add_file(st, &dir, path, parse, &r);
	state_dir_close(&dir);
	if (err != 1)
		return err;
	r.id = arena_strdup(&st->strings, id);
	return r.id ? state_add(st, &r) : -ENOMEM;
}

int state_id_read(struct state *st, const char *id)
{
	int err = read_id(st, "/var/lib/docker/containers", id, "config.v2.json", runtime_docker_parse, LABEL_DOCKER);

	/* Who made it, podman or CRI-O, the cgroup or the list of containers says. */
	if (err == 0)
		err = read_id(st, "/run/containers/storage/overlay-containers", id, "userdata/config.json",
			      runtime_bundle_parse, LABEL_RUNC);
	return err;
}

bool state_lxc_has(struct state *st, const char *name)
{
	char path[PATH_MAX];
	int fd;

	if (strchr(name, '/') || name[0] == '.')
		return false;
	snprintf(path, sizeof(path), "/var/lib/lxc/%s/config", name);
	fd = local_open(&st->local, path);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

void state_done(struct state *st)
{
	free(st->records);
	arena_done(&st->strings);
	local_done(&st->local);
	*st = (struct state){0};
}
