#!/bin/sh
# Japanese finds English and back: concepts, pairs that documents teach, EDICT, sound; the
# users' own words and concepts.
. "$(dirname "$0")/tap.sh"
cd "$scratch" || exit 1
search() { run "$pmsearch" -i i.db "$@"; }
first() { "$pmsearch" -i i.db -l -n 1 "$@" 2>/dev/null; }
mkdir docs
cat >docs/drain.md <<'END'
---
title: Requests cut while draining
date: 2024-01-02
---
## Root cause
The graceful drain never ran, so that the sidecar stopped first.
The backpressure grew until the queue of the broker was full.
END
cat >docs/taught.md <<'END'
# 配信停止
## 根本原因
背圧（backpressure）が効かなかった。蛇腹方式（accordion scheme）も試した。
END
cat >docs/accordion.md <<'END'
# Scheme
## Root cause
The accordion folded, and its scheme with it.
END
cat >docs/blackout.md <<'END'
# Night without light
## Root cause
A blackout took the hall down.
END
cat >docs/greenhouse.md <<'END'
# Fire in the hall
## Root cause
The greenhouse burned.
END
cat >docs/behaviour.md <<'END'
# Odd behaviour
## Root cause
The organisation changed its colour.
END
cat >docs/shoukai.md <<'END'
# 照会の障害
## 根本原因
与信枠照会が止まった。
END
run "$pmindex" -i i.db docs
exits 0 "the documents are indexed"

# -- concepts
is "$(first メッセージブローカー)" docs/drain.md "a Japanese word finds English by its concept"
search --explain キュー
like "$out" 'キュー ≈ .*queue.* / ' "and --explain names the concept in both languages"

# -- names of several words, over the words of a query
cat >docs/full.md <<'END'
# Shop closed
## Root cause
No space left on device. Then users could not log in.
END
cat >docs/pair.md <<'END'
# Disk, and a full house
## Root cause
A disk was swapped. The house was full. We read a log in the morning.
END
cat >docs/notice.md <<'END'
# 配信の遅れ
## 根本原因
担当者はまだ気づいていなかった。
END
run "$pmindex" -q -i i.db docs
search --explain disk full
like "$out" 'disk full ≈ disk full / ' "words side by side are a name of several words"
is "$(first 'no space left')" docs/full.md "which is found by another of its names"
search --explain "can't log in"
like "$out" 'log in ≈ .*login' "a particle belongs to the name"
search --explain log
unlike "$out" '≈ .*login' "which without it is another thing"
search --explain 気づかなかった
like "$out" 'notice\.md' "negation belongs to the name"
like "$out" '気づかなかった ≈ unnoticed / ' "and is named"
rm docs/full.md docs/pair.md docs/notice.md
run "$pmindex" -q -i i.db docs

# -- taught
is "$(sqlite3 i.db "SELECT group_concat(name || '=' || other, ';') FROM taught_pair")" \
    "背圧=backpressure;蛇腹方式=accordion scheme" "pairs are kept in a table"
search --explain 背圧
like "$out" 'drain\.md' "a pair leads to the English document"
like "$out" '背圧 ≈ backpressure \[taught\]' "and is named"
like "$out" '«backpressure»' "and the word highlighted"
search backpressure
like "$out" 'taught\.md' "and back"
search --json 蛇腹方式
like "$out" '"path":"docs/accordion.md"' "a pair of several words finds them apart"
like "$out" '"kind":"lexicon","name":"accordion scheme","lexicon":"taught"' "JSON says why"
is "$(first 蛇腹方式)" docs/taught.md "the words themselves come first"
rm docs/taught.md
run "$pmindex" -q -i i.db
is "$(sqlite3 i.db 'SELECT count(*) FROM taught_pair')" 0 "pairs go with their document"

# -- sound
search --explain グレースフル
like "$out" 'drain\.md' "katakana finds the English word that sounds like it"
like "$out" 'グレースフル ≈ graceful \[sound\]' "and is named"
like "$out" '«graceful»' "and the word highlighted"
printf '# 演奏\n## 根本原因\nアコーディオンが壊れた。\n' >docs/kana.md
run "$pmindex" -q -i i.db docs
search --explain accordion
like "$out" 'kana\.md' "an English word finds katakana"
like "$out" 'accordion ≈ アコーディオン' "and is named"

# -- EDICT
if [ -e "$build/share/pmsearch/edict.db" ]; then
    search --explain 温室
    like "$out" 'greenhouse\.md' "EDICT knows what no concept does"
    like "$out" '温室 ≈ greenhouse \[edict\]' "and is named"
    run env PMSEARCH_EDICT=no "$pmsearch" -i i.db --json 温室
    unlike "$out" '"lexicon":"edict"' "PMSEARCH_EDICT=no does without"
