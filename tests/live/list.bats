#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# nsview list on namespaces that the tests make.

load helpers

# row FILTER EXPR: a jq expression over the one namespace row for which FILTER holds, on stdin.
row() {
	jq -e "[.namespaces[] | select($1)] | if length == 1 then .[0] | $2 else error(\"\(length) rows\") end"
}

@test "all eight types of a process are listed with it as their lowest PID" {
	require_root
	hold pid unshare --mount --uts --ipc --net --pid --cgroup --user --time --map-root-user --fork
	"$NSVIEW" list -J -p "$pid" -o NS,TYPE,NPROCS,PID >"$BATS_TEST_TMPDIR/out"
	[ "$(jq '.namespaces | length' "$BATS_TEST_TMPDIR/out")" -eq 8 ]
	for type in cgroup ipc mnt net pid time user uts; do
		row ".type == \"$type\"" ".ns == $(ns_of "$pid" $type)" <"$BATS_TEST_TMPDIR/out"
	done
	row '.type == "pid"' ".nprocs == 1 and .pid == $pid" <"$BATS_TEST_TMPDIR/out"
}

@test "an inode shows the processes in the namespace, a PID its namespaces" {
	hold pid unshare --user --map-root-user --uts
	run -0 "$NSVIEW" list -rno PID "$(ns_of "$pid" uts)"
	[ "${lines[0]}" = "$pid" ]
	run -0 "$NSVIEW" list -rno NS,TYPE "$pid"
	[[ $output == *"$(ns_of "$pid" uts) uts"* ]]
	run -0 "$NSVIEW" list -rno PID "uts:[$(ns_of "$pid" uts)]"
	[ "${lines[0]}" = "$pid" ]
	run -0 "$NSVIEW" list -rno PID "/proc/$pid/ns/uts"
	[ "${lines[0]}" = "$pid" ]
}

@test "a namespace of ip netns is there with its name, path and id, without processes" {
	require_root
	require_command ip
	netns_add name
	ip netns set "$name" 4711
	"$NSVIEW" list -J -t net | row ".name == \"$name\"" \
		'.nprocs == 0 and .pid == null and .netnsid == 4711 and .nsfs == ["/run/netns/'"$name"'"] and .path == .nsfs[0]'
	run -0 "$NSVIEW" list -P -rno NAME -t net
	[[ $output == *"$name"* ]]
	run -0 "$NSVIEW" list -rno TYPE,NAME "$name"
	[ "${lines[0]}" = "net $name" ]
}

@test "who cannot read all processes does not know that a namespace has none" {
	require_root
	require_command ip
	netns_add name
	install -m 755 "$NSVIEW" "$BATS_TEST_TMPDIR/nsview"
	chmod 755 "$BATS_RUN_TMPDIR" "$(dirname "$BATS_TEST_TMPDIR")" "$BATS_TEST_TMPDIR"
	nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups "$BATS_TEST_TMPDIR/nsview")
	"${nobody[@]}" list -J -t net -o NS,NAME,NPROCS 2>/dev/null >"$BATS_TEST_TMPDIR/out"
	json_valid nsview.list.1.json "$BATS_TEST_TMPDIR/out"
	row ".name == \"$name\"" '.nprocs == null' <"$BATS_TEST_TMPDIR/out"
	run -0 --separate-stderr "${nobody[@]}" list -l -n -o NPROCS,NAME "$name"
	[[ $output =~ ^\ *\?\ +"$name"$ ]]
	"${nobody[@]}" show -J "$name" 2>/dev/null | jq -e '.namespace.nprocs == null'
	# Nor that nothing holds it.
	hold pid unshare --mount
	id=$(ns_of "$pid" mnt)
	setpriv --inh-caps=-sys_ptrace --bounding-set=-sys_ptrace "$NSVIEW" list -J -t mnt -o NS,NPROCS,HELD 2>/dev/null \
		>"$BATS_TEST_TMPDIR/out"
	row ".ns == $id" '.nprocs == null and .held == null' <"$BATS_TEST_TMPDIR/out"
	"$NSVIEW" list -J -t mnt -o NS,NPROCS,HELD 2>/dev/null | row ".ns == $id" '.nprocs == 1 and .held == "1p"'
}

