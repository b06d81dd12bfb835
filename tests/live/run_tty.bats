#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# nsview run at a terminal: a shell in tmux plays the caller's.

# shellcheck disable=SC2016 # what is typed is for the shells inside

load helpers
load tty

setup() {
	require_root
	require_command tmux busybox
	mkdir -p "$BATS_TEST_TMPDIR/box/bin"
	cp "$(command -v busybox)" "$BATS_TEST_TMPDIR/box/bin/busybox"
	"$NSVIEW" run --root "$BATS_TEST_TMPDIR/box" /bin/busybox --install -s /bin
	outer_shell "nsv='$NSVIEW run'; box='$BATS_TEST_TMPDIR/box'; set -b"
}

teardown() {
	t kill-server 2>/dev/null || true
	live_done
}

@test "a container at a terminal has job control and an exit status" {
	type_in '$nsv --container $box sh'
	see '^/ # *$'
	type_in 'sh -c "echo begun; exec sleep 1000"'
	see '^begun'
	t send-keys C-z
	see 'Stopped'
	type_in 'kill -KILL %1; wait; clear'
	see '^/ # *$'
	type_in 'sh -c "echo again; exec sleep 1000"'
	see '^again'
	t send-keys C-c
	see '\^C'
	type_in 'exit 7'
	see '^outer> *$'
	type_in 'echo "status <$?>"'
	see 'status <7>'
}

@test "a container has a terminal of its own, and the caller's is as it was" {
	type_in 'before=$(stty -g); $nsv --container $box sh -c "stat -Lc %t:%T /dev/fd/0; stty raw"; [ "$(stty -g)" = "$before" ] && echo "same <again>"'
	see '^same <again>'
	type_in 'stat -Lc "outside %t:%T" /dev/fd/0'
	see '^outside'
	local lines
	mapfile -t lines < <(screen | grep -E '^(outside )?[0-9a-f]+:[0-9a-f]+$')
	[ "${#lines[@]}" -eq 2 ]
	[ "outside ${lines[0]}" != "${lines[1]}" ]
}

@test "a container's terminal has a name inside" {
	type_in '$nsv --container $box sh -c "tty; [ -t 0 ] && ls /dev/console"'
	see '^/dev/console$'
	screen | grep -c '^/dev/console$' | grep -qx 2
}

@test "a job that began in the background gets the keys with fg" {
	type_in '$nsv --container $box sh -c "echo begun; read x; echo got:\$x" &'
	see 'begun$'
	type_in 'clear; fg'
	see 'nsview run|^\$nsv'
	type_in 'word'
	see '^got:word'
}

@test "what loses its terminal ends" {
	# The kernel tells the leader of the session alone, and that one does not care.
	type_in 'exec sh -c "trap \"\" HUP; $nsv --container $box sh; sleep 1"'
	see '^/ # *$'
	local pid
	pid=$(pgrep -o -P "$(t display-message -p '#{pane_pid}')")
	t kill-server
	for _ in $(seq 100); do
		[ -d "/proc/$pid" ] || break
		sleep 0.1
	done
	[ ! -d "/proc/$pid" ]
}

@test "the window's size is the container's" {
	type_in '$nsv --container $box sh'
	see '^/ # *$'
	type_in 'stty size'
	see '^24 80'
	t resize-window -x 100 -y 30
	type_in 'stty size'
	see '^30 100'
}

@test "^C reaches a container's command, and ^Z leaves it running, for its init cannot stop" {
	type_in '$nsv --container $box sh -c "echo begun; exec sleep 1000"; echo "status <$?>"'
	see '^begun'
	t send-keys C-z
	t send-keys C-c
	see 'status <130>'
}

@test "without a terminal of its own a command with an init stops and goes on with nsview" {
	type_in '$nsv -p --init bash -c "echo begun; read -r x; echo got \$x"'
	see '^begun'
	t send-keys C-z
	see 'Stopped'
	type_in 'clear; fg'
	see '^\$nsv|nsview run'
	type_in 'word'
	see '^got word'
}
