/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nsview/runtime.h"

#include "nsview/snapshot.h"
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B64 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

typedef int parse_fn(const char *text, size_t len, struct arena *a, struct runtime_record *ret);

static struct arena arena;

/* A copy of its own, so that a read behind the end is seen by the address sanitizer. */
static int try(parse_fn *parse, const char *text, struct runtime_record *r)
{
	size_t len = strlen(text);
	char *copy = malloc(len + !len);
	int err;

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, text, len);
	err = parse(copy, len, &arena, r);
	free(copy);
	return err;
}

static struct runtime_record parsed(parse_fn *parse, const char *text)
{
	struct runtime_record r = {.kind = -1, .only_uid = RUNTIME_UID_ANY};

	ck_assert_int_eq(try(parse, text, &r), 0);
	return r;
}

static void refused(parse_fn *parse, const char *text)
{
	struct runtime_record r = {.kind = 77, .pid = 78, .start = 79, .only_uid = 80}, before = r;

	ck_assert_msg(try(parse, text, &r) == -EINVAL, "not refused: %s", text);
	ck_assert_mem_eq(&r, &before, sizeof(r));
}

START_TEST(runc_tells_id_init_and_when_it_started)
{
	struct runtime_record r = parsed(runtime_runc_parse,
		"{\"id\":\"job\",\"init_process_pid\":4711,\"init_process_start\":294943,"
		"\"created\":\"2026-01-02T03:04:05Z\",\"config\":{\"labels\":[\"bundle=/srv/job\"]}}");

	ck_assert_int_eq(r.kind, LABEL_RUNC);
	ck_assert_str_eq(r.id, "job");
	ck_assert_int_eq(r.pid, 4711);
	ck_assert_uint_eq(r.start, 294943);
	ck_assert_ptr_null(r.name);
	ck_assert_ptr_null(r.pod);
}
END_TEST

START_TEST(runc_keeps_annotations_as_labels)
{
	struct runtime_record r = parsed(runtime_runc_parse,
		"{\"id\":\"" A64 "\",\"init_process_pid\":1,\"config\":{\"labels\":[\"bundle=/x\",7,\"io.kubernetes\","
		"\"io.kubernetes.cri.container-name=web\",\"io.kubernetes.cri.container-type=container\","
		"\"io.kubernetes.cri.sandbox-name=shop-0\",\"io.kubernetes.cri.sandbox-namespace=prod\"]}}");

	ck_assert_str_eq(r.name, "web");
	ck_assert_str_eq(r.pod, "prod/shop-0");
	ck_assert_uint_eq(r.start, 0);
}
END_TEST

START_TEST(crun_tells_init_and_when_it_started)
{
	struct runtime_record r = parsed(runtime_crun_parse,
		"{\n \"pid\": 4711,\n \"process-start-time\": 294896,\n \"cgroup-path\": \"/job\",\n \"rootfs\": \"rootfs\",\n"
		" \"bundle\": \"/srv/job\",\n \"detached\": true\n}\n");

	ck_assert_int_eq(r.kind, LABEL_CRUN);
	ck_assert_int_eq(r.pid, 4711);
	ck_assert_uint_eq(r.start, 294896);
	ck_assert_ptr_null(r.id);
}
END_TEST

START_TEST(a_bundle_tells_name_and_pod_and_keeps_the_rest)
{
	struct runtime_record r = {.kind = LABEL_CONTAINERD, .pid = 5, .id = A64, .only_uid = RUNTIME_UID_ANY};

	ck_assert_int_eq(try(runtime_bundle_parse,
		"{\"ociVersion\":\"1.0.2\",\"annotations\":{\"io.kubernetes.cri.container-name\":\"web\","
		"\"io.kubernetes.cri.container-type\":\"container\",\"io.kubernetes.cri.sandbox-id\":\"" B64 "\","
		"\"io.kubernetes.cri.sandbox-name\":\"shop-0\",\"io.kubernetes.cri.sandbox-namespace\":\"prod\"}}", &r), 0);
	ck_assert_int_eq(r.kind, LABEL_CONTAINERD);
	ck_assert_int_eq(r.pid, 5);
	ck_assert_str_eq(r.id, A64);
	ck_assert_str_eq(r.name, "web");
	ck_assert_str_eq(r.pod, "prod/shop-0");
}
END_TEST

