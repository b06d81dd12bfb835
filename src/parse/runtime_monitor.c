/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/cgroup.h"
#include "nsview/runtime.h"
#include "nsview/snapshot.h"
#include "parse/runtime_engine.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

enum { HOST_NAME_LEN = 64 };

/* An argument, or a part of one; borrowed. */
struct word {
	const char *s;
	size_t n;
};

/* The arguments that are left. */
struct args {
	const char *s, *end;
};

static bool args_next(struct args *a, struct word *ret)
{
	const char *nul;

	if (a->s >= a->end)
		return false;
	nul = memchr(a->s, '\0', (size_t)(a->end - a->s));
	*ret = (struct word){a->s, (size_t)((nul ? nul : a->end) - a->s)};
	a->s = nul ? nul + 1 : a->end;
	return true;
}

static bool word_is(struct word w, const char *s)
{
	return w.n == strlen(s) && !memcmp(w.s, s, w.n);
}

static bool word_begins(struct word w, const char *s)
{
	return w.n >= strlen(s) && !memcmp(w.s, s, strlen(s));
}

static struct word base_name(struct word w)
{
	const char *slash;

	while (w.n && w.s[w.n - 1] == '/')
		w.n--;
	slash = w.n ? memrchr(w.s, '/', w.n) : NULL;
	return slash ? (struct word){slash + 1, (size_t)(w.s + w.n - slash - 1)} : w;
}

/* podman and CRI-O give the id and the name first; what conmon is to run at the end may have such options of its own. */
static int conmon_parse(struct args args, struct arena *a, struct runtime_record *ret)
{
	struct runtime_record r = *ret;
	struct word w, id = {NULL, 0}, name = {NULL, 0};

	while (args_next(&args, &w) && !word_begins(w, "--exit-command")) {
		if (word_is(w, "-c") || word_is(w, "--cid"))
			args_next(&args, &id);
		else if (word_is(w, "-n") || word_is(w, "--name"))
			args_next(&args, &name);
	}
	if (!cgroup_hex_id(id.s, id.n))
		return -EINVAL;
	r.kind = LABEL_PODMAN;
	r.id = arena_strndup(a, id.s, id.n);
	if (!r.id)
		return -ENOMEM;
	if (name.n) {
		const char *text = arena_strndup(a, name.s, name.n);

		if (!text || runtime_engine_name(text, a, &r) < 0)
			return -ENOMEM;
	}
	*ret = r;
	return 0;
}

/* What of nspawn's options tells the name. */
struct nspawn_opts {
	struct word machine, directory, image;
	bool ephemeral;
};

/* Options that no word of its own follows; all others have a value, here or in the next word. */
static const char *const nspawn_flags[] = {
	"help", "version", "no-pager", "quiet", "ephemeral", "read-only", "volatile", "as-pid2", "boot", "keep-unit",
	"private-users", "private-users-chown", "private-network", "network-veth", "share-system", "pipe", "cleanup",
};

static void nspawn_note(struct nspawn_opts *o, char option, struct word value)
{
	if (option == 'M')
		o->machine = value;
	else if (option == 'D')
		o->directory = value;
	else if (option == 'i')
		o->image = value;
	else if (option == 'x')
		o->ephemeral = true;
}

static bool nspawn_is_flag(struct word name)
{
	for (size_t i = 0; i < sizeof(nspawn_flags) / sizeof(nspawn_flags[0]); i++)
		if (word_is(name, nspawn_flags[i]))
			return true;
	return false;
}

