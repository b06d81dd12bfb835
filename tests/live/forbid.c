/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * forbid WHAT COMMAND [ARG...]: run a command under a seccomp filter, as container engines set one.
 *   clone3      clone3(2) is not there
 *   namespaces  nor may any namespace be made
 */
#include <errno.h>
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
/* The low half of the first argument, on a little-endian machine. */
#define ARG BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args))
#define RET(what) BPF_STMT(BPF_RET | BPF_K, (what))
#define REFUSE(err) RET(SECCOMP_RET_ERRNO | (err))

#define NEW_ANY (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)

int main(int argc, char **argv)
{
	struct sock_filter no_clone3[] = {
		NR,
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1),
		REFUSE(ENOSYS),
		RET(SECCOMP_RET_ALLOW),
	};
	struct sock_filter no_namespaces[] = {
		NR,
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1),
		REFUSE(ENOSYS),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_unshare, 0, 3),
		ARG,
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, NEW_ANY, 0, 1),
		REFUSE(EPERM),
		RET(SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = {.len = sizeof(no_clone3) / sizeof(no_clone3[0]), .filter = no_clone3};

	if (argc < 3)
		return 125;
	if (!strcmp(argv[1], "namespaces"))
		prog = (struct sock_fprog){.len = sizeof(no_namespaces) / sizeof(no_namespaces[0]), .filter = no_namespaces};
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) < 0) {
		perror("forbid");
		return 125;
	}
	execvp(argv[2], argv + 2);
	perror(argv[2]);
	return 127;
}