START_TEST(what_holds_a_pod_open_is_called_as_the_pod)
{
	static const char *const bundles[] = {
		"{\"ociVersion\":\"1\",\"annotations\":{\"io.kubernetes.cri.container-type\":\"sandbox\","
		"\"io.kubernetes.cri.sandbox-name\":\"shop-0\",\"io.kubernetes.cri.sandbox-namespace\":\"prod\"}}",
		"{\"ociVersion\":\"1\",\"annotations\":{\"io.kubernetes.cri-o.ContainerType\":\"sandbox\","
		"\"io.kubernetes.container.name\":\"POD\",\"io.kubernetes.pod.name\":\"shop-0\","
		"\"io.kubernetes.pod.namespace\":\"prod\"}}",
	};

	for (int i = 0; i < 2; i++) {
		struct runtime_record r = parsed(runtime_bundle_parse, bundles[i]);

		ck_assert_str_eq(r.name, "shop-0");
		ck_assert_str_eq(r.pod, "prod/shop-0");
	}
}
END_TEST

START_TEST(cri_o_and_nerdctl_have_annotations_of_their_own)
{
	struct runtime_record r = parsed(runtime_bundle_parse,
		"{\"ociVersion\":\"1\",\"annotations\":{\"io.kubernetes.cri-o.ContainerType\":\"container\","
		"\"io.kubernetes.container.name\":\"web\",\"io.kubernetes.pod.name\":\"shop-0\","
		"\"io.kubernetes.pod.namespace\":\"prod\"}}");

	ck_assert_str_eq(r.name, "web");
	ck_assert_str_eq(r.pod, "prod/shop-0");
	r = parsed(runtime_bundle_parse, "{\"ociVersion\":\"1\",\"annotations\":{\"nerdctl/name\":\"db\"}}");
	ck_assert_str_eq(r.name, "db");
	ck_assert_ptr_null(r.pod);
	ck_assert_ptr_null(parsed(runtime_bundle_parse, "{\"ociVersion\":\"1\"}").name);
}
END_TEST

START_TEST(docker_tells_name_id_and_pid)
{
	struct runtime_record r = parsed(runtime_docker_parse,
		"{\"StreamConfig\":{},\"State\":{\"Running\":true,\"Pid\":4711},\"ID\":\"" A64 "\",\"Name\":\"/web\","
		"\"Config\":{\"Labels\":{\"maintainer\":\"x\"}}}");

	ck_assert_int_eq(r.kind, LABEL_DOCKER);
	ck_assert_str_eq(r.id, A64);
	ck_assert_str_eq(r.name, "web");
	ck_assert_int_eq(r.pid, 4711);
	ck_assert_ptr_null(r.pod);
	/* Not running. */
	ck_assert_int_eq(parsed(runtime_docker_parse, "{\"State\":{\"Pid\":0},\"ID\":\"" A64 "\"}").pid, 0);
}
END_TEST

START_TEST(docker_below_kubernetes_tells_the_pod)
{
	struct runtime_record r = parsed(runtime_docker_parse,
		"{\"State\":{\"Pid\":1},\"ID\":\"" A64 "\",\"Name\":\"/k8s_web_shop-0_prod_1111_0\",\"Config\":{\"Labels\":{"
		"\"io.kubernetes.container.name\":\"web\",\"io.kubernetes.docker.type\":\"container\","
		"\"io.kubernetes.pod.name\":\"shop-0\",\"io.kubernetes.pod.namespace\":\"prod\"}}}");

	ck_assert_str_eq(r.name, "web");
	ck_assert_str_eq(r.pod, "prod/shop-0");
}
END_TEST

