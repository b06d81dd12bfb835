# SPDX-License-Identifier: GPL-2.0-or-later
#
# What all bats tests share: load ../helpers. NSVIEW is the program under test.

ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
: "${NSVIEW:=$ROOT/build/nsview}" # bats run by hand
bats_require_minimum_version 1.5.0

# A test that cannot run here says why: it is skipped, or fails where CI=true.
skip_or_fail() {
	[ "${CI:-}" = true ] || skip "$1"
	echo "cannot run: $1"
	return 1
}

require_root() {
	[ "$(id -u)" -eq 0 ] || skip_or_fail "only root can"
}

require_command() {
	local c
	for c in "$@"; do
		command -v "$c" >/dev/null || skip_or_fail "$c is not installed"
	done
}

# json_valid SCHEMA [FILE]: whether the document (or standard input) is what man/schema/SCHEMA says.
json_valid() {
	python3 "$ROOT/tests/json_valid.py" "$ROOT/man/schema/$1" "${2:--}"
}
