#!/bin/sh
# make tune: choose the weights of dict/weights.tsv on judged topics, cross-validated.
#   tests/eval/tune.sh BUILD [tune.pl's options]
# Indexes our samples and, where it stands beside this repository, the development
# collection (its English documents, and the same with some of them in Japanese).
set -eu
build=$1
shift
here=$(dirname "$0")
shared=$here/../../../shared
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

index() { "$build/bin/pmindex" -q -i "$folder/$1.db" "$2" || true; }
index samples corpus-samples
{
    for lang in en ja; do
        printf 'samples\t%s\t%s\t%s\t%s\n' "$folder/samples.db" "$here/topics.tsv" \
            "$here/qrels.tsv" "$lang"
    done
} >"$folder/runs"
if [ -d "$shared/eval" ]; then
    mkdir -p "$folder/en/dfds" "$folder/en/icco"
    cp "$shared"/corpora/dfds/PM2*.md "$folder/en/dfds"
    while read -r id; do
        cp "$shared/corpora/icco/$id.md" "$folder/en/icco" 2>/dev/null || true
    done <"$shared/eval/documents.txt"
    cp -r "$folder/en" "$folder/ja"
    for f in "$shared"/corpora/ja-rendered/*.md; do
        [ "${f##*/}" = PROVENANCE.md ] || cp "$f" "$folder/ja/icco"
    done
    for set in en ja; do
        index "$set" "$folder/$set"
        for lang in en ja; do
            printf 'development, %s\t%s\t%s\t%s\t%s\n' "$set" "$folder/$set.db" \
                "$shared/eval/topics.tsv" "$shared/eval/qrels.tsv" "$lang"
        done
    done >>"$folder/runs"
else
    echo "development collection: not here, left out"
fi
"$here/tune.pl" --build "$build" --runs "$folder/runs" --folder "$folder" "$@"
