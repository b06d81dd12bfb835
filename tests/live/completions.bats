#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What only a machine with named network namespaces can offer.

load helpers
load ../completions

setup() {
	require_root
	require_command ip bash zsh fish
	completions_setup
}

@test "every shell offers the names of ip netns" {
	netns_add name
	for shell in bash zsh fish; do
		echo "$shell"
		offers "$shell" "nsview list ${name%?}" | grep -x "$name"
	done
}
