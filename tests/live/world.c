/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A small world in which each kind of process and holder is there: it says "ready" when all stand
 * still, and ends with its standard input. Needs root.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif

static int ready_fd;

static void must(int ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "world: %s: %s\n", what, strerror(errno));
	_exit(1);
}

static void stand_still(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* a change of credentials takes it away */
	must(write(ready_fd, "x", 1) == 1, "report");
	for (;;)
		pause();
}

/* A child that stands still for itself, or has children that do. */
static pid_t start(void (*fn)(void))
{
	pid_t pid = fork();

	must(pid >= 0, "fork");
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		fn();
		_exit(0);
	}
	return pid;
}

static void move_to(int flags)
{
	must(unshare(flags) == 0, "unshare");
}

static int ns_open(const char *link)
{
	int fd = open(link, O_RDONLY);

	must(fd >= 0, link);
	return fd;
}

static void *other_namespaces(void *arg)
{
	(void)arg;
	move_to(CLONE_NEWNET | CLONE_NEWUTS);
	stand_still();
	return NULL;
}

static void *same_namespaces(void *arg)
{
	(void)arg;
	stand_still();
	return NULL;
}

static void thread(void *(*fn)(void *))
{
	pthread_t t;

	must(pthread_create(&t, NULL, fn, NULL) == 0, "pthread_create");
}

static void with_threads(void)
{
	thread(other_namespaces);
	thread(same_namespaces);
	stand_still();
}

/* The main thread is a zombie, the other one is not. */
static void leader_gone(void)
{
	thread(other_namespaces);
	pthread_exit(NULL);
}

static void with_descriptors(void)
{
	int own = ns_open("/proc/thread-self/ns/net");

	move_to(CLONE_NEWNET);
	ns_open("/proc/thread-self/ns/net");
	ns_open("/proc/thread-self/ns/user");
	must(setns(own, CLONE_NEWNET) == 0, "setns");
	move_to(CLONE_NEWIPC);
	ns_open("/proc/thread-self/ns/ipc");
	stand_still();
}

static void with_sockets(void)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(4242)};
	struct sockaddr_un un = {.sun_family = AF_UNIX, .sun_path = "\0there"};
	int own = ns_open("/proc/thread-self/ns/net"), tcp, local;

	move_to(CLONE_NEWNET);
	tcp = socket(AF_INET, SOCK_STREAM, 0);
	local = socket(AF_UNIX, SOCK_DGRAM, 0);
	must(bind(tcp, (struct sockaddr *)&in, sizeof(in)) == 0, "bind");
	must(bind(local, (struct sockaddr *)&un, sizeof(un)) == 0, "bind");
	must(setns(own, CLONE_NEWNET) == 0, "setns");
	close(own);
	socket(AF_INET, SOCK_DGRAM, 0);
	stand_still();
}

static void *with_a_table(void *arg)
{
	move_to(CLONE_FILES);
	thread(same_namespaces);
	if (arg)
		with_sockets();
	with_descriptors();
	return NULL;
}

/* Each of these threads has descriptors of its own, which another one shares; the others have the process's. */
static void with_tables(void)
{
	pthread_t t;

	thread(same_namespaces);
	must(pthread_create(&t, NULL, with_a_table, NULL) == 0, "pthread_create");
	must(pthread_create(&t, NULL, with_a_table, &ready_fd) == 0, "pthread_create");
	stand_still();
}

static pthread_t leader;

static void *after_the_leader(void *arg)
{
	pthread_join(leader, NULL);
	with_sockets();
	return arg;
}

/* As leader_gone, and what is held is in a table that the main thread has no more; one thread has another one. */
static void tables_without_leader(void)
{
	leader = pthread_self();
	thread(same_namespaces);
	thread(after_the_leader);
	thread(with_a_table);
	pthread_exit(NULL);
}

static void init_of_others(void)
{
	move_to(CLONE_NEWPID);
	start(stand_still);
	stand_still();
}

