#!/bin/sh
# make eval: the quality of the ranking, over our own samples and, where it stands
# beside this repository, over the development collection.
#   tests/eval/run.sh BUILD
set -eu
build=$1
here=$(dirname "$0")
shared=$here/../../../shared
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
search() { # INDEX
    echo "$build/bin/pmsearch -i $1 --json -n 10"
}

echo "== corpus-samples (judged in tests/eval)"
"$build/bin/pmindex" -q -i "$folder/samples.db" corpus-samples
for lang in en ja; do
    printf '%s topics   ' "$lang"
    # shellcheck disable=SC2046
    "$here/ndcg.pl" --topics "$here/topics.tsv" --qrels "$here/qrels.tsv" --lang $lang -- \
        $(search "$folder/samples.db") 2>/dev/null || true
done

if [ ! -d "$shared/eval" ]; then
    echo "== development collection: not here, left out"
    exit 0
fi

collection() { # FOLDER: the judged documents, English
    mkdir -p "$1/dfds" "$1/icco"
    cp "$shared"/corpora/dfds/PM2*.md "$1/dfds"
    while read -r id; do
        cp "$shared/corpora/icco/$id.md" "$1/icco" 2>/dev/null || true
    done <"$shared/eval/documents.txt"
}
echo "== development collection, English documents"
collection "$folder/en"
"$build/bin/pmindex" -q -i "$folder/en.db" "$folder/en" || true
for lang in en ja; do
    printf '%s topics   ' "$lang"
    # shellcheck disable=SC2046
    "$here/ndcg.pl" --topics "$shared/eval/topics.tsv" --qrels "$shared/eval/qrels.tsv" \
        --lang $lang -- $(search "$folder/en.db") 2>/dev/null || true
done
echo "== development collection, some documents in Japanese"
cp -r "$folder/en" "$folder/ja"
for f in "$shared"/corpora/ja-rendered/*.md; do
    [ "${f##*/}" = PROVENANCE.md ] || cp "$f" "$folder/ja/icco"
done
"$build/bin/pmindex" -q -i "$folder/ja.db" "$folder/ja" || true
for lang in en ja; do
    printf '%s topics   ' "$lang"
    # shellcheck disable=SC2046
    "$here/ndcg.pl" --topics "$shared/eval/topics.tsv" --qrels "$shared/eval/qrels.tsv" \
        --lang $lang -- $(search "$folder/ja.db") 2>/dev/null || true
done
echo "== jsquad passages"
"$build/bin/pmindex" -q -i "$folder/jsquad.db" "$shared/eval/jsquad/docs" || true
printf 'ja questions '
# shellcheck disable=SC2046
"$here/ndcg.pl" --topics "$shared/eval/jsquad/topics.tsv" --qrels "$shared/eval/jsquad/qrels.tsv" \
    --lang ja -- $(search "$folder/jsquad.db") 2>/dev/null || true
