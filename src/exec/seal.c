/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/seal.h"

#include "nsview/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Linux 6.3 */
#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

/*
 * Of later writes and mappings (Linux 5.1). F_SEAL_WRITE would refuse writable mappings made before, too; nobody but us
 * has the file then, and it fails with EBUSY where the kernel itself still holds a page for a moment.
 */
#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE)

static int memory_file(const char *name)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);

	if (fd < 0 && errno == EINVAL)
		fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	return fd < 0 ? -errno : fd;
}

int seal_copy(int fd, const char *name)
{
	AUTO_CLOSE int copy = memory_file(name);
	struct stat st;
	off_t at = 0;

	if (copy < 0)
		return copy;
	if (fstat(fd, &st) < 0)
		return -errno;
	while (at < st.st_size) {
		ssize_t n = sendfile(copy, fd, &at, (size_t)(st.st_size - at));

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n == 0)
			return -EIO; /* it has become shorter */
	}
	if (fchmod(copy, 0555) < 0 || fcntl(copy, F_ADD_SEALS, SEALS) < 0)
		return -errno;
	return take_fd(&copy);
}

static bool is_sealed(int fd)
{
	int seals = fcntl(fd, F_GET_SEALS);

	return seals >= 0 && (seals & SEALS) == SEALS;
}

int seal_self(char *const argv[])
{
	AUTO_CLOSE int exe = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	AUTO_CLOSE int copy = -1;

	if (exe < 0)
		return -errno;
	if (is_sealed(exe)) {
		prctl(PR_SET_NAME, "nsview"); /* it is called after the descriptor before Linux 6.14 */
		return 0;
	}
	copy = seal_copy(exe, "nsview");
	if (copy < 0)
		return copy;
	syscall(SYS_execveat, copy, "", argv, environ, AT_EMPTY_PATH);
	return -errno;
}
