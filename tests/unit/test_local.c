/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/local.h"

#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[] = "/tmp/nsview-local.XXXXXX";
static struct local local;

static void begin(void)
{
	char path[64];

	ck_assert_ptr_nonnull(mkdtemp(root));
	snprintf(path, sizeof(path), "%s/sub", root);
	ck_assert_int_eq(mkdir(path, 0755), 0);
}

static void end(void)
{
	char command[128];

	local_done(&local);
	snprintf(command, sizeof(command), "rm -rf %s", root);
	ck_assert_int_eq(system(command), 0); /* NOLINT(cert-env33-c): a name of our own */
	memcpy(root + strlen(root) - 6, "XXXXXX", 6);
}

static void link_make(const char *to, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/%s", root, name);
	ck_assert_int_eq(symlink(to, path), 0);
}

/* What a name below our directory leads to; absolute ones lead to themselves. */
static int opened(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", *name == '/' ? "" : root, name);
	return local_open(&local, path);
}

static void leads(const char *name, const char *to)
{
	struct stat is, want;
	int fd = opened(name);

	ck_assert_msg(fd >= 0, "%s: %d", name, fd);
	ck_assert_int_eq(fstat(fd, &is), 0);
	ck_assert_int_eq(stat(to, &want), 0);
	ck_assert_msg(is.st_dev == want.st_dev && is.st_ino == want.st_ino, "%s", name);
	close(fd);
}

START_TEST(a_way_leads_where_the_kernel_would_go)
{
	char sub[64];

	begin();
	snprintf(sub, sizeof(sub), "%s/sub", root);
	link_make("sub", "relative");
	link_make(sub, "absolute");
	link_make("absolute", "chain");
	link_make("sub/../sub//", "up");
	link_make("/", "top");
	leads("", root);
	leads("sub/", sub);
	leads("relative", sub);
	leads("absolute/../chain", sub);
	leads("up/.", sub);
	leads("top", "/");
	leads("top/proc", "/proc");
	leads("/../proc/sys", "/proc/sys");
	leads("/", "/");
	ck_assert_uint_eq(local.passed, 0);
	end();
}
END_TEST

START_TEST(a_way_that_leads_nowhere_ends)
{
	begin();
	link_make("loop", "loop");
	link_make("nowhere", "dangling");
	ck_assert_int_eq(opened("loop"), -ELOOP);
	ck_assert_int_eq(opened("dangling"), -ENOENT);
	ck_assert_int_eq(opened("none/sub"), -ENOENT);
	ck_assert_int_eq(opened("/proc/version/none"), -ENOTDIR);
	ck_assert_uint_eq(local.passed, 0);
	end();
}
END_TEST

START_TEST(below_a_directory_a_link_is_not_followed)
{
	struct stat st;
	int dir, fd;

	begin();
	link_make("sub", "link");
	dir = opened("");
	fd = local_open_below(&local, dir, "link");
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert(S_ISLNK(st.st_mode));
	close(fd);
	ck_assert_int_eq(local_open_below(&local, dir, "none"), -ENOENT);
	close(dir);
	end();
}
END_TEST

int main(void)
{
	return unit_run("local", a_way_leads_where_the_kernel_would_go, a_way_that_leads_nowhere_ends,
			below_a_directory_a_link_is_not_followed);
}
