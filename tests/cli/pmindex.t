#!/bin/sh
# pmindex as a user types it: what it adds, follows, forgets, reports and refuses.
. "$(dirname "$0")/tap.sh"
cd "$scratch" || exit 1

sql() { sqlite3 i.db "$1"; }
names() { sql 'SELECT name FROM document ORDER BY name' | tr '\n' ' '; }

mkdir -p docs/en docs/ja
cat >docs/en/pool.md <<'END'
---
title: Checkout down
date: 2024-03-02
---
## Summary
Payments failed for forty minutes.
## Root Cause
The connection pool was exhausted.
## Action Items
- [ ] Alert on pool waits (owner: @mika)
END
cat >docs/ja/pool.md <<'END'
# 決済停止
## 概要
決済ができなくなった。
## 根本原因
コネクションプールが枯渇した。
END
cat >docs/en/dns.md <<'END'
---
id: INC-7
title: DNS outage
date: 2023-01-05
---
## Root cause
The zone file was empty.
END
printf '# About\nNotes for readers.\n' >docs/README.md

# -- the first run
run "$pmindex" -i sub/i.db nowhere
exits 2 "a folder that is not there is trouble"
like "$err" "^pmindex: 'nowhere'" "and is named"
ok "and leaves no index behind" test ! -e sub/i.db
run "$pmindex" -i sub/i.db docs
exits 0 "a folder is indexed"
is "$out" "added 4, changed 0, removed 0, unchanged 0, skipped 0" "and the summary says so"
is "$(stat -c %a sub/i.db sub | tr '\n' ' ')" "600 700 " "the index and its folder are private"
ok "no helper file stays behind" test ! -e sub/i.db-wal -a ! -e sub/i.db-shm
mv sub/i.db i.db
is "$(names)" "INC-7 README en/pool ja/pool " "IDs: front matter, stem, and folders where needed"
is "$(sql "SELECT name FROM document WHERE kind = 'other'")" README "a README is no incident"
is "$(sql "SELECT value FROM meta WHERE key = 'documents'")" 4 "documents are counted"
is "$(sql "SELECT value FROM meta WHERE key = 'incidents'")" 3 "and incidents"
is "$(sql "SELECT value FROM meta WHERE key = 'n.cause'")" 3 "and documents with a cause"
is "$(sql "SELECT text FROM section WHERE seq = 0 AND name = 'title' ORDER BY text LIMIT 1")" \
    "Checkout down" "the title is a section"
is "$(sql "SELECT df FROM term WHERE text = 'pool'")" 1 "a term knows how many documents hold it"
is "$(sql 'PRAGMA integrity_check')" ok "the file is sound"

# -- nothing new
before=$(cksum <i.db; stat -c '%Y %Z %i' i.db)
run "$pmindex" -i i.db docs
exits 0 "a second run is fine"
like "$out" '^nothing changed: 4 documents' "it says that nothing changed"
is "$(cksum <i.db; stat -c '%Y %Z %i' i.db)" "$before" "and does not write"
run "$pmindex" -i i.db
like "$out" '^nothing changed' "no path means the known folders"
run "$pmindex" -i i.db ./docs/ "$scratch/docs" docs/en
is "$(sql 'SELECT count(*) FROM root')" 1 "one folder is one root however it is spelled"
is "$(sql 'SELECT count(*) FROM document')" 4 "and its documents are there once"

# -- following changes
touch docs/en/pool.md
run "$pmindex" -i i.db docs
like "$out" 'changed 0, removed 0, unchanged 4' "a touched file is unchanged"
id=$(sql "SELECT id FROM document WHERE name = 'en/pool'")
echo "More words about throttling." >>docs/en/pool.md
run "$pmindex" -i i.db docs
like "$out" 'added 0, changed 1' "an edited file is read again"
is "$(sql "SELECT name FROM document WHERE id = $id")" en/pool "and stays the same document"
is "$(sql "SELECT df FROM term WHERE text = 'payment'")" 1 "terms are not counted twice"
run "$pmsearch" -i i.db -l throttling
is "$out" "docs/en/pool.md" "its new words are found"
id=$(sql "SELECT id FROM document WHERE name = 'INC-7'")
mkdir docs/old
mv docs/en/dns.md docs/old/zone.md
run "$pmindex" -v -i i.db docs
like "$out" 'added 0, changed 0, renamed 1, removed 0' "a moved file is followed"
like "$err" '^renamed: docs/old/zone.md$' "and named with -v"
is "$(sql "SELECT name || ' ' || path FROM document WHERE id = $id")" "INC-7 docs/old/zone.md" \
    "it keeps its ID"
