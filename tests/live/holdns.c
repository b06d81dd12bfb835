/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * holdns KIND [table|leaderless]: hold a new namespace by one thing only, print its inode and the holder's number
 * (TID, descriptor), of a descriptor in a thread's table that thread's TID, and wait until standard input ends.
 */
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

static pthread_barrier_t ready;
static unsigned long thread_ino;
static long thread_id;

static unsigned long ino_of(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		err(1, "%s", path);
	return st.st_ino;
}

static void leave(int flag)
{
	if (unshare(flag) < 0)
		err(1, "unshare");
}

static void *strand(void *children)
{
	leave(children ? CLONE_NEWTIME : CLONE_NEWUTS);
	thread_ino = ino_of(children ? "/proc/thread-self/ns/time_for_children" : "/proc/thread-self/ns/uts");
	thread_id = syscall(SYS_gettid);
	pthread_barrier_wait(&ready);
	pause();
	return NULL;
}

static void hold_by_strand(bool children)
{
	pthread_t thread;

	pthread_barrier_init(&ready, NULL, 2);
	if (pthread_create(&thread, NULL, strand, children ? &ready : NULL) != 0)
		errx(1, "pthread_create");
	pthread_barrier_wait(&ready);
	printf("%lu %ld\n", thread_ino, thread_id);
}

static void hold_by_thread(void)
{
	hold_by_strand(false);
}

static void hold_by_thread_for_children(void)
{
	hold_by_strand(true);
}

/* A descriptor of a namespace that a child made and left. */
static int fd_of_child(int flag, const char *link, unsigned long *ino)
{
	char path[64];
	int pipes[2], fd;
	pid_t pid;

	if (pipe(pipes) < 0 || (pid = fork()) < 0)
		err(1, "fork");
	if (pid == 0) {
		leave(flag);
		if (write(pipes[1], "x", 1) != 1)
			_exit(1);
		pause();
		_exit(0);
	}
	if (read(pipes[0], path, 1) != 1)
		err(1, "read");
	snprintf(path, sizeof(path), "/proc/%d/ns/%s", pid, link);
	*ino = ino_of(path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		err(1, "%s", path);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(pipes[0]);
	close(pipes[1]);
	return fd;
}

static void hold_by_fd(void)
{
	unsigned long ino;
	int fd = fd_of_child(CLONE_NEWIPC, "ipc", &ino);

	printf("%lu %d %d\n", ino, fd, gettid());
}

static void hold_by_socket(void)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(4242)};
	int back = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC), sock;
	unsigned long ino;

	leave(CLONE_NEWNET);
	ino = ino_of("/proc/thread-self/ns/net");
	sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (sock < 0 || bind(sock, (struct sockaddr *)&in, sizeof(in)) < 0 || listen(sock, 1) < 0)
		err(1, "socket");
	if (setns(back, CLONE_NEWNET) < 0)
		err(1, "setns");
	close(back);
	printf("%lu %d %d\n", ino, sock, gettid());
}

/* As what gives a container a network in user space does. */
static void hold_by_tun(void)
{
	struct ifreq ifr = {.ifr_name = "hold0", .ifr_flags = IFF_TAP | IFF_NO_PI};
	int back = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC), tun;
	const char *device = getenv("HOLDNS_TUN");
	unsigned long ino;

	leave(CLONE_NEWNET);
	ino = ino_of("/proc/thread-self/ns/net");
	tun = open(device ? device : "/dev/net/tun", O_RDWR | O_CLOEXEC);
	if (tun < 0 || ioctl(tun, TUNSETIFF, &ifr) < 0)
		err(1, "tun");
	if (setns(back, CLONE_NEWNET) < 0)
		err(1, "setns");
	close(back);
	printf("%lu %d %d\n", ino, tun, gettid());
}

/* Its clock is ahead by HOLDNS_BOOTTIME, or else an hour. */
static void hold_by_children(void)
{
	const char *ahead = getenv("HOLDNS_BOOTTIME");
	int fd;

	leave(CLONE_NEWTIME);
	fd = open("/proc/self/timens_offsets", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || dprintf(fd, "boottime %s 0\n", ahead ? ahead : "3600") < 0)
		err(1, "timens_offsets");
	close(fd);
	printf("%lu %d\n", ino_of("/proc/self/ns/time_for_children"), getpid());
}

