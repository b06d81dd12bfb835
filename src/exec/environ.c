/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/environ.h"

#include <errno.h>
#include <string.h>

static const char clean_path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

static bool is_named(const char *setting, const char *name, size_t len)
{
	return !strncmp(setting, name, len) && setting[len] == '=';
}

/* Neither secrets nor paths of the caller's, only how to talk to the one who sits there. SHELL is a wish: it is looked for inside. */
static bool is_harmless(const char *setting)
{
	static const char *const names[] = {"TERM", "COLORTERM", "NO_COLOR", "LANG", "LANGUAGE", "TZ", "SHELL"};

	if (!strncmp(setting, "LC_", 3))
		return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (is_named(setting, names[i], strlen(names[i])))
			return true;
	return false;
}

static size_t count(char *const *list)
{
	size_t n = 0;

	while (list && list[n])
		n++;
	return n;
}

static char *find(char **list, size_t n, const char *name, size_t len)
{
	for (size_t i = 0; i < n; i++)
		if (is_named(list[i], name, len))
			return list[i];
	return NULL;
}

/* The last word counts. */
static void put(char **list, size_t *n, char *setting)
{
	size_t len = strcspn(setting, "=");

	for (size_t i = 0; i < *n; i++)
		if (is_named(list[i], setting, len)) {
			list[i] = setting;
			return;
		}
	list[(*n)++] = setting;
}

bool environ_is_setting(const char *s)
{
	const char *eq = strchr(s, '=');

	return eq && eq != s;
}

static void put_term(const struct environ_recipe *r, char **list, size_t *n)
{
	for (char *const *s = r->keep; s && *s; s++)
		if (is_named(*s, "TERM", 4) && !find(list, *n, "TERM", 4))
			put(list, n, *s);
}

int environ_build(struct arena *a, const struct environ_recipe *r, char ***ret)
{
	char **list = arena_alloc(a, (count(r->base) + r->nset + 4) * sizeof(*list));
	size_t n = 0;

	if (!list)
		return -ENOMEM;
	for (char *const *s = r->base; *s; s++)
		if (!r->clean || is_harmless(*s))
			list[n++] = *s;
	if (r->clean) {
		char *path = arena_strdup(a, clean_path);
		char *home = arena_printf(a, "HOME=%s", r->home);

		if (!path || !home)
			return -ENOMEM;
		list[n++] = path;
		list[n++] = home;
	}
	put_term(r, list, &n);
	for (size_t i = 0; i < r->nset; i++)
		put(list, &n, r->set[i]);
	list[n] = NULL;
	*ret = list;
	return 0;
}

int environ_split(struct arena *a, char *block, size_t len, char ***ret)
{
	size_t n = 0, max = 1;
	char **list;

	for (size_t i = 0; i < len; i++)
		max += block[i] == '\0';
	list = arena_alloc(a, (max + 1) * sizeof(*list));
	if (!list)
		return -ENOMEM;
	for (char *s = block; s < block + len; s += strlen(s) + 1)
		if (environ_is_setting(s))
			list[n++] = s;
	list[n] = NULL;
	*ret = list;
	return 0;
}
