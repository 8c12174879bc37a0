# Completion of pmsearch and pmindex for bash: options and commands come from the programs' --help.
_pmsearch_options() {
    "$1" --help 2>/dev/null | grep -oE -- '--[a-z0-9-]+=?' | sort -u
}

_pmsearch_commands() {
    "$1" --help 2>/dev/null | sed -n 's/^  pmsearch \[[^]]*\] \([a-z-]*\) .*/\1/p'
}

_pmsearch() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    COMPREPLY=()
    case $previous in
    -i | --index) mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    esac
    case $current in
    -*) mapfile -t COMPREPLY < <(compgen -W "$(_pmsearch_options "$1")" -- "$current") ;;
    *)
        if [ "${1##*/}" = pmsearch ] && [ "$COMP_CWORD" = 1 ]; then
            mapfile -t COMPREPLY < <(compgen -W "$(_pmsearch_commands "$1")" -- "$current")
        else
            mapfile -t COMPREPLY < <(compgen -f -- "$current")
        fi
        ;;
    esac
}
complete -o nospace -F _pmsearch pmsearch pmindex
