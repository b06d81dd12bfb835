/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/look.h"

#include "cmd/from.h"
#include "cmd/msg.h"
#include "cmd/opts.h"
#include "nsview/fd.h"
#include "nsview/narrow.h"
#include "nsview/text.h"
#include "nsview/view.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void look_explain_scan(const struct fail *why, char *buf, size_t size)
{
	if (why->no_bpf) {
		snprintf(buf, size, "cannot %s; --source proc reads /proc instead", why->step);
		return;
	}
	switch (why->err) {
	case -ESRCH:
		snprintf(buf, size, "%s, so its PIDs are not ours; mount our own: 'mount -t proc proc /proc'", why->step);
		break;
	case -EMFILE:
	case -ENFILE:
		snprintf(buf, size, "cannot %s: %s; raise the limit with 'ulimit -n'", why->step, strerror(-why->err));
		break;
	case -ENOENT:
		snprintf(buf, size, "%s; mount it: 'mount -t proc proc /proc'", why->step);
		break;
	default:
		snprintf(buf, size, "cannot %s: %s", why->step, scan_reason(why->err));
	}
}

static void scan_failed(const struct fail *why)
{
	char text[512];

	look_explain_scan(why, text, sizeof(text));
	msg("%s", text);
}

int look_source_parse(const char *s, struct look_source *source)
{
	static const char *const names[] = {[SCAN_AUTO] = "auto", [SCAN_PROC] = "proc", [SCAN_BPF] = "bpf"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(s, names[i])) {
			source->scan = (enum scan_choice)i;
			return 0;
		}
	msg("--source takes auto, proc or bpf, not '%s'", s);
	return EXIT_USAGE;
}

int look_snapshot(const struct look_source *source, uint32_t want, uint32_t types, struct snapshot **ret)
{
	struct scan_opts opts = {.want = want, .types = types ? types : NS_TYPES_ALL, .source = source->scan};
	struct fail why = {0};

	if (source->from)
		return from_read(source->from, ret);
	if (scan_run(&opts, ret, &why) < 0) {
		scan_failed(&why);
		return EXIT_TROUBLE;
	}
	return 0;
}

int look_open(struct look *l, const struct look_source *source, uint32_t want, uint32_t types,
	      enum graph_depth depth)
{
	*l = (struct look){.want = want, .saved = source->from != NULL};

	int status = look_snapshot(source, want, types, &l->snap);
	if (status != 0)
		return status;
	if (graph_build(l->snap, depth, &l->graph) < 0) {
		msg("out of memory");
		look_close(l);
		return EXIT_TROUBLE;
	}
	return 0;
}

int look_narrow(struct look *l, uint32_t want, struct arena *a, uint32_t **nss, size_t *n)
{
	AUTO_FREE uint8_t *met = NULL;

	if (!l->saved)
		return 0;
	*nss = arena_alloc(a, (l->snap->nnss + 1) * sizeof(**nss));
	if (!*nss || snapshot_narrow(l->snap, want, &met) < 0) {
		msg("out of memory");
		return EXIT_TROUBLE;
	}
	for (uint32_t i = 0; i < l->snap->nnss; i++)
		if (met[i])
			(*nss)[(*n)++] = i;
	return 0;
}

void look_close(struct look *l)
{
	graph_free(l->graph);
	snapshot_free(l->snap);
	*l = (struct look){0};
}

/* What would help to see more, said of one process or of several. */
static const char *advice(const struct look *l, bool one)
{
	if (l->saved)
		return "take the dump as root, with all capabilities, to have them in it";
	if (geteuid() != 0)
		return "run nsview as root to see them";
	return one ? "it has capabilities that nsview lacks, or a security module forbids it"
		   : "they have capabilities that nsview lacks, or a security module forbids it";
}

/* The same of what is in processes whose namespaces may be read. */
static const char *advice_inside(const struct look *l)
{
	if (l->saved)
		return "take the dump as root, with all capabilities, to have them in it";
	if (geteuid() != 0)
		return "run nsview as root to see more of them, unless the kernel is too old";
	return "it takes CAP_SYS_PTRACE and a kernel with kcmp(2) and pidfd_getfd(2), which seccomp or a security module may forbid";
}

/* Of a source that was asked for: whether something is missing, which is said. */
static bool report_source(const struct look *l, enum scan_source source, uint32_t want, const char *what)
{
	const struct coverage *c = &l->snap->coverage;
	const struct source_report *r = &c->sources[source];
	uint32_t more = r->unread > c->unreadable ? r->unread - c->unreadable : 0;

	if (!(l->want & want) || (r->state == SOURCE_RAN && !more) || r->state == SOURCE_UNASKED)
		return false;
	if (r->state == SOURCE_RAN)
		msg("not all %s of %u%s of %u processes could be read: %s", what, more, c->unreadable ? " more" : "",
		    c->processes, advice_inside(l));
	else
		msg("%s were not read: pidfd_getfd(2) or SIOCGSKNS is not available (kernel too old, or forbidden by seccomp)",
		    what);
	return true;
}

