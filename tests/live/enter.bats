#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# nsview enter on real namespaces. What a terminal has to do with it is in enter_tty.bats, what goes on in a
# hostile target in enter_attack.bats.

load helpers

setup() {
	require_root
	require_command unshare nsenter setpriv
	export NSVIEW NOTE="$BATS_TEST_TMPDIR/zombie" # where a holder writes what it has to say
}

teardown() {
	live_done
	[ -z "$CGROUP" ] || rmdir "$CGROUP"
}
CGROUP=

# cgroup_add NAME: a cgroup of version 2 that the test's end removes, as CGROUP.
cgroup_add() {
	local root
	root=$(findmnt -n -o TARGET -t cgroup2 | head -n 1)
	[ -n "$root" ] || skip_or_fail "no cgroup2 is mounted"
	mkdir "$root/$1" || skip_or_fail "no cgroup can be made"
	CGROUP=$root/$1
}

# container VAR: a process with every namespace of its own but the user's and time's.
container() {
	hold "$1" unshare --mount --uts --ipc --net --pid --cgroup --fork --mount-proc
}

# links TOOL...: the namespaces of a command that TOOL runs.
links() {
	"$@" sh -c 'for t in cgroup ipc mnt net time user uts; do readlink /proc/self/ns/$t; done'
}

@test "everything that differs is joined, with root and working directory" {
	container pid
	links "$NSVIEW" enter "$pid" -- >"$BATS_TEST_TMPDIR/ours"
	links nsenter -t "$pid" -a -- >"$BATS_TEST_TMPDIR/theirs"
	diff "$BATS_TEST_TMPDIR/theirs" "$BATS_TEST_TMPDIR/ours"
	run -0 "$NSVIEW" enter "$pid" -- readlink /proc/self/ns/pid
	[ "$output" = "pid:[$(ns_of "$pid" pid)]" ]
	run -0 "$NSVIEW" enter "$pid" pwd
	[ "$output" = "$(readlink "/proc/$pid/cwd")" ]
}

@test "each type alone is joined as nsenter does it" {
	hold pid unshare --mount --uts --ipc --net --cgroup --time --fork
	for letter in m u i n C T; do
		links "$NSVIEW" enter "$pid" "-$letter" -- >"$BATS_TEST_TMPDIR/ours"
		links nsenter -t "$pid" "-$letter" -- >"$BATS_TEST_TMPDIR/theirs"
		diff "$BATS_TEST_TMPDIR/theirs" "$BATS_TEST_TMPDIR/ours"
		run ! diff -q <(links sh -c '"$@"' -) "$BATS_TEST_TMPDIR/ours"
	done
}

@test "a PID namespace alone makes the command its member, and with -F the command's children" {
	hold pid unshare --pid --fork
	run -0 "$NSVIEW" enter "$pid" -p -- sh -c 'echo $$'
	[ "$output" -lt 100 ]
	run -0 "$NSVIEW" enter "$pid" -p -F -- sh -c 'echo $$; sh -c "echo \$\$"'
	[ "${lines[0]}" -gt "${lines[1]}" ]
	[ "${lines[1]}" -lt 100 ]
}

@test "a target's own user namespace is entered by root and becomes 0 there" {
	hold pid unshare --user --map-root-user --mount --net --uts
	links "$NSVIEW" enter "$pid" -- >"$BATS_TEST_TMPDIR/ours"
	links nsenter -t "$pid" -a --preserve-credentials -- >"$BATS_TEST_TMPDIR/theirs"
	diff "$BATS_TEST_TMPDIR/theirs" "$BATS_TEST_TMPDIR/ours"
	run -0 "$NSVIEW" enter "$pid" -- id -u
	[ "$output" = 0 ]
}

@test "namespaces that another user namespace owns are joined before the target's own" {
	# The network is the outer user namespace's, everything else the inner one's.
	hold pid unshare --user --map-root-user --net unshare --user --map-root-user --uts
	run -0 "$NSVIEW" enter --dry-run "$pid"
	[[ ${lines[1]} == *"join the net namespace: one setns(2)"*"before the user namespace"* ]]
	links "$NSVIEW" enter "$pid" -- >"$BATS_TEST_TMPDIR/ours"
	for t in cgroup ipc mnt net time user uts; do readlink "/proc/$pid/ns/$t"; done |
		diff - "$BATS_TEST_TMPDIR/ours"
}

