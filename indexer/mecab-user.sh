#!/bin/sh
# Compile the user dictionary of MeCab: mecab-user.sh CSV OUTPUT.
#
# The CSV is UTF-8 in the layout of ipadic, with context ids and costs in every row
# (they cannot be estimated without the training model). Without a CSV, or with an
# empty one, OUTPUT becomes an empty file, which the programs take for none.
set -eu

if [ $# -ne 2 ]; then
    echo "usage: mecab-user.sh CSV OUTPUT" >&2
    exit 2
fi
csv=$1
output=$2
dic=${PMSEARCH_MECAB_DIC:-/var/lib/mecab/dic/ipadic-utf8}
compiler=$(mecab-config --libexecdir)/mecab-dict-index

if [ ! -s "$csv" ]; then
    : >"$output"
    exit 0
fi
# mecab-dict-index stops at a bad row without naming it.
awk -F, 'NF != 13 { printf "%s:%d: %d columns, not 13\n", FILENAME, FNR, NF; bad = 1 }
         END { exit bad }' "$csv" >&2

temporary=$output.tmp.$$
trap 'rm -f "$temporary" "$temporary.log"' EXIT
trap 'exit 1' HUP INT TERM
if ! "$compiler" -d "$dic" -u "$temporary" -f utf-8 -t utf-8 "$csv" >"$temporary.log" 2>&1; then
    cat "$temporary.log" >&2
    echo "mecab-user.sh: unable to compile '$csv'" >&2
    exit 1
fi
mv "$temporary" "$output"
