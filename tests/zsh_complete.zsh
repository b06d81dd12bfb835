# SPDX-License-Identifier: GPL-2.0-or-later
#
# zsh_complete.zsh DIRECTORY LINE FILE: what zsh offers behind LINE, with the completion functions in
# DIRECTORY, one word a line into FILE. A shell of its own on a terminal of its own completes: nothing
# less runs the whole of zsh's completion system.
zmodload zsh/zpty
zpty shell 'TERM=dumb zsh -f -i'
zpty -w shell "fpath=($1 \$fpath); autoload -Uz compinit; compinit -u -D
compadd() {
	local -a offered
	builtin compadd \"\$@\"
	local status_=\$?
	builtin compadd -A offered \"\$@\"
	print -rl -- \$offered >>$3
	return status_
}
complete-and-say() { zle complete-word; print -r -- DONE >>$3 }
zle -N complete-and-say
bindkey '^I' complete-and-say"
zpty -n -w shell "$2"$'\t'
integer tries
for ((tries = 0; tries < 200; tries++)); do
	while zpty -r -t shell output; do :; done # a full terminal would stop the shell
	grep -qx DONE $3 2>/dev/null && break
	sleep 0.05
done
zpty -d shell
((tries < 200))
