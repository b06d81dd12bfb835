#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# nsview show: what alone keeps a namespace alive is named, and what is inside is told.

load helpers

# holdns KIND [COMMAND...]: run it until the test ends, by a command like setpriv if one is given; sets ino, number (TID
# or descriptor), pid and, of a descriptor, tid. KIND may be two words.
holdns() {
	local gate="$BATS_TEST_TMPDIR/gate.$((HELD_COUNT += 1))" out="$BATS_TEST_TMPDIR/out.$HELD_COUNT" ready
	mkfifo "$gate" "$out"
	[ -e "$BATS_TEST_TMPDIR/holdns" ] || cp "$(dirname "$NSVIEW")/live/holdns" "$BATS_TEST_TMPDIR/holdns"
	exec {HOLDNS_GATE}<>"$gate"
	# shellcheck disable=SC2086 # words
	"${@:2}" "$BATS_TEST_TMPDIR/holdns" $1 <"$gate" >"$out" 3>&- &
	pid=$!
	HELD_JOBS+=("$pid") HELD_FDS+=("$HOLDNS_GATE")
	exec {ready}<"$out"
	read -t 20 -r ino number tid <&"$ready"
	exec {ready}<&-
}

# As somebody who is not root; and an nsview that they may run.
NOBODY=(setpriv --reuid=65534 --regid=65534 --clear-groups)
for_nobody() {
	install -m 755 "$NSVIEW" "$BATS_TEST_TMPDIR/nsview"
	chmod 755 "$BATS_RUN_TMPDIR" "$(dirname "$BATS_TEST_TMPDIR")" "$BATS_TEST_TMPDIR"
}

# shown JQ: whether show's JSON of namespace $ino is so.
shown() {
	"$NSVIEW" show -J "$ino" 2>/dev/null >"$BATS_TEST_TMPDIR/shown"
	json_valid nsview.show.1.json "$BATS_TEST_TMPDIR/shown"
	jq -e --argjson pid "$pid" --argjson number "$number" ".namespace | $1" "$BATS_TEST_TMPDIR/shown"
}

@test "a thread alone" {
	require_root
	holdns thread
	shown '.nprocs == 0 and .holders.threads[0].tid == $number and .holders.threads[0].pid == $pid'
	shown '.holders.threads[0].show == "readlink /proc/\($pid)/task/\($number)/ns/uts"'
	shown '.verdict | endswith("only thread \($number) of process \($pid) keeps it")'
	"$NSVIEW" list -J --threads 2>/dev/null | jq -e --argjson ino "$ino" '.namespaces | any(.ns == $ino and .nprocs == 0)'
}

@test "a thread alone, for its children" {
	require_root
	holdns thread-children
	shown '.nprocs == 0 and .holders.threads[0].tid == $number'
	shown '.holders.threads[0].show == "readlink /proc/\($pid)/task/\($number)/ns/time_for_children"'
	shown '.verdict | endswith("only thread \($number) of process \($pid) keeps it, for the children that it may have")'
	run -0 "$NSVIEW" show "$pid"
	[[ $output == *"time:[$ino]"*"thread $number, for its children"* ]]
	"$NSVIEW" list -P -J -o NS,HELD,THREADS 2>/dev/null |
		jq -e --argjson ino "$ino" '.namespaces[] | select(.ns == $ino) | .held == "1b" and (.threads // 0) == 0'
	[ "$("$NSVIEW" enter "time:$ino" -- readlink /proc/self/ns/time)" = "time:[$ino]" ]
}

@test "from inside a user namespace nothing counts on the host" {
	# shellcheck disable=SC2016 # for the shell inside
	run -0 unshare --user --map-root-user --net sh -c '"$NSVIEW" show $$'
	[[ $output == *"On the host: no capability counts"* ]]
}

@test "a descriptor alone" {
	require_root
	holdns fd
	shown '.nprocs == 0 and .holders.fds == [.holders.fds[0]] and .holders.fds[0].fd == $number and .holders.fds[0].pid == $pid'
}

# opens VAR PATH FLAG: hold a process that has a path open, as os.FLAG; VAR gets its PID, opened the descriptor.
opens() {
	hold "$1" python3 -c 'import os, sys
fd = os.open(sys.argv[1], getattr(os, sys.argv[2]))
os.dup2(fd, 42)
os.close(fd)
os.execvp(sys.argv[3], sys.argv[3:])' "$2" "$3"
}

@test "a descriptor that was opened by a bind mount, while that is there and when it is gone, by either source" {
	require_root
	require_command ip python3
	local source flag opener
	for flag in O_RDONLY O_PATH; do
		netns_add name
		ino=$(stat -Lc %i "/run/netns/$name")
		opens opener "/run/netns/$name" $flag
		for source in proc bpf; do
			"$NSVIEW" list -P -J -o NS,HELD --source $source 2>/dev/null | jq -e --argjson ino "$ino" \
				'.namespaces | any(.ns == $ino and (.held | startswith("1f ")))'
		done
		ip netns delete "$name"
		for source in proc bpf; do
			"$NSVIEW" show --source $source -J "net:$ino" 2>/dev/null | jq -e --argjson pid "$opener" \
				'.namespace | .holders.fds == [.holders.fds[0]] and .holders.fds[0].pid == $pid
					and .holders.fds[0].fd == 42 and (.interfaces | any(.name == "lo"))'
		done
	done
}

