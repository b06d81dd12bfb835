#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What machines can read before people do, as make lint runs it: BUILD is a build tree of its own.
# One line for each check, with what it found; the last line is the sum.
#
#   tests/lint.sh [CHECK...]    all of them without one
set -u
cd "$(dirname "$0")/.." || exit 1

BUILD=${BUILD:-build/lint}
unset MAKEFLAGS MFLAGS MAKELEVEL
export LC_ALL=C.UTF-8
passed=0 failed=0
wanted=("$@")

# check NAME FUNCTION: a check passes when it says nothing and ends with 0.
check() {
	local out status
	[[ ${#wanted[@]} -eq 0 || " ${wanted[*]} " == *" $1 "* ]] || return 0
	out=$("$2" 2>&1)
	status=$?
	if [ $status -eq 0 ] && [ -z "$out" ]; then
		echo "  $1: ok"
		passed=$((passed + 1))
		return
	fi
	echo "  $1: FAILED"
	printf '%s\n' "${out:-exit status $status}" | head -n 100 | sed 's/^/    /'
	failed=$((failed + 1))
}

# Our own text files, whatever is built or not yet committed.
files() {
	find Makefile README.md LICENSE src include tests man completions .ci .[!.]* -maxdepth 0 -type f 2>/dev/null
	find src include tests man completions .ci -type f ! -name '*.pyc'
}

# A C file without its comments and without what is in its strings, lines as they were.
bare() {
	perl -0777 -pe '
		s{("(?:\\.|[^"\\\n])*")|(\x27(?:\\.|[^\x27\\\n])*\x27)|/\*.*?\*/|//[^\n]*}
		 { my $m = $&; defined $1 ? "\"\"" : defined $2 ? "0" : $m =~ tr/\n//cdr }gse' "$1"
}

## Compilers

build() {
	make -s -j"$(nproc)" BUILD="$BUILD/$1" WERROR=1 "${@:2}"
}

gcc_builds() {
	build gcc CC=gcc programs
}

clang_builds() {
	build clang CC=clang programs
}

tidy() {
	make -s -k -j"$(nproc)" BUILD="$BUILD" tidy
}

# A header includes what it needs.
headers_stand_alone() {
	local h
	[ -e "$BUILD/gcc/pkg.cflags" ] || make -s BUILD="$BUILD/gcc" "$BUILD/gcc/pkg.cflags"
	for h in include/nsview/*.h src/*/*.h; do
		gcc -std=gnu17 -D_GNU_SOURCE -Iinclude -Isrc @"$BUILD/gcc/pkg.cflags" -Wall -Wextra -Werror -Wno-unused-function \
			-fsyntax-only -x c - <<<"#include \"$PWD/$h\"" || echo "$h does not stand alone"
	done
}

## Scripts, man pages, files

scripts() {
	local f
	# SC2016: what stands in single quotes is for another shell. SC2154: helpers set variables by name.
	# SC2030, SC2031: each bats test is a subshell, as it should be. SC2119, SC2120: arguments may be left out.
	files | grep -E '\.(sh|bash|bats)$|^\.ci/' | sort -u | while read -r f; do
		shellcheck -x -P "$(dirname "$f")" -e SC2016,SC2154,SC2030,SC2031,SC2119,SC2120 "$f"
	done
}

man_pages() {
	find man -name '*.[1-8]' -exec mandoc -Tlint -Wwarning {} +
}

licences() {
	files | grep -vE '^(LICENSE|README\.md)$|\.json$|/(corpus|fixtures)/|^\.(git|gitignore)$' | while read -r f; do
		head -n 5 "$f" | grep -q 'SPDX-License-Identifier: GPL-2.0-or-later' || echo "$f: no SPDX line"
	done
}

tidy_text() {
	local f
	files | grep -vE '^LICENSE$|^\.git$|/(corpus|fixtures)/' | while read -r f; do
		grep -nHE '[[:blank:]]$' "$f"
		grep -nHE $'\r' "$f"
		[ -z "$(tail -c 1 "$f")" ] || echo "$f: no newline at its end"
	done
	files | grep -vE '^(LICENSE|tests/lint\.sh)$|/(corpus|fixtures)/' |
		xargs grep -nHwE 'TODO|FIXME|XXX|HACK' # grep says 0 and its finds, or 123 and nothing
	true
}

top_level() {
	find . -mindepth 1 -maxdepth 1 ! -name '.*' -printf '%f\n' |
		grep -vxE 'Makefile|README\.md|LICENSE|src|include|tests|man|completions' | while read -r f; do
			[ "$f" = "${BUILD%%/*}" ] || git check-ignore -q "$f" 2>/dev/null || echo "$f does not belong at the top"
		done
}

## Floors: calls go down only

declare -A BELOW=(
	[base]="base"
	[model]="model base"
	[parse]="parse model base"
	[graph]="graph model base"
	[view]="view graph model base"
	[render]="render view graph model base"
	[top]="top view graph model base"
	[scan]="scan parse model base"
	[exec]="exec parse model base"
	[cmd]="cmd top render view graph exec scan parse model base"
)

# The floor of a shared header: its module's, which is where the .c of that name lies; else it is plain data.
header_floor() {
	local c name=$1
	case $name in
	fd | fail) echo base && return ;;
	coverage | want | dump | inside | usage) echo model && return ;;
	cgroup) echo parse && return ;;
	usage_read) echo scan && return ;;
	cell | report) echo view && return ;;
	top) echo top && return ;;
	render) echo render && return ;;
	esac
	c=$(find src -mindepth 2 -name "$name.c" | sort)
	case $c in
	*$'\n'* | '') echo "?" ;;
	*) c=${c#src/} && echo "${c%%/*}" ;;
	esac
}

