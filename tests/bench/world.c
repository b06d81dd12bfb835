/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * world [--user] [--fds N] PROCESSES CONTAINERS
 *
 * Makes CONTAINERS containers, each with mount, UTS, IPC, network, PID and cgroup namespaces of its own
 * (and a user namespace with --user), shares PROCESSES among them, prints "ready" and stays until its
 * stdin is closed or a signal comes. Then all of it ends, and world waits until the kernel has let the
 * network namespaces go, so that the next world starts on a clean machine. A second signal ends the wait.
 *
 * Everything lives by one pipe whose write end world alone holds: makers and container inits read from
 * it, so they end when world does, however it ends, and a PID namespace takes its processes with it.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A network namespace is slow to make, but two can be made at a time. */
enum { MAKERS = 2 };

/* Descriptors of a container: every fifth is a socket in its network namespace, the others are files. */
enum { SOCKET_EVERY = 5 };

struct order {
	unsigned long processes;
	unsigned long containers;
	unsigned long fds;
	bool user;
};

/* The two pipes that hold a world together. */
struct pipes {
	int life;   /* end of file: it is time to end */
	int report; /* one struct result a container */
};

enum step { STEP_DONE, STEP_CLONE, STEP_MAPS, STEP_FDS, STEP_FORK };

struct result {
	int32_t step;
	int32_t err;
};

static const char *const steps[] = {
	[STEP_DONE] = "nothing",
	[STEP_CLONE] = "the namespaces of a container",
	[STEP_MAPS] = "the ID maps of a container",
	[STEP_FDS] = "the descriptors of a container",
	[STEP_FORK] = "the processes of a container",
};

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/** Like fork(2), into the new namespaces of flags. */
static pid_t fork_into(uint64_t flags)
{
	struct clone_args args = {.flags = flags, .exit_signal = SIGCHLD};

	return (pid_t)syscall(SYS_clone3, &args, sizeof(args));
}

/** Write text to an existing file: 0 or negative errno. */
static int file_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	ssize_t n = write(fd, text, strlen(text));
	int err = n < 0 ? -errno : 0;

	close(fd);
	return err;
}

/* -- limits ---------------------------------------------------------------------------------------- */

/** Read the number at the start of a file into ret; false when there is none ("max" among others). */
static bool number_read(const char *path, unsigned long *ret)
{
	char text[64];
	char *end;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	ssize_t n = read(fd, text, sizeof(text) - 1);

	close(fd);
	if (n <= 0)
		return false;
	text[n] = '\0';
	unsigned long value = strtoul(text, &end, 10);

	if (end == text)
		return false;
	*ret = value;
	return true;
}

/** How many tasks the machine has, by the fourth field of loadavg. */
static unsigned long tasks_now(void)
{
	char line[128];
	const char *slash = NULL;
	FILE *f = fopen("/proc/loadavg", "re");

	if (f && fgets(line, sizeof(line), f))
		slash = strchr(line, '/');
	if (f)
		fclose(f);
	return slash ? strtoul(slash + 1, NULL, 10) : 0;
}

static bool limit_allows(const char *name, unsigned long limit, unsigned long used, unsigned long wanted)
{
	if (limit >= used && limit - used >= wanted)
		return true;
	fprintf(stderr, "world: %s is %lu, %lu are in use and %lu more are wanted\n", name, limit, used, wanted);
	return false;
}

/** What a process of 20,000 in 4,000 containers was seen to cost, in KiB, its share of the namespaces included. */
enum { PROCESS_KIB = 160 };

static bool memory_allows(unsigned long processes)
{
	static const char key[] = "MemAvailable:";
	char line[256];
	bool ok = true;
	FILE *f = fopen("/proc/meminfo", "re");

	while (f && fgets(line, sizeof(line), f)) {
		if (!strncmp(line, key, sizeof(key) - 1))
			ok = limit_allows("available memory in KiB", strtoul(line + sizeof(key) - 1, NULL, 10), 0,
					  processes * PROCESS_KIB);
	}
	if (f)
		fclose(f);
	return ok;
}

/** Every pids controller above us, in a hierarchy mounted at root, where we are at path. */
static bool pids_cgroups_allow(const char *root, char *path, unsigned long wanted)
{
	char file[4200];
	bool ok = true;

	for (;;) {
		unsigned long limit, used = 0;

		snprintf(file, sizeof(file), "%s%s/pids.max", root, path);
		if (number_read(file, &limit)) {
			char current[4200];

			snprintf(current, sizeof(current), "%s%s/pids.current", root, path);
			number_read(current, &used);
			ok &= limit_allows(file, limit, used, wanted);
		}
		char *slash = strrchr(path, '/');

		if (!slash)
			return ok;
		*slash = '\0';
	}
}