@test "who sees no processes of others, which /proc hides, does not know that a namespace has none" {
	require_root
	install -m 755 "$NSVIEW" "$BATS_TEST_TMPDIR/nsview"
	chmod 755 "$BATS_RUN_TMPDIR" "$(dirname "$BATS_TEST_TMPDIR")" "$BATS_TEST_TMPDIR"
	# The names are those of a mount namespace of their own, and the place is one that nobody may look into.
	hold pid unshare --net
	unshare --mount sh -ec 'cd "$1"; pid=$2; touch lab
		mount --bind "/proc/$pid/ns/net" lab
		mount -t proc -o hidepid=2 proc /proc
		nobody="setpriv --reuid=65534 --regid=65534 --clear-groups ./nsview"
		$nobody list -J -t net -o NS,NAME,NPROCS,THREADS,CPU,RSS >out 2>err
		$nobody show "$PWD/lab" >shown 2>/dev/null
		$nobody dump >dump 2>/dev/null' - "$BATS_TEST_TMPDIR" "$pid" || fail "no proc with hidepid"
	cd "$BATS_TEST_TMPDIR"
	json_valid nsview.list.1.json out
	json_valid nsview.dump.1.json dump
	row '.name == "lab"' '[.nprocs, .threads, .cpu, .rss] == [null, null, null, null]' <out
	jq -e '.coverage | .hidden and .unreadable == 0' out
	[[ $(<err) == *"/proc hides the processes of others"* ]]
	[[ $(<shown) =~ Processes:\ +"?" ]]
	[[ $(<shown) == *"as far as may be seen (/proc hides processes of others) no process is in it: only a bind mount"* ]]
	# A dump says the same of itself.
	run -0 --separate-stderr "$NSVIEW" list --from dump -J -t net -o NS,NAME,NPROCS
	row '.name == "lab"' '.nprocs == null' <<<"$output"
	[[ $stderr == *"/proc hid the processes of others"* ]]
	"$NSVIEW" list -J 2>/dev/null | jq -e '.coverage.hidden == false'
}

@test "a network namespace without an id is unassigned, null in JSON" {
	require_root
	netns_add name
	run -0 "$NSVIEW" list -rno NETNSID "$name"
	[ "${lines[0]}" = unassigned ]
	"$NSVIEW" list -J "$name" -o NETNSID | jq -e '.namespaces[0].netnsid == null'
}

@test "parents and owners that no process is in are listed too" {
	# The outer user and PID namespaces lose their processes but for those inside the inner ones.
	hold pid unshare --user --map-root-user unshare --user --map-root-user --uts
	"$NSVIEW" list -J -o NS,TYPE,NPROCS,PNS,ONS >"$BATS_TEST_TMPDIR/out"
	inner=$(ns_of "$pid" user)
	outer=$(row ".ns == $inner" .pns <"$BATS_TEST_TMPDIR/out")
	row ".ns == $outer" '.type == "user" and .nprocs == 0' <"$BATS_TEST_TMPDIR/out"
	row ".ns == $(ns_of "$pid" uts)" ".ons == $inner" <"$BATS_TEST_TMPDIR/out"
	# Nothing names a namespace that is not listed.
	jq -e '[.namespaces[].ns] as $all | [.namespaces[] | .pns, .ons | values] - $all == []' "$BATS_TEST_TMPDIR/out"
}

@test "nested PID namespaces know their parent and the PID inside" {
	require_root
	hold outer unshare --pid --fork
	hold inner unshare --pid --fork unshare --pid --fork
	"$NSVIEW" list -J -t pid -o NS,PID,PNS,NSPID >"$BATS_TEST_TMPDIR/out"
	row ".ns == $(ns_of "$outer" pid)" ".pns == $(ns_of $$ pid) and .nspid == 1" <"$BATS_TEST_TMPDIR/out"
	middle=$(row ".ns == $(ns_of "$inner" pid)" .pns <"$BATS_TEST_TMPDIR/out")
	row ".ns == $middle" ".pns == $(ns_of $$ pid)" <"$BATS_TEST_TMPDIR/out"
}

@test "who made the owning user namespace is told" {
	require_root
	hold pid setpriv --reuid=65534 --clear-groups unshare --user --map-root-user --uts
	"$NSVIEW" list -J -o NS,OUID,OUSER,UID,UIDMAP | row ".ns == $(ns_of "$pid" user)" \
		'.ouid == 65534 and .uidmap == ["0:65534:1"] and .uid == 65534'
	"$NSVIEW" list -J -o NS,OUID | row ".ns == $(ns_of "$pid" uts)" '.ouid == 65534'
}

@test "a zombie is no trouble, and its lost links are absent, not denied" {
	# The holder's parent has a second child, which exits at once and is not waited for. It is no shell:
	# one reaps also the children that it had before its exec.
	hold pid perl -e 'fork or exit; my $held = fork or exec @ARGV; waitpid $held, 0'
	parent=$(awk '/^PPid:/ { print $2 }' "/proc/$pid/status")
	until zombie=$(ps -o pid=,stat= --ppid "$parent" | awk '$2 ~ /^Z/ { print $1; exit }') && [ -n "$zombie" ]; do :; done
	run -0 --separate-stderr "$NSVIEW" list -J -p "$zombie"
	jq -e '.namespaces | map(.type) | index("user") and (index("mnt") | not)' <<<"$output"
}

