/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/bpf.h"

#include "bpf_skel.h" /* made by the Makefile; without clang and bpftool it says NSVIEW_BPF 0 */
#include "nsview/fd.h"
#include "scan/bpf_files.h"
#include "scan/bpf_records.h"
#include "scan/tasks.h"

#include <errno.h>
#include <stdlib.h>

/* BPF is not to be had, for a reason that step says. */
static int lacking(struct fail *why, const char *step, int err)
{
	fail_at(why, step, err);
	if (why)
		why->no_bpf = true;
	return err;
}

#if NSVIEW_BPF

#include <fcntl.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel gathers what an iterator writes in as much as this; a larger buffer gets no more. */
enum { READ_SIZE = 32 * 1024, RETRIES_MAX = 1000 };

struct bpf_source {
	struct tasks_bpf *tasks;
	struct files_bpf *files; /* loaded when it is first asked for */
	struct bpf_intake intake; /* of the last read: the namespaces stay for bpf_relations_read() */
	_Alignas(8) char buf[READ_SIZE];
};

bool bpf_built_in(void)
{
	return true;
}

/* In a user namespace of its own root has capabilities, but not those that count here. */
static bool have_caps(void)
{
	cap_flag_value_t admin = CAP_CLEAR, bpf = CAP_CLEAR, perfmon = CAP_CLEAR;
	cap_t caps = cap_get_proc();

	if (!caps)
		return false;
	cap_get_flag(caps, CAP_SYS_ADMIN, CAP_EFFECTIVE, &admin);
	cap_get_flag(caps, CAP_BPF, CAP_EFFECTIVE, &bpf);
	cap_get_flag(caps, CAP_PERFMON, CAP_EFFECTIVE, &perfmon);
	cap_free(caps);
	return admin == CAP_SET || (bpf == CAP_SET && perfmon == CAP_SET);
}

static bool locked_down(void)
{
	char mode[64];
	AUTO_CLOSE int fd = open("/sys/kernel/security/lockdown", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, mode, sizeof(mode) - 1);

	mode[n > 0 ? n : 0] = '\0';
	return strstr(mode, "[confidentiality]");
}

/* bpf(2) says little more than no: find out why, for people. */
static int refused(struct fail *why, int err)
{
	if (err == -ENOMEM || err == -EMFILE || err == -ENFILE)
		return fail_at(why, "load the BPF programs", err);
	if (err == -ENOSYS)
		return lacking(why, "use BPF: bpf(2) is not available (kernel too old, or forbidden by seccomp)", err);
	if (!have_caps())
		return fail_at(why, "use BPF without CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN", -EPERM);
	if (locked_down())
		return fail_at(why, "use BPF: the kernel is locked down (confidentiality)", -EPERM);
	if (access("/sys/kernel/btf/vmlinux", F_OK) < 0)
		return lacking(why, "use BPF: this kernel has no BTF (CONFIG_DEBUG_INFO_BTF)", -EOPNOTSUPP);
	if (err == -EPERM || err == -EACCES)
		return fail_at(why, "use BPF: not in the first user namespace, or a security module or seccomp forbids it",
			       -EPERM);
	return lacking(why, "use BPF: this kernel lacks the iterators, or does not take the programs (5.17 should)",
		       -EOPNOTSUPP);
}