static bool cgroups_allow(unsigned long wanted)
{
	char line[4096];
	bool ok = true;
	FILE *f = fopen("/proc/self/cgroup", "re");

	while (f && fgets(line, sizeof(line), f)) {
		char *controllers = strchr(line, ':');
		char *path = controllers ? strchr(controllers + 1, ':') : NULL;

		if (!path)
			continue;
		*path++ = '\0';
		path[strcspn(path, "\n")] = '\0';
		if (strcmp(controllers + 1, "pids") == 0)
			ok &= pids_cgroups_allow("/sys/fs/cgroup/pids", path, wanted);
		else if (controllers[1] == '\0')
			ok &= pids_cgroups_allow("/sys/fs/cgroup", path, wanted);
	}
	if (f)
		fclose(f);
	return ok;
}

static bool namespaces_allow(const struct order *order)
{
	static const char *const types[] = {"mnt", "uts", "ipc", "net", "pid", "cgroup", "user"};
	bool ok = true;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		char path[64];
		unsigned long limit;

		if (!order->user && strcmp(types[i], "user") == 0)
			continue;
		snprintf(path, sizeof(path), "/proc/sys/user/max_%s_namespaces", types[i]);
		if (number_read(path, &limit))
			ok &= limit_allows(path + strlen("/proc/sys/"), limit, 0, order->containers);
	}
	return ok;
}

static bool rlimit_allows(const char *name, int resource, unsigned long wanted)
{
	struct rlimit lim;

	if (getrlimit((__rlimit_resource_t)resource, &lim) < 0)
		return true;
	lim.rlim_cur = lim.rlim_max;
	setrlimit((__rlimit_resource_t)resource, &lim);
	return lim.rlim_max == RLIM_INFINITY || limit_allows(name, lim.rlim_max, 0, wanted);
}

/** Whether this machine can hold the world; each limit that is too low is named on stderr. */
static bool machine_allows(const struct order *order)
{
	unsigned long used = tasks_now();
	unsigned long wanted = order->processes + MAKERS;
	unsigned long limit;
	bool ok = true;

	/* The first 300 numbers are never given out again once the counter has wrapped. */
	if (number_read("/proc/sys/kernel/pid_max", &limit))
		ok &= limit_allows("kernel.pid_max", limit, used + 300, wanted);
	if (number_read("/proc/sys/kernel/threads-max", &limit))
		ok &= limit_allows("kernel.threads-max", limit, used, wanted);
	/* Root is above this one. */
	if (geteuid() != 0)
		ok &= rlimit_allows("ulimit -u", RLIMIT_NPROC, wanted);
	ok &= rlimit_allows("ulimit -n", RLIMIT_NOFILE, order->fds + 16);
	ok &= namespaces_allow(order);
	ok &= cgroups_allow(wanted);
	ok &= memory_allows(order->processes);
	return ok;
}

/* -- containers ------------------------------------------------------------------------------------ */

static void report(const struct pipes *p, enum step step, int err)
{
	struct result r = {.step = (int32_t)step, .err = err};

	/* Smaller than PIPE_BUF: never torn. When world is gone there is nobody to tell. */
	if (write(p->report, &r, sizeof(r)) < 0)
		_exit(1);
	if (step != STEP_DONE)
		_exit(1);
}

static bool life_is_over(const struct pipes *p, int timeout)
{
	struct pollfd pfd = {.fd = p->life, .events = POLLIN};

	return poll(&pfd, 1, timeout) > 0;
}

/** Map root inside to who we are outside. */
static int maps_write(uid_t uid, gid_t gid)
{
	char map[32];
	int err = file_write("/proc/self/setgroups", "deny");

	if (err < 0)
		return err;
	snprintf(map, sizeof(map), "0 %u 1", uid);
	err = file_write("/proc/self/uid_map", map);
	if (err < 0)
		return err;
	snprintf(map, sizeof(map), "0 %u 1", gid);
	return file_write("/proc/self/gid_map", map);
}

static int fds_open(unsigned long n)
{
	for (unsigned long i = 0; i < n; i++) {
		int fd = i % SOCKET_EVERY == 0 ? socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0) :
						 open("/dev/null", O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return -errno;
	}
	return 0;
}

