/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_RUNTIME_H
#define NSVIEW_RUNTIME_H

#include "nsview/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The state that container runtimes keep on disk, as records of one shape. It is others' text:
 * its size is limited by who reads it, its depth here; what has an unexpected type counts as absent.
 */

#define RUNTIME_DEPTH_MAX 32       /* JSON that nests deeper is none of a runtime */
#define RUNTIME_ROWS_MAX 65536     /* containers in one file */
#define RUNTIME_UID_ANY UINT32_MAX

/** What is known of one container. Strings live in the arena of who asked; NULL unknown. */
struct runtime_record {
	int32_t kind;      /* enum label_kind */
	int32_t pid;       /* its init, in the PID namespace of the runtime; 0 unknown or not running */
	uint64_t start;    /* when that started: clock ticks since boot; 0 unknown */
	uint32_t only_uid; /* of a user's own file: it tells of this user's processes only; RUNTIME_UID_ANY trusted as it is */
	bool watched;      /* its monitor is the parent of pid, which is better than a file's word for whose it is */
	const char *id;
	const char *name;
	const char *pod;   /* "namespace/pod" */
	const char *unit;  /* systemd's unit around it */
};

/*
 * Each of these reads len bytes at text and adds what they say to *ret, which keeps what it held
 * where they say nothing. 0; -EINVAL when it is not what the runtime writes; -ENOMEM. On failure *ret is as it was.
 */

/** runc: state.json. */
int runtime_runc_parse(const char *text, size_t len, struct arena *a, struct runtime_record *ret);

/** crun: status, which does not hold the id. */
int runtime_crun_parse(const char *text, size_t len, struct arena *a, struct runtime_record *ret);

/** A bundle's config.json: name and pod by the annotations of CRI, of CRI-O and of nerdctl. */
int runtime_bundle_parse(const char *text, size_t len, struct arena *a, struct runtime_record *ret);

/** docker: config.v2.json. */
int runtime_docker_parse(const char *text, size_t len, struct arena *a, struct runtime_record *ret);

/** systemd-machined: /run/systemd/machines/NAME. */
int runtime_machine_parse(const char *text, size_t len, struct arena *a, struct runtime_record *ret);

/** flatpak: an instance's info, the same as /.flatpak-info inside. */
int runtime_flatpak_parse(const char *text, size_t len, struct arena *a, struct runtime_record *ret);

/** bubblewrap: bwrapinfo.json of a flatpak instance, for the PID of its init. */
int runtime_bwrap_parse(const char *text, size_t len, struct arena *a, struct runtime_record *ret);

/** A file that holds nothing but a PID. */
int runtime_pid_parse(const char *text, size_t len, struct arena *a, struct runtime_record *ret);

/** Whether a process's command is that of a container's monitor, which is the parent of its init. */
bool runtime_is_monitor(const char *comm);

/**
 * A monitor's arguments, each ended by a NUL, as in /proc/PID/cmdline: conmon's tell id and name, and the pod
 * of what CRI-O started; systemd-nspawn's tell the name where they have one, else only the kind.
 */
int runtime_monitor_parse(const char *text, size_t len, struct arena *a, struct runtime_record *ret);

/**
 * containers/storage: containers.json of podman and CRI-O. Adds ids and names to *v (malloc()ed,
 * *n of them, room for *cap), which the caller frees. 0, -EINVAL or -ENOMEM.
 */
int runtime_storage_parse(const char *text, size_t len, struct arena *a, struct runtime_record **v, size_t *n, size_t *cap);

#endif
