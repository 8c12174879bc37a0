#!/bin/sh
# pmsearch as a user types it.
. "$(dirname "$0")/tap.sh"
cd "$scratch" || exit 1

mkdir -p docs/en docs/ja
cat >docs/en/pool.md <<'END'
---
title: Checkout down
date: 2024-03-02
company: Acorn Shop
services: [checkout]
severity: SEV1
---
## Summary
Payments failed for forty minutes.
## Root Cause
The connection pool was exhausted: every worker waited for a database connection.
## Action Items
- [x] Raise the pool size (owner: @mika)
- [ ] Alert on pool waits
END
cat >docs/en/mention.md <<'END'
---
title: Slow reports
date: 2023-11-20
company: Birch Bank
---
## Summary
Reports were slow. We looked at the connection pool first, but it was fine.
## Root Cause
A missing index made every query scan the table.
END
cat >docs/ja/pool.md <<'END'
# 決済障害

発生日: 2024年5月1日

## 原因
ＤＢのコネクションプールが枯渇した。サーバーの接続数の上限に達していた。

## 再発防止策
| 対策 | 担当 | 状態 |
|---|---|---|
| 上限の見直し | 田中 | 完了 |
END
cat >docs/README.md <<'END'
# Postmortems
How we write a postmortem about a connection pool and other things.
END
"$pmindex" -q -i i.db docs

run "$pmsearch" -i i.db connection pool
exits 0 "a search that finds something exits with 0"
like "$(printf '%s\n' "$out" | head -1)" 'Checkout down' "a root cause ranks above a mention"
like "$out" 'docs/en/pool.md:[0-9]+ ' "the path is as given, with a line"
like "$out" '2024-03-02  Acorn Shop / checkout' "date, company and service are shown"
like "$out" '«connection» «pool»' "matched words are marked"
like "$out" 'matched: ' "every hit says why"
unlike "$out" "$(printf '\033')" "no colour unless on a terminal"
run "$pmsearch" -i i.db --color=always connection pool
like "$out" "$(printf '\033')\\[1;31m" "--color=always colours"

run "$pmsearch" -i i.db zebra
exits 1 "nothing found exits with 1"
is "$out" "" "nothing found prints nothing on standard output"
like "$err" 'no postmortem matches "zebra"' "and says so on standard error"
run "$pmsearch" -i i.db --ui-lang=ja zebra
like "$err" '一致するポストモーテムはありません' "in Japanese where asked for"
run env LC_ALL=ja_JP.UTF-8 "$pmsearch" -i i.db zebra
like "$err" '一致する' "or where the locale is Japanese"

run "$pmsearch" -i i.db コネクションプールの枯渇
like "$(printf '%s\n' "$out" | head -1)" '決済障害' "a Japanese query finds the Japanese incident"
run "$pmsearch" -i i.db ｺﾈｸｼｮﾝﾌﾟｰﾙ
like "$out" '«コネクションプール»' "half-width kana find full-width ones, marked in the original"
run "$pmsearch" -i i.db プール
like "$out" '決済障害' "a part finds the compound"
run "$pmsearch" -i i.db サーバ db
like "$out" '«サーバー»' "final long vowels do not matter"
run "$pmsearch" -i i.db db
like "$out" '«ＤＢ»' "full-width letters are marked where they stand"

run "$pmsearch" -i i.db '"for a database connection"'
is "$(printf '%s\n' "$out" | grep -c '^ *[0-9]*\. ')" 1 "a phrase must stand in this order"
# A path is good wherever one is.
mkdir elsewhere
run sh -c "cd elsewhere && '$pmsearch' -i ../i.db -l cause:index"
is "$out" "$(pwd -P)/docs/en/mention.md" "from another folder the path is absolute"
run sh -c "cd elsewhere && '$pmsearch' -i ../i.db --json cause:index"
like "$out" "\"path\":\"$(pwd -P)/docs/en/mention.md\"" "in JSON too"
run "$pmsearch" -i i.db -l cause:index
is "$out" "docs/en/mention.md" "and as given where that leads to it"

printf -- '---\nid: ＡＢ－２４０４－０３\n---\n# 受注停止\n## 原因\nディスク満杯。\n' >elsewhere/wide.md
"$pmindex" -q -i wide.db elsewhere
run "$pmsearch" -i wide.db show ab-2404-03
exits 0 "an ID is one in any width and case"
run "$pmsearch" -i wide.db like ./nowhere.md
like "$err" "'./nowhere.md' is not there" "a file that is not there is said to be so"