START_TEST(pids_and_times_out_of_range_are_unknown)
{
	static const char *const pids[] = {"-1", "0", "4194305", "99999999999999999999", "1.5"};
	char text[256];

	for (size_t i = 0; i < sizeof(pids) / sizeof(*pids); i++) {
		struct runtime_record r = {0};

		snprintf(text, sizeof(text), "{\"id\":\"a\",\"init_process_pid\":%s,\"init_process_start\":-5}", pids[i]);
		if (try(runtime_runc_parse, text, &r) == 0) {
			ck_assert_int_eq(r.pid, 0);
			ck_assert_uint_eq(r.start, 0);
		}
	}
}
END_TEST

START_TEST(members_of_another_type_count_as_absent)
{
	struct runtime_record r = parsed(runtime_docker_parse,
		"{\"State\":{\"Pid\":\"12\"},\"ID\":\"" A64 "\",\"Name\":[\"/web\"],\"Config\":[]}");

	ck_assert_int_eq(r.pid, 0);
	ck_assert_ptr_null(r.name);
	r = parsed(runtime_bundle_parse,
		   "{\"ociVersion\":\"1\",\"annotations\":{\"io.kubernetes.container.name\":{\"a\":1},\"nerdctl/name\":null}}");
	ck_assert_ptr_null(r.name);
}
END_TEST

START_TEST(what_no_runtime_writes_is_refused)
{
	static parse_fn *const parsers[] = {
		runtime_runc_parse, runtime_crun_parse, runtime_bundle_parse, runtime_docker_parse, runtime_bwrap_parse,
	};
	static const char *const texts[] = {
		"", "{", "[]", "[{}]", "7", "\"x\"", "null", "{}", "{\"id\":7}", "{\"id\":\"x\"", "nonsense", "{\"pid\":\"x\"}",
		"{\"ID\":\"x\",\"State\":7}",
	};

	for (size_t p = 0; p < sizeof(parsers) / sizeof(*parsers); p++)
		for (size_t t = 0; t < sizeof(texts) / sizeof(*texts); t++)
			refused(parsers[p], texts[t]);
}
END_TEST

START_TEST(json_that_nests_too_deep_is_refused)
{
	char text[4096] = "{\"ociVersion\":\"1\",\"x\":";
	size_t n = strlen(text);

	memset(text + n, '[', 1000);
	memset(text + n + 1000, ']', 1000);
	strcpy(text + n + 2000, "}");
	refused(runtime_bundle_parse, text);
}
END_TEST

START_TEST(a_name_ends_at_a_nul)
{
	ck_assert_str_eq(parsed(runtime_docker_parse,
				"{\"State\":{\"Pid\":1},\"ID\":\"x\",\"Name\":\"/we\\u0000b\"}").name, "we");
}
END_TEST

START_TEST(podmans_list_tells_ids_and_names)
{
	static const char text[] =
		"[{\"id\":\"" A64 "\",\"names\":[\"web\",\"other\"],\"image\":\"x\",\"metadata\":\"{}\"},"
		"{\"id\":\"" B64 "\"},{\"names\":[\"none\"]},7,{\"id\":\"\"},{\"id\":8}]";
	struct runtime_record *v = NULL;
	size_t n = 0, cap = 0;

	ck_assert_int_eq(runtime_storage_parse(text, strlen(text), &arena, &v, &n, &cap), 0);
	ck_assert_uint_eq(n, 2);
	ck_assert_int_eq(v[0].kind, LABEL_PODMAN);
	ck_assert_str_eq(v[0].id, A64);
	ck_assert_str_eq(v[0].name, "web");
	ck_assert_str_eq(v[1].id, B64);
	ck_assert_ptr_null(v[1].name);
	/* A second list goes behind the first. */
	ck_assert_int_eq(runtime_storage_parse(text, strlen(text), &arena, &v, &n, &cap), 0);
	ck_assert_uint_eq(n, 4);
	ck_assert_int_eq(runtime_storage_parse("{}", 2, &arena, &v, &n, &cap), -EINVAL);
	ck_assert_uint_eq(n, 4);
	free(v);
}
END_TEST

