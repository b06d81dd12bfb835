/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * forbid WHAT COMMAND [ARG...]: run a command under a seccomp filter, as container engines set one.
 *   clone3      clone3(2) is not there
 *   namespaces  nor may any namespace be made
 *   kcmp        kcmp(2) is not there
 *   threads     pidfd_open(2) knows no threads
 *   getfd       pidfd_getfd(2) is refused
 *   no-getfd    pidfd_getfd(2) is not there
 *   no-fsopen   fsopen(2) is not there
 *   no-bpf      bpf(2) is not there
 *   listmount   listmount(2) is not there
 *   no-dirs     getdents64(2) is not there
 *   no-statx    statx(2) is not there
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NR BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))
/* The low half of an argument, on a little-endian machine. */
#define ARG(n) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[n]))
#define RET(what) BPF_STMT(BPF_RET | BPF_K, (what))
#define REFUSE(err) RET(SECCOMP_RET_ERRNO | (err))

#define NEW_ANY (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)

#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif
#ifndef SYS_listmount
#define SYS_listmount 458
#endif

/* One call is refused. */
#define ONE(nr, err) {NR, BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (nr), 0, 1), REFUSE(err), RET(SECCOMP_RET_ALLOW)}

static struct sock_filter no_clone3[] = ONE(SYS_clone3, ENOSYS);

static struct sock_filter no_namespaces[] = {
	NR,
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1),
	REFUSE(ENOSYS),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 1, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_unshare, 0, 3),
	ARG(0),
	BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, NEW_ANY, 0, 1),
	REFUSE(EPERM),
	RET(SECCOMP_RET_ALLOW),
};

static struct sock_filter no_kcmp[] = ONE(SYS_kcmp, ENOSYS);
static struct sock_filter getfd[] = ONE(SYS_pidfd_getfd, EPERM);
static struct sock_filter no_getfd[] = ONE(SYS_pidfd_getfd, ENOSYS);
static struct sock_filter no_fsopen[] = ONE(SYS_fsopen, ENOSYS);
static struct sock_filter no_bpf[] = ONE(SYS_bpf, ENOSYS);
static struct sock_filter no_dirs[] = ONE(SYS_getdents64, ENOSYS);
static struct sock_filter no_statx[] = ONE(SYS_statx, ENOSYS);

static struct sock_filter no_listmount[] = ONE(SYS_listmount, ENOSYS);

static struct sock_filter no_threads[] = {
	NR,
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pidfd_open, 0, 3),
	ARG(1),
	BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, O_EXCL, 0, 1),
	REFUSE(EINVAL),
	RET(SECCOMP_RET_ALLOW),
};

#define FILTER(name, array) {name, {.len = sizeof(array) / sizeof((array)[0]), .filter = (array)}}
static const struct {
	const char *name;
	struct sock_fprog prog;
} filters[] = {
	FILTER("clone3", no_clone3),
	FILTER("namespaces", no_namespaces),
	FILTER("kcmp", no_kcmp),
	FILTER("threads", no_threads),
	FILTER("getfd", getfd),
	FILTER("no-getfd", no_getfd),
	FILTER("no-fsopen", no_fsopen),
	FILTER("no-bpf", no_bpf),
	FILTER("listmount", no_listmount),
	FILTER("no-dirs", no_dirs),
	FILTER("no-statx", no_statx),
};

int main(int argc, char **argv)
{
	struct sock_fprog prog = {0};

	for (size_t i = 0; argc >= 3 && i < sizeof(filters) / sizeof(filters[0]); i++)
		if (!strcmp(argv[1], filters[i].name))
			prog = filters[i].prog;
	if (!prog.filter)
		return 125;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) < 0) {
		perror("forbid");
		return 125;
	}
	execvp(argv[2], argv + 2);
	perror(argv[2]);
	return 127;
}