@test "a socket alone, with protocol and address" {
	require_root
	holdns socket
	shown '.holders.sockets[0] | .fd == $number and .pid == $pid and .protocol == "TCP" and .local == "0.0.0.0:4242"
		and .show == "ls -l /proc/\($pid)/fd/\($number)"'
	# The socket is found from inside, too.
	shown '.listeners | any(.protocol == "TCP" and .port == 4242)'
}

@test "sockets that may not be looked at are said to be missing, with the reason" {
	require_root
	holdns socket
	run -0 --separate-stderr "$BUILD/live/forbid" getfd "$NSVIEW" show --source proc "$pid"
	[[ $stderr =~ "nsview show: not all sockets of "[0-9]+(" more")?" of "[0-9]+" processes could be read: it takes CAP_SYS_PTRACE"* ]]
	run -0 --separate-stderr "$BUILD/live/forbid" no-getfd "$NSVIEW" show --source proc "$pid"
	[[ $stderr == *"sockets were not read: pidfd_getfd(2)"*"not available (kernel too old, or forbidden by seccomp)"* ]]
	# A dump tells it again, of what is asked; and it is something that could not be read.
	"$BUILD/live/forbid" no-getfd "$NSVIEW" dump -o "$BATS_TEST_TMPDIR/dump" --source proc
	run -1 --separate-stderr "$NSVIEW" list -P --strict --from "$BATS_TEST_TMPDIR/dump"
	[[ $stderr == *"sockets were not read"* ]]
	run -0 --separate-stderr "$NSVIEW" list -l --from "$BATS_TEST_TMPDIR/dump"
	[[ $stderr != *"sockets"* ]]
}

# Not every machine has it in /dev, and a container has it by another path.
tun_device() {
	export HOLDNS_TUN=$BATS_TEST_TMPDIR/tun
	mknod "$HOLDNS_TUN" c 10 200
}

@test "a tun descriptor alone, by either source" {
	require_root
	local source
	tun_device
	holdns tun
	for source in proc bpf; do
		"$NSVIEW" show --source $source -J "net:$ino" 2>/dev/null | jq -e --argjson pid "$pid" --argjson number "$number" \
			'.namespace.holders.sockets | length == 1 and (.[0] | .fd == $number and .pid == $pid and
				.protocol == "TAP" and .local == "hold0")'
	done
}

# in_table KIND WHERE: by either source all of the only holder is there, its thread too, and what is in the namespace.
in_table() {
	local source
	holdns "$1 $2"
	[ "$tid" != "$pid" ]
	for source in proc bpf; do
		"$NSVIEW" show --source $source -J "$ino" 2>/dev/null >"$BATS_TEST_TMPDIR/shown" || return
		json_valid nsview.show.1.json "$BATS_TEST_TMPDIR/shown" || return
		jq -e --argjson pid "$pid" --argjson number "$number" --argjson tid "$tid" '.namespace | .nprocs == 0
			and has("trouble") == false and (.verdict | contains("descriptor \($number) of thread \($tid) of process \($pid)"))
			and ([.holders[]] | length == 1) and (.holders[] | length == 1 and (.[0] |
				.pid == $pid and .fd == $number and .tid == $tid and .command == "holdns"
				and .show == "ls -l /proc/\($pid)/task/\($tid)/fd/\($number)"))' "$BATS_TEST_TMPDIR/shown" || return
		"$NSVIEW" show --source $source "$pid" | grep -F "descriptor $number of thread $tid" || return
	done
}

@test "descriptors in a table of a thread's own alone, by either source" {
	require_root
	in_table fd table
	[ "$("$NSVIEW" enter "ipc:$ino" -- readlink /proc/self/ns/ipc)" = "ipc:[$ino]" ]
	in_table socket table
	jq -e '.namespace.listeners | any(.protocol == "TCP" and .port == 4242)' "$BATS_TEST_TMPDIR/shown"
	tun_device
	in_table tun table
}

@test "descriptors of a process whose main thread has ended alone, by either source" {
	require_root
	in_table fd leaderless
	[ "$("$NSVIEW" enter "ipc:$ino" -- readlink /proc/self/ns/ipc)" = "ipc:[$ino]" ]
	in_table socket leaderless
	jq -e '.namespace.listeners | any(.protocol == "TCP" and .port == 4242)' "$BATS_TEST_TMPDIR/shown"
	tun_device
	in_table tun leaderless
}

# without WHAT COMMAND...: by a kernel that lacks it, see forbid.c.
without() {
	"$BUILD/live/forbid" "$1" "$NSVIEW" "${@:2}" 2>/dev/null
}

@test "what a kernel cannot tell of threads' tables is counted" {
	require_root
	local count='.coverage.sources[$source].unread - .coverage.unreadable'
	holdns "fd table"
	without kcmp show --source proc -J "net:$(ns_of self net)" | jq -e --arg source fds "$count >= 1"
	# It is not told what only such a table holds; what the main thread does not have any more, is.
	[ -z "$(without kcmp dump --source proc | jq --argjson pid "$pid" '.fds[] | select(.pid == $pid and .tid)')" ]
	holdns "fd leaderless"
	without kcmp dump --source proc >"$BATS_TEST_TMPDIR/dump"
	jq -e --argjson pid "$pid" --argjson tid "$tid" '[.fds[] | select(.pid == $pid)] | length == 1 and .[0].tid == $tid' \
		"$BATS_TEST_TMPDIR/dump"
	holdns "socket table"
	without threads show --source proc -J "net:$(ns_of self net)" | jq -e --arg source sockets "$count >= 1"
	# What it is a socket says only to who has it.
	without threads show --source bpf -J "$ino" | jq -e --argjson tid "$tid" --arg source sockets "($count >= 1)"'
		and (.namespace.holders.sockets[0] | .tid == $tid and .protocol == null)'
}

