# SPDX-License-Identifier: GPL-2.0-or-later
#
# What live tests share: real namespaces that live exactly as long as the test. A test file says
# load helpers, and gets a teardown() that ends what hold, netns_add and ns_bind began; a file with a
# teardown() of its own calls live_done there.
#
# Nothing sleeps: a holder reports over a fifo when it is ready, and waits on another one. When the
# test dies, whatever the reason, the second fifo closes and the holder ends.

load ../helpers

HELD_JOBS=() HELD_PIDS=() HELD_FDS=() HELD_NETNS=() HELD_MOUNTS=()
HELD_COUNT=0

# hold VAR COMMAND [ARG...]: run COMMAND (unshare and the like) with a shell in its namespaces that does
# nothing but wait. VAR gets that shell's PID as the test sees it, also from inside a PID namespace.
#
#   hold pid unshare --user --map-root-user --pid --fork --mount-proc
hold() {
	local -n hold_ret=$1
	local base="$BATS_TEST_TMPDIR/hold.$((HELD_COUNT += 1))" gate ready fd
	shift
	mkfifo "$base.gate" "$base.ready"
	exec {gate}<>"$base.gate"
	(
		# Relative to this directory "self" is what the PID is called out here, whatever /proc is mounted later.
		cd /proc || exit
		# bats waits for descriptor 3 to close; and a holder must not keep another one's gate open.
		exec 3>&- {gate}>&-
		for fd in "${HELD_FDS[@]}"; do exec {fd}>&-; done
		# shellcheck disable=SC2016 # for the shell inside
		exec "$@" sh -c 'read -r pid rest <self/stat && echo "$pid" && read -r rest'
	) <"$base.gate" >"$base.ready" 2>"$base.err" &
	HELD_JOBS+=($!) HELD_FDS+=("$gate")
	exec {ready}<"$base.ready"
	if ! read -t 20 -r hold_ret <&"$ready"; then
		exec {ready}<&-
		echo "hold: not ready: $* ($(<"$base.err"))"
		return 1
	fi
	exec {ready}<&-
	HELD_PIDS+=("$hold_ret")
}

# release PID: let one holder go before the test ends, and wait until it is gone.
release() {
	local i
	for i in "${!HELD_PIDS[@]}"; do
		[ "${HELD_PIDS[i]}" = "$1" ] || continue
		kill -KILL "$1"
		wait "${HELD_JOBS[i]}" 2>/dev/null || true
		unset "HELD_PIDS[i]" "HELD_JOBS[i]"
	done
}

# ns_of PID TYPE: the inode of a process's namespace.
ns_of() {
	local link
	link=$(readlink "/proc/$1/ns/$2") && link=${link#*[} && echo "${link%]}"
}

# netns_add VAR: a network namespace of ip-netns(8) that the test's end removes. VAR gets its name.
netns_add() {
	local -n netns_ret=$1
	netns_ret=nsv-${NSVIEW_TEST_RUN:-$$}-${#HELD_NETNS[@]}
	ip netns add "$netns_ret" && HELD_NETNS+=("$netns_ret")
}

# ns_bind PID TYPE FILE: bind-mount a process's namespace to a new file until the test's end.
ns_bind() {
	touch "$3" && mount --bind "/proc/$1/ns/$2" "$3" && HELD_MOUNTS+=("$3")
}

# End everything, also what was only half begun.
live_done() {
	local x
	{
		# A child of nsview that was killed may have one open for a moment yet.
		for x in "${HELD_MOUNTS[@]}"; do umount --lazy "$x" || true; done
		for x in "${HELD_NETNS[@]}"; do ip netns delete "$x" || true; done
		for x in "${HELD_PIDS[@]}" "${HELD_JOBS[@]}"; do kill -KILL "$x" || true; done
		for x in "${HELD_JOBS[@]}"; do wait "$x" || true; done
		for x in "${HELD_FDS[@]}"; do exec {x}>&-; done
	} 2>/dev/null
	HELD_JOBS=() HELD_PIDS=() HELD_FDS=() HELD_NETNS=() HELD_MOUNTS=()
}

teardown() {
	live_done
}