/* Open, load and attach a skeleton; name is what bpftool called it. Attaching says why it failed in errno alone. */
#define LOAD(name, ret)                                          \
	({                                                       \
		struct name *skel_ = name##__open();             \
		int err_ = skel_ ? name##__load(skel_) : -ENOMEM; \
		if (err_ == 0 && name##__attach(skel_) < 0)      \
			err_ = -errno;                           \
		if (err_ < 0)                                    \
			name##__destroy(skel_);                  \
		else                                             \
			*(ret) = skel_;                          \
		err_;                                            \
	})

int bpf_source_open(struct bpf_source **ret, struct fail *why)
{
	AUTO_FREE struct bpf_source *src = calloc(1, sizeof(*src));

	if (!src)
		return fail_at(why, "load the BPF programs", -ENOMEM);

	int err = LOAD(tasks_bpf, &src->tasks);

	if (err < 0)
		return refused(why, err);
	*ret = take_ptr(src);
	return 0;
}

void bpf_source_close(struct bpf_source *src)
{
	if (!src)
		return;
	tasks_bpf__destroy(src->tasks);
	files_bpf__destroy(src->files);
	bpf_intake_done(&src->intake);
	free(src);
}

static int iterate(int link)
{
	union bpf_attr attr;
	long fd;

	memset(&attr, 0, sizeof(attr));
	attr.iter_create.link_fd = (__u32)link;
	fd = syscall(__NR_bpf, BPF_ITER_CREATE, &attr, sizeof(attr.iter_create)); /* close-on-exec of itself */
	return fd < 0 ? -errno : (int)fd;
}

/* EAGAIN: a task moved between namespaces while it was looked at, or the kernel wanted a pause. */
static int read_all(struct bpf_source *src, int fd, int take(void *ctx, const void *records, size_t n), void *ctx)
{
	for (int retries = 0; retries < RETRIES_MAX;) {
		ssize_t n = read(fd, src->buf, sizeof(src->buf));

		if (n == 0)
			return 0;
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		if (n < 0) {
			retries++;
			continue;
		}

		int err = take(ctx, src->buf, (size_t)n);

		if (err < 0)
			return err;
	}
	return -EAGAIN;
}

int bpf_tasks_read(struct bpf_source *src, int procfd, const struct scan_opts *opts, struct cmdline_pool *pool,
		   struct snapshot *snap, struct fail *why)
{
	struct coverage *c = &snap->coverage;
	AUTO_CLOSE int fd = iterate(src->tasks->links.scan_tasks_fd);

	if (fd < 0)
		return fail_at(why, "begin a BPF iteration", fd);
	src->tasks->bss->want = opts->want;
	bpf_intake_done(&src->intake);
	src->intake.snap = snap;
	src->intake.opts = opts;
	src->intake.pool = pool;
	src->intake.hz = snap->host.hz;
	src->intake.page = (uint64_t)sysconf(_SC_PAGESIZE);
	src->intake.self = getpid();

	int err = read_all(src, fd, bpf_intake_take, &src->intake);

	if (err < 0)
		return fail_at(why, "read processes by BPF", err);
	bpf_intake_sum(&src->intake);
	c->processes = (uint32_t)snap->nprocs;
	c->sources[SOURCE_BPF].state = SOURCE_RAN;
	err = tasks_complete(procfd, opts, snap, why);
	if (err < 0)
		return err;
	err = bpf_intake_threads(&src->intake);
	return err < 0 ? fail_at(why, "note threads", err) : 0;
}

int bpf_files_read(struct bpf_source *src, const struct scan_opts *opts, struct snapshot *snap, struct fail *why)
{
	int err = src->files ? 0 : LOAD(files_bpf, &src->files);

	if (err < 0)
		return refused(why, err);

	struct bpf_files f = {.tasks = &src->intake, .opts = opts, .snap = snap, .pidfd = -1,
			      .pidfd_of = SNAP_NONE, .unread_last = SNAP_NONE};
	AUTO_CLOSE int fd = iterate(src->files->links.scan_files_fd);

	if (fd < 0)
		return fail_at(why, "begin a BPF iteration", fd);
	err = read_all(src, fd, bpf_files_take, &f);
	if (err == 0)
		err = bpf_files_finish(&f);
	bpf_files_done(&f);
	return err < 0 ? fail_at(why, "read descriptors by BPF", err) : 0;
}

int bpf_relations_read(struct bpf_source *src, struct snapshot *snap)
{
	return bpf_intake_relate(&src->intake, snap);
}

int bpf_cgroups_read(const struct bpf_source *src, const struct snapshot *snap, uint64_t **ret)
{
	return bpf_intake_cgroups(&src->intake, snap, ret);
}

#else

bool bpf_built_in(void)
{
	return false;
}

int bpf_source_open(struct bpf_source **ret, struct fail *why)
{
	(void)ret;
	return lacking(why, "use BPF: this nsview was built without it", -ENOSYS);
}

void bpf_source_close(struct bpf_source *src)
{
	(void)src;
}

int bpf_tasks_read(struct bpf_source *src, int procfd, const struct scan_opts *opts, struct cmdline_pool *pool,
		   struct snapshot *snap, struct fail *why)
{
	(void)src, (void)procfd, (void)opts, (void)pool, (void)snap;
	return lacking(why, "use BPF: this nsview was built without it", -ENOSYS);
}

int bpf_files_read(struct bpf_source *src, const struct scan_opts *opts, struct snapshot *snap, struct fail *why)
{
	(void)src, (void)opts, (void)snap;
	return lacking(why, "use BPF: this nsview was built without it", -ENOSYS);
}

int bpf_relations_read(struct bpf_source *src, struct snapshot *snap)
{
	(void)src, (void)snap;
	return 0;
}

int bpf_cgroups_read(const struct bpf_source *src, const struct snapshot *snap, uint64_t **ret)
{
	(void)src, (void)snap, (void)ret;
	return -ENOMEM;
}

#endif