@test "children to be born alone" {
	require_root
	holdns children
	shown '.nprocs == 0 and .holders.children[0].pid == $pid'
}

@test "a PID namespace for children none of which is born yet has no name in /proc" {
	require_root
	require_command python3
	hold pid python3 -c 'import ctypes, os, sys
ctypes.CDLL(None).unshare(0x20000000) and sys.exit(1)
os.execvp(sys.argv[1], sys.argv[1:])'
	"$NSVIEW" show -J --source proc "$pid" 2>/dev/null >"$BATS_TEST_TMPDIR/shown"
	json_valid nsview.show.1.json "$BATS_TEST_TMPDIR/shown"
	jq -e '.process.holds == [{type: "pid", ns: null, by: "children", for_children: true, tid: null, fd: null}]' "$BATS_TEST_TMPDIR/shown"
	run -0 --separate-stderr "$NSVIEW" show --source proc "$pid"
	[[ $output == *"pid:[?]"*"for its children, in a PID namespace that /proc names only while"* ]]
	run -0 --separate-stderr "$NSVIEW" show --source proc $$
	[[ $output != *"pid:[?]"* ]]
}

@test "a mount namespace in flight in a message: the kernel alone" {
	require_root
	"$NSVIEW" dump 2>/dev/null | jq -e '.coverage.sources.mount_namespace_walk.state == "ran"' ||
		skip_or_fail "the kernel lacks NS_MNT_GET_NEXT"
	holdns flight
	shown '.nprocs == 0 and .holders == {} and (.verdict | startswith("no holder in user space"))'
	# Who is to receive it is named; others on this machine may be, too.
	shown '.in_flight | any(.pid == $pid and .fd == $number and .descriptors == 1 and .command == "holdns" and
		.show == "cat /proc/\($pid)/fdinfo/\($number)") and all(.descriptors > 0)'
	grep -qx "scm_fds: 1" "/proc/$pid/fdinfo/$number"
	shown '(.in_flight | length) as $n | .verdict | if $n == 1
		then contains("a descriptor in flight in a message to descriptor \($number) of process \($pid) (holdns) is suspected, or")
		else endswith("; messages in flight to \($n) sockets may hold it") end'
	# A dump does not tell of messages.
	"$NSVIEW" dump 2>/dev/null | "$NSVIEW" show --from - -J "mnt:$ino" 2>/dev/null | jq -e '.namespace | has("in_flight") | not'
	run -0 "$NSVIEW" list -P -rno NS -t mnt -o +HELD
	[[ $output == *"$ino"* ]]
	# What waits in a connection that nobody accepted is named by who listens.
	holdns unaccepted
	if grep -qx "scm_fds: 1" "/proc/$pid/fdinfo/$number"; then
		shown '.in_flight | any(.pid == $pid and .fd == $number and .descriptors == 1)'
	fi
	# What something holds needs no candidates.
	holdns fd
	shown '.holders.fds[0].pid == $pid and (has("in_flight") | not)'
}

@test "a bind mount here, and one in another mount namespace" {
	require_root
	hold pid unshare --uts --ipc
	ino=$(ns_of "$pid" uts) other=$(ns_of "$pid" ipc) number=0
	# shellcheck disable=SC2016 # for the shell inside
	hold elsewhere unshare --mount sh -c 'mount -t tmpfs none "$1" && touch "$1/ipc" && mount --bind "/proc/$0/ns/ipc" "$1/ipc" && shift && exec "$@"' \
		"$pid" /mnt
	ns_bind "$pid" uts "$BATS_TEST_TMPDIR/here"
	release "$pid"
	shown '.nprocs == 0 and (.holders.mounts | length) == 1 and .holders.mounts[0].release == "umount '"$BATS_TEST_TMPDIR/here"'"'
	ino=$other pid=$elsewhere
	shown '.holders.mounts[0] | .path == "/mnt/ipc" and .release == "nsenter -t \($pid) -m umount /mnt/ipc"'
	# That mount namespace without processes, too, is entered by what keeps it; and the command does what it says.
	exec {kept}<"/proc/$elsewhere/ns/mnt"
	release "$elsewhere"
	release=$("$NSVIEW" show -J "$ino" 2>/dev/null | jq -r '.namespace.holders.mounts[0].release')
	[ "$release" = "nsenter --mount=/proc/$BASHPID/fd/$kept umount /mnt/ipc" ]
	$release
	run -1 "$NSVIEW" show "$ino"
	exec {kept}<&-
}

# mounted_elsewhere VAR PID TYPE PATH [COMMAND...]: hold a mount namespace in which PID's namespace is mounted at PATH below
# /mnt, after COMMAND was run there. VAR gets its process.
mounted_elsewhere() {
	hold "$1" unshare --mount sh -ec 'mount -t tmpfs none /mnt; mkdir -p "${2%/*}"; touch "$2"; mount --bind "/proc/$0/ns/$1" "$2"
		eval "$3"; shift 3; exec "$@"' "$2" "$3" "$4" "${5:-:}"
}