@test "a PID that does not exist, or may not be read, is an error and no empty table" {
	run -1 "$NSVIEW" list -p 4194304
	[[ $output == *"there is no process 4194304"* ]]
	run -1 "$NSVIEW" list 4194304
	run -1 "$NSVIEW" list 4026530000
	[[ $output == *"there is no namespace 4026530000"* ]]
	run -1 "$NSVIEW" list no-such-name
	run -1 "$NSVIEW" list /dev/null
	[[ $output == *"/dev/null is no namespace"* ]]
	run -2 "$NSVIEW" list -p 0
	run -2 "$NSVIEW" list -p 4194305
	run -2 "$NSVIEW" list net:zero
}

@test "nobody sees own processes and is told how many others there are" {
	require_root
	# The program may lie where nobody may go.
	install -m 755 "$NSVIEW" "$BATS_TEST_TMPDIR/nsview"
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$(dirname "$BATS_TEST_TMPDIR")" "$BATS_TEST_TMPDIR" 2>/dev/null || true
	run --separate-stderr setpriv --reuid=65534 --regid=65534 --clear-groups "$BATS_TEST_TMPDIR/nsview" list -J
	[ "$status" -eq 0 ]
	[[ $stderr =~ "the namespaces of "[0-9]+" of "[0-9]+" processes may not be read: run nsview as root" ]]
	jq -e '(.namespaces | length) > 0 and .coverage.unreadable > 0' <<<"$output"
	run -1 setpriv --reuid=65534 --regid=65534 --clear-groups "$BATS_TEST_TMPDIR/nsview" list --strict
	run -1 --separate-stderr setpriv --reuid=65534 --regid=65534 --clear-groups "$BATS_TEST_TMPDIR/nsview" list -p $$
	[[ $stderr == *"may not be read"* ]]
	[ -z "$output" ]
}

@test "a /proc of another PID namespace is refused with an explanation" {
	require_root
	# The child is in a new PID namespace and still has the old /proc.
	run -1 unshare --pid --fork "$NSVIEW" list
	[[ $output == *"/proc belongs to another PID namespace"*"mount -t proc"* ]]
	run -0 unshare --pid --fork --mount-proc "$NSVIEW" list -t pid
}

@test "a full disk is noticed, a closed pipe stays quiet" {
	run -1 sh -c '"$1" list >/dev/full' - "$NSVIEW"
	[[ $output == *"No space left on device"* ]]
	run -1 sh -c '"$1" list -J >/dev/full' - "$NSVIEW"
	run sh -c 'trap "" PIPE; { "$1" list -J 2>&3 3>&-; echo "exit $?" >&3; } 3>&2 | :' - "$NSVIEW"
	[[ $output != *"ipe"* ]]
}

@test "no control byte of a process reaches the output, and JSON stays valid" {
	hold pid env -i PATH="$PATH" bash -c 'exec -a "$(printf "a\033[31m\n\342\200\256b\377c")" unshare --user --uts "$@"' -
	"$NSVIEW" list -u -o NS,COMMAND >"$BATS_TEST_TMPDIR/out" 2>&1
	run -1 grep -c "$(printf '\033')" "$BATS_TEST_TMPDIR/out"
	"$NSVIEW" list -r -o NS,COMMAND >"$BATS_TEST_TMPDIR/out" 2>&1
	run -1 grep -c "$(printf '\033')" "$BATS_TEST_TMPDIR/out"
	"$NSVIEW" list -J >"$BATS_TEST_TMPDIR/out" 2>/dev/null
	json_valid nsview.list.1.json "$BATS_TEST_TMPDIR/out"
}

@test "every form of real output is what its schema says" {
	for args in "list -J" "list -J -T" "tree -J" "tree -J --by pid" "tree -J --by process"; do
		# shellcheck disable=SC2086 # a list of words
		"$NSVIEW" $args 2>/dev/null | json_valid "nsview.${args%% *}.1.json"
	done
	"$NSVIEW" list -J "$(ns_of $$ pid)" 2>/dev/null | json_valid nsview.list.1.json
}

@test "each thing that can hold a namespace is found and counted" {
	require_root
	touch "$BATS_TEST_TMPDIR/bound"
	hold pid unshare --uts --ipc
	uts=$(ns_of "$pid" uts) ipc=$(ns_of "$pid" ipc)
	ns_bind "$pid" uts "$BATS_TEST_TMPDIR/bound"
	hold other sh -c 'exec 9<"/proc/$0/ns/ipc"; exec "$@"' "$pid"
	release "$pid"
	"$NSVIEW" list -J -P -o NS,HELD >"$BATS_TEST_TMPDIR/out"
	row ".ns == $uts" '.held == "1m"' <"$BATS_TEST_TMPDIR/out"
	row ".ns == $ipc" '.held == "1f"' <"$BATS_TEST_TMPDIR/out"
}
