#!/bin/sh
# Never a silent zero: what words do not find, the text as it stands does.
. "$(dirname "$0")/tap.sh"
cd "$scratch" || exit 1

mkdir -p docs
cat >docs/pool.md <<'END'
---
title: Checkout down
date: 2024-03-02
company: Acorn Shop
---
## Root Cause
The connection pool was exhausted: every worker waited for a
database connection. HybridPrioritySemaphore kept the rest out.

```
if (a->b == '"') retry(42);
```

| Region | Loss |
|---|---|
| us-east-1 | 12% |
END
cat >docs/ja.md <<'END'
# 決済障害の報告

発生日: 2024年5月1日

## 原因
ＤＢのコネクションプールが枯
渇した。サーバーの接続数が上限に達していた。ヴァーチャル機は無事。

## 影響
ｻｰﾋﾞｽが止まった。
END
cat >docs/other.md <<'END'
---
title: Slow reports
date: 2023-11-20
---
## Summary
Payments were fine. An ordinary day, disconnection aside.
## Root Cause
A missing index.
END
"$pmindex" -q -i i.db docs

finds() { # QUERY FILE NAME
    run "$pmsearch" -i i.db -n 0 -l -- "$1"
    like "$out" "^docs/$2\$" "$3"
}

run "$pmsearch" -i i.db onnectio
exits 0 "a part of a word finds something"
like "$out" 'c«onnectio»n pool' "marked where it stands"
like "$out" 'matched: the text as it stands' "and said to be the text as it stands"
like "$err" 'also 2 that hold the text as it stands' "what was relaxed is named on standard error"
is "$(printf '%s\n' "$out" | head -1)" " 1. Checkout down" "a hit in the cause stands before others"
run "$pmsearch" -i i.db --ui-lang=ja onnectio
like "$out" '文字列として一致' "in Japanese where asked for"
like "$err" '2 件' "on standard error too"
run "$pmsearch" -i i.db hybridprioritysemaph
like "$out" '«HybridPrioritySemaph»ore' "case does not matter"

finds ﾈｸｼｮﾝﾌﾟ ja.md "half-width kana find full-width ones"
finds サービ ja.md "and the other way round"
finds さーびす ja.md "hiragana finds katakana"
finds ｏｎｎｅｃｔ pool.md "full-width letters find half-width ones"
finds Ｂのコ ja.md "and the other way round, mixed"
finds 渇 ja.md "one character is enough"
finds X pool.md "a Latin letter too"
finds 枯渇 ja.md "a line break between Japanese characters is none"
finds 'for a database' pool.md "a line break in English is a space"
finds サーバの接続 ja.md "a final long vowel does not matter"
finds バーチャ ja.md "nor how ヴァ is written"
finds '->' pool.md "punctuation is found"
finds '%' pool.md "one sign is"
finds '"' pool.md "a quote is"
finds '(a->b ==' pool.md "inside of a code block"
finds 'us-east-1' pool.md "inside of a table"
finds 'east-' pool.md "a part of an identifier"
finds 'ecko' pool.md "a part of the title"
finds '障害の' ja.md "a part of a Japanese title"

run "$pmsearch" -i i.db -- '->'
like "$out" 'a«->»b' "punctuation is marked"
run "$pmsearch" -i i.db ーバーの
like "$out" 'サ«ーバーの»接' "the mark is on the original"
run "$pmsearch" -i i.db ルが枯
like "$out" 'プー«ルが枯»渇' "a mark ends where the text does"

run "$pmsearch" -i i.db -n 1 connection
unlike "$err" 'also' "words that fill the list need no help"
is "$(printf '%s\n' "$out" | grep -c '^ *[0-9]*\. ')" 1 "and have the list to themselves"
run "$pmsearch" -i i.db -n 1 --substring connection
is "$(printf '%s\n' "$out" | grep -c '^ *[0-9]*\. ')" 2 "--substring asks for the others"
like "$err" 'also 1 that' "which are counted"
run "$pmsearch" -i i.db -n 0 connection
like "$(printf '%s\n' "$out" | grep '^ *3\. ')" 'Slow reports' "-n 0 lists them behind the word hits"
like "$out" 'dis«connection» aside' "marked"
like "$out" '3 of 3 matching' "counted once"
run "$pmsearch" -i i.db -n 1 nnect
is "$(printf '%s\n' "$out" | grep -c '^ *[0-9]*\. ')" 1 "-n limits them"
like "$err" 'also 2 that' "but not their number"

run "$pmsearch" -i i.db --since 2024 nnect
unlike "$out" 'Slow reports' "--since holds for them"
run "$pmsearch" -i i.db --lang ja nnect
exits 1 "--lang too"
run "$pmsearch" -i i.db --company acorn nnect
unlike "$out" 'Slow reports' "--company too"
run "$pmsearch" -i i.db nnect date:2023
unlike "$out" 'Checkout' "date: too"
like "$out" 'Slow reports' "and leaves the text that remains"
run "$pmsearch" -i i.db cause:nnect
unlike "$out" 'Slow reports' "section: too"
run "$pmsearch" -i i.db --section summary nnect
unlike "$out" 'Checkout' "--section too"
run "$pmsearch" -i i.db nnect -payments
unlike "$out" 'Slow reports' "-word too"
run "$pmsearch" -i i.db '"nnection poo"'
like "$out" 'co«nnection poo»l' "a phrase is its text"
run "$pmsearch" -i i.db 'nnect "ordinary da"'
unlike "$out" 'Checkout' "all texts must be held"
like "$out" 'Slow reports' "wherever they stand"

run "$pmsearch" -i i.db --json nnect
line=$(printf '%s\n' "$out" | head -1)
like "$line" '"score":0.0000,' "JSON: such a hit scores nothing"
like "$line" '"substring":true,' "and says what it is"
like "$line" '"why":\[\{"what":"nnect","kind":"substring",.*"share":0.0000\}\]' "and why"
line=$(printf '%s\n' "$out" | tail -1)
like "$line" '^\{"v":1,"type":"note","kind":"substring","documents":2,"text":"' "a note behind the hits"
ok "which is valid JSON" sqlite3 :memory: "SELECT json('$line')"
run "$pmsearch" -i i.db --json index
unlike "$(printf '%s\n' "$out" | head -1)" 'substring' "a word hit does not"
run "$pmsearch" -i i.db --explain nnect
like "$out" '0\.0000  Root cause  nnect  the text as it stands' "--explain tells it"

run "$pmsearch" -i i.db zqzqz
exits 1 "nothing found at all exits with 1"
is "$out" "" "and prints nothing"
like "$err" 'no postmortem matches "zqzqz"' "but says so"
run "$pmsearch" -i i.db --json zqzqz
is "$out" "" "in JSON there is no note then"
run "$pmsearch" -i i.db -- '->>'
exits 1 "punctuation that is nowhere is not found"
run "$pmsearch" -i i.db --substring status
exits 2 "--substring makes no sense with status"

# The folded text follows the files.
sed -i 's/disconnection/sunshine/' docs/other.md
rm docs/ja.md
"$pmindex" -q -i i.db docs
run "$pmsearch" -i i.db -l nnect
is "$out" "docs/pool.md" "a changed document is folded anew"
finds unshin other.md "with its new text"
run "$pmsearch" -i i.db --substring データ
unlike "$out" "ja.md" "a removed one is not found"
done_testing