rm docs/en/pool.md
run "$pmindex" -i i.db docs/ja
like "$out" '^nothing changed' "only what was given is pruned"
run "$pmindex" -i i.db docs
like "$out" 'removed 1' "a deleted file is removed"
is "$(sql "SELECT count(*) FROM term WHERE text = 'throttl'")" 0 "and its words with it"
run "$pmsearch" -i i.db -l throttling
exits 1 "and they are not found any more"
is "$(names)" "INC-7 README ja/pool " "the others keep their IDs"
is "$(sql 'SELECT count(*) FROM token_stream')" 3 "nothing of it stays behind"

# -- roots inside roots
mkdir more
printf '# Disk full\n## Root cause\nThe disk was full.\n' >more/disk.md
run "$pmindex" -i i.db more/disk.md
like "$out" 'added 1' "a file can be a root"
run "$pmindex" -i i.db more
like "$out" 'added 0, changed 0, removed 0, unchanged 1' "its folder takes it over"
is "$(sql 'SELECT count(*) FROM root')" 2 "and there is one root for both"
is "$(sql "SELECT path FROM document WHERE name = 'disk'")" more/disk.md "under the new path"
mv more away
run "$pmindex" -i i.db
exits 2 "a root that is gone is trouble"
like "$err" "'more' is not there" "and named"
is "$(sql "SELECT count(*) FROM document WHERE name = 'disk'")" 1 "but its documents are kept"
run "$pmindex" -i i.db --rebuild
exits 2 "a rebuild would lose them"
run "$pmindex" -i i.db --forget more
exits 0 "until it is forgotten"
is "$(sql 'SELECT count(*) FROM root')" 1 "then it is gone"
is "$(sql "SELECT count(*) FROM document WHERE name = 'disk'")" 0 "with its documents"
run "$pmindex" -i i.db --forget more
exits 2 "a root that is not known cannot be forgotten"

# -- messages
cp docs/ja/pool.md "docs/$(printf 'a\033[31mb').md"
printf -- '---\ntitle: "open\n---\n# X\n' >docs/bad.md
printf 'x\000\001\002\000' >docs/binary.md
run "$pmindex" -i i.db docs
like "$err" '^docs/bad.md:[0-9]+: ' "a warning names file and line"
like "$out" 'skipped 1 \(.+: 1\)' "skipped files are counted by reason"
unlike "$out$err" "$(printf '\033')" "names are harmless on a terminal"
run "$pmindex" -i i.db docs
like "$out" '^nothing changed: .*, skipped 1' "a skipped file is no change"
run "$pmindex" -v -i i.db docs
like "$err" '^docs/binary.md: ' "-v names it"
run "$pmindex" --json -i i.db docs
like "$out" '^\{"v":1,"type":"index","added":0,' "--json gives an object"
is "$(sqlite3 :memory: "SELECT json_extract('$(echo "$out" | sed "s/'/''/g")', '\$.skipped[0].path')")" \
    docs/binary.md "that names skipped files"
run "$pmindex" -q -i i.db docs
is "$out$err" "" "-q is silent"
run "$pmindex" --ui-lang ja -i i.db docs
like "$out" '変更はありません' "messages are in Japanese too"
run "$pmindex" -v -i i.db --max-size 100 docs
like "$err" 'README|pool' "files above --max-size are left out"
rm docs/bad.md docs/binary.md

# -- options
for option in --nonsense -x '-j 0' '-j two' '--max-size 1T' '--max-size=' --ui-lang=fr --json=1 -i; do
    # shellcheck disable=SC2086
    run "$pmindex" $option
    exits 2 "bad option: $option"
    like "$err" '^pmindex: ' "and a message: $option"