@test "the maker of a user namespace enters it without privileges" {
	user=(setpriv --reuid 65534 --regid 65534 --clear-groups)
	"${user[@]}" unshare --user true || skip_or_fail "this machine forbids unprivileged user namespaces"
	hold pid "${user[@]}" unshare --user --map-root-user --net --uts --mount
	run -0 "${user[@]}" "$NSVIEW" enter "$pid" -- sh -c 'id -u; readlink /proc/self/ns/net'
	[ "${lines[0]}" = 0 ]
	[ "${lines[1]}" = "net:[$(ns_of "$pid" net)]" ]
	# Without the user namespace there is no right to the others.
	run -125 "${user[@]}" "$NSVIEW" enter "$pid" -n
	[[ $output == *"takes CAP_SYS_ADMIN in user:["*"(ours), and we lack it"* ]]
	[[ $output == *"hint: "*"(-U)"* ]]
	[[ $output == *"hint: sudo nsview enter $pid -n"* ]]
}

@test "a chrooted target's root is taken" {
	mkdir -p "$BATS_TEST_TMPDIR/jail/bin" "$BATS_TEST_TMPDIR/jail/home"
	require_command busybox
	cp "$(command -v busybox)" "$BATS_TEST_TMPDIR/jail/bin/sh" || return
	ldd "$BATS_TEST_TMPDIR/jail/bin/sh" 2>&1 | grep -Eq 'not a dynamic|statically' || skip_or_fail "busybox is not static"
	# Its working directory stays outside of the jail: the command must not get there.
	hold pid python3 -c 'import os, sys; os.chroot(sys.argv[1]); os.execv("/bin/sh", sys.argv[2:])' "$BATS_TEST_TMPDIR/jail"
	run -0 "$NSVIEW" enter "$pid" -- sh -c 'pwd; echo /*'
	[ "${lines[0]}" = / ]
	[ "${lines[1]}" = "/bin /home" ]
	run -0 "$NSVIEW" enter "$pid" -W /home -- sh -c pwd
	[ "$output" = /home ]
	run -125 "$NSVIEW" enter "$pid" -r -w -- sh -c pwd
	[[ $output == *"outside of the root"* ]]
}

@test "a zombie has nothing to enter, and that is what is said" {
	hold parent python3 -c '
import os, sys, time
pid = os.fork()
if pid == 0:
    os._exit(0)
os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
open(os.environ["NOTE"], "w").write(str(pid))
os.execvp("sh", sys.argv[1:])'
	zombie=$(<"$NOTE")
	run -125 "$NSVIEW" enter "$zombie"
	[[ $output == *"is a zombie"*"hint: "* ]]
	run -125 "$NSVIEW" enter --dry-run "$zombie"
	[[ $output == *"is a zombie"* ]]
}
@test "a process that is gone, and one that goes meanwhile" {
	sh -c 'exit 0' &
	gone=$!
	wait "$gone"
	run -125 "$NSVIEW" enter "$gone" true
	[[ $output == *"there is no process $gone"* ]]
	for ((i = 0; i < 30; i++)); do
		unshare --uts --net true &
		run "$NSVIEW" enter $! true
		[ "$status" -eq 0 ] || [ "$status" -eq 125 ]
		[ "$status" -eq 0 ] || [ -n "$output" ]
		wait $!
	done
}

@test "a thread is no process" {
	hold pid python3 -c '
import os, sys, threading
e = threading.Event()
def body():
    open(os.environ["NOTE"], "w").write(str(threading.get_native_id()))
    e.set()
    threading.Event().wait()
threading.Thread(target=body, daemon=True).start()
e.wait()
print(os.readlink("/proc/self"), flush=True)
sys.stdin.readline()'
	run -125 "$NSVIEW" enter "$(<"$NOTE")" true
	[[ $output == *"is a thread"* ]]
}

