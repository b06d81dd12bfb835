#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The tests, as make check runs them: BUILD is the build tree, SAN its sanitizers. Each suite speaks
# TAP and gets one line here; details are shown of failures only. The last line is the sum.
#
#   tests/run.sh [SUITE...]    such as unit/test_text, fuzz, cli/list, live; all of them without one
#
# A test that cannot run says why and is skipped. Where CI=true that is a failure.
set -u
cd "$(dirname "$0")/.." || exit 1

BUILD=${BUILD:-build}
CI=${CI:-}
wanted=("$@")
passed=0 failed=0 skipped=0

tmp=$(mktemp -d "${TMPDIR:-/tmp}/nsview-test.XXXXXX") || exit 1
trap 'rm -rf --one-file-system "$tmp"' EXIT
child=
trap '[ -z "$child" ] || { kill "$child"; wait "$child"; }; exit 130' INT TERM HUP
chmod 755 "$tmp" # tests run nsview as other users, too

NSVIEW=$(realpath "$BUILD")/nsview
export NSVIEW BUILD CI SAN="${SAN:-}"
export ASAN_OPTIONS="${ASAN_OPTIONS:-allocator_may_return_null=1:detect_stack_use_after_return=1}"
export UBSAN_OPTIONS="${UBSAN_OPTIONS:-print_stacktrace=1}"
# What the one who runs the tests prefers must not decide how they end.
unset NO_COLOR CLICOLOR COLUMNS LINES LS_COLORS
export LC_ALL=C.UTF-8 TERM=dumb TMPDIR="$tmp"
exec </dev/null

