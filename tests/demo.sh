#!/bin/sh
# make demo: index the samples and answer two queries on the screen.
#   tests/demo.sh BUILD
set -eu
build=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
index=$folder/index.db

show() {
    printf '\n$ pmsearch %s\n\n' "$*"
    "$build/bin/pmsearch" -i "$index" -n 3 "$@"
}

printf '$ pmindex corpus-samples\n'
"$build/bin/pmindex" -i "$index" corpus-samples
show "connection pool exhaustion"
show "証明書の期限切れ"
cat <<END

Now your own postmortems:
  $build/bin/pmindex ~/path/to/postmortems
  $build/bin/pmsearch "what happened to us"
END