START_TEST(cri_os_names_are_taken_apart)
{
	static const char text[] =
		"[{\"id\":\"" A64 "\",\"names\":[\"k8s_web_shop-0_prod_1111-2222_3\"]},"
		"{\"id\":\"" B64 "\",\"names\":[\"k8s_POD_shop-0_prod_1111-2222_0\"]},"
		"{\"id\":\"" B64 "\",\"names\":[\"k8s_a_b\"]},{\"id\":\"" B64 "\",\"names\":[\"k8s_____\"]}]";
	struct runtime_record *v = NULL;
	size_t n = 0, cap = 0;

	ck_assert_int_eq(runtime_storage_parse(text, strlen(text), &arena, &v, &n, &cap), 0);
	ck_assert_uint_eq(n, 4);
	ck_assert_int_eq(v[0].kind, LABEL_CRIO);
	ck_assert_str_eq(v[0].name, "web");
	ck_assert_str_eq(v[0].pod, "prod/shop-0");
	ck_assert_str_eq(v[1].name, "shop-0");
	ck_assert_int_eq(v[2].kind, LABEL_PODMAN);
	ck_assert_str_eq(v[2].name, "k8s_a_b");
	ck_assert_str_eq(v[3].name, "k8s_____");
	free(v);
}
END_TEST

START_TEST(machined_tells_name_unit_leader_and_who_made_it)
{
	struct runtime_record r = parsed(runtime_machine_parse,
		"# This is private data. Do not parse.\nNAME=box\nSCOPE=machine-box.scope\nSERVICE=systemd-nspawn\n"
		"ROOT=/var/lib/machines/box\nID=0123456789abcdef0123456789abcdef\nLEADER=4711\nCLASS=container\nREALTIME=1\n");

	ck_assert_int_eq(r.kind, LABEL_NSPAWN);
	ck_assert_str_eq(r.name, "box");
	ck_assert_str_eq(r.unit, "machine-box.scope");
	ck_assert_int_eq(r.pid, 4711);
	ck_assert_ptr_null(r.id);
	r = parsed(runtime_machine_parse, "NAME=lx\nUNIT=machine-lx.scope\nSERVICE=libvirt-lxc\nCLASS=container\nLEADER=1\n");
	ck_assert_int_eq(r.kind, LABEL_MACHINE);
	ck_assert_str_eq(r.unit, "machine-lx.scope");
}
END_TEST

START_TEST(a_virtual_machines_leader_is_not_inside_it)
{
	struct runtime_record r = parsed(runtime_machine_parse, "NAME=vm\nSERVICE=libvirt-qemu\nCLASS=vm\nLEADER=4711\n");

	ck_assert_int_eq(r.kind, LABEL_MACHINE);
	ck_assert_int_eq(r.pid, 0);
}
END_TEST

START_TEST(machined_quotes_and_escapes)
{
	ck_assert_str_eq(parsed(runtime_machine_parse, "NAME=\"a b\"\n").name, "a b");
	ck_assert_str_eq(parsed(runtime_machine_parse, "NAME='a\\b'\n").name, "a\\b");
	ck_assert_str_eq(parsed(runtime_machine_parse, "NAME=\"a\\\"b\\n\"").name, "a\"b\n");
	ck_assert_str_eq(parsed(runtime_machine_parse, " NAME = a\"b\"'c' \r\n; comment\n").name, "abc");
	ck_assert_int_eq(parsed(runtime_machine_parse, "NAME=a\nLEADER=99999999\n").pid, 0);
}
END_TEST

