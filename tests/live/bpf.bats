#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Both sources of processes tell the same, and a source that cannot be had says why.

load helpers

setup() {
	require_root
	require_command unshare nsenter setpriv jq pgrep
	run -1 "$NSVIEW" list --source bpf TARGET-THAT-IS-NOT-THERE
	[[ $output != *"use BPF"* ]] || skip_or_fail "$output"
}

# world_begin: a PID namespace with every kind of holder, which ends when this shell closes its
# standard input. WORLD gets the PID of its init.
world_begin() {
	local unshare
	mkfifo "$BATS_TEST_TMPDIR/gate" "$BATS_TEST_TMPDIR/ready"
	exec {WORLD_GATE}<>"$BATS_TEST_TMPDIR/gate"
	(
		exec 3>&- {WORLD_GATE}>&-
		exec unshare --pid --fork --kill-child --mount-proc "$BUILD/live/world"
	) <"$BATS_TEST_TMPDIR/gate" >"$BATS_TEST_TMPDIR/ready" 2>"$BATS_TEST_TMPDIR/err" &
	unshare=$!
	HELD_JOBS+=("$unshare") HELD_FDS+=("$WORLD_GATE")
	read -t 20 -r _ <"$BATS_TEST_TMPDIR/ready" || {
		cat "$BATS_TEST_TMPDIR/err"
		return 1
	}
	WORLD=$(pgrep --parent "$unshare")
	HELD_PIDS+=("$WORLD")
}

# The PIDs of the world's processes as they are seen outside, separated by commas.
world_pids() {
	ps -e -o pid= -o ppid= | sort -n | awk -v root="$WORLD" '
		{ parent[$1] = $2 }
		END {
			for (pid in parent) {
				for (p = pid; p && p != root; p = parent[p]);
				if (p) list = list (list ? "," : "") pid
			}
			print list
		}'
}

in_world() {
	nsenter --target "$WORLD" --pid --mount "$@"
}

# What a dump says but for who looked, when, and by which way, of the processes for which keep is
# true; unless that is all of them, of their namespaces alone.
# shellcheck disable=SC2016 # a jq program
graph='del(.coverage, .host.time, .host.uptime, .host.self)
	| .processes |= map(select((.flags | index("self") | not) and keep))
	| ([.processes[].pid] | map({key: tostring, value: true}) | from_entries) as $known
	| (.threads, .fds, .sockets) |= map(select($known[.pid | tostring]))
	| ([(.processes, .threads)[].ns[], (.fds, .sockets)[].ns] | map(select(.) | {key: ., value: true}) | from_entries) as $theirs
	| .namespaces |= (map(select(whole or $theirs[.ns]) | del(.seen_by)) | sort_by(.ns))
	| if whole then .mounts |= sort else del(.mounts, .idmaps, .labels, .users) end'

# same DEFS PROC BPF: whether two dumps tell the same. DEFS defines keep and whole in jq. What /proc
# could not tell ("denied") the other one may.
same() {
	jq -S "$1 $graph" "$2" >"$2.graph" || return
	jq -S --slurpfile proc "$2.graph" "$1 $graph"'
		| ($proc[0].processes | map({key: (.pid | tostring), value: .ns}) | from_entries) as $said
		| .processes |= map((.pid | tostring) as $pid
			| .ns |= with_entries(if $said[$pid][.key] == "denied" then .value = "denied" else . end))
		| ([$proc[0].namespaces[].ns] | map({key: ., value: true}) | from_entries) as $met
		| .namespaces |= map(select($met[.ns]))' "$3" >"$3.graph" || return
	[ -s "$2.graph" ] && diff -u "$2.graph" "$3.graph"
}

