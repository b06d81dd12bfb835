/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/signame.h"

#include "nsview/num.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <strings.h>

static const char *const names[] = {
	[SIGHUP] = "HUP",   [SIGINT] = "INT",       [SIGQUIT] = "QUIT", [SIGILL] = "ILL",     [SIGTRAP] = "TRAP",
	[SIGABRT] = "ABRT", [SIGBUS] = "BUS",       [SIGFPE] = "FPE",   [SIGKILL] = "KILL",   [SIGUSR1] = "USR1",
	[SIGSEGV] = "SEGV", [SIGUSR2] = "USR2",     [SIGPIPE] = "PIPE", [SIGALRM] = "ALRM",   [SIGTERM] = "TERM",
	[SIGCHLD] = "CHLD", [SIGCONT] = "CONT",     [SIGSTOP] = "STOP", [SIGTSTP] = "TSTP",   [SIGTTIN] = "TTIN",
	[SIGTTOU] = "TTOU", [SIGURG] = "URG",       [SIGXCPU] = "XCPU", [SIGXFSZ] = "XFSZ",   [SIGVTALRM] = "VTALRM",
	[SIGPROF] = "PROF", [SIGWINCH] = "WINCH",   [SIGIO] = "IO",     [SIGPWR] = "PWR",     [SIGSYS] = "SYS",
};
enum { NNAMES = sizeof(names) / sizeof(names[0]) };

const char *signame_of(int sig)
{
	return sig > 0 && sig < NNAMES ? names[sig] : NULL;
}

int signame_parse(const char *s)
{
	uint32_t n;

	if (num_u32_parse(s, strlen(s), &n) == 0)
		return n >= 1 && n <= (uint32_t)SIGRTMAX ? (int)n : -EINVAL;
	if (!strncasecmp(s, "SIG", 3))
		s += 3;
	for (int i = 1; i < NNAMES; i++)
		if (names[i] && !strcasecmp(s, names[i]))
			return i;
	return -EINVAL;
}
