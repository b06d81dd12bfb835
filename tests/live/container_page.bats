#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# nsview-container(7) is true: each of its commands is run and prints what the page says.

load helpers

setup() {
	require_root
	require_command python3 busybox setpriv ip ipcmk
	DIR=$BATS_TEST_TMPDIR/road
	mkdir "$DIR"
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$(dirname "$BATS_TEST_TMPDIR")" "$BATS_TEST_TMPDIR" 2>/dev/null || true
	mkdir "$BATS_TEST_TMPDIR/bin"
	install -m 755 "$NSVIEW" "$BATS_TEST_TMPDIR/bin/nsview"
	# Not the caller's: the page shows where programs are found.
	PATH=$BATS_TEST_TMPDIR/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
	# See run.bats: no leak check after unshare(2).
	export ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0"
}

teardown() {
	umount "$DIR/box/proc" 2>/dev/null || true
	[ ! -e /run/nsview/uts/road ] || "$NSVIEW" run --release road
	live_done
}

@test "every command of nsview-container(7) prints what the page says" {
	[ ! -e /run/nsview/uts/road ] || skip_or_fail "something is kept here as 'road'"
	setpriv --reuid=65534 --clear-groups unshare -Ur true || skip_or_fail "users without privileges get no user namespace here"
	run python3 "$BATS_TEST_DIRNAME/page.py" "$ROOT/man/nsview-container.7" "$DIR"
	[ "$status" -eq 0 ] || { grep -A60 "^not ok" <<<"$output" && return 1; }
	[ "$(grep -c ^ok <<<"$output")" -ge 30 ]
}