@test "exit statuses are the command's, 128 + N, 126, 127 and 125" {
	container pid
	run -0 "$NSVIEW" enter "$pid" -- true
	run -7 "$NSVIEW" enter "$pid" -- sh -c 'exit 7'
	run -137 "$NSVIEW" enter "$pid" -- sh -c 'kill -KILL $$'
	run -143 "$NSVIEW" enter "$pid" -- sh -c 'kill -TERM $$'
	run -127 "$NSVIEW" enter "$pid" -- nsview-no-such-command
	[[ $output == *"not found inside"* ]]
	run -126 "$NSVIEW" enter "$pid" -- /etc
	run -125 "$NSVIEW" enter
	run -125 "$NSVIEW" enter "$pid" --no-such-option
	run -125 "$NSVIEW" enter "$pid" -S nobody
	run -125 "$NSVIEW" enter nsview-no-such-name
	# The same without waiting for it.
	run -7 "$NSVIEW" enter "$pid" -F -- sh -c 'exit 7'
	run -127 "$NSVIEW" enter "$pid" -F -- nsview-no-such-command
}

@test "standard streams are handed through" {
	container pid
	run -0 bash -c 'printf "a\0b" | "$NSVIEW" enter "$1" cat | od -An -c' - "$pid"
	[[ $output == *'a  \0   b'* ]]
	run -0 --separate-stderr "$NSVIEW" enter "$pid" -- sh -c 'echo out; echo err >&2'
	[ "$output" = out ]
	[ "$stderr" = err ]
}

# ends_with STATUS PID: wait for a job of ours, which run can't.
ends_with() {
	local status=0
	wait "$2" || status=$?
	[ "$status" -eq "$1" ]
}

@test "signals are passed on" {
	container pid
	mkfifo "$BATS_TEST_TMPDIR/ready" "$BATS_TEST_TMPDIR/gate"
	exec {gate}<>"$BATS_TEST_TMPDIR/gate"
	for option in -n -p; do
		"$NSVIEW" enter "$pid" "$option" -- sh -c 'trap "exit 9" USR1; echo >"$1"; read -r x' - \
			"$BATS_TEST_TMPDIR/ready" <&"$gate" 3>&- &
		job=$!
		read -r _ <"$BATS_TEST_TMPDIR/ready"
		kill -USR1 "$job"
		ends_with 9 "$job"
	done
	exec {gate}>&-
}

# becomes PID STATE: wait until a process is in this state.
becomes() {
	local i state
	for ((i = 0; i < 200; i++)); do
		read -r _ _ state _ <"/proc/$1/stat"
		[ "$state" = "$2" ] && return
		sleep 0.05
	done
	return 1
}

@test "nsview stops and goes on with the command" {
	container pid
	mkfifo "$BATS_TEST_TMPDIR/ready" "$BATS_TEST_TMPDIR/gate"
	"$NSVIEW" enter "$pid" -u -- sh -c 'echo $$ >"$1"; read -r x <"$2"; exit 5' - "$BATS_TEST_TMPDIR/ready" \
		"$BATS_TEST_TMPDIR/gate" 3>&- &
	job=$!
	read -r command <"$BATS_TEST_TMPDIR/ready"
	kill -STOP "$command"
	becomes "$job" T
	kill -CONT "$job"
	becomes "$command" S
	becomes "$job" S
	echo >"$BATS_TEST_TMPDIR/gate"
	ends_with 5 "$job"
}

@test "a namespace alone is joined alone" {
	container pid
	ino=$(ns_of "$pid" net)
	for target in "net:[$ino]" "net:$ino" "$ino" "/proc/$pid/ns/net"; do
		run -0 "$NSVIEW" enter "$target" -- sh -c 'readlink /proc/self/ns/net /proc/self/ns/uts'
		[ "${lines[0]}" = "net:[$ino]" ]
		[ "${lines[1]}" = "uts:[$(ns_of self uts)]" ]
	done
	run -0 "$NSVIEW" enter --net="/proc/$pid/ns/net" -u="/proc/$pid/ns/uts" readlink /proc/self/ns/net /proc/self/ns/uts
	[ "${lines[0]}" = "net:[$ino]" ]
	[ "${lines[1]}" = "uts:[$(ns_of "$pid" uts)]" ]
	run -125 "$NSVIEW" enter --net="/proc/$pid/ns/uts" true
	[[ $output == *"is a UTS namespace, not a network namespace"* || $output == *"not a"* ]]
	run -125 "$NSVIEW" enter "net:[$ino]" -r
}