/** The init of a container: makes the other processes inside and waits for the end. */
static _Noreturn void container_run(const struct order *order, const struct pipes *p, unsigned long number,
				    uid_t uid, gid_t gid)
{
	char name[32];
	unsigned long processes = order->processes / order->containers +
				  (number < order->processes % order->containers);

	int err = order->user ? maps_write(uid, gid) : 0;
	if (err < 0)
		report(p, STEP_MAPS, -err);

	/* Otherwise every mount on the machine would be propagated into every container, one by one. */
	(void)mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
	snprintf(name, sizeof(name), "c%lu", number);
	(void)sethostname(name, strlen(name));
	err = fds_open(order->fds);
	if (err < 0)
		report(p, STEP_FDS, -err);

	for (unsigned long i = 1; i < processes; i++) {
		pid_t pid = fork();

		if (pid < 0)
			report(p, STEP_FORK, errno);
		if (pid == 0) {
			close(p->life);
			close(p->report);
			for (;;)
				pause();
		}
	}
	report(p, STEP_DONE, 0);
	close(p->report);
	life_is_over(p, -1);
	_exit(0);
}

static uint64_t container_flags(const struct order *order)
{
	uint64_t flags = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWPID;

	if (access("/proc/self/ns/cgroup", F_OK) == 0)
		flags |= CLONE_NEWCGROUP;
	if (order->user)
		flags |= CLONE_NEWUSER;
	return flags;
}

/** Makes every MAKERS-th container, then waits for the end, and for theirs. */
static _Noreturn void maker_run(const struct order *order, const struct pipes *p, unsigned long first)
{
	uint64_t flags = container_flags(order);
	sigset_t none;
	uid_t uid = geteuid();
	gid_t gid = getegid();

	/* A session of its own: world alone answers the keys of a terminal. */
	setsid();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);

	for (unsigned long i = first; i < order->containers && !life_is_over(p, 0); i += MAKERS) {
		pid_t pid = fork_into(flags);

		if (pid < 0)
			report(p, STEP_CLONE, errno);
		if (pid == 0)
			container_run(order, p, i, uid, gid);
	}
	life_is_over(p, -1);
	while (wait(NULL) > 0 || errno == EINTR)
		;
	_exit(0);
}

/** No process of the world may hold the ends of those who wait for world's own. */
static int stdio_detach(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	for (int i = 0; i <= 2; i++) {
		if (dup2(fd, i) < 0)
			return -errno;
	}
	close(fd);
	return 0;
}

/** Start the makers: world gets the other ends in ret. */
static int makers_start(const struct order *order, struct pipes *ret)
{
	int life[2], results[2];

	if (pipe2(life, O_CLOEXEC) < 0 || pipe2(results, O_CLOEXEC) < 0)
		return -errno;

	struct pipes theirs = {.life = life[0], .report = results[1]};

	for (unsigned long i = 0; i < MAKERS; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return -errno;
		if (pid == 0) {
			close(life[1]);
			close(results[0]);
			if (stdio_detach() < 0)
				_exit(1);
			maker_run(order, &theirs, i);
		}
	}
	close(life[0]);
	close(results[1]);
	*ret = (struct pipes){.life = life[1], .report = results[0]};
	return 0;
}

/* -- the end --------------------------------------------------------------------------------------- */

/** In a child, so that the caller keeps its own network: 0 or the errno of making one more. */
static int netns_try(void)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		return errno;
	if (pid == 0)
		_exit(unshare(CLONE_NEWNET) < 0 ? errno : 0);
	if (waitpid(pid, &status, 0) < 0)
		return errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
}

/*
 * The kernel takes network namespaces down in the order in which they died, in one worker. So one more
 * is made and left to die, in a user namespace that may have only one: when the next one is allowed, the
 * worker has come to it, and so is done with those before it.
 */
static _Noreturn void sentinel_run(void)
{
	int err = file_write("/proc/sys/user/max_net_namespaces", "1");

	if (err < 0)
		_exit(-err);
	err = netns_try();
	while (err == 0) {
		err = netns_try();
		if (err == 0)
			_exit(0);
		if (err != ENOSPC)
			break;
		nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
		err = 0;
	}
	_exit(err);
}

static void netns_wait(void)
{
	int status;
	pid_t pid = fork_into(CLONE_NEWUSER);

	if (pid == 0)
		sentinel_run();
	if (pid < 0)
		status = W_EXITCODE(errno, 0);
	else if (waitpid(pid, &status, 0) < 0)
		return;
	if (status != 0)
		fprintf(stderr, "world: cannot tell when the network namespaces are gone: %s\n",
			strerror(WEXITSTATUS(status)));
}