/* Each process whose descriptors may not be read is one whose sockets may not, either. */
static bool report_inside_processes(const struct look *l)
{
	return report_source(l, SOURCE_FDS, WANT_FDS, "descriptors and sockets") ||
	       report_source(l, SOURCE_SOCKETS, WANT_SOCKETS, "sockets");
}

/* Of processes that /proc does not list nothing is known, not even how many there are. */
static bool report_hidden(const struct look *l)
{
	if (!l->snap->coverage.hidden)
		return false;
	msg("/proc %s the processes of others (hidepid): %s", l->saved ? "hid" : "hides",
	    l->saved || geteuid() != 0 ? advice(l, false) : "it takes CAP_SYS_PTRACE to see them");
	return true;
}

static bool report_processes(const struct look *l)
{
	const struct coverage *c = &l->snap->coverage;

	if (!c->unreadable)
		return false;
	if (c->unreadable == 1 && c->unreadable_pid)
		msg("the namespaces of process %d may not be read: %s", c->unreadable_pid, advice(l, true));
	else
		msg("the namespaces of %u of %u processes may not be read: %s", c->unreadable, c->processes,
		    advice(l, false));
	return true;
}

int look_report(const struct look *l, bool strict)
{
	bool missing;

	fflush(stdout); /* first what was asked for, then what is missing of it */
	if (report_hidden(l))
		return strict ? EXIT_TROUBLE : 0;
	missing = report_processes(l);
	missing |= report_inside_processes(l);
	return missing && strict ? EXIT_TROUBLE : 0;
}

int look_types_parse(const char *s, uint32_t *mask)
{
	for (;;) {
		size_t len = strcspn(s, ",");
		int type = ns_type_find(s, len);
		const char *names[NS_TYPE_COUNT];

		if (type < 0) {
			char word[32];
			const char *near;

			for (int t = 0; t < NS_TYPE_COUNT; t++)
				names[t] = ns_info((enum ns_type)t)->name;
			snprintf(word, sizeof(word), "%.*s", (int)(len < 31 ? len : 31), s);
			near = text_nearest(word, names, NS_TYPE_COUNT);
			if (near)
				msg("unknown namespace type '%s'; did you mean '%s'?", word, near);
			else
				msg("unknown namespace type '%s'; there are cgroup, ipc, mnt, net, pid, time, user and uts", word);
			return EXIT_USAGE;
		}
		*mask |= 1u << type;
		if (!s[len])
			return 0;
		s += len + 1;
	}
}

static int unknown_column(const char *name)
{
	const char *near = column_nearest(name);

	if (near)
		msg("unknown column '%s'; did you mean '%s'?", name, near);
	else
		msg("unknown column '%s'; 'nsview list --list-columns' lists them", name);
	return EXIT_USAGE;
}

int look_columns_parse(const char *s, struct column_list *list)
{
	char bad[64];

	return column_list_parse(list, s, bad, sizeof(bad)) < 0 ? unknown_column(bad) : 0;
}

int look_sort_parse(const char *s, int *column, bool *descending)
{
	size_t len = strcspn(s, ":");
	char name[64];

	snprintf(name, sizeof(name), "%.*s", (int)(len < 63 ? len : 63), s);

	int id = column_find(name);

	if (id < 0)
		return unknown_column(name);
	if (s[len] && strcmp(s + len, ":desc") != 0 && strcmp(s + len, ":asc") != 0) {
		msg("--sort takes COLUMN, COLUMN:asc or COLUMN:desc, not '%s'", s);
		return EXIT_USAGE;
	}
	*column = id;
	*descending = !strcmp(s + len, ":desc");
	return 0;
}

int look_filter_parse(const char *s, struct filter **ret)
{
	struct filter_error why = {0};
	int err = filter_parse(s, view_resolve_column, NULL, ret, &why);

	if (err == 0)
		return 0;
	if (err == -E2BIG)
		msg("the filter is too long or nests too deep");
	else if (err == -ENOMEM)
		msg("out of memory");
	else if (why.unknown_column) {
		const char *near = column_nearest(why.word);

		msg("filter: unknown column '%s' at position %zu%s%s%s", why.word, why.pos + 1,
		    near ? "; did you mean '" : "; 'nsview list --list-columns' lists them", near ? near : "", near ? "'?" : "");
	}
	else if (*why.word)
		msg("filter: expected %s at position %zu, found '%s'", why.expected, why.pos + 1, why.word);
	else
		msg("filter: expected %s at position %zu, where it ends", why.expected, why.pos + 1);
	return EXIT_USAGE;
}

uint32_t look_filter_want(const struct filter *f)
{
	uint32_t want = 0;

	for (int id = 0; f && id < COL_COUNT; id++)
		if (filter_uses(f, id))
			want |= column_info((enum column_id)id)->want;
	return want;
}

void look_print_columns(void)
{
	for (int id = 0; id < COL_COUNT; id++)
		printf("  %-9s %s\n", column_info((enum column_id)id)->name, column_info((enum column_id)id)->help);
}