# Filters alone are a question, too.
run "$pmsearch" -i i.db -l --since=2000
is "$out" "docs/ja/pool.md
docs/en/pool.md
docs/en/mention.md" "filters without words list what they leave, the newest first"
run "$pmsearch" -i i.db -n 1 date:2024
like "$out" '決済障害' "date: alone as well"
like "$out" 'コネクションプールが枯渇した' "with the start of the cause"
like "$out" '1 of 2' "and how many there are"
unlike "$out" 'matched:' "and no reason why"
run "$pmsearch" -i i.db --company=Nobody
exits 1 "where they leave nothing, nothing is found"
like "$err" 'the options leave no postmortem' "and the options are named"
run "$pmsearch" -i i.db --company=Nobody pool
like "$err" 'no postmortem that the options leave matches "pool"' "beside words too"
run "$pmsearch" -i i.db --section cause
exits 2 "a section is nothing to list"

mkdir stops
printf '# Worker killed\n## Root Cause\nThe worker ran Out-of\nMemory at noon.\n' >stops/oom.md
printf '# Bad module\n## Root Cause\nA memory module of the host was faulty.\n' >stops/module.md
printf '# 停止\n## 原因\nメモリの不足によりサービスが停止した。\n' >stops/ja.md
"$pmindex" -q -i stops.db stops
run "$pmsearch" -i stops.db -l '"out of memory"'
is "$out" "stops/oom.md" "and its stop words too"
run "$pmsearch" -i stops.db -l memory '-"out of memory"'
unlike "$out" 'oom' "a phrase with stop words that is left out"
like "$out" 'module' "leaves out no other document"
run "$pmsearch" -i stops.db -l '"サービスが停止"'
is "$out" "stops/ja.md" "in Japanese too"
run "$pmsearch" -i stops.db -l '"サービスを停止"'
is "$out" "" "where another particle is another phrase"
run "$pmsearch" -i stops.db '"memory module"'
like "$out" '1 of 1' "the number of matches is of those that hold the phrase"
run "$pmsearch" -i i.db pool -payments
unlike "$out" 'Checkout down' "-word leaves documents out"
run "$pmsearch" -i i.db cause:index
like "$out" 'Slow reports' "section:word finds it there"
run "$pmsearch" -i i.db summary:index
exits 1 "and nowhere else"
run "$pmsearch" -i i.db --section cause pool
unlike "$out" 'Slow reports' "--section restricts every word"
run "$pmsearch" -i i.db pool date:2024
unlike "$out" 'Slow reports' "date: restricts to a span"
run "$pmsearch" -i i.db --until 2023-12-31 pool
unlike "$out" 'Checkout' "--until too"
run "$pmsearch" -i i.db --lang ja pool コネクションプール
unlike "$out" 'Checkout' "--lang filters documents"
run "$pmsearch" -i i.db --company birch pool
is "$(printf '%s\n' "$out" | grep -c '^ *[0-9]*\. ')" 1 "--company takes part of a name"
run "$pmsearch" -i i.db --service checkout pool
is "$(printf '%s\n' "$out" | grep -c '^ *[0-9]*\. ')" 1 "--service filters"
run "$pmsearch" -i i.db -n 1 pool
is "$(printf '%s\n' "$out" | grep -c '^ *[0-9]*\. ')" 1 "-n limits the list"
run "$pmsearch" pool -i i.db -n1 -l
is "$out" "docs/en/pool.md" "options may stand behind operands; -l prints paths"
run "$pmsearch" -i i.db -n 0 -0 pool
like "$out" 'docs/README.md' "-n 0 lists all; -0 ends paths with NUL"
run "$pmsearch" -i i.db postmortem
like "$out" 'not an incident' "a README is told apart"

run "$pmsearch" -i i.db --json connection pool
ok "every line is valid JSON" sqlite3 :memory: "SELECT json('$(printf '%s' "$out" | head -1 | sed "s/'/''/g")')"
sum=$(sqlite3 :memory: "WITH h(j) AS (SELECT '$(printf '%s' "$out" | head -1 | sed "s/'/''/g")')
    SELECT abs(json_extract(j, '\$.score') - (SELECT sum(json_extract(value, '\$.share'))
    FROM json_each(json_extract(j, '\$.why')))) < 0.01 FROM h")
is "$sum" 1 "shares add up to the score"
like "$out" '"v":1,"type":"hit","rank":1,"score":' "hits carry version, type, rank and score"
run "$pmsearch" -i i.db --explain connection pool
like "$out" '[0-9]\.[0-9]{4}  score' "--explain prints the parts"

