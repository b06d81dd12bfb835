#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# nsview run against the real kernel: namespaces, roots, maps, PIDs, exit statuses, and what it says
# when the machine forbids something.

# shellcheck disable=SC2016 # what is in single quotes is for the shells inside

load helpers

TYPES=(cgroup ipc mnt net pid time user uts)
declare -gA LETTER=([cgroup]=C [ipc]=i [mnt]=m [net]=n [pid]=p [time]=T [user]=U [uts]=u)

setup() {
	require_root
	require_command unshare setpriv busybox
	TMP=$BATS_TEST_TMPDIR
	# What these tests keep: names that are theirs alone.
	NAME=nsv-${NSVIEW_TEST_RUN:-$$}
	KEPT=()
}

teardown() {
	local name
	for name in "${KEPT[@]}"; do "$NSVIEW" run --release "$name" 2>/dev/null || true; done
	live_done
}

# busybox_tree DIR [OWNER]: a root with a shell and the tools of busybox.
busybox_tree() {
	local tool
	mkdir -p "$1/bin" "$1/etc"
	cp "$(command -v busybox)" "$1/bin/busybox"
	for tool in sh ls ps cat id hostname readlink ip env touch sleep mount kill stat; do ln -s busybox "$1/bin/$tool"; done
	[ -z "${2:-}" ] || chown -R "$2" "$1"
}

