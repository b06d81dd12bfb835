/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/environ.h"
#include "exec/launch.h"
#include "exec/supervise.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORD(s) ((char *)(uintptr_t)(s))

static char dir[] = "/tmp/nsview-launch.XXXXXX";

static void make(const char *name, const char *text, mode_t mode)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, name);

	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq((int)write(fd, text, strlen(text)), (int)strlen(text));
	ck_assert_int_eq(fchmod(fd, mode), 0);
	close(fd);
}

/* Launch in a child, as enter and run do: its exit status, or a negative errno that came up the pipe. */
static int launch(char *const *argv, char *const *envp)
{
	struct arena a = {0};
	struct launch_cmd cmd;
	struct launch_pipe p;
	struct launch_failure f = {0};
	int status, got;
	pid_t pid;

	ck_assert_int_eq(argv ? launch_cmd_build(&a, argv, envp, &cmd) : launch_shell_build(&a, envp, &cmd), 0);
	ck_assert_int_eq(launch_pipe_open(&p), 0);
	pid = fork();
	if (pid == 0)
		launch_fail(p.wr, 7, launch_exec(&cmd));
	close(p.wr);
	got = launch_wait(p.rd, &f);
	close(p.rd);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	arena_done(&a);
	if (got == 1) {
		ck_assert_int_eq(f.step, 7);
		return f.err;
	}
	ck_assert_int_eq(got, 0);
	return supervise_exit_status(status);
}

static char path_here[64];

static char *const *here(void)
{
	static char *env[2];

	snprintf(path_here, sizeof(path_here), "PATH=/nowhere:%s", dir);
	env[0] = path_here;
	return env;
}

START_TEST(a_command_is_found_in_the_path_of_its_own_environment)
{
	char *argv[] = {WORD("seven"), NULL};

	make("seven", "#!/bin/sh\nexit 7\n", 0755);
	ck_assert_int_eq(launch(argv, here()), 7);
}
END_TEST

START_TEST(what_is_not_there_is_127_and_what_may_not_run_is_126)
{
	char *none[] = {WORD("nsview-no-such-command"), NULL}, *dir_itself[] = {dir, NULL}, *plain[] = {WORD("plain"), NULL};
	char *empty[] = {WORD(""), NULL};

	make("plain", "#!/bin/sh\n", 0644);
	ck_assert_int_eq(launch(none, here()), -ENOENT);
	ck_assert_int_eq(launch(empty, here()), -ENOENT);
	ck_assert_int_eq(launch(dir_itself, here()), -EACCES);
	ck_assert_int_eq(launch(plain, here()), -EACCES);
	ck_assert_int_eq(launch_status(-ENOENT), 127);
	ck_assert_int_eq(launch_status(-ENOTDIR), 127);
	ck_assert_int_eq(launch_status(-EACCES), 126);
	ck_assert_int_eq(launch_status(-ENOEXEC), 126);
}
END_TEST

START_TEST(a_file_of_no_known_format_is_a_script)
{
	char *argv[] = {WORD("bare"), WORD("5"), NULL};

	make("bare", "exit $1\n", 0755);
	ck_assert_int_eq(launch(argv, here()), 5);
}
END_TEST

START_TEST(a_shell_is_the_one_of_the_environment_or_bash_or_sh)
{
	char shell[64];
	char *env[] = {path_here, shell, NULL};

	here();
	make("sh", "#!/bin/sh\nexit 3\n", 0755);
	snprintf(shell, sizeof(shell), "SHELL=%s/nothing", dir);
	ck_assert_int_eq(launch(NULL, env), 3);
	make("bash", "#!/bin/sh\nexit 4\n", 0755);
	ck_assert_int_eq(launch(NULL, env), 4);
	make("mine", "#!/bin/sh\nexit 5\n", 0755);
	snprintf(shell, sizeof(shell), "SHELL=%s/mine", dir);
	ck_assert_int_eq(launch(NULL, env), 5);
}
END_TEST

START_TEST(a_signal_is_128_and_its_number)
{
	char *argv[] = {WORD("die"), NULL};

	make("die", "#!/bin/sh\nkill -TERM $$\n", 0755);
	ck_assert_int_eq(launch(argv, here()), 128 + SIGTERM);
}
END_TEST

