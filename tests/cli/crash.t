#!/bin/sh
# A run that is killed leaves the old state, a run that is interrupted keeps what is
# finished, and a reader never sees anything in between.
. "$(dirname "$0")/tap.sh"
cd "$scratch" || exit 1

sql() { sqlite3 -cmd '.timeout 5000' i.db "$1" 2>&1; }
write_docs() { # FIRST LAST WORD
    awk -v first="$1" -v last="$2" -v word="$3" 'BEGIN {
        for (i = first; i <= last; i++) {
            file = sprintf("docs/case%04d.md", i)
            print "# Case " i "\n## Summary\n" > file
            for (k = 0; k < 40; k++)
                print "コネクションプールが枯渇し、" word " のリクエストが失敗した。" i * k >> file
            print "## Root cause\nThe " word " pool number " i " was exhausted." >> file
            close(file)
        }
    }'
}
# The numbers that must all tell the same state: documents, their streams, the count
# in meta, and those that hold the word of that state.
state() {
    sql "SELECT (SELECT count(*) FROM document) || ' ' || (SELECT count(*) FROM token_stream)
         || ' ' || (SELECT value FROM meta WHERE key = 'documents')
         || ' ' || coalesce((SELECT df FROM term WHERE text = 'old'), 0)
         || ' ' || coalesce((SELECT df FROM term WHERE text = 'new'), 0)"
}

mkdir docs
write_docs 1 100 old
"$pmindex" -q -i i.db docs
old="100 100 100 100 0"
is "$(state)" "$old" "the state to start from"

# -- kill -9 while a reader looks on
write_docs 1 80 new
write_docs 101 300 new
rm docs/case009*.md
new="290 290 290 10 280"
wrong=0
kills=0
while [ $kills -lt 30 ]; do
    kills=$((kills + 1))
    "$pmindex" -q -i i.db docs 2>/dev/null &
    writer=$!
    sleep "$(awk -v n=$kills 'BEGIN { print 0.005 + n * n * 0.0003 }')"
    seen=$(state)
    kill -9 $writer 2>/dev/null
    wait $writer 2>/dev/null
    after=$(state)
    sound=$(sql 'PRAGMA integrity_check')
    [ "$sound" = ok ] || { wrong=$((wrong + 1)) && echo "# kill $kills: $sound"; }
    for s in "$seen" "$after"; do
        case $s in
        "$old") ;;
        "$new") ;;
        *) wrong=$((wrong + 1)) && echo "# kill $kills: $s" ;;
        esac
    done
    if [ "$after" = "$new" ]; then # it was faster than the kill: start over
        echo "# kill $kills came too late"
        rm -rf i.db*
        mv docs docs.new
        mkdir docs
        write_docs 1 100 old
        "$pmindex" -q -i i.db docs
        rm -rf docs
        mv docs.new docs
    fi
done
is "$wrong" 0 "after each of 30 kills the index is sound and shows the old state or the new"
run "$pmindex" -q -i i.db docs
exits 0 "the run after them succeeds"
is "$(state)" "$new" "and reaches the new state"
run "$pmsearch" -i i.db -n 0 -l new pool
is "$(printf '%s\n' "$out" | grep -c case)" 290 "and full-text search agrees"

# -- interrupted
write_docs 301 4000 later
"$pmindex" -i i.db docs >out.txt 2>err.txt &
writer=$!
sleep 0.25
kill -INT $writer
wait $writer
status=$?
kept=$(sql 'SELECT count(*) FROM document')
if [ "$kept" -lt 3990 ]; then
    exits 2 "an interrupted run is trouble"
    like "$(cat err.txt)" 'interrupted' "and says so"
    is "$(sql "SELECT value FROM meta WHERE key = 'incomplete'")" 1 "the index is marked incomplete"
    [ "$kept" -gt 290 ]
    report $? "what was finished is kept ($kept documents)"
    is "$(sql 'SELECT count(*) FROM token_stream')" "$kept" "and nothing else"
    is "$(sql "SELECT count(*) FROM document WHERE name LIKE 'case%'")" "$kept" "all have their IDs"
else
    skip "the run was faster than the signal"
fi
run "$pmindex" -i i.db docs
exits 0 "the next run does the rest"
is "$(sql 'SELECT count(*) FROM document')" 3990 "all documents are there"
is "$(sql "SELECT count(*) FROM meta WHERE key = 'incomplete'")" 0 "and the mark is gone"
is "$(sql 'PRAGMA integrity_check')" ok "the index is sound"

# -- two at once
write_docs 1 1000 again
"$pmindex" -q -i i.db docs &
first=$!
sleep 0.05
run "$pmindex" -i i.db docs
exits 0 "a second run waits for the first"
like "$out" '^nothing changed' "and finds nothing left to do"
wait $first
status=$?
exits 0 "which is not disturbed"
done_testing
