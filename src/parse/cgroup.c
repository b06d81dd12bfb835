/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/cgroup.h"

#include "nsview/num.h"

#include <errno.h>
#include <string.h>

/* A piece of the path; borrowed. */
struct span {
	const char *s;
	size_t n;
};

/* How a component's middle names what runs in it. */
enum form {
	FORM_HEX,     /* an engine's id */
	FORM_ID,      /* an id that a person chose: it is the name as well */
	FORM_NAME,    /* a name */
	FORM_ESCAPED, /* a name as systemd escapes it */
	FORM_FLATPAK, /* escaped application id, a hyphen, a number */
	FORM_SNAP,    /* snap, a dot, application, in scopes followed by a UUID */
};

/*
 * How runtimes name their cgroups: with the systemd driver a scope, with the cgroupfs driver a
 * directory. parent is what the component before must be called; one that ends in * need only begin so.
 */
static const struct rule {
	const char *parent;
	const char *prefix;
	const char *suffix;
	enum form form;
	enum label_kind kind;
} rules[] = {
	{NULL, "docker-", ".scope", FORM_HEX, LABEL_DOCKER},
	{"docker", "", "", FORM_HEX, LABEL_DOCKER},
	{NULL, "cri-containerd-", ".scope", FORM_HEX, LABEL_CONTAINERD},
	{NULL, "nerdctl-", ".scope", FORM_HEX, LABEL_CONTAINERD},
	{"pod*", "", "", FORM_HEX, LABEL_CONTAINERD},
	{NULL, "crio-", ".scope", FORM_HEX, LABEL_CRIO},
	{NULL, "crio-", "", FORM_HEX, LABEL_CRIO},
	{NULL, "libpod-", ".scope", FORM_HEX, LABEL_PODMAN},
	{NULL, "libpod-payload-", "", FORM_HEX, LABEL_PODMAN},
	{NULL, "libpod-", "", FORM_HEX, LABEL_PODMAN},
	{NULL, "lxc.payload.", "", FORM_NAME, LABEL_LXC},
	{"lxc.payload", "", "", FORM_NAME, LABEL_LXC},
	{"lxc", "", "", FORM_NAME, LABEL_LXC},
	{NULL, "systemd-nspawn@", ".service", FORM_ESCAPED, LABEL_NSPAWN},
	{NULL, "machine-", ".scope", FORM_ESCAPED, LABEL_MACHINE},
	{NULL, "runc-", ".scope", FORM_ID, LABEL_RUNC},
	{NULL, "runc-", "", FORM_ID, LABEL_RUNC},
	{NULL, "crun-", ".scope", FORM_ID, LABEL_CRUN},
	{NULL, "crun-", "", FORM_ID, LABEL_CRUN},
	{NULL, "app-flatpak-", ".scope", FORM_FLATPAK, LABEL_FLATPAK},
	{NULL, "flatpak-", ".scope", FORM_FLATPAK, LABEL_FLATPAK},
	{NULL, "snap.", ".scope", FORM_SNAP, LABEL_SNAP},
	{NULL, "snap.", ".service", FORM_SNAP, LABEL_SNAP},
};

/* What systemd keeps in cgroups; only the first two hold processes of their own. */
static const char *const unit_suffixes[] = {".service", ".scope", ".slice", ".mount", ".socket", ".swap"};

enum { NUNIT_SUFFIXES = sizeof(unit_suffixes) / sizeof(unit_suffixes[0]), UUID_LEN = 36 };

static bool begins(struct span c, const char *prefix)
{
	size_t n = strlen(prefix);

	return c.n >= n && !memcmp(c.s, prefix, n);
}

static bool ends(struct span c, const char *suffix)
{
	size_t n = strlen(suffix);

	return c.n > n && !memcmp(c.s + c.n - n, suffix, n);
}

static bool equals(struct span c, const char *s)
{
	return c.n == strlen(s) && !memcmp(c.s, s, c.n);
}

static bool is_unit(struct span c)
{
	for (int i = 0; i < NUNIT_SUFFIXES; i++)
		if (ends(c, unit_suffixes[i]))
			return true;
	return false;
}

bool cgroup_hex_id(const char *s, size_t len)
{
	if (len != CGROUP_HEX_ID)
		return false;
	for (size_t i = 0; i < len; i++)
		if (!(s[i] >= '0' && s[i] <= '9') && !(s[i] >= 'a' && s[i] <= 'f'))
			return false;
	return true;
}

