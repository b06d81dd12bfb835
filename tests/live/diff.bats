#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# nsview diff on processes, namespaces and dumps.

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
	hold pid unshare --uts --net --mount sh -c 'hostname nsv-diff && mount -t tmpfs none /mnt && exec "$@"' -
	run -1 --separate-stderr "$NSVIEW" diff -J $$ "$pid"
	json_valid nsview.diff.1.json <<<"$output"
	jq -e '.processes.types | map(select(.is == "different").type) == ["mnt", "net", "uts"]' <<<"$output"
	jq -e '.processes.inside[] | select(.what == "host name") | .b == "nsv-diff"' <<<"$output"
	jq -e '.processes.inside[] | select(.what == "interfaces") | .b == "lo"' <<<"$output"
	jq -e '.processes.inside[] | select(.what == "mounted only there") | .b == "/mnt"' <<<"$output"
	jq -e '.processes.inside[] | select(.what == "mounts") | .a != .b' <<<"$output"
}

@test "the tables fit the terminal where no name is too long for it" {
	require_root
	hold pid unshare --uts --net --mount --ipc --user --map-root-user
	COLUMNS=80 run -1 --separate-stderr "$NSVIEW" diff $$ "$pid"
	[[ $output == *"Inside those that differ:"* ]]
	# What stands before the tables is a line a value.
	sed -n '/^Namespaces:/,$p' <<<"$output" | run -1 grep -E '^.{81}'
}

@test "a chrooted process has another root directory" {
	require_root
	mkdir "$BATS_TEST_TMPDIR/jail"
	mount --bind / "$BATS_TEST_TMPDIR/jail" && HELD_MOUNTS+=("$BATS_TEST_TMPDIR/jail")
	hold plain env
	# The same directory through another mount. The working directory stays where hold looks for its PID.
	hold jailed python3 -c 'import os, sys; os.chroot(sys.argv[1]); os.execvp(sys.argv[2], sys.argv[2:])' \
		"$BATS_TEST_TMPDIR/jail"
	run -1 --separate-stderr "$NSVIEW" diff -J "$plain" "$jailed"
	json_valid nsview.diff.1.json <<<"$output"
	jq -e '.processes | .root == "different" and (.root_b.path | endswith("/jail")) and .root_a.mount != .root_b.mount and
		(.types | all(.is == "shared"))' <<<"$output"
	run -1 --separate-stderr "$NSVIEW" diff "$plain" "$jailed"
	[[ $output == *"Root directory: "*different* ]]
	run -0 --separate-stderr "$NSVIEW" diff "$plain" $$
	release "$jailed"
}

@test "two namespaces of a type are compared, by name, path or number" {
	require_root
	require_command ip
	netns_add a
	netns_add b
	hold pid unshare --uts
	run -1 --separate-stderr "$NSVIEW" diff -J "$a" "$b"
	json_valid nsview.diff.1.json <<<"$output"
	jq -e --arg a "$a" '.namespaces | (.types | map(.type + .is) == ["netdifferent"]) and .types[0].name_a == $a and .a == null and
		(.inside[0] | .what == "interfaces" and .a == "lo")' <<<"$output"
	run -1 --separate-stderr "$NSVIEW" diff "net:$(stat -Lc %i "/run/netns/$a")" "net:[$(stat -Lc %i "/run/netns/$b")]"
	run -0 --separate-stderr "$NSVIEW" diff "$a" "/run/netns/$a"
	# Beside a process it is one of its types that counts.
	run -1 --separate-stderr "$NSVIEW" diff -J "$pid" "$a"
	jq -e '.namespaces.types | length == 1' <<<"$output"
	run -0 --separate-stderr "$NSVIEW" diff $$ "net:$(ns_of $$ net)"
	run -2 --separate-stderr "$NSVIEW" diff "$a" "$(ns_of "$pid" uts)"
	[[ $stderr == *"different types, net and uts"* ]]
}

@test "a name of several namespaces of one type is refused" {
	require_root
	hold one unshare --uts
	hold two unshare --uts
	mkdir "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/b"
	ns_bind "$one" uts "$BATS_TEST_TMPDIR/a/nsv-twice-$$"
	ns_bind "$two" uts "$BATS_TEST_TMPDIR/b/nsv-twice-$$"
	run -2 "$NSVIEW" diff "nsv-twice-$$" $$
	[[ $output == *"name of several uts namespaces"* ]]
}

@test "dumps: what came and what went" {
	require_root
	hold pid unshare --uts
	uts=$(ns_of "$pid" uts)
	"$NSVIEW" dump -o "$BATS_TEST_TMPDIR/with" 2>/dev/null
	release "$pid"
	"$NSVIEW" dump -o "$BATS_TEST_TMPDIR/without" 2>/dev/null
	changes with without
	jq -e --argjson ns "$uts" '.snapshots.namespaces | any(.change == "gone" and .type == "uts" and .ns == $ns)' <<<"$output"
	jq -e --argjson pid "$pid" '.snapshots.processes | map(select(.pid == $pid)) |
		length == 1 and .[0].change == "gone" and (.[0].what | startswith("uts went, too")) and (.[0].namespaces | length == 8)' <<<"$output"
	changes without with
	jq -e --argjson ns "$uts" '.snapshots.namespaces | any(.change == "new" and .type == "uts" and .ns == $ns)' <<<"$output"
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

@test "messages name the file that is wrong" {
	cd "$BATS_TEST_TMPDIR"
	"$NSVIEW" dump -o dump 2>/dev/null
	: >empty
	: >empty2
	echo text >text
	for order in "dump nosuch" "nosuch dump"; do
		# shellcheck disable=SC2086 # two operands
		run -2 "$NSVIEW" diff $order
		[[ $output == *"there is no file nosuch"* ]]
	done
	run -2 "$NSVIEW" diff dump $$
	[[ $output == *"'$$' is no dump"*"only be compared with another"* ]]
	run -2 "$NSVIEW" diff empty empty2
	[ "${#lines[@]}" -eq 2 ]
	[[ $output == *"empty is empty"*"empty2 is empty"* ]]
	run -2 "$NSVIEW" diff dump empty
	[[ $output == *"empty is empty"* ]]
	run -2 "$NSVIEW" diff text dump
	[[ $output == *"text:1:1: no JSON object"* ]]
	# A pipe is a dump as well, and --from has targets.
	run -0 --separate-stderr "$NSVIEW" diff <(cat dump) <(cat dump)
	run -2 "$NSVIEW" diff --from dump dump dump
	[[ $output == *"nothing is called 'dump'"* ]]
}

@test "trouble is exit status 2" {
	run -2 "$NSVIEW" diff
	run -2 "$NSVIEW" diff 1 2 3
	run -2 "$NSVIEW" diff $$ 4194304
	run -2 "$NSVIEW" diff $$ net:
}

@test "what cannot be read is not taken for shared, and a zombie has left what others are in" {
	local zombie
	exec 7< <(exec python3 -c 'import os, time
pid = os.fork()
if pid == 0: os._exit(0)
print(pid, flush=True); time.sleep(60)')
	local parent=$!
	read -r zombie <&7
	for _ in $(seq 100); do grep -q '^State:.Z' "/proc/$zombie/status" && break; sleep 0.05; done
	run -1 "$NSVIEW" diff "$zombie" $$
	kill "$parent"
	exec 7<&-
	[[ $output =~ net\ +different\ +-\ +net: ]]
	run -2 setpriv --reuid=65534 --regid=65534 --clear-groups "$NSVIEW" diff 2 1
	[[ $output == *"may not be read"* ]]
}
