#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# nsview top on a terminal: the real program in tmux, which is asked for what its screen shows until
# that is there or a deadline has passed.
#
# shellcheck disable=SC2154 # stderr is set by run
# shellcheck disable=SC2016,SC2030,SC2031 # commands are for the shell inside; a test is a subshell of its own

load helpers

setup() {
	require_root
	require_command tmux
	SOCKET=$BATS_TEST_TMPDIR/tmux
	mkdir "$BATS_TEST_TMPDIR/config"
	tm -f /dev/null new-session -d -x 100 -y 30 \
		"env TERM=screen LC_ALL=C.UTF-8 XDG_CONFIG_HOME=$BATS_TEST_TMPDIR/config PS1='prompt> ' bash --norc --noprofile"
	tm set-option -g remain-on-exit off
	wait_for 'prompt>'
}

teardown() {
	tm kill-server 2>/dev/null || true
	live_done
}

tm() { tmux -S "$SOCKET" "$@" 3>&-; }
keys() { tm send-keys -- "$@"; }
text() { tm send-keys -l -- "$1"; }
screen() { tm capture-pane -p; }

# until_true COMMAND...: ask until it succeeds; at most 60 seconds.
until_true() {
	local end=$((SECONDS + 60))
	until "$@"; do
		((SECONDS < end)) || {
			echo "waited too long: $*"
			screen
			return 1
		}
		read -rt 0.1 <> <(:) || true
	done
}

shows() { screen | grep -qF -e "$1"; }
hides() { ! shows "$1"; }
wait_for() { until_true shows "$1"; }

