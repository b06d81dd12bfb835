#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Times nsview beside lsns on worlds of known sizes, and checks the bars below.
#   tests/bench/run.sh [--write] [SIZE...]
# A SIZE is a number of processes, with "fds" behind it for some with ten descriptors each, or "idle" for the
# machine as it is; without one: idle 100 2000fds 2000 10000 20000. --write keeps the outcome in
# tests/bench/RESULTS.md. NSVIEW and LSNS name other programs to measure.
# Exit status: 0 when every bar was met, 1 when one was not or nothing could be measured.
set -euo pipefail
export LC_ALL=C.UTF-8

here=$(dirname "${BASH_SOURCE[0]}")
build=${BUILD:-build}
nsview=${NSVIEW:-$build/nsview}
lsns=${LSNS:-lsns}
default_sizes=(idle 100 2000fds 2000 10000 20000)

# What has to be reached, as: size, command, what is measured, bar where /proc is all there is, bar with BPF ("-": none).
#   ratio   how many times faster than lsns in the same run, at least
#   passes  how many times the bare pass over all tasks in the same run, at most (*)
#   lists   how many times a list in the same run, at most (*)
#   peak    KiB of peak memory, at most
#   ms      milliseconds, at most: what a person feels
#   growth  cost of twice the processes, at most, between any two neighbouring sizes from the given one on (*)
# (*) By medians; what the shortest runs give is told beside it, since what else runs on a machine only adds, and
# some of it adds more where there are more processes.
bars() {
	cat <<-'ROWS'
	idle	nsview list	ratio	1	1
	2000	nsview list	ratio	6	12
	20000	nsview list	ratio	50	200
	20000	nsview list --raw	ratio	-	400
	20000	scan and graph	passes	-	3
	2000fds	nsview dump	lists	4	4
	20000	nsview list	peak	49152	49152
	20000	nsview list --raw	peak	49152	49152
	20000	nsview list --json	peak	49152	49152
	2000	nsview list	growth	2.2	2.2
	2000	nsview tree	growth	2.2	2.2
	2000	nsview dump	growth	2.2	2.2
	2000	refresh of top	growth	2.2	2.2
	20000	from frame to screen	ms	50	50
	20000	from frame to screen, processes	ms	50	50
	ROWS
}

say() { printf '%s\n' "$*" >&2; }
fail() {
	say "bench: $*"
	exit 1
}

## The world

world_pid=
world_in=

# The world ends with its stdin and is waited for, whatever way this script ends.
world_end() {
	[[ $world_pid ]] || return 0
	exec {world_in}>&-
	wait "$world_pid" || true
	world_pid=
}

# Containers of several processes each, as machines with that many processes have them.
containers_of() {
	local processes=${1%fds} n
	n=$((processes <= 2000 ? processes / 4 : processes / 5))
	echo $((n > 0 ? n : 1))
}

world_make() { # PROCESSES
	local options=() line=""
	[[ $(id -u) == 0 ]] || options=(--user)
	[[ $1 != *fds ]] || options+=(--fds 10)
	coproc WORLD { exec "$build/bench/world" "${options[@]}" "${1%fds}" "$(containers_of "$1")"; }
	world_pid=$! world_in=${WORLD[1]}
	read -r line <&"${WORLD[0]}" || true
	[[ $line == ready ]] || fail "a world of $1 processes could not be made"
}

# A world that is not seen, or not whole, would be measured as something else.
world_check() { # PROCESSES
	local seen
	seen=$("$nsview" list --raw --noheadings --type pid --output NS 2>"$tmp/log" | wc -l) || fail "$nsview failed: $(tail -n 1 "$tmp/log")"
	kill -0 "$world_pid" 2>/dev/null || fail "the world of $1 processes has ended too early"
	((seen >= $(containers_of "$1"))) || fail "nsview sees $seen PID namespaces in a world of $(containers_of "$1") containers"
}

## Measuring: every row goes to $tmp/rows as size, command, median, deviation, cpu, KiB, ratio to lsns, least

# nsview forms: as it chooses by itself, then one set for each source it knows. Descriptors matter to a dump alone.
nsview_forms() { # SIZE
	local source form
	[[ $1 != *fds ]] || { echo list && echo dump && return; }
	for source in "" "${sources[@]/#/ --source }"; do
		for form in "" " --raw" " --json"; do
			echo "list$source$form"
		done
	done
	echo tree
	echo dump
}