@test "a name of ip-netns is entered" {
	require_command ip
	netns_add name
	run -0 "$NSVIEW" enter "$name" -- readlink /proc/self/ns/net
	[ "$output" = "net:[$(stat -c %i "/run/netns/$name")]" ]
	run -0 "$NSVIEW" enter "$name" ip -o link
	[ "${#lines[@]}" -eq 1 ]
}

@test "a namespace that only a bind mount in another mount namespace holds is entered" {
	require_root
	local pid elsewhere ino
	hold pid unshare --net
	ino=$(ns_of "$pid" net)
	hold elsewhere unshare --mount sh -ec 'mount -t tmpfs none /mnt; touch "/mnt/nsv-$0"; mount --bind "/proc/$0/ns/net" "/mnt/nsv-$0"
		exec "$@"' "$pid"
	for target in "net:$ino" "nsv-$pid" "/proc/$elsewhere/root/mnt/nsv-$pid"; do
		run -0 "$NSVIEW" enter "$target" -- readlink /proc/self/ns/net
		[ "$output" = "net:[$ino]" ]
		[ "$target" != "net:$ino" ] || release "$pid"
	done
	run -0 "$NSVIEW" enter --dry-run "net:$ino" -- true
	[[ $output == *"nsenter --net=/proc/$elsewhere/root/mnt/nsv-$pid"* ]]
}

@test "a path through another mount namespace is told by a process at its root" {
	require_command python3
	local pid elsewhere away ino
	hold pid unshare --net
	ino=$(ns_of "$pid" net)
	hold elsewhere unshare --mount sh -ec 'mount -t tmpfs none /mnt; touch /mnt/nsv; mkdir /mnt/away
		mount --bind "/proc/$0/ns/net" /mnt/nsv; mount --bind / /mnt/away; exec "$@"' "$pid"
	release "$pid"
	hold away nsenter --mount -t "$elsewhere" python3 -c \
		'import os, sys; os.chdir("/proc"); os.chroot("/mnt/away"); os.execvp("sh", sys.argv[1:])'
	run -0 "$NSVIEW" enter --dry-run "net:$ino" -- true
	[[ $output == *"nsenter --net=/proc/$elsewhere/root/mnt/nsv"* && $output != *"/proc/$away/"* ]]
	release "$elsewhere"
	run -0 "$NSVIEW" enter --dry-run "net:$ino" -- true
	[[ $output == *"nsenter(1) cannot do the same: no path leads there"* ]]
	run -0 "$NSVIEW" enter "net:$ino" -- readlink /proc/self/ns/net
	[ "$output" = "net:[$ino]" ]
}

@test "a namespace that only its children hold is entered" {
	hold pid unshare --user --map-root-user unshare --user --map-root-user
	parent=$("$NSVIEW" list --json -t user -o ns,type,pns | jq --argjson n "$(ns_of "$pid" user)" \
		'.namespaces[] | select(.ns == $n) | .pns')
	run -0 "$NSVIEW" enter "user:[$parent]" -- readlink /proc/self/ns/user
	[ "$output" = "user:[$parent]" ]
}

