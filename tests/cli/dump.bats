#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Dumps that are read back: the document, and what --from says of one that is wrong.
#
# shellcheck disable=SC2154 # stderr and stderr_lines are set by run

load ../helpers

fixture() {
	echo "$ROOT/tests/fixtures/$1.json"
}

# trouble TEXT MESSAGE: list refuses a document that printf makes of TEXT, with one line that ends in MESSAGE.
trouble() {
	# shellcheck disable=SC2059 # the escapes are wanted
	run --separate-stderr "$NSVIEW" list --from - < <(printf "$1")
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[ "$stderr" = "nsview list: standard input:$2" ] || { echo "$stderr"; return 1; }
}

@test "every fixture is what the schema says" {
	for f in "$ROOT"/tests/fixtures/*.json; do
		json_valid nsview.dump.1.json "$f" || { echo "$f"; return 1; }
	done
}

@test "what the schema lets a row lack may be missing" {
	local least=$BATS_TEST_TMPDIR/least
	printf '{"schema":"nsview.dump/1","namespaces":[{"ns":"net:7"},{"ns":"user:8"}],"processes":[{"pid":7}],
		"threads":[{"pid":7,"tid":8}],"fds":[{"pid":7,"fd":1,"ns":"net:7"}],"sockets":[{"pid":7,"fd":1,"ns":"net:7"}],
		"mounts":[{"ns":"net:7","path":"/a"}],"labels":[{"key":"a","kind":"docker"}],"users":[{"uid":0,"name_bytes":"61ff"}],
		"idmaps":[{"ns":"user:8","map":"uid","inside":0,"outside":0,"count":1}]}' >"$least"
	json_valid nsview.dump.1.json "$least"
	run -0 "$NSVIEW" list --from "$least" -rn -o NS,HELD
	# And it is what tells the rows apart: without that they are refused by both.
	for member in $(jq -r '.["$defs"] | .namespace, .process, .thread, .fd, .socket, .mount, .idmap, .label, .user |
		.required[]' "$ROOT/man/schema/nsview.dump.1.json" | sort -u); do
		jq "walk(if type == \"object\" then del(.$member) else . end)" "$least" >"$least.$member"
		run -1 "$NSVIEW" list --from "$least.$member"
		[[ $output == *"is missing"* ]]
	done
}

@test "the schema and the documents have the same members" {
	local schema=$ROOT/man/schema/nsview.dump.1.json table
	# Members that stand for bytes are there only where a text is broken.
	# shellcheck disable=SC2016 # variables of jq
	members='map(keys) | add | unique | map(select(endswith("_bytes") | not))'
	for table in $(jq -r '.properties | keys[] | select(. != "schema")' "$schema"); do
		diff <(jq -c --arg t "$table" '.properties[$t] as $p | ."$defs"[($p."$ref" // $p.items."$ref") | ltrimstr("#/$defs/")] |
			[.properties] | '"$members" "$schema") \
			<(jq -cs --arg t "$table" '[.[][$t] | if type == "array" then .[] else . end] | '"$members" \
				"$(fixture host)" "$(fixture containers)" "$(fixture holders)" "$(fixture hostile)") ||
			{ echo "$table"; return 1; }
	done
}

@test "list and tree answer from a file and from standard input alike" {
	for f in host containers holders hostile; do
		for c in "list" "list --json" "tree" "tree --by pid" "tree --by process" "tree --json"; do
			# shellcheck disable=SC2086 # words
			a=$("$NSVIEW" $c --from "$(fixture $f)")
			# shellcheck disable=SC2086
			b=$("$NSVIEW" $c --from - <"$(fixture $f)")
			[ -n "$a" ]
			[ "$a" = "$b" ]
		done
	done
}

@test "a namespace is found by the path that it was mounted at" {
	run -0 --separate-stderr "$NSVIEW" list -o PID --from "$(fixture containers)" /run/docker/netns/5f1c0de5a7b9
	[ "${lines[1]// /}" = 1220 ]
}

@test "a path that the dump does not know is not looked up on this machine" {
	run -1 --separate-stderr "$NSVIEW" list --from "$(fixture containers)" /proc/self/ns/net
	[[ $stderr == *"/proc/self/ns/net: no namespace was mounted there when the dump was taken"* ]]
}

@test "a name that nothing has: what could have been meant" {
	run -1 --separate-stderr "$NSVIEW" show --from "$(fixture containers)" wbe
	[ "$stderr" = "nsview show: nothing is called 'wbe'; did you mean 'web'?" ]
	run -1 --separate-stderr "$NSVIEW" list --from "$(fixture containers)" completely-other
	[[ $stderr == "nsview list: nothing is called 'completely-other'; there are "*", lab, pause, web" ]]
	run -1 --separate-stderr "$NSVIEW" show --from "$(fixture host)" nothing-like-it
	[[ $stderr == *"nothing is called 'nothing-like-it': no container, machine or bind mount of a namespace"* ]]
}

@test "a pod is a name, though it holds a slash" {
	run -0 --separate-stderr "$NSVIEW" list -rno NAME -t mnt --from "$(fixture containers)" 0123456789ab
	[ "$output" = cart ]
	run -1 --separate-stderr "$NSVIEW" show --from "$(fixture containers)" shop/cart-7d9f4
	[[ $stderr == *"'shop/cart-7d9f4' is ambiguous: containerd "*" (pause), containerd "*" (cart)" ]]
}

@test "what the dump could not read is told, and --strict makes it fail" {
	run -0 --separate-stderr "$NSVIEW" list --from "$(fixture host)"
	[[ $stderr == "nsview list: the namespaces of 12 of 20 processes may not be read: take the dump as root"* ]]
	run -1 --separate-stderr "$NSVIEW" list --strict --from "$(fixture host)"
}

@test "no control byte of a hostile dump reaches the output" {
	for c in list tree "tree --by process" "list --raw --output-all"; do
		# shellcheck disable=SC2086 # words
		if "$NSVIEW" $c --from "$(fixture hostile)" 2>&1 | LC_ALL=C grep -n $'[\x01-\x08\x0b-\x1f\x7f]'; then
			echo "$c"
			return 1
		fi
	done
}

@test "no character that acts on a terminal reaches JSON as it is, and values stay the same" {
	local name='"a\u007f\u0080\u009b31m\u200e\u202e\u2066\u061cb\u00a0"' out=$BATS_TEST_TMPDIR/out form
	printf '{"schema":"nsview.dump/1","namespaces":[{"ns":"net:7"}],"processes":[{"pid":7,"comm":%s,"cmdline":%s,
		"ns":{"net":"net:7"}}]}' "$name" "$name" >"$BATS_TEST_TMPDIR/dump"
	for form in "list" "tree" "list -p 7" "show 7"; do
		# shellcheck disable=SC2086 # words
		"$NSVIEW" $form -J --from "$BATS_TEST_TMPDIR/dump" >"$out" 2>/dev/null
		LC_ALL=C run -1 grep -aE $'\x7f|\xc2[\x80-\x9f]|\xd8\x9c|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]' "$out"
		jq -e --argjson name "$name" '[.. | objects | .command? // empty] | length > 0 and all(. == $name)' "$out"
	done
	if "$NSVIEW" list -J --from "$(fixture hostile)" 2>/dev/null | LC_ALL=C grep -a $'[\x01-\x09\x0b-\x1f\x7f]'; then
		return 1
	fi
}

@test "a document that is wrong is refused with its place" {
	trouble '' '1:1: the document is empty'
	trouble '[]' "1:1: no JSON object: expected '{'"
	trouble '{"schema":"nsview.list/1","namespaces":[]}' \
		'1:11: /schema: expected "nsview.dump/1", found "nsview.list/1"'
	trouble '{"schema":"nsview.dump/1",\n"fds":[\n{"pid":7,' '3:10: the document ends in the middle: it was cut off'
	trouble '{"schema":"nsview.dump/1",\n"fds":[\n{"pid":7}]}' '3:1: /fds/0/pid: 7 is not among the processes'
	trouble '{"schema":"nsview.dump/1",\n"users":[{"uid":}]}' '2:17: broken JSON: unexpected character'
}

@test "numbers that are none, and which member is wrong" {
	trouble '{"schema":"nsview.dump/1",\n"more":NaN}' '2:8: broken JSON: a value that is none'
	trouble '{"schema":"nsview.dump/1",\n"host":{"more":[-Infinity]}}' '2:17: broken JSON: a value that is none'
	trouble '{"schema":"nsview.dump/1",\n"processes":[{"pid":1,"comm_bytes":"6"}]}' \
		'2:14: /processes/0/comm_bytes: expected pairs of hexadecimal digits, none of them 00, found "6"'
}

@test "a chain deeper than a terminal is wide goes on side by side, and JSON nests all of it" {
	local n=100 out=$BATS_TEST_TMPDIR/out
	jq -n --argjson n $n '{schema: "nsview.dump/1", namespaces: [range(1; $n + 1) | {ns: "uts:\(.)"}],
		processes: [range(1; $n + 1) | {pid: ., ppid: (. - 1), comm: "a", ns: {uts: "uts:\(.)"}}]}' >"$BATS_TEST_TMPDIR/chain"
	LC_ALL=C.UTF-8 "$NSVIEW" tree --by process -no COMMAND --from "$BATS_TEST_TMPDIR/chain" >"$out" 2>/dev/null
	[ "$(wc -l <"$out")" -eq $n ]
	[ "$(LC_ALL=C.UTF-8 awk '{ if (length($0) > max) max = length($0) } END { print max }' "$out")" -lt 140 ]
	# jq reads no document that nests so deep.
	"$NSVIEW" tree --by process -J -o PID --from "$BATS_TEST_TMPDIR/chain" 2>/dev/null | python3 -c '
import json, sys
depth, rows = 0, json.load(sys.stdin)["processes"]
while rows:
    depth, rows = depth + 1, rows[0]["children"]
sys.exit(depth != int(sys.argv[1]))' $n
}

@test "sums stay at the largest number rather than begin again from 0" {
	local max=9223372036854775807 p i
	for i in 1 2 3; do
		p="${p:+$p,}{\"pid\":$i,\"comm\":\"a\",\"threads\":4294967295,\"cpu\":$max,\"rss\":$max,\"ns\":{\"net\":\"net:7\"}}"
	done
	"$NSVIEW" list -J -o RSS,THREADS --from - <<<'{"schema":"nsview.dump/1","namespaces":[{"ns":"net:7"}],"processes":['"$p"']}' |
		grep -F '{"rss":18446744073709551615,"threads":12884901885}'
}

@test "what is wrong is told without its escape sequences" {
	trouble '{"schema":"nsview.dump/1",\n"processes":[{"pid":1,"comm":"a","label":"\\u001b[31m"}]}' \
		'2:14: /processes/0/label: "\x1b[31m" is not the key of a label'
}

@test "a dump of a newer version is told apart" {
	trouble '{"schema":"nsview.dump/2"}' \
		'1:11: /schema: nsview.dump/2 was written by a newer nsview; this one reads nsview.dump/1'
}

@test "a file that is not there or no file is an error" {
	run -1 --separate-stderr "$NSVIEW" list --from "$BATS_TEST_TMPDIR/none"
	[ "$stderr" = "nsview list: cannot open $BATS_TEST_TMPDIR/none: No such file or directory" ]
	run -1 --separate-stderr "$NSVIEW" tree --from "$BATS_TEST_TMPDIR"
	[ "$stderr" = "nsview tree: cannot read $BATS_TEST_TMPDIR: Is a directory" ]
}

@test "dump takes no operands" {
	run -2 --separate-stderr "$NSVIEW" dump out.json
	[[ $stderr == *"'-o FILE' names the file to write" ]]
}
