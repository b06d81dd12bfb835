/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/enter_pin.h"

#include "exec/enter_maps.h"
#include "exec/enter_open.h"
#include "exec/enter_users.h"
#include "exec/procfile.h"
#include "nsview/fd.h"
#include "nsview/num.h"
#include "nsview/procstat.h"
#include "scan/kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

void enter_handles_init(struct enter_handles *h)
{
	*h = (struct enter_handles){.pidfd = -1, .procfd = -1, .root = -1, .wd = -1};
	for (int t = 0; t < NS_TYPE_COUNT; t++)
		h->ns[t] = -1;
}

static void forget(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void enter_handles_done(struct enter_handles *h)
{
	forget(&h->pidfd);
	forget(&h->procfd);
	forget(&h->root);
	forget(&h->wd);
	for (int t = 0; t < NS_TYPE_COUNT; t++)
		forget(&h->ns[t]);
}

bool enter_pin_alive(const struct enter_handles *h)
{
	return !syscall(SYS_pidfd_send_signal, h->pidfd, 0, NULL, 0) || errno != ESRCH;
}

static int proc_open(void)
{
	AUTO_CLOSE int fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	char self[24], want[24];
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = readlinkat(fd, "self", self, sizeof(self) - 1);
	if (n < 0)
		return errno == EINVAL ? -ENOENT : -errno;
	self[n] = '\0';
	snprintf(want, sizeof(want), "%d", getpid());
	return strcmp(self, want) != 0 ? -EXDEV : take_fd(&fd);
}

/* The state stands behind the last parenthesis: a command may hold others. */
static void read_stat(int procfd, char *state, uint64_t *start)
{
	char buf[1024];
	ssize_t len = procfile_read(procfd, "stat", buf, sizeof(buf));
	const char *p = len > 0 ? strrchr(buf, ')') : NULL;

	*state = p && p[1] == ' ' ? p[2] : '\0';
	if (len < 0 || procstat_start_parse(buf, (size_t)len, start) < 0)
		*start = 0;
}

/* The PID can't come to mean another process while the pidfd of the first one finds it there. */
static int open_process(const struct enter_request *req, struct enter_handles *h, struct enter_facts *f, struct fail *why)
{
	AUTO_CLOSE int proc = proc_open();
	char name[16], state;
	uint64_t start;

	if (proc < 0)
		return fail_at(why, "read /proc", proc);
	h->pidfd = (int)syscall(SYS_pidfd_open, req->pid, 0);
	if (h->pidfd < 0)
		return fail_at(why, "pidfd_open", errno == ENOENT ? -EINVAL : -errno); /* a thread: ENOENT since Linux 6.14 */
	snprintf(name, sizeof(name), "%d", req->pid);
	h->procfd = openat(proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (h->procfd < 0)
		return fail_at(why, "open its directory in /proc", errno == ENOENT ? -ESRCH : -errno);
	if (!enter_pin_alive(h))
		return fail_at(why, "pin it", -ESRCH);
	read_stat(h->procfd, &state, &start);
	if (req->start && start != req->start)
		return fail_at(why, "find it as it was seen", -ESRCH);
	f->pid = req->pid;
	f->zombie = state == 'Z' || state == 'X';
	return 0;
}

static uint32_t own_ino(enum ns_type t)
{
	char path[40];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/self/ns/%s", ns_info(t)->name);
	return stat(path, &st) < 0 ? 0 : (uint32_t)st.st_ino;
}

/* Open one of the target's namespaces, or keep the reason why not. */
static void open_ns(struct enter_handles *h, struct enter_facts *f, enum ns_type t)
{
	char path[24];

	snprintf(path, sizeof(path), "ns/%s", ns_info(t)->name);
	h->ns[t] = openat(h->procfd, path, O_RDONLY | O_CLOEXEC);
	if (h->ns[t] < 0)
		f->ns[t].err = -errno;
	else
		f->ns[t].source = ENTER_TARGET;
}

static int open_file(const struct enter_request *req, struct enter_handles *h, struct enter_facts *f, enum ns_type t)
{
	int fd = fcntl(req->files[t], F_DUPFD_CLOEXEC, 3);

	if (fd < 0)
		return -errno;
	forget(&h->ns[t]);
	h->ns[t] = fd;
	f->ns[t] = (struct enter_ns){.source = ENTER_FILE, .ours = f->ns[t].ours};
	return 0;
}

/* The namespace of a socket is not always that of the process which holds it. */
static int open_socket_ns(const struct enter_request *req, struct enter_handles *h, struct enter_facts *f, struct fail *why)
{
	AUTO_CLOSE int sock = (int)syscall(SYS_pidfd_getfd, h->pidfd, req->net_socket, 0);
	int fd;

	if (sock < 0)
		return fail_at(why, "take its socket (pidfd_getfd)", -errno);
	fd = ioctl(sock, SIOCGSKNS);
	if (fd < 0)
		return fail_at(why, "find its socket's network namespace", errno == ENOTTY ? -ENOTSOCK : -errno);
	forget(&h->ns[NS_NET]);
	h->ns[NS_NET] = fd;
	f->ns[NS_NET] = (struct enter_ns){.source = ENTER_FILE, .ours = f->ns[NS_NET].ours};
	return 0;
}

static int open_user_parent(const struct enter_request *req, struct enter_handles *h, struct enter_facts *f,
			    struct fail *why)
{
	enum ns_type of_type = NS_USER;
	int of = -1, fd;

	/* The user namespace's own, or that of what is joined; of all of them, of one that is not ours already. */
	for (int t = 0; t < NS_TYPE_COUNT; t++)
		if (h->ns[t] >= 0 && req->types & 1u << t && (req->types != NS_TYPES_ALL || t != NS_USER) &&
		    (of < 0 || t == NS_USER || enter_ino(of) == own_ino(of_type))) {
			of = h->ns[t];
			of_type = (enum ns_type)t;
		}
	if (of < 0)
		return fail_at(why, "find a namespace whose owner to enter", -EINVAL);
	fd = ioctl(of, NS_GET_USERNS);
	if (fd < 0)
		return fail_at(why, "open the owning user namespace", -errno);
	forget(&h->ns[NS_USER]);
	h->ns[NS_USER] = fd;
	f->ns[NS_USER] = (struct enter_ns){.source = ENTER_FILE, .ours = f->ns[NS_USER].ours};
	return 0;
}

/* NS_GET_PARENT answers EPERM above our own PID namespace; another failure tells nothing. */
static bool is_outside(int fd, uint32_t ours)
{
	AUTO_CLOSE int at = fcntl(fd, F_DUPFD_CLOEXEC, 3);

	while (at >= 0 && enter_ino(at) != ours) {
		int up = ioctl(at, NS_GET_PARENT);

		if (up < 0)
			return errno == EPERM;
		close(at);
		at = up;
	}
	return false;
}

/* A root on a server that does not answer must not hold us up: nothing is asked of it. */
static bool is_our_root(int procfd)
{
	struct statx ours, theirs;

	if (statx(AT_FDCWD, "/", AT_STATX_DONT_SYNC, STATX_INO | STATX_MNT_ID, &ours) < 0 ||
	    statx(procfd, "root", AT_STATX_DONT_SYNC, STATX_INO | STATX_MNT_ID, &theirs) < 0)
		return false;
	return ours.stx_ino == theirs.stx_ino && ours.stx_dev_major == theirs.stx_dev_major &&
	       ours.stx_dev_minor == theirs.stx_dev_minor && ours.stx_mnt_id == theirs.stx_mnt_id;
}

/* Linux 6.11 says which process is whose PID 1; before, nobody knows. */
static bool has_no_init(int fd)
{
	return ioctl(fd, KERNEL_NS_GET_TGID_FROM_PIDNS, 1) < 0 && errno == ESRCH;
}

int enter_yama_scope(void)
{
	char buf[8];
	uint32_t scope;
	ssize_t n = procfile_read(AT_FDCWD, "/proc/sys/kernel/yama/ptrace_scope", buf, sizeof(buf));

	return n > 0 && !num_u32_parse(buf, strcspn(buf, "\n"), &scope) ? (int)scope : -1;
}

static void learn_ns(const struct enter_handles *h, struct enter_facts *f)
{
	for (int t = 0; t < NS_TYPE_COUNT; t++) {
		struct enter_ns *ns = &f->ns[t];

		if (h->ns[t] < 0)
			continue;
		ns->ino = enter_ino(h->ns[t]);
		ns->owner = t == NS_USER ? enter_users_add(f, h->ns[t]) : enter_users_owner(f, h->ns[t]);
		if (t == NS_PID) {
			ns->outside = is_outside(h->ns[t], ns->ours);
			ns->lifeless = ns->source == ENTER_FILE && has_no_init(h->ns[t]);
		}
	}
}

static int open_all(const struct enter_request *req, struct enter_handles *h, struct enter_facts *f, struct fail *why)
{
	int err = req->pid ? open_process(req, h, f, why) : 0;

	if (err < 0)
		return err;
	for (int t = 0; t < NS_TYPE_COUNT; t++) {
		f->ns[t].ours = own_ino((enum ns_type)t);
		f->ns[t].owner = -1;
		if (req->files[t] >= 0)
			err = open_file(req, h, f, (enum ns_type)t);
		else if (h->procfd >= 0)
			open_ns(h, f, (enum ns_type)t);
		if (err < 0)
			return fail_at(why, "keep a namespace open", err);
	}
	if (req->net_socket >= 0)
		err = open_socket_ns(req, h, f, why);
	if (!err && req->user_parent)
		err = open_user_parent(req, h, f, why);
	return err;
}

int enter_pin(const struct enter_request *req, struct enter_handles *h, struct enter_facts *facts, struct fail *why)
{
	struct enter_facts f = {0};
	int err = enter_users_begin(&f);

	if (err < 0)
		return fail_at(why, "read our own user namespace", err);
	err = open_all(req, h, &f, why);
	if (err < 0)
		return err;
	learn_ns(h, &f);
	enter_maps_learn(f.ns[NS_USER].source == ENTER_TARGET ? h->procfd : -1, h->ns[NS_USER], &f);
	f.same_root = h->procfd >= 0 && is_our_root(h->procfd);
	if (h->pidfd >= 0 && !enter_pin_alive(h))
		return fail_at(why, "pin it", -ESRCH);
	*facts = f;
	return 0;
}