# nobody COMMAND...: as a user without privileges, with nsview where such a one finds it, as $BATS_TEST_TMPDIR/nsview.
nobody() {
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

for_nobody() {
	install -m 755 "$NSVIEW" "$TMP/nsview"
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$(dirname "$TMP")" "$TMP" 2>/dev/null || true
	nobody unshare -Ur true 2>/dev/null || skip_or_fail "users without privileges get no user namespace here"
}

# The leak check of a sanitizer build runs in a thread, and a process that has unshared its PID namespace can have none.
no_leak_check() {
	export ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0"
}

## Namespaces

@test "each letter makes a namespace of its type and no other" {
	local t other link
	for t in "${TYPES[@]}"; do
		for other in "${TYPES[@]}"; do
			link=$("$NSVIEW" run "-${LETTER[$t]}" -- readlink "/proc/self/ns/$other")
			if [ "$t" = "$other" ]; then
				[ "$link" != "$(readlink "/proc/self/ns/$other")" ]
			else
				[ "$link" = "$(readlink "/proc/self/ns/$other")" ]
			fi
		done
	done
}

@test "--all makes all of them, by clone3 and by unshare" {
	no_leak_check
	local how t links
	for how in "" --unshare; do
		links=$("$NSVIEW" run --all $how -- sh -c 'cd /proc/self/ns && readlink cgroup ipc mnt net pid time user uts')
		[ "$(wc -l <<<"$links")" -eq 8 ]
		for t in "${TYPES[@]}"; do
			! grep -qxF "$(readlink "/proc/self/ns/$t")" <<<"$links"
		done
	done
}

@test "a kernel without clone3 is served by clone" {
	run -0 --separate-stderr "$BUILD/live/forbid" clone3 "$NSVIEW" run --trace -pT -- readlink /proc/self/ns/time
	[[ $stderr == *"clone3({flags=CLONE_NEWPID|CLONE_NEWTIME, exit_signal=SIGCHLD}) = -1 ENOSYS"* ]]
	[[ $stderr == *"clone({flags=CLONE_NEWPID, exit_signal=SIGCHLD}) = "* ]]
	[ "$output" != "$(readlink /proc/self/ns/time)" ]
}

@test "a command without new namespaces is run as it is" {
	[ "$("$NSVIEW" run -- readlink /proc/self/ns/pid /proc/self/ns/mnt)" = "$(readlink /proc/self/ns/pid /proc/self/ns/mnt)" ]
	[ "$("$NSVIEW" run echo -n a -c b)" = "$(echo -n a -c b)" ]
	[ "$(echo in | "$NSVIEW" run cat)" = in ]
	cd "$TMP"
	[ "$("$NSVIEW" run pwd)" = "$PWD" ]
}

@test "unshare happens in place, and forks for a PID namespace alone" {
	no_leak_check
	run -0 bash -c 'echo $$; exec "$0" run --unshare -u -- bash -c "echo \$\$"' "$NSVIEW"
	[ "${lines[0]}" = "${lines[1]}" ]
	run -0 "$NSVIEW" run --unshare -p -- sh -c 'echo $$'
	[ "$output" = 1 ]
	run -0 bash -c 'echo $$; exec "$0" run --unshare -f -- bash -c "echo \$PPID"' "$NSVIEW"
	[ "${lines[0]}" = "${lines[1]}" ]
}

@test "no descriptor but the first three reaches the command" {
	no_leak_check
	local how
	for how in "" --unshare "--init --mount-proc"; do
		# shellcheck disable=SC2086 # words
		run -0 "$NSVIEW" run -mnpU --user-map root $how -- ls /proc/self/fd 7</dev/null
		[ "$(tr '\n' ' ' <<<"$output")" = "0 1 2 3 " ] # the last is the listing's own
	done
}

## Exit statuses

@test "the exit status is the command's, or says how it died" {
	no_leak_check
	local how
	for how in "" --unshare -p "-p --unshare" "-p --init" ; do
		# shellcheck disable=SC2086 # words
		{
			run -0 "$NSVIEW" run $how true
			run -1 "$NSVIEW" run $how false
			run -42 "$NSVIEW" run $how sh -c 'exit 42'
			run -127 "$NSVIEW" run $how /no/such/command
			[[ $output == *"cannot execute /no/such/command: No such file or directory"* ]]
			run -126 "$NSVIEW" run $how /etc/passwd
			[[ $output == *"Permission denied"* ]]
		}
	done
	run -143 "$NSVIEW" run sh -c 'kill -TERM $$'
	run -137 "$NSVIEW" run -p --init sh -c 'kill -KILL $$'
}

@test "a namespace's file may follow its letter, and an empty word is no file or directory" {
	run -0 "$NSVIEW" run -u="$TMP/uts" true
	umount "$TMP/uts"
	for option in --container= --root= --uts= -u=; do
		run -125 "$NSVIEW" run "$option" true
		[[ $output == *"not ''" || $option == -u= ]]
	done
	run -127 "$NSVIEW" run --uts="$TMP/new" /nonexist
	[ ! -e "$TMP/new" ]
}

@test "a shell goes by its own name" {
	require_command bash
	SHELL=$(command -v bash) run -0 "$NSVIEW" run -u <<<'echo "$0"; shopt -qo posix || echo ordinary'
	[ "$output" = bash$'\n'ordinary ]
}

@test "an interpreter that is not there is told from a program that is not" {
	printf '#!/nonexist/interpreter\n' >"$TMP/script" && chmod +x "$TMP/script"
	run -127 "$NSVIEW" run "$TMP/script"
	[[ $output == *"not the interpreter or dynamic loader that it names"* ]]
	run -127 "$NSVIEW" run "$TMP/nothing"
	[[ $output != *interpreter* ]]
}

@test "output that cannot be written is 125, and one that is not there is no matter" {
	run -125 sh -c '"$0" run --dry-run true >/dev/full' "$NSVIEW"
	run -125 sh -c '"$0" enter $$ --dry-run >/dev/full' "$NSVIEW"
	run -0 sh -c '"$0" run true >&-' "$NSVIEW"
	run -3 sh -c '"$0" run sh -c "exit 3" >&-' "$NSVIEW"
}

@test "what is wrong with nsview's own words is 125" {
	run -125 "$NSVIEW" run --no-such-option
	run -125 "$NSVIEW" run --user-map 1:2 true
	[[ $output == *"--user-map takes auto, root, current or INSIDE:OUTSIDE:COUNT, not '1:2'"* ]]
	run -125 "$NSVIEW" run --kill-child=NONE true
	run -125 "$NSVIEW" run --owner 5 true
	run -125 "$NSVIEW" run --keep 5 -n true
	run -125 "$NSVIEW" run --keep a/b -n true
	run -125 "$NSVIEW" run --keep x true
	run -125 "$NSVIEW" run --propagation half true
	run -125 "$NSVIEW" run -m --propagation shared --root / true
	run -125 "$NSVIEW" run --root /no/such/dir true
	[[ $output == *"cannot chroot(2) to /no/such/dir: No such file or directory"* ]]
	run -125 "$NSVIEW" run -T --boottime -9999999999 true
	[[ $output == *"before its beginning"* ]]
}

## PIDs, as both sides see them

@test "--trace tells the PIDs that each side sees" {
	run -0 --separate-stderr "$NSVIEW" run --trace -p true
	[[ $stderr =~ parent\ +([0-9]+)\ +clone3\(\{flags=CLONE_NEWPID,\ exit_signal=SIGCHLD\}\)\ =\ ([0-9]+) ]]
	[ "${BASH_REMATCH[1]}" != "${BASH_REMATCH[2]}" ]
	local nl=$'\n'
	[[ $stderr =~ child\ +1\ +getpid\(\)\ =\ 1${nl}child\ +1\ +getppid\(\)\ =\ 0 ]]

	run -0 --separate-stderr "$NSVIEW" run --trace true
	[[ $stderr =~ parent\ +([0-9]+)\ +clone3\(\{flags=0,\ exit_signal=SIGCHLD\}\)\ =\ ([0-9]+) ]]
	local parent=${BASH_REMATCH[1]} child=${BASH_REMATCH[2]}
	[[ $stderr =~ child\ +$child\ +getpid\(\)\ =\ $child${nl}child\ +$child\ +getppid\(\)\ =\ $parent ]]
	[[ $stderr != *"(new)"* ]]
}

@test "--trace keeps the order of events, whoever they happen to" {
	run -0 --separate-stderr "$NSVIEW" run --trace -pm --user-map root --monotonic 5 true
	local -a want=("clone3(" "getpid() = 1" "timens_offsets\", \"monotonic 5 0\") = 0" "setns(" "(new)" "/uid_map\", \"0 0 1\") = 0"
		"/gid_map\"" "MS_REC|MS_PRIVATE" "execve(\"/" "exit status 0")
	local rest=$stderr w
	for w in "${want[@]}"; do
		[[ $rest == *"$w"* ]]
		rest=${rest#*"$w"}
	done
}

@test "--trace lists the root before and after, for chroot and for pivot_root" {
	busybox_tree "$TMP/root"
	local how
	for how in "" -m; do
		# shellcheck disable=SC2086 # words
		run -0 --separate-stderr "$NSVIEW" run --trace $how --root "$TMP/root" -- /bin/ls /
		[[ $stderr =~ before,\ /\ holds:.*\ usr ]]
		[[ $stderr == *"after, / holds: bin etc"$'\n'* ]]
		[ "$output" = "bin"$'\n'"etc" ]
	done
	[[ $stderr == *'pivot_root(".", ".") = 0'* ]]
}

@test "--dry-run prints the steps and does nothing" {
	run -0 "$NSVIEW" run --dry-run -pn --keep "$NAME" --root / --hostname h false
	[[ ${lines[0]} == *"clone3(2) a child with CLONE_NEWNET|CLONE_NEWPID|CLONE_NEWUTS" ]]
	[[ $output == *"bind-mount the network namespace to /run/nsview/net/$NAME"* ]]
	[[ ${lines[-1]} == *"execute the command" ]]
	[ ! -e "/run/nsview/net/$NAME" ]
}

## Keeping

@test "a namespace is kept by a file, and ends with it" {
	local t ino
	for t in net uts user; do
		ino=$("$NSVIEW" run "--$t=$TMP/$t" -- readlink "/proc/self/ns/$t")
		HELD_MOUNTS+=("$TMP/$t")
		[ "$t:[$(stat -Lc %i "$TMP/$t")]" = "$ino" ]
	done
	ino=$("$NSVIEW" run --unshare --ipc="$TMP/ipc" -- readlink /proc/self/ns/ipc)
	HELD_MOUNTS+=("$TMP/ipc")
	[ "ipc:[$(stat -Lc %i "$TMP/ipc")]" = "$ino" ]
	run -125 "$NSVIEW" run --net="$TMP/net" true
	[[ $output == *"a namespace is bound there already"* ]]
}

@test "a name keeps them all, list shows it, ip netns knows it, release lets go" {
	local how
	for how in "" --unshare; do
		KEPT+=("$NAME")
		# shellcheck disable=SC2086 # words
		run -0 "$NSVIEW" run $how --keep "$NAME" -numCT -- hostname kept
		[ "$("$NSVIEW" list -J | jq -r --arg n "$NAME" '.namespaces[] | select(.name == $n).type' | sort | tr '\n' ' ')" = \
			"cgroup mnt net time uts " ]
		[ "$(nsenter --uts="/run/nsview/uts/$NAME" hostname)" = kept ]
		[ "$(ip netns exec "$NAME" readlink /proc/self/ns/net)" = "net:[$(stat -Lc %i "/run/nsview/net/$NAME")]" ]
		run -125 "$NSVIEW" run --keep "$NAME" -n true
		[[ $output == *"kept already"* ]]
		run -0 "$NSVIEW" run --release "$NAME"
		[ -z "$(find /run/nsview /run/netns -name "$NAME")" ]
		run -125 "$NSVIEW" run --release "$NAME"
		[[ $output == *"nothing is kept as '$NAME'"* ]]
	done
}

@test "releasing leaves a netns of that name alone that is another one" {
	KEPT+=("$NAME")
	"$NSVIEW" run --keep "$NAME" -n true
	ip netns delete "$NAME" && ip netns add "$NAME" && HELD_NETNS+=("$NAME")
	"$NSVIEW" run --release "$NAME"
	[ -e "/run/netns/$NAME" ] && [ ! -e "/run/nsview/net/$NAME" ]
}

@test "names kept at the same time do not get into each other's way" {
	# Linux 6.18 gives ids CPU by CPU, and takes a mount namespace with a lower one than ours for older than ours.
	# shellcheck disable=SC2016
	run -0 taskset -c "$(taskset -pc $$ | grep -o '[0-9]*$')" unshare -m --propagation private sh -c 'mount -t tmpfs none /run && for i in 1 2 3 4 5 6 7 8; do
		"$0" run --keep "r$i" -u -m true || echo "failed $i" & done; wait' "$NSVIEW"
	[[ $output != *failed* ]]
}

@test "what could not be started keeps nothing" {
	local how
	for how in "" --unshare "--unshare -f"; do
		# shellcheck disable=SC2086 # words
		run -127 "$NSVIEW" run $how --keep "$NAME" -nu /no/such/command
		[ -z "$(find /run/nsview /run/netns -name "$NAME")" ]
		# shellcheck disable=SC2086 # words
		run -125 "$NSVIEW" run $how --keep "$NAME" -nu --wd /no/such/dir true
		[ -z "$(find /run/nsview /run/netns -name "$NAME")" ]
	done
}

## IDs

@test "maps are written as they were asked for" {
	local how
	for how in "" --unshare; do
		run -0 "$NSVIEW" run $how --user-map root cat /proc/self/uid_map /proc/self/gid_map
		[ "$(echo "$output" | tr -s ' ')" = " 0 0 1"$'\n'" 0 0 1" ]
		run -0 "$NSVIEW" run $how --user-map 0:100000:10 --user-map u:20:5:1 -- sh -c 'cat /proc/self/uid_map; id -u; id -g'
		[ "$(echo "$output" | tr -s ' ')" = " 0 100000 10"$'\n'" 20 5 1"$'\n'0$'\n'0 ]
		run -0 "$NSVIEW" run $how --user-map auto --setgroups deny -- cat /proc/self/uid_map /proc/self/setgroups
		[[ $(echo "$output" | tr -s ' ') == " 0 0 4294967295"$'\n'deny ]]
		run -0 "$NSVIEW" run $how -U id -u
		[ "$output" = "$(cat /proc/sys/kernel/overflowuid)" ]
	done
	run -125 "$NSVIEW" run --user-map 0:5:10 --user-map 5:50:10 true
	[[ $output == *"the ranges overlap"* ]]
}

@test "--owner is whose the user namespace is" {
	hold pid "$NSVIEW" run --owner 1234:1235 --user-map root -n
	# The holder is the parent's child: ask the kernel by what list shows.
	local ino
	ino=$(ns_of "$pid" user)
	[ "$("$NSVIEW" list -J | jq --argjson n "$(ns_of "$pid" net)" '.namespaces[] | select(.ns == $n).ouid')" = 1234 ]
	[ "$(tr -s ' ' <"/proc/$pid/uid_map")" = " 0 1234 1" ]
	[ "$ino" != "$(ns_of self user)" ]
	[ "$("$NSVIEW" run --unshare --owner 7:8 --user-map root -T --boottime 1000 -- id -u)" = 0 ]
	[ "$("$NSVIEW" run --owner 7:8 --user-map root -T --boottime 1000 -- id -u)" = 0 ]
}

@test "-S and -G are taken, and --keep-caps keeps the capabilities" {
	run -0 "$NSVIEW" run -S 12 -G 34 -- sh -c 'id -u; id -g; id -G; grep CapEff /proc/self/status'
	[ "$output" = "12"$'\n'"34"$'\n'"34"$'\n'"CapEff:"$'\t'"0000000000000000" ]
	run -0 "$NSVIEW" run --user-map auto -S 12 -G 34 --keep-caps -- grep -E 'CapEff|CapAmb' /proc/self/status
	[[ $output != *"0000000000000000"* ]]
	run -125 "$NSVIEW" run --user-map root -S 5 true
	[[ $output == *"the ID is not mapped in the new user namespace"* ]]
}

@test "--clear-env leaves PATH, HOME and TERM" {
	SECRET=x run -0 "$NSVIEW" run --clear-env -- env
	[[ $output == *"PATH=/usr/local/sbin:"* && $output != *SECRET* && $output == *HOME=/root* ]]
}

## What is set inside

@test "host name, domain, loopback and clocks are set in namespaces of their own" {
	no_leak_check
	local before
	before=$(hostname)
	[ "$("$NSVIEW" run --hostname inside hostname)" = inside ]
	[ "$("$NSVIEW" run --domain inside cat /proc/sys/kernel/domainname)" = inside ]
	[ "$(hostname)" = "$before" ]
	[[ $("$NSVIEW" run --loopback ip -o link show lo) == *"LOOPBACK,UP"* ]]
	[[ $("$NSVIEW" run --unshare --loopback ip -o link show lo) == *"LOOPBACK,UP"* ]]
	local how up now
	for how in "" --unshare "-p --unshare"; do
		# shellcheck disable=SC2086 # words
		up=$("$NSVIEW" run $how --boottime 1000000 --monotonic -1 cat /proc/uptime)
		now=$(cat /proc/uptime)
		[ $((${up%%.*} - ${now%%.*})) -ge 999990 ]
	done
}

@test "propagation is what was asked for" {
	mkdir "$TMP/m" && mount -t tmpfs none "$TMP/m" && HELD_MOUNTS+=("$TMP/m") && mount --make-shared "$TMP/m"
	local flags='$0 ~ d { sub(/ - .*/, ""); for (i = 7; i <= NF; i++) { sub(/:.*/, "", $i); printf "%s ", $i } }'
	[ "$("$NSVIEW" run -m awk -v d="$TMP/m" "$flags" /proc/self/mountinfo)" = "" ]
	[ "$("$NSVIEW" run --propagation slave awk -v d="$TMP/m" "$flags" /proc/self/mountinfo)" = "master " ]
	[ "$("$NSVIEW" run --propagation unchanged awk -v d="$TMP/m" "$flags" /proc/self/mountinfo)" = "shared " ]
}

@test "--mount-proc shows the new PID namespace, and leaves the working directory" {
	cd "$TMP"
	run -0 "$NSVIEW" run -p --mount-proc -- sh -c 'pwd; ls -d /proc/[0-9]*'
	[ "$output" = "$PWD"$'\n'/proc/1 ]
	run -0 "$NSVIEW" run --dev -- sh -c 'echo x >/dev/null && ls /dev | tr "\n" " "'
	[ "$output" = "fd full null ptmx pts random shm stderr stdin stdout tty urandom zero " ]
}

## Signals and death

@test "--kill-child takes the child along when nsview dies" {
	local how pid
	mkfifo "$TMP/end"
	for how in "" "--unshare -f" "-p --init"; do
		# shellcheck disable=SC2086 # words
		"$NSVIEW" run $how --kill-child -- sh -c 'echo ready; exec sleep 300' >"$TMP/end" 3>&- &
		pid=$!
		exec 8<"$TMP/end"
		read -t 20 -r _ <&8
		kill -KILL $pid
		# It ends when nobody can write any more: not nsview, not the child.
		run -0 timeout 20 cat <&8
		exec 8<&-
	done
}

@test "--forward-signals passes them on, to an init's command as well" {
	no_leak_check
	local how status
	mkfifo "$TMP/in" "$TMP/out"
	exec 8<>"$TMP/in"
	for how in "" "-p --init" "-p --unshare"; do
		# shellcheck disable=SC2086 # words
		"$NSVIEW" run $how --forward-signals -- bash -c 'trap "exit 7" TERM; echo ready; read -r x' <"$TMP/in" >"$TMP/out" 3>&- 8>&- &
		read -t 20 -r _ <"$TMP/out"
		kill -TERM $!
		status=0
		wait $! || status=$?
		[ "$status" -eq 7 ]
	done
	exec 8>&-
}

@test "an init reaps orphans and ends with its command, whatever is left" {
	run -5 timeout 20 "$NSVIEW" run -p --init --mount-proc -- sh -c '
		for i in 1 2 3 4 5 6 7 8; do (true & ) ; done
		sleep 60 &
		until [ "$(grep -l "^State:.Z" /proc/[0-9]*/status 2>/dev/null | wc -l)" -eq 0 ]; do :; done
		exit 5'
}

## Containers

@test "--container is all of it, as root" {
	busybox_tree "$TMP/box"
	run -0 --separate-stderr "$NSVIEW" run --container "$TMP/box" -- /bin/sh -c '
		hostname; id -u; echo $$; ls /; ip -o link show lo | grep -c LOOPBACK,UP; ls -d /proc/[0-9]* | wc -l
		touch /sys/x 2>&1; test -c /dev/null && echo null; env | grep -c "^container=nsview$"
		cat /proc/1/stat | cut -d" " -f4'
	[ "${lines[0]}" = box ]
	[ "${lines[1]}" = 0 ]
	[ "${lines[2]}" = 2 ]
	[ "${lines[*]:3:5}" = "bin dev etc proc sys" ]
	[ "${lines[8]}" = 1 ]
	[[ $output == *"Read-only file system"*null$'\n'1$'\n'0 ]]
	# The old root is gone with all that was mounted there.
	run -0 "$NSVIEW" run --container "$TMP/box" -- /bin/cat /proc/self/mountinfo
	[ "$(awk '$5 != "/"' <<<"$output" | grep -c " - \(proc\|sysfs\|tmpfs\|devpts\) ")" -eq 5 ]
	[ "$(awk '{ print $5 }' <<<"$output" | sort | tr '\n' ' ')" = \
		"/ /dev /dev/full /dev/null /dev/pts /dev/random /dev/shm /dev/tty /dev/urandom /dev/zero /proc /sys " ]
	for t in cgroup ipc mnt net pid time uts; do
		[ "$("$NSVIEW" run --container "$TMP/box" -- /bin/readlink /proc/self/ns/$t)" != "$(readlink /proc/self/ns/$t)" ]
	done
}

@test "--container works with a user namespace and by unshare" {
	no_leak_check
	busybox_tree "$TMP/box"
	run -0 "$NSVIEW" run -U --container "$TMP/box" -- /bin/sh -c 'cat /proc/self/uid_map; ls /dev/pts; id -u'
	[[ $(tr -s ' ' <<<"$output") == " 0 0 4294967295"$'\n'ptmx$'\n'0 ]]
	run -3 "$NSVIEW" run --unshare --container "$TMP/box" -- /bin/sh -c 'exit 3'
}

@test "a container without a command is a shell" {
	busybox_tree "$TMP/box"
	cd "$TMP/box"
	run -4 "$NSVIEW" run --container . <<<'echo $0; hostname; exit 4'
	[ "${lines[1]}" = box ]
}

@test "symbolic links in a container's tree lead nowhere" {
	local d
	mkdir "$TMP/host"
	for d in proc sys dev; do
		busybox_tree "$TMP/evil"
		ln -s "$TMP/host" "$TMP/evil/$d"
		run -125 "$NSVIEW" run --container "$TMP/evil" -- /bin/true
		[[ $output == *"symbolic link"* ]]
		[ -z "$(ls "$TMP/host")" ]
		rm -r "$TMP/evil"
	done
	# A working directory is looked up when the root is the root already.
	busybox_tree "$TMP/evil"
	ln -s /proc/1/root/../.. "$TMP/evil/up"
	run -0 "$NSVIEW" run --container "$TMP/evil" --wd /up -- /bin/ls
	[ "$(echo "$output" | tr '\n' ' ')" = "bin dev etc proc sys up " ]
	ln -s ../../../../../../../../etc "$TMP/evil/out"
	run -0 "$NSVIEW" run --root "$TMP/evil" --wd /out -- /bin/ls
	[ -z "$output" ]
}

@test "a container sees nothing of the caller's in its PID 1" {
	busybox_tree "$TMP/box"
	local how
	for how in "--container $TMP/box" "--root $TMP/box -m -p --mount-proc --init" "--unshare --container $TMP/box" \
		"-U --container $TMP/box"; do
		exec 7<"$TMP"
		# shellcheck disable=SC2086 # words
		SECRET=hunter2 run -0 --separate-stderr "$NSVIEW" run $how -- /bin/sh -c \
			'ls /proc/1/fd 2>/dev/null; grep -c hunter2 /proc/1/environ 2>/dev/null; true'
		exec 7<&-
		[[ "$(echo "$output" | tr '\n' ' ')" =~ ^(0 1 2 )?(0 )?$ ]]
	done
}

@test "no link inside leads a working directory out of the root" {
	local fd how
	busybox_tree "$TMP/evil"
	exec 8<"$TMP"
	for fd in 3 4 5 6 7 8 9; do
		ln -sfn "/proc/self/fd/$fd" "$TMP/evil/work"
		for how in "--container $TMP/evil" "--root $TMP/evil -m -p --mount-proc"; do
			# shellcheck disable=SC2086 # words
			run -125 --separate-stderr "$NSVIEW" run $how -w /work -- /bin/sh -c 'ls ..'
			[[ $stderr == *"cannot change directory to /work: "* ]]
		done
	done
	exec 8<&-
	# Standard input stays open, and is looked at where it leads.
	ln -sfn /proc/self/fd/0 "$TMP/evil/work"
	run -125 --separate-stderr "$NSVIEW" run --container "$TMP/evil" -w /work -- /bin/ls .. <"$TMP"
	[[ $stderr == *"it leads out of the root"* ]]
}

@test "nothing inside reaches nsview's own file" {
	local sum
	busybox_tree "$TMP/evil"
	install -m 755 "$NSVIEW" "$TMP/nsview"
	sum=$(sha256sum <"$TMP/nsview")
	run -0 "$TMP/nsview" run --container "$TMP/evil" -- /bin/sh -c 'readlink /proc/1/exe; echo x >/proc/1/exe; true'
	[[ ${lines[0]} == "/memfd:nsview (deleted)" ]]
	[[ $output == *"can't create /proc/1/exe"* ]]
	# A command that makes the kernel run what runs it, with the libraries that the tree has for it.
	printf '#!/proc/self/exe\n' >"$TMP/evil/bin/again" && chmod +x "$TMP/evil/bin/again"
	run -127 "$TMP/nsview" run --container "$TMP/evil" -- /bin/again
	[ "$(sha256sum <"$TMP/nsview")" = "$sum" ]
}

## Without privileges

@test "without privileges a user namespace is added, and said" {
	no_leak_check
	for_nobody
	run -0 --separate-stderr nobody "$TMP/nsview" run -n -- id -u
	[ "$output" = 0 ]
	[ "$stderr" = "nsview run: without privileges here: a user namespace is added, in which UID 65534 is root" ]
	run -0 --separate-stderr nobody "$TMP/nsview" run -U -- true
	[ -z "$stderr" ]
	run -0 --separate-stderr nobody "$TMP/nsview" run --user-map current -n -- id -u
	[ "$output" = 65534 ]
	[ -z "$stderr" ]
	run -0 --separate-stderr nobody "$TMP/nsview" run --unshare -p -- sh -c 'id -u; echo $$'
	[ "$output" = 0$'\n'1 ]
}

@test "a container needs no privileges" {
	for_nobody
	busybox_tree "$TMP/box" 65534
	run -0 --separate-stderr nobody "$TMP/nsview" run --container "$TMP/box" -- /bin/sh -c 'hostname; id -u; ls /dev/pts; ip -o link show lo; touch /made'
	[[ $output == box$'\n'0$'\n'ptmx$'\n'*"LOOPBACK,UP"* ]]
	[ "$(stat -c %u "$TMP/box/made")" = 65534 ]
	run -0 --separate-stderr nobody "$TMP/nsview" run --root "$TMP/box" -- /bin/ls /
	[[ $output == *made* ]]
	busybox_tree "$TMP/theirs"
	run -125 nobody "$TMP/nsview" run --container "$TMP/theirs" -- /bin/true
	[[ $output == *"cannot mount proc on /proc: Permission denied; there is no such directory in the root and it cannot be made, or it may not be entered" ]]
}

@test "newuidmap maps the ranges of /etc/subuid" {
	for_nobody
	require_command newuidmap newgidmap
	busybox_tree "$TMP/box" 65534
	# Files of our own in place of the machine's, in a mount namespace of our own.
	echo "65534:300000:1000" >"$TMP/subid"
	run -0 --separate-stderr unshare -m sh -c '
		touch /etc/subuid /etc/subgid
		mount --bind "$1/subid" /etc/subuid && mount --bind "$1/subid" /etc/subgid &&
		exec setpriv --reuid=65534 --regid=65534 --clear-groups "$1/nsview" run --container "$1/box" -- /bin/sh -c \
			"cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups"' - "$TMP"
	[ "$(tr -s ' ' <<<"$output")" = " 0 65534 1"$'\n'" 1 300000 1000"$'\n'" 0 65534 1"$'\n'" 1 300000 1000"$'\n'allow ]
	run -125 nobody "$TMP/nsview" run --user-map 0:5:1 true
	[[ $output == *"newuidmap(1) or newgidmap(1) refused"* ]]
}

@test "keeping and owning are refused with what they take" {
	for_nobody
	run -125 nobody "$TMP/nsview" run --keep "$NAME" -n true
	[[ $output == *"takes CAP_SYS_ADMIN"* ]]
	run -125 nobody "$TMP/nsview" run --owner 1:1 true
	[[ $output == *"CAP_SETUID"* ]]
}

## What forbids

@test "a limit is named, with the level that sets it" {
	run -125 unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_net_namespaces; exec "$0" run -unC true' "$NSVIEW"
	[[ $output == *"user.max_net_namespaces is 0 in this user namespace"* ]]
	run -125 unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_uts_namespaces; exec unshare -Ur "$0" run -un true' "$NSVIEW"
	[[ $output == *"user.max_uts_namespaces sets no limit in this user namespace, so it is reached in one above it"* ]]
	run -125 unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_user_namespaces; exec "$0" run --unshare -U true' "$NSVIEW"
	[[ $output == *"user.max_user_namespaces is 0"* ]]
}

# nest DEPTH OPTIONS: run in so many namespaces, each in the one before.
nest() {
	local depth=$1 words=() i
	shift
	for ((i = 0; i < depth; i++)); do words+=("$NSVIEW" run "$@" --); done
	"${words[@]}" true
}

@test "user and PID namespaces nest 32 deep, and that is named" {
	run -0 nest 32 --user-map root
	run -125 nest 34 --user-map root
	[[ $output == *"the nesting is 32 deep already"* ]]
	run -0 nest 32 -p
	run -125 nest 34 -p
	[[ $output == *"this is the PID namespace at depth 32"* ]]
}

@test "seccomp is named" {
	run -125 "$BUILD/live/forbid" namespaces "$NSVIEW" run -n true
	[[ $output == *"a seccomp filter is at work"* ]]
	run -125 "$BUILD/live/forbid" namespaces "$NSVIEW" run --unshare -U true
	[[ $output == *"a seccomp filter is at work"* ]]
}

@test "a chroot is named" {
	local in_chroot='mount --rbind / "$1" && exec chroot "$1" "$2" run -U true'
	mkdir "$TMP/chroot"
	run -125 "$NSVIEW" run -m -- sh -c "$in_chroot" - "$TMP/chroot" "$NSVIEW"
	[[ $output == *"nsview is chrooted"* ]]
}

@test "the user namespace that would be added is named when it is what is refused" {
	run -125 unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_user_namespaces
		exec setpriv --bounding-set -all --inh-caps -all "$0" run -n true' "$NSVIEW"
	[[ $output == *"user.max_user_namespaces is 0 in this user namespace"* ]]
}

@test "proc and sysfs say which namespace has to come along" {
	run -125 "$NSVIEW" run --user-map root --mount-proc true
	[[ $output == *"add --pid"* ]]
	busybox_tree "$TMP/box"
	run -125 unshare -m sh -c 'mount -t tmpfs none /proc/sys && exec "$0" run -U --container "$1" -- /bin/true' "$NSVIEW" "$TMP/box"
	[[ $output == *"may only mount what it sees whole already"* ]]
}
