#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What the looking commands make of saved snapshots, compared with tests/fixtures/CASE.FORM. After a change that is
# meant, UPDATE=1 bats tests/cli/golden.bats writes them anew, for review in the diff.

load ../helpers

# golden CASE FORM COMMAND...
golden() {
	local fixture="$ROOT/tests/fixtures/$1" expected="$ROOT/tests/fixtures/$1.$2"
	shift 2
	"$NSVIEW" "$@" --from "$fixture.json" >"$BATS_TEST_TMPDIR/out" 2>/dev/null
	[ -z "${UPDATE:-}" ] || cp "$BATS_TEST_TMPDIR/out" "$expected"
	diff -u "$expected" "$BATS_TEST_TMPDIR/out"
}

setup() {
	export LC_ALL=C.UTF-8
	unset COLUMNS
}

@test "tables of every fixture" {
	for case in host containers holders hostile; do
		golden $case list list
	done
}

@test "all columns as raw words" {
	for case in host containers holders hostile; do
		golden $case raw list --raw --output-all
	done
}

@test "trees of three kinds" {
	golden containers tree tree
	golden containers tree-pid tree --by pid
	golden containers tree-process tree --by process
	golden hostile tree-process tree --by process
}

@test "JSON of every fixture, and it is valid" {
	for case in host containers holders hostile; do
		golden $case list-json list --json
		json_valid nsview.list.1.json "$ROOT/tests/fixtures/$case.list-json"
	done
	golden containers tree-json tree --json --by pid -o NS,PID,NSPID
	json_valid nsview.tree.1.json "$ROOT/tests/fixtures/containers.tree-json"
}

@test "a narrow terminal cuts commands, ASCII stays ASCII" {
	COLUMNS=60 golden containers list-60 list
	LC_ALL=C golden hostile list-ascii list
	run -1 grep -P '[^\x00-\x7f]' "$ROOT/tests/fixtures/hostile.list-ascii"
}

@test "colour marks what no process is in, when it is asked for" {
	golden containers list-color list --color=always -t net
	NO_COLOR=1 golden containers list-plain list -t net
	run -1 grep -c "$(printf '\033')" "$ROOT/tests/fixtures/containers.list-plain"
}