done
run "$pmindex" --help
exits 0 "--help"
like "$out" '-j, --jobs=N ' "lists the options"
run "$pmindex" --version
like "$out" '^pmindex [0-9]' "--version"
mkdir ./-dash
printf '# Dash\n## Root cause\nA dash.\n' >./-dash/x.md
run "$pmindex" -i dash.db -- -dash
like "$out" 'added 1' "-- ends the options"
mkdir empty
run "$pmindex" -i empty.db empty
exits 1 "no document at all is exit status 1"
run "$pmindex" -i never.db
exits 2 "no path and no index is trouble"

# -- the same bytes
rm -f docs/*31m*
for k in 1 2 3 4 5 6 7 8 9; do
    printf '# Case %s\n## Root cause\nメモリー不足 case %s.\n' $k $k >docs/case$k.md
done
run "$pmindex" -q -j 1 -i one.db docs
run "$pmindex" -q -j 7 -i two.db docs
ok "the index is the same byte for byte whatever -j" cmp one.db two.db
run "$pmindex" -i i.db docs
run "$pmindex" -i i.db --rebuild
exits 0 "--rebuild"
fts() { # DATABASE -- what ranking sees of it
    sqlite3 "$1" "SELECT text, df FROM term ORDER BY text; SELECT key, value FROM meta ORDER BY key"
}
fts i.db >rebuilt.txt
fts one.db >fresh.txt
ok "gives what a fresh index has" cmp rebuilt.txt fresh.txt
is "$(sql "SELECT count(*) FROM root")" 1 "and knows its roots"

# -- another version, another analysis
sqlite3 one.db 'PRAGMA user_version = 99'
run "$pmindex" -i one.db docs
exits 2 "an index of another version is refused"
like "$err" 'version 99.*--rebuild' "and the way out is told"
run "$pmindex" -i one.db --rebuild docs
exits 0 "which works"
is "$(sqlite3 one.db 'PRAGMA user_version')" 6 "and the version is ours"
sqlite3 two.db "UPDATE meta SET value = 'other' WHERE key = 'fingerprint'"
run "$pmindex" -i two.db
like "$err" 'every document was read again' "another analysis reads everything again"
like "$out" 'added 0, changed 0, removed 0' "and keeps the documents"
fts two.db >again.txt
ok "with the same result" cmp again.txt fresh.txt
printf 'not a database at all, only text that is long enough to be one...' >text.db
run "$pmindex" -i text.db --rebuild docs
exits 2 "a file that is no index is not touched"
like "$(cat text.db)" '^not a database' "really not"
sqlite3 foreign.db 'CREATE TABLE t(a)'
cp foreign.db foreign.was
run "$pmindex" -i foreign.db docs
exits 2 "another program's database is refused"
ok "and not a byte of it changed" cmp foreign.db foreign.was
run "$pmindex" -q -i cut.db docs
truncate -s 60000 cut.db
run "$pmsearch" -i cut.db pool
exits 2 "a truncated index is refused"
like "$err" 'damaged: delete it' "and the way out is told"
mkdir -p lists/.pmsearch lists/docs
mkfifo lists/.pmsearch/concepts.tsv
run timeout 20 "$pmindex" -i lists/.pmsearch/index.db lists/docs
like "$err" 'not a regular file' "a FIFO among the users' lists does not hang it"
# Plain text has its title in the first line, where that is one.
mkdir plain
printf 'How a forgotten replica filled the disk\n\nThe log grew for two months. Nobody saw it.\n' >plain/en.txt
printf '帳票遅延のご報告\n\n１月３１日、月末の請求書の作成が遅れました。\n' >plain/ja.txt
printf 'The disk was full.\n\nWe deleted logs.\n' >plain/a-sentence.txt
printf '2024-03-01\n\nThe disk was full. We deleted logs.\n' >plain/a-date.txt
printf 'The disk of the main database\nwas full for two hours\n\nWe deleted logs.\n' >plain/two-lines.txt
"$pmindex" -q -i plain.db plain
is "$(sqlite3 plain.db 'SELECT title FROM document ORDER BY rel')" "a date
a sentence
How a forgotten replica filled the disk
帳票遅延のご報告
two lines" "the first line of plain text is its title, unless it is a sentence or a date"
done_testing
