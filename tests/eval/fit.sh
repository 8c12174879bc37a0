#!/bin/sh
# make tune-classes: fit the likelihoods of classes of causes to labels by hand.
#   tests/eval/fit.sh BUILD [fit.pl's options]
# Needs the labelled documents, which stand beside this repository.
set -eu
build=$1
shift
here=$(dirname "$0")
corpora=$here/../../../shared/corpora
if [ ! -d "$corpora" ]; then
    echo "development collection: not here, nothing to fit to"
    exit 0
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$build/bin/pmindex" -q -i "$folder/i.db" "$corpora/dfds" "$corpora/icco" \
    "$corpora/en-extra" "$corpora/wikitech" "$corpora/rootcause" || true
"$here/fit.pl" --index "$folder/i.db" --labels "$here/labels.tsv" --dict dict "$@"
