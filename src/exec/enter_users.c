/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/enter_users.h"

#include "nsview/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/nsfs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int read_caps(uint64_t *ret)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &head, data) < 0)
		return -errno;
	*ret = (uint64_t)data[1].effective << 32 | data[0].effective;
	return 0;
}

int enter_users_begin(struct enter_facts *f)
{
	struct stat st;

	if (stat("/proc/self/ns/user", &st) < 0)
		return -errno;
	f->users[0] = (struct enter_user){.ino = (uint32_t)st.st_ino, .parent = -1};
	f->nusers = 1;
	f->euid = geteuid();
	return read_caps(&f->caps);
}

static int find(const struct enter_facts *f, uint32_t ino)
{
	for (int i = 0; i < f->nusers; i++)
		if (f->users[i].ino == ino)
			return i;
	return -1;
}

/* Ends at 32 levels, the kernel's limit, or where the kernel says EPERM: above our own. */
int enter_users_add(struct enter_facts *f, int fd)
{
	struct stat st;
	uid_t owner = 0;
	int at;

	if (fstat(fd, &st) < 0)
		return -1;
	at = find(f, (uint32_t)st.st_ino);
	if (at >= 0 || f->nusers == ENTER_USERS_MAX)
		return at;
	at = f->nusers++;
	if (ioctl(fd, NS_GET_OWNER_UID, &owner) < 0)
		owner = UINT32_MAX; /* nobody: never equal to us */
	f->users[at] = (struct enter_user){.ino = (uint32_t)st.st_ino, .owner_uid = owner, .parent = -1};

	AUTO_CLOSE int up = ioctl(fd, NS_GET_PARENT);

	if (up >= 0)
		f->users[at].parent = enter_users_add(f, up);
	return at;
}

int enter_users_owner(struct enter_facts *f, int fd)
{
	AUTO_CLOSE int owner = ioctl(fd, NS_GET_USERNS);

	return owner < 0 ? -1 : enter_users_add(f, owner);
}
