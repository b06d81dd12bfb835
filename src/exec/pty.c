/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/pty.h"

#include "nsview/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/major.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

/* Only what the kernel itself made is in a devpts, so its ptmx needs no further check. */
static int devpts_open(void)
{
	AUTO_CLOSE int dir = open("/dev/pts", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct statfs fs;

	if (dir < 0)
		return errno == ENOENT || errno == ENOTDIR ? -ENODEV : -errno;
	if (fstatfs(dir, &fs) < 0)
		return -errno;
	return fs.f_type == DEVPTS_SUPER_MAGIC ? take_fd(&dir) : -ENODEV;
}

/*
 * Many a devpts has a ptmx that only root may open, and a device node /dev/ptmx for all. What lies at
 * that path may be anything: it is opened when it was the device, and kept when it is.
 */
static int dev_ptmx_open(void)
{
	AUTO_CLOSE int fd = -1;
	int number;

	AUTO_CLOSE int path = open("/dev/ptmx", O_PATH | O_CLOEXEC);
	struct stat st;

	if (path < 0 || fstat(path, &st) < 0)
		return -errno;
	if (!S_ISCHR(st.st_mode) || st.st_rdev != makedev(TTYAUX_MAJOR, 2))
		return -ENODEV;
	fd = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 || ioctl(fd, TIOCGPTN, &number) < 0)
		return -errno;
	return take_fd(&fd);
}

int pty_open(struct pty *ret)
{
	AUTO_CLOSE int master = -1;
	AUTO_CLOSE int dir = devpts_open();
	int unlock = 0;

	if (dir < 0)
		return dir;
	master = openat(dir, "ptmx", O_RDWR | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (master < 0 && errno == EACCES)
		master = dev_ptmx_open();
	else if (master < 0)
		master = -errno;
	if (master < 0)
		return master;
	if (ioctl(master, TIOCSPTLCK, &unlock) < 0)
		return -errno;

	/* By the master, never by a name (Linux 4.13). */
	int slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (slave < 0)
		return -errno;
	*ret = (struct pty){.master = take_fd(&master), .slave = slave};
	return 0;
}

void pty_close(struct pty *p)
{
	if (p->master >= 0)
		close(p->master);
	if (p->slave >= 0)
		close(p->slave);
	*p = (struct pty){.master = -1, .slave = -1};
}

static bool allows(int fd, int how)
{
	int mode = fcntl(fd, F_GETFL);

	return mode >= 0 && ((mode & O_ACCMODE) == how || (mode & O_ACCMODE) == O_RDWR);
}

int term_find(struct term *ret)
{
	static const int writers[] = {1, 2, 0}; /* standard output first */
	struct term t = {.in = -1, .out = -1};

	for (int fd = 0; fd < 3 && t.in < 0; fd++)
		if (isatty(fd) && allows(fd, O_RDONLY))
			t.in = fd;
	for (int i = 0; i < 3 && t.out < 0; i++)
		if (isatty(writers[i]) && allows(writers[i], O_WRONLY))
			t.out = writers[i];
	if (t.in < 0 && t.out < 0)
		return -ENOTTY;
	*ret = t;
	return 0;
}

static int term_fd(const struct term *t)
{
	return t->in >= 0 ? t->in : t->out;
}

bool term_foreground(const struct term *t)
{
	return t->in >= 0 && tcgetpgrp(t->in) == getpgrp();
}

int term_raw(struct term *t)
{
	struct termios raw;

	if (t->raw)
		return 0;
	if (tcgetattr(term_fd(t), &t->saved) < 0)
		return -errno;
	raw = t->saved;
	cfmakeraw(&raw);
	/* What the command writes goes elsewhere, perhaps to a pager or tee(1) that writes lines to this terminal. */
	if (t->out != STDOUT_FILENO)
		raw.c_oflag = t->saved.c_oflag;
	if (tcsetattr(term_fd(t), TCSADRAIN, &raw) < 0)
		return -errno;
	t->raw = true;
	return 0;
}

void term_restore(struct term *t)
{
	sigset_t ttou, before;

	if (!t->raw)
		return;
	/* In the background this would stop us, with the terminal still raw. */
	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	sigprocmask(SIG_BLOCK, &ttou, &before);
	while (tcsetattr(term_fd(t), TCSADRAIN, &t->saved) < 0 && errno == EINTR)
		;
	sigprocmask(SIG_SETMASK, &before, NULL);
	t->raw = false;
}

void term_size_to(const struct term *t, int pty)
{
	struct winsize size;

	if (!ioctl(term_fd(t), TIOCGWINSZ, &size))
		ioctl(pty, TIOCSWINSZ, &size);
}

void term_settings_to(const struct term *t, int pty)
{
	struct termios settings;

	if (!tcgetattr(term_fd(t), &settings))
		tcsetattr(pty, TCSANOW, &settings);
}
