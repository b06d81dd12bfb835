/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/runtime.h"

#include "nsview/snapshot.h"
#include "nsview/target.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef int parse_fn(const char *text, size_t len, struct arena *a, struct runtime_record *ret);

static parse_fn *const parsers[] = {
	runtime_runc_parse,    runtime_crun_parse,    runtime_bundle_parse, runtime_docker_parse,
	runtime_machine_parse, runtime_flatpak_parse, runtime_bwrap_parse,  runtime_pid_parse,
	runtime_monitor_parse,
};

static void check(const struct runtime_record *r)
{
	const char *texts[] = {r->id, r->name, r->pod, r->unit};

	if (r->kind < 0 || r->kind >= LABEL_KIND_COUNT || r->pid < 0 || r->pid > TARGET_PID_MAX)
		abort();
	for (int i = 0; i < 4; i++)
		if (texts[i] && !texts[i][0])
			abort();
}

static bool same(const struct runtime_record *x, const struct runtime_record *y)
{
	return x->kind == y->kind && x->pid == y->pid && x->start == y->start && x->only_uid == y->only_uid && x->watched == y->watched &&
	       x->id == y->id && x->name == y->name && x->pod == y->pod && x->unit == y->unit;
}

/* Whatever file it is that somebody puts in the place of another one. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct runtime_record *v = NULL;
	size_t n = 0, cap = 0;
	struct arena a = {0};

	for (size_t i = 0; i < sizeof(parsers) / sizeof(parsers[0]); i++) {
		struct runtime_record r = {.kind = LABEL_RUNC, .only_uid = RUNTIME_UID_ANY}, before = r;

		if (parsers[i]((const char *)data, size, &a, &r) == 0)
			check(&r);
		else if (!same(&r, &before))
			abort();
	}
	runtime_storage_parse((const char *)data, size, &a, &v, &n, &cap);
	for (size_t i = 0; i < n; i++)
		check(&v[i]);
	free(v);
	arena_done(&a);
	return 0;
}
