#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# nsview tree on namespaces that the tests make.

load helpers

@test "by user a namespace hangs below the user namespace that owns it, with the maps" {
	hold pid unshare --user --map-root-user --uts unshare --user --map-root-user --net
	"$NSVIEW" tree -J >"$BATS_TEST_TMPDIR/out" 2>/dev/null
	# Paths of inodes from the top down to the network namespace.
	jq -e --argjson net "$(ns_of "$pid" net)" --argjson inner "$(ns_of "$pid" user)" '
		def chains: .ns as $ns | [$ns], (.children[] | chains | [$ns] + .);
		[.namespaces[] | chains | select(last == $net)] | length == 1 and (.[0] | length == 4 and .[2] == $inner)
	' "$BATS_TEST_TMPDIR/out"
	jq -e --argjson inner "$(ns_of "$pid" user)" \
		'[.. | objects | select(.ns == $inner)][0].uidmap | length == 1' "$BATS_TEST_TMPDIR/out"
}

@test "types filter the tree but keep what it hangs on" {
	hold pid unshare --user --map-root-user --uts --ipc
	run -0 "$NSVIEW" tree -t uts -n -o NS
	[[ $output == *"$(ns_of "$pid" user)"* ]]
	[[ $output == *"$(ns_of "$pid" uts)"* ]]
	[[ $output != *"$(ns_of "$pid" ipc)"* ]]
}

@test "by pid the namespaces nest with their init and its PID inside" {
	require_root
	hold pid unshare --pid --fork unshare --pid --fork
	"$NSVIEW" tree --by pid -J >"$BATS_TEST_TMPDIR/out" 2>/dev/null
	jq -e --argjson ns "$(ns_of "$pid" pid)" --argjson pid "$pid" '
		[.namespaces[].children[].children[] | select(.ns == $ns)] | length == 1 and .[0].pid == $pid and .[0].nspid == 1
	' "$BATS_TEST_TMPDIR/out"
	run -2 "$NSVIEW" tree --by pid -t net
}

@test "by process a child is marked with the types in which it left its parent" {
	hold pid unshare --user --map-root-user --uts
	"$NSVIEW" tree --by process -J >"$BATS_TEST_TMPDIR/out" 2>/dev/null
	jq -e --argjson pid "$pid" '[.. | objects | select(.pid == $pid)][0].unshared == ["user", "uts"]' "$BATS_TEST_TMPDIR/out"
	# Filtered by a type, the ancestors stay and others go.
	"$NSVIEW" tree --by process -t uts -J >"$BATS_TEST_TMPDIR/out" 2>/dev/null
	jq -e --argjson pid "$pid" --argjson parent "$$" '
		[.. | objects | .pid? | values] | index($pid) != null' "$BATS_TEST_TMPDIR/out"
	run -0 "$NSVIEW" tree --by process -Q UNSHARED -n
	[[ $output == *"user,uts"* ]]
}