@test "what only a bind mount in another mount namespace keeps is looked into" {
	require_root
	hold pid unshare --net
	number=0 ino=$(ns_of "$pid" net)
	mounted_elsewhere elsewhere "$pid" net "/mnt/nsv-$pid"
	name=nsv-$pid
	release "$pid"
	shown '.nprocs == 0 and .ons == '"$(ns_of self user)"' and has("trouble") == false
		and .name == "'"$name"'" and (.interfaces | any(.name == "lo"))'
	for target in "$name" "/proc/$elsewhere/root/mnt/$name"; do
		"$NSVIEW" show -J "$target" 2>/dev/null | jq -e --argjson ino "$ino" '.namespace | .ns == $ino and (.interfaces | length) == 1'
	done
	# So are all that are mounted there, in a chroot(2) or not.
	"$NSVIEW" list -J -o NS,ONS,TYPE -P 2>/dev/null | jq -e --argjson ino "$ino" --argjson user "$(ns_of self user)" \
		'.namespaces | any(.ns == $ino and .ons == $user)'
}

@test "a file system that does not answer holds up nobody, and is said to be the reason" {
	require_root
	[ -c /dev/fuse ] || skip_or_fail "there is no FUSE"
	hold pid unshare --net
	number=0 ino=$(ns_of "$pid" net)
	# Nobody reads what the kernel asks of it.
	mounted_elsewhere elsewhere "$pid" net /mnt/dead/net \
		'exec 9<>/dev/fuse && mount -i -t fuse -o fd=9,rootmode=40000,user_id=0,group_id=0 dead /mnt/dead'
	release "$pid"
	shown '.ons == null and (.trouble | any(.what == "interfaces, routes and listening sockets" and
		(.why | startswith("/mnt/dead/net in mnt:['"$(ns_of "$elsewhere" mnt)"']: no answer within a second"))))'
	run -125 timeout 20 "$NSVIEW" enter "net:$ino" -- true
	[[ $output == *"/mnt/dead/net"*"does not answer"* ]]
	# Neither does it for who is in that mount namespace, and both know what is there.
	for command in list tree dump "show /mnt/dead/net" "show -J net:$ino"; do
		# shellcheck disable=SC2086 # words
		timeout 20 nsenter -t "$elsewhere" -m "$NSVIEW" $command >"$BATS_TEST_TMPDIR/there" 2>"$BATS_TEST_TMPDIR/said"
		grep -q "$ino" "$BATS_TEST_TMPDIR/there"
	done
	jq -e '.namespace | .ons == null and .holders.mounts[0].path == "/mnt/dead/net" and
		(.trouble | any(.what == "interfaces, routes and listening sockets" and (.why | contains("does not answer"))))' "$BATS_TEST_TMPDIR/there"
	# Nor does a path that only leads there.
	run -1 timeout 20 nsenter -t "$elsewhere" -m "$NSVIEW" show /mnt/dead/other
	[[ $output == *"/mnt/dead/other: "*"does not answer"* ]]
	run -2 timeout 20 nsenter -t "$elsewhere" -m "$NSVIEW" diff /mnt/dead/other $$
	[[ $output == *"/mnt/dead/other: "*"does not answer"* ]]
	run -125 timeout 20 nsenter -t "$elsewhere" -m "$NSVIEW" enter "net:$ino" -- true
	[[ $output == *"/mnt/dead/net"*"does not answer"* ]]
}

@test "mounts of a namespace whose members are in a chroot are all seen, by paths from its own root" {
	require_root
	require_command busybox
	local box=/mnt/box first second
	hold pid unshare --net
	hold two unshare --net
	first=$(ns_of "$pid" net) second=$(ns_of "$two" net) number=0
	# shellcheck disable=SC2016 # for the shell inside
	hold elsewhere unshare --mount sh -ec 'mount -t tmpfs none /mnt; mkdir -p "$2/bin" "$2/mnt"; cp "$3" "$2/bin/sh"
		touch /mnt/x "$2/mnt/x"; mount --bind "/proc/$0/ns/net" /mnt/x; mount --bind "/proc/$1/ns/net" "$2/mnt/x"
		exec chroot "$2" /bin/sh -c "echo $$; read -r rest"' "$pid" "$two" "$box" "$(command -v busybox)"
	release "$pid"
	release "$two"
	ino=$first
	shown '.holders.mounts == [.holders.mounts[0]] and .holders.mounts[0].path == "/mnt/x"'
	ino=$second
	shown '.holders.mounts[0].release == "nsenter -t '"$elsewhere"' -m umount /mnt/box/mnt/x" and has("trouble") == false'
	# A kernel that cannot list them leaves what is seen from the chroot, and that something is missing.
	without listmount show -J "$second" | jq -e --argjson first "$first" \
		'.namespace.holders.mounts[0].path == "/mnt/box/mnt/x" and .coverage.sources.mount_namespaces.unread >= 1
			and .coverage.sources.mount_namespace_walk.unread >= 1'
	release=$("$NSVIEW" show -J "$second" 2>/dev/null | jq -r '.namespace.holders.mounts[0].release')
	$release
	run -1 "$NSVIEW" show "net:$second"
	run -0 "$NSVIEW" show "net:$first"
}

@test "a mount that is hidden by another one is said to be" {
	require_root
	hold pid unshare --net
	number=0 ino=$(ns_of "$pid" net)
	mounted_elsewhere elsewhere "$pid" net /mnt/over/net 'mount -t tmpfs none /mnt/over'
	release "$pid"
	shown '.trouble | any((.why | startswith("/mnt/over/net in mnt:['"$(ns_of "$elsewhere" mnt)"']: ")) and (.why | contains("mounted over")))'
	shown '.holders.mounts == [{path: "/mnt/over/net", mntns: '"$(ns_of "$elsewhere" mnt)"',
		covered: true, release: null}]'
}

