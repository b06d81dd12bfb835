# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the shells offer behind a command line: load it beside the helpers, and call
# completions_setup before.

completions_setup() {
	PATH=${NSVIEW%/*}:$PATH
	export PATH HOME="$BATS_TEST_TMPDIR"
}

# bash_offers LINE: split as bash does, also at "=".
bash_offers() {
	bash --norc -c '
		. "$1/completions/nsview.bash"
		compopt() { :; } # only while completing for real
		read -ra COMP_WORDS <<<"${2//=/ = }"
		[[ $2 != *[\ ] ]] || COMP_WORDS+=("")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		_nsview nsview
		printf "%s\n" "${COMPREPLY[@]}"
	' - "$ROOT" "$1"
}

zsh_offers() {
	local said="$BATS_TEST_TMPDIR/zsh.$BATS_TEST_NUMBER" try
	# On a busy machine what is typed may come before the shell is ready for it: then nothing is offered.
	for try in 1 2 3; do
		zsh -f "$ROOT/tests/zsh_complete.zsh" "$ROOT/completions" "$1" "$said"
		grep -vxE 'DONE|' "$said" && break
		[ "$try" = 3 ] || rm "$said"
	done
	rm "$said"
}

fish_offers() {
	fish --no-config -c 'source $argv[1]/completions/nsview.fish; complete -C$argv[2]' "$ROOT" "$1" | cut -f 1
}

# offers SHELL LINE: as a sorted set of bare words, without what was typed before them.
offers() {
	"$1_offers" "$2" | sed -E 's/.*,//; s/^--[a-z-]+=(.)/\1/; s/=$//; /^$/d' | sort -u
}
