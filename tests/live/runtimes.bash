# SPDX-License-Identifier: GPL-2.0-or-later
#
# Containers of real runtimes, for live tests: load runtimes (which loads helpers, and has a teardown()
# that ends what start_container began; a file with a teardown() of its own calls containers_done there,
# then live_done).
#
#   require_runtime crun                    skip, or fail in CI, where it cannot run
#   start_container pid crun NAME [ARG...]  pid gets the PID of its init, as the test sees it
#   stop_container NAME                     before the test ends
#
# RUNTIME is one of crun, runc, lxc, nspawn and bwrap. The init is a shell (a static busybox on a root
# of its own) that waits: when the test dies, whatever the reason, its standard input closes and the
# container ends with it. ARG... goes to the runtime's command line; for crun and runc CONTAINER_JQ is a
# jq filter over config.json. Each has namespaces of its own for all types but user and time (bwrap:
# user, too; crun, runc and bwrap: not cgroup).
#
# Every runtime runs in a mount namespace where /sys/fs/cgroup is version 2 alone: crun and runc mind
# the hybrid layout. For the same reason config.json has neither resources nor rlimits.

load helpers

declare -gA CONTAINER_RUNTIME=() CONTAINER_PID=() CONTAINER_JOB=() CONTAINER_GATE=()

require_runtime() {
	local command=$1
	case $1 in
	lxc) command=lxc-start ;;
	nspawn) command=systemd-nspawn ;;
	bwrap) ;;
	*) require_command jq ;;
	esac
	require_command "$command" busybox unshare
	[ "$1" = bwrap ] || require_root
}

# A root directory with a shell in it, one for all containers of a test.
container_root() {
	local root=$BATS_TEST_TMPDIR/rootfs
	if [ ! -d "$root" ]; then
		mkdir -p "$root"/{bin,dev,etc,proc,root,run,sys,tmp,usr,var} &&
			cp "$(command -v busybox)" "$root/bin/busybox" &&
			ln -s busybox "$root/bin/sh" &&
			echo 'ID=test' >"$root/etc/os-release" || return
	fi
	echo "$root"
}

# in_cgroup2 PATH COMMAND...: run COMMAND where /sys/fs/cgroup is version 2 alone, in cgroup PATH of
# it ("" stays where it is), and (NO_RUN=1) with a /run of its own.
in_cgroup2() {
	# shellcheck disable=SC2016 # for the shell inside
	unshare --mount --propagation private sh -ec '
		umount -R /sys/fs/cgroup 2>/dev/null || true
		mount -t cgroup2 cgroup2 /sys/fs/cgroup
		[ -z "${NO_RUN-}" ] || mount -t tmpfs tmpfs /run
		[ -z "$1" ] || { mkdir -p "/sys/fs/cgroup/$1"; echo $$ >"/sys/fs/cgroup/$1/cgroup.procs"; }
		shift
		exec "$@"' sh "$@"
}

# What runs in a container.
CONTAINER_INIT=(/bin/sh -c 'echo ready; read -r rest')

# oci_bundle RUNTIME DIRECTORY ROOT: what crun and runc run.
oci_bundle() {
	mkdir -p "$2" && (cd "$2" && "$1" spec) && jq --arg root "$3" --arg init "${CONTAINER_INIT[2]}" '
		.process.terminal = false | .process.args = ["/bin/sh", "-c", $init] | .root = {path: $root, readonly: true} |
		del(.linux.resources, .process.rlimits)' <"$2/config.json" |
		jq "${CONTAINER_JQ:-.}" >"$2/config.new" && mv "$2/config.new" "$2/config.json"
}

# The unit that systemd would run nspawn in; there need not be a systemd here. NSPAWN_CGROUP is another one.
nspawn_unit() {
	echo "${NSPAWN_CGROUP:-machine.slice/systemd-nspawn@$1.service}"
}

