#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The shells' own completion systems, asked with a command line: what they offer must be what the
# program knows, for every command and every option.

load ../helpers
load ../completions

setup() {
	completions_setup
}

assert_same() {
	diff -u <(sort -u <<<"$1") - || {
		echo "(- is expected, + is offered)"
		return 1
	}
}

commands() {
	nsview --help | sed -nE '/^Commands:/,/^$/s/^  ([a-z]+) .*/\1/p'
}

options() {
	nsview "$@" --help | sed -nE 's/^  (-., |    )(--[a-z0-9-]+).*/\2/p'
}

columns() {
	nsview list --list-columns | awk '{ print $1 }'
}

offers_commands_and_options() {
	require_command "$1"
	offers "$1" "nsview " | assert_same "$(commands)"
	offers "$1" "nsview --" | grep -- ^-- | assert_same "$(options)"
	local c
	for c in $(commands); do
		echo "nsview $c --"
		offers "$1" "nsview $c --" | grep -- ^-- | assert_same "$(options "$c")"
	done
}

offers_columns_and_types() {
	require_command "$1"
	offers "$1" "nsview list -o " | assert_same "$(columns)"
	offers "$1" "nsview list -o NS,TYPE," | assert_same "$(columns | grep -vxE 'NS|TYPE')"
	offers "$1" "nsview list --output=+NAME,nsp" | assert_same NSPID
	offers "$1" "nsview list --sort n" | assert_same "$(columns | grep ^N)"
	offers "$1" "nsview top --sort n" | assert_same "$(columns | grep ^N)" # whose help has no columns
	offers "$1" "nsview list -t " | assert_same "$(printf '%s\n' cgroup ipc mnt net pid time user uts)"
	offers "$1" "nsview list --type net,m" | assert_same mnt
}

offers_choices() {
	require_command "$1"
	offers "$1" "nsview run --propagation s" | assert_same "$(printf '%s\n' slave shared)"
	offers "$1" "nsview list --color=" | assert_same "$(printf '%s\n' auto always never)"
	offers "$1" "nsview list --tree=" | assert_same "$(printf '%s\n' owner parent process)"
	offers "$1" "nsview tree --by " | assert_same "$(printf '%s\n' user pid process)"
}

offers_pids_and_files() {
	require_command "$1"
	# This shell's PID, completed from all of its digits but the last.
	offers "$1" "nsview list -p ${$%?}" | grep -x $$
	offers "$1" "nsview list ${$%?}" | grep -x $$
	touch "$BATS_TEST_TMPDIR/saved.json"
	offers "$1" "nsview list --from $BATS_TEST_TMPDIR/sav" | grep 'saved.json$'
}

@test "bash offers the commands and options that there are" { offers_commands_and_options bash; }
@test "zsh offers the commands and options that there are" { offers_commands_and_options zsh; }
@test "fish offers the commands and options that there are" { offers_commands_and_options fish; }

@test "bash offers columns and types, also in lists" { offers_columns_and_types bash; }
@test "zsh offers columns and types, also in lists" { offers_columns_and_types zsh; }
@test "fish offers columns and types, also in lists" { offers_columns_and_types fish; }

@test "bash offers the choices of an option" { offers_choices bash; }
@test "zsh offers the choices of an option" { offers_choices zsh; }
@test "fish offers the choices of an option" { offers_choices fish; }

offers_commands_to_run() {
	require_command "$1"
	printf '#!/bin/sh\n' >"$BATS_TEST_TMPDIR/zz-run-me"
	chmod +x "$BATS_TEST_TMPDIR/zz-run-me"
	PATH=$PATH:$BATS_TEST_TMPDIR offers "$1" "nsview run --all -- zz-run" | grep -x 'zz-run-me'
	PATH=$PATH:$BATS_TEST_TMPDIR offers "$1" "nsview enter $$ -- zz-run" | grep -x 'zz-run-me'
}

@test "bash offers PIDs and files" { offers_pids_and_files bash; }
@test "zsh offers PIDs and files" { offers_pids_and_files zsh; }
@test "fish offers PIDs and files" { offers_pids_and_files fish; }

@test "bash offers commands to run" { offers_commands_to_run bash; }
@test "zsh offers commands to run" { offers_commands_to_run zsh; }
@test "fish offers commands to run" { offers_commands_to_run fish; }

@test "every word for an argument in a help text is known to all completions" {
	local c word
	for c in $(commands); do
		for word in $(nsview "$c" --help | sed -nE 's/^  (-., |    )--[a-z0-9-]+(\[=([A-Z:=]+)\]| ([A-Z:=]+)) .*/\3\4/p'); do
			[ "$c:$word" != tree:WHAT ] || continue # --by, by its name
			case $word in EXPR | NAME | FD | UID | GID | UID:GID | SECONDS | N | NAME=VALUE) continue ;; esac # free text
			echo "nsview $c: $word"
			grep -q ":$word)" "$ROOT/completions/nsview.bash"
			grep -q ":$word)" "$ROOT/completions/_nsview"
			grep -q ":$word'" "$ROOT/completions/nsview.fish"
		done
	done
}
