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

@test "what show and diff write of every kind of thing is what their schemas say" {
	local out="$BATS_TEST_TMPDIR/out" case target
	# One of each kind of holder and of each type; processes that hold something, contained ones and hostile ones.
	while read -r case target; do
		"$NSVIEW" show -J --from "$ROOT/tests/fixtures/$case.json" "$target" >"$out" 2>/dev/null
		json_valid nsview.show.1.json "$out" || { echo "$case $target"; return 1; }
	done < <(
		jq -r '.namespaces[].ns | "holders " + .' "$ROOT/tests/fixtures/holders.json"
		jq -r '.namespaces | unique_by(.ns | split(":")[0])[].ns | "containers " + .' "$ROOT/tests/fixtures/containers.json"
		printf 'holders %s\n' 2010 2020 2030 2070
		printf 'containers %s\n' 1 1220 2300 3080
		jq -r '.processes[:4][].pid | "hostile \(.)"' "$ROOT/tests/fixtures/hostile.json"
	)
	run -1 --separate-stderr "$NSVIEW" diff -J "$ROOT/tests/fixtures/containers.json" "$ROOT/tests/fixtures/holders.json"
	json_valid nsview.diff.1.json <<<"$output"
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