run "$pmsearch" -i i.db show pool
exits 2 "an ambiguous or unknown ID is trouble, never a search"
run "$pmsearch" -i i.db show docs/en/pool.md
exits 0 "show takes a path"
like "$out" '^Severity +SEV1' "facts on top"
like "$out" '^Root cause' "sections by their canonical names"
like "$out" '\[x\] Raise the pool size' "action items as a checklist"
run "$pmsearch" -i i.db --ui-lang=ja show docs/ja/pool.md
like "$out" '^根本原因' "in the reader's language"
like "$out" '\[x\] 上限の見直し' "action items of a table"
run "$pmsearch" -i i.db --json show docs/en/pool.md
like "$out" '"type":"document"' "show speaks JSON"
run "$pmsearch" -i i.db show
is "$status" 1 "a verb without its operand is a word to search for"
run "$pmsearch" -i i.db -- show docs/en/pool.md
unlike "$out" '^Severity' "behind -- nothing is a verb"
run "$pmsearch" -i i.db 'show pool'
like "$out" 'Checkout' "one argument with several words is a search"

run "$pmsearch" -i i.db status
exits 0 "status works"
like "$out" 'Documents +4' "status counts documents"
like "$out" 'Incidents +3' "and tells incidents"
touch -d '2020-01-01' docs/en/pool.md
run "$pmsearch" -i i.db status
like "$out" 'Changed since indexed +1' "status sees a changed file"
run "$pmsearch" -i i.db connection
like "$err" "pool.md' has changed since it was indexed" "a stale hit is told on standard error"
rm docs/en/pool.md
run "$pmsearch" -i i.db connection
like "$err" "is gone since it was indexed" "so is a hit whose file is gone"

# Whatever is typed, it is a query.
for query in '"' '-' '--' '-"' 'cause:' 'AND OR NOT' 'a* NEAR(b c) {d} : e ^f' '()' "it's" '"""' \
    "$(printf '\377\376')" "$(printf 'a\001b')" '%s%n' '' ' '; do
    run "$pmsearch" -i i.db -- "$query"
    case $status in 0 | 1) r=0 ;; *) r=1 ;; esac
    report $r "any bytes are a query: $(printf '%s' "$query" | tr -c '[:print:]' '?')"
done
run "$pmsearch" -i i.db "$(printf 'pool \033]0;owned\007 zzz')"
unlike "$out$err" "$(printf '\033')" "a query is never obeyed by the terminal"

run "$pmsearch" -i i.db --nonsense x
exits 2 "an unknown option is trouble"
like "$err" "unknown option '--nonsense'" "named on standard error"
run "$pmsearch" -i i.db -n x y
like "$err" "takes a number, not 'x'" "a bad number is named"
run "$pmsearch" -i i.db --since never y
exits 2 "a bad date is trouble"
run "$pmsearch" -i i.db --section nowhere y
exits 2 "a bad section is trouble"
run "$pmsearch" -i i.db --section cause status
exits 2 "an option that makes no sense with a verb is trouble"
for stray in '--weak y' '--by fix y' '-n 3 show x' '-l terms x' '--mechanism expiry status'; do
    # shellcheck disable=SC2086
    run "$pmsearch" -i i.db $stray
    exits 2 "so is '$stray'"
    like "$err" "option '--.*' makes no sense" "the option is named"
done
run "$pmsearch" -i none.db x
exits 2 "no index is trouble"
like "$err" 'pmindex' "and the command to run is named"
echo "not a database, not at all, but some bytes" >junk.db
run "$pmsearch" -i junk.db x
exits 2 "a file that is no index is trouble"
sqlite3 other.db 'CREATE TABLE t(x)'
run "$pmsearch" -i other.db x
like "$err" "'other.db' is not a pmsearch index|not a pmsearch index" "a foreign database is named"
run "$pmsearch"
exits 2 "no query is trouble"
run "$pmsearch" --help
like "$out" '\-\-explain' "--help lists the options"
run "$pmsearch" --version
like "$out" '^pmsearch [0-9]' "--version"

# Where the index is found.
mkdir -p project/.pmsearch project/deep/er
"$pmindex" -q -i project/.pmsearch/index.db docs
cd project/deep/er || exit 1
run "$pmsearch" コネクションプール
like "$out" '決済障害' "the nearest .pmsearch/index.db is used"
cd "$scratch" || exit 1
run env PMSEARCH_INDEX="$scratch/i.db" "$pmsearch" コネクションプール
like "$out" '決済障害' "PMSEARCH_INDEX names it"
is "$(stat -c %a i.db)" 600 "the index is private"
mkdir nowhere && cd nowhere || exit 1
"$pmindex" -q ../docs
run "$pmsearch" コネクションプール
like "$out" '決済障害' "else it is in the data folder"
is "$(stat -c %a "$XDG_DATA_HOME/pmsearch")" 700 "whose folder is private"
done_testing
