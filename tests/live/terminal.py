#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""nsview top on a pseudo-terminal whose other side is here: signals, terminals that stall and that go away.

    terminal.py SCENARIO [PID]    PID: a process to enter, where the scenario does

Whatever is waited for has a deadline. Says what went wrong and ends with 1.
"""

import errno
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time

NSVIEW = os.environ["NSVIEW"]
DEADLINE = 30
MODES = {"alternate screen": re.compile(rb"\x1b\[\?1049([hl])"), "mouse": re.compile(rb"\x1b\[\?(?:1006;)?1000([hl])")}


class Wrong(Exception):
    """A promise is broken."""


def until(condition, what, seconds=DEADLINE):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise Wrong(f"waited too long: {what}")
        select.select([], [], [], 0.02)


def fresh_signals():
    """As a shell at a terminal starts a program, whatever who runs the tests ignores."""
    for number in signal.valid_signals():
        try:
            signal.signal(number, signal.SIG_DFL)
        except OSError:
            pass


class Terminal:
    """A terminal and nsview top on it: as the session's leader, or as a job of one who leads and waits."""

    def __init__(self, options, leads=False, env=None):
        self.master, self.slave = os.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        os.set_blocking(self.master, False)
        self.before = termios.tcgetattr(self.slave)
        self.output = b""
        self.env = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "HOME": "/nonexistent",
                    "SHELL": "/bin/sh", **(env or {})}
        for name in ("NSVIEW_TEST_RUN", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"):
            if name in os.environ:
                self.env[name] = os.environ[name]
        self.told, tell = os.pipe()
        self.leader = os.fork()
        if self.leader == 0:
            self.be_leader([NSVIEW, "top", *options], leads, tell)
        os.close(tell)
        self.pid = self.leader if leads else struct.unpack("i", os.read(self.told, 4))[0]

    def be_leader(self, argv, leads, tell):
        os.setsid()
        fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
        for fd in range(3):
            os.dup2(self.slave, fd)
        os.closerange(3, tell)
        fresh_signals()
        if leads:
            os.closerange(3, 64)
            os.execve(NSVIEW, argv, self.env)
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        job = os.fork()
        if job == 0:
            os.setpgid(0, 0)
            os.tcsetpgrp(0, os.getpgid(0))
            signal.signal(signal.SIGTTOU, signal.SIG_DFL)
            signal.signal(signal.SIGHUP, signal.SIG_DFL)
            os.closerange(3, 64)
            os.execve(NSVIEW, argv, self.env)
        os.write(tell, struct.pack("i", job))
        os.write(tell, struct.pack("i", os.waitpid(job, 0)[1]))
        signal.pause()

    def read(self):
        try:
            while True:
                self.output += os.read(self.master, 65536)
        except OSError as e:
            if e.errno not in (errno.EAGAIN, errno.EIO):
                raise

    def type(self, text):
        os.write(self.master, text.encode())

    def shows(self, text):
        self.read()
        return text.encode() in self.output

    def see(self, text):
        until(lambda: self.shows(text), f"'{text}' in {self.output[-2000:]!r}")

    def enter(self):
        """Press the key until there is something to enter."""
        def entered():
            if self.shows("entering"):
                return True
            self.type("e")
            select.select([self.master], [], [], 1)
            return False
        until(entered, "the shell")
        self.type("echo in''side=$$\n")
        self.see("inside=")

    def kill(self, number):
        os.kill(self.pid, number)

    def ended(self, seconds=10, reading=True):
        """The wait status, when it is there in time."""
        def over():
            if reading:
                self.read()
            return bool(select.select([self.told], [], [], 0)[0])
        until(over, "the end", seconds)
        return struct.unpack("i", os.read(self.told, 4))[0]

    def died_of(self, number, **how):
        status = self.ended(**how)
        if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != number:
            raise Wrong(f"wait status {status:#x}, not the end by signal {number}")

    def restored(self):
        """Settings and modes are those from before."""
        now = termios.tcgetattr(self.slave)
        if now != self.before:
            raise Wrong(f"settings differ: {self.before} {now}")
        self.read()
        for what, switch in MODES.items():
            if switch.findall(self.output)[-1:] != [b"l"]:
                raise Wrong(f"{what} is left on: {self.output[-300:]!r}")

    def close(self):
        for fd in (self.master, self.slave):
            os.close(fd)

    def done(self):
        for pid in (self.pid, self.leader):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        try:
            os.waitpid(self.leader, 0)
        except ChildProcessError:
            pass


def with_terminal(options, work, **how):
    t = Terminal(options, **how)
    try:
        work(t)
    finally:
        t.done()


def gone(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="latin-1") as f:
            return f.read().rpartition(")")[2].split()[0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True


def below(pid):
    """All descendants of a process."""
    lines = subprocess.run(["ps", "-eo", "pid=,ppid="], stdout=subprocess.PIPE, check=True, text=True).stdout.split("\n")
    children = {}
    for line in lines:
        if line.strip():
            child, parent = map(int, line.split())
            children.setdefault(parent, []).append(child)
    found, ahead = [], [pid]
    while ahead:
        ahead += children.get(ahead.pop(), [])
        found += ahead[-1:]
    return set(found)


def all_gone(pids):
    until(lambda: all(gone(p) for p in pids), f"the end of {pids}", 10)


def signals():
    """Every signal whose default ends a process."""
    harmless = {signal.SIGKILL, signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU, signal.SIGCHLD,
                signal.SIGCONT, signal.SIGURG, signal.SIGWINCH}
    few = {signal.SIGRTMIN, signal.SIGRTMIN + 1, signal.SIGRTMAX}
    for number in sorted(signal.valid_signals() - harmless):
        if number > signal.SIGRTMIN and number not in few:
            continue

        def work(t, number=number):
            t.see("F10")
            t.kill(number)
            t.died_of(number)
            t.restored()
        try:
            with_terminal([], work)
        except Wrong as e:
            raise Wrong(f"signal {number}: {e}") from e


def stopped():
    """Ctrl-S, and more to show than goes out: SIGTERM still ends it."""
    def work(t):
        t.see("F10")
        t.type("\x13")
        select.select([], [], [], 0.2)
        t.read()
        t.type("\x0c?" * 20)
        t.kill(signal.SIGTERM)
        t.died_of(signal.SIGTERM)
        t.restored()
    with_terminal(["-d", "0.1"], work)


def frozen():
    """Nobody reads what is shown, as behind a connection that hangs."""
    def work(t):
        t.see("F10")
        times = [0]

        def stuck():
            # It waits, and not for keys: for the terminal.
            t.type("\x0c")
            with open(f"/proc/{t.pid}/wchan", encoding="ascii") as f:
                where = f.read()
            times[0] = 0 if where == "0" or "poll" in where or "futex" in where else times[0] + 1
            return times[0] == 5
        until(stuck, "a terminal that is full")
        t.kill(signal.SIGTERM)
        t.died_of(signal.SIGTERM, reading=False)
        t.restored()
    with_terminal(["-d", "0.1"], work)


def shell(pid):
    """While a shell inside is open, what ends the view ends the shell."""
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGUSR1):
        def work(t, number=number):
            t.see("F10")
            t.enter()
            family = below(t.pid)
            t.kill(number)
            t.died_of(number)
            t.restored()
            all_gone(family)
        with_terminal(["-v", "processes", "-Q", f"PID == {pid}"], work)


def interrupt(pid):
    """Ctrl-C in a shell inside is that shell's."""
    def work(t):
        t.see("F10")
        t.enter()
        t.type("\x03")
        until(lambda: t.shows("^C") and b"# " in t.output.rpartition(b"^C")[2], "the next prompt")
        t.type("echo st''ill\n")
        t.see("still")
        t.type("exit 3\n")
        t.see("exit status 3")
        t.type("q")
        if t.ended() != 0:
            raise Wrong("an exit status")
        t.restored()
    with_terminal(["-v", "processes", "-Q", f"PID == {pid}"], work)


def lost(pid):
    """The terminal goes away while a shell inside is open. The kernel sends SIGHUP to the session's leader alone."""
    def work(t):
        t.see("F10")
        t.enter()
        family = below(t.pid)
        t.close()
        all_gone(family | {t.pid})
    for leads in (True, False):
        with_terminal(["-v", "processes", "-Q", f"PID == {pid}"], work, leads=leads)


def huge():
    """What the environment says of the size, and a size that nobody has, are no reason to give up."""
    def work(t):
        t.see("F10")
        fcntl.ioctl(t.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 65535, 65535, 0, 0))
        t.kill(signal.SIGWINCH)
        t.type("?")
        t.see("go down to the members")
        t.type("q")
        t.type("q")
        if t.ended(seconds=DEADLINE) != 0:
            raise Wrong("an exit status")
        t.restored()
    with_terminal([], work, env={"COLUMNS": "99999", "LINES": "99999"})


def main():
    scenarios = {f.__name__: f for f in (signals, stopped, frozen, shell, interrupt, lost, huge)}
    try:
        scenarios[sys.argv[1]](*sys.argv[2:])
    except Wrong as e:
        print(e)
        return 1
    return 0


sys.exit(main())