# Something may still be on its way to stand still: once they must be equal.
same_soon() {
	local defs=$1
	shift
	for _ in 1 2 3 4 5; do
		"$@" "$NSVIEW" dump --source proc >"$BATS_TEST_TMPDIR/proc" 2>/dev/null
		"$@" "$NSVIEW" dump --source bpf >"$BATS_TEST_TMPDIR/bpf" 2>/dev/null
		same "$defs" "$BATS_TEST_TMPDIR/proc" "$BATS_TEST_TMPDIR/bpf" >"$BATS_TEST_TMPDIR/diff" && return
	done
	cat "$BATS_TEST_TMPDIR/diff"
	return 1
}

@test "both sources tell the same from inside a PID namespace" {
	world_begin
	same_soon "def keep: true; def whole: true;" in_world
	jq -e '(.processes | length > 20) and (.threads | length == 7) and (.fds | length >= 12) and (.sockets | length >= 6)
		and any(.processes[]; .state == "Z") and any(.processes[]; .cpu >= 10) and any(.processes[]; .nspid)' \
		"$BATS_TEST_TMPDIR/bpf"
}

@test "tables of descriptors that are not the main thread's, by both sources" {
	world_begin
	same_soon "def keep: true; def whole: true;" in_world
	# Of those with descriptors and with sockets there: some whose main thread lives, some whose main thread has ended.
	jq -e '([.processes[] | {key: (.pid | tostring), value: (.state == "Z")}] | from_entries) as $gone
		| [.fds, .sockets] | all([.[] | select(.tid) | $gone[.pid | tostring]] | unique == [false, true])' "$BATS_TEST_TMPDIR/bpf"
}

@test "what the kernel keeps from /proc is counted and found by BPF" {
	world_begin
	in_world "$NSVIEW" dump --source proc >"$BATS_TEST_TMPDIR/proc"
	in_world "$NSVIEW" dump --source bpf >"$BATS_TEST_TMPDIR/bpf"
	jq -e '.coverage.sources.proc == {state: "ran", unread: 1}
		and ([.processes[] | select(.ns.pid_for_children == "denied")] | length == 1)' "$BATS_TEST_TMPDIR/proc"
	jq -e '.coverage.sources.bpf == {state: "ran", unread: 0} and .coverage.sources.proc.state == "not asked"
		and all(.processes[]; .ns.pid_for_children != "denied")' "$BATS_TEST_TMPDIR/bpf"
	[ "$(jq '.namespaces | length' "$BATS_TEST_TMPDIR/bpf")" -eq \
		$(($(jq '.namespaces | length' "$BATS_TEST_TMPDIR/proc") + 1)) ]
}

@test "both sources tell the same of a PID namespace from outside" {
	world_begin
	same_soon "def keep: .pid | IN($(world_pids)); def whole: false;" env
	jq -e "(.processes | any(.nspid == 1 and .pid == $WORLD)) and (.threads | length == 7) and (.sockets | length >= 6)" \
		"$BATS_TEST_TMPDIR/bpf.graph"
}

@test "a process that BPF does not show is read from /proc where it must be" {
	"$NSVIEW" dump --source bpf >"$BATS_TEST_TMPDIR/bpf" 2>/dev/null
	jq -e '([.processes[].pid] | map({key: tostring, value: true}) | from_entries) as $known
		| $known["1"] and all(.processes[]; .ppid == null or .ppid == 0 or $known[.ppid | tostring])' \
		"$BATS_TEST_TMPDIR/bpf"
}

@test "both sources tell odd command lines byte by byte" {
	require_root
	local out=$BATS_TEST_TMPDIR/odd source
	(exec -a $'a\nb\x1b]0;\xff' sleep 1000) & HELD_PIDS+=($!) HELD_JOBS+=($!)
	(exec -a '' sleep 1000) & HELD_PIDS+=($!) HELD_JOBS+=($!)
	(exec -a ' ' sleep 1000) & HELD_PIDS+=($!) HELD_JOBS+=($!)
	for source in proc bpf; do
		"$NSVIEW" dump --source $source |
			jq -c --argjson pids "[${HELD_PIDS[0]}, ${HELD_PIDS[1]}, ${HELD_PIDS[2]}]" \
				'.processes[] | select(.pid | IN($pids[])) | [.cmdline, .cmdline_bytes]' >"$out.$source"
	done
	diff "$out.proc" "$out.bpf"
	[ "$(jq -sc 'map(.[1])' "$out.bpf")" = "[\"$(printf 'a\nb\x1b]0;\xff 1000' | od -An -tx1 -v | tr -d ' \n')\",null,null]" ]
}

