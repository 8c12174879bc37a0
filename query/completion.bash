# Completion of pmsearch and pmindex for bash: options come from the programs' --help.
_pmsearch_options() {
    "$1" --help 2>/dev/null | grep -oE -- '--[a-z0-9-]+=?' | sort -u
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
            mapfile -t COMPREPLY < <(compgen -W "mechanisms show status terms" -- "$current")
        else
            mapfile -t COMPREPLY < <(compgen -f -- "$current")
        fi
        ;;
    esac
}
complete -o nospace -F _pmsearch pmsearch pmindex