# Whether the suite named $1 was asked for.
asked() {
	[ ${#wanted[@]} -gt 0 ] || return 0
	local w
	for w in "${wanted[@]}"; do
		case $1 in "$w" | "$w"/*) return 0 ;; esac
	done
	return 1
}

# Count what a TAP stream in file $2 says for suite $1, whose command ended with status $3.
# Prints the suite's line and what went wrong.
count() {
	local sum p f s
	sum=$(awk -v suite="$1" -v status="$3" -v ci="$CI" '
		function bad(line) { f++; details = details "    " line "\n"; showing = 1 }
		/^1\.\.[0-9]+/ { plan = substr($1, 4); showing = 0; next }
		/^(not )?ok/ && /# [sS][kK][iI][pP]/ {
			showing = 0
			if (ci == "true") { bad($0 " (a skip is a failure here)"); next }
			s++; sub(/^(not )?ok [0-9]* ?/, ""); skips = skips "    " $0 "\n"; next
		}
		/^not ok/ { bad($0); next }
		/^ok/ { p++; showing = 0; next }
		showing || /^Bail out/ { details = details "    " $0 "\n"; next }
		{ noise = noise "    " $0 "\n" }
		END {
			ran = p + f + s
			if (plan != "" && ran < plan) {
				f += plan - ran
				details = details "    " plan - ran " of " plan " tests did not run (exit status " status ")\n"
			} else if (status != 0 && !f) {
				f++
				details = details "    exit status " status (status == 124 ? ": it took too long" : "") "\n"
			} else if (ran == 0) {
				f++
				details = details "    no test ran\n"
			}
			printf "%d %d %d\n", p, f, s
			line = sprintf("  %-26s %4d passed", suite, p)
			if (f) line = line sprintf(", %d failed", f)
			if (s) line = line sprintf(", %d skipped", s)
			printf "%s\n%s%s%s", line, details, f ? noise : "", skips
		}' "$2")
	read -r p f s <<<"$sum"
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	printf '%s\n' "${sum#*$'\n'}"
}

# limited SECONDS COMMAND...: in the background, so that a signal to us ends it, too.
limited() {
	timeout --kill-after=10 "$@" &
	child=$!
	wait "$child"
	local status=$?
	child=
	return $status
}

# suite NAME SECONDS COMMAND...: run a command that prints TAP.
suite() {
	local name=$1 limit=$2 status
	shift 2
	limited "$limit" "$@" >"$tmp/tap" 2>&1
	status=$?
	count "$name" "$tmp/tap" $status
}

# A check(3) program prints for people and logs TAP to a file; what it prints matters when it dies.
unit() {
	local status
	: >"$tmp/tap"
	CK_TAP_LOG_FILE_NAME=$tmp/tap CK_VERBOSITY=silent limited 300 "$1" >"$tmp/out" 2>&1
	status=$?
	sed 's/^/# /' "$tmp/out" >>"$tmp/tap"
	count "unit/${1##*/}" "$tmp/tap" $status
}

## What a live test may leave behind

# Namespaces that are bind-mounted here, and the names of ip-netns(8).
bound() {
	awk '{ for (i = 7; $i != "-"; i++); if ($(i + 1) == "nsfs") print "mount", $5 }' /proc/self/mountinfo
	find /run/netns -mindepth 1 -printf 'netns %f\n' 2>/dev/null
}

# Processes that a test with the marker $1 started and that are still there.
marked() {
	local env pid
	grep -lazE "^NSVIEW_TEST_RUN=$1\$" /proc/[0-9]*/environ 2>/dev/null | while read -r env; do
		pid=${env#/proc/} pid=${pid%/environ}
		printf 'process %s %s\n' "$pid" "$(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null)"
	done
}

# What is there now that file $2 does not list. Another program may bind namespaces meanwhile: only on a
# machine that is ours alone does every new one count, elsewhere those that carry the marker $1.
left() {
	bound | sort | comm -23 - "$2" | if [ "$CI" = true ]; then cat; else grep -e "$1" -e "$tmp"; fi
	marked "$1"
}

live() {
	local run=$$-$RANDOM name=live/$1 tries leaks
	bound | sort >"$tmp/bound"
	# The leak checker stops the program from a thread of its own, which never comes about in a process that is not
	# dumpable or is in another PID namespace than its children: what enters or makes namespaces goes without it.
	case $1 in
	enter* | run* | top | container_page) leaks=0 ;;
	*) leaks=1 ;;
	esac
	ASAN_OPTIONS="$ASAN_OPTIONS:detect_leaks=$leaks" NSVIEW_TEST_RUN=$run suite "$name" 600 bats --tap --print-output-on-failure "tests/live/$1.bats"
	# A killed process takes a moment to go.
	for ((tries = 0; tries < 10; tries++)); do
		left "$run" "$tmp/bound" >"$tmp/left"
		[ -s "$tmp/left" ] || return 0
		sleep 0.2
	done
	{ echo "not ok 1 leaves nothing behind" && sed 's/^/# left: /' "$tmp/left"; } >"$tmp/tap"
	count "$name (after)" "$tmp/tap" 1
}

## The suites

for t in tests/unit/test_*.c; do
	name=$(basename "$t" .c)
	[ -e "$t" ] && asked "unit/$name" && unit "$BUILD/unit/$name"
done
for t in tests/fuzz/fuzz_*.c; do
	name=$(basename "$t" .c)
	[ -e "$t" ] && asked "fuzz/$name" &&
		suite "fuzz/$name" 300 "$BUILD/fuzz/$name" "tests/fuzz/corpus/${name#fuzz_}"
done
if [ -e tests/tables.sh ] && asked tables; then
	suite tables 120 tests/tables.sh
fi
for t in tests/cli/*.bats; do
	name=$(basename "$t" .bats)
	# Completions are shells' own text: a sanitizer in the program that they ask only makes shells give up waiting.
	[ -n "${SAN:-}" ] && [ "$name" = completions ] && continue
	[ -e "$t" ] && asked "cli/$name" && suite "cli/$name" 600 bats --tap --print-output-on-failure "$t"
done
for t in tests/live/*.bats; do
	name=$(basename "$t" .bats)
	# A sanitizer takes more addresses than there would be where memory runs out.
	[ -n "${SAN:-}" ] && [ "$name" = memory ] && continue
	[ -e "$t" ] && asked "live/$name" && live "$name"
done

if [ $((passed + failed + skipped)) -eq 0 ]; then
	echo "  no such suite: ${wanted[*]}"
	failed=1
fi
if [ "$skipped" -gt 0 ]; then
	echo "$passed passed, $failed failed, $skipped skipped"
else
	echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ]
