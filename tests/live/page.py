#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Run the commands of a man page and compare what they print with what the page says.

    page.py PAGE [DIRECTORY]

In literal displays a line that begins with "# " (root) or "$ " (UID 65534) is a command, with its here-document
if it has one, and the lines up to the next are its output. "..." stands for anything, alone on a line for any
lines. A number of three or more digits stands for any number, but the same one for the same one within a command.
Prints TAP, a test for each command.
"""

import re
import subprocess
import sys

NUMBER = re.compile(r"\d{3,}")


def displays(page):
    inside = False
    with open(page, encoding="utf-8") as f:
        for line in f.read().splitlines():
            if line.startswith(".Bd "):
                inside = True
            elif line == ".Ed":
                inside = False
                yield None
            elif inside:
                yield re.sub(r"^\\&", "", line).replace("\\e", "\\")


def commands(page):
    """Lists of prompt, command and the lines that it prints."""
    found, here = [], None
    for line in displays(page):
        if line is None:
            here = None
        elif here:
            found[-1][1] += "\n" + line
            here = None if line == here else here
        elif line[:2] in ("# ", "$ "):
            found.append([line[0], line[2:], []])
            word = re.search(r"<<'?(\w+)'?", line)
            here = word and word.group(1)
        elif found:
            found[-1][2].append(line)
    return found


def run(prompt, command, directory):
    words = ["bash", "-c", command]
    if prompt == "$":
        words = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] + words
    done = subprocess.run(words, cwd=directory, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=120, check=False)
    return done.stdout.decode("utf-8", "replace").splitlines()


def pattern(lines):
    """A regular expression for all that is printed."""
    seen, out = {}, []

    def number(match):
        name = "n" + match.group()
        if name in seen:
            return f"(?P={name})"
        seen[name] = True
        return rf"(?P<{name}>\d+)"

    for line in lines:
        if line == "...":
            out.append(r"(?:.*\n)*?")
            continue
        text = " ".join(line.replace("…", "...").split())
        parts = [NUMBER.sub(number, re.escape(part)) for part in text.split("...")]
        out.append(".*".join(parts) + r"\n")
    return "".join(out)


def printed(lines):
    return "".join(" ".join(line.replace("…", "...").split()) + "\n" for line in lines)


def main():
    steps = commands(sys.argv[1])
    directory = sys.argv[2] if len(sys.argv) > 2 else "."
    bad = 0
    print(f"1..{len(steps)}")
    for i, (prompt, command, want) in enumerate(steps, 1):
        got = run(prompt, command, directory)
        ok = re.fullmatch(pattern(want), printed(got))
        print(f"{'ok' if ok else 'not ok'} {i} {prompt} {command.splitlines()[0]}")
        if not ok:
            bad = 1
            for title, lines in (("the page says", want), ("it prints", got)):
                print(f"# {title}:")
                print("".join(f"#   {line}\n" for line in lines), end="")
    return bad or not steps


if __name__ == "__main__":
    sys.exit(main())
