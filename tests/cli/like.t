#!/bin/sh
# pmsearch like: past incidents that share a draft's cause, with evidence.
. "$(dirname "$0")/tap.sh"
cd "$scratch" || exit 1

mkdir -p docs
cat >docs/cert.md <<'END'
---
title: API unreachable for two hours
date: 2024-02-01
company: Acorn
---
## Summary
Every client refused the connection.
## Root Cause
The TLS certificate of the load balancer had expired; nobody had renewed it.
## Response
We renewed the certificate and reloaded the proxies.
## Action Items
- [x] Renew certificates automatically
- [ ] Alert 30 days before expiry
END
cat >docs/cert-ja.md <<'END'
---
title: 証明書の期限切れでアプリが接続できない
date: 2023-06-10
company: 楓商会
---
## 原因
サーバー証明書の有効期限が切れていた。更新作業の担当者が決まっていなかった。
## 対応
証明書を更新し、ロードバランサーを再読み込みして復旧した。
## 再発防止策
- 有効期限の監視を追加する
END
cat >docs/pool-ja.md <<'END'
# 決済が遅い
発生日: 2024年3月1日
## 原因
DBのコネクションプールが枯渇し、接続待ちのリクエストがタイムアウトした。
## 対応
プールサイズを引き上げ、アプリを再起動して復旧した。
END
cat >docs/disk.md <<'END'
---
title: Orders rejected
date: 2022-05-05
---
## Root Cause
The disk of the database filled up with old logs; no space was left on the device.
## Response
We deleted old logs and extended the volume.
END
cat >docs/power.md <<'END'
---
title: Data centre lost power
date: 2021-01-01
---
## Root Cause
Utility power failed and the generator did not start.
END
"$pmindex" -q -i i.db docs

cat >draft.md <<'END'
# Mobile app cannot connect since 09:00
Users see a security warning. openssl s_client prints that the certificate has expired on the
edge proxies, x509: certificate has expired or is not yet valid.
END
run "$pmsearch" -i i.db like draft.md
exits 0 "a draft finds what shares its cause"
like "$(printf '%s\n' "$out" | head -1)" 'API unreachable|証明書' "the same cause comes first"
like "$out" 'here' "with the draft's sentence"
like "$out" 'had expired|有効期限が切れていた' "and the past incident's"
like "$out" 'renewed the certificate and reloaded' "what fixed it then"
like "$out" '\[x\] Renew certificates automatically  \(cert\)' "what was done against it, with state and source"
like "$out" '証明書を更新し' "across the languages"
like "$out" 'First checks' "and first checks"
run sh -c "'$pmsearch' -i i.db like - <draft.md"
exits 0 "a draft comes through a pipe too"
run "$pmsearch" -i i.db like cert
exits 0 "an incident of the index is a draft too"
unlike "$(printf '%s\n' "$out" | grep '^ *[0-9]*\. ')" 'API unreachable' "and is not its own likeness"
run "$pmsearch" -i i.db like docs/cert.md
unlike "$(printf '%s\n' "$out" | grep '^ *[0-9]*\. ')" 'API unreachable' "nor when named by its path"

cat >log.txt <<'END'
2026-03-01T09:12:44.123Z host-7f9c6d-x2k1 checkout[4412]: ERROR HikariPool-1 - Connection is not available, request timed out after 30000ms
2026-03-01T09:12:45.001Z host-7f9c6d-x2k1 checkout[4412]: java.sql.SQLTransientConnectionException: connection pool exhausted
2026-03-01T09:12:45.377Z 10.2.33.4 GET /checkout 500 id=5f2d1c90-55aa-4c11-9a3e-0a1b2c3d4e5f
END
run "$pmsearch" -i i.db like log.txt
exits 0 "a bare log works"
like "$(printf '%s\n' "$out" | head -1)" '決済が遅い' "and finds the same cause in the other language"
cp log.txt pool
run "$pmsearch" -i i.db like pool
like "$(printf '%s\n' "$out" | head -1)" '決済が遅い' "a file is no ID: pool-ja is not left out as the draft's own"
run "$pmsearch" -i i.db --json like draft.md
like "$(printf '%s\n' "$out" | head -1)" '"type":"hit","rank":1' "hits come first in JSON"
like "$out" '"strength":0\.' "with their strength"
like "$out" '"evidence":\{"draft":"' "and evidence"
like "$out" '"type":"helped","kind":"fix"' "what helped comes behind"
printf '%s\n' "$out" >hits
run perl -ne 'next unless /"type":"hit"/; my ($s) = /"score":([\d.]+)/; my $t = 0;
    /"why":\[(.*?)\]/ and $1 =~ s/"share":([\d.]+)/$t += $1/ger; die "$s $t\n" if abs($s - $t) > 0.01' hits
