/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/sealed.h"

#include "cmd/msg.h"
#include "exec/launch.h"
#include "exec/seal.h"
#include "nsview/arena.h"

#include <errno.h>
#include <string.h>

static void explain(int err)
{
	static const char what[] = "cannot run from a sealed copy in memory, so that nobody inside can change nsview";

	if (err == -ENOENT)
		msg("%s: /proc is not mounted; mount it: 'mount -t proc proc /proc'", what);
	else if (err == -EACCES)
		msg("%s: the machine forbids it; hint: 'sysctl vm.memfd_noexec=1' allows it", what);
	else
		msg("%s: %s", what, strerror(-err));
}

int sealed_run(const char *command, char *const *args)
{
	struct arena a = {0};
	size_t n = 0;
	char **argv;
	int err = -ENOMEM;

	while (args[n])
		n++;
	argv = arena_alloc(&a, (n + 3) * sizeof(*argv));
	if (argv) {
		argv[0] = arena_strdup(&a, "nsview");
		argv[1] = arena_strdup(&a, command);
		memcpy(argv + 2, args, n * sizeof(*argv));
		err = argv[0] && argv[1] ? seal_self(argv) : -ENOMEM;
	}
	arena_done(&a);
	if (err < 0)
		explain(err);
	return err < 0 ? LAUNCH_TROUBLE : 0;
}