/* With a POSIX message queue in it. */
static void hold_a_queue(void)
{
	leave(CLONE_NEWIPC);
	if (syscall(SYS_mq_open, "nsv-queue", O_RDWR | O_CREAT, 0600, NULL) < 0)
		err(1, "mq_open");
	printf("%lu %d\n", ino_of("/proc/self/ns/ipc"), getpid());
}

static void send_descriptor(int to, int fd)
{
	char byte = 'x', control[CMSG_SPACE(sizeof(int))] = {0};
	struct iovec iov = {.iov_base = &byte, .iov_len = 1};
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(int));
	if (sendmsg(to, &msg, 0) < 0)
		err(1, "sendmsg");
	close(fd);
}

/* In a message that nobody has received: no descriptor of any process leads to it. */
static void hold_in_flight(void)
{
	unsigned long ino;
	int fd = fd_of_child(CLONE_NEWNS, "mnt", &ino), ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		err(1, "socketpair");
	send_descriptor(ends[0], fd);
	printf("%lu %d\n", ino, ends[1]);
}

/* The same in a connection that nobody has accepted, and whose other end is gone. */
static void hold_unaccepted(void)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	socklen_t len = sizeof(at);
	unsigned long ino;
	int fd = fd_of_child(CLONE_NEWNS, "mnt", &ino);
	int door = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), caller = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	/* The kernel gives an abstract address to who names none. */
	if (bind(door, (struct sockaddr *)&at, sizeof(at.sun_family)) < 0 || listen(door, 1) < 0 ||
	    getsockname(door, (struct sockaddr *)&at, &len) < 0 || connect(caller, (struct sockaddr *)&at, len) < 0)
		err(1, "connect");
	send_descriptor(caller, fd);
	close(caller);
	printf("%lu %d\n", ino, door);
}

static void wait_for_end(void)
{
	char c;

	fflush(stdout);
	while (read(STDIN_FILENO, &c, 1) > 0)
		;
}

static void (*hold_there)(void);
static pthread_t leader;

static void *wait_too(void *unused)
{
	pause();
	return unused;
}

static void start(void *(*fn)(void *))
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, fn, NULL) != 0)
		errx(1, "pthread_create");
}

/* In a table of this thread's own, and of one that it starts. */
static void *hold_in_table(void *unused)
{
	leave(CLONE_FILES);
	start(wait_too);
	hold_there();
	pthread_barrier_wait(&ready);
	pause();
	return unused;
}

/* In that of all threads, once the main thread has ended. */
static void *hold_leaderless(void *unused)
{
	pthread_join(leader, NULL);
	hold_there();
	wait_for_end();
	_exit(0);
	return unused;
}

static void hold_elsewhere(bool leaderless)
{
	leader = pthread_self();
	if (leaderless) {
		start(hold_leaderless);
		start(wait_too);
		pthread_exit(NULL);
	}
	pthread_barrier_init(&ready, NULL, 2);
	start(hold_in_table);
	start(wait_too);
	pthread_barrier_wait(&ready);
}

static const struct {
	const char *name;
	void (*hold)(void);
} kinds[] = {
	{"thread", hold_by_thread},	{"thread-children", hold_by_thread_for_children},
	{"fd", hold_by_fd},		{"socket", hold_by_socket},	{"tun", hold_by_tun},
	{"children", hold_by_children}, {"flight", hold_in_flight},
	{"unaccepted", hold_unaccepted}, {"queue", hold_a_queue},
};

int main(int argc, char **argv)
{
	for (size_t i = 0; (argc == 2 || argc == 3) && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(argv[1], kinds[i].name) != 0)
			continue;
		hold_there = kinds[i].hold;
		if (argc == 3)
			hold_elsewhere(!strcmp(argv[2], "leaderless"));
		else
			hold_there();
		wait_for_end();
		return 0;
	}
	errx(2, "usage: holdns thread|thread-children|fd|socket|tun|children|flight|unaccepted|queue [table|leaderless]");
}