exits 0 "shares add up to the score"

# What was tried in vain is no fix; what went wrong is what the postmortem says of it.
mkdir vain
cat >vain/redis.md <<'END'
# Orders down after a failover
## Root Cause
The JVM cached the DNS answer of the Redis endpoint forever, so that clients kept writing to
the demoted primary.
## Timeline
| Time | Event |
|---|---|
| 09:31 | Rolled back the morning's deploy: no effect |
| 09:46 | Restarted two of the pods |
## Resolution
Rolling restart of all pods, which made them look the name up again.
## What went wrong
We suspected the morning's deploy and lost 15 minutes.
END
cat >vain/redis-ja.md <<'END'
# フェイルオーバー後に注文が失敗
## 原因
クライアントが Redis の DNS の応答を永久にキャッシュし、降格した旧プライマリーへ書き込み続けた。
## 対応
09:31 アプリを再起動するが変わらない。
09:40 DNS キャッシュを無効化する設定を適用した。
## 良くなかったこと
担当者への連絡が遅れた。
END
"$pmindex" -q -i vain.db vain
cat >vain.txt <<'END'
After the failover of Redis the clients keep writing to the demoted primary; DNS was cached.
END
run "$pmsearch" -i vain.db like vain.txt
unlike "$out" 'no effect|変わらない' "what was tried in vain did not fix it"
like "$out" 'Rolling restart of all pods' "the resolution did"
like "$out" 'キャッシュを無効化する設定を適用した' "in Japanese too"
like "$out" 'lost 15 minutes' "what went wrong is what the postmortem says of it"
like "$out" '連絡が遅れた' "in Japanese too"
unlike "$(printf '%s\n' "$out" | sed -n '/What went wrong/,$p')" 'cached|キャッシュ' \
    "and not the cause once more"

cat >other.md <<'END'
# Kaffeemaschine
The espresso machine on the third floor brews too slowly and the beans taste of cardboard.
END
run "$pmsearch" -i i.db like other.md
exits 1 "nothing like this: exit 1"
is "$(printf '%s\n' "$out" | grep -c '^ *[0-9]*\. ')" 0 "without weak hits"
like "$err" 'no past incident' "and a plain word about it"
run "$pmsearch" -i i.db --json like other.md
unlike "$out" '"type":"helped"' "nothing has helped then"
run sh -c "printf '12:30 10.0.0.1 ----\n' | '$pmsearch' -i i.db like -"
exits 1 "an input without a usable word: exit 1"
like "$err" 'no word that can be compared|no past incident' "is told so"
run "$pmsearch" -i i.db like no-such-file
exits 2 "neither file nor ID: trouble"
run "$pmsearch" -i i.db --by nonsense like draft.md
exits 2 "--by takes what it knows"
for by in cause trigger fix impact all; do
    run "$pmsearch" -i i.db --weak --by "$by" like draft.md
    exits 0 "--by $by"
done
run "$pmsearch" -i i.db --ui-lang=ja like draft.md
like "$out" '過去に効いた対処' "in the reader's language"
printf 'connection pool exhausted\n\033[31mred\033[0m\n' >esc.md
run "$pmsearch" -i i.db like esc.md
unlike "$out" "$(printf '\033')" "no escape sequence of the draft reaches the terminal"
run sh -c "printf '\033[1;31mERROR\033[0m \033]0;host\007the \033[32mconnection\033[m pool was exhausted\n' |
    '$pmsearch' -i i.db --weak like -"
unlike "$out" '�|\[[0-9;]*m|0;host' "nor does any of it show"
like "$out" 'ERROR the connection pool was exhausted' "a coloured log is read as if it had no colour"
iconv -f UTF-8 -t SHIFT_JIS docs/pool-ja.md >sjis.md
run "$pmsearch" -i i.db like sjis.md
exits 0 "a draft in Shift_JIS works"
mkdir -p lines
cat >lines/a.md <<'END'
# Orders rejected
## Root Cause
On the evening before, a colleague had switched the batch to another host.

The TLS certificate of the load balancer had expired; nobody had renewed it.
END
run "$pmindex" -q -i lines.db lines
printf 'The TLS certificate of our load balancer had expired and was not renewed.\n' >lines-draft.md
run "$pmsearch" -i lines.db --weak like lines-draft.md
like "$out" 'lines/a.md:5' "the line is that of the sentence which matches"
done_testing
