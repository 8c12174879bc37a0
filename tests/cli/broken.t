#!/bin/sh
# Bad input is reported, the rest is indexed, and all of it in bounded time.
. "$(dirname "$0")/tap.sh"
cd "$scratch" || exit 1
"$top/tests/broken/make.sh" "$scratch/broken"
limit=${BROKEN_SECONDS:-120}

run timeout "$limit" "$pmindex" -v -i i.db broken
exits 0 "a folder full of bad input is indexed"
like "$err$out" 'binary.md' "a binary file is named"
like "$err$out" 'dangling.md' "a dangling link is named"
like "$err" 'bad-yaml.md:[0-9]+:' "broken front matter is reported with its line"
unlike "$out$err" "$(printf '\033')" "names with escape sequences are made harmless"
if [ "$(id -u)" != 0 ]; then
    like "$err$out" 'secret.md' "a file without permission is named"
else
    skip "root may read everything"
fi
run "$pmsearch" -i i.db -n 0 -l certificate expired
for name in 'name with  spaces.md' "it's \"quoted\".md" '-n.md' '%s%n.md' deep.md; do
    case $out in *"$name"*) r=0 ;; *) r=1 ;; esac
    report $r "found under its name: $name"
done
run "$pmsearch" -i i.db --json -n 0 certificate expired
like "$out" '"path_b64":"' "a path that is not UTF-8 also comes as base64"
printf '%s\n' "$out" | while IFS= read -r line; do
    printf '%s' "$line" >"$scratch/line.json"
    sqlite3 :memory: "SELECT json(readfile('$scratch/line.json'))" >/dev/null 2>&1 || echo bad
done >"$scratch/bad"
is "$(cat "$scratch/bad")" "" "and every line is valid JSON"
for word in Owned bidi Carriage alias '"body words"' deep; do
    run timeout 20 "$pmsearch" -i i.db "$word"
    exits 0 "found: $word"
    unlike "$out$err" "$(printf '\033|\302\233|\342\200\256')" "and harmless on the terminal: $word"
done
run "$pmsearch" -i i.db サーバー
like "$out" 'shift-jis.md' "Shift_JIS is read"
like "$out" 'euc-jp.txt' "EUC-JP is read"
like "$out" '«サーバー»' "and its words are marked"
run "$pmsearch" -i i.db utf16
like "$out" 'utf16.md' "UTF-16 is read"
run timeout "$limit" "$pmindex" -i i.db broken
exits 0 "a second run over it is fine"
like "$out$err" 'nothing changed' "and changes nothing"
run timeout "$limit" "$pmindex" --max-size 100K -v -i small.db broken
like "$out$err" 'ten-megabyte-line.md' "a file over the limit is named"
run "$pmindex" -i empty.db "$scratch/nowhere"
exits 2 "a root that does not exist is trouble"
run "$pmindex" -i fifo.db broken/fifo.md
case $status in 1 | 2) r=0 ;; *) r=1 ;; esac
report $r "a FIFO never hangs"
run "$pmindex" --nonsense broken
exits 2 "an unknown option is trouble"
done_testing
