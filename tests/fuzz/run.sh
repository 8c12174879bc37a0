#!/bin/sh
# make fuzz: each libFuzzer target for a bounded time, from its seeds.
#   tests/fuzz/run.sh FUZZERS SECONDS
set -eu
fuzzers=$1
seconds=$2
for fuzzer in "$fuzzers"/fuzz_*; do
    case $fuzzer in *.d | *.o) continue ;; esac
    name=${fuzzer##*/fuzz_}
    corpus=$(mktemp -d)
    echo "== $name"
    PMSEARCH_DATA=build/fuzz/share/pmsearch "$fuzzer" -max_total_time="$seconds" \
        -max_len=20000 -timeout=20 -print_final_stats=1 -artifact_prefix="$corpus/" \
        "$corpus" "tests/fuzz/seeds/$name" 2>"$corpus.log" || {
        tail -40 "$corpus.log"
        exit 1
    }
    grep -E 'stat::number_of_executed_units|stat::peak_rss_mb' "$corpus.log"
    rm -rf "$corpus" "$corpus.log"
done