/* What follows the two hyphens. */
static void nspawn_long(struct nspawn_opts *o, struct word w, struct args *rest)
{
	const char *equals = memchr(w.s, '=', w.n);
	struct word name = {w.s, equals ? (size_t)(equals - w.s) : w.n}, value = {NULL, 0};

	if (equals)
		value = (struct word){equals + 1, (size_t)(w.s + w.n - equals - 1)};
	else if (!nspawn_is_flag(name))
		args_next(rest, &value);
	if (word_is(name, "machine"))
		nspawn_note(o, 'M', value);
	else if (word_is(name, "directory"))
		nspawn_note(o, 'D', value);
	else if (word_is(name, "image"))
		nspawn_note(o, 'i', value);
	else if (word_is(name, "ephemeral"))
		nspawn_note(o, 'x', value);
}

/* What follows the hyphen: letters, of which the first that has a value takes the rest or the next word. */
static void nspawn_short(struct nspawn_opts *o, struct word w, struct args *rest)
{
	for (size_t i = 0; i < w.n; i++) {
		struct word value = {w.s + i + 1, w.n - i - 1};

		if (!strchr("DuLMSZipE", w.s[i])) {
			nspawn_note(o, w.s[i], (struct word){NULL, 0});
			continue;
		}
		if (!value.n)
			args_next(rest, &value);
		nspawn_note(o, w.s[i], value);
		return;
	}
}

/* nspawn leaves out of a file's name what a host name cannot have. */
static const char *host_name(struct word w, struct arena *a)
{
	char text[HOST_NAME_LEN + 1];
	size_t n = 0;

	if (word_is(w, ".") || word_is(w, ".."))
		w.n = 0;
	for (size_t i = 0; i < w.n && n < HOST_NAME_LEN; i++) {
		char c = w.s[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.')
			text[n++] = c;
	}
	return arena_strndup(a, text, n);
}

/* As nspawn chooses it. With a copy of its own there is a random number behind, which is nowhere to be read. */
static int nspawn_name(const struct nspawn_opts *o, struct arena *a, const char **ret)
{
	struct word w = base_name(o->image.n ? o->image : o->directory);

	if (!o->machine.n && o->ephemeral)
		return 0;
	if (!o->machine.n && o->image.n && w.n > 4 && !memcmp(w.s + w.n - 4, ".raw", 4))
		w.n -= 4;
	*ret = o->machine.n ? arena_strndup(a, o->machine.s, o->machine.n) : host_name(w, a);
	if (!*ret)
		return -ENOMEM;
	if (!**ret)
		*ret = NULL;
	return 0;
}

/* Options end where the container's command begins. */
static int nspawn_parse(struct args args, struct arena *a, struct runtime_record *ret)
{
	struct nspawn_opts o = {0};
	const char *name = NULL;
	struct word w;
	int err;

	while (args_next(&args, &w) && w.n > 1 && w.s[0] == '-' && !word_is(w, "--")) {
		if (w.s[1] == '-')
			nspawn_long(&o, (struct word){w.s + 2, w.n - 2}, &args);
		else
			nspawn_short(&o, (struct word){w.s + 1, w.n - 1}, &args);
	}
	err = nspawn_name(&o, a, &name);
	if (err < 0)
		return err;
	ret->kind = LABEL_NSPAWN;
	ret->name = name ? name : ret->name;
	return 0;
}

static const struct {
	const char *name;
	int (*parse)(struct args args, struct arena *a, struct runtime_record *ret);
} monitors[] = {
	{"conmon", conmon_parse},
	{"systemd-nspawn", nspawn_parse},
};

bool runtime_is_monitor(const char *comm)
{
	for (size_t i = 0; i < sizeof(monitors) / sizeof(monitors[0]); i++)
		if (!strcmp(comm, monitors[i].name))
			return true;
	return false;
}

int runtime_monitor_parse(const char *text, size_t len, struct arena *a, struct runtime_record *ret)
{
	struct args args = {text, text + len};
	struct word w;

	if (!args_next(&args, &w))
		return -EINVAL;
	w = base_name(w);
	for (size_t i = 0; i < sizeof(monitors) / sizeof(monitors[0]); i++)
		if (word_is(w, monitors[i].name))
			return monitors[i].parse(args, a, ret);
	return -EINVAL;
}