@test "credentials: a user, the target's user, ours, and capabilities" {
	container pid
	run -0 "$NSVIEW" enter "$pid" -S 1000 -G 1001 -- id
	[[ $output == "uid=1000"*"gid=1001"*"groups=1001"* ]]
	hold other setpriv --reuid 1234 --regid 1235 --clear-groups
	run -0 "$NSVIEW" enter "$other" -u -S follow -G follow -- id
	[[ $output == "uid=1234"*"gid=1235"* ]]
	run -0 "$NSVIEW" enter "$pid" -S 1000 --keep-caps -- grep CapEff /proc/self/status
	[[ $output != *0000000000000000 ]]
	run -0 "$NSVIEW" enter "$pid" -S 1000 -- grep CapEff /proc/self/status
	[[ $output == *0000000000000000 ]]
	hold mapped unshare --user --map-user=7 --map-group=7
	run -0 "$NSVIEW" enter "$mapped" -- grep -E '^Uid' /proc/self/status
	run -125 "$NSVIEW" enter "$mapped" -S 99 -- true
	[[ $output == *"user 99 does not exist in the user namespace"*"hint: "* ]]
	run -0 "$NSVIEW" enter "$mapped" -S follow -G follow -- sh -c 'echo "$(grep ^Uid /proc/self/status)"'
	[[ $output == *$'\t7\t7\t7\t7' ]]
}

@test "the environment is cleaned where the file system is another, and kept where it is ours" {
	container pid
	export NSVIEW_TEST_SECRET=1
	run -0 "$NSVIEW" enter "$pid" -- env
	[[ $output != *NSVIEW_TEST_SECRET* ]]
	[[ $output == *HOME=/root* ]]
	run -0 "$NSVIEW" enter "$pid" -u -- env
	[[ $output == *NSVIEW_TEST_SECRET=1* ]]
	run -0 "$NSVIEW" enter "$pid" --env A=1 --env B="x y" --env A=2 -- env
	[[ $output == *$'A=2\n'* && $output == *"B=x y"* ]]
	unset NSVIEW_TEST_SECRET
	hold other env -i THEIRS=7 PATH="$PATH" unshare --uts
	run -0 "$NSVIEW" enter "$other" -e -- env
	[[ $output == *THEIRS=7* ]]
	run -125 "$NSVIEW" enter "$pid" --env nonsense -- true
}

@test "directories: the target's, ours, and one inside" {
	container pid
	run -0 "$NSVIEW" enter "$pid" -W /usr -- pwd
	[ "$output" = /usr ]
	run -125 "$NSVIEW" enter "$pid" -W /nsview-no-such-dir -- pwd
	[[ $output == *"No such file"* ]]
	mkdir -p "$BATS_TEST_TMPDIR/dir"
	run -0 "$NSVIEW" enter "$pid" -u -w="$BATS_TEST_TMPDIR/dir" -- pwd
	[ "$output" = "$BATS_TEST_TMPDIR/dir" ]
	# Into another mount namespace a directory of ours does not go along.
	run -125 "$NSVIEW" enter "$pid" -m -w="$BATS_TEST_TMPDIR/dir" -- pwd
	[[ $output == *"outside of the root"*"hint: -W"* ]]
	run -125 "$NSVIEW" enter "$pid" -r=/nsview-no-such-dir -- pwd
}

@test "a socket's network namespace" {
	hold pid python3 -c '
import os, socket, sys, ctypes
libc = ctypes.CDLL(None)
fd = os.open("/proc/self/ns/net", os.O_RDONLY)
assert libc.unshare(0x40000000) == 0
s = socket.socket()
os.dup2(s.fileno(), 50)
open(os.environ["NOTE"], "w").write(os.readlink("/proc/self/ns/net"))
assert libc.setns(fd, 0) == 0
os.execvp("sh", sys.argv[1:])'
	run -0 "$NSVIEW" enter -t "$pid" -N 50 -- readlink /proc/self/ns/net
	[ "$output" = "$(<"$NOTE")" ]
	run -125 "$NSVIEW" enter -t "$pid" -N 51 -- true
	[[ $output == *"no descriptor 51"* ]]
	run -125 "$NSVIEW" enter -t "$pid" -N 0 -- true
	[[ $output == *"is no socket"* ]]
}

@test "the owning user namespace" {
	hold pid unshare --user --map-root-user --net unshare --user --map-root-user
	owner=$("$NSVIEW" list --json -t net -o ns,ons | jq --argjson n "$(ns_of "$pid" net)" \
		'.namespaces[] | select(.ns == $n) | .ons')
	run -0 "$NSVIEW" enter "$pid" -n --user-parent -- readlink /proc/self/ns/user
	[ "$output" = "user:[$owner]" ]
}

