#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The helpers themselves: every other live test leans on them.

load helpers

setup() {
	require_root
	require_command unshare ip
}

@test "hold makes new namespaces and says the PID as it is seen outside" {
	hold pid unshare --user --map-root-user --pid --fork --mount-proc --net
	[ "$(ns_of "$pid" net)" != "$(ns_of self net)" ]
	[ "$(ns_of "$pid" pid)" != "$(ns_of self pid)" ]
	[ "$(ns_of "$pid" user)" != "$(ns_of self user)" ]
	[ "$(ns_of "$pid" uts)" = "$(ns_of self uts)" ]
	grep -q "NSpid:[[:space:]]${pid}[[:space:]]1\$" "/proc/$pid/status"
}

@test "hold fails and says why when the command does" {
	run hold pid unshare --no-such-option
	[ "$status" -eq 1 ]
	[[ $output == *no-such-option* ]]
}

@test "several holders end one by one" {
	hold a unshare --uts
	hold b unshare --uts --pid --fork
	hold c unshare --uts
	release "$b"
	[ ! -e "/proc/$b" ]
	[ -e "/proc/$a" ] && [ -e "/proc/$c" ]
	live_done
	[ ! -e "/proc/$a" ] && [ ! -e "/proc/$c" ]
}

@test "holders end with the test that began them, even if it is killed" {
	bash -c '
		BATS_TEST_DIRNAME=$1 BATS_TEST_TMPDIR=$2
		load() { . "$BATS_TEST_DIRNAME/$1.bash"; }
		bats_require_minimum_version() { :; }
		load helpers
		hold a unshare --uts; hold b unshare --uts --pid --fork
		echo "$a $b" >"$2/pids"
		kill -KILL $$
	' - "$BATS_TEST_DIRNAME" "$BATS_TEST_TMPDIR" 3>&- || true
	read -r a b <"$BATS_TEST_TMPDIR/pids"
	# Reading their stdout to its end would be simpler, but the fifo is theirs alone: watch them go.
	for ((i = 0; i < 100; i++)); do
		[ -e "/proc/$a" ] || [ -e "/proc/$b" ] || return 0
		sleep 0.05
	done
	kill -KILL "$a" "$b"
	false
}

@test "names and bind mounts are gone after live_done" {
	netns_add name
	hold pid unshare --net
	ns_bind "$pid" net "$BATS_TEST_TMPDIR/net"
	[ "$(stat -c %i "$BATS_TEST_TMPDIR/net")" = "$(ns_of "$pid" net)" ]
	ip netns list | grep -q "^$name"
	live_done
	[ "$(stat -c %s "$BATS_TEST_TMPDIR/net")" = 0 ]
	run ! grep -q "$BATS_TEST_TMPDIR" /proc/self/mountinfo
	[ ! -e "/run/netns/$name" ]
}
