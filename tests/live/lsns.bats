#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The same world seen by lsns and nsview: what both show must agree.

load helpers

# Only what lives all the while can be compared: a PID namespace of its own with nothing but holders in it.
# world COMMAND...: run it there, with its own /proc.
world() {
	unshare --pid --fork --mount-proc --kill-child "$@"
}

@test "every column that both have agrees, field by field" {
	require_root
	require_command lsns jq
	columns=NS,TYPE,PATH,NPROCS,PID,PPID,COMMAND,UID,USER,NSFS
	lsns --help | grep -q PNS && columns+=,PNS,ONS
	cat >"$BATS_TEST_TMPDIR/inside" <<-'INSIDE'
		set -eu
		nsview=$1 columns=$2 out=$3 gate=$4
		unshare --mount --uts --ipc --net sh -c 'echo; read -r x' <"$gate" >"$gate.ready" &
		read -r x <"$gate.ready"
		unshare --user --map-root-user --uts --cgroup sh -c 'sh -c "exit 0" & echo; read -r x' <"$gate" >"$gate.ready" &
		read -r x <"$gate.ready"
		setpriv --reuid=65534 --clear-groups unshare --user --map-root-user --net \
			sh -c 'echo; read -r x' <"$gate" >"$gate.ready" &
		read -r x <"$gate.ready"
		lsns -J -l -u -W -o "$columns" >"$out.lsns"
		"$nsview" list -J -o "$columns" >"$out.nsview" 2>/dev/null
	INSIDE
	mkfifo "$BATS_TEST_TMPDIR/gate" "$BATS_TEST_TMPDIR/gate.ready"
	exec 8<>"$BATS_TEST_TMPDIR/gate"
	world sh "$BATS_TEST_TMPDIR/inside" "$NSVIEW" "$columns" "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/gate" 3>&-
	exec 8>&-

	# The process that looks is itself a member, as the only difference: it sits beside its shell everywhere and
	# never leads. lsns writes 0 for a relation that it cannot see, and a list of mounts as one text.
	normal='[.namespaces[] | with_entries(if (.key == "pns" or .key == "ons") and .value == 0 then .value = null else . end)
		| if has("nsfs") then .nsfs |= (if type == "array" then (map(values) | join(",")) else (. // "") end) else . end]
		| map(select(.nprocs > 0)) | sort_by(.ns)'
	jq -S "$normal" "$BATS_TEST_TMPDIR/out.lsns" >"$BATS_TEST_TMPDIR/a"
	jq -S "$normal" "$BATS_TEST_TMPDIR/out.nsview" >"$BATS_TEST_TMPDIR/b"
	[ "$(jq length "$BATS_TEST_TMPDIR/a")" -ge 12 ]
	diff -u "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/b"
}

@test "scripts that were written for lsns run with nsview list" {
	require_command lsns
	hold pid unshare --user --map-root-user --uts
	for args in "-n -r -o NS,TYPE -p $pid" "-rno PID $(ns_of "$pid" uts)" "-t uts -t user -p $pid -n -r -o NS" \
		"-l -n -o TYPE,NS -p $pid" "--noheadings --raw --output PATH --task $pid"; do
		# shellcheck disable=SC2086 # lists of words
		[ "$(lsns $args 2>/dev/null)" = "$("$NSVIEW" list $args 2>/dev/null)" ]
	done
}