START_TEST(a_machine_without_a_name_is_none)
{
	refused(runtime_machine_parse, "");
	refused(runtime_machine_parse, "NAME=\nLEADER=1\n");
	refused(runtime_machine_parse, "LEADER=1\n");
	refused(runtime_machine_parse, "NAME=\"open\nLEADER=1\n");
	refused(runtime_machine_parse, "NAME\n");
}
END_TEST

START_TEST(a_value_with_a_nul_or_too_long_counts_as_absent)
{
	struct runtime_record r = {0};
	char *text = malloc(8192);

	ck_assert_ptr_nonnull(text);
	ck_assert_int_eq(runtime_machine_parse("NAME=a\0b\n", 9, &arena, &r), -EINVAL);
	memset(text, 'x', 8192);
	memcpy(text, "NAME=", 5);
	ck_assert_int_eq(runtime_machine_parse(text, 8192, &arena, &r), -EINVAL);
	free(text);
}
END_TEST

START_TEST(flatpak_tells_application_and_instance)
{
	struct runtime_record r = parsed(runtime_flatpak_parse,
		"[Application]\nname=org.example.Editor\nruntime=runtime/org.example.Platform/x86_64/1\n\n"
		"[Instance]\ninstance-id=4711\nname=wrong\napp-path=/x\n[Context]\nname=wrong\ninstance-id=1\n");

	ck_assert_int_eq(r.kind, LABEL_FLATPAK);
	ck_assert_str_eq(r.name, "org.example.Editor");
	ck_assert_str_eq(r.id, "4711");
	ck_assert_str_eq(parsed(runtime_flatpak_parse, "[Runtime]\nname=org.example.Sdk\n").name, "org.example.Sdk");
	refused(runtime_flatpak_parse, "[Instance]\nname=x\n");
	refused(runtime_flatpak_parse, "name=x\n");
	refused(runtime_flatpak_parse, "[Application]\nname=\n");
	refused(runtime_flatpak_parse, "[Application]\nname\n");
}
END_TEST

START_TEST(bubblewrap_and_pid_files_tell_a_pid)
{
	ck_assert_int_eq(parsed(runtime_bwrap_parse, "{\n \"child-pid\": 4711,\n \"net-namespace\": 4026532000\n}\n").pid, 4711);
	ck_assert_int_eq(parsed(runtime_pid_parse, "4711\n").pid, 4711);
	ck_assert_int_eq(parsed(runtime_pid_parse, "4711").pid, 4711);
	refused(runtime_pid_parse, "");
	refused(runtime_pid_parse, "0");
	refused(runtime_pid_parse, "-1");
	refused(runtime_pid_parse, "12 13");
	refused(runtime_pid_parse, "4194305");
}
END_TEST

/* Blanks stand for the NULs between arguments, '~' for a blank in one. */
static int monitor(const char *text, struct runtime_record *r)
{
	size_t len = strlen(text);
	char *copy = strdup(text);
	int err;

	ck_assert_ptr_nonnull(copy);
	for (size_t i = 0; i < len; i++)
		if (copy[i] == ' ' || copy[i] == '~')
			copy[i] = copy[i] == ' ' ? '\0' : ' ';
	/* As in /proc, the last one is ended, too. */
	err = runtime_monitor_parse(copy, len + 1, &arena, r);
	free(copy);
	return err;
}

START_TEST(conmon_tells_id_and_name)
{
	struct runtime_record r = {0};

	ck_assert_int_eq(monitor("/usr/bin/conmon --api-version 1 -c " A64 " -u " A64
				 " -r /usr/bin/crun -b /x -n web --exit-dir /y "
				 "--exit-command /usr/bin/podman --exit-command-arg -n --exit-command-arg x -c " B64
				 " -n other",
				 &r),
			 0);
	ck_assert_int_eq(r.kind, LABEL_PODMAN);
	ck_assert_str_eq(r.id, A64);
	ck_assert_str_eq(r.name, "web");
	ck_assert_ptr_null(r.pod);
	ck_assert_int_eq(monitor("conmon --cid " A64 " --name k8s_app_shop-1_prod_1111-2222_0", &r), 0);
	ck_assert_int_eq(r.kind, LABEL_CRIO);
	ck_assert_str_eq(r.name, "app");
	ck_assert_str_eq(r.pod, "prod/shop-1");
}
END_TEST

