#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# nsview enter into targets that fight back. Each attack is tried on a tool without the protection as well
# where there is one, so that its failure here proves something.

load helpers

setup() {
	require_root
	require_command unshare nsenter busybox python3 cc
	ldd "$(command -v busybox)" 2>&1 | grep -Eq 'not a dynamic|statically' || skip_or_fail "busybox is not static"
	jail=$BATS_TEST_TMPDIR/jail
	mkdir -p "$jail/bin" "$jail/proc" "$jail/dev" "$jail/tmp" "$jail/etc"
	cp "$(command -v busybox)" "$jail/bin/busybox"
	for applet in sh ls cat readlink pwd seq stat; do ln -s busybox "$jail/bin/$applet"; done
}

# jailed VAR [--pid --fork]: a process with the jail for its root, whose root user is the machine's: the worst case.
jailed() {
	hold "$1" unshare --mount "${@:2}" sh -c 'mount -t proc proc "$0/proc" && exec "$@"' "$jail" \
		python3 -c 'import os, sys; os.chroot(sys.argv[1]); os.execv("/bin/sh", sys.argv[2:])' "$jail"
}

# library PROGRAM...: what these programs load, copied into the jail.
libraries() {
	local lib
	for lib in $(ldd "$@" 2>/dev/null | grep -o '/[^ :]*\.so[^ :]*' | sort -u); do
		mkdir -p "$jail/${lib%/*}"
		cp -L "$lib" "$jail/$lib"
	done
}

# The attack of CVE-2019-5736: a program of the target is a script for "/proc/self/exe", so the kernel runs whatever
# came in once more, with a library of the attacker's. That keeps the program's file open, waits until nobody
# runs it, and writes to it.
booby_trap() {
	printf '#!/proc/self/exe\n' >"$jail/bin/trap"
	chmod 755 "$jail/bin/trap"
	echo /evil.so >"$jail/etc/ld.so.preload"
	cc -shared -fPIC -o "$jail/evil.so" -x c - <<-'C'
		#include <fcntl.h>
		#include <unistd.h>
		__attribute__((constructor)) static void strike(void)
		{
			int fd = open("/proc/self/exe", O_RDONLY);

			dup2(fd, 9);
			execl("/bin/busybox", "sh", "-c",
			      "stat -L -c 'caught %d:%i' /proc/self/fd/9; readlink /proc/self/fd/9;"
			      "(echo owned >/proc/self/fd/9) 2>/dev/null && echo WRITTEN || echo refused", (char *)0);
			_exit(1);
		}
	C
}

@test "the program on the host is out of reach of what runs inside" {
	# Of each a copy, which the attack may ruin.
	cp "$NSVIEW" "$BATS_TEST_TMPDIR/nsview"
	cp "$(command -v nsenter)" "$BATS_TEST_TMPDIR/nsenter"
	libraries "$BATS_TEST_TMPDIR/nsview" "$BATS_TEST_TMPDIR/nsenter"
	booby_trap
	jailed near
	jailed pid --pid --fork
	before=$(cksum <"$BATS_TEST_TMPDIR/nsview")

	# The attack is a real one.
	"$BATS_TEST_TMPDIR/nsenter" -t "$near" -m -r -- /bin/trap >"$BATS_TEST_TMPDIR/out"
	grep -q WRITTEN "$BATS_TEST_TMPDIR/out"
	[ "$(<"$BATS_TEST_TMPDIR/nsenter")" = owned ]

	for how in "$near" "$near -F" "$near -m -r" "$pid" "$pid -m -p -r"; do
		# shellcheck disable=SC2086 # words
		run -0 "$BATS_TEST_TMPDIR/nsview" enter $how --env ASAN_OPTIONS=verify_asan_link_order=0 -- /bin/trap
		[[ $output == *refused* && $output != *WRITTEN* ]]
		[[ $output == *memfd:* ]]
		[[ $output != *"caught $(stat -c %d:%i "$BATS_TEST_TMPDIR/nsview")"* ]]
		[ "$(cksum <"$BATS_TEST_TMPDIR/nsview")" = "$before" ]
	done
}

@test "what is brought is out of reach, too" {
	cp "$(command -v busybox)" "$BATS_TEST_TMPDIR/busybox"
	jailed pid --pid --fork
	before=$(cksum <"$BATS_TEST_TMPDIR/busybox")
	run "$NSVIEW" enter "$pid" --bring "$BATS_TEST_TMPDIR/busybox" -- sh -c \
		'exec 9</proc/self/exe; exec /bin/sh -c "(echo owned >/proc/self/fd/9) && echo WRITTEN || echo refused"'
	[[ $output == *refused* && $output != *WRITTEN* ]]
	[ "$(cksum <"$BATS_TEST_TMPDIR/busybox")" = "$before" ]
}