else
    skip "no EDICT here"
fi
cp -r "$build/share/pmsearch" data
rm -f data/edict.db
run env PMSEARCH_DATA="$scratch/data" "$pmsearch" -i i.db グレースフル
exits 0 "a search works where no EDICT is"

# -- spelling
is "$(first behavior)" docs/behaviour.md "American finds British"
is "$(first organization color)" docs/behaviour.md "in other words, too"

# -- terms
search terms 与信枠照会 グレースフル
exits 0 "terms are shown"
like "$out" '^text  +indexed as  +kind  +documents  +means$' "with a head"
like "$out" '^グレースフル .*≈ graceful \[by sound\]' "and the lexicon"
search terms --json キューの枯渇
like "$out" '"text":"の","term":"の","kind":"stop"' "stop words are told"
like "$out" '"id":"queue".*"lexicon":"concepts"' "and concepts"
like "$out" '"text":"枯渇","term":"枯渇","kind":"word","start":12,"end":18,"position":2,"documents":0' \
    "with places and counts"
run env XDG_DATA_HOME="$scratch/none" "$pmsearch" terms コネクションプール
exits 0 "terms needs no index"
like "$out" 'connection-pool = connection pool / コネクションプール' "and knows the concepts"
unlike "$out" documents "and counts nothing"
run "$pmsearch" -i none.db terms x
exits 2 "an index that is asked for must be there"
search terms '、。'
run "$pmsearch" -i i.db terms ''
exits 1 "nothing to show is nothing found"

# -- the users' own words
search terms 与信枠照会
unlike "$out" 'compound' "a word that no dictionary has falls apart"
printf '# ours\n与信枠照会\n与信照会\t与信枠照会\n' >terms.tsv
run "$pmindex" -i i.db
exits 0 "terms.tsv beside the index is read"
like "$err" 'every document was read again' "and everything is cut anew, and said"
search terms 与信枠照会
like "$out" '与信枠照会 +与信枠照会 +compound +1' "the word is one, with its parts"
is "$(first 与信照会)" docs/shoukai.md "a surface leads to its form"
run "$pmindex" -i i.db
like "$out" '^nothing changed' "once"
mkdir copy
cp i.db copy/c.db
run "$pmsearch" -i copy/c.db terms 与信枠照会
like "$out" 'compound' "a copied index carries the words"
printf '与信枠照会\n、\n' >terms.tsv
run "$pmindex" -i i.db
exits 2 "a faulty row is trouble"
like "$err" 'terms\.tsv:2: ' "and named with its line"
rm terms.tsv
mkdir -p config/pmsearch/dict
printf '与信枠\ta\tb\n' >config/pmsearch/dict/terms.tsv
run "$pmindex" -i i.db
like "$err" 'config/pmsearch/dict/terms\.tsv:1: ' "in the user's folder as well"
rm config/pmsearch/dict/terms.tsv
run "$pmindex" -q -i i.db
search terms 与信枠照会
unlike "$out" 'compound' "what is gone no longer counts"

# -- the users' own concepts
search --substring 行灯
unlike "$out" 'blackout\.md' "a word that nothing explains"
printf 'no-light\tblackout|night without light\t行灯\n' >concepts.tsv
run "$pmindex" -i i.db
exits 0 "concepts.tsv beside the index is read"
like "$err" 'worked out anew from what is stored' "which is said"
like "$out" 'changed 0, removed 0' "and no document was read"
search --explain 行灯
like "$out" 'blackout\.md' "its names find each other"
like "$out" '行灯 ≈ blackout / 行灯' "and are named"
search terms 行灯
like "$out" 'no-light = blackout / 行灯 \[your concepts\]' "terms says whose concept it is"
printf 'no-light\tblackout|dark\t行灯\n' >concepts.tsv
run "$pmindex" --json -i i.db
like "$out" '"rederived":true' "JSON says it, too"
run "$pmindex" --json -i i.db
like "$out" '"rederived":false' "once"
printf 'no-light\n' >concepts.tsv
run "$pmindex" -i i.db
exits 2 "a faulty concept is trouble"
like "$err" 'concepts\.tsv:1: ' "and named with its line"
fault() { # LINES MESSAGE
    printf '%b' "$1" >concepts.tsv
    run "$pmindex" -i i.db
    like "$err" "concepts\\.tsv:$2" "a faulty concept: $2"
}
fault 'a\tb\tc\td\n' '1: more than an id'
fault 'an id\tb\tc\n' '1: an id without spaces'
fault 'one\tb\tc\nnone\t|||\t|\n' '2: no name'
fault 'one\tb\tc\none\td\te\n' '2: .*twice'
done_testing