@test "the target's cgroups are joined" {
	cgroup_add "nsview-test-$$"
	hold pid sh -c 'echo 0 >"$0/cgroup.procs" && exec "$@"' "$CGROUP"
	run -0 "$NSVIEW" enter "$pid" -u -c -- cat /proc/self/cgroup
	[[ $output == *"0::"*"/nsview-test-$$"* ]]
}

@test "a static program of ours runs where there is none" {
	require_command busybox
	mkdir "$BATS_TEST_TMPDIR/empty"
	hold pid python3 -c 'import os, sys; fd = os.open("/bin/busybox", os.O_RDONLY); os.chroot(sys.argv[1]); os.execve(fd, ["sh"] + sys.argv[3:], os.environ)' \
		"$BATS_TEST_TMPDIR/empty"
	run -127 "$NSVIEW" enter "$pid"
	[[ $output == *"no shell inside"*"--bring"* ]]
	run -0 "$NSVIEW" enter "$pid" --bring "$(command -v busybox)" -- sh -c 'pwd; echo /*'
	[ "${lines[0]}" = / ]
	[ "${lines[1]}" = "/*" ]
	run -125 "$NSVIEW" enter "$pid" --bring "$(command -v env)"
	[[ $output == *"is not static"* ]]
	run -125 "$NSVIEW" enter "$pid" --bring /etc/passwd
	[[ $output == *"is no program"* ]]
}

@test "a plan is printed and nothing is done" {
	container pid
	run -0 "$NSVIEW" enter "$pid" --dry-run -- touch "$BATS_TEST_TMPDIR/done"
	[ ! -e "$BATS_TEST_TMPDIR/done" ]
	[[ $output == *"one setns(2) with the pidfd of $pid"* ]]
	[[ $output == *"CAP_SYS_ADMIN in user:[$(ns_of self user)] (ours): yes"* ]]
	[[ $output == *"skip user:[$(ns_of self user)]: it is ours already"* ]]
	# The nsenter command at its end does the same as we do.
	mapfile -t words <<<"$output"
	line=${words[-1]}
	[[ $line == *"nsenter --target=$pid "*"-- touch "* ]]
	line=${line% -- touch *}
	# shellcheck disable=SC2086 # words as the plan says them
	run -0 $line -- readlink /proc/self/ns/mnt
	[ "$output" = "mnt:[$(ns_of "$pid" mnt)]" ]
}

@test "who may not says why in a plan as in truth" {
	container pid
	user=(setpriv --reuid 65534 --regid 65534 --clear-groups)
	for how in "" --dry-run; do
		# shellcheck disable=SC2086 # one option or none
		run -125 "${user[@]}" "$NSVIEW" enter "$pid" $how
		[[ $output == *"ptrace access"*"hint: sudo nsview enter $pid"* ]]
	done
	run -125 setpriv --bounding-set -sys_chroot --inh-caps -sys_chroot "$NSVIEW" enter "$pid" -- true
	[[ $output == *"takes CAP_SYS_CHROOT in user:["*"(ours), and we lack it"* ]]
	run -125 setpriv --bounding-set -sys_chroot --inh-caps -sys_chroot "$NSVIEW" enter "$pid" --dry-run
	[[ $output == *"CAP_SYS_CHROOT in user:["*": NO"* ]]
}

@test "PID namespaces lead down only" {
	hold pid unshare --pid --fork --mount-proc
	outer=$(exec sh -c 'exec 4</proc/self/ns/pid; echo /proc/$PPID/ns/pid')
	run -125 "$NSVIEW" enter "$pid" -p -m -- "$NSVIEW" enter -p=/proc/self/fd/0 true <"$outer"
	[[ $output == *"neither ours nor below it"* ]]
}

@test "a PID namespace whose init has ended takes nobody" {
	hold pid unshare --pid --fork
	exec {ns}<"/proc/$pid/ns/pid"
	release "$pid"
	run -125 "$NSVIEW" enter -p="/proc/self/fd/$ns" true
	exec {ns}<&-
	[[ $output == *"its init (PID 1) has ended"* ]]
}

