#!/bin/sh
# How hits and tables look, at the width of the terminal.
. "$(dirname "$0")/tap.sh"
cd "$scratch" || exit 1

# Columns of the widest line: wide characters take two. Paths may be as long as they are.
widest() {
    printf '%s\n' "$1" | perl -CS -ne 'chomp; s/\e\[[0-9;]*m//g; next if /docs\//;
        my $w = () = /\p{East_Asian_Width=Wide}|\p{East_Asian_Width=Fullwidth}/g;
        $w += length; $most = $w if $w > ($most // 0); END { print $most // 0 }'
}
fits() { # COLUMNS NAME
    [ "$(widest "$out")" -le "$1" ]
    report $? "$2"
}

mkdir docs
cat >docs/pool.md <<'END'
# Checkout was down for forty minutes on the Friday before the long weekend, then again in the evening, and once more on Saturday morning when nobody was there
## Root Cause
The connection pool was exhausted: every worker waited for a database connection, transactions
stayed open while the payment partner was slow, retries made a storm and the database refused
further connections.
END
cat >docs/pool-ja.md <<'END'
# 決済障害：コネクションプールの枯渇により購入手続きが四十分間失敗し、その夜と翌朝にも同じことが繰り返され、担当者が不在で復旧が遅れた件について
## 原因
コネクションプールが枯渇した。決済代行の応答が遅く、トランザクションが開いたまま再試行が殺到し、データベースの接続数の上限に達した。
END
"$pmindex" -q -i i.db docs
export COLUMNS=60
for lang in en ja; do
    run "$pmsearch" -i i.db --ui-lang=$lang connection pool exhausted retries database transactions
    fits 60 "no line of a hit is wider than the terminal: $lang"
    like "$out" '^      [^ ]' "what is too long goes on behind a hanging indent: $lang"
    unlike "$out" ' $' "no line ends with a space: $lang"
    run "$pmsearch" -i i.db --ui-lang=$lang --color=always connection pool exhausted
    fits 60 "styles take no columns: $lang"
    run "$pmsearch" -i i.db --ui-lang=$lang --explain connection pool exhausted
    fits 60 "nor is a line of an explanation wider: $lang"
    run "$pmsearch" -i i.db --ui-lang=$lang like docs/pool.md
    fits 60 "nor one of like: $lang"
done
run "$pmsearch" -i i.db connection pool exhausted
like "$out" '^ [12]\. Checkout was down' "a long title starts as it is"
like "$out" '…$' "and is cut with an ellipsis"
unlike "$out" 'nobody was there' "where it is very long"
run "$pmsearch" -i i.db --json connection pool exhausted
like "$out" 'nobody was there",' "never in JSON"
unlike "$out" '…' "which knows no ellipsis"
run "$pmsearch" -i i.db show pool-ja
like "$(printf '%s' "$out" | tr -d '\n')" '復旧が遅れた件について' "show gives the whole title"
fits 60 "wrapped"

run "$pmsearch" -i i.db "$(printf 'zyzzyva%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)"
like "$err" '"(zyzzyva){8}zyz…"' "a message cuts a very long query"
run "$pmsearch" -i i.db zyzzyva
like "$err" '"zyzzyva"' "and a short one not"
printf "%s\n" "# Deep" "## Root Cause" "- $(printf "%200s" " ") far quokka $(printf "%300s" " ") gap" >docs/deep.md
"$pmindex" -q -i i.db docs
run "$pmsearch" -i i.db quokka
like "$out" "far «quokka»" "spaces push nothing out of sight"

# status: one column of values, and what is gone is not what cannot be read. A link to itself
# is there and cannot be read, whoever asks.
mkdir some && cp docs/pool.md some/a.md && cp docs/pool.md some/b.md && cp docs/pool.md some/c.md
mkdir lost && cp docs/pool.md lost/d.md
mkdir loop && cp docs/pool.md loop/e.md
"$pmindex" -q -i s.db some lost loop
for lang in en ja; do
    run "$pmsearch" -i s.db --ui-lang=$lang status
    is "$(printf '%s\n' "$out" | sed '$d' | perl -CS -ne '/^(.*?)  +\S/ or die; my $l = $&;
        my $w = () = $l =~ /\p{East_Asian_Width=Wide}/g; $at{$w + length $l} = 1;
        END { print scalar keys %at }')" 1 "the values of status stand below each other: $lang"
done
rm -r some/a.md lost loop
rm some/b.md && ln -s b.md some/b.md
ln -s loop loop
run "$pmsearch" -i s.db status
like "$out" 'lost \(not there now\)' "status tells that a root is gone"
like "$out" 'loop \(cannot be read now\)' "from that it cannot be read"
like "$out" 'Gone since indexed +2$' "counts files that are gone"
like "$out" 'Unreadable now +2$' "and those that cannot be read"
run "$pmsearch" -i s.db --json status
like "$out" '"gone":2,"unreadable":2' "in JSON too"
run "$pmsearch" -i s.db -n 0 pool
like "$err" "b.md' cannot be read now" "a hit that cannot be read is told so"
# Where a passage is cut.
mkdir cut
words() { # N
    perl -e 'print join " ", map { "w$_" } 1 .. $ARGV[0]' "$1"
}
printf '# Whole\n## Root Cause\nThe okapi overflowed. Nobody saw it.\n' >cut/whole.md
printf '# Long\n## Root Cause\nFirst %s quokka %s last.\n' "$(words 30)" "$(words 300)" >cut/long.md
printf '# Far\n## Root Cause\nFirst %s wombat %s last.\n' "$(words 200)" "$(words 200)" >cut/far.md
printf '# Piece\n## Root Cause\nFirst %s numbat at last.\n' "$(words 700)" >cut/piece.md
"$pmindex" -q -i cut.db cut
run "$pmsearch" -i cut.db okapi
unlike "$out" '…|\.\.\.' "a passage that is whole has no ellipsis"
run "$pmsearch" -i cut.db kap
unlike "$out" '…' "nor has a line that holds the text as it stands"
run "$pmsearch" -i cut.db quokka
like "$out" '^    First.*' "a passage starts without one"
like "$out" '[0-9]…$' "and has one where the lines are full"
fits 60 "within the width"
run "$pmsearch" -i cut.db wombat
like "$out" '^    …w[0-9]' "one that starts within a sentence has one there"
like "$out" '«wombat»' "and shows what matched, however far in the sentence"
run "$pmsearch" -i cut.db ombat
like "$out" '^    ….*' "a long line is cut before the text"
like "$out" '…$' "and behind it"
run "$pmsearch" -i cut.db numbat
like "$out" '^    …w' "so is a sentence that was too long to be read as one"
unlike "$out" '…$' "at the end only if it is cut there"
run "$pmsearch" -i cut.db --json wombat
unlike "$out" '…' "the passages of JSON are as they stand"
mkdir -p meta
cat >meta/a.md <<'END'
---
title: Terminals rejected all payments
tags: [certificate, expired]
---
## Root Cause
The certificate between the two services ran out on Saturday and had not been renewed.
END
run "$pmindex" -q -i meta.db meta
run "$pmsearch" -i meta.db certificate expired
like "$out" 'between the two services' "a passage is text, not the metadata, where both hold the words"
done_testing
