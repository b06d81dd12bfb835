#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Processes that come and go while they are read are no errors.

load helpers

@test "200 lists under heavy fork and exit: none fails and none is empty" {
	# Short lives with and without namespaces of their own, all of which end with the holder, their PID 1.
	# shellcheck disable=SC2016 # for the shell inside
	hold pid unshare --user --map-root-user --pid --fork sh -c '
		(while :; do (:) & (:) & wait; done) &
		(while :; do unshare --user --map-root-user --uts --ipc true; done) &
		exec "$@"' -
	for i in $(seq 200); do
		"$NSVIEW" list -rno NS,NPROCS >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || {
			echo "list $i: exit status $?"
			cat "$BATS_TEST_TMPDIR/err"
			false
		}
		[ "$(wc -l <"$BATS_TEST_TMPDIR/out")" -ge 8 ]
	done
	for i in $(seq 10); do
		"$NSVIEW" dump 2>/dev/null >"$BATS_TEST_TMPDIR/out"
		"$NSVIEW" list --from "$BATS_TEST_TMPDIR/out" -J 2>/dev/null | jq -e '.namespaces | length >= 8' >/dev/null
	done
}
