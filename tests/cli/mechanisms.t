#!/bin/sh
# The catalogue of mechanisms: labels, filter, cards, texts, a team's own cards.
. "$(dirname "$0")/tap.sh"
cd "$scratch" || exit 1

mkdir -p docs
cat >docs/cert.md <<'END'
---
title: API unreachable for two hours
date: 2024-02-01
---
## Summary
Every client refused the connection.
## Root Cause
The TLS certificate of the load balancer had expired; nobody had renewed it and the expiry
was not monitored. Browsers showed a certificate error.
## Response
We renewed the certificate and reloaded the proxies.
## Action Items
- [x] Renew certificates automatically
- [ ] Alert 30 days before expiry
END
cat >docs/pool-ja.md <<'END'
# 決済が遅い
発生日: 2024年3月1日
## 原因
DBのコネクションプールが枯渇し、接続待ちのリクエストがタイムアウトした。
## 対応
プールサイズを引き上げ、アプリを再起動して復旧した。
## 再発防止策
- 接続待ちの件数を監視する
END
cat >docs/not-dns.md <<'END'
---
title: Login page slow
date: 2024-04-01
---
## Root Cause
This was not a DNS problem, although a stale DNS record was suspected at first. A query
without an index scanned the whole sessions table, and the slow query held the database CPU.
END
"$pmindex" -q -i i.db docs

run "$pmsearch" -i i.db mechanisms tls-certificate-expired
exits 0 "a card is shown by its ID"
like "$out" 'How it is told' "with how it is told"
like "$out" 'First checks' "and first checks"
like "$out" 'API unreachable for two hours' "and the incidents here that show it"
like "$out" 'renewed the certificate and reloaded' "and what fixed it here"
like "$out" '\[ \] Alert 30 days before expiry' "and what was promised against it, with its state"
run "$pmsearch" -i i.db --ui-lang=ja mechanisms tls-certificate-expired
like "$out" '最初に見るところ' "in the reader's language"
run "$pmsearch" -i i.db --json mechanisms tls-certificate-expired
like "$out" '"type":"mechanism","id":"tls-certificate-expired"' "as JSON too"

run "$pmsearch" -i i.db mechanisms
like "$out" 'Causes: why it broke' "the catalogue is a tree by axis"
like "$out" '1 .*tls-certificate-expired' "with the number of incidents"
like "$out" '  expiry  1 in all' "each class of causes with all of its incidents"
run "$pmsearch" -i i.db --json mechanisms
is "$(printf '%s\n' "$out" | grep -c '"type":"mechanism"')" \
    "$(find "$top/dict/mechanisms" -name '*.md' | wc -l | tr -d ' ')" "one JSON object a card"

run "$pmsearch" -i i.db mechanisms 証明書の有効期限が切れた
exits 0 "a text is compared with the cards"
like "$(printf '%s\n' "$out" | head -1)" 'certificate' "the nearest card comes first"
like "$out" 'certificate / 証明書' "with the reason"
run "$pmsearch" -i i.db mechanisms "The caches were flushed, and Retries overloaded the servers"
like "$out" 'Retries' "its reasons are words as they were typed"
unlike "$out" 'retri( |$)|cach( |$)' "not stems"
run "$pmsearch" -i i.db --json mechanisms サーバーのｺﾈｸｼｮﾝﾌﾟｰﾙが枯渇した
like "$out" '"why":\[[^]]*"ｺﾈｸｼｮﾝﾌﾟｰﾙ"' "in JSON too"
unlike "$out" 'コネクシヨン' "nor folded forms"
run "$pmsearch" -i i.db mechanisms qqqq zzzz
exits 1 "a text that is like no card finds nothing"
like "$err" 'no mechanism resembles' "and says so"

run "$pmsearch" -i i.db --mechanism tls-certificate-expired client
like "$out" 'API unreachable' "--mechanism keeps what shows it"
unlike "$out" 'Login page' "and leaves out the rest"
run "$pmsearch" -i i.db --mechanism expiry "certificate query"
like "$out" 'API unreachable' "--mechanism keeps a class of causes"
unlike "$out" 'Login page' "and leaves out the others"
run "$pmsearch" -i i.db --mechanism hardware client
exits 1 "a class that none of them shows finds nothing"
run "$pmsearch" -i i.db mechanisms expiry
exits 0 "a class is shown by its ID"
like "$out" '1 .*tls-certificate-expired' "with its mechanisms"
like "$out" '%  2024-[0-9-]+  .*API unreachable' "and its incidents"
unlike "$out" 'connection-pool-exhaustion' "and nothing of other classes"
run "$pmsearch" -i i.db --json mechanisms expiry
like "$out" '"type":"class","id":"expiry".*"shown_by":\[\{"id":"cert"' "as JSON too"
run "$pmsearch" -i i.db --mechanism no-such-thing client
exits 2 "a mechanism that does not exist is a slip"
like "$err" "no mechanism 'no-such-thing'" "that is named"

