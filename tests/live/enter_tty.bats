#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# nsview enter at a terminal: a shell in tmux plays the caller's.

load helpers
load tty

setup() {
	require_root
	require_command unshare tmux stty
	hold pid unshare --mount --uts --pid --fork --mount-proc
	# SHELL is the shell inside as well: one without a start-up file.
	SHELL=/bin/sh PS1='> ' outer_shell "nsv='$NSVIEW enter $pid'"
}

teardown() {
	t kill-server 2>/dev/null || true
	live_done
}

# see_both TEXT: wait until a typed line was echoed and came back from cat: the terminal is cat's then, and ^D its end.
see_both() {
	local i
	for ((i = 0; i < 200; i++)); do
		[ "$(screen | grep -cx -e "$1")" -lt 2 ] || return 0
		sleep 0.05
	done
	echo "not seen twice: $1"
	screen
	return 1
}

# Wait until nsview has the terminal: what is typed before is echoed by it, and once more inside.
taken() {
	local i tty
	tty=$(t display-message -p '#{pane_tty}')
	for ((i = 0; i < 200; i++)); do
		stty -F "$tty" -a | grep -q -e '-icanon' && return
		sleep 0.05
	done
	echo "the terminal was never taken"
	return 1
}

# A shell inside, whose prompt tells it from the one outside.
go_in() {
	type_in "\$nsv -- env PS1='inner> ' bash --norc --noprofile"
	see '^inner> *$'
}

@test "the command has a terminal of its own, in a session of its own" {
	outer=$(t display-message -p '#{pane_tty}')
	go_in
	type_in 'echo "tty is $(tty)"; stty -a | grep -q icanon && : <>/dev/tty && echo con""trolled'
	see '^tty is /dev/pts/[0-9]+'
	see '^controlled'
	run screen
	[[ $output != *"tty is $outer"* ]]
}

@test "the terminal is the target's when it has a devpts, and works when it has none" {
	hold other unshare --mount --pid --fork --mount-proc sh -c \
		'mount -t devpts -o newinstance,ptmxmode=666 devpts /dev/pts && exec "$@"' -
	type_in "$NSVIEW enter $other -- tty"
	see '^/dev/pts/0'
	hold bare unshare --mount --pid --fork --mount-proc sh -c 'mount -t tmpfs tmpfs /dev && exec "$@"' -
	type_in "$NSVIEW enter $bare -- sh -c 'test -t 0 && stty size && echo good'"
	see '^24 80'
	see '^good'
}

@test "jobs of a shell inside stop and go on" {
	go_in
	type_in 'cat'
	type_in 'it runs'
	see_both 'it runs'
	t send-keys C-z
	see 'Stopped.*cat'
	see '^inner> *$'
	type_in 'fg'
	type_in 'still here'
	see '^still here$'
	t send-keys C-c
	type_in 'exit 3'
	see '^outer> *$'
	type_in 'echo "status $?"'
	see '^status 3$'
}

@test "a command that is no shell stops, and nsview with it" {
	type_in '$nsv -- cat'
	type_in 'first'
	see 'first'
	taken
	type_in 'and then'
	see_both 'and then'
	t send-keys C-z
	see 'Stopped'
	type_in 'stty -a | grep -oE -- "-?icanon"; jobs'
	see '^icanon'
	type_in 'fg; echo "status $?"'
	taken
	type_in 'second'
	see_both 'second'
	t send-keys C-d
	see '^status 0$'
}

@test "what runs in the background asks for the terminal before it takes it" {
	type_in '$nsv -- cat &'
	# The shell says so before its next prompt.
	for ((i = 0; i < 100; i++)); do
		type_in jobs
		sleep 0.1
		screen | grep -q Stopped && break
	done
	see 'Stopped'
	type_in 'fg'
	taken
	type_in 'over here'
	see_both 'over here'
	t send-keys C-d
	type_in 'echo "status $?"'
	see '^status 0$'
}

@test "a key's signal is the command's" {
	type_in '$nsv -- sh -c "trap \"echo caught; exit 4\" INT; echo ready; read x"'
	see '^ready'
	t send-keys C-c
	see 'caught'
	type_in 'echo "status $?"'
	see '^status 4$'
	type_in '$nsv -- sh -c "echo ready again; exec sleep 1000"; echo "status $?"'
	see '^ready again'
	t send-keys C-c
	see 'status 130$'
	type_in 'stty -a | grep -oE -- "-?icanon"'
	see '^icanon'
}

@test "the size follows the window's" {
	go_in
	type_in 'stty size'
	see '^24 80$'
	type_in 'trap "stty size" WINCH'
	t resize-window -x 100 -y 30
	type_in 'stty size'
	see '^30 100$'
}

@test "a pipeline leaves the keys to its other end" {
	type_in '$nsv -- seq 3000 | { read -r first; read -r key </dev/tty; echo "$first and $key"; }'
	type_in 'pressed'
	see '^1 and pressed$'
	# Output that is no terminal's comes as it is.
	type_in '$nsv -- seq 20000 | cksum; seq 20000 | cksum'
	see '^[0-9]+ 108894$'
	[ "$(screen | grep -Ec '^[0-9]+ 108894$')" -eq 2 ]
	[ "$(screen | grep -E '^[0-9]+ 108894$' | sort -u | wc -l)" -eq 1 ]
	# A program there that wants the terminal gets it.
	type_in '$nsv -- sh -c "read -r x </dev/tty; echo got \$x" | cat'
	type_in 'this'
	see 'got this$' # it comes another way than the echo of the line's end
}

@test "all that was said last is seen" {
	type_in 'clear; $nsv -- seq 100000'
	see '^100000$'
	type_in 'clear; $nsv -- sh -c "sleep 1000 & echo by""e"; echo "status $?"'
	see '^bye$'
	see '^status 0$'
}

@test "nothing inside types into the caller's terminal" {
	require_command python3
	type_in "\$nsv -- python3 -c '
import fcntl, os, termios
for fd in (0, 1, 2, os.open(\"/dev/tty\", os.O_RDWR)):
    for c in b\"echo stol\" b\"en\\n\":
        try:
            fcntl.ioctl(fd, termios.TIOCSTI, bytes([c]))
        except OSError:
            pass
print(\"tr\" + \"ied\")
'"
	see '^tried'
	see '^outer> *$'
	type_in 'echo "status $?"'
	see '^status 0$'
	run screen
	[[ $output != *$'\n'stolen* ]]
}

@test "with --no-pty the terminal is the caller's" {
	outer=$(t display-message -p '#{pane_tty}')
	type_in '$nsv -u --no-pty -- tty'
	see "^$outer\$"
	type_in '$nsv --no-pty -- cat'
	type_in 'it runs'
	see_both 'it runs'
	t send-keys C-z
	see 'Stopped'
	type_in 'fg'
	type_in 'again'
	see_both 'again'
	t send-keys C-d
	see '^again$'
}

@test "the terminal is itself again when nsview is told to end" {
	type_in '$nsv -- sh -c "echo ready; exec sleep 1000"'
	see '^ready'
	kill -TERM "$(pgrep -f "^nsview enter $pid -- sh -c" | head -n 1)"
	see '^outer> *$'
	type_in 'echo "status $?"; stty -a | grep -oE -- "-?icanon"'
	see '^status 143$'
	see '^icanon'
}
