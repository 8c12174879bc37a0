#!/bin/sh
# What each part of the ranking is worth: nDCG@10 over the samples, and over the
# development collection where it stands beside this repository, with the parts switched
# on one after the other.
#   tests/eval/ablation.sh BUILD
set -eu
build=$1
here=$(dirname "$0")
shared=$here/../../../shared
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# A dictionary with some weights at 0: the index is the same, the ranking is not.
data() { # NAME WEIGHT...
    name=$1
    shift
    mkdir -p "$folder/dict" "$folder/$name"
    cp dict/*.tsv "$folder/dict"
    for weight in "$@"; do
        sed -i "s/^$weight	[^	]*/$weight	0/" "$folder/dict/weights.tsv"
    done
    "$build/bin/pmdict" "$folder/dict" "$folder/$name/pmsearch.dict"
    for file in user.dic edict.db; do
        [ ! -e "$build/share/pmsearch/$file" ] || cp "$build/share/pmsearch/$file" "$folder/$name"
    done
    rm -r "$folder/dict"
}
data words ngram.weight concept.word concept.phrase mechanism.weight
data ngrams concept.word concept.phrase mechanism.weight
data concepts mechanism.weight
data all

ndcg() { # DATA EDICT INDEX TOPICS QRELS LANG
    PMSEARCH_DATA=$folder/$1 PMSEARCH_EDICT=$2 "$here/ndcg.pl" --topics "$4" --qrels "$5" \
        --lang "$6" -- "$build/bin/pmsearch" -i "$3" --json -n 10 2>/dev/null |
        sed -n 's/.*nDCG@10 \([0-9.]*\).*/\1/p'
}
table() { # INDEX TOPICS QRELS
    while read -r label data edict; do
        printf '| %-16s | %s | %s |\n' "$label" "$(ndcg "$data" "$edict" "$1" "$2" "$3" en)" \
            "$(ndcg "$data" "$edict" "$1" "$2" "$3" ja)"
    done <<END
words words no
+n-grams ngrams no
+concepts concepts no
+EDICT concepts yes
+mechanisms all yes
END
}
echo "== corpus-samples: nDCG@10 of English and of Japanese topics"
"$build/bin/pmindex" -q -i "$folder/samples.db" corpus-samples
table "$folder/samples.db" "$here/topics.tsv" "$here/qrels.tsv"

[ -d "$shared/eval" ] || exit 0
mkdir -p "$folder/en/dfds" "$folder/en/icco"
cp "$shared"/corpora/dfds/PM2*.md "$folder/en/dfds"
while read -r id; do
    cp "$shared/corpora/icco/$id.md" "$folder/en/icco" 2>/dev/null || true
done <"$shared/eval/documents.txt"
echo "== development collection, English documents"
"$build/bin/pmindex" -q -i "$folder/en.db" "$folder/en" || true
table "$folder/en.db" "$shared/eval/topics.tsv" "$shared/eval/qrels.tsv"
