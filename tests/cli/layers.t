#!/bin/sh
# The direction of dependencies: lib <- indexer <- query, dict is data only.
cd "$(dirname "$0")/../.." || exit 1
n=0
check() { # NAME OFFENDING-LINES
    n=$((n + 1))
    if [ -z "$2" ]; then
        echo "ok $n - $1"
    else
        echo "not ok $n - $1"
        printf '%s\n' "$2" | sed 's/^/# /'
    fi
}
only() { # FILES... -- name what includes SYMBOL outside of ALLOWED
    grep -ln "$1" lib/*.[ch] indexer/*.[ch] query/*.[ch] 2>/dev/null | grep -vxE "$2"
}
check "lib includes nothing of indexer or query" \
    "$(grep -nE '#include "(indexer|query|tests)/' lib/*.[ch])"
check "indexer includes nothing of query" "$(grep -nE '#include "(query|tests)/' indexer/*.[ch])"
check "query includes only the document facade of indexer" \
    "$(grep -nE '#include "indexer/' query/*.[ch] | grep -v '"indexer/document.h"')"
check "only morph knows MeCab" "$(only '<mecab.h>' 'lib/morph\.c')"
check "only the Markdown reader knows cmark" "$(only '<cmark.h>' 'indexer/(markdown|md_memory)\.c')"
check "only the front matter reader knows libyaml" "$(only '<yaml.h>' 'indexer/frontmatter\.c')"
check "ranking knows no SQLite" "$(grep -n 'sqlite3' query/rank.[ch] | grep -v '\*')"
check "the library neither prints nor exits" \
    "$(grep -nE '(^|[^a-z_])(printf|fprintf|puts|fputs|exit|abort) *\(' lib/*.c)"
check "nothing of indexer or query but main prints or exits" \
    "$(grep -nE '(^|[^a-z_])(exit|abort) *\(' indexer/*.c query/*.c | grep -vE '/(main|dict_main)\.c:')"
check "dict holds data only" "$(find dict -name '*.[ch]')"
echo "1..$n"