@test "a process on its way in cannot be looked into" {
	# A spy in the target's PID namespace, without CAP_SYS_PTRACE in ours, watches for the newcomer's program file
	# and descriptors while its steps are slow.
	hold pid unshare --user --map-root-user --mount --pid --fork --mount-proc
	mkfifo "$BATS_TEST_TMPDIR/found"
	"$NSVIEW" enter "$pid" -- python3 -c '
import glob, os, sys
print("watching", flush=True)
seen, met = set(), 0
while "done" not in seen:
    for d in glob.glob("/proc/[0-9]*"):
        try:
            comm = open(d + "/comm").read().strip()
            if comm == "nsview":
                met += 1
                seen.add(os.readlink(d + "/exe"))
        except OSError:
            pass
    if os.path.exists(sys.argv[1]):
        seen.add("done")
# The name outlives exec(2) for a moment: the new program may be seen, nsview may not.
print("met" if met else "missed", sorted(exe for exe in seen if "nsview" in exe), flush=True)' "$BATS_TEST_TMPDIR/stop" >"$BATS_TEST_TMPDIR/found" 3>&- &
	job=$!
	exec {found}<"$BATS_TEST_TMPDIR/found"
	read -t 20 -r line <&"$found"
	[ "$line" = watching ]
	for ((i = 0; i < 15; i++)); do "$NSVIEW" enter "$pid" -- true; done
	touch "$BATS_TEST_TMPDIR/stop"
	read -t 20 -r line <&"$found"
	exec {found}<&-
	wait "$job"
	[ "$line" = "met []" ]
}

@test "no descriptor but 0 to 2 goes in" {
	jailed pid --pid --fork
	exec {leak}</etc
	for options in "" "-m -p -r" "-n" "-m -r -F"; do
		# shellcheck disable=SC2086 # words
		run -0 "$NSVIEW" enter "$pid" $options -- \
			sh -c 'for f in $(seq 3 30); do readlink /proc/self/fd/$f; done; true'
		echo "$options: $output"
		[ -z "$output" ]
	done
	# Where nobody closes it, it goes in.
	run nsenter -t "$pid" -n -- readlink "/proc/self/fd/$leak"
	[ "$output" = /etc ]
	exec {leak}<&-
}

# The attack of CVE-2024-21626: a working directory by way of a descriptor that leads out.
@test "no directory of the host is reached by a descriptor" {
	jailed pid --pid --fork
	exec {leak}</etc
	refused=0
	# Without its PID namespace nsview's own descriptors are at /proc/self/fd of the target's /proc for a moment.
	jailed near
	for target in "$pid" "$near"; do
		for ((fd = 3; fd <= leak; fd++)); do
			run "$NSVIEW" enter "$target" -W "/proc/self/fd/$fd" -- sh -c 'cat ../etc/hostname ../etc/passwd 2>&1; pwd'
			[[ $output != *root:* ]]
			if [[ $output == *"outside of the root"* ]]; then
				[ "$status" -eq 125 ]
				refused=$((refused + 1))
			fi
		done
	done
	exec {leak}<&-
	# The attempt was a real one: such a descriptor was there.
	[ "$refused" -gt 0 ]
	# The caller's own working directory stays behind, and so does one of the target's that leads out.
	cd /etc
	for options in "" "-m -p -r" "-r"; do
		# shellcheck disable=SC2086 # words
		run -0 "$NSVIEW" enter "$pid" $options -- sh -c 'pwd; cat passwd 2>&1; true'
		[ "${lines[0]}" = / ]
		[[ $output != *root:* ]]
	done
}

@test "nothing of the target's file system is used before it is the root" {
	# Links that lead to places of the host when they are followed from there.
	mkdir "$BATS_TEST_TMPDIR/host"
	printf '#!/bin/sh\ntouch %s\n' "$BATS_TEST_TMPDIR/owned" >"$BATS_TEST_TMPDIR/host/sh"
	chmod 755 "$BATS_TEST_TMPDIR/host/sh"
	jailed pid --pid --fork
	ln -sfn "$BATS_TEST_TMPDIR/host/sh" "$jail/bin/bash"
	ln -sfn /../../../../../../../../../../bin "$jail/usr"
	rm "$jail/bin/sh"
	ln -sfn "../../../../../../../../../..$BATS_TEST_TMPDIR/host/sh" "$jail/bin/sh"
	run -127 env SHELL="$BATS_TEST_TMPDIR/host/sh" "$NSVIEW" enter "$pid"
	[[ $output == *"no shell inside"* ]]
	[ ! -e "$BATS_TEST_TMPDIR/owned" ]
}

@test "terminals that are none are not opened" {
	require_command tmux
	jailed pid --pid --fork
	# Opening this would wait for ever; that would be a terminal of the host.
	mkfifo "$jail/dev/ptmx"
	ln -s /dev/pts "$jail/dev/pts"
	script='test -t 0 && echo "a terminal" >/tmp/answer'
	tmux -S "$BATS_TEST_TMPDIR/tmux" -f /dev/null new-session -d "timeout 20 $NSVIEW enter $pid -- sh -c '$script'" 3>&-
	for ((i = 0; i < 200; i++)); do
		[ ! -s "$jail/tmp/answer" ] || break
		sleep 0.05
	done
	tmux -S "$BATS_TEST_TMPDIR/tmux" kill-server 2>/dev/null || true
	[ "$(<"$jail/tmp/answer")" = "a terminal" ]
}

@test "a target's name and links cannot fool the terminal" {
	jailed pid --pid --fork
	run -0 "$NSVIEW" enter "$pid" --dry-run -W $'/\e[31m' -- $'\e]0;x\a'
	[[ $output != *$'\e'* && $output != *$'\a'* ]]
	run -125 "$NSVIEW" enter "$pid" -W $'/\e[31m'
	[[ $output != *$'\e'* ]]
}