# start [OPTION...]: run top and wait for its first complete screen. Its PID is in $BATS_TEST_TMPDIR/pid.
start() {
	local d=$BATS_TEST_TMPDIR
	{
		echo "trap : INT; stty -g >$d/before"
		printf '(echo "$BASHPID" >%q; exec %q top' "$d/pid" "$NSVIEW"
		[ $# -eq 0 ] || printf ' %q' "$@"
		printf ')\necho "status=$?"; stty -g >%q; echo over\n' "$d/after"
	} >"$d/script"
	keys ". $d/script" Enter
	wait_for ' processes '
	until_true hides 'Scanning...'
}

# The program is over and the terminal is as it was.
ended() {
	wait_for 'over'
	cmp "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
	[ "$(tm display-message -p '#{alternate_on}')" = 0 ]
}

@test "it shows groups, views follow their numbers, and q leaves the terminal as it was" {
	start
	wait_for '[Groups]'
	wait_for 'UNIQUE-NS'
	keys 2 && wait_for '[Namespaces]'
	wait_for 'HELD'
	keys 3 && wait_for '[Processes]'
	keys 4 && wait_for '[User tree]'
	keys 5 && wait_for '[PID tree]'
	keys BTab && wait_for '[Groups]'
	keys '?' && wait_for 'go down to the members'
	keys Escape && until_true hides 'go down to the members'
	keys q
	wait_for 'status=0'
	ended
}

@test "rates, search, filter, tree, sort, types, columns, details, freeze and delay have their keys" {
	local pid
	hold pid unshare --net --uts --mount
	start
	keys 3 && wait_for '[Processes]'
	keys / && text "read -r pid" && keys Enter && wait_for 'search: read -r pid'
	keys n && keys N && keys Escape && until_true hides 'search:'
	keys F4 && text "PID == $pid" && keys Enter && wait_for "filter: PID == $pid"
	wait_for "$pid"
	keys t && keys t
	keys Enter && wait_for "of $pid"
	wait_for "$(ns_of "$pid" net)"
	keys BSpace && wait_for '[Processes]'
	keys F6 && wait_for 'Sort by' && keys Escape
	keys F7 && wait_for 'Types:' && keys Escape
	keys F2 && wait_for 'Columns:' && keys Escape
	keys Tab && wait_for 'The same elsewhere'
	keys Tab && wait_for 'Tab closes' && keys Tab && until_true hides 'Details'
	keys Space && wait_for 'FROZEN' && keys Z && until_true hides 'FROZEN'
	keys d && wait_for 'Seconds between' && text 1 && keys Enter && until_true hides 'Seconds between'
	keys q
	ended
}

@test "it shows what nsview show says in the details" {
	local pid
	hold pid unshare --net --uts
	start -p "$pid" -t net
	wait_for "$(ns_of "$pid" net)"
	keys Tab
	wait_for "nsview enter net:$(ns_of "$pid" net)"
	keys q
	ended
}

@test "e goes inside and comes back" {
	local pid
	hold pid unshare --uts --net
	start -v processes -Q "PID == $pid"
	wait_for "$pid"
	keys e
	wait_for "entering $pid"
	keys 'echo "inside $(readlink /proc/self/ns/uts)"' Enter
	wait_for "inside uts:[$(ns_of "$pid" uts)]"
	keys 'exit 7' Enter
	wait_for 'exit status 7'
	keys q
	ended
}

@test "a shell's own exit status is no sign that nothing was entered" {
	local pid
	hold pid unshare --uts --net
	start -v processes -Q "PID == $pid"
	wait_for "$pid"
	keys e && wait_for "entering $pid"
	keys 'echo "inside $(readlink /proc/self/ns/uts)"' Enter
	wait_for "inside uts:[$(ns_of "$pid" uts)]"
	keys 'exit 127' Enter
	wait_for 'exit status 127'
	keys q
	ended
}

@test "e goes in by another member when the first process is gone" {
	local first other
	hold first unshare --uts --net
	nsenter -t "$first" --uts --net sleep 1000 3>&- &
	other=$!
	HELD_JOBS+=("$other") HELD_PIDS+=("$other")
	until_true same_uts "$first" "$other"
	start -Q "PID == $first"
	until_true shows 'sandbox'
	keys Space && wait_for 'FROZEN'
	kill -9 "$first"
	until_true process_gone "$first"
	keys e
	wait_for "entering $other"
	keys exit Enter
	wait_for 'exit status 0'
	keys q
	ended
}

@test "what could not be entered is said, and waits to be read" {
	local pid parent
	mkdir "$BATS_TEST_TMPDIR/empty"
	exec 7< <(exec unshare --uts python3 -c 'import os, sys, time
os.chroot(sys.argv[1]); os.chdir("/"); print(os.getpid(), flush=True); time.sleep(600)' "$BATS_TEST_TMPDIR/empty" 3>&-)
	parent=$!
	read -r pid <&7
	start -v processes -Q "PID == $pid"
	wait_for "$pid"
	keys e && wait_for 'nothing was entered; press Enter'
	shows 'there is no shell inside'
	keys Enter && wait_for '[Processes]'
	keys q
	kill "$parent"
	exec 7<&-
	ended
}

@test "what has gone before it could be entered is said" {
	local pid
	hold pid unshare --uts --net
	start -d 3600 -v processes -Q "PID == $pid"
	wait_for "$pid"
	until_true refreshed
	release "$pid"
	keys e && wait_for 'its processes are gone'
	keys q
	ended
}

same_uts() { [ "$(ns_of "$1" uts)" = "$(ns_of "$2" uts)" ] && [ "$(cat "/proc/$2/comm")" = sleep ]; }

@test "members of what a filter found are all there" {
	local pid
	hold pid unshare --net --uts
	start -v namespaces -Q "TYPE == 'net' && NS == $(ns_of "$pid" net)"
	wait_for "$(ns_of "$pid" net)"
	keys Enter && wait_for '[Processes]'
	wait_for 'read -r pid'
	until_true hides 'filter:'
	keys BSpace && wait_for 'filter: TYPE'
	keys q
	ended
}

# The second look, which comes soon, has rates: the next one comes after the delay.
refreshed() { screen | grep -qE ' S +[0-9]+ +[0-9.]+ '; }

@test "a signal is sent after it was asked for and confirmed" {
	local pid
	hold pid unshare --uts
	start -v processes -Q "PID == $pid"
	wait_for "$pid"
	keys F9 && wait_for "Signal to process $pid"
	keys End Enter && wait_for "Send SIGKILL to process $pid (sh)?"
	kill -0 "$pid"
	keys y && wait_for "SIGKILL sent to process $pid (sh)"
	until_true process_gone "$pid"
	keys q
	ended
}

process_gone() { ! kill -0 "$1" 2>/dev/null || grep -q '^State:.Z' "/proc/$1/status"; }

@test "--readonly turns off enter and signal" {
	local pid
	hold pid unshare --uts
	start --readonly -v processes -Q "PID == $pid"
	wait_for "$pid"
	keys e && wait_for 'cannot enter: --readonly'
	keys F9 && wait_for 'cannot send a signal: --readonly'
	keys q
	ended
}

@test "settings are saved by W only, and come back" {
	start
	keys 3 && wait_for '[Processes]'
	[ ! -e "$BATS_TEST_TMPDIR/config/nsview/toprc" ]
	keys W && wait_for 'saved in'
	grep -qx 'view processes' "$BATS_TEST_TMPDIR/config/nsview/toprc"
	[ "$(ls "$BATS_TEST_TMPDIR/config/nsview")" = toprc ]
	keys q
	ended
	keys clear Enter
	until_true hides over
	start
	wait_for '[Processes]'
	keys q
	ended
}

@test "settings that are a link are saved where it leads, and what is no file is left alone" {
	local d=$BATS_TEST_TMPDIR
	mkdir -p "$d/config/nsview" "$d/dotfiles"
	ln -s ../../dotfiles/toprc "$d/config/nsview/toprc"
	start
	keys 3 && wait_for '[Processes]'
	keys W && wait_for 'saved in'
	grep -qx 'view processes' "$d/dotfiles/toprc"
	chmod 644 "$d/dotfiles/toprc"
	keys 2 && wait_for '[Namespaces]'
	keys W && wait_for 'saved in'
	grep -qx 'view namespaces' "$d/dotfiles/toprc"
	[ -L "$d/config/nsview/toprc" ]
	[ "$(find "$d/config/nsview" "$d/dotfiles" -name 'toprc*' -printf '%f\n')" = $'toprc\ntoprc' ]
	[ "$(stat -c %a "$d/dotfiles/toprc")" = 644 ]

	chown -h 54321 "$d/config/nsview/toprc"
	keys W && wait_for "it is a link of another user's"
	rm "$d/config/nsview/toprc"
	ln -s toprc "$d/config/nsview/toprc"
	keys W && wait_for 'Too many levels'
	rm "$d/config/nsview/toprc"
	mkfifo "$d/config/nsview/toprc"
	keys W && wait_for 'it is no regular file'
	[ -p "$d/config/nsview/toprc" ]
	keys q
	ended
}

@test "each signal that ends it gives the terminal back" {
	local sig
	for sig in TERM HUP INT SEGV ABRT; do
		start
		kill -s "$sig" "$(<"$BATS_TEST_TMPDIR/pid")"
		ended
		keys clear Enter
		until_true hides over
	done
}

# terminal SCENARIO [PID]: a part of terminal.py.
terminal() {
	require_command python3 ps
	python3 "$BATS_TEST_DIRNAME/terminal.py" "$@" 3>&-
}

@test "no signal that ends a process leaves the terminal as it is not" {
	terminal signals
}

@test "SIGTERM ends it while the terminal takes no more output" {
	terminal stopped
	terminal frozen
}

@test "what ends it ends the shell inside, too" {
	local pid
	hold pid unshare --uts --net
	terminal shell "$pid"
}

@test "an interrupt in the shell inside is that shell's" {
	local pid
	hold pid unshare --uts --net
	terminal interrupt "$pid"
}

@test "without its terminal it is gone, and the shell inside with it" {
	local pid
	hold pid unshare --uts --net
	terminal lost "$pid"
}

@test "sizes that no terminal has are taken for large ones" {
	terminal huge
}

@test "it can be suspended and goes on" {
	# A shell with job control is the one that reads keys: top is its job.
	keys "$NSVIEW top" Enter
	wait_for 'namespaces'
	keys C-z
	wait_for 'Stopped'
	[ "$(tm display-message -p '#{alternate_on}')" = 0 ]
	keys fg Enter
	wait_for '[Groups]'
	keys q
	wait_for 'prompt>'
}

@test "any size will do, and a storm of sizes" {
	local size
	start
	for size in 120x40 40x8 39x7 20x3 10x2 1x1 200x50 80x24 5x30 100x30; do
		tm resize-window -x "${size%x*}" -y "${size#*x}"
	done
	wait_for '[Groups]'
	keys q
	ended
}

@test "without its terminal it is gone" {
	local pid
	start
	pid=$(<"$BATS_TEST_TMPDIR/pid")
	tm kill-server
	local end=$((${EPOCHREALTIME/./} + 15000000)) # it takes a second; a busy machine may take more
	while kill -0 "$pid" 2>/dev/null; do
		[ "${EPOCHREALTIME/./}" -lt "$end" ]
		read -rt 0.05 <> <(:) || true
	done
}

@test "hostile names do no harm" {
	local evil=$'\e[2J\e]0;owned\a\n\x9b31m\xff\u202e' pid
	cp "$(command -v sleep)" "$BATS_TEST_TMPDIR/evil"
	hold pid unshare --uts bash -c 'exec -a "$1" "${@:2}"' - "$evil"
	start -v processes -Q "PID == $pid || PPID == $pid"
	wait_for '\x1b'
	[ "$(tm display-message -p '#{pane_title}')" != owned ]
	keys q
	ended
}

@test "20,000 keys at random do not bring it down" {
	local sent
	start --readonly -d 0.2
	for ((sent = 0; sent < 20000; sent += 200)); do
		# All that is no way out: neither q nor F10, Ctrl-C, Ctrl-Z, Ctrl-\; W would write.
		# shellcheck disable=SC2020 # a set of characters
		head -c 3000 /dev/urandom | tr -dc ' -PR-VX-pr-~\t\r\010\014\033' | head -c 200 >"$BATS_TEST_TMPDIR/keys"
		tm load-buffer "$BATS_TEST_TMPDIR/keys"
		tm paste-buffer -r
	done
	until_true kill -0 "$(<"$BATS_TEST_TMPDIR/pid")"
	keys Escape Escape Escape Escape Escape
	until_true quits
	ended
}

# A prompt or a menu may be open: Esc closes it first.
quits() {
	keys Escape
	keys q
	shows over
}

@test "it refuses where there can be no screen, and names -b" {
	run -1 --separate-stderr "$NSVIEW" top </dev/null
	[[ $stderr == *"nsview top -b"* ]]
	keys "TERM=dumb $NSVIEW top" Enter
	wait_for "'nsview top -b' writes tables"
}

@test "it says why it cannot begin" {
	require_command setpriv prlimit
	cp "$NSVIEW" "$BATS_TEST_TMPDIR/nsview" # others may not reach where it was built
	keys "cd $BATS_TEST_TMPDIR; setpriv --reuid 54321 --regid 54321 --clear-groups prlimit --nproc=1 ./nsview top" Enter
	wait_for 'cannot start a thread to look at the machine: a limit of processes is reached'
}

@test "without /proc it says what the other commands say" {
	run -1 --separate-stderr unshare --mount sh -c 'mount -t tmpfs none /proc && exec "$1" top -b -n 1 -d 0.1' - "$NSVIEW"
	# A sanitizer has complaints of its own without /proc.
	[[ $stderr == *"nsview top: /proc is not mounted; mount it: 'mount -t proc proc /proc'"* ]]
}

@test "batches have rates and end after as many as are asked for" {
	run -0 --separate-stderr "$NSVIEW" top -b -n 2 -d 0.2
	[ "$(grep -c '^NAME' <<<"$output")" = 2 ]
	"$NSVIEW" top -b -n 3 -d 0.2 --json | jq -es 'length == 3 and all(.schema == "nsview.top/1") and
		all(.groups | length > 0) and all(.[].groups[]; ."cpu%" != null)'
	"$NSVIEW" top -b -n 1 -d 0.2 --json | json_valid nsview.top.1.json
}

@test "a network namespace without processes has rates as well" {
	require_command ip
	local from name ino
	hold from unshare --net
	netns_add name
	ino=$(stat -Lc %i "/run/netns/$name")
	ip -n "$name" link add nsvt1 type veth peer name nsvt0 netns "$from"
	nsenter -t "$from" -n sh -c 'ip addr add 192.0.2.1/30 dev nsvt0 && ip link set nsvt0 up'
	ip -n "$name" addr add 192.0.2.2/30 dev nsvt1
	ip -n "$name" link set nsvt1 up
	nsenter -t "$from" -n bash -c 'exec 5>/dev/udp/192.0.2.2/9
		while :; do printf "%1000s" x >&5 || true; read -rt 0.005 <> <(:) || true; done' 2>/dev/null 3>&- &
	HELD_JOBS+=($!) HELD_PIDS+=($!)
	"$NSVIEW" top -b -v namespaces -n 1 -d 1 --json -Q "NS == $ino" >"$BATS_TEST_TMPDIR/out"
	jq -e '.namespaces[0] | .["rx/s"] > 2000 and .nprocs == 0 and .name == "'"$name"'"' "$BATS_TEST_TMPDIR/out"
}

@test "-s begins as the keys do" {
	"$NSVIEW" top -b -n 1 -d 0.1 --json -s NPROCS | jq -e '[.groups[].nprocs] | . == (sort | reverse)'
	"$NSVIEW" top -b -n 1 -d 0.1 --json -s NPROCS:asc | jq -e '[.groups[].nprocs] | . == sort'
	"$NSVIEW" top -b -n 1 -d 0.1 --json -s PID | jq -e '[.groups[].pid] | . == sort'
}

@test "a process that is not there is said to be missing" {
	run -1 --separate-stderr "$NSVIEW" top -b -n 1 -d 0.1 -p 4194303
	[ -z "$output" ]
	[[ $stderr == *"there is no process 4194303" ]]
	keys "$NSVIEW top -p 4194303; echo status=\$?" Enter
	wait_for 'there is no process 4194303'
	wait_for 'status=1'
}

@test "network rates are those of the namespace" {
	require_command ip
	local from to
	hold from unshare --net
	hold to unshare --net
	nsenter -t "$from" -n ip link add nsvt0 type veth peer name nsvt1 netns "$to"
	nsenter -t "$from" -n sh -c 'ip addr add 192.0.2.1/30 dev nsvt0 && ip link set nsvt0 up'
	nsenter -t "$to" -n sh -c 'ip addr add 192.0.2.2/30 dev nsvt1 && ip link set nsvt1 up'
	# Nobody listens: the datagrams arrive all the same, and some writes hear of it.
	nsenter -t "$from" -n bash -c 'exec 5>/dev/udp/192.0.2.2/9
		while :; do printf "%1000s" x >&5 || true; read -rt 0.005 <> <(:) || true; done' 2>/dev/null 3>&- &
	HELD_JOBS+=($!) HELD_PIDS+=($!)
	"$NSVIEW" top -b -v namespaces -n 1 -d 1 --json -Q "NS == $(ns_of "$to" net)" >"$BATS_TEST_TMPDIR/out"
	jq -c '.namespaces' "$BATS_TEST_TMPDIR/out"
	jq -e '.namespaces[0]["rx/s"] > 2000' "$BATS_TEST_TMPDIR/out"
}
