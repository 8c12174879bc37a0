#!/bin/sh
# make eval: the quality of the ranking, over our own samples and, where it stands
# beside this repository, over the development collection. Each row with the wider lexicon
# (EDICT, where the build has it), then without.
#   tests/eval/run.sh BUILD
set -eu
build=$1
here=$(dirname "$0")
shared=$here/../../../shared
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

row() { # LABEL INDEX TOPICS QRELS LANG
    printf '%-24s' "$1"
    "$here/ndcg.pl" --topics "$3" --qrels "$4" --lang "$5" -- \
        "$build/bin/pmsearch" -i "$folder/$2.db" --json -n 10 2>/dev/null || true
}
rows() { # LABEL INDEX TOPICS QRELS LANG
    row "$@"
    if [ -e "$build/share/pmsearch/edict.db" ]; then
        label="$1, no EDICT"
        shift
        PMSEARCH_EDICT=no row "$label" "$@"
    fi
}
topics() { # INDEX TOPICS QRELS
    rows "en topics" "$1" "$2" "$3" en
    rows "ja topics" "$1" "$2" "$3" ja
}

echo "== corpus-samples (judged in tests/eval)"
"$build/bin/pmindex" -q -i "$folder/samples.db" corpus-samples
topics samples "$here/topics.tsv" "$here/qrels.tsv"

# Drafts of incidents that nothing in the collection is like: how many find a strong hit.
strangers() { # INDEX
    total=0
    alarms=0
    for draft in "$here"/strangers/*.md; do
        total=$((total + 1))
        if "$build/bin/pmsearch" -i "$folder/$1.db" like "$draft" >/dev/null 2>&1; then
            alarms=$((alarms + 1))
        fi
    done
    echo "drafts like nothing       $alarms of $total raise a false alarm"
}
drafts() { # INDEX: drafts with a past incident like them
    printf '%-26s' "like, drafts"
    "$here/ndcg.pl" --files "$shared/eval/incidents" --qrels "$shared/eval/incident-qrels.tsv" -- \
        "$build/bin/pmsearch" -i "$folder/$1.db" --json -n 10 like 2>/dev/null || true
    strong=0
    total=0
    for draft in "$shared"/eval/incidents/*.md; do
        total=$((total + 1))
        if "$build/bin/pmsearch" -i "$folder/$1.db" like "$draft" >/dev/null 2>&1; then
            strong=$((strong + 1))
        fi
    done
    echo "like, drafts              $strong of $total keep a strong hit"
    strangers "$1"
}
strangers samples

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

classes() { # INDEX: classes of causes, against labels by hand
    for set in tune test; do
        printf '%-26s' "classes, $set"
        "$here/classes.pl" --labels "$here/labels.tsv" --set "$set" -- \
            "$build/bin/pmsearch" -i "$folder/$1.db" --json show 2>/dev/null || true
        printf '%-26s' "classes, $set, 2 of 3"
        "$here/classes.pl" --labels "$here/labels.tsv" --vote "$here/labels-second.tsv" \
            --vote "$here/labels-third.tsv" --set "$set" -- \
            "$build/bin/pmsearch" -i "$folder/$1.db" --json show 2>/dev/null || true
        for other in second third; do
            printf '%-26s' "$other reader, $set"
            "$here/classes.pl" --labels "$here/labels.tsv" --set "$set" \
                --reader "$here/labels-$other.tsv" || true
        done
    done
}
echo "== development collection, English documents"
collection "$folder/en"
"$build/bin/pmindex" -q -i "$folder/en.db" "$folder/en" || true
topics en "$shared/eval/topics.tsv" "$shared/eval/qrels.tsv"
drafts en
classes en

echo "== development collection, some documents in Japanese"
cp -r "$folder/en" "$folder/ja"
for f in "$shared"/corpora/ja-rendered/*.md; do
    [ "${f##*/}" = PROVENANCE.md ] || cp "$f" "$folder/ja/icco"
done
"$build/bin/pmindex" -q -i "$folder/ja.db" "$folder/ja" || true
topics ja "$shared/eval/topics.tsv" "$shared/eval/qrels.tsv"
drafts ja
classes ja

echo "== jsquad passages"
"$build/bin/pmindex" -q -i "$folder/jsquad.db" "$shared/eval/jsquad/docs" || true
rows "ja questions" jsquad "$shared/eval/jsquad/topics.tsv" "$shared/eval/jsquad/qrels.tsv" ja

pairs() { # LABEL PAIRS COMMAND...
    label=$1
    wanted=$2
    shift 2
    printf '%-26s' "$label"
    "$here/members.pl" --pairs "$wanted" -- "$@" 2>/dev/null || true
}

# Each document of a family of mechanisms, and those that share the family.
families() {
    awk -F'\t' '
        NR > 1 {
            id = $1
            sub(/.*\//, "", id)
            sub(/\.md$/, "", id)
            n = split($2, family, ";")
            for (i = 1; i <= n; i++)
                members[family[i]] = members[family[i]] " " id
        }
        END {
            for (f in members) {
                n = split(members[f], ids, " ")
                for (i = 1; i <= n; i++)
                    for (k = 1; k <= n; k++)
                        if (i != k)
                            print ids[i] "\t" ids[k]
            }
        }' "$shared/corpora/ja.families.tsv"
}
echo "== Japanese postmortems of one template, by families of mechanisms"
"$build/bin/pmindex" -q -i "$folder/families.db" "$shared/corpora/ja" || true
families >"$folder/families.tsv"
pairs "like, families" "$folder/families.tsv" \
    "$build/bin/pmsearch" -i "$folder/families.db" --json -n 0 like
pairs "bigrams, families" "$folder/families.tsv" "$here/bigram.pl" "$shared/corpora/ja"

echo "== cloud providers' incidents with noisy labels of causes"
rootcause=$shared/corpora/rootcause
"$build/bin/pmindex" -q -i "$folder/rootcause.db" "$rootcause/docs" || true
awk -F'\t' 'NR > 1 { print $1 "\t" $2; print $2 "\t" $1 }' "$rootcause/twins.tsv" >"$folder/twins.tsv"
awk '{ print $1 "\t-\t" $1 "\t" $1 }' "$rootcause/queries_clean.txt" >"$folder/labelled.tsv"
graded() { # LABEL COMMAND...
    printf '%-26s' "$1"
    shift
    "$here/ndcg.pl" --topics "$folder/labelled.tsv" --qrels "$rootcause/qrels_graded.tsv" -- \
        "$@" 2>/dev/null || true
}
pairs "like, twins" "$folder/twins.tsv" \
    "$build/bin/pmsearch" -i "$folder/rootcause.db" --json -n 0 like
graded "like, shared labels" \
    "$build/bin/pmsearch" -i "$folder/rootcause.db" --json -n 10 like
graded "bigrams, shared labels" "$here/bigram.pl" "$rootcause/docs"
