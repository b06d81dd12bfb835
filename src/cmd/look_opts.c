/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/look_opts.h"

int look_opt_take(int key, const char *arg, struct look_opts *o)
{
	switch (key) {
	case 'J': o->json = true; return 0;
	case 'n': o->noheadings = true; return 0;
	case 'o': o->output = arg; return 0;
	case 'u': o->notruncate = true; return 0;
	case 'W': o->nowrap = true; return 0;
	case 't': return look_types_parse(arg, &o->types);
	case OPT_FROM: o->source.from = arg; return 0;
	case OPT_SOURCE: return look_source_parse(arg, &o->source);
	case OPT_COLOR: return out_color_parse(arg, &o->color) < 0 ? EXIT_USAGE : 0;
	case OPT_STRICT: o->strict = true; return 0;
	case 'V': out_version(); return -1;
	default: return EXIT_USAGE;
	}
}
