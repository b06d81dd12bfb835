/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/state_file.h"

#include "nsview/runtime.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[] = "/tmp/nsview-state.XXXXXX";
static struct state_dir dir;
static struct local local;

static void begin(void)
{
	ck_assert_ptr_nonnull(mkdtemp(root));
	dir = state_dir_open(&local, root);
	ck_assert_int_ge(dir.fd, 0);
	ck_assert_int_eq(mkdirat(dir.fd, "sub", 0755), 0);
}

static void end(void)
{
	char command[128];

	state_dir_close(&dir);
	local_done(&local);
	snprintf(command, sizeof(command), "rm -rf %s", root);
	ck_assert_int_eq(system(command), 0); /* NOLINT(cert-env33-c): a name of our own */
	memcpy(root + strlen(root) - 6, "XXXXXX", 6);
}

static void file_make(const char *path, const char *text, mode_t mode)
{
	int fd = openat(dir.fd, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	ck_assert_int_eq(fchmod(fd, mode), 0);
	close(fd);
}

static void refused(const char *path, int err)
{
	char *text = NULL;
	uint32_t uid;

	ck_assert_msg(state_file_read(&dir, path, 100, &text, &uid) == err, "%s", path);
	ck_assert_ptr_null(text);
}

START_TEST(a_file_of_our_own_is_read)
{
	char *text;
	uint32_t uid;

	begin();
	file_make("sub/a", "hello", 0644);
	ck_assert_int_eq(state_file_read(&dir, "sub/a", 5, &text, &uid), 5);
	ck_assert_mem_eq(text, "hello", 5);
	ck_assert_uint_eq(uid, RUNTIME_UID_ANY);
	free(text);
	end();
}
END_TEST

START_TEST(a_file_that_is_too_large_is_refused)
{
	char *text;
	uint32_t uid;

	begin();
	file_make("a", "hello", 0644);
	ck_assert_int_eq(state_file_read(&dir, "a", 4, &text, &uid), -EFBIG);
	end();
}
END_TEST

START_TEST(what_others_may_write_is_refused)
{
	begin();
	file_make("a", "hello", 0646);
	refused("a", -EACCES);
	end();
}
END_TEST

START_TEST(links_are_not_followed)
{
	begin();
	file_make("a", "hello", 0644);
	ck_assert_int_eq(symlinkat("a", dir.fd, "link"), 0);
	ck_assert_int_eq(symlinkat("sub", dir.fd, "sublink"), 0);
	file_make("sub/b", "hello", 0644);
	refused("link", -ELOOP);
	refused("sublink/b", -ELOOP);
	end();
}
END_TEST

START_TEST(the_way_does_not_lead_out)
{
	begin();
	refused("../../etc/passwd", -EXDEV);
	refused("/etc/passwd", -EXDEV);
	end();
}
END_TEST

START_TEST(what_is_no_file_is_refused_at_once)
{
	begin();
	ck_assert_int_eq(mkfifoat(dir.fd, "fifo", 0600), 0);
	refused("fifo", -EACCES);
	refused("sub", -EACCES);
	refused("none", -ENOENT);
	end();
}
END_TEST

/* Only root can give a file away. */
START_TEST(others_files_are_refused_but_for_the_user_whose_directory_it_is)
{
	char *text;
	uint32_t uid;

	if (geteuid() != 0)
		return;
	begin();
	file_make("a", "hello", 0600);
	ck_assert_int_eq(fchownat(dir.fd, "a", 4711, (gid_t)-1, 0), 0);
	refused("a", -EACCES);
	dir.only_uid = 4712;
	refused("a", -EACCES);
	dir.only_uid = 4711;
	ck_assert_int_eq(state_file_read(&dir, "a", 100, &text, &uid), 5);
	ck_assert_uint_eq(uid, 4711);
	free(text);
	end();
}
END_TEST

START_TEST(a_mount_is_crossed_only_where_one_is_expected)
{
	struct state_dir top = state_dir_open(&local, "/"), proc;
	char *text = NULL;
	uint32_t uid;

	ck_assert_int_ge(top.fd, 0);
	top.only_uid = 4711;
	proc = state_dir_mounted(&top, "proc");
	ck_assert_int_ge(proc.fd, 0);
	ck_assert_uint_eq(proc.only_uid, 4711);
	state_dir_close(&proc);
	ck_assert_uint_eq(local.passed, 0);
	proc = state_dir_below(&top, "proc");
	ck_assert_int_lt(proc.fd, 0);
	ck_assert_uint_eq(local.passed, 1);
	ck_assert_int_eq(state_file_read(&top, "proc/version", 100, &text, &uid), -EXDEV);
	ck_assert_uint_eq(local.passed, 2);
	state_dir_close(&top);
	local_done(&local);
}
END_TEST

static int note(void *ctx, const struct state_dir *d, const char *name)
{
	char *names = ctx;

	(void)d;
	strcat(names, name);
	return strcmp(name, "stop") ? 0 : -ECANCELED;
}

START_TEST(a_walk_passes_dot_files_over_and_ends_when_told)
{
	struct state_dir none = state_dir_open(&local, "/nonexistent");
	char names[64] = "";

	begin();
	file_make(".hidden", "", 0600);
	ck_assert_int_eq(state_dir_walk(&dir, note, names), 0);
	ck_assert_str_eq(names, "sub");
	file_make("sub/stop", "", 0600);
	struct state_dir sub = state_dir_below(&dir, "sub");
	ck_assert_int_eq(state_dir_walk(&sub, note, names), -ECANCELED);
	state_dir_close(&sub);
	ck_assert_int_eq(state_dir_walk(&none, note, names), 0);
	end();
}
END_TEST

int main(void)
{
	return unit_run("state_file", a_file_of_our_own_is_read, a_file_that_is_too_large_is_refused,
			what_others_may_write_is_refused, links_are_not_followed, the_way_does_not_lead_out,
			what_is_no_file_is_refused_at_once,
			others_files_are_refused_but_for_the_user_whose_directory_it_is,
			a_mount_is_crossed_only_where_one_is_expected, a_walk_passes_dot_files_over_and_ends_when_told);
}
