#!/bin/sh
# Write every kind of bad input that we could think of into FOLDER.
#   tests/broken/make.sh FOLDER
# Made on the fly: names that git or an archive could not carry are among them.
set -eu
mkdir -p "$1"
cd "$1"

repeat() { # TEXT TIMES
    awk -v t="$1" -v n="$2" 'BEGIN { for (i = 0; i < n; i++) printf "%s", t }'
}

: >empty.md
printf '\n\n   \n' >blank.md
head -c 20000 /dev/zero | tr '\000' '\001' >binary.md
printf 'PK\003\004\000\000\000\000' >archive.md
printf '# caf\303' >half-character.md
printf '# \346\227' >half-kanji.md
repeat 'word and more words ' 500000 >ten-megabyte-line.md
repeat 'カ' 350000 >one-megabyte-katakana.md
repeat 'x' 1000000 >one-megabyte-latin.md
repeat '> ' 30000 >nested-quotes.md
echo 'deep' >>nested-quotes.md
repeat '- ' 5000 >nested-lists.md
repeat '[' 200000 >brackets.md
repeat '`' 100000 >backticks.md
repeat '*a_' 100000 >emphasis.md
repeat '|' 200000 >pipes.md
awk 'BEGIN { for (i = 0; i < 5000; i++) printf "## Heading %d\n\ntext\n\n", i }' >headings.md
printf 'a\000b\000c root cause\000\n' >nul.md
printf '# Owned \033]0;title\007 \033[2J\n\n## Root cause\n\nevil \033[31mescape\302\2332J sequence\n' >escapes.md
printf '# bidi \342\200\256 override\n\n## Root cause\n\nbidi words\n' >bidi.md
printf -- '---\ntitle: Outage: DB down\nowner: @sre\n---\n\n## Root cause\n\nfront matter words\n' >bad-yaml.md
printf -- '---\ntitle: [SEV1] DB\n---\n\nunclosed bracket words\n' >bad-yaml-2.md
printf -- '---\ntitle: never closed\n\nbody words\n' >unclosed.md
printf -- '---\na: &x [*x]\nb: *x\nc: *x\n---\n\nalias words\n' >aliases.md
printf '\377\376#\000 \000u\000t\000f\0001\0006\000\n\000' >utf16.md
printf '# \223\372\226\173\214\352\n\n\203\124\201\133\203\157\201\133\202\314\217\341\212\121\201\102\214\264\210\366\202\315\217\330\226\276\217\221\202\305\202\267\201\102\n' >shift-jis.md
printf '# \306\374\313\334\270\354\n\n\245\265\241\274\245\320\241\274\244\316\276\343\263\262\241\243\270\266\260\370\244\317\276\332\314\300\275\361\244\307\244\271\241\243\n' >euc-jp.txt
printf '\357\273\277# Byte order mark\r\n\r\n## Root cause\r\n\r\nCarriage returns.\r\n' >bom-crlf.md
printf '# one\rline\rends\r' >lone-cr.md
head -c 3000000 /dev/urandom >random.txt
good='# %s\n\n## Root cause\n\nThe certificate had expired.\n'
# shellcheck disable=SC2059
{
    printf "$good" spaces >'name with  spaces.md'
    printf "$good" quotes >"it's \"quoted\".md"
    printf "$good" newline >"new
line.md"
    printf "$good" bytes >"$(printf 'not-utf8-\377\376.md')"
    printf "$good" escape >"$(printf 'esc-\033[31m.md')"
    printf "$good" dash >'-n.md'
    printf "$good" percent >'%s%n.md'
    printf "$good" secret >secret.md
}
chmod 000 secret.md
ln -s /nonexistent/target dangling.md
ln -s . loop
mkdir -p locked deep
chmod 000 locked
mkfifo fifo.md
path=deep
i=0
while [ "$i" -lt 60 ]; do
    path=$path/d
    mkdir "$path"
    i=$((i + 1))
done
# shellcheck disable=SC2059
printf "$good" deep >"$path/deep.md"
