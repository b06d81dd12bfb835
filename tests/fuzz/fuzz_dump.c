/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/dump.h"
#include "nsview/graph.h"
#include "nsview/view.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *written(const struct snapshot *snap, size_t *len)
{
	char *text = NULL;
	FILE *f = open_memstream(&text, len);

	if (!f || dump_write(f, snap) < 0 || fclose(f) != 0)
		abort();
	return text;
}

/* Whatever is read can be written, and reads back as the same. */
static void round_trip(const struct snapshot *snap)
{
	struct snapshot *again;
	struct dump_error err;
	size_t n, m;
	char *text = written(snap, &n), *more;

	if (dump_parse(text, n, &again, &err) < 0)
		abort();
	more = written(again, &m);
	if (n != m || memcmp(text, more, n))
		abort();
	snapshot_free(again);
	free(text);
	free(more);
}

/* Whatever is read can be linked, and nests in every way. */
static void nest(const struct snapshot *snap)
{
	static const enum view_tree trees[] = {TREE_NONE, TREE_PROCESS, TREE_PARENT, TREE_OWNER};
	struct graph *g;

	if (graph_build(snap, GRAPH_ALL, &g) < 0)
		abort();
	for (size_t i = 0; i < sizeof(trees) / sizeof(trees[0]); i++) {
		bool processes = trees[i] == TREE_NONE || trees[i] == TREE_PROCESS;

		for (int p = 0; p <= processes; p++) {
			struct view_query q = {.tree = trees[i], .processes = p, .ancestors = true, .sort = -1};
			struct view *v;

			if (view_build(g, &q, &v) < 0)
				abort();
			view_free(v);
		}
	}
	graph_free(g);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A copy of its own, so that a read behind the end is seen. */
	char *text = malloc(size + !size);
	struct snapshot *snap;
	struct dump_error err;

	if (!text)
		return 0;
	if (size)
		memcpy(text, data, size);
	if (dump_parse(text, size, &snap, &err) == 0) {
		round_trip(snap);
		nest(snap);
		snapshot_free(snap);
	} else if (!err.what[0]) {
		abort();
	}
	free(text);
	return 0;
}
