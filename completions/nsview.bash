# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Completion of nsview(1) for bash. Commands, options and columns are what the program's own help
# says, so nothing here has to follow them; only what an argument may be is known here, by the
# word that stands for it in the help.

# The long names of the options in $help.
_nsview_options() {
	sed -nE 's/^  (-., |    )(--[a-z0-9-]+).*/\2/p' <<<"$help"
}

# The word that stands for the argument of option $1; behind a "=" when it may be left out.
_nsview_word() {
	local option="-., $1"
	case $1 in
	--*) option="(-., |    )$1" ;;
	*) option="()$1, --[a-z0-9-]+" ;;
	esac
	sed -nE "s/^  $option(\[(=[A-Z:=]+)\]| ([A-Z:=]+)) .*/\3\4/p" <<<"$help"
}

_nsview_columns() {
	"$program" list --list-columns 2>/dev/null | awk '{ print $1 }'
}

_nsview_pids() {
	local pid
	for pid in /proc/[0-9]*; do echo "${pid#/proc/}"; done
}

# The names that ip-netns(8) gave.
_nsview_netns() {
	local name
	for name in /run/netns/*; do [ ! -e "$name" ] || echo "${name#/run/netns/}"; done
}

# Offer words that begin with what was typed.
_nsview_offer() {
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
}

# The same for the last element of a list with commas, but for those that it has.
_nsview_offer_list() {
	local done='' word words=()
	case $cur in
	*,*) done=${cur%,*}, ;;
	+*) done=+ ;;
	esac
	for word in $1; do
		[[ ,${done#+} == *",$word,"* ]] || words+=("$word")
	done
	mapfile -t COMPREPLY < <(compgen -P "$done" -W "${words[*]}" -- "${cur#"$done"}")
	compopt -o nospace
}

_nsview_offer_files() {
	compopt -o filenames
	mapfile -t COMPREPLY < <(compgen "$1" -- "$cur")
}

_nsview_target() {
	case $cur in
	*/*) _nsview_offer_files -f ;;
	*) _nsview_offer "$(_nsview_pids) $(_nsview_netns)" ;;
	esac
}

# Offer what may be the argument of option $1, which stands in the help as $2.
_nsview_value() {
	case $1:$2 in
	--by:*) _nsview_offer 'user pid process' ;;
	*:REL) _nsview_offer 'owner parent process' ;;
	*:WHEN) _nsview_offer 'auto always never' ;;
	*:LIST) cur=${cur^^} && _nsview_offer_list "$(_nsview_columns)" ;;
	*:COLUMN) cur=${cur^^} && _nsview_offer "$(_nsview_columns)" ;;
	*:TYPE) _nsview_offer_list 'cgroup ipc mnt net pid time user uts' ;;
	*:PID) _nsview_offer "$(_nsview_pids)" ;;
	*:TARGET) _nsview_target ;;
	*:SOURCE) _nsview_offer 'auto proc bpf' ;;
	*:MAP) _nsview_offer 'auto root current' ;;
	*:VIEW) _nsview_offer 'groups namespaces processes user-tree pid-tree' ;;
	*:WHICH) _nsview_offer 'allow deny' ;;
	*:HOW) _nsview_offer 'private slave shared unchanged' ;;
	*:SIGNAL) _nsview_offer "$(compgen -A signal SIG | sed 's/^SIG//')" ;;
	*:FILE) _nsview_offer_files -f ;;
	*:DIR) _nsview_offer_files -d ;;
	esac
}

# The words between a command and the cursor are in the array $before.
_nsview_in_command() {
	local last=${before[*]: -1} word
	if [[ $last == -- ]]; then
		_nsview_offer_files -c
		return
	elif [[ " ${before[*]} " == *' -- '* ]]; then
		_nsview_offer_files -f
		return
	fi
	if [[ $last == '=' ]]; then # bash splits words at "=", too
		last=${before[*]: -2:1}
		word=$(_nsview_word "$last")
		_nsview_value "$last" "${word#=}"
		return
	fi
	# In a cluster of letters only the last one takes the next word.
	[[ $last != -[!-]* ]] || last=-${last: -1}
	[[ $last != -* ]] || word=$(_nsview_word "$last")
	if [[ -n $word && $word != =* ]]; then
		_nsview_value "$last" "$word"
	elif [[ $cur == -* ]]; then
		_nsview_offer "$(_nsview_options)"
	else
		case ${help%%$'\n'*} in # the usage line
		*TARGET* | *' A B'*) _nsview_target ;;
		esac
	fi
}

_nsview() {
	local program=${1/#\~/$HOME} cur=${COMP_WORDS[COMP_CWORD]} help i=0
	local before=("${COMP_WORDS[@]:1:COMP_CWORD-1}")
	COMPREPLY=()
	if [[ $cur == '=' ]]; then
		before+=('=') cur=''
	fi
	while [[ ${before[i]-} == -* ]]; do ((i++)); done

	if [[ -n ${before[i]-} ]]; then
		help=$("$program" "${before[i]}" --help 2>/dev/null) || return
		before=("${before[@]:i+1}")
		_nsview_in_command
		return
	fi
	help=$("$program" --help 2>/dev/null) || return
	case $cur in
	-*) _nsview_offer "$(_nsview_options)" ;;
	*) _nsview_offer "$(sed -nE '/^Commands:/,/^$/s/^  ([a-z]+) .*/\1/p' <<<"$help")" ;;
	esac
}

complete -F _nsview nsview