static void world_end(const struct pipes *p, int sigfd)
{
	struct signalfd_siginfo taken;
	double start = now();
	sigset_t none;

	/* The signal that brought us here would end us once it is let in. */
	while (read(sigfd, &taken, sizeof(taken)) > 0)
		;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	close(p->life);
	while (wait(NULL) > 0 || errno == EINTR)
		;
	double processes = now();

	netns_wait();
	fprintf(stderr, "world: gone in %.1f s (processes %.1f s, network namespaces %.1f s)\n", now() - start,
		processes - start, now() - processes);
}

/* -- its life -------------------------------------------------------------------------------------- */

static const char *hint(const struct order *order, int err)
{
	switch (err) {
	case EPERM:
		return order->user ? " (are user namespaces allowed?)" : " (be root, or use --user)";
	case ENOSPC:
		return " (see user.max_*_namespaces, also those of an outer user namespace)";
	case EAGAIN:
		return " (see ulimit -u, and pids.max of an outer cgroup)";
	default:
		return "";
	}
}

/** Take in results: how many containers are ready, or negative when one failed. */
static long results_read(const struct order *order, const struct pipes *p)
{
	struct result r[512];
	ssize_t n = read(p->report, r, sizeof(r));

	for (ssize_t i = 0; i < n / (ssize_t)sizeof(r[0]); i++) {
		if (r[i].step == STEP_DONE)
			continue;
		fprintf(stderr, "world: cannot make %s: %s%s\n", steps[r[i].step], strerror(r[i].err),
			hint(order, r[i].err));
		return -1;
	}
	if (n <= 0) {
		fprintf(stderr, "world: the makers are gone\n");
		return -1;
	}
	return n / (ssize_t)sizeof(r[0]);
}

static bool stdin_is_over(void)
{
	char text[512];

	return read(STDIN_FILENO, text, sizeof(text)) <= 0;
}

static void world_ready(const struct order *order, double start)
{
	fprintf(stderr, "world: %lu processes in %lu containers made in %.1f s\n", order->processes,
		order->containers, now() - start);
	puts("ready");
	fflush(stdout);
}

/** Until it is time to end: 0, or -1 when the world could not be made. */
static int world_live(const struct order *order, const struct pipes *p, int sigfd)
{
	double start = now();
	unsigned long made = 0;

	for (;;) {
		struct pollfd fds[] = {
			{.fd = STDIN_FILENO, .events = POLLIN},
			{.fd = sigfd, .events = POLLIN},
			{.fd = made < order->containers ? p->report : -1, .events = POLLIN},
		};

		if (poll(fds, 3, -1) < 0 && errno != EINTR)
			return -1;
		if (fds[2].revents) {
			long n = results_read(order, p);

			if (n < 0)
				return -1;
			made += (unsigned long)n;
			if (made == order->containers)
				world_ready(order, start);
		}
		if (fds[1].revents || (fds[0].revents && stdin_is_over()))
			return 0;
	}
}

static bool number_parse(const char *text, unsigned long *ret)
{
	char *end;

	errno = 0;
	*ret = strtoul(text, &end, 10);
	return errno == 0 && end != text && *end == '\0' && *text != '-';
}

static bool order_parse(int argc, char **argv, struct order *ret)
{
	static const struct option options[] = {
		{"user", no_argument, NULL, 'U'},
		{"fds", required_argument, NULL, 'f'},
		{NULL, 0, NULL, 0},
	};
	struct order order = {0};
	int opt;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (opt == 'U')
			order.user = true;
		else if (opt != 'f' || !number_parse(optarg, &order.fds))
			return false;
	}
	if (argc - optind != 2 || !number_parse(argv[optind], &order.processes) ||
	    !number_parse(argv[optind + 1], &order.containers))
		return false;
	if (order.containers == 0 || order.containers > order.processes)
		return false;
	*ret = order;
	return true;
}

int main(int argc, char **argv)
{
	struct order order;
	struct pipes pipes = {-1, -1};
	sigset_t signals;

	if (!order_parse(argc, argv, &order)) {
		fprintf(stderr, "Usage: world [--user] [--fds N] PROCESSES CONTAINERS\n"
				"There is at least one process in every container.\n");
		return 2;
	}
	if (!machine_allows(&order))
		return 1;

	sigemptyset(&signals);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	/* A reader of stdout that went away is told by stdin, and containers still have to be ended. */
	signal(SIGPIPE, SIG_IGN);

	int sigfd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	int err = sigfd < 0 ? -errno : makers_start(&order, &pipes);
	if (err < 0) {
		fprintf(stderr, "world: cannot start: %s\n", strerror(-err));
		return 1;
	}
	err = world_live(&order, &pipes, sigfd);
	world_end(&pipes, sigfd);
	return err < 0;
}
