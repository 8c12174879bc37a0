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
# mecab-dict-index stops at a bad row without naming it, and takes contexts that the
# dictionary does not have.
awk -F, -v contexts=1316 '
    function bad(what) { printf "%s:%d: %s\n", FILENAME, FNR, what; failed = 1 }
    function context(id) {
        if (id !~ /^[0-9]+$/ || id < 1 || id >= contexts) bad("no context '\''" id "'\''")
    }
    { sub(/\r$/, "") }
    NF != 13 { bad(NF " columns, not 13"); next }
    {
        context($2); context($3)
        if ($4 !~ /^-?[0-9]+$/) bad("'\''" $4 "'\'' is no cost")
        for (i = 1; i <= NF; i++) if ($i == "") bad("column " i " is empty")
        key = $1 SUBSEP $2 SUBSEP $3
        if (key in line) bad("'\''" $1 "'\'' is in line " line[key] ", too")
        else line[key] = FNR
    }
    END { exit failed }' "$csv" >&2

temporary=$output.tmp.$$
trap 'rm -f "$temporary" "$temporary.log"' EXIT
trap 'exit 1' HUP INT TERM
if ! "$compiler" -d "$dic" -u "$temporary" -f utf-8 -t utf-8 "$csv" >"$temporary.log" 2>&1; then
    cat "$temporary.log" >&2
    echo "mecab-user.sh: unable to compile '$csv'" >&2
    exit 1
fi
mv "$temporary" "$output"
