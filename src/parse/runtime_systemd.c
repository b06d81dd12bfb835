/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/runtime.h"

#include "nsview/num.h"
#include "nsview/snapshot.h"
#include "nsview/target.h"
#include "parse/runtime_lines.h"

#include <errno.h>
#include <string.h>

enum { VALUE_MAX = 4096 };

/* What a backslash and the character behind it stand for inside double quotes. */
static char unescaped(char c)
{
	switch (c) {
	case 'n':
		return '\n';
	case 't':
		return '\t';
	default:
		return c;
	}
}

/* A value as a shell would read it, without expansions: quotes are taken off, backslashes undone. false when it is too long or holds a NUL. */
static bool unquote(const char *s, size_t n, char *ret)
{
	char quote = 0;
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		char c = s[i];

		if (quote && c == quote) {
			quote = 0;
			continue;
		}
		if (!quote && (c == '"' || c == '\'')) {
			quote = c;
			continue;
		}
		if (c == '\\' && quote != '\'' && i + 1 < n)
			c = unescaped(s[++i]);
		if (!c || len >= VALUE_MAX)
			return false;
		ret[len++] = c;
	}
	ret[len] = '\0';
	return !quote;
}

struct machine {
	struct arena *a;
	struct runtime_record r;
	bool vm;
	bool nspawn;
	bool no_memory;
};

static void keep(struct machine *m, const char **to, const char *value)
{
	*to = arena_strdup(m->a, value);
	m->no_memory |= !*to;
}

static void assign(struct machine *m, struct text_line line)
{
	char value[VALUE_MAX + 1];
	uint32_t pid;

	if (!unquote(line.value, line.value_len, value) || !value[0])
		return;
	if (line_key_is(&line, "NAME"))
		keep(m, &m->r.name, value);
	else if (line_key_is(&line, "UNIT") || line_key_is(&line, "SCOPE")) /* SCOPE until systemd 257 */
		keep(m, &m->r.unit, value);
	else if (line_key_is(&line, "SERVICE"))
		m->nspawn = !strcmp(value, "systemd-nspawn");
	else if (line_key_is(&line, "CLASS"))
		m->vm = !strcmp(value, "vm");
	else if (line_key_is(&line, "LEADER") && num_u32_parse(value, strlen(value), &pid) == 0 && pid <= TARGET_PID_MAX)
		m->r.pid = (int32_t)pid;
}

int runtime_machine_parse(const char *text, size_t len, struct arena *a, struct runtime_record *ret)
{
	struct machine m = {.a = a, .r = *ret};
	struct text_line line;

	m.r.name = NULL;
	for (size_t pos = 0; line_next(text, len, &pos, &line);)
		if (line.value)
			assign(&m, line);
	if (m.no_memory)
		return -ENOMEM;
	if (!m.r.name)
		return -EINVAL;
	m.r.kind = m.nspawn && !m.vm ? LABEL_NSPAWN : LABEL_MACHINE;
	/* A virtual machine's leader is the emulator: what it shares namespaces with is not inside. */
	if (m.vm)
		m.r.pid = 0;
	*ret = m.r;
	return 0;
}
