#!/bin/sh
# make bench: how fast, as ratios taken in one run on this machine.
#   tests/bench/run.sh BUILD [CORPUS]
# CORPUS defaults to the development corpora beside this repository, else to our
# samples; it is copied COPIES times under other names.
#   indexing  wall time of pmindex against `mecab -Owakati` over the same text, once
#   searching whole-process time of cold queries, median, and against `true`
#   like      the same for a draft of 300 words; wanted: 25 ms at most
set -eu
build=$1
here=$(dirname "$0")
corpus=${2:-$here/../../../shared/corpora}
[ -d "$corpus" ] || corpus="corpus-samples"
copies=${COPIES:-20}
[ "$corpus" = "corpus-samples" ] && copies=${COPIES:-300}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

i=1
while [ "$i" -le "$copies" ]; do
    cp -r "$corpus" "$folder/copy-$i"
    i=$((i + 1))
done
find "$folder" -type f \( -name '*.md' -o -name '*.txt' \) -exec cat {} + >"$folder.all"
trap 'rm -rf "$folder" "$folder.all" "$folder.db"*' EXIT
echo "corpus: $(find "$folder" -type f | wc -l) files, $(wc -c <"$folder.all") bytes of text"

now() { date +%s%N; }
round=1
while [ "$round" -le 3 ]; do
    rm -f "$folder.db" "$folder.db-wal" "$folder.db-shm"
    a=$(now)
    mecab -Owakati -b 1000000 -d /var/lib/mecab/dic/ipadic-utf8 <"$folder.all" >/dev/null 2>&1
    b=$(now)
    "$build/bin/pmindex" -q -i "$folder.db" "$folder" >/dev/null 2>&1 || true
    c=$(now)
    awk -v m=$((b - a)) -v p=$((c - b)) 'BEGIN {
        printf "indexing: mecab %.2f s, pmindex %.2f s, ratio %.2f\n", m / 1e9, p / 1e9, p / m }'
    round=$((round + 1))
done

median() { # COMMAND... -- the median of 21 runs in microseconds
    k=0
    while [ "$k" -lt 21 ]; do
        s=$(now)
        "$@" >/dev/null 2>&1 || true
        e=$(now)
        echo $(((e - s) / 1000))
        k=$((k + 1))
    done | sort -n | sed -n 11p
}
base=$(median true)
for query in "connection pool exhaustion" "database" "certificate expired on the load balancer" \
    "コネクションプールの枯渇" "証明書の期限切れ" "メモリ不足で Pod が再起動した"; do
    t=$(median "$build/bin/pmsearch" -i "$folder.db" "$query")
    awk -v t="$t" -v b="$base" -v q="$query" 'BEGIN {
        printf "cold query: %6.1f ms (a process that does nothing: %.1f ms)  %s\n",
            t / 1000, b / 1000, q }'
done
t=$(median "$build/bin/pmsearch" -i "$folder.db" like "$here/draft.md")
awk -v t="$t" -v n="$(wc -w <"$here/draft.md")" 'BEGIN {
    printf "like:       %6.1f ms (wanted: 25 ms at most)  a draft of %d words\n", t / 1000, n }'