START_TEST(what_is_no_monitors_command_line_is_refused)
{
	static const char *const texts[] = {"",
					    "conmon",
					    "conmon -c",
					    "conmon -c short -n web",
					    "conmon -n web",
					    "/conmon/ x -c",
					    "bash -c " A64,
					    "xconmon -c " A64,
					    "systemd-nspawnx -M web"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct runtime_record r = {.kind = 77, .pid = 78, .start = 79, .only_uid = 80}, before = r;

		ck_assert_msg(monitor(texts[i], &r) == -EINVAL, "not refused: %s", texts[i]);
		ck_assert_mem_eq(&r, &before, sizeof(r));
	}
	ck_assert(runtime_is_monitor("conmon") && runtime_is_monitor("systemd-nspawn") &&
		  !runtime_is_monitor("conmon2"));
}
END_TEST

START_TEST(nspawn_tells_the_name_as_it_chooses_it)
{
	static const struct {
		const char *args, *name;
	} cases[] = {
		{"-M web -D /srv/root", "web"},
		{"-qD /srv/root --machine=web /bin/sh -M no", "web"},
		{"--machine web --private-network true --machine=no", "web"},
		{"--private-network -Mweb -- sh", "web"},
		{"-D /srv/web/", "web"},
		{"--directory=/srv/a_b~c", "abc"},
		{"-bD /srv/web -M no -M web", "web"},
		{"-i /srv/web.raw", "web"},
		{"--setenv --machine=no -E -Mno -M web", "web"},
		{"-xD /srv/web", NULL},
		{"-xD /srv/web -M box", "box"},
		{"-D /", NULL},
		{"-D ..", NULL},
		{"-M", NULL},
		{"-M  -D /srv/web", "web"},
		{"- -M no", NULL},
		{"", NULL},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct runtime_record r = {.kind = -1};
		char text[256];

		snprintf(text, sizeof(text), "/usr/bin/systemd-nspawn%s%s", *cases[i].args ? " " : "", cases[i].args);
		ck_assert_int_eq(monitor(text, &r), 0);
		ck_assert_int_eq(r.kind, LABEL_NSPAWN);
		ck_assert_msg(cases[i].name ? r.name && !strcmp(r.name, cases[i].name) : !r.name, "%s: %s",
			      cases[i].args, r.name);
	}
}
END_TEST

int main(void)
{
	int status = unit_run("runtime", runc_tells_id_init_and_when_it_started, runc_keeps_annotations_as_labels,
			      crun_tells_init_and_when_it_started, a_bundle_tells_name_and_pod_and_keeps_the_rest,
			      what_holds_a_pod_open_is_called_as_the_pod, cri_o_and_nerdctl_have_annotations_of_their_own,
			      docker_tells_name_id_and_pid, docker_below_kubernetes_tells_the_pod,
			      pids_and_times_out_of_range_are_unknown, members_of_another_type_count_as_absent,
			      what_no_runtime_writes_is_refused, json_that_nests_too_deep_is_refused, a_name_ends_at_a_nul,
			      podmans_list_tells_ids_and_names, cri_os_names_are_taken_apart,
			      machined_tells_name_unit_leader_and_who_made_it, a_virtual_machines_leader_is_not_inside_it,
			      machined_quotes_and_escapes, a_machine_without_a_name_is_none,
			      a_value_with_a_nul_or_too_long_counts_as_absent, flatpak_tells_application_and_instance,
			      bubblewrap_and_pid_files_tell_a_pid, conmon_tells_id_and_name,
			      what_is_no_monitors_command_line_is_refused, nspawn_tells_the_name_as_it_chooses_it);

	arena_done(&arena);
	return status;
}
