# take_away LIST: removes the files of $root that stand in a list, and the directories that are empty then. Sourced.
# shellcheck shell=bash disable=SC2154
take_away() {
    local files file directory
    mapfile -t files <"$1"
    for file in "${files[@]}"; do rm -f "$root/$file"; done
    for file in "${files[@]}"; do
        directory=${file%/*}
        while [ -n "$directory" ] && [ -d "$root/$directory" ] && rmdir "$root/$directory" 2>/dev/null; do
            case $directory in */*) directory=${directory%/*} ;; *) break ;; esac
        done
    done
}