@test "what would unmount the mount above is not told as what releases the one below" {
	require_root
	local at="$BATS_TEST_TMPDIR/at" below above
	hold pid unshare --uts --ipc
	number=0 below=$(ns_of "$pid" uts) above=$(ns_of "$pid" ipc)
	ns_bind "$pid" uts "$at"
	mount --bind "/proc/$pid/ns/ipc" "$at"
	HELD_MOUNTS+=("$at")
	# A copy that nobody is in, which the kernel lists itself, is the same.
	hold copy unshare --mount --propagation private
	exec {kept}<"/proc/$copy/ns/mnt"
	release "$copy"
	release "$pid"
	ino=$below
	shown '.holders.mounts | length > 0 and all(.path == "'"$at"'" and .covered and .release == null)'
	run -0 "$NSVIEW" show "$ino"
	[[ $output == *"$at"*"(another mount covers this path and has to go first)"* && $output != *"umount $at"* ]]
	ino=$above
	shown '.holders.mounts | length > 0 and all(.covered | not) and any(.release == "umount '"$at"'")'
	umount "$at"
	ino=$below
	shown '.holders.mounts | any((.covered | not) and .release == "umount '"$at"'")'
	"$NSVIEW" dump 2>/dev/null >"$BATS_TEST_TMPDIR/dump"
	json_valid nsview.dump.1.json "$BATS_TEST_TMPDIR/dump"
	jq -e --arg at "$at" '.mounts | map(select(.path == $at)) | length > 0 and any(.covered) and any(.covered | not)' "$BATS_TEST_TMPDIR/dump"
	exec {kept}<&-
}

@test "a child user namespace alone" {
	hold pid unshare --user --map-root-user unshare --user --map-root-user
	number=0 inner=$(ns_of "$pid" user)
	ino=$("$NSVIEW" list -J -o NS,PNS 2>/dev/null | jq --argjson ns "$inner" '.namespaces[] | select(.ns == $ns) | .pns')
	shown '.nprocs == 0 and .holders.descendants[0] == {type: "user", ns: '"$inner"', nprocs: 1, show: "nsview show user:'"$inner"'"}'
}

@test "inside a network namespace: addresses, routes, and who is at the other end of a veth" {
	require_root
	netns_add one
	netns_add two
	ip -n "$one" link add near type veth peer name far
	ip -n "$one" link add left type veth peer name right netns "$two"
	ip -n "$one" addr add 10.77.0.1/24 dev left
	ip -n "$one" link set left up
	ip -n "$two" link set right up
	number=0 pid=0 ino=$(stat -Lc %i "/run/netns/$one")
	shown '.interfaces | map(select(.name == "left"))[0] | (.addresses | contains(["10.77.0.1/24"])) and .peer_ns == '"$(stat -Lc %i "/run/netns/$two")"'
		and .peer_ns_name == "'"$two"'" and .peer_name == "right" and .peer_index == '"$(ip netns exec "$two" cat /sys/class/net/right/ifindex)"
	shown '.interfaces | map({key: .name, value: [.peer_name, .peer_ns]}) | from_entries |
		.near == ["far", null] and .far == ["near", null] and .lo == [null, null]'
	shown '.routes | any(.destination == "10.77.0.0/24" and .interface == "left")'
	# All of many addresses are there.
	seq 2 61 | sed 's/.*/addr add 10.76.0.&\/24 dev near/' | ip -n "$one" -batch -
	shown '.interfaces[] | select(.name == "near") | .addresses | length == 60 and last == "10.76.0.61/24"'
	# Also where the terminal is narrow, and so is the other end.
	COLUMNS=80 run -0 --separate-stderr "$NSVIEW" show "net:$ino"
	for i in $(seq 2 61); do [[ $output == *"10.76.0.$i/24"* ]]; done
	[[ $output == *"net:[$(stat -Lc %i "/run/netns/$two")]"* && $output == *"$two"* ]]
	ip -n "$one" link set near up
	ip -n "$one" addr add 10.78.0.1/24 dev near
	ip -n "$one" route add 10.79.0.0/16 nexthop via 10.77.0.2 nexthop via 10.78.0.2
	ip -n "$one" route add blackhole 198.51.100.0/24
	shown '.routes | map(select(.destination == "10.79.0.0/16") | [.gateway, .interface]) | sort ==
		[["10.77.0.2", "left"], ["10.78.0.2", "near"]]'
	shown '.routes | any(.destination == "198.51.100.0/24" and .type == "blackhole")'
}

# told JQ: whether show's JSON says so of the propagation between mount namespace $ino and that of process $1.
told() {
	"$NSVIEW" show -J "mnt:$ino" 2>/dev/null >"$BATS_TEST_TMPDIR/shown"
	json_valid nsview.show.1.json "$BATS_TEST_TMPDIR/shown"
	jq -e --argjson other "$(ns_of "$1" mnt)" ".namespace.propagation // [] | map(select(.ns == \$other)) |
		if . == [] then null else .[0] end | $2" "$BATS_TEST_TMPDIR/shown"
}

# hold_within VAR PID SCRIPT: the same as hold, in a mount namespace made from that of a process by SCRIPT, which ends in unshare.
hold_within() {
	# nsenter leaves the working directory, where hold expects /proc.
	hold "$1" nsenter --target "$2" --mount sh -c "cd /proc && $3"' "$@"' -
}