static void init_to_be(void)
{
	move_to(CLONE_NEWPID);
	stand_still();
}

static void time_to_be(void)
{
	move_to(CLONE_NEWTIME);
	stand_still();
}

static void in_another_time(void)
{
	move_to(CLONE_NEWTIME);
	start(stand_still);
	stand_still();
}

static void nothing(void)
{
}

static void not_reaped(void)
{
	siginfo_t info;

	must(waitid(P_PID, (id_t)start(nothing), &info, WEXITED | WNOWAIT) == 0, "waitid");
	stand_still();
}

static void write_to(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	must(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) && close(fd) == 0, path);
}

/* The user namespace between is nobody's but its child's. */
static void two_users_deep(void)
{
	move_to(CLONE_NEWUSER);
	write_to("/proc/self/uid_map", "0 0 1");
	write_to("/proc/self/setgroups", "deny");
	write_to("/proc/self/gid_map", "0 0 1");
	move_to(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWUTS);
	stand_still();
}

static void two_pids_deep(void)
{
	move_to(CLONE_NEWPID);
	start(init_of_others);
	stand_still();
}

static void another_user(void)
{
	must(setgid(65534) == 0 && setuid(65534) == 0, "setuid");
	stand_still();
}

static void odd_name(void)
{
	prctl(PR_SET_NAME, "a) R 1 \x1b\n(");
	stand_still();
}

static void *burn(void *arg)
{
	for (clock_t end = clock() + CLOCKS_PER_SEC / 10; clock() < end;)
		;
	return arg;
}

static void with_past(void)
{
	static char much[4 << 20];
	pthread_t t;

	memset(much, 1, sizeof(much));
	must(pthread_create(&t, NULL, burn, NULL) == 0 && pthread_join(t, NULL) == 0, "pthread_create");
	burn(NULL);
	stand_still();
}

static void other_mounts(void)
{
	char dir[] = "/tmp/nsview-world.XXXXXX", path[64];

	move_to(CLONE_NEWNS | CLONE_NEWCGROUP);
	must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0, "mount");
	must(mount("none", "/tmp", "tmpfs", 0, NULL) == 0, "mount");
	must(mkdtemp(dir) != NULL, "mkdtemp");
	snprintf(path, sizeof(path), "%s/uts", dir);
	must(close(open(path, O_CREAT | O_WRONLY, 0600)) == 0, path);
	move_to(CLONE_NEWUTS);
	must(mount("/proc/self/ns/uts", path, NULL, MS_BIND, NULL) == 0, "mount");
	stand_still();
}

/* What there is, and how many of each report. */
static const struct {
	void (*fn)(void);
	int reports;
} inhabitants[] = {
	{stand_still, 1},    {with_threads, 3},    {leader_gone, 1},     {with_descriptors, 1}, {with_sockets, 1},
	{init_of_others, 2}, {init_to_be, 1},      {time_to_be, 1},      {in_another_time, 2},  {not_reaped, 1},
	{two_users_deep, 1}, {two_pids_deep, 3},   {another_user, 1},    {odd_name, 1},         {with_past, 1},
	{other_mounts, 1},   {with_tables, 6},     {tables_without_leader, 4},
};

int main(void)
{
	int fds[2], reports = 0;
	char c;

	must(pipe(fds) == 0 && setpgid(0, 0) == 0, "begin");
	ready_fd = fds[1];
	for (size_t i = 0; i < sizeof(inhabitants) / sizeof(inhabitants[0]); i++) {
		start(inhabitants[i].fn);
		reports += inhabitants[i].reports;
	}
	close(fds[1]);
	for (; reports; reports--)
		must(read(fds[0], &c, 1) == 1, "an inhabitant is missing");
	puts("ready");
	fflush(stdout);
	while (read(STDIN_FILENO, &c, 1) > 0)
		;
	kill(0, SIGKILL);
}
