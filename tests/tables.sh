#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Proves that commands, options and columns are the same sets wherever they are written: in the
# program (whose parser and --help read one table), the man pages and the JSON Schemas. Speaks TAP.
# The completions ask the program itself; tests/cli/completions.bats shows that they do.
set -u
cd "$(dirname "$0")/.." || exit 1

NSVIEW=${NSVIEW:-build/nsview}
n=0 bad=0

# same NAME A B: two sets, one word a line, and what they are called.
same() {
	local a b
	a=$(sort -u <<<"$3") b=$(sort -u <<<"$5")
	n=$((n + 1))
	if [ -n "$a" ] && [ "$a" = "$b" ]; then
		echo "ok $n $1"
		return
	fi
	echo "not ok $n $1"
	[ -n "$a" ] || echo "# nothing found in $2"
	comm -23 <(echo "$a") <(echo "$b") | sed "s|^|# only in $2: |"
	comm -13 <(echo "$a") <(echo "$b") | sed "s|^|# only in $4: |"
	bad=1
}

# Every option of a help text, by its letter and its name.
help_options() {
	"$NSVIEW" "$@" --help | sed -nE 's/^  (-(.), |    )--([a-z0-9-]+).*/-\2\n--\3/p' | grep -v '^-$'
}

# Every option that a man page has an item for: ".It Fl o , -output Ar list" or ".It Fl o , Fl -output".
man_options() {
	sed -nE 's/\\-/-/g; s/^\.It Fl (.*)/\1/p' "$1" | awk '{
		flags = 1
		for (i = 1; i <= NF; i++) {
			if ($i == "Fl") flags = 1
			else if ($i ~ /^(Ar|Ns|Op|Cm|Xo|No|Pq|Sm|Li)$/) flags = 0
			else if (flags && $i != ",") print "-" $i
		}
	}'
}

# The items of a man page's section that are written with a macro: man_items FILE SECTION MACRO.
man_items() {
	awk -v section="$2" -v macro="$3" '
		/^\.Sh / { inside = $0 == ".Sh " section }
		inside && $1 == ".It" && $2 == macro { for (i = 3; i <= NF; i++) if ($i != ",") print $i }' "$1"
}

schema_keys() {
	jq -r '."$defs".row.properties | keys[]' "$1"
}

commands=$("$NSVIEW" --help | sed -nE '/^Commands:/,/^$/s/^  ([a-z]+) .*/\1/p')
[ -n "$commands" ] || echo "Bail out! no commands in nsview --help"

same "every command has a man page" "nsview --help" "$commands" man/ \
	"$(find man -name 'nsview-*.1' -printf '%f\n' | sed -E 's/nsview-(.*)\.1/\1/')"
same "nsview(1) lists every command" "nsview --help" "$commands" nsview.1 \
	"$(sed -nE 's/^\.It Xr nsview-([a-z]+) 1.*/\1/p' man/nsview.1)"
for c in $commands; do
	same "nsview-$c(1) has the options of nsview $c" "nsview $c --help" "$(help_options "$c")" "nsview-$c.1" \
		"$(man_options "man/nsview-$c.1")"
done

columns=$("$NSVIEW" list --list-columns | awk '{ print $1 }')
same "nsview list --help shows every column" --list-columns "$columns" --help \
	"$("$NSVIEW" list --help | sed -nE '/^Columns:/,/^$/s/^  ([A-Z0-9]+) .*/\1/p')"
same "nsview-list(1) describes every column" --list-columns "$columns" nsview-list.1 \
	"$(man_items man/nsview-list.1 COLUMNS Cm)"
for schema in list tree; do
	same "the schema of nsview $schema has a key for every column" --list-columns "$columns" "nsview.$schema.1.json" \
		"$(schema_keys "man/schema/nsview.$schema.1.json" | grep -vx children | tr '[:lower:]' '[:upper:]')"
done

same "nsview-top(1) has the keys of nsview top" "nsview top --help" \
	"$("$NSVIEW" top --help | sed -nE '/^Keys:/,/^$/s/^  (.{18}) .*/\1/p' | sed 's/ *$//')" nsview-top.1 \
	"$(sed -nE '/^\.Sh KEYS/,/^\.El/s/^\.It Sy "(.*)"$/\1/p' man/nsview-top.1 | sed 's/\\-/-/g; s/\\e/\\/g')"
same "nsview-list(1) and nsview-top(1) together describe every column of nsview top" "man pages" \
	"$(printf '%s\n' "$columns" && man_items man/nsview-top.1 COLUMNS Cm)" nsview.top.1.json \
	"$(schema_keys man/schema/nsview.top.1.json | while read -r k; do
		case $k in */s) printf '%s/s\n' "$(tr '[:lower:]' '[:upper:]' <<<"${k%/s}")" ;;
		*) tr '[:lower:]' '[:upper:]' <<<"$k" ;; esac
	done)"

types=$("$NSVIEW" list --help | sed -nE 's/.*--type .*only these types: ([a-z, ]+)$/\1/p' | tr -d ' ' | tr ',' '\n')
for f in completions/*; do
	same "${f#completions/} knows every namespace type" "nsview list --help" "$types" "$f" \
		"$(sed -nE "s/.*[ '(](cgroup( [a-z]+){7}).*/\1/p" "$f" | tr ' ' '\n')"
done

echo "1..$n"
exit $bad
