#compdef pmsearch pmindex
# Options and commands come from the programs' --help.
_pmsearch() {
    local -a flags
    flags=(${(f)"$($service --help 2>/dev/null | grep -oE -- '--[a-z0-9-]+' | sort -u)"})
    if [[ $words[CURRENT] == -* ]]; then
        compadd -- $flags
    elif [[ $service == pmsearch && CURRENT -eq 2 ]]; then
        compadd -- ${(f)"$($service --help 2>/dev/null | sed -n 's/^  pmsearch \[[^]]*\] \([a-z-]*\) .*/\1/p')"}
        _files
    else
        _files
    fi
}
_pmsearch "$@"