@test "nsview does not keep alive what it entered" {
	container pid
	mkfifo "$BATS_TEST_TMPDIR/ready" "$BATS_TEST_TMPDIR/gate"
	"$NSVIEW" enter "$pid" -n -- sh -c 'echo >"$1"; read -r x <"$2"' - "$BATS_TEST_TMPDIR/ready" "$BATS_TEST_TMPDIR/gate" 3>&- &
	job=$!
	read -r _ <"$BATS_TEST_TMPDIR/ready"
	run find "/proc/$job/fd" -lname '*:\[*\]' -printf '%l\n'
	echo >"$BATS_TEST_TMPDIR/gate"
	wait "$job"
	run ! grep -E '^(net|mnt|uts|pid):' <<<"$output"
}

@test "a real crun container is entered" {
	require_command crun busybox
	local bundle=$BATS_TEST_TMPDIR/bundle id=nsview-test-$$
	mkdir -p "$bundle/rootfs/bin" "$bundle/rootfs/proc" "$bundle/rootfs/dev"
	cp "$(command -v busybox)" "$bundle/rootfs/bin/sh"
	(cd "$bundle" && crun spec)
	jq '.process.terminal = false | .process.args = ["/bin/sh", "-c", "echo ready; read x"] | .root.readonly = false
		| .mounts |= map(select(.type == "proc" or .type == "devpts" or .type == "tmpfs")) | .linux.resources = {}
		| .linux.namespaces |= map(select(.type != "cgroup"))' "$bundle/config.json" >"$bundle/new"
	mv "$bundle/new" "$bundle/config.json"
	mkfifo "$BATS_TEST_TMPDIR/in" "$BATS_TEST_TMPDIR/out"
	exec {in}<>"$BATS_TEST_TMPDIR/in"
	# Where both versions of cgroups are mounted crun refuses to start: it gets a view with one.
	unshare --mount sh -c 'umount -R /sys/fs/cgroup; mount -t cgroup2 none /sys/fs/cgroup; exec "$@"' - \
		crun --cgroup-manager=disabled --root "$BATS_TEST_TMPDIR/state" run --bundle "$bundle" "$id" \
		<"$BATS_TEST_TMPDIR/in" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- {in}>&- &
	job=$!
	if ! read -t 20 -r _ <"$BATS_TEST_TMPDIR/out"; then
		exec {in}>&-
		skip_or_fail "crun does not run here: $(<"$BATS_TEST_TMPDIR/err")"
	fi
	pid=$(crun --root "$BATS_TEST_TMPDIR/state" state "$id" | jq .pid)
	run "$NSVIEW" enter "$pid" -- sh -c 'echo /bin/*; echo $$; readlink /proc/self/ns/net'
	echo >&"$in"
	exec {in}>&-
	wait "$job" || true
	crun --root "$BATS_TEST_TMPDIR/state" delete -f "$id" 2>/dev/null || true
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = /bin/sh ]
	[ "${lines[1]}" -lt 100 ]
}

@test "what nsview run keeps under a name is entered by it" {
	name=nsview-test-${NSVIEW_TEST_RUN:-$$}
	"$NSVIEW" run -u -i --keep "$name" --hostname kept -- true
	run "$NSVIEW" enter "$name" -- sh -c 'hostname; readlink /proc/self/ns/ipc'
	"$NSVIEW" run --release "$name"
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = kept ]
	[ "${lines[1]}" != "ipc:[$(ns_of self ipc)]" ]
}

@test "without privileges a process that shares everything is entered, and so says the nsenter line" {
	user=(setpriv --reuid 65534 --regid 65534 --clear-groups)
	hold pid "${user[@]}"
	run -0 "${user[@]}" "$NSVIEW" enter "$pid" -- id -u
	[ "$output" = 65534 ]
	run -0 "${user[@]}" "$NSVIEW" enter "$pid" --dry-run
	[ "${lines[-1]}" = "  nsenter --target=$pid --wd" ]
}

