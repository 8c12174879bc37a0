# shellcheck shell=sh disable=SC2034
# TAP for shell tests, and a scratch folder. Source it from a test in this folder:
#   . "$(dirname "$0")/tap.sh"
# Then: ok NAME COMMAND..., run COMMAND... (sets $status, $out, $err), is, like, unlike,
# exits; finish with done_testing.
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
build=$top/build/${MODE:-release}
pmindex=$build/bin/pmindex
pmsearch=$build/bin/pmsearch
scratch=$(mktemp -d)
trap 'chmod -R u+rwx "$scratch" 2>/dev/null; rm -rf "$scratch"' EXIT
export XDG_DATA_HOME="$scratch/xdg" XDG_CONFIG_HOME="$scratch/config" HOME="$scratch"
export LC_ALL=C.UTF-8
unset PMSEARCH_INDEX PMSEARCH_DATA NO_COLOR COLUMNS
count=0
status=0
out=
err=

report() { # CONDITION-STATUS NAME
    count=$((count + 1))
    if [ "$1" = 0 ]; then
        echo "ok $count - $2"
    else
        echo "not ok $count - $2"
        printf '%s\n' "status $status" "stdout: $out" "stderr: $err" | head -40 | sed 's/^/# /'
    fi
}
ok() { # NAME COMMAND...
    name=$1
    shift
    "$@" >/dev/null 2>&1
    report $? "$name"
}
run() { # COMMAND... -- NUL bytes are shown as newlines
    "$@" >"$scratch/.out" 2>"$scratch/.err" && status=0 || status=$?
    out=$(tr '\000' '\n' <"$scratch/.out")
    err=$(tr '\000' '\n' <"$scratch/.err")
}
is() { # GOT WANTED NAME
    [ "$1" = "$2" ]
    report $? "$3"
}
exits() { # STATUS NAME
    [ "$status" = "$1" ]
    report $? "$2"
}
like() { # TEXT EXTENDED-REGEX NAME
    printf '%s\n' "$1" | grep -qE -e "$2"
    report $? "$3"
}
unlike() { # TEXT EXTENDED-REGEX NAME
    ! printf '%s\n' "$1" | grep -qE -e "$2"
    report $? "$3"
}
skip() { # REASON -- cmocka and prove agree on a comment only
    echo "# skipped: $1"
}
done_testing() {
    echo "1..$count"
}
