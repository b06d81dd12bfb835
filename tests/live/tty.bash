# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# A terminal for a test: a shell in tmux plays the caller's.

# t ARGUMENT...: tmux, with a server of the test's own.
t() {
	tmux -S "$TMUX_SOCKET" -f /dev/null "$@"
}

# outer_shell COMMANDS: a terminal with a shell that has run COMMANDS and waits at its prompt, 'outer> '. They are in a
# start-up file: what is typed before a shell has taken the terminal is echoed into its prompt.
outer_shell() {
	TMUX_SOCKET=$BATS_TEST_TMPDIR/tmux
	printf '%s\n' "PS1='outer> '" 'unset HISTFILE' "$1" >"$BATS_TEST_TMPDIR/outer.bashrc"
	t new-session -d -x 80 -y 24 "exec bash --noprofile --rcfile '$BATS_TEST_TMPDIR/outer.bashrc'" 3>&-
	see '^outer> *$'
}

# typed TEXT: whether the cursor is behind TEXT, or behind as much of its end as the row holds.
typed() {
	local y rows row
	y=$(t display-message -p '#{cursor_y}')
	mapfile -t rows < <(screen)
	row=${rows[y]}
	[ -n "$row" ] || [ "$y" -eq 0 ] || row=${rows[y - 1]} # it has just filled one
	[ -n "$row" ] && [[ $row == *"$1" || $1 == *"$row" ]]
}

# type_in TEXT: type a line, and see that it came through before it is entered: a shell that asks the terminal where its
# cursor is, or is about to take the terminal back, loses some of what is typed meanwhile.
type_in() {
	local tries i
	for tries in 1 2 3; do
		t send-keys -l "$1"
		for ((i = 0; i < 100; i++)); do
			typed "${1##*$'\n'}" && t send-keys Enter && return
			sleep 0.05
		done
		t send-keys C-u
	done
	echo "never typed after $tries times: $1"
	screen
	return 1
}

screen() {
	t capture-pane -p
}

# see REGEX: wait until a line on the screen matches.
see() {
	local i
	for ((i = 0; i < 400; i++)); do
		screen | grep -Eq -e "$1" && return
		sleep 0.05
	done
	echo "never seen: $1"
	screen
	return 1
}
