/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/cgroup.h"

#include "scan/peers.h"
#include "unit.h"

#include <errno.h>
#include <string.h>

#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B64 "b0b1b2b3b4b5b6b7b8b9bababbbcbdbebfb0b1b2b3b4b5b6b7b8b9bababbbcbd"
#define KUBE "kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod11112222_3333_4444_5555_666677778888.slice/"

struct path {
	const char *path;
	int kind;
	const char *name, *id;
};

static void expect(const struct path *p)
{
	struct cgroup_owner o;

	cgroup_path_parse(p->path, strlen(p->path), &o);
	ck_assert_msg(o.kind == p->kind && !strcmp(o.name, p->name) && !strcmp(o.id, p->id),
		      "%s: kind %d name '%s' id '%s'", p->path, o.kind, o.name, o.id);
}

#define EXPECT(...)                                                             \
	do {                                                                    \
		static const struct path paths_[] = {__VA_ARGS__};              \
		for (size_t i_ = 0; i_ < sizeof(paths_) / sizeof(*paths_); i_++) \
			expect(&paths_[i_]);                                    \
	} while (0)

START_TEST(every_engine_is_known_with_both_cgroup_drivers)
{
	EXPECT({"system.slice/docker-" A64 ".scope", LABEL_DOCKER, "", A64},
	       {"docker/" A64, LABEL_DOCKER, "", A64},
	       {"user.slice/user-1000.slice/user@1000.service/user.slice/docker-" A64 ".scope", LABEL_DOCKER, "", A64},
	       {KUBE "cri-containerd-" A64 ".scope", LABEL_CONTAINERD, "", A64},
	       {"kubepods/besteffort/pod1111-2222/" A64, LABEL_CONTAINERD, "", A64},
	       {"kubelet/kubepods/pod1111-2222/" A64, LABEL_CONTAINERD, "", A64},
	       {"system.slice/nerdctl-" A64 ".scope", LABEL_CONTAINERD, "", A64},
	       {KUBE "crio-" A64 ".scope", LABEL_CRIO, "", A64},
	       {"kubepods/besteffort/pod1111-2222/crio-" A64, LABEL_CRIO, "", A64},
	       {"machine.slice/libpod-" A64 ".scope", LABEL_PODMAN, "", A64},
	       {"machine.slice/libpod-" A64 ".scope/container", LABEL_PODMAN, "", A64},
	       {"libpod_parent/libpod-" A64, LABEL_PODMAN, "", A64},
	       {"system.slice/web.service/libpod-payload-" A64, LABEL_PODMAN, "", A64},
	       {"user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" A64 ".scope/container", LABEL_PODMAN, "", A64});
}
END_TEST

START_TEST(the_systemd_drivers_name_as_a_directory_is_understood)
{
	EXPECT({"system.slice/containerd.service/kubepods-pod1111.slice:cri-containerd:" A64, LABEL_CONTAINERD, "", A64},
	       {"system.slice:docker:" A64, LABEL_DOCKER, "", A64},
	       {"machine.slice:libpod:" A64, LABEL_PODMAN, "", A64},
	       {"x.slice:y:z", CGROUP_NOBODY, "", ""},
	       {"a:b", CGROUP_NOBODY, "", ""},
	       {"::", CGROUP_NOBODY, "", ""});
}
END_TEST

START_TEST(runtimes_and_machines_are_known_by_name)
{
	EXPECT({"lxc.payload.web", LABEL_LXC, "web", ""},
	       {"lxc.payload/web", LABEL_LXC, "web", ""},
	       {"lxc/101/ns", LABEL_LXC, "101", ""},
	       {"lxc/web", LABEL_LXC, "web", ""},
	       {"lxc.payload.web/system.slice/cron.service", LABEL_LXC, "web", ""},
	       {"machine.slice/systemd-nspawn@my-box.service/payload", LABEL_NSPAWN, "my-box", ""},
	       {"machine.slice/systemd-nspawn@my-box.service/payload/init.scope", LABEL_NSPAWN, "my-box", ""},
	       {"machine.slice/systemd-nspawn@a\\x2db.service", LABEL_NSPAWN, "a-b", ""},
	       {"machine.slice/machine-qemu\\x2d1\\x2dvm.scope", LABEL_MACHINE, "qemu-1-vm", ""},
	       {"system.slice/runc-job.scope", LABEL_RUNC, "job", "job"},
	       {"system.slice/crun-job.scope", LABEL_CRUN, "job", "job"},
	       {"crun-job", LABEL_CRUN, "job", "job"});
}
END_TEST