run "$pmsearch" -i i.db certificate
like "$out" 'mechanisms: .*TLS certificate expired' "hits carry their labels"
run "$pmsearch" -i i.db --json certificate
like "$out" '"mechanisms":\[\{"id":"tls-certificate-expired","score":' "in JSON with their confidence"
like "$out" '"classes":\[\{"id":"expiry","score":0' "and the classes of their causes"
run "$pmsearch" -i i.db show cert
like "$out" 'tls-certificate-expired' "show names them"
like "$out" 'expired  expiry  [0-9]+ %' "and the class of the cause"
like "$out" 'had expired' "each with the sentence that shows it"
run "$pmsearch" -i i.db show not-dns
unlike "$out" 'dns-' "what a sentence takes back is no label"

run "$pmsearch" -i i.db "ran out of database connections"
like "$out" '決済が遅い' "an English query finds a Japanese incident by its mechanism"
run "$pmsearch" -i i.db --explain "ran out of database connections"
like "$out" 'Connection pool exhaustion' "and --explain names the mechanism"

# A team's own card, beside the index.
mkdir -p mechanisms
cat >mechanisms/coffee-machine-floods.md <<'END'
---
id: coffee-machine-floods
en: Coffee machine floods the rack
ja: コーヒーマシンの水漏れ
axis: cause
class: hardware
related: [water-leak]
components: [hardware]
not: Not any water leak.
not_ja: 水漏れ全般ではない。
---
# Coffee machine floods the rack
## How it is told
The coffee machine above the rack leaked espresso into the switch.
## 語られ方
ラックの上のコーヒーマシンからエスプレッソが漏れてスイッチが故障した。
END
run "$pmindex" -q -i i.db docs
exits 0 "a card of one's own is taken up by the next run"
run "$pmsearch" -i i.db mechanisms espresso switch
like "$(printf '%s\n' "$out" | head -1)" 'coffee-machine-floods' "and takes part"
printf 'id: broken\n' >mechanisms/broken.md
run "$pmindex" -q -i i.db docs
exits 2 "a faulty card is trouble"
like "$err" 'mechanisms/broken.md:1: ' "with its file and line"
sed 's/hardware$/no-such-class/' mechanisms/coffee-machine-floods.md >x
rm mechanisms/broken.md
mv x mechanisms/coffee-machine-floods.md
run "$pmindex" -q -i i.db docs
exits 2 "so is a class that does not exist"
like "$err" "no class 'no-such-class'" "which is named"
# A word that a card has in passing does not make a query one about failures.
mkdir samples
"$pmindex" -q -i samples/i.db "$top/corpus-samples"
run "$pmsearch" -i samples/i.db cook rice
exits 1 "a query of which no word is found needs a card that accounts for it"
run "$pmsearch" -i samples/i.db thundering herd
exits 0 "as the card of that name does"
run "$pmsearch" -i samples/i.db mechanisms tls-certificate-expird
like "$err" "no mechanism or class has the ID 'tls-certificate-expird'" "a mistyped ID is told"
like "$out" 'tls-certificate-expired' "with what is near"
for option in --since=2030 -l --lang=ja --mechanism=data-loss; do
    run "$pmsearch" -i samples/i.db mechanisms "$option" data-loss
    exits 2 "mechanisms has no use for $option"
done
mkdir -p named/mechanisms
sed 's/^id: .*/id: cache/; s/^related:.*/related: []/' "$top/dict/mechanisms/disk-full.md" \
    >named/mechanisms/cache.md
run "$pmindex" -q -i named/i.db docs
exits 2 "a card may not be named as a class is"
like "$err" "cache.md:[0-9]+: 'cache' is the name of a class" "and the file and line are told"

# Damage ends rows early; it must not look like their end.
page=$(sqlite3 samples/i.db "SELECT rootpage FROM sqlite_master WHERE name = 'document_class'")
dd if=/dev/zero of=samples/i.db bs=16384 seek=$((page - 1)) count=1 conv=notrunc 2>/dev/null
run "$pmsearch" -i samples/i.db mechanisms data-loss
exits 2 "a damaged index is trouble"
like "$err" 'the index is damaged' "and is told"
run "$pmsearch" -i samples/i.db --mechanism=data-loss backup
exits 2 "in a filter too"
done_testing