@test "inside a mount namespace: who shares its mounts, who receives them, and who sends" {
	require_root
	# Peer groups 1 and 12 must not be one: there are more groups than nine.
	# shellcheck disable=SC2016 # for the shell inside
	hold origin unshare --mount --propagation private sh -c '
		mount -t tmpfs none /mnt && for i in 1 2 3 4 5 6 7 8 9 10 11 12; do mkdir "/mnt/$i" && mount -t tmpfs none "/mnt/$i" &&
		mount --make-shared "/mnt/$i" || exit; done && exec "$@"' -
	hold_within peer "$origin" 'exec unshare --mount --propagation unchanged'
	hold_within slave "$origin" 'exec unshare --mount --propagation slave'
	nsenter --target "$slave" --mount umount /mnt/1
	hold_within third "$slave" 'mount --make-shared /mnt/2 && exec unshare --mount --propagation slave'
	hold_within alone "$origin" 'exec unshare --mount --propagation private'

	ino=$(ns_of "$origin" mnt)
	told "$peer" '.shared == 12 and .receives == 0 and .sends == 0 and .mounts == 12'
	told "$slave" '.shared == 0 and .receives == 11 and .sends == 0 and .mounts == 11'
	told "$third" '.shared == 0 and .receives == 11 and .sends == 0'
	told "$alone" '. == null'
	ino=$(ns_of "$slave" mnt)
	told "$origin" '.shared == 0 and .receives == 0 and .sends == 11'
	told "$third" '.shared == 0 and .receives == 1 and .sends == 0'
	ino=$(ns_of "$third" mnt)
	told "$slave" '.shared == 0 and .receives == 0 and .sends == 1'
	told "$origin" '.sends == 11'
	run -0 "$NSVIEW" show "mnt:$ino"
	[[ $output == *NAMESPACE*"SHARES RECEIVES FROM IT SENDS TO IT BELONGS TO"* ]]
}

@test "a mount namespace without processes receives as well" {
	require_root
	"$NSVIEW" dump 2>/dev/null | jq -e '.coverage.sources.mount_namespace_walk.state == "ran"' ||
		skip_or_fail "the kernel cannot tell of mount namespaces without processes"
	# shellcheck disable=SC2016 # for the shell inside
	hold origin unshare --mount --propagation private sh -c 'mount -t tmpfs none /mnt && mount --make-shared /mnt && exec "$@"' -
	hold_within pid "$origin" 'exec unshare --mount --propagation slave'
	ino=$(ns_of "$origin" mnt)
	exec {kept}<"/proc/$pid/ns/mnt"
	other=$(ns_of "$pid" mnt)
	release "$pid"
	"$NSVIEW" show -J "mnt:$ino" 2>/dev/null |
		jq -e --argjson other "$other" '.namespace.propagation | any(.ns == $other and .receives == 1)'
	exec {kept}<&-
}

@test "inside a user namespace: maps through all levels" {
	require_root
	# Each has one id of the one around it, called otherwise.
	hold first unshare --user --map-user=1001 --map-group=1001
	hold second nsenter --target "$first" --user --preserve-credentials unshare --user --map-user=2001 --map-group=2001
	hold pid nsenter --target "$second" --user --preserve-credentials unshare --user --map-user=3001 --map-group=3001
	number=0 ino=$(ns_of "$pid" user)
	shown '.maps | map(select(.map == "uid")) == [{map: "uid", inside: 3001, parent: 2001, outside: 0, count: 1,
		levels: [3001, 2001, 1001, 0]}]'
	run -0 "$NSVIEW" show "$pid"
	[[ $output == *"3001 2001 1001 0"* ]]
	# Where all levels have a column they are not said again.
	ino=$(ns_of "$second" user)
	shown '.maps[0] | .inside == 2001 and .parent == 1001 and .outside == 0 and .levels == [2001, 1001, 0]'
	run -0 "$NSVIEW" show "user:$ino"
	[[ $output != *"AT EVERY LEVEL"* ]]
}

@test "from inside a user namespace the mount and network namespaces that it owns are not the machine's" {
	local out="$BATS_TEST_TMPDIR/shown" within=(unshare --user --map-root-user --mount --net)
	for_nobody
	[ "$EUID" -ne 0 ] || within=(setpriv --reuid=65534 --regid=65534 --clear-groups "${within[@]}")
	# PID 1, which could tell better, may not be read there.
	"${within[@]}" sh -c '"$1" show -J $$; "$1" show -J /proc/self/ns/net; "$1" list -J -o NS,TYPE,KIND' - \
		"$BATS_TEST_TMPDIR/nsview" 2>/dev/null >"$out"
	jq -es '.[0].process.namespaces | map(select(.type | IN("mnt", "net", "user"))) |
		length == 3 and all(.host == null and .sharing == "own")' "$out"
	jq -es '.[1].namespace | .base == false and .kind == null' "$out"
	jq -es '.[2].namespaces | map(select(.kind == "host") | .type) | contains(["net"]) or contains(["mnt"]) | not' "$out"
}

@test "from inside a user namespace: its own map is told in its parent's ids, others in its own" {
	require_root
	local first second third within
	hold first unshare --user --map-user=1001 --map-group=1001
	hold second nsenter --target "$first" --user --preserve-credentials unshare --user --map-user=2001 --map-group=2001
	hold third nsenter --target "$second" --user --preserve-credentials unshare --user --map-user=3001 --map-group=3001
	within=(nsenter --target "$first" --user --preserve-credentials "$NSVIEW" show -J)
	uid_maps='.namespace.maps | map(select(.map == "uid"))'
	"${within[@]}" "user:$(ns_of "$first" user)" 2>/dev/null >"$BATS_TEST_TMPDIR/shown"
	json_valid nsview.show.1.json "$BATS_TEST_TMPDIR/shown"
	jq -e "$uid_maps"' == [{map: "uid", inside: 1001, parent: 0, outside: 1001, count: 1, levels: [1001]}]' "$BATS_TEST_TMPDIR/shown"
	jq -e '.namespace | .kind == null and (.base | not)' "$BATS_TEST_TMPDIR/shown"
	"${within[@]}" "user:$(ns_of "$second" user)" 2>/dev/null |
		jq -e "$uid_maps"' == [{map: "uid", inside: 2001, parent: 1001, outside: 1001, count: 1, levels: [2001, 1001]}]'
	"${within[@]}" "user:$(ns_of "$third" user)" 2>/dev/null |
		jq -e "$uid_maps"' == [{map: "uid", inside: 3001, parent: 2001, outside: 1001, count: 1, levels: [3001, 2001, 1001]}]'
	# What is around it has ids that have no number in it.
	"${within[@]}" "user:$(ns_of self user)" 2>/dev/null | jq -e "$uid_maps"' | all(.outside == null and .parent == null)'
	"${within[@]}" "$first" 2>/dev/null |
		jq -e '.process.namespaces[] | select(.type == "user") | .host == null and .sharing == "own"'
}