START_TEST(applications_are_known_without_the_number_of_the_run)
{
	EXPECT({"user.slice/user-1000.slice/user@1000.service/app.slice/app-flatpak-org.example.Editor-4711.scope",
		LABEL_FLATPAK, "org.example.Editor", ""},
	       {"a/app-flatpak-org.example.my\\x2deditor-1.scope", LABEL_FLATPAK, "org.example.my-editor", ""},
	       {"a/flatpak-org.example.Editor-1.scope", LABEL_FLATPAK, "org.example.Editor", ""},
	       {"a/snap.firefox.firefox.01234567-89ab-cdef-0123-456789abcdef.scope", LABEL_SNAP, "firefox", "snap.firefox.firefox"},
	       {"a/snap.firefox.firefox-01234567-89ab-cdef-0123-456789abcdef.scope", LABEL_SNAP, "firefox", "snap.firefox.firefox"},
	       {"a/snap.foo.hook.configure-01234567-89ab-cdef-0123-456789abcdef.scope", LABEL_SNAP, "foo", "snap.foo.hook.configure"},
	       {"system.slice/snap.lxd.daemon.service", LABEL_SNAP, "lxd", "snap.lxd.daemon"},
	       {"a/app-flatpak-x.scope", LABEL_SCOPE, "app-flatpak-x.scope", ""},
	       {"a/snap.x.scope", LABEL_SCOPE, "snap.x.scope", ""},
	       {"a/snap..x.scope", LABEL_SCOPE, "snap..x.scope", ""});
}
END_TEST

START_TEST(the_innermost_container_wins)
{
	EXPECT({"docker/" A64 "/docker/" B64, LABEL_DOCKER, "", B64},
	       {"lxc/web/system.slice/docker-" A64 ".scope", LABEL_DOCKER, "", A64},
	       {"docker/" A64 "/kubepods/pod1/" B64, LABEL_CONTAINERD, "", B64},
	       {"machine.slice/machine-box.scope/payload/lxc.payload.in/init.scope", LABEL_LXC, "in", ""});
}
END_TEST

START_TEST(the_innermost_unit_counts_where_there_is_no_container)
{
	EXPECT({"system.slice/ssh.service", LABEL_SERVICE, "ssh.service", ""},
	       {"init.scope", LABEL_SCOPE, "init.scope", ""},
	       {"user.slice/user-1000.slice/session-3.scope", LABEL_SCOPE, "session-3.scope", ""},
	       {"user.slice/user-1000.slice/user@1000.service/app.slice/dbus.service", LABEL_SERVICE, "dbus.service",
		"user@1000.service/dbus.service"},
	       {"user.slice/user-1000.slice/user@1000.service/init.scope", LABEL_SCOPE, "init.scope", "user@1000.service/init.scope"},
	       {"user.slice/user-1000.slice/user@1000.service", LABEL_SERVICE, "user@1000.service", ""},
	       {"system.slice/a.service/worker/3", LABEL_SERVICE, "a.service", ""},
	       {"system.slice/_cpu.service", LABEL_SERVICE, "cpu.service", ""},
	       {"system.slice", CGROUP_NOBODY, "", ""},
	       {"system.slice/dev-hugepages.mount", CGROUP_NOBODY, "", ""},
	       {".service", CGROUP_NOBODY, "", ""},
	       {"", CGROUP_NOBODY, "", ""},
	       {"////", CGROUP_NOBODY, "", ""},
	       {"_", CGROUP_NOBODY, "", ""});
}
END_TEST

START_TEST(helpers_beside_a_container_are_not_in_it)
{
	EXPECT({"machine.slice/libpod-conmon-" A64 ".scope", LABEL_SCOPE, "libpod-conmon-" A64 ".scope", ""},
	       {KUBE "crio-conmon-" A64 ".scope", LABEL_SCOPE, "crio-conmon-" A64 ".scope", ""},
	       {"lxc.monitor.web", CGROUP_NOBODY, "", ""},
	       {"lxc.monitor/web", CGROUP_NOBODY, "", ""},
	       {"machine.slice/systemd-nspawn@box.service/supervisor", LABEL_SERVICE, "systemd-nspawn@box.service", ""},
	       {"machine.slice/machine-box.scope/supervisor", LABEL_SCOPE, "machine-box.scope", ""},
	       {"system.slice/web.service/supervisor", LABEL_SERVICE, "web.service", ""},
	       {"system.slice/docker.service", LABEL_SERVICE, "docker.service", ""},
	       {"lxc/lxc-net.service", LABEL_SERVICE, "lxc-net.service", ""});
}
END_TEST