@test "a container is entered by its id, at its first process" {
	cgroup_add docker-abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789.scope
	member='echo 0 >"$0/cgroup.procs" && exec unshare "$@"'
	hold helper sh -c "$member" "$CGROUP" --ipc
	hold first sh -c "$member" "$CGROUP" --mount --uts --pid --fork --mount-proc
	hold later sh -c "$member" "$CGROUP" --mount --uts --pid --net --fork --mount-proc
	uts=$(ns_of "$first" uts)
	run "$NSVIEW" enter abcdef012345 -- sh -c 'readlink /proc/self/ns/uts /proc/self/ns/net'
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "uts:[$uts]" ]
	[ "${lines[1]}" = "net:[$(ns_of self net)]" ]
}

@test "--dry-run fails for what a run would fail for" {
	local pid name=nsv-${NSVIEW_TEST_RUN:-$$}
	hold pid unshare --uts --net
	for options in "--bring /nonexist" "--bring /tmp" "--root=/nonexist" "--wd=/nonexist"; do
		# shellcheck disable=SC2086 # words
		run -125 "$NSVIEW" enter "$pid" --dry-run $options
	done
	run -0 "$NSVIEW" run --keep "$name" --all true
	run "$NSVIEW" enter --dry-run "$name"
	"$NSVIEW" run --release "$name"
	[ "$status" -eq 125 ]
	[[ $output == *"has no init (PID 1)"* ]]
}

@test "the maps of a user namespace without a process are known" {
	local pid name=nsv-${NSVIEW_TEST_RUN:-$$}
	run -0 "$NSVIEW" run --keep "$name" -U -u true
	run "$NSVIEW" enter "$name" -- id -u
	"$NSVIEW" run --release "$name"
	[ "$status" -eq 0 ]
	[ "$output" = 65534 ]
	# Where setgroups(2) is forbidden, groups stay.
	hold pid setpriv --reuid=65534 --regid=65534 --clear-groups unshare -Ur
	run -0 "$NSVIEW" enter "/proc/$pid/ns/user" -- id -u
	[ "$output" = 0 ]
}

@test "--user-parent leads into a sandbox that went on to a second user namespace" {
	local pid
	hold pid setpriv --reuid=65534 --regid=65534 --clear-groups unshare -Ur --uts --mount unshare -U
	run -125 setpriv --reuid=65534 --regid=65534 --clear-groups "$NSVIEW" enter "$pid" -- true
	[[ $output == *"--user-parent --preserve-credentials"* ]]
	run -0 setpriv --reuid=65534 --regid=65534 --clear-groups "$NSVIEW" enter "$pid" --user-parent --preserve-credentials \
		-- readlink /proc/self/ns/uts
	[ "$output" = "uts:[$(ns_of "$pid" uts)]" ]
	# The owner of what is no process's.
	run -0 "$NSVIEW" enter "uts:$(ns_of "$pid" uts)" --user-parent --preserve-credentials -- readlink /proc/self/ns/uts
	[ "$output" = "uts:[$(ns_of "$pid" uts)]" ]
}

@test "--started-fd tells whether the command was executed, whatever its exit status" {
	container pid
	note=$BATS_TEST_TMPDIR/started
	run -127 "$NSVIEW" enter --started-fd 5 "$pid" -- sh -c 'exit 127' 5>"$note"
	[ "$(wc -l <"$note")" = 1 ]
	run -127 "$NSVIEW" enter --started-fd 5 "$pid" -- /not/there 5>"$note"
	[ ! -s "$note" ]
	run -0 "$NSVIEW" enter --started-fd 5 "$pid" -- sh -c '[ ! -e /proc/self/fd/5 ]' 5>"$note"
	run -125 "$NSVIEW" enter --started-fd 9 "$pid" -- true 9>&-
	[[ $output == *"--started-fd takes the number of an open descriptor above 2, not '9'" ]]
	run -125 "$NSVIEW" enter --started-fd 5 -F "$pid" -- true 5>"$note"
	[[ $output == *"does not go with --no-fork"* ]]
}