@test "inside a user namespace: maps where nobody is, and through levels where nobody is" {
	require_root
	for_nobody
	hold first unshare --user --map-user=1001 --map-group=1001
	hold second nsenter --target "$first" --user --preserve-credentials unshare --user --map-user=2001 --map-group=2001
	hold pid nsenter --target "$second" --user --preserve-credentials unshare --user --map-user=3001 --map-group=3001
	outer=$(ns_of "$first" user) middle=$(ns_of "$second" user) inner=$(ns_of "$pid" user)
	release "$first"
	release "$second"
	number=0 ino=$inner
	shown '.maps[0] | .parent == 2001 and .levels == [3001, 2001, 1001, 0]'
	ino=$middle
	shown '.nprocs == 0 and has("trouble") == false and
		(.maps | map(select(.map == "uid")) == [{map: "uid", inside: 2001, parent: 1001, outside: 0, count: 1,
			levels: [2001, 1001, 0]}])'
	ino=$outer
	shown '.nprocs == 0 and (.maps[0] | .inside == 1001 and .outside == 0) and has("trouble") == false'
	# Who sees it and may not join it is told so.
	ns_bind "$pid" user "$BATS_TEST_TMPDIR/inner"
	release "$pid"
	run -0 --separate-stderr "${NOBODY[@]}" "$BATS_TEST_TMPDIR/nsview" show -J "user:$inner"
	jq -e --arg what "maps of user:[$inner]" '.namespace | has("maps") == false and (.trouble | any(.what == $what))' <<<"$output"
}

@test "inside a user namespace: no map, or one of two" {
	require_root
	for_nobody
	hold pid "${NOBODY[@]}" unshare --user
	number=0 ino=$(ns_of "$pid" user)
	shown '.maps == [] and has("trouble") == false'
	run -0 "${NOBODY[@]}" "$BATS_TEST_TMPDIR/nsview" show "user:$ino"
	[[ $output == *"Maps:"*"no map is written yet"* && $output != *"maps of user"* ]]
	echo '0 65534 1' >"/proc/$pid/uid_map"
	shown '.maps | length == 1'
	run -0 "$NSVIEW" show "$pid"
	[[ $output == *"Maps:"*"no gid map is written yet"* ]]
}

@test "inside a user namespace: what its members may do in it" {
	hold init unshare --user --map-root-user
	hold some nsenter --target "$init" --user setpriv --inh-caps=-all --bounding-set=-all,+net_raw
	hold none nsenter --target "$init" --user setpriv --inh-caps=-all --bounding-set=-all
	hold more nsenter --target "$init" --user setpriv --inh-caps=-all --bounding-set=-all
	number=0 pid=0 ino=$(ns_of "$init" user)
	shown '(.member_capabilities[1].effective | length > 30 and any(. == "cap_sys_admin")) and (.member_capabilities | map(.effective |= .[:1]) == [
		{nprocs: 2, first_pids: ['"$none, $more"'], effective: []},
		{nprocs: 1, first_pids: ['"$init"'], effective: ["cap_chown"]},
		{nprocs: 1, first_pids: ['"$some"'], effective: ["cap_net_raw"]}])'
	run -0 "$NSVIEW" show "user:$ino"
	[[ $output == *"PROCESSES FIRST PIDS"*CAPABILITIES* ]]
}

@test "inside the other types" {
	require_root
	number=0
	hold pid unshare --uts --ipc --time --boottime 3600 --fork sh -c 'hostname nsv-inside && ipcmk -M 4096 >/dev/null && exec "$@"' -
	ino=$(ns_of "$pid" uts)
	shown '.uts[0].hostname == "nsv-inside"'
	ino=$(ns_of "$pid" ipc)
	shown '.shm[0].bytes == 4096'
	ino=$(ns_of "$pid" time)
	shown '.offsets | any(.clock == "boottime" and .seconds == 3600)'
	hold pid unshare --user --map-root-user --pid --mount --cgroup --fork
	ino=$(ns_of "$pid" user)
	shown '(.maps | length) == 2 and (.limits | any(.type == "net" and .max > 0))'
	ino=$(ns_of "$pid" pid)
	shown '.pids == [{pids: [$pid, 1], command: "sh"}] and .init.pid == $pid and .init.command == "sh"'
	ino=$(ns_of "$pid" mnt)
	shown '.mounts | any(.target == "/")'
	ino=$(ns_of "$pid" cgroup)
	shown '.cgroup | length > 0'
}