START_TEST(what_only_looks_like_an_id_is_none)
{
	EXPECT({"docker/abc", CGROUP_NOBODY, "", ""},
	       {"docker-" A64 "a.scope", LABEL_SCOPE, "docker-" A64 "a.scope", ""},
	       {"system.slice/docker-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.scope", LABEL_SCOPE,
		"docker-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.scope", ""},
	       {"machine-.scope", LABEL_SCOPE, "machine-.scope", ""},
	       {"lxc.payload.", CGROUP_NOBODY, "", ""},
	       {"crun-a.service", LABEL_SERVICE, "crun-a.service", ""});
}
END_TEST

START_TEST(a_stray_id_is_kept_for_those_who_know_it)
{
	struct cgroup_owner o;

	cgroup_path_parse("mine/" A64 "/x", strlen("mine/" A64 "/x"), &o);
	ck_assert_int_eq(o.kind, CGROUP_NOBODY);
	ck_assert_str_eq(o.stray, A64);
	/* One that is further out than the container has nothing to do with it. */
	cgroup_path_parse(A64 "/docker/" B64, strlen(A64 "/docker/" B64), &o);
	ck_assert_str_eq(o.id, B64);
	ck_assert_str_eq(o.stray, "");
	cgroup_path_parse("docker/" A64 "/mine/" B64, strlen("docker/" A64 "/mine/" B64), &o);
	ck_assert_str_eq(o.id, A64);
	ck_assert_str_eq(o.stray, B64);
}
END_TEST

START_TEST(the_user_is_the_one_outside_of_all_containers)
{
	static const struct {
		const char *path;
		uint32_t uid;
	} paths[] = {
		{"user.slice/user-1000.slice/session-1.scope", 1000},
		{"user.slice/user-1000.slice/user@1000.service/app.slice/a.service", 1000},
		{"lxc.payload.web/user.slice/user-0.slice/session-1.scope", 0},
		{"user.slice/user-1000.slice/user@1000.service/lxc.payload.x/user.slice/user-0.slice/session-1.scope", 1000},
		{"system.slice/user@evil.service", SNAP_UID_UNKNOWN},
		{"system.slice/user@.service", SNAP_UID_UNKNOWN},
		{"user-99999999999.slice/a.service", SNAP_UID_UNKNOWN},
		{"system.slice/ssh.service", SNAP_UID_UNKNOWN},
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		struct cgroup_owner o;

		cgroup_path_parse(paths[i].path, strlen(paths[i].path), &o);
		ck_assert_msg(o.uid == paths[i].uid, "%s: %u", paths[i].path, o.uid);
	}
}
END_TEST

START_TEST(escapes_of_what_cannot_be_in_a_name_stay)
{
	EXPECT({"machine-a\\x00b.scope", LABEL_MACHINE, "a\\x00b", ""},
	       {"machine-a\\x2fb.scope", LABEL_MACHINE, "a\\x2fb", ""},
	       {"machine-a\\x0ab.scope", LABEL_MACHINE, "a\\x0ab", ""},
	       {"machine-a\\x2.scope", LABEL_MACHINE, "a\\x2", ""},
	       {"machine-\\xzz.scope", LABEL_MACHINE, "\\xzz", ""},
	       {"machine-\\.scope", LABEL_MACHINE, "\\", ""},
	       {"machine-\\x1b\\x5b2J.scope", LABEL_MACHINE, "\x1b[2J", ""});
}
END_TEST

START_TEST(a_component_longer_than_the_kernel_allows_is_cut)
{
	char path[1200] = "machine-";
	struct cgroup_owner o;

	memset(path + 8, 'x', 1000);
	strcpy(path + 1008, ".scope");
	cgroup_path_parse(path, strlen(path), &o);
	ck_assert_int_eq(o.kind, LABEL_MACHINE);
	ck_assert_uint_eq(strlen(o.name), CGROUP_NAME_MAX);
	ck_assert_uint_eq(strlen(o.unit), CGROUP_NAME_MAX);
}
END_TEST

static struct cgroup_owner parse(const char *text)
{
	struct cgroup_owner o;

	ck_assert_int_eq(cgroup_parse(text, strlen(text), &o), 0);
	return o;
}

