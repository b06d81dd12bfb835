/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/top.h"
#include "nsview/fd.h"
#include "top/screen.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

/*
 * Signals are taken by handlers, and one byte in a pipe wakes who waits. They are not blocked and read from a
 * signalfd: a terminal that takes no more output (Ctrl-S, a frozen connection) holds the program up in the middle
 * of write(2), and only a handler gets it out of there.
 */

enum meaning {
	SIGNAL_LEFT,  /* as it is for any program */
	SIGNAL_NEWS,  /* told, and no more */
	SIGNAL_ENDS,  /* ends the program, once it has cleaned up */
	SIGNAL_CRASH, /* ends it on the spot */
};

enum { PATIENCE_SECONDS = 1 };

static struct {
	int rd, wr;
	volatile sig_atomic_t ending; /* the signal that ends us */
	volatile sig_atomic_t lent;   /* keys are somebody else's */
} signals = {.rd = -1, .wr = -1};

static enum meaning meaning_of(int sig)
{
	switch (sig) {
	case SIGKILL:
	case SIGSTOP:
	case SIGTTIN: /* a job in the background that needs the terminal stops */
	case SIGTTOU:
	case SIGURG:
		return SIGNAL_LEFT;
	case SIGTSTP:
	case SIGCONT:
	case SIGWINCH:
	case SIGCHLD:
		return SIGNAL_NEWS;
	case SIGSEGV:
	case SIGABRT:
	case SIGBUS:
	case SIGFPE:
	case SIGILL:
	case SIGTRAP:
	case SIGSYS:
		return SIGNAL_CRASH;
	default: /* by default they all end a process, real-time ones included */
		return SIGNAL_ENDS;
	}
}

void signals_die(int sig)
{
	sigset_t one;

	sigemptyset(&one);
	sigaddset(&one, sig);
	signal(sig, SIG_DFL);
	sigprocmask(SIG_UNBLOCK, &one, NULL);
	raise(sig);
}

static void on_crash(int sig)
{
	screen_abandon();
	signals_die(sig);
}

/* Of what our own write(2) causes its errno tells. */
static bool is_own_write(int sig, const siginfo_t *si)
{
	return (sig == SIGPIPE || sig == SIGXFSZ) && si->si_code <= 0 && si->si_pid == getpid();
}

static bool is_key(int sig, const siginfo_t *si)
{
	return (sig == SIGINT || sig == SIGQUIT) && si->si_code == SI_KERNEL;
}

/* The first one counts. Whoever ends must not be stopped for being in the background. */
static void begin_ending(int sig)
{
	if (signals.ending)
		return;
	signals.ending = sig;
	signal(SIGTTIN, SIG_IGN);
	signal(SIGTTOU, SIG_IGN);
	alarm(PATIENCE_SECONDS);
}

static void on_signal(int sig, siginfo_t *si, void *context)
{
	int saved = errno;
	unsigned char byte = (unsigned char)sig;
	ssize_t ignored;

	(void)context;
	if (sig == SIGALRM && si->si_code == SI_KERNEL && signals.ending) {
		/* Something holds us up. */
		screen_abandon();
		signals_die(signals.ending);
	}
	if (is_own_write(sig, si))
		return;
	if (meaning_of(sig) == SIGNAL_ENDS && !(signals.lent && is_key(sig, si)))
		begin_ending(sig);
	ignored = write(signals.wr, &byte, 1); /* a full pipe wakes as well */
	(void)ignored;
	errno = saved;
}

static void take(int sig)
{
	struct sigaction news = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_RESTART};
	struct sigaction crash = {.sa_handler = on_crash, .sa_flags = (int)SA_RESETHAND | SA_NODEFER};
	enum meaning meaning = meaning_of(sig);

	sigfillset(&news.sa_mask);
	for (int s = 1; s < NSIG; s++)
		if (meaning_of(s) == SIGNAL_CRASH)
			sigdelset(&news.sa_mask, s);
	if (meaning != SIGNAL_LEFT)
		sigaction(sig, meaning == SIGNAL_CRASH ? &crash : &news, NULL); /* refuses the C library's own: right so */
}

int signals_take(void)
{
	int fds[2];
	sigset_t none;

	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
		return -errno;
	signals.rd = fds[0];
	signals.wr = fds[1];
	for (int sig = 1; sig <= SIGRTMAX; sig++)
		take(sig);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	return 0;
}

void signals_block(sigset_t *before)
{
	sigset_t set;

	sigemptyset(&set);
	for (int sig = 1; sig <= SIGRTMAX; sig++)
		if (meaning_of(sig) == SIGNAL_NEWS || meaning_of(sig) == SIGNAL_ENDS)
			sigaddset(&set, sig);
	pthread_sigmask(SIG_BLOCK, &set, before);
}

int signals_fd(void)
{
	return signals.rd;
}

int signals_next(void)
{
	unsigned char byte;
	ssize_t n;

	do
		n = read(signals.rd, &byte, 1);
	while (n < 0 && errno == EINTR);
	return n == 1 ? byte : 0;
}

int signals_ending(void)
{
	return signals.ending;
}

void signals_lend(bool lent)
{
	signals.lent = lent;
}

void signals_more_time(void)
{
	if (signals.ending)
		alarm(2 * PATIENCE_SECONDS);
}
