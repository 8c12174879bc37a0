#!/bin/sh
# What people see, kept beside what they typed: tests/golden/commands and *.out.
. "$(dirname "$0")/tap.sh"
golden=$top/tests/golden
cp -r "$golden/docs" "$scratch/docs"
cd "$scratch" || exit 1
"$pmindex" -q -i i.db docs
while IFS="$(printf '\t')" read -r name arguments; do
    case $name in '' | '#'*) continue ;; esac
    # shellcheck disable=SC2086
    COLUMNS=100 "$pmsearch" -i i.db $arguments >"$name.got" 2>&1
    if [ -n "${UPDATE:-}" ]; then
        diff -u "$golden/$name.out" "$name.got" >&2
        cp "$name.got" "$golden/$name.out"
    fi
    diff -u "$golden/$name.out" "$name.got" >"$name.diff" 2>&1
    report $? "golden: $name"
    sed 's/^/# /' "$name.diff" | head -40
done <"$golden/commands"
done_testing