START_TEST(version_2_is_read)
{
	struct cgroup_owner o = parse("0::/system.slice/ssh.service\n");

	ck_assert_int_eq(o.kind, LABEL_SERVICE);
	ck_assert_str_eq(o.name, "ssh.service");
	ck_assert_str_eq(parse("0::/system.slice/ssh.service (deleted)\n").name, "ssh.service");
	ck_assert_int_eq(parse("0::/\n").kind, CGROUP_NOBODY);
	/* Seen from inside of a cgroup namespace that the process is outside of. */
	ck_assert_str_eq(parse("0::/../../docker/" A64 "\n").id, A64);
}
END_TEST

START_TEST(version_1_and_the_hybrid_layout_are_read)
{
	struct cgroup_owner o = parse("12:pids:/docker/" A64 "\n11:cpu,cpuacct:/docker/" A64 "\n1:name=systemd:/docker/" A64 "\n");

	ck_assert_int_eq(o.kind, LABEL_DOCKER);
	ck_assert_str_eq(o.id, A64);
	o = parse("9:memory:/job/1\n1:name=systemd:/system.slice/ssh.service\n0::/system.slice/ssh.service\n");
	ck_assert_str_eq(o.name, "ssh.service");
}
END_TEST

START_TEST(containers_come_before_units_and_version_2_before_version_1)
{
	ck_assert_str_eq(parse("0::/a.service\n1:name=systemd:/b.service\n2:pids:/docker/" A64 "\n").id, A64);
	ck_assert_str_eq(parse("2:pids:/c.service\n1:name=systemd:/b.service\n0::/a.service\n").name, "a.service");
	ck_assert_str_eq(parse("2:pids:/c.service\n1:name=systemd:/b.service\n0::/\n").name, "b.service");
	ck_assert_str_eq(parse("2:pids:/lxc/one\n0::/lxc.payload.two\n").name, "two");
}
END_TEST

START_TEST(what_is_no_cgroup_file_is_refused_and_nothing_written)
{
	static const char *const bad[] = {"", "\n\n", "0:", "0::", "0::x\n", ":\n", "x::/a.service\n", "-1::/a.service\n", "0:/a.service\n"};
	struct cgroup_owner o = {.kind = 77};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		ck_assert_int_eq(cgroup_parse(bad[i], strlen(bad[i]), &o), -EINVAL);
		ck_assert_int_eq(o.kind, 77);
	}
	ck_assert_int_eq(cgroup_parse("0::/a\0.service\n", 15, &o), -EINVAL);
}
END_TEST

START_TEST(a_bad_line_does_not_spoil_the_others)
{
	ck_assert_str_eq(parse("nonsense\n0::/system.slice/a.service\n\x01\x02\n").name, "a.service");
}
END_TEST

START_TEST(the_root_of_a_namespace_is_what_is_before_the_path_within)
{
	struct inside in = {0};

	ck_assert_int_eq(cgroup_root_add(&in, "9:cpu:/a/b\n4:memory:/a/b/c\n3:pids:/a\n0::/x/y\n",
					 "9:cpu:/\n4:memory:/c\n3:pids:/../../z\n0::/../y\n"), 0);
	ck_assert_uint_eq(in.n, 3);
	ck_assert_str_eq(in.rows[0].fields[0], "9:cpu");
	ck_assert_str_eq(in.rows[0].fields[1], "/a/b");
	ck_assert_str_eq(in.rows[1].fields[1], "/a/b");
	/* What is not below the root cannot tell it, and that is said. */
	ck_assert_int_eq(in.rows[2].kind, INSIDE_TROUBLE);
	ck_assert_str_eq(in.rows[2].fields[0], "root (pids, unified)");
	inside_done(&in);
}
END_TEST

int main(void)
{
	return unit_run("cgroup", the_root_of_a_namespace_is_what_is_before_the_path_within,
			every_engine_is_known_with_both_cgroup_drivers,
			the_systemd_drivers_name_as_a_directory_is_understood, runtimes_and_machines_are_known_by_name,
			applications_are_known_without_the_number_of_the_run, the_innermost_container_wins,
			the_innermost_unit_counts_where_there_is_no_container, helpers_beside_a_container_are_not_in_it,
			what_only_looks_like_an_id_is_none, a_stray_id_is_kept_for_those_who_know_it,
			the_user_is_the_one_outside_of_all_containers, escapes_of_what_cannot_be_in_a_name_stay,
			a_component_longer_than_the_kernel_allows_is_cut, version_2_is_read,
			version_1_and_the_hybrid_layout_are_read,
			containers_come_before_units_and_version_2_before_version_1,
			what_is_no_cgroup_file_is_refused_and_nothing_written, a_bad_line_does_not_spoil_the_others);
}