# A source that this nsview does not know, or this machine does not allow, has no rows.
sources_probe() {
	local source
	sources=()
	for source in proc bpf; do
		if "$nsview" list --source "$source" >/dev/null 2>"$tmp/probe"; then
			sources+=("$source")
		else
			say "bench: no rows for --source $source: $(head -n 1 "$tmp/probe")"
		fi
	done
	# With one source there is no choice to compare.
	((${#sources[@]} == 2)) || sources=()
}

runs_of() {
	if [[ $1 == idle ]] || ((${1%fds} <= 100)); then echo 50
	elif ((${1%fds} <= 1000)); then echo 20
	else echo 10
	fi
}

# Side by side in one run of hyperfine; appended to $tmp/times as command, median, deviation, cpu, least. A run of
# lsns that failed, as it may when processes vanish under it, is left out, unless all did: it prints its table all the
# same. nsview has to bear that.
time_commands() { # RUNS WARMUP NAME COMMAND [NAME COMMAND]...
	local bad args=(--shell none --style none --ignore-failure --runs "$1" --warmup "$2" --export-json "$tmp/hyperfine.json")
	shift 2
	while (($#)); do
		args+=(--command-name "$1" "$2")
		shift 2
	done
	hyperfine "${args[@]}" >"$tmp/log" 2>&1 || fail "hyperfine failed: $(tail -n 3 "$tmp/log")"
	bad=$(jq -r '.results[] | (.exit_codes | map(select(. != 0)) | length) as $n | select($n > 0) |
		"\(.command) failed in \($n) of \(.exit_codes | length) runs"' "$tmp/hyperfine.json")
	[[ ! $bad ]] || say "bench: $bad"
	[[ $bad != *nsview* ]] || fail "nsview has to succeed in every run"
	jq -r '.results[] | ([.times, .exit_codes] | transpose | map(select(.[1] == 0)[0])) as $good |
		(if $good == [] then .times else $good end) as $t | ($t | length) as $n |
		($t | add / $n) as $mean |
		($t | map(pow(. - $mean; 2)) | add / ([$n - 1, 1] | max) | sqrt) as $sd |
		[.command, ($t | sort | .[$n / 2 | floor]), $sd, .user + .system, ($t | min)] | @tsv' "$tmp/hyperfine.json" >>"$tmp/times"
}

# What commands are made of, timed from within.
time_passes() { # RUNS
	"$build/bench/pass" "$1" >>"$tmp/times" 2>"$tmp/log" || fail "pass failed: $(tail -n 1 "$tmp/log")"
}

peak_of() { # NAME COMMAND...
	local name=$1
	shift
	"$build/bench/peak" "$tmp/kib" "$@" >/dev/null 2>"$tmp/log" || [[ $name == lsns* ]] ||
		fail "$name failed: $(tail -n 1 "$tmp/log")"
	printf '%s\t%s\n' "$name" "$(<"$tmp/kib")" >>"$tmp/peaks"
}

# lsns is quadratic: at the large sizes it runs once, as a table, and its peak is taken in that run.
lsns_slow() {
	time_commands 1 0 lsns "$(printf '%q ' "$build/bench/peak" "$tmp/kib" "$lsns")"
	printf 'lsns\t%s\n' "$(<"$tmp/kib")" >>"$tmp/peaks"
}

processes() {
	local all=(/proc/[0-9]*)
	echo "${#all[@]}"
}

# Others on the machine spoil figures: seen by how the number of processes changes meanwhile, and by how
# much one run differs from the next.
measure_quietly() { # SIZE
	local before after
	before=$(processes)
	say "bench: measuring $1 ($before processes on the machine)"
	measure "$1"
	table "$1"
	after=$(processes)
	((after - before < 50 && before - after < 50)) ||
		say "bench: doubtful: there were $before processes before and $after after measuring $1"
	awk -F'\t' '$3 > $2 / 2 { print "bench: doubtful: \"" $1 "\" took " $2 " s, give or take " $3 }' "$tmp/times" >&2
}

measure() { # SIZE
	local size=$1 form words=() commands=() names=()
	: >"$tmp/times"
	: >"$tmp/peaks"
	if [[ $size == *fds ]]; then
		: # its peer has no such command
	elif [[ $size == idle ]] || ((size <= 2000)); then
		for form in lsns "lsns --raw" "lsns --json"; do
			read -ra words <<<"${form#lsns}"
			commands+=("$form" "$(printf '%q ' "$lsns" "${words[@]}")")
			peak_of "$form" "$lsns" "${words[@]}"
		done
	else
		lsns_slow
	fi
	mapfile -t names < <(nsview_forms "$size")
	for form in "${names[@]}"; do
		read -ra words <<<"$form"
		commands+=("nsview $form" "$(printf '%q ' "$nsview" "${words[@]}")")
		peak_of "nsview $form" "$nsview" "${words[@]}"
	done
	time_commands "$(runs_of "$size")" 1 "${commands[@]}"
	[[ $size == *fds ]] || time_passes "$(runs_of "$size")"
	rows_add "$size"
}

# Joins times and peaks. A list is compared with the same form of lsns, or with its table; other rows have no peer.
rows_add() { # SIZE
	awk -F'\t' -v OFS='\t' -v size="$1" '
		NR == FNR { kib[$1] = $2; next }
		{ mean[$1] = $2; form = $1; sub(/^lsns|^nsview list( --source [a-z]+)?/, "", form); like = "lsns" form
		  ratio = $1 !~ /^nsview list/ || !("lsns" in mean) ? 0 : (like in mean ? mean[like] : mean["lsns"]) / $2
		  print size, $1, $2, $3, $4, kib[$1], ratio, $5 }
	' "$tmp/peaks" "$tmp/times" >>"$tmp/rows"
}

## Showing

table() { # [SIZE]
	awk -F'\t' -v size="${1-}" '
		function ms(s) { return sprintf(s < 10 ? "%.1f ms" : "%.0f ms", s * 1000) }
		NR == 1 && (size == "" || size == $1) { printf "| %7s | %-32s | %10s | %10s | %9s | %10s | %9s | %8s |\n", "size", "command", "wall", "least", "sd", "CPU", "peak KiB", "faster"
			  print "| ------: | -------------------------------- | ---------: | ---------: | --------: | ---------: | --------: | -------: |" }
		size == "" || size == $1 { printf "| %7s | %-32s | %10s | %10s | %9s | %10s | %9s | %8s |\n", $1, $2, ms($3), ms($8), $4 == 0 ? "-" : ms($4), ms($5),
		  $6 == "" ? "-" : $6, $7 == 0 ? "" : sprintf($7 < 10 ? "%.2f" : "%.0f", $7) }
	' "$tmp/rows"
}

# The measured value of a bar, or nothing when its sizes were not run. Growth and multiples are of the column AT:
# 3, the medians, or 8, the shortest runs.
measured() { # SIZE COMMAND WHAT AT
	awk -F'\t' -v size="$1" -v name="$2" -v what="$3" -v at="$4" '
		what == "passes" && $1 == size && $2 == "bare pass" { bare = $at }
		what == "lists" && $1 == size && $2 == "nsview list" { list = $at }
		$2 != name { next }
		what == "passes" && $1 == size && bare { print $at / bare }
		what == "lists" && $1 == size && list { print $at / list }
		what == "ratio" && $1 == size { print $7 }
		what == "peak" && $1 == size { print $6 }
		what == "ms" && $1 == size { print $3 * 1000 }
		what == "growth" && $1 == $1 + 0 && $1 + 0 >= size { n[++k] = $1; t[k] = $at }
		END {
			for (i = 2; what == "growth" && i <= k; i++)
				if (n[i] > n[i - 1]) {
					g = exp(log(t[i] / t[i - 1]) * log(2) / log(n[i] / n[i - 1]))
					if (g > worst) worst = g
				}
			if (worst) print worst
		}' "$tmp/rows"
}

bar_check() { # SIZE COMMAND WHAT BAR
	local size=$1 command=$2 what=$3 bar=$4 value least
	value=$(measured "$size" "$command" "$what" 3)
	[[ $value ]] || return 0
	least=$(measured "$size" "$command" "$what" 8)
	awk -v size="$size" -v command="$command" -v what="$what" -v bar="$bar" -v value="$value" -v least="$least" 'BEGIN {
		if (what == "ratio") printf "bar: %s, %s: at least %gx lsns; measured %.2fx; ", size, command, bar, value
		if (what == "passes") printf "bar: %s, %s: at most %gx the bare pass; measured %.2fx, by the shortest runs %.2fx; ", \
			size, command, bar, value, least
		if (what == "lists") printf "bar: %s, %s: at most %gx a list; measured %.2fx, by the shortest runs %.2fx; ", \
			size, command, bar, value, least
		if (what == "peak") printf "bar: %s, %s: at most %g KiB; measured %d KiB; ", size, command, bar, value
		if (what == "ms") printf "bar: %s, %s: at most %g ms; measured %.1f ms; ", size, command, bar, value
		if (what == "growth") printf "bar: from %s on, %s: twice the processes at most %gx the time; measured %.2fx, by the shortest runs %.2fx; ", \
			size, command, bar, value, least
		met = what == "ratio" ? value >= bar : value <= bar
		print met ? "met" : "NOT MET"
	}'
}

# What nsview chooses by itself counts; from which source is shown beside it.
bars_check() {
	local size command what proc bpf bar
	while IFS=$'\t' read -r size command what proc bpf; do
		bar=$bpf
		((${#sources[@]} > 0)) || bar=$proc
		[[ $bar == - ]] || bar_check "$size" "$command" "$what" "$bar"
	done < <(bars)
}

machine() {
	printf '%s\n' \
		"- processor: $(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1), $(nproc) cores" \
		"- memory: $(awk '/^MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo)" \
		"- kernel: $(uname -sr)" \
		"- lsns: $("$lsns" --version | grep -oE '[0-9]+(\.[0-9]+)+' | head -n 1)" \
		"- nsview: $("$nsview" --version | head -n 1 | grep -oE '[0-9]+(\.[0-9]+)+')" \
		"- hyperfine: $(hyperfine --version | grep -oE '[0-9.]+$')"
}

# Where the time of a list goes, by the functions that spend it; what is below them counts as theirs.
profile() {
	command -v perf >/dev/null || { say "bench: no profile: perf is not installed" && return; }
	perf record -q -e cpu-clock -F 10000 -g -o "$tmp/perf" -- "$nsview" list >/dev/null 2>"$tmp/log" ||
		{ say "bench: no profile: $(head -n 1 "$tmp/log")" && return; }
	perf report -i "$tmp/perf" --no-children -g none --sort dso,symbol --percent-limit 1 --stdio 2>/dev/null |
		sed -nE 's/^ +([0-9.]+%) +/\1 /; s/ +- +- +$//; /^[0-9]/p' >"$tmp/profile"
}

results_write() {
	{
		printf '<!-- SPDX-License-Identifier: GPL-2.0-or-later -->\n# What nsview costs\n\nWritten by "tests/bench/run.sh --write".\n\n'
		machine
		printf '\nWorlds are containers of several processes each: 2,000 processes in 500 containers, 20,000 in 4,000;\n'
		printf '"idle" is the machine without one, "fds" means ten descriptors in each process. Above 2,000 processes lsns runs once, as a table, and every form\n'
		printf 'of nsview list is compared with that run. "Wall" is the median and "least" the shortest run, "faster" the time\n'
		printf 'of lsns by the median of nsview. The bare pass is the BPF iterator over all tasks, its records read and thrown away; scan and graph\n'
		printf 'are what a list does before it draws, the loading of BPF included; a refresh of top keeps BPF loaded.\n\n'
		table
		printf '\n## Bars\n\n'
		sed 's/^bar: /- /' "$tmp/bars"
		[[ ! -s $tmp/profile ]] || profile_write
	} >"$here/RESULTS.md"
	say "bench: wrote $here/RESULTS.md"
}

profile_write() {
	printf '\n## Where the time of a list goes\n\n'
	printf 'Of "nsview list" at the largest size, by perf record (cpu-clock), 1%% and more:\n\n'
	sed 's/^/    /' "$tmp/profile"
	[[ ! -e $here/PROFILE.md ]] || { echo && tail -n +2 "$here/PROFILE.md"; }
}

## From start to end

requirements_check() {
	local tool
	for tool in hyperfine jq "$lsns"; do
		command -v "$tool" >/dev/null || fail "$tool is not installed: make deps bench installs what the benchmark needs"
	done
	for tool in "$nsview" "$build/bench/world" "$build/bench/peak" "$build/bench/pass"; do
		[[ -x $tool ]] || fail "$tool is not built: use make bench"
	done
}

sizes_check() {
	local size
	for size; do
		[[ $size == idle || $size =~ ^[1-9][0-9]*(fds)?$ ]] ||
			fail "size '$size' is neither a number of processes, such as 2000 or 2000fds, nor \"idle\""
	done
}

# The head of this file says it all.
usage() { sed -n '4,/^set /{s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; }

main() {
	local write="" sizes=() size
	while (($#)); do
		case $1 in
		--write) write=1 ;;
		-h | --help) usage && return ;;
		-*) fail "unknown option $1: there are --write and --help" ;;
		*) sizes+=("$1") ;;
		esac
		shift
	done
	((${#sizes[@]})) || sizes=("${default_sizes[@]}")
	sizes_check "${sizes[@]}"
	requirements_check

	tmp=$(mktemp -d)
	trap 'world_end; rm -rf "$tmp"' EXIT
	trap 'exit 1' HUP INT TERM
	: >"$tmp/rows"
	sources_probe
	for size in "${sizes[@]}"; do
		if [[ $size == idle ]]; then
			measure_quietly "$size"
			continue
		fi
		world_make "$size"
		world_check "$size"
		measure_quietly "$size"
		world_check "$size"
		[[ ! $write || $size != "${sizes[-1]}" ]] || profile
		world_end
	done

	echo
	bars_check | tee "$tmp/bars"
	[[ -z $write ]] || results_write
	! grep -q 'NOT MET$' "$tmp/bars"
}

main "$@"
