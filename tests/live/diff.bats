#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# nsview diff on processes and on dumps.

load helpers

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
	run -1 "$NSVIEW" diff -J "$BATS_TEST_TMPDIR/with" "$BATS_TEST_TMPDIR/without"
	json_valid nsview.diff.1.json <<<"$output"
	jq -e --arg ns "uts:[$uts]" '.snapshots.namespaces | any(.change == "gone" and .namespace == $ns)' <<<"$output"
	run -1 "$NSVIEW" diff -J "$BATS_TEST_TMPDIR/without" "$BATS_TEST_TMPDIR/with"
	jq -e --arg ns "uts:[$uts]" '.snapshots.namespaces | any(.change == "new" and .namespace == $ns)' <<<"$output"
	run -0 "$NSVIEW" diff "$BATS_TEST_TMPDIR/with" "$BATS_TEST_TMPDIR/with"
}

@test "trouble is exit status 2" {
	run -2 "$NSVIEW" diff
	run -2 "$NSVIEW" diff 1 2 3
	run -2 "$NSVIEW" diff $$ 4194304
	run -2 "$NSVIEW" diff $$ "$(ns_of $$ uts)"
	[[ $output == *"is a namespace"* ]]
}
