/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec/seal.h"
#include "nsview/fd.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const char TEXT[] = "a program";

static int sealed(void)
{
	FILE *f = tmpfile();
	int fd;

	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(TEXT, f), 0);
	ck_assert_int_eq(fflush(f), 0);
	fd = seal_copy(fileno(f), "copy");
	ck_assert_int_ge(fd, 0);
	fclose(f);
	return fd;
}

START_TEST(a_copy_is_whole_and_may_be_run)
{
	AUTO_CLOSE int fd = sealed();
	char buf[64];
	struct stat st;

	ck_assert_int_eq(pread(fd, buf, sizeof(buf), 0), strlen(TEXT));
	ck_assert_mem_eq(buf, TEXT, strlen(TEXT));
	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, 0555);
}
END_TEST

START_TEST(nobody_changes_a_copy)
{
	AUTO_CLOSE int fd = sealed();
	AUTO_CLOSE int again = -1;
	char path[32], buf[64];
	void *map;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	ck_assert_int_eq(chmod(path, 0755), 0); /* who may write by its mode meets the seals */
	again = open(path, O_RDWR | O_CLOEXEC);
	ck_assert_int_ge(again, 0);

	ck_assert_int_eq(pwrite(again, "x", 1, 0), -1);
	ck_assert_int_eq(errno, EPERM);
	ck_assert_int_eq(pwrite(again, "x", 1, 4096), -1);
	ck_assert_int_eq(errno, EPERM);
	ck_assert_int_eq(ftruncate(again, 0), -1);
	ck_assert_int_eq(errno, EPERM);
	ck_assert_int_eq(fallocate(again, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 1), -1);
	ck_assert_int_eq(errno, EPERM);
	ck_assert_ptr_eq(mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_SHARED, again, 0), MAP_FAILED);
	ck_assert_int_eq(errno, EPERM);
	map = mmap(NULL, 1, PROT_READ, MAP_SHARED, again, 0);
	ck_assert_ptr_ne(map, MAP_FAILED);
	ck_assert_int_eq(mprotect(map, 1, PROT_READ | PROT_WRITE), -1);
	ck_assert_int_eq(errno, EACCES);
	munmap(map, 1);
	ck_assert_int_eq(fcntl(again, F_ADD_SEALS, F_SEAL_WRITE), -1);
	ck_assert_int_eq(errno, EPERM);
	ck_assert_int_eq(pread(fd, buf, sizeof(buf), 0), strlen(TEXT));
	ck_assert_mem_eq(buf, TEXT, strlen(TEXT));
}
END_TEST

int main(void)
{
	return unit_run("seal", a_copy_is_whole_and_may_be_run, nobody_changes_a_copy);
}
