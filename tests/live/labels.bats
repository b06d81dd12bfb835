#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What processes belong to, with real runtimes and with cgroups that are called as runtimes call theirs.

load runtimes

# A name that no other run of the tests uses.
box() {
	echo "nsv-$BATS_TEST_NUMBER-$$"
}

# label PID: what a dump says the process belongs to, "KIND NAME ID" with - for null; nothing for no label.
label() {
	"$NSVIEW" dump 2>/dev/null | jq -r --argjson pid "$1" '
		(.labels | map({key, value: "\(.kind) \(.name // "-") \(.id // "-")"}) | from_entries) as $labels |
		.processes[] | select(.pid == $pid) | .label // empty | $labels[.]'
}

# expect_container RUNTIME KIND ID: start one; its init and what is started beside it bear its name, and
# the name leads to its namespaces.
expect_container() {
	local pid name
	name=$(box)
	require_runtime "$1"
	start_container pid "$1" "$name"
	[ "$(label "$pid")" = "$2 $name ${3/NAME/$name}" ]
	[ -z "$(label $$)" ] || [[ "$(label $$)" != "$2 $name "* ]]
	run -0 --separate-stderr "$NSVIEW" list -rno NS -t pid "$name"
	[ "$output" = "$(ns_of "$pid" pid)" ]
	# Also in lists that read no more than they show; the machine's own namespaces are not the container's.
	run -0 --separate-stderr "$NSVIEW" list -rno NAME,KIND -t pid "$pid"
	[ "$output" = "$name $2" ]
	"$NSVIEW" list -J -o NS,NAME,KIND | jq -e --argjson user "$(ns_of $$ user)" --arg name "$name" --arg kind "$2" \
		--argjson pid "$(ns_of "$pid" pid)" '[.namespaces[] | select(.name == $name and .kind == $kind) | .ns] |
			index($pid) != null and index($user) == null'
	# An unambiguous beginning of an id does, too.
	if [ "$3" = NAME ]; then
		run -0 --separate-stderr "$NSVIEW" list -rno NS -t pid "${name%?}"
		[ "$output" = "$(ns_of "$pid" pid)" ]
	fi
	stop_container "$name"
	run -1 "$NSVIEW" list "$name"
	[[ $output == *"nothing is called '$name'"* ]]
}

@test "crun: kind, name and id" {
	expect_container crun crun NAME
}

@test "runc: kind, name and id" {
	expect_container runc runc NAME
}

@test "LXC: kind and name" {
	expect_container lxc lxc -
}

@test "systemd-nspawn: kind and name" {
	expect_container nspawn nspawn -
}

@test "systemd-nspawn without a unit of its own: kind and name by its command line" {
	# shellcheck disable=SC2034 # by nspawn_unit, in teardown, too
	NSPAWN_CGROUP=nsv-$$/plain
	expect_container nspawn nspawn -
}

@test "bubblewrap: a sandbox without a name" {
	require_runtime bwrap
	start_container pid bwrap "$(box)"
	[ "$(label "$pid")" = "sandbox - -" ]
}

@test "plain unshare: a sandbox, and nothing where nothing is unshared" {
	hold pid unshare --user --map-root-user --uts
	[ "$(label "$pid")" = "sandbox - -" ]
	local plain
	hold plain env
	[ "$(label "$plain")" = "$(label $$)" ]
}

@test "what is started in a container that has no cgroup of its own belongs to it, too" {
	require_runtime crun
	local pid child name
	name=$(box)
	start_container pid crun "$name"
	# From outside, into the PID namespace.
	hold child nsenter --target "$pid" --pid --ipc --uts --net env
	[ "$(label "$child")" = "crun $name $name" ]
}

@test "the helpers of a container do not belong to it" {
	require_runtime nspawn
	local pid name
	name=$(box)
	start_container pid nspawn "$name"
	[ "$(label "$(awk '/^PPid:/ { print $2 }' "/proc/$pid/status")")" = "service systemd-nspawn@$name.service -" ]
}

# in_path VAR PATH: hold a process in a cgroup of that path.
in_path() {
	require_root
	hold "$1" env
	local -n in_path_ret=$1
	move_to "$2" "$in_path_ret"
}