/* The kernel lets no component be longer than CGROUP_NAME_MAX; text from elsewhere is cut. */
static void copy(char *to, struct span c)
{
	size_t n = c.n < CGROUP_NAME_MAX ? c.n : CGROUP_NAME_MAX;

	memcpy(to, c.s, n);
	to[n] = '\0';
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte that \xNN at s stands for, or -1: escapes of what could not be in a name stay as they are. */
static int escaped_byte(const char *s, size_t n)
{
	int high, low, byte;

	if (n < 4 || s[0] != '\\' || s[1] != 'x' || (high = hex_digit(s[2])) < 0 || (low = hex_digit(s[3])) < 0)
		return -1;
	byte = high * 16 + low;
	return byte && byte != '/' && byte != '\n' ? byte : -1;
}

static void unescape(char *to, struct span c)
{
	size_t n = 0;

	for (size_t i = 0; i < c.n && n < CGROUP_NAME_MAX; n++) {
		int byte = escaped_byte(c.s + i, c.n - i);

		to[n] = byte < 0 ? c.s[i] : (char)byte;
		i += byte < 0 ? 1 : 4;
	}
	to[n] = '\0';
}

static bool fill_flatpak(struct span body, struct cgroup_owner *ret)
{
	const char *hyphen = memrchr(body.s, '-', body.n);
	uint64_t number;

	if (!hyphen || hyphen == body.s ||
	    num_u64_parse(hyphen + 1, (size_t)(body.s + body.n - hyphen - 1), &number) < 0)
		return false;
	unescape(ret->name, (struct span){body.s, (size_t)(hyphen - body.s)});
	return true;
}

static bool is_uuid(struct span c)
{
	for (size_t i = 0; i < c.n; i++) {
		bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;

		if (hyphen ? c.s[i] != '-' : hex_digit(c.s[i]) < 0)
			return false;
	}
	return c.n == UUID_LEN;
}

/* "firefox.firefox-UUID": the snap is the name, the snap's security tag the id. */
static bool fill_snap(struct span body, struct cgroup_owner *ret)
{
	const char *dot = memchr(body.s, '.', body.n);

	if (body.n > UUID_LEN + 1 && is_uuid((struct span){body.s + body.n - UUID_LEN, UUID_LEN}))
		body.n -= UUID_LEN + 1;
	if (!dot || dot == body.s || dot + 1 >= body.s + body.n)
		return false;
	copy(ret->name, (struct span){body.s, (size_t)(dot - body.s)});
	memcpy(ret->id, "snap.", 5);
	copy(ret->id + 5, body);
	return true;
}

static bool fill(enum form form, struct span body, struct cgroup_owner *ret)
{
	switch (form) {
	case FORM_HEX:
		if (!cgroup_hex_id(body.s, body.n))
			return false;
		copy(ret->id, body);
		return true;
	case FORM_ID:
		copy(ret->id, body);
		copy(ret->name, body);
		return true;
	case FORM_NAME:
		copy(ret->name, body);
		return true;
	case FORM_ESCAPED:
		unescape(ret->name, body);
		return true;
	case FORM_FLATPAK:
		return fill_flatpak(body, ret);
	case FORM_SNAP:
		return fill_snap(body, ret);
	}
	return false;
}

static bool parent_fits(const char *pattern, struct span parent)
{
	size_t n;

	if (!pattern)
		return true;
	n = strlen(pattern);
	if (pattern[n - 1] == '*')
		return parent.n >= n - 1 && !memcmp(parent.s, pattern, n - 1);
	return equals(parent, pattern);
}

static bool rule_fits(const struct rule *r, struct span parent, struct span c, struct cgroup_owner *ret)
{
	size_t prefix = strlen(r->prefix), suffix = strlen(r->suffix);

	if (!parent_fits(r->parent, parent) || !begins(c, r->prefix) || c.n <= prefix + suffix)
		return false;
	/* Without a suffix it is a directory that the runtime made, which is never a unit. */
	if (suffix ? !ends(c, r->suffix) : is_unit(c))
		return false;
	if (!fill(r->form, (struct span){c.s + prefix, c.n - prefix - suffix}, ret))
		return false;
	ret->kind = (int32_t)r->kind;
	if (suffix)
		copy(ret->unit, c);
	return true;
}

static bool container_find(struct span parent, struct span c, struct cgroup_owner *ret)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rule_fits(&rules[i], parent, c, ret))
			return true;
	return false;
}

/*
 * "SLICE:PREFIX:ID" is what the systemd driver is to make PREFIX-ID.scope of; the cgroupfs driver
 * when it is told so takes it as the name of a directory.
 */
static bool colons_find(struct span c, struct cgroup_owner *ret)
{
	const char *last = memrchr(c.s, ':', c.n);
	const char *first = last ? memrchr(c.s, ':', (size_t)(last - c.s)) : NULL;
	char scope[CGROUP_NAME_MAX + 8];
	size_t n;

	if (!first || c.n > CGROUP_NAME_MAX)
		return false;
	n = (size_t)(c.s + c.n - first - 1);
	memcpy(scope, first + 1, n);
	scope[last - first - 1] = '-';
	memcpy(scope + n, ".scope", 6);
	if (!container_find((struct span){NULL, 0}, (struct span){scope, n + 6}, ret))
		return false;
	ret->unit[0] = '\0';
	return true;
}

/* The component that ends before *end, from which systemd's guard against control files' names is taken. */
static struct span component(const char *path, size_t *end)
{
	size_t stop = *end, start;

