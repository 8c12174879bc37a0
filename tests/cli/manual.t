#!/bin/sh
# --help, the manual pages and completion tell of the same options and commands.
. "$(dirname "$0")/tap.sh"
cd "$scratch" || exit 1

# One option a line: "-i --index=" has a letter and takes a value.
help_options() { # PROGRAM
    "$1" --help | perl -ne 'print $1 ? "$1 " : "", "$2\n"
        if /^ +(?:(-\w), )?(--[\w-]+=?)/' | sort
}
page_options() { # PAGE
    perl -ne 'next unless s/^\.It (?=Fl )//; s/ Ns = Ns Ar \w+| Ns = Ns Cm.*?(?= , |$)/=/g;
        my ($letter) = /^Fl (\w)\b/; my @long = /Fl -([\w-]+=?)/g;
        print map { (defined $letter ? "-$letter " : "") . "--$_\n" } @long;
        print "-$letter\n" if defined $letter && !@long' "$1" | sort
}
verbs() {
    "$pmsearch" --help | sed -n 's/^  pmsearch \[[^]]*\] \([a-z-]*\) .*/\1/p' | sort
}

for program in query/pmsearch indexer/pmindex; do
    page=$top/$program.1
    program=${program##*/}
    help_options "$build/bin/$program" >"$program.help"
    page_options "$page" >"$program.page"
    ok "$program --help lists options" test "$(wc -l <"$program.help")" -gt 9
    run comm -23 "$program.help" "$program.page"
    is "$out" "" "every option of $program --help stands in its manual page, in the same form"
    run comm -13 "$program.help" "$program.page"
    is "$out" "" "and every option of the page in --help"
    run perl -ne 'if (/^\.(It|El)/) { print $option if $option; $option = /^\.It Fl/ ? $_ : "" }
        else { $option = "" }' "$page"
    is "$out" "" "the page of $program says of each what it does"
done

verbs >commands
perl -ne 'exit if /^\.Sh DESCRIPTION/; print "$1\n" if /^\.Cm (\w+)/' "$top/query/pmsearch.1" |
    sort >synopsis
run diff commands synopsis
is "$out" "" "the manual page's synopsis has the commands of --help, and no others"
perl -ne 'print "$1\n" if /^\.It Cm (\w+)/' "$top/query/pmsearch.1" | sort >described
run diff commands described
is "$out" "" "and it describes each"
run bash -c ". '$top/query/completion.bash'; COMP_WORDS=('$pmsearch' ''); COMP_CWORD=1
    _pmsearch '$pmsearch'; printf '%s\n' \"\${COMPREPLY[@]}\" | sort | diff '$scratch/commands' -"
is "$out" "" "completion offers them"
is "$(sed -n 's/^the version of this schema, \([0-9]*\)\.$/\1/p' "$top/query/pmsearch-index.5")" \
    "$(sed -n 's/.*PM_SCHEMA_VERSION = \([0-9]*\).*/\1/p' "$top/lib/schema.h")" \
    "pmsearch-index(5) tells the version of the schema"
done_testing