floors() {
	local f line floor target name
	declare -A floor_of=()
	for f in include/nsview/*.h; do
		name=$(basename "$f" .h)
		floor_of[$name]=$(header_floor "$name")
		[ "${floor_of[$name]}" != "?" ] || echo "$f: no module, or several: which floor is it on? (tests/lint.sh)"
	done
	grep -nE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' src/*/*.[ch] include/nsview/*.h |
		sed -E 's/^([^:]*):([0-9]*):[^"]*"([^"]*)".*/\1 \2 \3/' | while read -r f line target; do
			case $f in
			src/*) floor=${f#src/} floor=${floor%%/*} ;;
			*) floor=${floor_of[$(basename "$f" .h)]} ;;
			esac
			case $target in
			nsview/*) target=${floor_of[$(basename "$target" .h)]:-?} ;;
			scan/kernel.h) continue ;; # constants of the kernel that old headers lack: exec wants them, too
			*/*) target=${target%%/*} ;;
			*) target=$floor ;; # beside it
			esac
			case " ${BELOW[$floor]-} " in
			*" $target "*) ;;
			*) echo "$f:$line: $floor must not include what is on $target" ;;
			esac
		done
}

# sins FOLDERS PATTERN WHAT: calls that a floor must not make.
sins() {
	local dir f
	for dir in $1; do
		for f in src/"$dir"/*.[ch]; do
			[ -e "$f" ] && bare "$f" | grep -nE "$2" | sed "s|^|$f:|; s|\$|    ($3)|"
		done
	done
}

# Nothing below cmd prints or ends the program. What a child does between fork and exec is exec's own.
quiet_floors() {
	local print='(^|[^a-z_])(v?f?printf|v?dprintf|f?puts|f?putc|putchar|perror|psignal|v?errx?|v?warnx?|error|syslog)[[:space:]]*\('
	local stream='(^|[^a-z_])(stdout|stderr|stdin)([^a-z_]|$)'
	sins "base model parse graph view scan" "$print" "prints below cmd"
	# Of these, exec writes maps and the live view its settings, to files of their own.
	sins "exec top" "(^|[^a-z_])(v?printf|puts|putchar|perror|v?errx?|v?warnx?|error)[[:space:]]*\(" "prints below cmd"
	sins "base model parse graph view render scan exec" "$stream" "uses a standard stream below cmd"
	# Children that go where nsview itself does not end themselves.
	sins "base model parse graph view render scan top" '(^|[^a-z_])_?_?(exit|abort|quick_exit)[[:space:]]*\(' "ends the program" |
		grep -vE '^src/scan/(peek|elsewhere|standin)\.c:.*_exit'
	sins "base model parse graph view render scan exec top" '(^|[^a-z_])(getopt[a-z_]*[[:space:]]*\(|opt(arg|ind)([^a-z_]|$))' \
		"reads the command line"
	true
}

# scan and exec alone talk to the kernel: the floors of showing work on a saved snapshot.
blind_floors() {
	sins "base model parse graph view render" \
		'(^|[^a-z_])(open|openat2?|fopen|opendir|fdopendir|readlink(at)?|f?l?stat(at|x)?|ioctl|syscall|socket|fork|clone3?|setns|unshare|getenv|getpid|getuid|geteuid|getpw[a-z_]*|time|clock_gettime)[[:space:]]*\(' \
		"asks the system"
	grep -nE '#[[:space:]]*include[[:space:]]*<(linux/|sys/(ioctl|syscall|socket|mount|stat|wait)|dirent|fcntl|libmnl|libmount|libproc2|pwd)' \
		src/{base,model,parse,graph,view,render}/*.[ch] include/nsview/*.h 2>/dev/null
	true
}

check gcc gcc_builds
check clang clang_builds
check clang-tidy tidy
check headers headers_stand_alone
check shellcheck scripts
check mandoc man_pages
check licences licences
check text tidy_text
check top-level top_level
check floors floors
check quiet quiet_floors
check blind blind_floors

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