@test "a PID namespace that waits for a thread's first child is told by BPF, and counted by /proc" {
	require_root
	require_command python3
	local pid out=$BATS_TEST_TMPDIR/unborn thread='.threads[] | select(.pid == $pid) | .ns.pid_for_children'
	mkfifo "$out"
	python3 -c '
import ctypes, os, threading, time
def strand():
    assert ctypes.CDLL(None).unshare(0x20000000) == 0
    print(os.getpid(), flush=True)
    time.sleep(1000)
threading.Thread(target=strand).start()' >"$out" 3>&- &
	HELD_JOBS+=($!) HELD_PIDS+=($!)
	read -r pid <"$out"
	[[ $("$NSVIEW" dump --source bpf 2>/dev/null | jq -r --argjson pid "$pid" "$thread") == pid:* ]]
	"$NSVIEW" dump --source proc 2>/dev/null >"$out.json"
	[ "$(jq -r --argjson pid "$pid" "$thread" "$out.json")" = denied ]
	[ "$(jq '.coverage.sources.threads.unread >= 1' "$out.json")" = true ]
	json_valid nsview.dump.1.json "$out.json"
	"$NSVIEW" list --from "$out.json" >/dev/null
}

@test "how many processes nsview can see decides whether BPF pays" {
	require_root
	local i state
	for ((i = 0; i < 210; i++)); do sleep 1000 & HELD_PIDS+=($!) HELD_JOBS+=($!); done
	state=$("$NSVIEW" list -J -o NS | jq -r .coverage.sources.bpf.state)
	[ "$state" = ran ]
	state=$(unshare --pid --fork --mount-proc "$NSVIEW" list -J -o NS | jq -r .coverage.sources.bpf.state)
	[ "$state" = "not asked" ]
}

@test "lists of both sources are the same" {
	world_begin
	in_world "$NSVIEW" list --source proc --raw -t mnt,net,user,uts,ipc -o NS,TYPE,PATH,NPROCS,PID,PPID,USER,PNS,ONS,ID,THREADS \
		>"$BATS_TEST_TMPDIR/proc"
	in_world "$NSVIEW" list --source bpf --raw -t mnt,net,user,uts,ipc -o NS,TYPE,PATH,NPROCS,PID,PPID,USER,PNS,ONS,ID,THREADS \
		>"$BATS_TEST_TMPDIR/bpf"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/bpf")" -gt 10 ]
	diff "$BATS_TEST_TMPDIR/proc" "$BATS_TEST_TMPDIR/bpf"
}

@test "bpf without capabilities is refused with the reason, auto goes on" {
	run -1 setpriv --reuid 65534 --regid 65534 --clear-groups "$NSVIEW" list --source bpf
	[[ $output == *"CAP_BPF and CAP_PERFMON"* ]]
	run -0 --separate-stderr setpriv --reuid 65534 --regid 65534 --clear-groups "$NSVIEW" list --source auto
	[[ $output == *mnt* ]]
}

@test "capabilities of another user namespace do not count" {
	local pid
	hold pid unshare --user --map-root-user
	run -1 nsenter --target "$pid" --user "$NSVIEW" list --source bpf
	[[ $output == *"first user namespace"* ]]
}

@test "another source than auto, proc and bpf is refused" {
	run -2 "$NSVIEW" list --source procfs
	[[ $output == *"auto, proc or bpf"*"procfs"* ]]
}
