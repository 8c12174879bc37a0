#!/bin/sh
# Install what is missing of the Debian packages that pmsearch is built with.
#
#   .ci/deps.sh build   libraries, MeCab and its dictionary
#   .ci/deps.sh check   the same, and what the tests need
#
# Says what it does and asks nothing. Root installs by apt-get, others by sudo -n;
# where neither works it prints the one line to run and exits with 2. With nothing
# missing apt is not called at all. EDICT=no leaves out the optional JA-EN lexicon.
set -u

packages="gcc make pkg-config libc6-dev libsqlite3-dev libcmark-dev libutf8proc-dev libmecab-dev
mecab mecab-utils mecab-ipadic-utf8 libyaml-dev libstemmer-dev libxxhash-dev"
[ "${EDICT:-yes}" = no ] || packages="$packages edict"
if [ "${1:-build}" = check ]; then
    packages="$packages libcmocka-dev perl sqlite3"
fi

missing=
for p in $packages; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null) || state=
    [ "$state" = installed ] || missing="$missing $p"
done
[ -n "$missing" ] || exit 0

run="apt-get install -y --no-install-recommends$missing"
if [ "$(id -u)" = 0 ]; then
    as=
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as="sudo -n"
else
    echo "pmsearch needs packages that only root can install; run:" >&2
    echo "  sudo $run" >&2
    exit 2
fi

export DEBIAN_FRONTEND=noninteractive
echo "installing:$missing"
# The package lists may be absent or old: fetch them only when a try without fails.
# shellcheck disable=SC2086
if ! $as env DEBIAN_FRONTEND=noninteractive $run >/dev/null 2>&1; then
    $as apt-get update -qq || exit 2
    $as env DEBIAN_FRONTEND=noninteractive $run >/dev/null || {
        echo "unable to install:$missing" >&2
        exit 2
    }
fi