	while (stop > 0 && path[stop - 1] == '/')
		stop--;
	start = stop;
	while (start > 0 && path[start - 1] != '/')
		start--;
	*end = start;
	if (stop - start > 1 && path[start] == '_')
		start++;
	return (struct span){path + start, stop - start};
}

/* The UID of "user-UID.slice" or "user@UID.service". */
static bool uid_of(struct span c, uint32_t *uid)
{
	size_t suffix = begins(c, "user-") && ends(c, ".slice") ? 6 : begins(c, "user@") && ends(c, ".service") ? 8 : 0;

	return suffix && c.n > 5 + suffix && num_u32_parse(c.s + 5, c.n - 5 - suffix, uid) == 0;
}

/* Below a service manager of a user the name alone would not tell whose unit it is. */
static void unit_id(struct cgroup_owner *o, struct span manager)
{
	size_t n = manager.n < CGROUP_NAME_MAX ? manager.n : CGROUP_NAME_MAX;

	memcpy(o->id, manager.s, n);
	o->id[n] = '/';
	memcpy(o->id + n + 1, o->name, strlen(o->name) + 1);
}

static void unit_note(struct span c, struct cgroup_owner *unit)
{
	if (!ends(c, ".service") && !ends(c, ".scope"))
		return;
	if (unit->kind != CGROUP_NOBODY) {
		if (!unit->id[0] && begins(c, "user@"))
			unit_id(unit, c);
		return;
	}
	unit->kind = ends(c, ".service") ? LABEL_SERVICE : LABEL_SCOPE;
	copy(unit->name, c);
	copy(unit->unit, c);
}

void cgroup_path_parse(const char *path, size_t len, struct cgroup_owner *ret)
{
	const struct cgroup_owner nobody = {.kind = CGROUP_NOBODY, .uid = SNAP_UID_UNKNOWN};
	struct cgroup_owner box = nobody, unit = nobody;
	struct span c, inner = {NULL, 0};
	uint32_t uid = SNAP_UID_UNKNOWN;
	char stray[CGROUP_HEX_ID + 1] = "";
	size_t end = len;

	/* A process may outlive its cgroup. */
	if (ends((struct span){path, len}, " (deleted)"))
		end -= strlen(" (deleted)");
	for (; c = component(path, &end), c.n; inner = c) {
		size_t before = end;
		struct span parent = component(path, &before);

		/* Containers inside, and users inside a container, are the container's own affair: go on for the users outside. */
		uid_of(c, &uid);
		if (box.kind != CGROUP_NOBODY)
			continue;
		if (!equals(inner, "supervisor") && (container_find(parent, c, &box) || colons_find(c, &box)))
			continue;
		if (!stray[0] && cgroup_hex_id(c.s, c.n))
			copy(stray, c);
		unit_note(c, &unit);
	}
	*ret = box.kind != CGROUP_NOBODY ? box : unit;
	ret->uid = uid;
	memcpy(ret->stray, stray, sizeof(stray));
}

/* How much a hierarchy is trusted to tell what a process belongs to: less is more. */
static int rank_of(struct span controllers)
{
	if (!controllers.n)
		return 0;
	return equals(controllers, "name=systemd") ? 1 : 2;
}

/* "HIERARCHY:CONTROLLERS:PATH" */
static int line_parse(const char *line, size_t len, int *rank, struct cgroup_owner *ret)
{
	const char *first = memchr(line, ':', len), *second;
	uint32_t hierarchy;

	if (!first || num_u32_parse(line, (size_t)(first - line), &hierarchy) < 0)
		return -EINVAL;
	second = memchr(first + 1, ':', (size_t)(line + len - first - 1));
	if (!second || second + 1 == line + len || second[1] != '/')
		return -EINVAL;
	*rank = rank_of((struct span){first + 1, (size_t)(second - first - 1)});
	cgroup_path_parse(second + 1, (size_t)(line + len - second - 1), ret);
	return 0;
}

/* Containers first, then units, then nothing; a hierarchy's rank decides among equals. */
static int badness(const struct cgroup_owner *o, int rank)
{
	if (o->kind == CGROUP_NOBODY)
		return (o->stray[0] ? 20 : 30) + rank;
	return (o->kind == LABEL_SERVICE || o->kind == LABEL_SCOPE ? 10 : 0) + rank;
}

int cgroup_parse(const char *text, size_t len, struct cgroup_owner *ret)
{
	const char *end = text + len, *next;
	struct cgroup_owner best, o;
	int least = -1;

	for (const char *line = text; line < end; line = next) {
		const char *nl = memchr(line, '\n', (size_t)(end - line));
		size_t n = (size_t)((nl ? nl : end) - line);
		int rank;

		next = nl ? nl + 1 : end;
		if (memchr(line, '\0', n) || line_parse(line, n, &rank, &o) < 0)
			continue;
		if (least < 0 || badness(&o, rank) < least) {
			least = badness(&o, rank);
			best = o;
		}
	}
	if (least < 0)
		return -EINVAL;
	*ret = best;
	return 0;
}
