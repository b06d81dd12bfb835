#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# nsview diff on processes and on dumps.

load helpers

# quietly SCRIPT: run it where nothing else comes and goes, in a PID namespace of its own; $1 is a directory to write to.
quietly() {
	unshare --pid --fork --mount-proc --kill-child bash -c "$1" quietly "$BATS_TEST_TMPDIR" 3>&- 2>/dev/null
}

# changes A B: compare two dumps in the test's directory as JSON, which must be valid, for jq.
changes() {
	run -1 --separate-stderr "$NSVIEW" diff -J "$BATS_TEST_TMPDIR/$1" "$BATS_TEST_TMPDIR/$2"
	json_valid nsview.diff.1.json <<<"$output"
}

@test "a process is the same as itself, and exit status 0 says so" {
	hold pid unshare --user --map-root-user --uts
	run -0 --separate-stderr "$NSVIEW" diff "$pid" "$pid"
	[[ $output != *different* ]]
}

@test "types that differ are told with what is inside, and exit status 1 says so" {
	require_root
	hold pid unshare --uts --net sh -c 'hostname nsv-diff && exec "$@"' -
	run -1 --separate-stderr "$NSVIEW" diff -J $$ "$pid"
	jq -e '.processes.types | map(select(.is == "different").type) == ["net", "uts"]' <<<"$output"
	jq -e '.processes.types[] | select(.type == "uts") | .inside_b == "nsv-diff"' <<<"$output"
	jq -e '.processes.types[] | select(.type == "net") | .inside_b == "lo"' <<<"$output"
	json_valid nsview.diff.1.json <<<"$output"
}

@test "dumps: what came and what went" {
	require_root
	hold pid unshare --uts
	uts=$(ns_of "$pid" uts)
	"$NSVIEW" dump -o "$BATS_TEST_TMPDIR/with" 2>/dev/null
	release "$pid"
	"$NSVIEW" dump -o "$BATS_TEST_TMPDIR/without" 2>/dev/null
	changes with without
	jq -e --arg ns "uts:[$uts]" '.snapshots.namespaces | any(.change == "gone" and .namespace == $ns)' <<<"$output"
	jq -e --argjson pid "$pid" '.snapshots.processes | map(select(.pid == $pid)) |
		length == 1 and .[0].change == "gone" and .[0].what == "uts went, too" and (.[0].namespaces | length == 8)' <<<"$output"
	changes without with
	jq -e --arg ns "uts:[$uts]" '.snapshots.namespaces | any(.change == "new" and .namespace == $ns)' <<<"$output"
	run -0 --separate-stderr "$NSVIEW" diff "$BATS_TEST_TMPDIR/with" "$BATS_TEST_TMPDIR/with"
}

@test "dumps of a quiet machine are the same, however they were taken" {
	require_root
	quietly '
		cd "$1"
		"$NSVIEW" dump -o first; "$NSVIEW" dump -o second
		sh -c "\"\$NSVIEW\" dump -o wrapped; true"
		sh -c "\"\$NSVIEW\" dump | cat >piped; true"
		unshare --mount --uts "$NSVIEW" dump -o unshared
		true # or bash would become the last command'
	for dump in second wrapped piped unshared; do
		run -0 --separate-stderr "$NSVIEW" diff "$BATS_TEST_TMPDIR/first" "$BATS_TEST_TMPDIR/$dump"
		run -0 --separate-stderr "$NSVIEW" diff "$BATS_TEST_TMPDIR/$dump" "$BATS_TEST_TMPDIR/first"
	done
}

@test "dumps: a name is no identity, numbers are for the machine's own, and a new network namespace says its name" {
	require_root
	require_command ip
	# The mount namespace of its own keeps the name out of this one.
	quietly '
		mount -t tmpfs none /run && cd "$1" || exit
		mkfifo gate; exec 7<>gate
		bash -c "read -r <&7; printf renamed >/proc/self/comm; echo >&8; read -r <&7" 8>done & exec 8<>done
		"$NSVIEW" dump -o before
		echo >gate; while [ "$(</proc/$!/comm)" != renamed ]; do :; done
		"$NSVIEW" dump -o renamed
		ip netns add lab
		bash -c "read -r <&7" & "$NSVIEW" dump -o after
		ip netns exec lab bash -c "read -r <&7" & while [ "$(readlink /proc/$!/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do :; done
		"$NSVIEW" dump -o joined
		kill %1 %2 %3'
	run -0 --separate-stderr "$NSVIEW" diff "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/renamed"
	changes before after
	jq -e '.snapshots.namespaces | map(select(.change == "new")) |
		length == 1 and .[0].name == "lab" and (.[0].what | endswith("bind mount /run/netns/lab"))' <<<"$output"
	jq -e '.snapshots.namespaces | map(select(.change == "changed" and .what == "1 process came")) | length == 8' <<<"$output"
	jq -e '.snapshots.processes | length == 1' <<<"$output"
	run -1 --separate-stderr "$NSVIEW" diff "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
	[[ $output != *"Processes that came"* ]]
	run -1 --separate-stderr "$NSVIEW" diff --all "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
	[[ $output == *"Processes that came"* ]]
	changes after joined
	jq -e '.snapshots.namespaces | any(.change == "changed" and .name == "lab" and (.what | startswith("1 process came")))' <<<"$output"
	jq -e '.snapshots.processes | length == 1 and (.[0].what | contains("in ") and contains("net:["))' <<<"$output"
}

@test "trouble is exit status 2" {
	run -2 "$NSVIEW" diff
	run -2 "$NSVIEW" diff 1 2 3
	run -2 "$NSVIEW" diff $$ 4194304
	run -2 "$NSVIEW" diff $$ "$(ns_of $$ uts)"
	[[ $output == *"is a namespace"* ]]
}
