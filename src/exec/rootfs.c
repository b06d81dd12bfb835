/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/rootfs.h"

#include "exec/mnt.h"
#include "nsview/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>

int rootfs_bind(const struct trace *t, int *ret)
{
	int fd = mnt_bind_here(t);

	if (fd < 0)
		return fd;
	*ret = fd;
	return 0;
}

static int mount_on(const struct trace *t, int root, const char *name, const char *fstype, unsigned long flags,
		    const char *data)
{
	AUTO_CLOSE int dir = mnt_open_dir(t, root, name, 1);

	return dir < 0 ? dir : mnt_mount(t, dir, fstype, flags, data);
}

int rootfs_proc(const struct trace *t, int root)
{
	return mount_on(t, root, "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

int rootfs_sys(const struct trace *t, int root)
{
	return mount_on(t, root, "sys", "sysfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

/* Binding works in a user namespace as well, where mknod(2) does not. */
static int add_device(const struct trace *t, int host, const char *from, int dev, const char *name)
{
	AUTO_CLOSE int fd = openat(dev, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
	int err = fd < 0 ? -errno : 0;

	trace_call(t, fd < 0 ? err : fd, "openat(%d, \"%s\", O_CREAT|O_EXCL, 0666)", dev, name);
	return err < 0 ? err : mnt_bind(t, host, from, dev, name);
}

/* The terminal belongs to the devpts outside, where it has its name; as the console ttyname(3) finds it here as well. */
static int add_console(const struct trace *t, int host, int dev)
{
	static const char prefix[] = "/dev/";
	char name[64];

	if (ttyname_r(STDIN_FILENO, name, sizeof(name)) != 0 || strncmp(name, prefix, sizeof(prefix) - 1) != 0)
		return 0;
	return add_device(t, host, name + sizeof(prefix) - 1, dev, "console");
}

static int add_link(const struct trace *t, int dev, const char *name, const char *to)
{
	int err = symlinkat(to, dev, name) < 0 ? -errno : 0;

	return (int)trace_call(t, err, "symlinkat(\"%s\", %d, \"%s\")", to, dev, name);
}

static int fill_dev(const struct trace *t, int host, int dev)
{
	static const char *const devices[] = {"null", "zero", "full", "random", "urandom", "tty"};
	static const char *const links[][2] = {
		{"fd", "/proc/self/fd"},       {"stdin", "/proc/self/fd/0"}, {"stdout", "/proc/self/fd/1"},
		{"stderr", "/proc/self/fd/2"}, {"ptmx", "pts/ptmx"},
	};
	int err = 0;

	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]) && err == 0; i++)
		err = add_device(t, host, devices[i], dev, devices[i]);
	if (err == 0)
		err = add_console(t, host, dev);
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]) && err == 0; i++)
		err = add_link(t, dev, links[i][0], links[i][1]);
	if (err == 0)
		err = mount_on(t, dev, "pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620");
	if (err == 0)
		err = mount_on(t, dev, "shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777");
	return err;
}

int rootfs_dev(const struct trace *t, int root)
{
	/* Before it is covered, should root be the machine's own. */
	AUTO_CLOSE int host = open("/dev", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int err;

	trace_call(t, host < 0 ? -errno : host, "open(\"/dev\", O_PATH|O_DIRECTORY)");
	if (host < 0)
		return -errno;
	err = mount_on(t, root, "dev", "tmpfs", MS_NOSUID, "mode=755,size=64k");
	if (err < 0)
		return err;

	AUTO_CLOSE int dev = mnt_open_dir(t, root, "dev", 0);

	return dev < 0 ? dev : fill_dev(t, host, dev);
}

static int enter(const struct trace *t, int root)
{
	return (int)trace_call(t, fchdir(root) < 0 ? -errno : 0, "fchdir(%d)", root);
}

int rootfs_pivot(const struct trace *t, int root)
{
	int err = enter(t, root);

	if (err < 0)
		return err;
	/* The old root comes to lie on the new one, at the same place: no directory has to be there for it. */
	err = syscall(SYS_pivot_root, ".", ".") < 0 ? -errno : 0;
	if (trace_call(t, err, "pivot_root(\".\", \".\")") < 0)
		return err;
	err = umount2(".", MNT_DETACH) < 0 ? -errno : 0;
	return (int)trace_call(t, err, "umount2(\".\", MNT_DETACH)");
}

int rootfs_chroot(const struct trace *t, int root)
{
	int err = enter(t, root);

	return err < 0 ? err : (int)trace_call(t, chroot(".") < 0 ? -errno : 0, "chroot(\".\")");
}