START_TEST(descriptors_above_2_end_with_exec)
{
	int fd = dup(0);

	ck_assert_int_ge(fd, 3);
	ck_assert_int_eq(launch_close_on_exec(), 0);
	ck_assert(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	ck_assert(!(fcntl(1, F_GETFD) & FD_CLOEXEC));
	close(fd);
}
END_TEST

START_TEST(signals_are_passed_on_and_the_mask_is_the_callers_again)
{
	struct supervise s;
	sigset_t before, after;
	int ready[2], status;
	pid_t pid;
	char c;

	sigprocmask(SIG_SETMASK, NULL, &before);
	ck_assert_int_eq(pipe(ready), 0);
	ck_assert_int_eq(supervise_begin(&s), 0);
	pid = fork();
	if (pid == 0) {
		supervise_child(&s);
		_exit(write(ready[1], "x", 1) == 1 ? pause() : 1);
	}
	ck_assert_int_eq((int)read(ready[0], &c, 1), 1);
	kill(getpid(), SIGUSR1);
	ck_assert_int_eq(supervise_wait(&s, pid, &status), 0);
	ck_assert_int_eq(supervise_exit_status(status), 128 + SIGUSR1);
	supervise_end(&s);
	sigprocmask(SIG_SETMASK, NULL, &after);
	for (int sig = 1; sig < 32; sig++)
		ck_assert_int_eq(sigismember(&before, sig), sigismember(&after, sig));
	close(ready[0]);
	close(ready[1]);
}
END_TEST

static bool holds(char *const *env, const char *setting)
{
	for (; *env; env++)
		if (!strcmp(*env, setting))
			return true;
	return false;
}

START_TEST(a_clean_environment_tells_nothing_of_the_caller)
{
	char *base[] = {WORD("TERM=xterm"), WORD("AWS_SECRET=x"), WORD("PATH=/mine"), WORD("LC_ALL=C"),
			WORD("LD_PRELOAD=/x.so"), WORD("HOME=/home/me"), NULL};
	char *set[] = {WORD("A=1"), WORD("A=2")};
	struct environ_recipe r = {.base = base, .clean = true, .home = "/root", .set = set, .nset = 2};
	struct arena a = {0};
	char **env;

	ck_assert_int_eq(environ_build(&a, &r, &env), 0);
	ck_assert(holds(env, "TERM=xterm") && holds(env, "LC_ALL=C") && holds(env, "HOME=/root") && holds(env, "A=2"));
	ck_assert(!holds(env, "AWS_SECRET=x") && !holds(env, "PATH=/mine") && !holds(env, "LD_PRELOAD=/x.so"));
	ck_assert(!holds(env, "HOME=/home/me") && !holds(env, "A=1"));
	r.clean = false;
	ck_assert_int_eq(environ_build(&a, &r, &env), 0);
	ck_assert(holds(env, "AWS_SECRET=x") && holds(env, "PATH=/mine"));
	arena_done(&a);
}
END_TEST

START_TEST(the_targets_environment_is_split_and_gets_our_terminal)
{
	char block[] = "A=1\0rubbish\0=x\0B=\0LAST=2";
	char *ours[] = {WORD("TERM=vt100"), WORD("SECRET=1"), NULL};
	struct environ_recipe r = {.keep = ours};
	struct arena a = {0};
	char **list, **env;

	ck_assert_int_eq(environ_split(&a, block, sizeof(block) - 1, &list), 0);
	r.base = list;
	ck_assert_int_eq(environ_build(&a, &r, &env), 0);
	ck_assert(holds(env, "A=1") && holds(env, "B=") && holds(env, "LAST=2") && holds(env, "TERM=vt100"));
	ck_assert(!holds(env, "rubbish") && !holds(env, "=x") && !holds(env, "SECRET=1"));
	arena_done(&a);
}
END_TEST

static void remove_all(void)
{
	static const char *const names[] = {"seven", "plain", "bare", "sh", "bash", "mine", "die"};
	char path[128];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	rmdir(dir);
}

int main(void)
{
	int status;

	if (!mkdtemp(dir))
		return EXIT_FAILURE;
	status = unit_run("launch", a_command_is_found_in_the_path_of_its_own_environment,
			  what_is_not_there_is_127_and_what_may_not_run_is_126, a_file_of_no_known_format_is_a_script,
			  a_shell_is_the_one_of_the_environment_or_bash_or_sh, a_signal_is_128_and_its_number,
			  descriptors_above_2_end_with_exec, signals_are_passed_on_and_the_mask_is_the_callers_again,
			  a_clean_environment_tells_nothing_of_the_caller,
			  the_targets_environment_is_split_and_gets_our_terminal);
	remove_all();
	return status;
}