# move_to PATH PID: into a cgroup of that path.
move_to() {
	CGROUPS+=("$1")
	# shellcheck disable=SC2016 # for the shell inside
	in_cgroup2 "" sh -ec 'mkdir -p "/sys/fs/cgroup/$1"; echo "$2" >"/sys/fs/cgroup/$1/cgroup.procs"' sh "$1" "$2"
}

CGROUPS=()

teardown() {
	local path
	containers_done
	live_done
	for path in "${CGROUPS[@]}"; do
		# shellcheck disable=SC2016 # for the shell inside
		in_cgroup2 "" sh -c 'cd /sys/fs/cgroup && while [ "$1" ] && rmdir "$1"; do
			case $1 in */*) set -- "${1%/*}" ;; *) break ;; esac; done' sh "$path" 2>/dev/null || true
	done
}

# watched VAR NAME [WRAPPER...]: hold the child of a conmon of a container of that name, which is not run by podman.
watched() {
	local var=$1 name=$2 id
	shift 2
	id=$(printf '%064d' "$$")
	cp "$(command -v bash)" "$BATS_TEST_TMPDIR/conmon"
	# Something behind the child, or the shell would become it.
	# shellcheck disable=SC2016 # for the shell inside
	echo '"${@:6}"; true' >"$BATS_TEST_TMPDIR/script"
	hold "$var" "$@" "$BATS_TEST_TMPDIR/conmon" "$BATS_TEST_TMPDIR/script" -c "$id" -n "$name" \
		--exit-command unshare --user --uts
}

@test "podman: kind, name and id by the arguments of conmon, for whoever looks" {
	local pid id
	id=$(printf '%064d' "$$")
	watched pid "$(box)"
	[ "$(label "$pid")" = "podman $(box) $id" ]
	[ "$(label "$(awk '/^PPid:/ { print $2 }' "/proc/$pid/status")")" != "podman $(box) $id" ]
	run -0 --separate-stderr "$NSVIEW" list -rno NAME,KIND -t uts "$pid"
	[ "$output" = "$(box) podman" ]
}

@test "podman: conmon tells the name of an id in a cgroup, but of no other container's" {
	require_root
	local pid id
	id=$(printf '%064d' "$$")
	watched pid "$(box)"
	move_to "nsv-$$/libpod-$id.scope/container" "$pid"
	[ "$(label "$pid")" = "podman $(box) $id" ]
	move_to "nsv-$$/docker/${id%??}aa" "$pid"
	[ "$(label "$pid")" = "docker - ${id%??}aa" ]
	release "$pid"
}

@test "what is in a container cannot call itself the monitor of another one" {
	local pid
	watched pid "$(box)" unshare --map-root-user --pid --fork --mount-proc
	[ "$(label "$pid")" = "sandbox - -" ]
}

@test "engines' containers by their cgroups" {
	local id pid i=0 path kind
	id=$(printf '%064d' "$$")
	while read -r kind path; do
		in_path pid "nsv-$$-$((i += 1))/${path/ID/$id}"
		[ "$(label "$pid")" = "$kind - $id" ]
		release "$pid"
	done <<-'EOT'
		docker docker/ID
		docker system.slice/docker-ID.scope
		containerd kubepods/besteffort/pod1111-2222/ID
		containerd kubepods.slice/kubepods-pod1111_2222.slice/cri-containerd-ID.scope
		cri-o kubepods.slice/kubepods-pod1111_2222.slice/crio-ID.scope
		podman machine.slice/libpod-ID.scope/container
	EOT
}

@test "machines, applications and units by their cgroups" {
	local pid i=0 path want
	while read -r path want; do
		in_path pid "nsv-$$-$((i += 1))/$path"
		[ "$(label "$pid")" = "$want" ]
		release "$pid"
	done <<-'EOT'
		machine.slice/machine-a\x2db.scope machine a-b -
		app.slice/app-flatpak-org.example.Editor-4711.scope flatpak org.example.Editor -
		app.slice/snap.foo.bar-01234567-89ab-cdef-0123-456789abcdef.scope snap foo snap.foo.bar
		system.slice/cron.service service cron.service -
	EOT
}

@test "systemd-machined: name and kind by the record of a unit that nobody knows" {
	require_root
	require_command busctl dbus-daemon unshare
	local pid machined=/lib/systemd/systemd-machined
	[ -x "$machined" ] || machined=/usr/lib/systemd/systemd-machined
	[ -x "$machined" ] || skip "systemd-machined is not here"
	hold pid unshare --uts
	move_to "machine.slice/nsv-$$.service" "$pid"
	[ "$(label "$pid")" = "service nsv-$$.service -" ]
	# shellcheck disable=SC2016 # for the shell inside
	NO_RUN=1 run -0 --separate-stderr in_cgroup2 "" sh -ec '
		mkdir -p /run/dbus /run/systemd/system /run/systemd/machines
		bus=$(dbus-daemon --system --fork --nopidfile --print-pid)
		"$1" 3>&- & machined=$!
		trap "kill $machined $bus" EXIT
		register="busctl call org.freedesktop.machine1 /org/freedesktop/machine1 org.freedesktop.machine1.Manager
			RegisterMachine sayssus $3 0 test container $4 /"
		for i in 1 2 3 4 5 6 7 8 9 10; do $register >&2 && break; sleep 0.2; done
		"$2" list -rno NAME,KIND -t uts "$4"' sh "$machined" "$NSVIEW" "$(box)" "$pid" 3>&-
	[ "$output" = "$(box) machine" ]
	release "$pid"
}

# flatpak_app: a runtime of nothing but a shell and an application that waits, for who has HOME=$BATS_TEST_TMPDIR/home.
flatpak_app() {
	local base=$BATS_TEST_TMPDIR/flatpak arch
	arch=$(flatpak --default-arch) || return
	mkdir -p "$BATS_TEST_TMPDIR/home" "$base"/runtime/{usr/bin,files} "$base"/app/{files/bin,export} &&
		cp "$(command -v busybox)" "$base/runtime/usr/bin/busybox" && ln -s busybox "$base/runtime/usr/bin/sh" || return
	printf '[Runtime]\nname=org.test.Platform\nruntime=org.test.Platform/%s/1\n' "$arch" >"$base/runtime/metadata"
	printf '[Application]\nname=org.test.App\nruntime=org.test.Platform/%s/1\ncommand=app\n' "$arch" >"$base/app/metadata"
	printf '#!/bin/sh\necho ready; read -r rest || :\n' >"$base/app/files/bin/app" && chmod 755 "$base/app/files/bin/app" &&
		flatpak build-export --disable-sandbox --runtime "$base/repo" "$base/runtime" 1 &&
		flatpak build-export --disable-sandbox "$base/repo" "$base/app" 1 &&
		HOME=$BATS_TEST_TMPDIR/home flatpak --user remote-add --no-gpg-verify test "$base/repo" &&
		HOME=$BATS_TEST_TMPDIR/home flatpak --user install -y --noninteractive test org.test.Platform//1 org.test.App//1
}

@test "flatpak: kind, name and id" {
	require_root
	require_command flatpak busybox unshare
	flatpak_app >&2
	# shellcheck disable=SC2016 # for the shell inside
	HOME=$BATS_TEST_TMPDIR/home NO_RUN=1 run -0 --separate-stderr in_cgroup2 "" bash -ec '
		export XDG_RUNTIME_DIR=/run/user/0
		mkdir -p "$XDG_RUNTIME_DIR" && chmod 700 "$XDG_RUNTIME_DIR"
		coproc app { exec flatpak --user run org.test.App 3>&-; }
		pid=$app_PID # bash forgets it when the coprocess ends
		read -t 30 -r word <&"${app[0]}" && [ "$word" = ready ]
		"$1" list -rno NAME,KIND -Q "KIND == \"flatpak\"" -t mnt
		"$1" dump | jq -r ".labels[] | select(.kind == \"flatpak\") | .id"
		ls "$XDG_RUNTIME_DIR/.flatpak"
		exec {app[1]}>&-
		wait "$pid"' bash "$NSVIEW" 3>&-
	[ "${lines[0]}" = "org.test.App flatpak" ]
	[[ " ${lines[*]:2} " == *" ${lines[1]} "* ]]
}

@test "a container further inside is what a process belongs to" {
	local pid id
	id=$(printf '%064d' "$$")
	in_path pid "nsv-$$/lxc.payload.web/system.slice/docker-$id.scope"
	[ "$(label "$pid")" = "docker - $id" ]
}

@test "a name makes no container: the label stays a label" {
	local pid id
	id=$(printf '%064d' "$$")
	in_path pid "nsv-$$/docker/$id"
	[ "$(label "$pid")" = "docker - $id" ]
	# All its namespaces are the machine's: nothing is listed as the container's alone.
	run -0 --separate-stderr "$NSVIEW" list -rno NS -t mnt "$id"
	[ "$output" = "$(ns_of $$ mnt)" ]
}

@test "records that are not to be trusted are passed over" {
	require_runtime crun
	local pid name other
	name=$(box)
	start_container pid crun "$name"
	# In a /run of its own, so that nobody else meets what is put there.
	# shellcheck disable=SC2016 # for the shell inside
	other=$(unshare --mount --propagation private sh -ec '
		cp -a /run/crun /tmp/nsv-crun-$$ && mount -t tmpfs tmpfs /run && mv /tmp/nsv-crun-$$ /run/crun
		"$@"' sh bash -c "
			cd /run/crun/$name
			say() { '$NSVIEW' dump 2>/dev/null | jq -r '[.labels[].kind] | index(\"crun\") != null'; }
			say
			chmod o+w status; say; chmod o-w status
			chown 4711 status; say; chown 0 status
			mv status real; ln -s real status; say; rm status
			mkfifo status; say; rm status
			sed 's/\"process-start-time\": /&1/' real >status; say; rm status
			head -c 100 real >status; say; rm status
			mv real status; say")
	[ "$other" = "true
false
false
false
false
false
false
true" ]
}

@test "state behind a file system that does not answer is passed over, and counts as unread" {
	require_root
	require_command jq
	[ -c /dev/fuse ] || skip_or_fail "there is no FUSE"
	local pid
	hold pid unshare --uts
	# In a /run of its own, where a user's directory is a mount as it should be. Nobody reads what the kernel asks of FUSE.
	# shellcheck disable=SC2016 # for the shell inside
	run -0 --separate-stderr unshare --mount --propagation private bash -ec '
		unread() { timeout 20 "$nsview" list -J | jq .coverage.sources.labels.unread; }
		dead() {
			exec {fd}<>/dev/fuse
			mount -i -t fuse -o "fd=$fd,rootmode=$2,user_id=65534,group_id=65534,allow_other" dead "$1"
			unread
		}
		nsview=$1
		mount -t tmpfs tmpfs /run
		mkdir -p /run/user/{4711,65534} /run/{runc,crun/a,crun/b,containerd}
		mount -t tmpfs tmpfs /run/user/4711
		mkdir -p /run/user/4711/crun/"$3"
		jq -n "{pid: $2, bundle: \"/\", \"process-start-time\": $(cut -d " " -f 22 "/proc/$2/stat")}" \
			>/run/user/4711/crun/"$3"/status
		touch /run/crun/b/status
		unread
		# Where a kernel does not tell what mount a file is in, mounts are taken as they are.
		"$4" no-statx "$nsview" list -rno NAME,KIND -t uts "$2"
		dead /run/user/65534 40000
		dead /run/runc 40000
		dead /run/crun/a 40000
		dead /run/crun/b/status 100000
		dead /run/containerd 40000
		timeout 20 "$nsview" list -rno NAME,KIND -t uts "$2"' bash "$NSVIEW" "$pid" "$(box)" "$BUILD/live/forbid"
	[ "$output" = "0
$(box) crun
1
2
3
4
5
$(box) crun" ]
}

@test "coverage says that labels were read" {
	"$NSVIEW" dump 2>/dev/null | jq -e '.coverage.sources.labels.state == "ran"'
}
