/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NSVIEW_WANT_H
#define NSVIEW_WANT_H

/*
 * What a question needs beyond the processes, their basic facts and their namespaces, which are
 * always read. What is costly is asked for up front: columns say what they need, a scan reads it.
 */
#define WANT_RELATIONS       (1u << 0)  /* parents, owners, 64-bit ids; namespaces found that way */
#define WANT_MOUNTS          (1u << 1)  /* nsfs mounts in nsview's own mount namespace */
#define WANT_MNTNS           (1u << 2)  /* … and in every other one */
#define WANT_NETNSID         (1u << 3)
#define WANT_THREADS         (1u << 4)
#define WANT_FDS             (1u << 5)
#define WANT_SOCKETS         (1u << 6)
#define WANT_IDMAPS          (1u << 7)
#define WANT_LABELS          (1u << 8)  /* what each process belongs to: container, service, sandbox */
#define WANT_LISTNS          (1u << 9)
#define WANT_USERS           (1u << 10) /* names of users */
#define WANT_CMDLINE_LEADERS (1u << 11) /* command line and exact effective UID of each namespace's lowest PID and oldest member */
#define WANT_CMDLINE_ALL     (1u << 12) /* … and of every process */
#define WANT_NSPIDS          (1u << 13) /* PIDs inside PID namespaces other than nsview's */
#define WANT_CMDLINES (WANT_CMDLINE_LEADERS | WANT_CMDLINE_ALL)
/* Everything that may hold a namespace. */
#define WANT_HOLDERS (WANT_RELATIONS | WANT_MOUNTS | WANT_MNTNS | WANT_THREADS | WANT_FDS | WANT_SOCKETS | WANT_LISTNS)

#define WANT_LABELS_LEADERS  (1u << 14) /* what each namespace's lowest PID and oldest member belong to */
#define WANT_RSS             (1u << 15) /* resident memory of processes, which costs BPF some reads each */
#define WANT_CPU             (1u << 16) /* CPU time of processes, as dear */
#define WANT_ALL             ((1u << 17) - 1)

#endif
