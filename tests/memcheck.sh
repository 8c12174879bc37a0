#!/bin/sh
# make memcheck: the unit tests and a short session under valgrind.
#   tests/memcheck.sh BUILD
set -eu
build=$1
command -v valgrind >/dev/null 2>&1 || { echo "memcheck: valgrind is not installed" >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export PM_PROPERTY_CASES=200
run() {
    valgrind --quiet --suppressions=tests/valgrind.supp --error-exitcode=99 --leak-check=full --show-leak-kinds=definite,indirect \
        "$@" >"$folder/out" 2>"$folder/err" && status=0 || status=$?
    if [ "$status" -ge 2 ]; then
        echo "memcheck: status $status of: $*" >&2
        cat "$folder/out" "$folder/err" >&2
        exit 1
    fi
}
for test in "$build"/tests/test_*; do
    case $test in *.d | *.o) continue ;; esac
    run "$test"
done
run "$build/bin/pmindex" -i "$folder/index.db" -j 2 corpus-samples
run "$build/bin/pmindex" -i "$folder/index.db" corpus-samples
run "$build/bin/pmsearch" -i "$folder/index.db" --explain "connection pool exhaustion"
run "$build/bin/pmsearch" -i "$folder/index.db" --json '"証明書" -DNS cause:期限'
run "$build/bin/pmsearch" -i "$folder/index.db" status
echo "memcheck: clean"
