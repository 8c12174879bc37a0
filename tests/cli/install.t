#!/bin/sh
# make install: the programs run from where they were put, with no source tree.
. "$(dirname "$0")/tap.sh"
ok "make install works" make -C "$top" -s MODE="${MODE:-release}" install PREFIX=/opt/pm DESTDIR="$scratch/root"
mv "$scratch/root/opt/pm" "$scratch/moved"
cd "$scratch" || exit 1
mkdir docs
printf '# 証明書の期限切れ\n\n## 原因\n\n証明書の更新を忘れた。\n' >docs/a.md
run "$scratch/moved/bin/pmindex" -i i.db docs
exits 0 "the installed pmindex runs"
run "$scratch/moved/bin/pmsearch" -i i.db 証明書
exits 0 "the installed pmsearch finds"
for file in bin/pmindex bin/pmsearch share/pmsearch/pmsearch.dict share/pmsearch/user.dic share/pmsearch/catalogue.db \
    share/man/man1/pmindex.1 share/man/man1/pmsearch.1 share/man/man5/pmsearch-index.5 \
    share/bash-completion/completions/pmsearch share/zsh/site-functions/_pmsearch; do
    ok "installed: $file" test -s "$scratch/moved/$file" -o "$file" = share/pmsearch/user.dic
done
run env PMSEARCH_DATA="$scratch/nowhere" "$scratch/moved/bin/pmsearch" -i i.db x
exits 2 "a missing dictionary is trouble"
run bash -c ". '$scratch/moved/share/bash-completion/completions/pmsearch';
    COMP_WORDS=('$scratch/moved/bin/pmsearch' --ex); COMP_CWORD=1
    _pmsearch '$scratch/moved/bin/pmsearch'; echo \"\${COMPREPLY[*]}\""
like "$out" '--explain' "completion knows the options"
done_testing