# run_container RUNTIME NAME BASE [ARG...]: in the foreground.
run_container() {
	local runtime=$1 name=$2 base=$3 root=$BATS_TEST_TMPDIR/rootfs
	shift 3
	case $runtime in
	crun | runc)
		in_cgroup2 "" "$runtime" run --bundle "$base.bundle" --pid-file "$base.pid" "$@" "$name"
		;;
	lxc)
		mkdir -p "$base.lxc"
		cat >"$base.conf" <<-EOT
			lxc.rootfs.path = dir:$root
			lxc.uts.name = box
			lxc.net.0.type = empty
			lxc.apparmor.profile = unconfined
			lxc.mount.auto = proc:mixed
			lxc.console.path = none
		EOT
		NO_RUN=1 in_cgroup2 "" lxc-start --foreground --name "$name" --lxcpath "$base.lxc" \
			--rcfile "$base.conf" "$@" -- "${CONTAINER_INIT[@]}"
		;;
	nspawn)
		NO_RUN=1 in_cgroup2 "$(nspawn_unit "$name")" systemd-nspawn --quiet --directory "$root" \
			--machine "$name" --keep-unit --register=no --private-network --resolv-conf=off --timezone=off \
			--link-journal=no --read-only --console=pipe "$@" "${CONTAINER_INIT[@]}"
		;;
	bwrap)
		bwrap --unshare-user --unshare-ipc --unshare-pid --unshare-net --unshare-uts --as-pid-1 --ro-bind "$root" / \
			--proc /proc --dev /dev --info-fd 9 "$@" "${CONTAINER_INIT[@]}" 9>"$base.info"
		;;
	esac
}

# container_init RUNTIME NAME BASE JOB: the PID of a container that has reported.
container_init() {
	local i
	case $1 in
	crun | runc)
		# They write it, and before that their records, when the init may long have begun.
		for ((i = 0; i < 1000; i++)); do
			[ ! -s "$3.pid" ] || break
			sleep 0.02
		done
		cat "$3.pid"
		;;
	lxc) NO_RUN=1 in_cgroup2 "" lxc-info --name "$2" --lxcpath "$3.lxc" --pid --no-humanize ;;
	nspawn) pgrep --parent "$(pgrep --parent "$4")" ;;
	bwrap) jq '."child-pid"' "$3.info" ;;
	esac
}

start_container() {
	local -n container_ret=$1
	local runtime=$2 name=$3 base="$BATS_TEST_TMPDIR/container.$3" gate ready fd word
	shift 3
	container_root >/dev/null
	case $runtime in crun | runc) oci_bundle "$runtime" "$base.bundle" "$BATS_TEST_TMPDIR/rootfs" || return ;; esac
	mkfifo "$base.gate" "$base.ready"
	exec {gate}<>"$base.gate"
	(
		# bats waits for descriptor 3 to close; and a container must not keep another one's gate open.
		exec 3>&- {gate}>&-
		for fd in "${HELD_FDS[@]}" "${CONTAINER_GATE[@]}"; do exec {fd}>&-; done
		run_container "$runtime" "$name" "$base" "$@"
	) <"$base.gate" >"$base.ready" 2>"$base.err" &
	CONTAINER_RUNTIME[$name]=$runtime CONTAINER_JOB[$name]=$! CONTAINER_GATE[$name]=$gate
	exec {ready}<"$base.ready"
	if ! read -t 30 -r word <&"$ready" || [ "$word" != ready ]; then
		exec {ready}<&-
		echo "start_container: $runtime: not ready: ${word-} $(<"$base.err")"
		return 1
	fi
	exec {ready}<&-
	container_ret=$(container_init "$runtime" "$name" "$base" "${CONTAINER_JOB[$name]}") || return
	CONTAINER_PID[$name]=$container_ret
	[ -d "/proc/$container_ret" ]
}

# End a container and what its runtime keeps of it.
stop_container() {
	local name=$1 gate=${CONTAINER_GATE[$1]} unit
	# The init reads the end of its input; one that does not is killed by the PID that it reported.
	exec {gate}>&-
	[ -z "${CONTAINER_PID[$name]-}" ] || kill -KILL "${CONTAINER_PID[$name]}" 2>/dev/null || true
	wait "${CONTAINER_JOB[$name]}" 2>/dev/null || true
	case ${CONTAINER_RUNTIME[$name]} in
	crun | runc) in_cgroup2 "" "${CONTAINER_RUNTIME[$name]}" delete --force "$name" 2>/dev/null || true ;;
	lxc) in_cgroup2 "" rmdir /sys/fs/cgroup/lxc.pivot 2>/dev/null || true ;;
	nspawn)
		unit=$(nspawn_unit "$name")
		# shellcheck disable=SC2016 # for the shell inside
		in_cgroup2 "" sh -c 'cd /sys/fs/cgroup && rmdir "$1/payload" "$1/supervisor" "$1"; rmdir "${1%/*}"' \
			sh "$unit" 2>/dev/null || true
		;;
	esac
	unset "CONTAINER_RUNTIME[$name]" "CONTAINER_PID[$name]" "CONTAINER_JOB[$name]" "CONTAINER_GATE[$name]"
}

containers_done() {
	local name
	for name in "${!CONTAINER_RUNTIME[@]}"; do stop_container "$name"; done
}

teardown() {
	containers_done
	live_done
}
