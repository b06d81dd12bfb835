#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What nsview says where memory runs out. A sanitizer takes more addresses than there would be: run.sh leaves this out then.

load helpers

@test "too little memory is called that, and nothing else" {
	local kib short=0
	# From what the loader cannot do with to what is enough, by steps that meet each buffer of the libraries.
	for kib in $(seq 8000 100 16000); do
		status=0
		stderr=$(bash -c 'ulimit -v "$1"; exec "$NSVIEW" list --source proc' - "$kib" 2>&1 >/dev/null) || status=$?
		[ "$status" -ne 127 ] || continue
		[ "$status" -ne 0 ] || break
		short=$((short + 1))
		[ "$status" -eq 1 ]
		[[ $stderr == "nsview list: "*@(annot allocate memory|out of memory)* ]] || { echo "$kib: $stderr"; return 1; }
	done
	[ "$status" -eq 0 ]
	[ "$short" -gt 3 ]
}
