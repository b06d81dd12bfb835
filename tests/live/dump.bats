#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Dumps of this machine.
#
# shellcheck disable=SC2154 # stderr is set by run

load helpers

@test "a dump is what its schema says" {
	"$NSVIEW" dump 2>/dev/null | json_valid nsview.dump.1.json
}

@test "list from a dump equals list" {
	require_root
	local pid columns=NS,TYPE,NPROCS,PID,PPID,COMMAND,UID,USER,NETNSID,NSFS,PNS,ONS,NAME,THREADS,OUID,OUSER,ID
	hold pid unshare --user --map-root-user --net --pid --fork --mount-proc --uts --ipc
	ns_bind "$pid" net "$BATS_TEST_TMPDIR/net"
	"$NSVIEW" dump -o "$BATS_TEST_TMPDIR/dump.json"
	# Types that it shares with the machine have members that come and go.
	for type in user net pid mnt uts ipc; do
		diff <("$NSVIEW" list --json -o "$columns" -p "$pid" -t $type | jq .namespaces) \
			<("$NSVIEW" list --json -o "$columns" -p "$pid" -t $type --from "$BATS_TEST_TMPDIR/dump.json" |
				jq .namespaces)
	done
	[ "$("$NSVIEW" list -n -o NAME -p "$pid" -t net --from "$BATS_TEST_TMPDIR/dump.json")" = net ]
}

@test "what list would not look for is not in a list from a dump" {
	require_root
	local pid file=$BATS_TEST_TMPDIR/ns dump=$BATS_TEST_TMPDIR/dump.json ino from
	touch "$file"
	hold pid unshare --mount
	nsenter --mount="/proc/$pid/ns/mnt" unshare --net="$file" readlink /proc/self/ns/net >"$file.ino"
	ino=$(tr -dc 0-9 <"$file.ino")
	"$NSVIEW" dump -o "$dump"
	for from in "" "--from=$dump"; do
		[[ $("$NSVIEW" list -r -o NS ${from:+"$from"}) != *"$ino"* ]]
		[[ $("$NSVIEW" tree -o NS ${from:+"$from"}) != *"$ino"* ]]
		[ "$("$NSVIEW" list -J ${from:+"$from"} | jq '[.namespaces[].held] | unique == [null]')" = true ]
		[ "$("$NSVIEW" list -P -r -n -o NS,HELD ${from:+"$from"} | grep "^$ino")" = "$ino 1m" ]
		"$NSVIEW" show "net:$ino" ${from:+"$from"} >/dev/null
	done
}

@test "a dump by an ordinary user is valid and says what it could not read" {
	require_root
	require_command setpriv
	local out
	out=$(setpriv --reuid=65534 --regid=65534 --clear-groups "$NSVIEW" dump 2>/dev/null)
	json_valid nsview.dump.1.json <<<"$out"
	[ "$(jq '.coverage.unreadable > 0 and .coverage.unreadable == ([.processes[] | select(.flags | index("denied"))] | length)' <<<"$out")" = true ]
}

@test "a file is replaced as a whole, with its mode" {
	local f=$BATS_TEST_TMPDIR/d
	(umask 027 && "$NSVIEW" dump -o "$f") 2>/dev/null
	[ "$(stat -c %a "$f")" = 640 ]
	chmod 604 "$f" && ln -s d "$BATS_TEST_TMPDIR/link"
	"$NSVIEW" dump -o "$BATS_TEST_TMPDIR/link" 2>/dev/null
	[ "$(stat -c %a "$f")" = 604 ]
	[ -L "$BATS_TEST_TMPDIR/link" ]
	json_valid nsview.dump.1.json "$f"
}

@test "a write that fails leaves the old file and nothing else" {
	local f=$BATS_TEST_TMPDIR/full
	mkdir "$f" && echo old >"$f/dump"
	run --separate-stderr bash -c "trap '' XFSZ; ulimit -f 1; exec \"\$@\"" - "$NSVIEW" dump -o "$f/dump"
	[ "$status" -eq 1 ]
	[[ $stderr == *"cannot write $f/dump: File too large" ]]
	[ "$(<"$f/dump")" = old ]
	[ "$(ls -A "$f")" = dump ]
}

@test "a signal that ends it leaves no file beside" {
	local dir=$BATS_TEST_TMPDIR/dir
	mkdir "$dir"
	echo old >"$dir/dump"
	# Of the size that a file may have one signal tells in the midst of writing.
	run -153 sh -c 'ulimit -c 0; ulimit -f 1; "$0" dump -o "$1"; exit $?' "$NSVIEW" "$dir/dump"
	[ "$(ls "$dir")" = dump ]
	[ "$(<"$dir/dump")" = old ]
	for delay in $(seq 0.01 0.004 0.09); do
		for signal in TERM HUP INT; do
			timeout --signal="$signal" "$delay" "$NSVIEW" dump -o "$dir/dump" 2>/dev/null || true
			[ "$(ls "$dir")" = dump ]
		done
	done
}

@test "what is no file is written to, and never replaced" {
	ln -s /proc/self/fd/1 "$BATS_TEST_TMPDIR/out"
	"$NSVIEW" dump -o "$BATS_TEST_TMPDIR/out" 2>/dev/null | json_valid nsview.dump.1.json
	[ -L "$BATS_TEST_TMPDIR/out" ]
	mkfifo "$BATS_TEST_TMPDIR/fifo"
	"$NSVIEW" dump -o "$BATS_TEST_TMPDIR/fifo" 2>/dev/null 3>&- &
	json_valid nsview.dump.1.json "$BATS_TEST_TMPDIR/fifo"
	wait $!
	[ -p "$BATS_TEST_TMPDIR/fifo" ]
}

@test "a full disk is an error" {
	run -1 --separate-stderr bash -c "\"\$1\" dump >/dev/full" - "$NSVIEW"
	[[ $stderr == *"cannot write to standard output: No space left on device" ]]
}