@test "inside a cgroup namespace that no process is in" {
	require_root
	local fd number=0
	hold pid unshare --cgroup
	ino=$(ns_of "$pid" cgroup)
	shown .cgroup >"$BATS_TEST_TMPDIR/held"
	exec {fd}<"/proc/$pid/ns/cgroup"
	release "$pid"
	shown '.nprocs == 0 and (.trouble // []) == []'
	shown .cgroup | diff -u "$BATS_TEST_TMPDIR/held" -
	exec {fd}<&-
}

@test "inside an IPC namespace: POSIX message queues, also for its owner" {
	require_root
	for_nobody
	holdns queue
	shown '.mqueues == [{name: "nsv-queue"}] and has("trouble") == false'
	live_done
	holdns queue "${NOBODY[@]}" unshare --user --map-root-user
	"${NOBODY[@]}" "$BATS_TEST_TMPDIR/nsview" show -J "ipc:$ino" 2>/dev/null |
		jq -e '.namespace | .mqueues == [{name: "nsv-queue"}] and has("trouble") == false'
}

@test "inside a time namespace: offsets, also when nobody is in it" {
	require_root
	number=0
	holdns children
	local outer=$ino holder=$pid
	shown '.nprocs == 0 and (.offsets | any(.clock == "boottime" and .seconds == 3600)) and has("trouble") == false'
	# A member tells of the namespace that its children will be in, not of its own.
	holdns children env HOLDNS_BOOTTIME=7200 nsenter --time="/proc/$holder/ns/time_for_children"
	shown '.nprocs == 0 and (.offsets | any(.clock == "boottime" and .seconds == 7200))'
	ns_bind "$holder" time_for_children "$BATS_TEST_TMPDIR/time"
	kill -KILL "$holder"
	wait "$holder" || true
	ino=$outer
	shown '.nprocs == 1 and (.offsets | any(.clock == "boottime" and .seconds == 3600)) and has("trouble") == false'
}

@test "a process: its namespaces beside the machine's, PIDs, root and capabilities" {
	require_root
	hold pid unshare --pid --uts --fork
	"$NSVIEW" show -J "$pid" 2>/dev/null >"$BATS_TEST_TMPDIR/shown"
	json_valid nsview.show.1.json "$BATS_TEST_TMPDIR/shown"
	# The tests may be in a container themselves.
	mine=$("$NSVIEW" show -J $$ 2>/dev/null | jq '[.process.namespaces[] | select(.sharing == "own").type]')
	jq -e --argjson pid "$pid" --argjson mine "$mine" '.process | .pid == $pid and .pids[0].pids == [$pid, 1]
		and .uid == 0 and .user == "root" and (.age | type) == "number" and .state == "sleeping" and .capabilities_on_host
		and (.namespaces | map(select(.sharing == "own").type) == ($mine + ["pid", "uts"] | unique))
		and (.paths | any(.what == "root" and .path == "/")) and (.capabilities | length == 5)' "$BATS_TEST_TMPDIR/shown"
	run -0 "$NSVIEW" show "$pid"
	[[ $output == *"shared with the host!"* ]]
	[[ $output == *$'\nState:'*"sleeping"* ]]
	jq -e '.process.state == "sleeping"' "$BATS_TEST_TMPDIR/shown"
}

@test "a user's own network namespace: the other end is the machine's, and its name is not for them" {
	require_root
	for_nobody
	hold pid "${NOBODY[@]}" unshare --user --map-root-user --net
	ip link add "nsv$pid" type veth peer name eth0 netns "$pid"
	other=$(readlink /proc/self/ns/net)
	"${NOBODY[@]}" "$BATS_TEST_TMPDIR/nsview" show -J "net:$(ns_of "$pid" net)" 2>/dev/null | jq -e --argjson other "$(ns_of self net)" \
		'.namespace.interfaces[] | select(.name == "eth0") | .peer_ns == $other and .peer_index > 0 and .peer_name == null'
	run -0 "$NSVIEW" show "net:$(ns_of "$pid" net)"
	[[ $output == *"nsv$pid "*"$other"* ]]
}

@test "who may not enter loses that part only" {
	require_root
	netns_add name
	for_nobody
	run -0 --separate-stderr "${NOBODY[@]}" "$BATS_TEST_TMPDIR/nsview" show "$name"
	[[ $output == *"only a bind mount keeps it"* ]]
	[[ $output == *"Could not be looked at"*$'\ninterfaces, routes and listening sockets '*"CAP_SYS_ADMIN"* ]]
}

@test "a system call that is forbidden is not said to be the kernel's lack" {
	require_root
	hold pid unshare --ipc
	"$BUILD/live/forbid" no-fsopen "$NSVIEW" show -J "ipc:$(ns_of "$pid" ipc)" 2>/dev/null |
		jq -e '.namespace.trouble == [{what: "POSIX message queues",
			why: "a system call that it takes is not available (kernel too old, or forbidden by seccomp)"}]'
	# What has nothing to do with BPF has its own reason.
	for source in proc auto; do
		run -1 "$BUILD/live/forbid" no-dirs "$NSVIEW" list --source "$source"
		[ "$output" = "nsview list: cannot list /proc: a system call that it takes is not available (kernel too old, or forbidden by seccomp)" ]
	done
	run -1 "$BUILD/live/forbid" no-bpf "$NSVIEW" list --source bpf
	[[ $output == *"bpf(2) is not available (kernel too old, or forbidden by seccomp)"* || $output == *"built without"* ]]
	[[ $output == *"; --source proc reads /proc instead" ]]
}

@test "nsview's own descriptors are no holders" {
	require_root
	netns_add name
	number=0 pid=0 ino=$(stat -Lc %i "/run/netns/$name")
	shown '.holders | keys == ["mounts"]'
}
