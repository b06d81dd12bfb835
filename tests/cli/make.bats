#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The Makefile and .ci/pkgs, as someone meets them who has just cloned: packages that are missing, installing,
# removing. Package managers are played by scripts that write down how they were called.

load ../helpers

setup() {
	cd "$ROOT" || return
	unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES BUILD
	tmp=$BATS_TEST_TMPDIR
}

# stub NAME: a command that is the script on standard input.
stub() {
	{ echo '#!/bin/sh' && cat; } >"$bin/$1"
	chmod +x "$bin/$1"
}

# machine MANAGER UID [INSTALLED...]: a PATH with nothing but a package manager, sudo, and a user.
machine() {
	local tool
	bin=$(mktemp -d "$tmp/machine.XXXXXX") calls=$bin/.calls
	for tool in sh env awk grep cat; do ln -s "$(type -P "$tool")" "$bin/"; done
	printf '%s\n' "${@:3}" >"$bin/.installed"
	: >"$calls"
	stub id <<<"echo $2"
	stub sudo <<<"echo \"sudo \$*\" >>$calls; \"\$@\""
	stub known <<<"for last; do :; done; grep -qx -- \"\$last\" $bin/.installed"
	stub dpkg-query <<<'known "$@" && echo installed'
	stub rpm <<<'known "$@"'
	stub "$1" <<<"case \$1 in info | -Q) known \"\$@\"; exit ;; esac; echo \"$1 \$*\" >>$calls"
}

@test "a missing library is one line that names its package" {
	mkdir "$tmp/pc"
	for pc in $(pkg-config --variable pc_path pkg-config | tr ':' ' '); do
		[ ! -d "$pc" ] || find "$pc" -name '*.pc' ! -name 'json-c.pc' ! -name 'libmnl.pc' -exec ln -sf {} "$tmp/pc/" \;
	done
	PKG_CONFIG_LIBDIR=$tmp/pc run -2 make -s BUILD="$tmp/build" all
	[[ ${lines[0]} == "nsview: missing libraries, install:"*json*mnl*"make deps"* ]]
	[[ ${lines[0]} != *smartcols* ]]
	[[ ${lines[1]} == "make: ***"* ]]
	[ ${#lines[@]} -eq 2 ]
}

@test "deps installs for the tests, too, unless the goals only run or install" {
	for line in deps "deps check" "deps lint" "deps bench" "deps run check"; do
		read -ra goals <<<"$line"
		run -0 make -n BUILD="$tmp/build" "${goals[@]}"
		[[ $output == *".ci/pkgs install build test"* ]]
	done
	for line in "deps run" "deps all" "deps install"; do
		read -ra goals <<<"$line"
		run -0 make -n BUILD="$tmp/build" "${goals[@]}"
		[[ $output == *".ci/pkgs install build"* && $output != *"install build test"* ]]
	done
}

@test "deps comes before anything that needs a package, also with several jobs" {
	for line in "deps run" "check deps" "deps lint" "deps bench" "install deps"; do
		read -ra goals <<<"$line"
		run -0 make -n -j2 BUILD="$tmp/build" "${goals[@]}"
		[[ ${lines[0]} == *"pkgs install"* ]]
	done
}

@test "apt: what is missing is installed, by root" {
	machine apt-get 0 gcc make
	PATH=$bin run -0 .ci/pkgs install build
	[ "$(sed -n 1p "$calls")" = "apt-get update -q" ]
	[[ $(sed -n 2p "$calls") == *"install "*" libjson-c-dev "* ]]
	run ! grep -wE 'gcc|sudo|bats' "$calls"
}

@test "others need sudo, and are told so when there is none" {
	machine apt-get 1000 gcc make
	PATH=$bin run -0 .ci/pkgs install build
	grep -q '^sudo apt-get update' "$calls"
	rm "$bin/sudo"
	: >"$calls"
	PATH=$bin run -1 .ci/pkgs install build
	[[ $output == *"only root can install them:"*" libjson-c-dev"* ]]
	[ ! -s "$calls" ]
}

@test "nothing is done when all is there" {
	for manager in apt-get:3 dnf:4 apk:5 pacman:6; do
		mapfile -t packages < <(sed -n "/^	cat <<-'ROWS'/,/^	ROWS/p" .ci/pkgs | awk -v c="${manager#*:}" 'NF == 6 { print $c }')
		[ ${#packages[@]} -gt 20 ]
		machine "${manager%:*}" 0 "${packages[@]}"
		PATH=$bin run -0 .ci/pkgs install make build test
		[ -z "$output" ]
		[ ! -s "$calls" ]
	done
}

@test "dnf, apk and pacman are asked for their names of packages" {
	machine dnf 0
	PATH=$bin run -0 .ci/pkgs install build
	grep -q '^dnf install -y .* libsmartcols-devel ' "$calls"
	machine apk 0
	PATH=$bin run -0 .ci/pkgs install build
	grep -q '^apk add .* util-linux-dev ' "$calls"
	machine pacman 0
	PATH=$bin run -0 .ci/pkgs install build
	grep -q '^pacman -S.* util-linux-libs ' "$calls"
}

@test "an unknown system is told what to install" {
	machine apt-get 0
	rm "$bin/apt-get"
	PATH=$bin run -1 .ci/pkgs install build
	[[ $output == *"no package manager"*" libjson-c-dev"* ]]
	stub pkg-config <<<'exit 0'
	PATH=$bin run -0 .ci/pkgs install build
	[ -z "$output" ]
}

@test "help names every target" {
	run -0 make help
	for target in deps all run check lint bench install uninstall clean; do
		grep -qE "^  $target +[a-z]" <<<"$output"
	done
}

@test "uninstall removes all that install put there" {
	run -0 make -s BUILD="$(dirname "$NSVIEW")" DESTDIR="$tmp/root" PREFIX=/usr install SAN="$SAN"
	[ -x "$tmp/root/usr/bin/nsview" ]
	[ -s "$tmp/root/usr/share/man/man1/nsview.1" ]
	[ -s "$tmp/root/usr/share/nsview/schema/nsview.list.1.json" ]
	run -0 make -s BUILD="$(dirname "$NSVIEW")" DESTDIR="$tmp/root" PREFIX=/usr uninstall SAN="$SAN"
	run -0 find "$tmp/root" '(' ! -type d -o -name '*nsview*' ')'
	[ -z "$output" ]
}
